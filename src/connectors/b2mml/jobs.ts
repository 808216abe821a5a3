import type { JobOrderId } from "../../domain/ids.ts";
import type { Job } from "../../domain/job-order.ts";
import type { Held, VersionToken } from "../../domain/plant-item.ts";
import { ConnectorError, type FailurePlace } from "../connector-error.ts";
import { inBatches } from "../in-batches.ts";
import type { IdempotencyKey, Jobs, Page, Receipt } from "../port.ts";
import { kindOf } from "./refusal.ts";
import { lossesOf, toJob, tokenOf, type ShownJob } from "./mapping.ts";
import type { Mes } from "./mes.ts";

/** Jobs named in one request, and asked for on one page. */
const JOBS_PER_REQUEST = 100;

export function jobs(mes: Mes): Jobs {
  async function shown(job: JobOrderId): Promise<ShownJob | null> {
    return (await mes.show([job])).get(job) ?? null;
  }

  async function expected(doing: string, job: JobOrderId, version: VersionToken | null): Promise<ShownJob> {
    const now = await shown(job);
    const place: FailurePlace = { system: mes.system, doing, object: job };
    if (now === null) throw new ConnectorError("not found", { ...place, cause: `the MES has no job ${job}` });
    if (tokenOf(now) === version) return now;
    const cause = `job ${job} is "${tokenOf(now)}", not "${version}" as when it was read`;
    throw new ConnectorError("version conflict", { ...place, cause });
  }

  /** The receipt of what the MES shows, where it shows the write as done. */
  async function found(job: JobOrderId, isDone: (shown: ShownJob) => boolean): Promise<Receipt | null> {
    const now = await shown(job);
    return now !== null && isDone(now) ? receiptOf(now) : null;
  }

  /** Of what the answer shows, or else of what the MES shows when asked. */
  async function receipt(doing: string, job: JobOrderId, answered: ShownJob | null): Promise<Receipt> {
    const now = answered ?? (await shown(job));
    if (now !== null) return receiptOf(now);
    const cause = "the MES took the message but shows no such job";
    throw new ConnectorError("answer lost", { system: mes.system, doing, object: job, cause });
  }

  return {
    changedSince: async (cursor): Promise<Page<JobOrderId>> => {
      const changed = await mes.changed(cursor, JOBS_PER_REQUEST);
      const last = changed.at(-1)?.place ?? cursor;
      // A full page that ends where it began would come for ever: an MES that does not look at the expression.
      const more = changed.length === JOBS_PER_REQUEST && last !== cursor;
      return { ids: changed.map(({ id }) => id), cursor: last, more };
    },

    async read(ids) {
      const held = await inBatches([...new Set(ids)], JOBS_PER_REQUEST, async (some) => {
        const shownJobs = await mes.show(some);
        if (shownJobs.size === 0) return [];
        const made = await mes.made([...shownJobs.keys()]);
        return [...shownJobs.values()].map((one): Held<Job> => ({
          value: toJob(one, made.get(one.id)),
          version: tokenOf(one),
        }));
      });
      return new Map(held.map((one) => [one.value.id, one]));
    },

    dispatch: {
      find: (job) => found(job.id, ({ version }) => version === job.version),
      async write(job, key) {
        const doing = `dispatching job ${job.id}`;
        if (mes.sendsMasters) await mes.master(job, key);
        const answer = await mes.add(doing, job, key);
        if (answer.refusal === null) return await receipt(doing, job.id, answer.job);
        // The MES knows the job: from an attempt whose answer was lost, or from someone else.
        const done = await found(job.id, ({ version }) => version === job.version);
        if (done !== null) return done;
        throw refused(mes.system, doing, job.id, answer.refusal);
      },
    },

    change: {
      find: ({ value }) => found(value.id, ({ version }) => version === value.version),
      async write({ value, expected: version }, key) {
        const doing = `changing job ${value.id}`;
        const done = await found(value.id, (now) => now.version === value.version);
        if (done !== null) return done;
        await expected(doing, value.id, version);
        if (mes.sendsMasters) await mes.master(value, key);
        const answer = await mes.replace(doing, value, key);
        if (answer.refusal === null) return await receipt(doing, value.id, answer.job);
        throw refused(mes.system, doing, value.id, answer.refusal);
      },
    },

    hold: command("Hold", "holding", ({ state }) => state === "waiting" || state === "interrupted"),
    release: command("Resume", "releasing", ({ state }) => state === "ready" || state === "running"),

    cancel: {
      find: ({ job }) => found(job, ({ cancellation }) => cancellation !== null),
      async write({ job, reason }, key) {
        const doing = `cancelling job ${job}`;
        const done = await found(job, ({ cancellation }) => cancellation !== null);
        if (done !== null) return done;
        const { refusal } = await mes.cancel(doing, job, key, reason);
        // A MES that refuses because the job is done or running says so in the job, where it says anything.
        const answered = await found(job, ({ cancellation }) => cancellation !== null);
        if (refusal !== null && answered === null) throw refused(mes.system, doing, job, refusal);
        return answered ?? (await receipt(doing, job, null));
      },
    },

    cannotHold: lossesOf,
  };

  function command(verb: "Hold" | "Resume", gerund: string, isDone: (shown: ShownJob) => boolean) {
    type Input = { readonly job: JobOrderId; readonly reason?: string; readonly expected: VersionToken };
    return {
      find: ({ job }: Input) => found(job, isDone),
      async write({ job, reason = "released", expected: version }: Input, key: IdempotencyKey): Promise<Receipt> {
        const doing = `${gerund} job ${job}`;
        const done = await found(job, isDone);
        if (done !== null) return done;
        await expected(doing, job, version);
        const answer = await mes.command(doing, job, verb, key, reason);
        if (answer.refusal === null) return await receipt(doing, job, answer.job);
        throw refused(mes.system, doing, job, answer.refusal);
      },
    };
  }
}

function receiptOf(job: ShownJob): Receipt {
  return { id: job.number, version: tokenOf(job) };
}

function refused(system: string, doing: string, object: string, refusal: { code: string; words: string }) {
  return new ConnectorError(kindOf(refusal), { system, doing, object, cause: `${refusal.code}: ${refusal.words}` });
}
