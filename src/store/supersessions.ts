import type { ChangeId, PlantId } from "../domain/ids.ts";
import type { Db } from "./database.ts";

/** That a change takes another one's place in a plant. */
export type Supersession = {
  readonly plant: PlantId;
  readonly superseded: ChangeId;
  readonly by: ChangeId;
  /** When `by` was released. */
  readonly releasedAt: string;
};

/** True when it was not known before, or the release is another. */
export async function recordSupersession(
  db: Db,
  { plant, superseded, by, releasedAt }: Supersession,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `insert into supersessions (plant, superseded, by, released_at) values ($1, $2, $3, $4)
         on conflict (plant, superseded, by) do update set released_at = excluded.released_at
      where supersessions.released_at <> excluded.released_at`,
    [plant, superseded, by, releasedAt],
  );
  return rowCount === 1;
}

/** Takes back that a change takes the place of any but `except`; gives those that stand again. */
export async function forgetSupersessions(
  db: Db,
  { plant, by, except }: { plant: PlantId; by: ChangeId; except: ChangeId | null },
): Promise<ChangeId[]> {
  const { rows } = await db.query<{ superseded: ChangeId }>(
    `delete from supersessions where plant = $1 and by = $2 and superseded is distinct from $3 returning superseded`,
    [plant, by, except],
  );
  return rows.map(({ superseded }) => superseded);
}

/** The change that has taken this one's place, the last released of them; null when none has. */
export async function supersederOf(
  db: Db,
  { plant, change, releasedAt }: { plant: PlantId; change: ChangeId; releasedAt: string },
): Promise<ChangeId | null> {
  const { rows } = await db.query<{ by: ChangeId }>(
    `select by from supersessions where plant = $1 and superseded = $2 and released_at >= $3 and by <> $2
      order by released_at desc, by limit 1`,
    [plant, change, releasedAt],
  );
  return rows[0]?.by ?? null;
}
