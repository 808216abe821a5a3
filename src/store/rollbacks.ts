import type { ChangeId, Digest, ItemId, PlantId } from "../domain/ids.ts";
import type { Json } from "../domain/json.ts";
import type { Db, Transaction } from "./database.ts";
import { iso } from "./page.ts";
import { BASELINE_FIRST } from "./publications.ts";
import type { SubjectId } from "./subject.ts";

/** That a person asked for a change to be taken back in a plant. */
export type Rollback = {
  readonly plant: PlantId;
  /** The change of Heddle's own that does it: `ROLLBACK-ECO-0001-1`. */
  readonly id: ChangeId;
  /** The change that is taken back. */
  readonly change: ChangeId;
  /** Whether that is a rollback itself. */
  readonly ofRollback: boolean;
  readonly reason: string;
  readonly by: string;
  readonly at: string;
};

const COLUMNS = `plant, id, change, reason, by, ${iso("at")} as at,
  exists (select from rollbacks of where of.plant = rollbacks.plant and of.id = rollbacks.change) as "ofRollback"`;

/** Numbers it on from those that the change had before. Hold the change's run, so that two do not get one number. */
export async function addRollback(
  tx: Transaction,
  { plant, change, reason, by }: Omit<Rollback, "id" | "at" | "ofRollback">,
): Promise<Rollback> {
  const { rows } = await tx.query<Rollback>(
    `insert into rollbacks (plant, id, change, reason, by)
     select $1, 'ROLLBACK-' || $2 || '-' || (count(*) + 1), $2, $3, $4 from rollbacks where plant = $1 and change = $2
     returning ${COLUMNS}`,
    [plant, change, reason, by],
  );
  const [made] = rows;
  if (made === undefined) throw new Error(`the rollback of ${change} was not stored`);
  return made;
}

/** Null for a change that is no rollback. */
export async function rollbackOf(db: Db, { plant, id }: { plant: PlantId; id: ChangeId }): Promise<Rollback | null> {
  const { rows } = await db.query<Rollback>(`select ${COLUMNS} from rollbacks where plant = $1 and id = $2`, [
    plant,
    id,
  ]);
  return rows[0] ?? null;
}

/**
 * The rollback that has taken a change back; null when none has. It stays so when that is rolled back in its turn: what
 * is in the plant then is the last one's to answer for, or two would flag the same orders.
 */
export async function takenBackBy(
  db: Db,
  { plant, change }: { plant: PlantId; change: ChangeId },
): Promise<ChangeId | null> {
  const { rows } = await db.query<{ id: ChangeId }>(
    `select id from rollbacks join runs on runs.kind = 'change' and runs.key = id and runs.plant = rollbacks.plant
      where rollbacks.plant = $1 and rollbacks.change = $2
        and exists (select from plans where plans.subject = runs.subject and plans.state = 'applied')
      order by rollbacks.at desc limit 1`,
    [plant, change],
  );
  return rows[0]?.id ?? null;
}

/** A rollback of the change that has not come to its end; null when there is none. */
export async function openRollbackOf(
  db: Db,
  { plant, change }: { plant: PlantId; change: ChangeId },
): Promise<ChangeId | null> {
  const { rows } = await db.query<{ id: ChangeId }>(
    `select id from rollbacks left join runs on runs.kind = 'change' and runs.key = id and runs.plant = rollbacks.plant
      where rollbacks.plant = $1 and rollbacks.change = $2
        and coalesce(runs.state, 'planning') not in ('applied', 'in step', 'refused', 'rolled back') limit 1`,
    [plant, change],
  );
  return rows[0]?.id ?? null;
}

/** What a change made of an item's mBOM, and what Heddle had published of it before that. */
export type PublishedBy = {
  readonly item: ItemId;
  /** What stood in the plant before the change's first publication; null when there was none. */
  readonly before: Json | null;
  readonly after: Json;
  readonly engineering: Json | null;
  /** The publication before the change's first; null when Heddle had published none. */
  readonly earlier: Json | null;
  readonly earlierEngineering: Json | null;
};

/** @param digests of the plans that count: the others only took back. */
export async function publishedBy(
  db: Db,
  { change, plant }: { change: ChangeId; plant: PlantId },
  digests: readonly Digest[],
): Promise<PublishedBy[]> {
  const { rows } = await db.query<PublishedBy>(
    `select first.item, first.before, last.after, last.engineering,
            earlier.after as earlier, earlier.engineering as "earlierEngineering"
       from (select distinct on (item) * from publications
              where change = $1 and plant = $2 and digest = any($3) order by ${BASELINE_FIRST}) first
       join (select distinct on (item) * from publications
              where change = $1 and plant = $2 and digest = any($3) order by item, id desc) last using (item)
       left join lateral (
         select * from publications
          where plant = $2 and item = first.item and id < first.id order by id desc limit 1
       ) earlier on true
      order by first.item`,
    [change, plant, digests],
  );
  return rows;
}

/** The plans of a subject of which something was carried out, the oldest first, each with the actions that were. */
export async function carriedOut(
  db: Db,
  subject: SubjectId,
): Promise<{ readonly digest: Digest; readonly done: readonly string[] }[]> {
  const { rows } = await db.query<{ digest: Digest; done: string[] }>(
    `select digest, array_agg(action) as done from outcomes join plans using (digest)
      where outcomes.subject = $1 and outcomes.state = 'done' group by digest, plans.id order by plans.id`,
    [subject],
  );
  return rows;
}
