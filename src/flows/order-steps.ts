import { ConnectorError } from "../connectors/connector-error.ts";
import { idempotencyKey } from "./idempotency-key.ts";
import type { IdempotencyKey, Receipt, Write } from "../connectors/port.ts";
import { jobOrderId, type Job, type JobOrder } from "../domain/job-order.ts";
import { canonicalText } from "../domain/json.ts";
import { jobDifferences } from "../domain/orders/job-differences.ts";
import type { OrderAction, OrderPlan } from "../domain/orders/plan-order.ts";
import type { Held } from "../domain/plant-item.ts";
import { rational } from "../domain/rational.ts";
import type { OrderBooks } from "./order-books.ts";
import { usesOf, type Progress } from "./order-look.ts";

/** Something that a look did, for the order's trail. */
export type Told = { readonly what: string; readonly detail: unknown; readonly link: boolean };

export type Step = {
  readonly progress: Progress;
  readonly told: Told | null;
  /** Where the look ends instead of going on, as far as the plan does not say it. */
  readonly stop: Partial<Pick<OrderPlan, "state" | "reason">> | null;
};

type Act<Kind extends OrderAction["kind"]> = Extract<OrderAction, { kind: Kind }>;

/** Carries one step out exactly once. @throws ConnectorError when a system is away */
export async function carryOut(
  action: Exclude<OrderAction, { kind: "nothing" }>,
  progress: Progress,
  books: OrderBooks,
): Promise<Step> {
  try {
    return action.kind === "dispatch" || action.kind === "change"
      ? await send(action, progress, books)
      : await command(action, progress, books);
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    // Someone else moved the job: it is read and planned again.
    if (error.retry === "plan again") return goesOn(await withReadJob(progress, books), null);
    // What the MES says of the connection says nothing of the order.
    if (error.kind === "rejected" || error.kind === "not found") return refused(action, error, progress, books);
    throw error;
  }
}

/** A version of the job. That it begins is committed before it is sent. */
async function send(action: Act<"dispatch" | "change">, progress: Progress, books: OrderBooks): Promise<Step> {
  const { look, memory } = progress;
  const { version, ...content } = action.job;
  const isNew = version > memory.version;
  const begun = { order: look.order.id, version, content: canonicalText(content), uses: usesOf(look) };
  if (!(await books.begin(begun))) {
    const reason = "Another order has taken the rest of the deviation meanwhile.";
    return { progress, told: null, stop: { state: "held", reason } };
  }
  const key = idempotencyKey(`${action.job.id}:v${version}`);
  const { dispatch, change } = books.jobs;
  const receipt =
    action.kind === "dispatch"
      ? await once(books, dispatch, action.job, key, isNew)
      : await once(books, change, { value: action.job, expected: action.expected }, key, isNew);
  const sent = { ...memory, version, content, acknowledged: version, taken: content, refused: null };
  const told: Told = {
    what: action.kind === "dispatch" ? "job dispatched" : "job changed",
    detail: {
      version,
      number: receipt.id,
      ...(memory.content === null ? {} : { changed: jobDifferences(memory.content, content) }),
    },
    link: action.kind === "dispatch",
  };
  if (action.kind === "change") return goesOn(await withReadJob({ ...progress, memory: sent }, books), told);
  // The port says what a dispatched job is: there, and allowed to start. Its later life comes as news.
  return goesOn({ look, memory: sent, job: newJob(action.job, receipt) }, told);
}

/** A command to a job that is there. Where the MES takes its time with it the look ends: the MES tells when it is done. */
async function command(
  action: Act<"hold" | "release" | "cancel">,
  progress: Progress,
  books: OrderBooks,
): Promise<Step> {
  const { look, memory, job } = progress;
  const { jobs } = books;
  const id = jobOrderId(look.order.plant, look.order.id);
  // Told again to a job that has moved since, it is another command.
  const key = idempotencyKey(`${action.kind}:${id}:${job?.version ?? ""}`);
  if (action.kind === "hold") {
    await once(books, jobs.hold, { job: id, reason: action.reason, expected: action.expected }, key, false);
  } else if (action.kind === "release") {
    await once(books, jobs.release, { job: id, expected: action.expected }, key, false);
  } else {
    await once(books, jobs.cancel, { job: id, reason: action.reason }, key, false);
  }
  const heldByHeddle = action.kind === "hold" || (action.kind === "cancel" && memory.heldByHeddle);
  const after = await withReadJob({ look, memory: { ...memory, heldByHeddle }, job }, books);
  const told = { what: TOLD[action.kind], detail: "reason" in action ? { reason: action.reason } : {}, link: false };
  return isSameJob(job, after.job) ? { progress: after, told, stop: {} } : goesOn(after, told);
}

const TOLD = { hold: "job held", release: "job released", cancel: "job's cancellation asked" } as const;

/** The MES said no: to a version, which is then known as refused, or to a command, which a person must see to. */
async function refused(
  action: Exclude<OrderAction, { kind: "nothing" }>,
  error: ConnectorError,
  progress: Progress,
  books: OrderBooks,
): Promise<Step> {
  const { look, memory } = progress;
  const words = wordsOf(error);
  if (action.kind === "hold" || action.kind === "release" || action.kind === "cancel") {
    const reason = `The MES refused to ${action.kind} the job: ${words}`;
    return {
      progress,
      told: { what: `${action.kind} refused`, detail: { words }, link: false },
      stop: { state: "refused", reason },
    };
  }
  const { version, ...content } = action.job;
  const after = await withReadJob(
    { look, memory: { ...memory, version, content, refused: { version, words } }, job: null },
    books,
  );
  // The MES has a job of this name already: from a hub whose database was lost, or made by hand.
  if (action.kind === "dispatch" && after.job !== null) {
    const known = Math.max(version, after.job.value.version);
    return goesOn({ ...after, memory: { ...memory, version: known, content: null } }, null);
  }
  return goesOn(after, { what: "job refused", detail: { version, words }, link: false });
}

/** A write whose answer may have been lost, now or in an earlier look, is looked for before it is sent again. */
async function once<Input>(
  books: OrderBooks,
  { find, write }: Write<Input>,
  input: Input,
  key: IdempotencyKey,
  isFirst: boolean,
): Promise<Receipt> {
  const found = isFirst ? null : await find(input, key);
  if (found !== null) return found;
  books.assertHeld();
  try {
    return await write(input, key);
  } catch (error) {
    if (!(error instanceof ConnectorError) || error.retry !== "look up") throw error;
    const done = await find(input, key);
    if (done === null) throw error;
    return done;
  }
}

async function withReadJob({ look, memory }: Progress, books: OrderBooks): Promise<Progress> {
  return { look, memory, job: await books.readJob(jobOrderId(look.order.plant, look.order.id)) };
}

function goesOn(progress: Progress, told: Told | null): Step {
  return { progress, told, stop: null };
}

function isSameJob(a: Held<Job> | null, b: Held<Job> | null): boolean {
  return a?.value.state === b?.value.state && a?.value.cancellation === b?.value.cancellation;
}

function newJob({ id, version, quantity: { unit } }: JobOrder, receipt: Receipt): Held<Job> {
  const none = { amount: rational(0n), unit };
  const state = { state: "ready", cancellation: null, refusal: null } as const;
  return {
    value: { id, number: receipt.id, version, good: none, scrap: none, ...state },
    version: receipt.version ?? "",
  };
}

/** What the MES said, for a person. */
function wordsOf({ message, at: { field, cause } }: ConnectorError): string {
  return [cause ?? message, ...(field === undefined ? [] : [`(field ${field})`])].join(" ");
}
