import type { Stored } from "../http/collection.ts";
import { oneOf } from "./chance.ts";
import { recordArrived } from "./event.ts";
import { moved, openFloor, saveFloor, stepTaken, tell, type Floor, type Station } from "./floor.ts";
import { begunPieces, currentOperation, newRun, type OperationRun, type Task } from "./job-run.ts";
import { cancelAnswerAt, cancelAnswered, instant, type JobStep } from "./job-steps.ts";
import type { Job } from "./job.ts";
import type { Mes } from "./state.ts";
import { counted, materialUsed, runOf, workDone } from "./work.ts";
import type { WorkCenter } from "./work-center.ts";

const OPERATORS = Array.from({ length: 24 }, (_, at) => `OP-${101 + at}`);
const SHIFT_MS = 8 * 3_600_000;

/**
 * Lets the shop work for so long, in steps from one thing that happens to the next; then its clock shows so
 * much more. What happens depends on its jobs and its seed, not on how the time is cut into calls.
 */
export function advance(mes: Mes, milliseconds: number): void {
  mes.write(() => {
    const floor = openFloor(mes);
    const until = floor.now + milliseconds;
    beginWhatCan(floor);
    for (let next = nextMoment(floor); next <= until; next = nextMoment(floor)) {
      floor.now = next;
      for (const job of floor.jobs.values()) happen(floor, job);
      beginWhatCan(floor);
    }
    saveFloor(floor);
    mes.shop.setNow(until);
    recordArrived(mes, until);
  });
}

/** When something happens next: work ends, a job may start, a request to cancel is answered. */
function nextMoment({ jobs, now }: Floor): number {
  let next = Number.POSITIVE_INFINITY;
  for (const { value: job } of jobs.values()) {
    for (const at of [workEndsAt(job), startsAt(job, now), cancelAnswerAt(job)]) {
      if (at !== null && at < next) next = Math.max(at, now);
    }
  }
  return next;
}

function workEndsAt({ state, run }: Job): number | null {
  const task = run?.task;
  if (state !== "RUNNING" || task === null || task === undefined || task.station === null) return null;
  return task.since + task.leftMs;
}

/** Of a job that waits for its start and nothing else. */
function startsAt({ state, content }: Job, now: number): number | null {
  if (state !== "ALLOWED_TO_START" || content.start === null) return null;
  const at = Date.parse(content.start);
  return at > now ? at : null;
}

function happen(floor: Floor, job: Stored<Job>): void {
  const { now } = floor;
  const endsAt = workEndsAt(job.value);
  const worked = endsAt !== null && endsAt <= now ? workDone(floor, job) : job;
  const answerAt = cancelAnswerAt(worked.value);
  if (answerAt !== null && answerAt <= now) answerCancel(floor, worked);
}

function answerCancel(floor: Floor, job: Stored<Job>): void {
  const answered = stepTaken(floor, job, cancelAnswered);
  if (answered.value.state !== "ABORTED" || job.value.state === "ABORTED") return;
  materialUsed(floor, job, runOf(job));
  const lost = begunPieces(job.value);
  const reason = "JOB_CANCELLED";
  if (lost > 0) tell(floor, job, "SCRAP", { quantities: counted({ scrap: lost }), reason, reworked: false });
  tell(floor, job, "OPERATION_COMPLETED", { reason });
}

/** Gives every free station the job that is next at its work center. */
function beginWhatCan(floor: Floor): void {
  const busy = new Set<string>();
  for (const { value } of floor.jobs.values()) {
    const station = value.run?.task?.station ?? null;
    if (station !== null) busy.add(stationKey(value.content.plant, station));
  }
  for (const station of floor.stations) {
    if (busy.has(stationKey(station.workCenter.plant, station.name))) continue;
    const job = nextJob(floor, station.workCenter);
    if (job !== null) begin(floor, job, station);
  }
}

function stationKey(plant: string, station: string): string {
  return `${plant} ${station}`;
}

/** Of the jobs that wait for the work center: the highest priority, then the earliest start, then the oldest. */
function nextJob({ jobs, now }: Floor, { plant, code }: WorkCenter): Stored<Job> | null {
  let first: Stored<Job> | null = null;
  for (const job of jobs.values()) {
    const { content } = job.value;
    if (content.plant !== plant || !wantsStation(job.value, now) || currentOperation(job.value).workCenter !== code)
      continue;
    if (first === null || comesBefore(content, first.value.content)) first = job;
  }
  return first;
}

function wantsStation({ state, content, run }: Job, now: number): boolean {
  if (state === "ALLOWED_TO_START") return content.start === null || Date.parse(content.start) <= now;
  return state === "RUNNING" && (run?.task?.station ?? null) === null;
}

function comesBefore(a: Job["content"], b: Job["content"]): boolean {
  if (a.priority !== b.priority) return a.priority > b.priority;
  return (a.start ?? "") < (b.start ?? "");
}

const started: JobStep = {
  action: "STARTED",
  tells: "job.state-changed",
  note: null,
  after: ({ value: job }, now) => ({
    ...job,
    state: "RUNNING",
    startedAt: instant(now),
    run: newRun(job.content),
  }),
};

function begin(floor: Floor, job: Stored<Job>, { name }: Station): void {
  const { now } = floor;
  const running = job.value.state === "RUNNING" ? job : stepTaken(floor, job, started);
  const run = runOf(running);
  const at = { station: name, operator: operatorAt(floor, name), since: now };
  if (run.task !== null) {
    const resumed = moved(floor, running, { ...run, task: { ...run.task, ...at } });
    tell(floor, resumed, "RESUMED", {});
    return;
  }
  const { operation, setupSeconds } = currentOperation(running.value);
  const setup: Task = { ...at, piece: null, again: false, leftMs: Math.round((setupSeconds ?? 0) * 1000) };
  const entered: OperationRun = { operation, startedAt: instant(now), endedAt: null, good: 0, scrap: 0, rework: 0 };
  const begun = moved(floor, running, { ...run, task: setup, operations: [...run.operations, entered] });
  tell(floor, begun, "OPERATION_STARTED", {});
}

function operatorAt({ rules, now }: Floor, station: string): string {
  return oneOf(OPERATORS, rules.seed, "operator", station, Math.floor(now / SHIFT_MS));
}
