import { conflict } from "../http/errors.ts";
import type { Stored } from "../http/collection.ts";
import { counts, interrupted, begunPieces } from "./job-run.ts";
import { isOpen, jobEvent, type Cancellation, type Job, type JobAction, type JobMoved } from "./job.ts";
import type { JobContent } from "./job.ts";
import type { Mes } from "./state.ts";

/** How long the shop takes to answer whether a job can still be cancelled. */
const CANCEL_ANSWER_MS = 120_000;

export function newJob(content: JobContent, now: number): Job {
  return {
    content,
    state: "ALLOWED_TO_START",
    holdReason: null,
    cancellation: null,
    refusal: null,
    receivedAt: instant(now),
    startedAt: null,
    endedAt: null,
    run: null,
    edition: 1,
  };
}

/** What is done to a job: what it becomes, or ApiError 409. */
export type JobStep = {
  readonly action: JobAction;
  readonly tells: JobMoved["type"];
  readonly note: string | null;
  readonly after: (before: Stored<Job>, now: number) => Job;
};

/** Takes a step, logs it and tells of it. Call it inside `mes.write`. */
export function take(mes: Mes, before: Stored<Job>, step: JobStep, reference: string | null, now: number): Stored<Job> {
  const stored = mes.jobs.replace(before, { ...step.after(before, now), edition: before.value.edition + 1 });
  logAction(mes, stored, step.action, reference, step.note, now);
  mes.outbox.put(jobEvent(step.tells, stored));
  return stored;
}

export function logAction(
  mes: Mes,
  { number }: Stored<Job>,
  action: JobAction,
  reference: string | null,
  note: string | null,
  now: number,
): void {
  mes.jobLog.insert({ job: number, at: instant(now), action, reference, note });
}

/** Keeps a job from being started, or interrupts it. */
export function held(reason: string): JobStep {
  return {
    action: "HELD",
    tells: "job.state-changed",
    note: reason,
    after({ number, value: job }, now) {
      if (job.state === "NOT_ALLOWED_TO_START" || job.state === "INTERRUPTED") {
        throw conflict("JOB_ON_HOLD", `${number} is on hold: ${job.holdReason}`);
      }
      if (!isOpen(job)) throw conflict("JOB_ENDED", `${number} is ${job.state}`);
      const state = job.state === "RUNNING" ? "INTERRUPTED" : "NOT_ALLOWED_TO_START";
      return { ...job, state, holdReason: reason, run: job.run === null ? null : interrupted(job.run, now) };
    },
  };
}

export const released: JobStep = {
  action: "RELEASED",
  tells: "job.state-changed",
  note: null,
  after({ number, value: job }) {
    if (!isOpen(job)) throw conflict("JOB_ENDED", `${number} is ${job.state}`);
    if (job.holdReason === null) throw conflict("JOB_NOT_ON_HOLD", `${number} is not on hold`);
    return { ...job, state: job.run === null ? "ALLOWED_TO_START" : "RUNNING", holdReason: null };
  },
};

/** Asks for the end of a job; `answered` says later what came of it. Asking again while it is asked changes nothing. */
export function cancelAsked(reason: string): JobStep {
  return {
    action: "CANCEL_ASKED",
    tells: "job.changed",
    note: reason,
    after({ value: job }, now) {
      if (job.cancellation?.answer === "ASKED") return job;
      return { ...job, cancellation: { answer: "ASKED", reason, askedAt: instant(now), answeredAt: null } };
    },
  };
}

/** When the shop answers a request to cancel; null when none waits for an answer. */
export function cancelAnswerAt({ cancellation }: Job): number | null {
  return cancellation?.answer === "ASKED" ? Date.parse(cancellation.askedAt) + CANCEL_ANSWER_MS : null;
}

/**
 * The shop's answer to a request to cancel, by where the job stands when it looks: one that has not begun is
 * cancelled; of one that has, what is finished stays good, what is begun is scrapped and the rest is not made;
 * one whose last pieces are at work, or that has ended, is too late to cancel.
 */
export const cancelAnswered: JobStep = {
  action: "CANCEL_ANSWERED",
  tells: "job.cancel-answered",
  note: null,
  after({ number, value: job }, now) {
    const { cancellation } = job;
    if (cancellation === null) throw new Error(`nobody asked to cancel ${number}`);
    const says = (answer: Cancellation["answer"]) => ({ ...cancellation, answer, answeredAt: instant(now) });
    if (job.state === "CANCELLED") return { ...job, cancellation: says("DONE") };
    if (job.state === "ABORTED") return { ...job, cancellation: says("PARTLY_DONE") };
    if (isTooLate(job)) {
      const why = isOpen(job) ? "its last pieces are at work" : `it is ${job.state}`;
      return { ...job, cancellation: says("TOO_LATE"), refusal: `${number} cannot be cancelled any more: ${why}` };
    }
    const ended = { ...job, holdReason: null, refusal: null, endedAt: instant(now) };
    if (job.run === null) return { ...ended, state: "CANCELLED", cancellation: says("DONE") };
    return { ...ended, state: "ABORTED", cancellation: says("PARTLY_DONE"), run: stopped(job) };
  },
};

function isTooLate(job: Job): boolean {
  if (!isOpen(job)) return true;
  const { run, content } = job;
  if (run === null || run.at < content.operations.length - 1) return false;
  return run.waiting.length === 0;
}

/** What is begun and not finished is scrapped where it stands. */
function stopped(job: Job): Job["run"] {
  if (job.run === null) return null;
  const lost = begunPieces(job);
  const operations = job.run.operations.map((one, at, { length }) =>
    at === length - 1 ? { ...one, scrap: one.scrap + lost } : one,
  );
  return { ...job.run, task: null, waiting: [], passed: [], operations };
}

export function instant(now: number): string {
  return new Date(now).toISOString();
}

/** A job's good and scrapped pieces and how far each operation is, as the API shows them. */
export function progress(job: Job) {
  const { good, scrap } = counts(job);
  return { good: String(good), scrap: String(scrap), progress: job.run?.operations ?? [] };
}
