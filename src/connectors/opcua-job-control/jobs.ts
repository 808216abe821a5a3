import type { JobOrderId } from "../../domain/ids.ts";
import type { CancelAnswer, JobOrder, JobState } from "../../domain/job-order.ts";
import type { VersionToken } from "../../domain/plant-item.ts";
import { ConnectorError } from "../connector-error.ts";
import type { Jobs, IdempotencyKey, Receipt, Write } from "../port.ts";
import type { OpcuaJobControlSettings } from "./config.ts";
import type { Link } from "./link.ts";
import { cannotHold, contentOf, fromJobOrder, tokenOf, type Listed, type SentOrder } from "./mapping.ts";
import type { Shop } from "./shop.ts";
import type { Method } from "./wire.ts";

const HOLD = { ready: "RevokeStart", running: "Pause" } as const satisfies Partial<Record<JobState, Method>>;
const RELEASE = { waiting: "Start", interrupted: "Resume" } as const satisfies Partial<Record<JobState, Method>>;
const HELD: ReadonlySet<JobState> = new Set(["waiting", "interrupted"]);
const LET_GO: ReadonlySet<JobState> = new Set(["ready", "running"]);
const OVER: ReadonlySet<JobState> = new Set(["completed", "aborted", "cancelled"]);
const STATE_AFTER = {
  RevokeStart: "waiting",
  Pause: "interrupted",
  Start: "ready",
  Resume: "running",
} as const satisfies Partial<Record<Method, JobState>>;

export function jobs(link: Link, shop: Shop, settings: OpcuaJobControlSettings): Jobs {
  const { system } = link;
  const toOrder = (job: JobOrder) => fromJobOrder(job, settings.versionParameter, system);

  async function dispatch(job: JobOrder, key: IdempotencyKey): Promise<Receipt> {
    const order = toOrder(job);
    const place = { doing: `dispatching job ${job.id}`, object: job.id };
    try {
      await link.command(place, { method: settings.dispatchBy, on: asSent(order), comments: [key] });
    } catch (error) {
      // A job that is there is refused like a bad one: what stands there tells them apart.
      if (!(error instanceof ConnectorError) || error.kind !== "rejected") throw error;
      const listed = await shop.find(place.doing, job.id);
      if (listed === null) throw error;
      return takenOf(listed, job.version, order) ?? refuseOther(listed, job, place);
    }
    shop.expectNew(job.id);
    return receipt(job.id, tokenOf(contentOf(order), settings.dispatchBy === "Store" ? "waiting" : "ready"));
  }

  async function change(job: JobOrder, expected: VersionToken | null, key: IdempotencyKey): Promise<Receipt> {
    const order = toOrder(job);
    const place = { doing: `changing job ${job.id}`, object: job.id };
    const listed = await there(place, job.id);
    const taken = takenOf(listed, job.version, order);
    if (taken !== null) return taken;
    refuseMoved(listed, expected, place);
    await orRefused(job.id, () =>
      link.command(place, { method: "Update", on: asSent(order), comments: [`version ${job.version}`, key] }),
    );
    return receipt(job.id, tokenOf(contentOf(order), listed.state));
  }

  /** One of two methods, by the job's state; nothing when it is as wished. */
  function toggle<Input extends { readonly job: JobOrderId; readonly expected: VersionToken }>(
    verb: string,
    methods: Partial<Record<JobState, keyof typeof STATE_AFTER>>,
    done: ReadonlySet<JobState>,
    commentOf: (input: Input) => string,
  ): Write<Input> {
    return {
      async find({ job }) {
        const listed = await shop.find(`reading job ${job}`, job);
        return listed !== null && done.has(listed.state) ? receipt(job, listed.token) : null;
      },
      async write(input, key) {
        const { job, expected } = input;
        const place = { system, doing: `${verb} job ${job}`, object: job };
        const listed = await there(place, job);
        if (done.has(listed.state)) return receipt(job, listed.token);
        refuseMoved(listed, expected, place);
        const method = methods[listed.state];
        if (method === undefined) {
          throw new ConnectorError("rejected", { ...place, field: "State", cause: `the job is ${listed.state}` });
        }
        await orRefused(job, () => link.command(place, { method, on: job, comments: [commentOf(input), key] }));
        return receipt(job, tokenOf(listed.content, STATE_AFTER[method]));
      },
    };
  }

  async function cancel(job: JobOrderId, reason: string, key: IdempotencyKey): Promise<Receipt> {
    const place = { doing: `cancelling job ${job}`, object: job };
    const comments = [reason, key];
    const listed = await shop.find(place.doing, job);
    if (listed === null) {
      const gone = shop.remembered(job);
      if (gone !== undefined) return receipt(job, gone.version);
      await link.command(place, { method: "Cancel", on: job, comments }); // the server says that it does not have it
      return receipt(job, null);
    }
    const hasBegun = listed.state === "running" || listed.state === "interrupted";
    if (OVER.has(listed.state) || (hasBegun && !settings.abortRunning)) {
      return answered(listed, "too late", `the job is ${listed.state}`);
    }
    await link.command(place, { method: hasBegun ? "Abort" : "Cancel", on: job, comments });
    if (hasBegun) return answered({ ...listed, token: tokenOf(listed.content, "aborted") }, "partly done", null);
    shop.rememberCancelled(listed);
    return receipt(job, null);
  }

  function answered({ id, token }: Listed, cancellation: CancelAnswer, refusal: string | null): Receipt {
    shop.answers.set(id, { cancellation, refusal });
    return receipt(id, token);
  }

  async function there(place: { readonly doing: string; readonly object: string }, id: JobOrderId): Promise<Listed> {
    const listed = await shop.find(place.doing, id);
    if (listed !== null) return listed;
    throw new ConnectorError("not found", { system, ...place, cause: `the JobOrderList does not have job ${id}` });
  }

  /** Keeps the server's words with the job when it refuses. */
  async function orRefused(id: JobOrderId, act: () => Promise<void>): Promise<void> {
    try {
      await act();
      shop.answers.set(id, { refusal: null });
    } catch (error) {
      if (error instanceof ConnectorError && error.kind === "rejected") {
        shop.answers.set(id, { refusal: error.at.cause ?? error.kind });
      }
      throw error;
    }
  }

  function refuseMoved(
    { token }: Listed,
    expected: VersionToken | null,
    place: { doing: string; object: string },
  ): void {
    if (token === expected) return;
    throw new ConnectorError("version conflict", { system, ...place, cause: "the job was changed after it was read" });
  }

  function refuseOther({ version }: Listed, job: JobOrder, place: { doing: string; object: string }): never {
    if (version !== job.version) {
      throw new ConnectorError("version conflict", { system, ...place, cause: `the server has version ${version}` });
    }
    const cause = `the server has version ${version} with other content`;
    throw new ConnectorError("rejected", { system, ...place, field: settings.versionParameter, cause });
  }

  const findTaken = async (job: JobOrder): Promise<Receipt | null> => {
    const listed = await shop.find(`reading job ${job.id}`, job.id);
    return listed === null ? null : takenOf(listed, job.version, toOrder(job));
  };

  return {
    changedSince: shop.changedSince,
    read: shop.read,
    dispatch: { find: findTaken, write: dispatch },
    change: {
      find: ({ value }) => findTaken(value),
      write: ({ value, expected }, key) => change(value, expected, key),
    },
    hold: toggle("holding", HOLD, HELD, ({ reason }) => reason),
    release: toggle("releasing", RELEASE, LET_GO, () => "released"),
    cancel: {
      async find({ job }) {
        const listed = await shop.find(`reading job ${job}`, job);
        // What is not there, or ended, needs no cancelling.
        if (listed === null) return receipt(job, null);
        const isAnswered = OVER.has(listed.state) || shop.answers.of(job).cancellation !== null;
        return isAnswered ? receipt(job, listed.token) : null;
      },
      write: ({ job, reason }, key) => cancel(job, reason, key),
    },
    cannotHold,
  };
}

/** The job as it was sent, or a later version of it, which has taken its place. */
function takenOf(listed: Listed, version: number, order: SentOrder): Receipt | null {
  const isTaken = listed.version > version || (listed.version === version && listed.content === contentOf(order));
  return isTaken ? receipt(listed.id, listed.token) : null;
}

function receipt(id: JobOrderId, version: VersionToken | null): Receipt {
  return { id, version };
}

/** With instants as node-opcua wants them. */
function asSent({ startTime, endTime, ...order }: SentOrder) {
  return {
    ...order,
    ...(startTime === undefined ? {} : { startTime: new Date(startTime) }),
    ...(endTime === undefined ? {} : { endTime: new Date(endTime) }),
  };
}
