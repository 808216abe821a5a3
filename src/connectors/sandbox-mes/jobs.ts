import type { JobOrderId } from "../../domain/ids.ts";
import type { JobOrder } from "../../domain/job-order.ts";
import type { VersionToken } from "../../domain/plant-item.ts";
import { allPages } from "../http/all-pages.ts";
import { path, type Http } from "../http/http-client.ts";
import { inBatches } from "../in-batches.ts";
import type { IdempotencyKey, Jobs, Receipt, Write } from "../port.ts";
import { shortened } from "../shortened.ts";
import { cannotHold, fromJobOrder, isSame, toHeldJob, toJobId } from "./mapping.ts";
import { CONTRACTS } from "./wire.ts";

const PATH = "/mes/v1/job-orders";
/** Records on one page; the MES's most. */
const PAGE = 200;
/** Ids in one request: an address stays below 16 KiB with ids of 100 characters. */
const IDS_PER_REQUEST = 100;
/** The MES's limit for a reason. */
const REASON_MAX = 500;

export function jobs(http: Http): Jobs {
  return {
    async changedSince(cursor) {
      const query = { since: cursor ?? "0", limit: PAGE };
      const page = await http.read({ doing: "looking for jobs", path: PATH, query, answer: CONTRACTS.jobsSince });
      const ids = page.value.map(toJobId);
      return { ids, cursor: ids.length === 0 ? cursor : String(page.cursor), more: page.more };
    },
    async read(ids) {
      const found = await inBatches([...new Set(ids)], IDS_PER_REQUEST, (some) => readJobs(http, some));
      return new Map(found.map((job) => [toJobId(job), toHeldJob(job, http.system)]));
    },
    dispatch: {
      find: (job) => findTaken(http, job),
      // The MES takes the same version of a job as often as it comes.
      write: (job, key) => send(http, job, key, null),
    },
    change: {
      find: ({ value }) => findTaken(http, value),
      write: ({ value, expected }, key) => send(http, value, key, expected),
    },
    hold: command(http, "HELD", ({ job, reason, expected }) => ({
      job,
      doing: `holding job ${job}`,
      path: path`/mes/v1/job-orders/${job}/hold`,
      expected,
      body: { reason: shortened(reason, REASON_MAX) },
    })),
    release: command(http, "RELEASED", ({ job, expected }) => ({
      job,
      doing: `releasing job ${job}`,
      path: path`/mes/v1/job-orders/${job}/release`,
      expected,
      body: {},
    })),
    cancel: command(http, "CANCEL_ASKED", ({ job, reason }) => ({
      job,
      doing: `cancelling job ${job}`,
      path: path`/mes/v1/job-orders/${job}/cancel`,
      expected: null,
      body: { reason: shortened(reason, REASON_MAX) },
    })),
    cannotHold,
  };
}

async function readJobs(http: Http, ids: readonly JobOrderId[]) {
  return await allPages((page) =>
    http.read({
      doing: "reading jobs",
      path: PATH,
      query: { externalId: ids, limit: PAGE, page },
      answer: CONTRACTS.jobs,
    }),
  );
}

/** The job as it was sent, or a later version of it, which has taken its place. */
async function findTaken(http: Http, job: JobOrder): Promise<Receipt | null> {
  const held = await http.readIfThere({
    doing: `reading job ${job.id}`,
    object: job.id,
    path: path`/mes/v1/job-orders/${job.id}`,
    answer: CONTRACTS.wholeJob,
  });
  if (held === null || held.version < job.version) return null;
  const isTaken = held.version > job.version || isSame(held, fromJobOrder(job, http.system));
  return isTaken ? receiptOf(held) : null;
}

/** @param expected the version that it changes; null for a job that the MES does not have. */
async function send(
  http: Http,
  job: JobOrder,
  reference: IdempotencyKey,
  expected: VersionToken | null,
): Promise<Receipt> {
  const call = {
    object: job.id,
    body: { ...fromJobOrder(job, http.system), reference },
    answer: CONTRACTS.job,
  };
  const taken =
    expected === null
      ? await http.write({ ...call, doing: `dispatching job ${job.id}`, method: "POST", path: PATH })
      : await http.write({
          ...call,
          doing: `changing job ${job.id}`,
          method: "PUT",
          path: path`/mes/v1/job-orders/${job.id}`,
          ifMatch: expected,
        });
  return receiptOf(taken);
}

type CommandCall = {
  readonly job: JobOrderId;
  readonly doing: string;
  readonly path: string;
  readonly expected: VersionToken | null;
  readonly body: object;
};

/** Something told to a job: its key goes as a reference into the job's log, where a lost answer is found again. */
function command<Input>(http: Http, action: string, callOf: (input: Input) => CommandCall): Write<Input> {
  const find = async (input: Input, key: IdempotencyKey): Promise<Receipt | null> => {
    const { job } = callOf(input);
    if (!(await isLogged(http, job, action, key))) return null;
    const now = await http.read({
      doing: `reading job ${job}`,
      object: job,
      path: path`/mes/v1/job-orders/${job}`,
      answer: CONTRACTS.job,
    });
    return receiptOf(now);
  };
  return {
    find,
    async write(input, key) {
      const done = await find(input, key);
      if (done !== null) return done;
      const { expected, body, job, ...call } = callOf(input);
      const told = await http.write({
        ...call,
        object: job,
        method: "POST",
        ...(expected === null ? {} : { ifMatch: expected }),
        body: { ...body, reference: key },
        answer: CONTRACTS.job,
      });
      return receiptOf(told);
    },
  };
}

async function isLogged(http: Http, job: JobOrderId, action: string, reference: string): Promise<boolean> {
  const page = await http.readIfThere({
    doing: `looking up what was done to job ${job}`,
    object: job,
    path: path`/mes/v1/job-orders/${job}/log`,
    query: { reference, limit: PAGE },
    answer: CONTRACTS.log,
  });
  return page?.value.some((entry) => entry.action === action) ?? false;
}

function receiptOf({ number, etag }: { readonly number: string; readonly etag: string }): Receipt {
  return { id: number, version: etag };
}
