import type { Job, JobContent, JobOperation } from "./job.ts";

/** How far a job is. All its pieces go through one operation, then those that are good through the next. */
export type JobRun = {
  /** Index of the operation that it is at. */
  readonly at: number;
  /** Numbers of the pieces that the operation has still to begin, in order. */
  readonly waiting: readonly number[];
  /** Pieces that came through it well. */
  readonly passed: readonly number[];
  /** What is being done; null while the job queues for its next operation. */
  readonly task: Task | null;
  /** Of each operation that was begun, in sequence. */
  readonly operations: readonly OperationRun[];
};

/** Setting up (`piece` is null), working on a piece, or working on it again. */
export type Task = {
  readonly piece: number | null;
  readonly again: boolean;
  /** Null while it is interrupted or waits for a station. */
  readonly station: string | null;
  readonly operator: string | null;
  /** When work on it went on last, and what was left to do then, in milliseconds. */
  readonly since: number;
  readonly leftMs: number;
};

export type OperationRun = {
  readonly operation: string;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly good: number;
  readonly scrap: number;
  readonly rework: number;
};

export function newRun({ quantity }: JobContent): JobRun {
  return { at: 0, waiting: piecesOf(1, Number(quantity)), passed: [], task: null, operations: [] };
}

function piecesOf(first: number, last: number): number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => first + at);
}

/** @throws Error when there is none: a bug. */
export function currentOperation({ content, run }: Job): JobOperation {
  const operation = content.operations[run?.at ?? 0];
  if (operation === undefined) throw new Error(`job ${content.externalId} is at an operation that it does not have`);
  return operation;
}

/** Finished pieces: good ones of the last operation, scrap of all. */
export function counts({ content, run }: Job): { readonly good: number; readonly scrap: number } {
  const done = run?.operations ?? [];
  const last = done[content.operations.length - 1];
  return { good: last?.good ?? 0, scrap: done.reduce((sum, { scrap }) => sum + scrap, 0) };
}

/** Pieces that are neither finished nor scrapped nor still to begin at the first operation. */
export function begunPieces(job: Job): number {
  const { run, content } = job;
  if (run === null) return 0;
  const notBegun = run.at === 0 ? run.waiting.length : 0;
  const { good, scrap } = counts(job);
  return Number(content.quantity) - notBegun - good - scrap;
}

/** With its task taken off the station; what is left of it is remembered. */
export function interrupted(run: JobRun, now: number): JobRun {
  const { task } = run;
  if (task === null || task.station === null) return run;
  return { ...run, task: { ...task, station: null, operator: null, since: now, leftMs: leftOf(task, now) } };
}

function leftOf({ since, leftMs }: Task, now: number): number {
  return Math.max(0, leftMs - (now - since));
}

/** For more or fewer pieces; only those that the first operation has not begun can be left out. */
export function resized(run: JobRun, before: number, after: number): JobRun {
  const waiting = [...run.waiting, ...piecesOf(before + 1, after)].filter((piece) => piece <= after);
  return { ...run, waiting };
}
