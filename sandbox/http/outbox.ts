import { randomUUID } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import { Webhook } from "standardwebhooks";
import type { FaultSwitches } from "./faults.ts";

const ATTEMPTS_MAX = 10;
const BACKOFF_MAX_MS = 30_000;
const ANSWER_TIMEOUT_MS = 10_000;
/** How long a webhook waits for a later one that it can be sent after. */
const REORDER_WINDOW_MS = 2000;

export type WebhookTarget = { readonly url: string; readonly secret: string };
/** What a webhook tells, as `{ type, timestamp, data }`. */
type WebhookEvent = { readonly type: string; readonly data: object };

/** Webhooks that are to be sent: written in the transaction of their cause, so none is lost. */
export type Outbox<Event extends WebhookEvent> = {
  readonly put: (event: Event) => void;
  /** Sends what is due; returns at once. */
  readonly wake: () => void;
  readonly counts: () => { waiting: number; delivered: number; abandoned: number };
  readonly start: (target: WebhookTarget, faults: FaultSwitches) => void;
  readonly stop: () => Promise<void>;
};

type Message = { id: number; webhook_id: string; body: string; attempts: number };

/** @param system names the sender in what it says of trouble. */
export function openOutbox<Event extends WebhookEvent>(
  db: DatabaseSync,
  system: string,
  sendsWebhooks: boolean,
): Outbox<Event> {
  db.exec(`
    create table if not exists outbox (
      id integer primary key autoincrement, webhook_id text not null, body text not null,
      state text not null default 'waiting', attempts integer not null default 0, due_at integer not null default 0
    );
    create index if not exists outbox_due on outbox (state, due_at);
  `);
  const insert = db.prepare("insert into outbox (webhook_id, body, due_at) values (?, ?, ?)");
  const selectDue = db.prepare("select * from outbox where state = 'waiting' and due_at <= ? order by id limit 100");
  const selectNext = db.prepare("select min(due_at) as at from outbox where state = 'waiting'");
  const dueAtOnce = db.prepare("update outbox set due_at = 0 where state = 'waiting' and attempts = 0 and due_at > 0");
  const settle = db.prepare("update outbox set state = ?, attempts = ?, due_at = ? where id = ?");
  const count = db.prepare("select count(*) as n from outbox where state = ?");

  let sender: { target: WebhookTarget; faults: FaultSwitches } | null = null;
  let timer: NodeJS.Timeout | undefined;
  let sending: Promise<void> | null = null;
  const stopping = new AbortController();

  function wake(): void {
    if (sender === null || sending !== null || stopping.signal.aborted) return;
    clearTimeout(timer);
    const at = selectNext.get()?.["at"];
    if (typeof at !== "number") return;
    timer = setTimeout(
      () => {
        sending = sendDue().finally(() => {
          sending = null;
          wake();
        });
      },
      Math.max(0, at - Date.now()),
    );
  }

  async function sendDue(): Promise<void> {
    const due = selectDue.all(Date.now()) as Message[];
    const reordered = sender?.faults.current.reorderWebhooks === true ? due.toReversed() : due;
    for (const message of reordered) {
      if (sender === null || stopping.signal.aborted) return;
      const delivered = await deliver(system, message, sender.target, stopping.signal);
      if (stopping.signal.aborted) return;
      if (delivered && sender.faults.current.duplicateWebhooks)
        await deliver(system, message, sender.target, stopping.signal);
      const attempts = message.attempts + 1;
      const state = delivered ? "delivered" : attempts >= ATTEMPTS_MAX ? "abandoned" : "waiting";
      settle.run(state, attempts, Date.now() + backoffMs(attempts), message.id);
    }
  }

  const counted = (state: string) => Number(count.get(state)?.["n"]);

  return {
    put({ type, data }) {
      if (!sendsWebhooks) return;
      const body = JSON.stringify({ type, timestamp: new Date().toISOString(), data });
      const overtakes = dueAtOnce.run().changes > 0;
      const waits = sender?.faults.current.reorderWebhooks === true && !overtakes;
      insert.run(`msg_${randomUUID()}`, body, waits ? Date.now() + REORDER_WINDOW_MS : 0);
    },
    wake,
    counts: () => ({ waiting: counted("waiting"), delivered: counted("delivered"), abandoned: counted("abandoned") }),
    start(target, faults) {
      sender = { target, faults };
      wake();
    },
    async stop() {
      stopping.abort();
      clearTimeout(timer);
      await sending;
    },
  };
}

function backoffMs(attempts: number): number {
  return Math.min(1000 * 2 ** (attempts - 1), BACKOFF_MAX_MS);
}

/** Whether the receiver took it with a 2xx. Whatever else happens is a reason to try again. */
async function deliver(
  system: string,
  message: Message,
  { url, secret }: WebhookTarget,
  stopped: AbortSignal,
): Promise<boolean> {
  const now = new Date();
  const headers = {
    "content-type": "application/json",
    "webhook-id": message.webhook_id,
    "webhook-timestamp": String(Math.floor(now.getTime() / 1000)),
    "webhook-signature": new Webhook(secret).sign(message.webhook_id, now, message.body),
  };
  const signal = AbortSignal.any([stopped, AbortSignal.timeout(ANSWER_TIMEOUT_MS)]);
  try {
    const answer = await fetch(url, { method: "POST", headers, body: message.body, signal });
    await answer.body?.cancel();
    if (!answer.ok) console.error(`${system}: webhook ${message.webhook_id} was answered with ${answer.status}`);
    return answer.ok;
  } catch (cause) {
    if (!stopped.aborted) console.error(`${system}: webhook ${message.webhook_id} was not delivered: ${String(cause)}`);
    return false;
  }
}
