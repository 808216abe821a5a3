import type { EngineeringChange } from "../domain/change.ts";
import type { Day } from "../domain/calendar.ts";
import type { ChangeId, PlantId } from "../domain/ids.ts";
import { toJson } from "../domain/json.ts";
import type { Lease } from "../engine/lease.ts";
import { recordAudit } from "../store/audit.ts";
import type { Database, Transaction } from "../store/database.ts";
import { checkLease } from "../store/leases.ts";
import { isApplied } from "../store/plans.ts";
import { rollbackOf, type Rollback } from "../store/rollbacks.ts";
import { runOf, type Run } from "../store/runs.ts";
import type { Subject, SubjectId } from "../store/subject.ts";
import { turnClock, type TurnClock } from "../store/turns.ts";
import { todayIn, type ChangeHub, type PlantSystems } from "./systems.ts";

/** One change in one plant, as far as a plan of it is made from what the systems hold and the hub remembers. */
export type ChangeReading = {
  readonly change: ChangeId;
  readonly plant: PlantId;
  readonly subject: SubjectId;
  readonly systems: PlantSystems;
  readonly database: Database;
  /** Null where nobody has looked at it before. */
  readonly before: Run | null;
  /** Whether a plan of it was ever carried out to its end. */
  readonly wasApplied: boolean;
  /** Who asked for it and what it takes back; null for a change of the PLM's. */
  readonly rollback: Rollback | null;
  /**
   * How the change stands in the plan that is being carried out: so it stands until that is through. Null as long as no
   * plan is under way.
   */
  carriesOut: EngineeringChange["state"] | null;
  /** The day it is where the plant is. */
  readonly today: () => Day;
};

/** One look at a change: where it stood when the look began, and how the look writes down what it finds. */
export type ChangeRun = ChangeReading & {
  readonly lanes: ChangeHub["lanes"];
  readonly lease: Lease;
  /** From before anything was read that the look plans from. */
  readonly readAt: TurnClock;
  /** One transaction that only the holder of the subject can commit. */
  readonly held: <T>(work: (tx: Transaction) => Promise<T>) => Promise<T>;
  /** Puts on record what was done, by Heddle where nobody is named. */
  readonly note: (tx: Transaction, what: string, detail: unknown, who?: string) => Promise<void>;
};

export async function changeReading(
  { database, now }: Pick<ChangeHub, "database" | "now">,
  systems: PlantSystems,
  subject: Subject,
): Promise<ChangeReading> {
  const { pool } = database;
  const change = subject.key as ChangeId;
  const plant = subject.plant as PlantId;
  const before = await runOf(pool, subject.id);
  return {
    change,
    plant,
    subject: subject.id,
    systems,
    database,
    before,
    wasApplied: before !== null && (await isApplied(pool, subject.id)),
    rollback: await rollbackOf(pool, { plant, id: change }),
    carriesOut: null,
    today: () => todayIn(systems, now()),
  };
}

export async function changeRun(
  { database, lanes, now }: Pick<ChangeHub, "database" | "lanes" | "now">,
  systems: PlantSystems,
  subject: Subject,
  lease: Lease,
): Promise<ChangeRun> {
  return {
    readAt: await turnClock(database.pool),
    ...(await changeReading({ database, now }, systems, subject)),
    lanes,
    lease,
    held: (work) =>
      database.transaction(async (tx) => {
        await checkLease(tx, lease);
        return work(tx);
      }),
    note: (tx, what, detail, who = "heddle") =>
      recordAudit(tx, { who, what, subject: subject.id, detail: toJson(detail) }),
  };
}
