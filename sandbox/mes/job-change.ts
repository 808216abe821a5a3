import { conflict, type ApiError } from "../http/errors.ts";
import type { Stored } from "../http/collection.ts";
import type { Job, JobComponent, JobContent } from "./job.ts";
import { resized, type JobRun } from "./job-run.ts";

/** What becomes of a job that is sent again, be it as it was or with another version. */
export type ChangeOutcome =
  | { readonly kind: "same" }
  | { readonly kind: "changed"; readonly job: Job }
  /** Kept with the job when it was for what had begun. */
  | { readonly kind: "refused"; readonly error: ApiError; readonly kept: boolean };

export function changed(before: Stored<Job>, content: JobContent): ChangeOutcome {
  const { number, value: job } = before;
  const held = job.content;
  if (content.version < held.version) {
    return refusedFor("VERSION_OLD", `${number} is at version ${held.version} already`, "version");
  }
  if (content.version === held.version) {
    if (JSON.stringify(content) === JSON.stringify(held)) return { kind: "same" };
    return refusedFor("VERSION_CONTENT", `version ${held.version} of ${number} says something else`, "version");
  }
  const fixed = (["externalId", "plant", "order"] as const).find((member) => content[member] !== held[member]);
  if (fixed !== undefined) return refusedFor("FIELD_FIXED", `${fixed} of ${number} cannot change`, fixed);

  const error = begunConflict(before, content);
  if (error !== null) return { kind: "refused", error, kept: true };
  return { kind: "changed", job: withContent(job, content) };
}

function refusedFor(code: string, message: string, field: string): ChangeOutcome {
  return { kind: "refused", error: conflict(code, message, field), kept: false };
}

function begunConflict({ number, value: job }: Stored<Job>, content: JobContent): ApiError | null {
  const { state, run } = job;
  if (state === "RUNNING") return conflict("JOB_RUNNING", `${number} is running; hold it before it is changed`);
  if (state !== "INTERRUPTED" || run === null) {
    const isWaiting = state === "ALLOWED_TO_START" || state === "NOT_ALLOWED_TO_START";
    return isWaiting ? null : conflict("JOB_ENDED", `${number} is ${state}`);
  }
  const wrong = begunDifference(job.content, run, content);
  return wrong === null ? null : conflict("JOB_BEGUN", `${number} has begun: ${wrong.message}`, wrong.field);
}

/** The first thing that a change would take from under work that was done already. */
function begunDifference(
  held: JobContent,
  run: JobRun,
  wanted: JobContent,
): { readonly field: string; readonly message: string } | null {
  if (wanted.itemCode !== held.itemCode) return { field: "itemCode", message: `it makes ${held.itemCode}` };
  if (wanted.unit !== held.unit) return { field: "unit", message: `it counts in ${held.unit}` };
  const least = Number(held.quantity) - (run.at === 0 ? run.waiting.length : 0);
  if (Number(wanted.quantity) < least) return { field: "quantity", message: `${least} pieces are begun` };
  if (run.at > 0 && wanted.quantity !== held.quantity) {
    return { field: "quantity", message: `all pieces are through operation ${held.operations[0]?.operation}` };
  }
  if (wanted.operations.length <= run.at) return { field: "operations", message: "no operation is left to do" };
  for (const [at, { operation, endedAt }] of run.operations.entries()) {
    if (JSON.stringify(wanted.operations[at]) !== JSON.stringify(held.operations[at])) {
      return { field: `operations[${at}]`, message: `operation ${operation} is begun` };
    }
    const used = (content: JobContent) => takenBy(content, operation, endedAt !== null);
    if (used(wanted) !== used(held)) {
      return { field: "components", message: `material of operation ${operation} is used already` };
    }
  }
  return null;
}

/** What an operation takes, to compare; the amounts may still change while it is at work. */
function takenBy(content: JobContent, operation: string, withAmounts: boolean): string {
  const own = content.components.filter((component) => component.operation === operation);
  const compared = ({ quantity, ...rest }: JobComponent) => (withAmounts ? { ...rest, quantity } : rest);
  return JSON.stringify(own.map(compared));
}

function withContent(job: Job, content: JobContent): Job {
  const run = job.run === null ? null : resized(job.run, Number(job.content.quantity), Number(content.quantity));
  return { ...job, content, run, refusal: null, edition: job.edition + 1 };
}
