import { setTimeout as pause } from "node:timers/promises";
import type { Faults, SandboxView } from "../api/contract.ts";
import type { ChangeId } from "../domain/ids.ts";
import type { HubOptions } from "../main.ts";
import type { SandboxSystem } from "./sandbox-systems.ts";

type SandboxControl = NonNullable<HubOptions["sandbox"]>;

/** Who releases changes in the sandbox PLM. No account of the hub, or that one could not approve their plans. */
const ENGINEER = "m.keller";
const RELEASE_TRIES_MAX = 20;
/** The plant that the sandbox ERP is seeded with. */
const PLANT = "1000";

/** The sandbox systems' own switches, over HTTP. */
export function sandboxControl(systems: readonly SandboxSystem[]): SandboxControl {
  const plms = systems.filter(({ role }) => role === "plm");
  const erps = systems.filter(({ role }) => role === "erp");

  async function drafts(): Promise<SandboxView["drafts"]> {
    const lists = await Promise.all(
      plms.map((plm) => call<{ value: SandboxView["drafts"] }>(plm, "GET /_sandbox/drafts")),
    );
    return lists.flatMap(({ value }) => value);
  }

  const isDraft = async (change: ChangeId) => (await drafts()).some((draft) => draft.change === change);

  return {
    async view() {
      const faults = systems.map(async (each) => [each.system, await faultsOf(each)] as const);
      return { drafts: await drafts(), faults: Object.fromEntries(await Promise.all(faults)) };
    },

    async release(change) {
      if (!(await isDraft(change))) return false;
      for (let tried = 1; tried <= RELEASE_TRIES_MAX; tried++) {
        // It may be told to fail, also after the release was done: the drafts say whether it was.
        await Promise.all(plms.map((plm) => tryRelease(plm, change)));
        if (!(await isDraft(change))) return true;
        await pause(100 * tried);
      }
      throw new Error(`the sandbox PLM refused ${RELEASE_TRIES_MAX} times to release ${change}; mend it first`);
    },

    async releaseOrder(order) {
      const request = `POST /_sandbox/production-orders/${encodeURIComponent(order)}/release`;
      const answers = await Promise.all(erps.map((erp) => send(erp, request)));
      for (const { body } of answers) await body?.cancel();
      return answers.some(({ ok }) => ok);
    },

    async produce({ item, pieces, orders }) {
      const [erp] = erps;
      if (erp === undefined) return null;
      const numbers: string[] = [];
      for (let nth = 0; nth < orders; nth++) {
        const planned = { plant: PLANT, itemCode: item, quantity: String(pieces) };
        const answer = await send(erp, "POST /erp/v1/production-orders", planned);
        if (answer.status === 422) {
          await answer.body?.cancel();
          return null;
        }
        const { number } = await answerOf<{ number: string }>(erp, answer, "POST /erp/v1/production-orders");
        await call(erp, `POST /_sandbox/production-orders/${encodeURIComponent(number)}/release`);
        numbers.push(number);
      }
      return numbers;
    },

    async setFaults(system, faults) {
      const found = systems.find((each) => each.system === system);
      if (found === undefined) return false;
      await call(found, "PUT /_sandbox/faults", faults);
      return true;
    },
  };
}

async function faultsOf(system: SandboxSystem): Promise<Faults> {
  const { latencyMs, tooManyRequestsPercent, serverErrorPercent, cutAfterWritePercent, ...webhooks } =
    await call<Faults>(system, "GET /_sandbox/faults");
  const { duplicateWebhooks, reorderWebhooks } = webhooks;
  return {
    latencyMs,
    tooManyRequestsPercent,
    serverErrorPercent,
    cutAfterWritePercent,
    duplicateWebhooks,
    reorderWebhooks,
  };
}

async function tryRelease(plm: SandboxSystem, change: ChangeId): Promise<void> {
  const request = `POST /api/v2/ecos/${encodeURIComponent(change)}/release`;
  await send(plm, request, { releasedBy: ENGINEER }).catch((error: unknown) => {
    if (!(error instanceof TypeError)) throw error; // what fetch rejects with when there is no answer
  });
}

async function call<Answer>(system: SandboxSystem, request: string, body?: object): Promise<Answer> {
  return answerOf<Answer>(system, await send(system, request, body), request);
}

async function answerOf<Answer>(system: SandboxSystem, answer: Response, request: string): Promise<Answer> {
  if (!answer.ok) throw new Error(`${system.system} answered ${answer.status} to ${request}: ${await answer.text()}`);
  return (await answer.json()) as Answer;
}

async function send({ url, apiKey }: SandboxSystem, request: string, body?: object): Promise<Response> {
  const [method = "", path = ""] = request.split(" ");
  return fetch(url + path, {
    method,
    headers: { "x-api-key": apiKey, ...(body === undefined ? {} : { "content-type": "application/json" }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}
