import type { Stored } from "../http/collection.ts";
import { chance } from "./chance.ts";
import { defectOf, measurementOf, outcomeOf, type PieceAt } from "./defect.ts";
import { workRules } from "./effect.ts";
import type { ShopEvent } from "./event.ts";
import { moved, stepTaken, tell, type Floor } from "./floor.ts";
import { trackingOf } from "./item.ts";
import { currentOperation, type JobRun, type Task } from "./job-run.ts";
import { instant, type JobStep } from "./job-steps.ts";
import type { Job } from "./job.ts";
import { taken } from "./material.ts";
import type { Mes } from "./state.ts";
import { findWorkCenter, type WorkCenter } from "./work-center.ts";

/** Of the time that an operation is planned to take, what it takes at least, and how much more at most. */
const PACE = { least: 0.92, spread: 0.16 };
const REWORK_SHARE = 0.5;

const ended: JobStep = {
  action: "ENDED",
  tells: "job.state-changed",
  note: null,
  after: ({ value: job }, now) => ({ ...job, state: "ENDED", endedAt: instant(now) }),
};

/** What was being done is done: go on with the next piece, the next operation, or end. */
export function workDone(floor: Floor, job: Stored<Job>): Stored<Job> {
  const run = runOf(job);
  const { task } = run;
  if (task === null) throw new Error(`${job.number} has no work that could be done`);
  if (task.piece !== null) return pieceDone(floor, job, run, { ...task, piece: task.piece });
  tell(floor, job, "SETUP_COMPLETED", { workSeconds: currentOperation(job.value).setupSeconds ?? 0 });
  return nextPiece(floor, job, run, task);
}

function pieceDone(floor: Floor, job: Stored<Job>, run: JobRun, task: Task & { readonly piece: number }): Stored<Job> {
  const { mes, rules } = floor;
  const { piece, again } = task;
  const operation = currentOperation(job.value);
  const at: PieceAt = { job: job.number, operation: operation.operation, piece };
  const own = workRules(rules, job.value.content, operation.operation);
  const outcome = outcomeOf(rules, own, at, again);
  const workCenter = workCenterOf(mes, job.value, operation.workCenter);
  const defect = defectOf(rules, own, at, workCenter, outcome);
  const measurement = measurementOf(rules, at, workCenter, defect, again);
  const serials = serialsOf(mes, job, [piece]);

  if (!again) consume(floor, job, (supply) => supply === "PUSH" || supply === "PULL", ofNext(run), serials);
  if (measurement !== null) tell(floor, job, "MEASURED", { measurement, serials });
  if (defect !== null) tell(floor, job, "DEFECT", { defect, serials });
  const counts = outcome === "GOOD" ? { good: 1 } : outcome === "SCRAP" ? { scrap: 1 } : { rework: 1 };
  const workSeconds = pieceMs(floor, job, piece, again) / 1000;
  const reason = defect?.code ?? null;
  tell(floor, job, outcome, { quantities: counted(counts), reason, workSeconds, reworked: again, serials });

  const after = withOutcome(run, piece, outcome);
  if (outcome === "REWORK") return work(floor, job, after, task, piece, true);
  if (outcome === "GOOD" && isLast(job.value)) stock(mes, job.value, serials);
  return nextPiece(floor, job, after, task);
}

function withOutcome(run: JobRun, piece: number, outcome: "GOOD" | "SCRAP" | "REWORK"): JobRun {
  const operations = run.operations.map((one, at) =>
    at !== run.at
      ? one
      : {
          ...one,
          good: one.good + Number(outcome === "GOOD"),
          scrap: one.scrap + Number(outcome === "SCRAP"),
          rework: one.rework + Number(outcome === "REWORK"),
        },
  );
  return { ...run, operations, passed: outcome === "GOOD" ? [...run.passed, piece] : run.passed };
}

function nextPiece(floor: Floor, job: Stored<Job>, run: JobRun, task: Task): Stored<Job> {
  const [piece, ...waiting] = run.waiting;
  if (piece === undefined) return operationDone(floor, job, run);
  return work(floor, job, { ...run, waiting }, task, piece, false);
}

function work(floor: Floor, job: Stored<Job>, run: JobRun, at: Task, piece: number, again: boolean): Stored<Job> {
  const task: Task = { ...at, piece, again, since: floor.now, leftMs: pieceMs(floor, job, piece, again) };
  return moved(floor, job, { ...run, task });
}

function operationDone(floor: Floor, job: Stored<Job>, run: JobRun): Stored<Job> {
  const { mes, now } = floor;
  materialUsed(floor, job, run);
  tell(floor, job, "OPERATION_COMPLETED", { serials: serialsOf(mes, job, run.passed) });

  const operations = run.operations.map((one, at) => (at === run.at ? { ...one, endedAt: instant(now) } : one));
  if (isLast(job.value)) stockLot(mes, job, run.passed.length);
  if (isLast(job.value) || run.passed.length === 0) {
    const finished = moved(floor, job, { ...run, operations, task: null });
    return stepTaken(floor, finished, ended);
  }
  return moved(floor, job, { at: run.at + 1, waiting: run.passed, passed: [], task: null, operations });
}

/** Tells of the material that is counted when the job leaves an operation, for as many pieces as were made there. */
export function materialUsed(floor: Floor, job: Stored<Job>, { at, operations, passed }: JobRun): void {
  const { good = 0, scrap = 0 } = operations[at] ?? {};
  const pieces = { from: 0, until: good + scrap };
  consume(floor, job, (supply) => supply !== "PUSH" && supply !== "PULL", pieces, serialsOf(floor.mes, job, passed));
}

/** Tells what the operation takes from stock of components that are supplied in this way. */
function consume(
  floor: Floor,
  job: Stored<Job>,
  isSupplied: (supply: "PUSH" | "PULL" | "BULK" | "BACKFLUSH" | null) => boolean,
  pieces: { readonly from: number; readonly until: number },
  serials: readonly string[],
): void {
  const { operation } = currentOperation(job.value);
  for (const component of job.value.content.components) {
    if (component.operation !== operation || !isSupplied(component.supplyType)) continue;
    const material = taken(floor.mes, job, component, pieces, floor.now);
    if (material !== null) tell(floor, job, "CONSUMED", { material, serials });
  }
}

/** The piece at work, counted among those of its operation. */
function ofNext(run: JobRun): { readonly from: number; readonly until: number } {
  const { good = 0, scrap = 0 } = run.operations[run.at] ?? {};
  return { from: good + scrap, until: good + scrap + 1 };
}

/** What a piece takes where nobody said. */
const UNTIMED_RUN_SECONDS = 60;

function pieceMs({ rules }: Floor, { number, value }: Stored<Job>, piece: number, again: boolean): number {
  const { operation, runSeconds } = currentOperation(value);
  const pace = PACE.least + PACE.spread * chance(rules.seed, "pace", number, operation, piece, String(again));
  const { runFactor } = workRules(rules, value.content, operation);
  const usual = (runSeconds ?? UNTIMED_RUN_SECONDS) * 1000 * runFactor;
  return Math.max(1, Math.round(usual * pace * (again ? REWORK_SHARE : 1)));
}

function serialsOf(mes: Mes, { number, value }: Stored<Job>, pieces: readonly number[]): string[] {
  const { itemCode } = value.content;
  if (trackingOf(mes, itemCode) !== "SERIAL") return [];
  return pieces.map((piece) => `${itemCode}-${number.replace(/^JOB-/, "")}-${String(piece).padStart(4, "0")}`);
}

function stock(mes: Mes, { content: { plant, itemCode } }: Job, serials: readonly string[]): void {
  for (const serial of serials) mes.serials.insert({ plant, itemCode, serial, usedIn: null });
}

/** Pieces without serial numbers are of the lot that bears the job's number. */
function stockLot(mes: Mes, { number, value: { content } }: Stored<Job>, pieces: number): void {
  const { plant, itemCode } = content;
  if (trackingOf(mes, itemCode) === "LOT") mes.finishedLots.insert({ plant, itemCode, lot: number, pieces });
}

function isLast({ content, run }: Job): boolean {
  return run?.at === content.operations.length - 1;
}

function workCenterOf(mes: Mes, { content: { plant } }: Job, code: string): WorkCenter {
  const workCenter = findWorkCenter(mes, plant, code);
  if (workCenter === null) throw new Error(`plant ${plant} has no work center ${code}, which a job is at`);
  return workCenter.value;
}

export function runOf({ number, value: { run } }: Stored<Job>): JobRun {
  if (run === null) throw new Error(`${number} has not begun`);
  return run;
}

export function counted({ good = 0, scrap = 0, rework = 0 }): ShopEvent["quantities"] {
  return { good: String(good), scrap: String(scrap), rework: String(rework) };
}
