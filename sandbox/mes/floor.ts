import type { Stored } from "../http/collection.ts";
import { report, type ShopEvent, type ShopEventType } from "./event.ts";
import { currentOperation, type JobRun } from "./job-run.ts";
import { instant, take, type JobStep } from "./job-steps.ts";
import type { Job } from "./job.ts";
import { trackingOf } from "./item.ts";
import type { ShopRules } from "./shop-rules.ts";
import type { Mes } from "./state.ts";
import type { WorkCenter } from "./work-center.ts";

/** The shop floor while its time goes on: its open jobs are in memory, and saved at the end. */
export type Floor = {
  readonly mes: Mes;
  readonly rules: ShopRules;
  readonly stations: readonly Station[];
  readonly jobs: Map<number, Stored<Job>>;
  /** Jobs that differ from what is saved. */
  readonly touched: Set<number>;
  now: number;
};

export type Station = { readonly name: string; readonly workCenter: WorkCenter };

export function openFloor(mes: Mes): Floor {
  const jobs = mes.jobs.list([{ kind: "moving", any: ["yes"] }]);
  const stations = mes.workCenters
    .list([])
    .flatMap(({ value }) =>
      Array.from({ length: value.stations }, (_, at) => ({ name: `${value.code}/${at + 1}`, workCenter: value })),
    );
  return {
    mes,
    rules: mes.shop.rules(),
    stations,
    jobs: new Map(jobs.map((job) => [job.id, job])),
    touched: new Set(),
    now: mes.shop.now(),
  };
}

export function saveFloor({ mes, jobs, touched }: Floor): void {
  for (const id of touched) {
    const job = jobs.get(id);
    if (job !== undefined) mes.jobs.replace(job, job.value);
  }
}

/** The job with its work further on. */
export function moved(floor: Floor, job: Stored<Job>, run: JobRun): Stored<Job> {
  const after = { ...job, value: { ...job.value, run } };
  floor.jobs.set(job.id, after);
  floor.touched.add(job.id);
  return after;
}

export function stepTaken(floor: Floor, job: Stored<Job>, step: JobStep): Stored<Job> {
  const after = take(floor.mes, job, step, null, floor.now);
  floor.jobs.set(job.id, after);
  floor.touched.delete(job.id);
  return after;
}

export function tell(floor: Floor, job: Stored<Job>, type: ShopEventType, what: Partial<ShopEvent>): void {
  report(floor.mes, shopEvent(floor.mes, job, type, floor.now, what));
}

/** An event of a job where it stands now. */
export function shopEvent(
  mes: Mes,
  { number, value }: Stored<Job>,
  type: ShopEventType,
  now: number,
  what: Partial<ShopEvent>,
): ShopEvent {
  const { plant, order, externalId, version, itemCode, revision, unit } = value.content;
  const { operation, workCenter } = currentOperation(value);
  const task = value.run?.task ?? null;
  return {
    id: mes.nextNumber("EVT"),
    source: task?.station ?? "TERMINAL",
    type,
    time: instant(now),
    plant,
    order,
    jobNumber: number,
    externalId,
    jobVersion: version,
    itemCode,
    revision,
    operation,
    workCenter,
    station: task?.station ?? null,
    operator: task?.operator ?? null,
    quantities: null,
    unit,
    workSeconds: null,
    reworked: null,
    reason: null,
    lot: trackingOf(mes, itemCode) === "LOT" ? number : null,
    serials: [],
    material: null,
    measurement: null,
    defect: null,
    about: null,
    instead: null,
    ...what,
  };
}
