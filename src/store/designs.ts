import type { ItemId, PlantId } from "../domain/ids.ts";
import type { Db, Transaction } from "./database.ts";

/** A design that a released change gives an item of a plant. */
export type StoredDesign = {
  readonly item: ItemId;
  readonly change: string;
  readonly releasedAt: string;
  readonly effectiveFrom: string | null;
  readonly revision: string | null;
  readonly published: boolean;
  /** The ERP's number of the mBOM; null before it was published. */
  readonly mbom: string | null;
};

/** Notes which items a change designs anew, in place of what was noted of it before. Gives all items that are or were. */
export async function recordDesigns(
  tx: Transaction,
  plant: PlantId,
  change: string,
  designs: readonly Omit<StoredDesign, "change" | "published" | "mbom">[],
): Promise<ItemId[]> {
  const { rows: gone } = await tx.query<{ item: ItemId }>(
    `delete from newer_designs where plant = $1 and change = $2 and not published and not (item = any($3)) returning item`,
    [plant, change, designs.map(({ item }) => item)],
  );
  const { rows: noted } = await tx.query<{ item: ItemId }>(
    `insert into newer_designs (plant, item, change, released_at, effective_from, revision)
     select $1, item, $2, "releasedAt", "effectiveFrom", revision
       from json_to_recordset($3) as design (item text, "releasedAt" text, "effectiveFrom" text, revision text)
      order by item
         on conflict (plant, item, change) do update
        set released_at = excluded.released_at, effective_from = excluded.effective_from, revision = excluded.revision
      where (newer_designs.released_at, newer_designs.effective_from, newer_designs.revision)
            is distinct from (excluded.released_at, excluded.effective_from, excluded.revision)
     returning item`,
    [plant, change, JSON.stringify(designs)],
  );
  return [...gone, ...noted].map(({ item }) => item);
}

/** The ERP has the change's designs now, by the numbers that their publications got. */
export async function publishDesigns(tx: Transaction, plant: PlantId, change: string): Promise<ItemId[]> {
  const { rows } = await tx.query<{ item: ItemId }>(
    `update newer_designs design
        set published = true,
            mbom = (select number from publications published
                     where published.plant = $1 and published.change = $2 and published.item = design.item
                     order by published.id desc limit 1)
      where plant = $1 and change = $2 returning item`,
    [plant, change],
  );
  return rows.map(({ item }) => item);
}

/** A change that was withdrawn or refused supersedes nothing. What it published stays, until another takes its place. */
export async function forgetDesigns(tx: Transaction, plant: PlantId, change: string): Promise<ItemId[]> {
  return recordDesigns(tx, plant, change, []);
}

export async function designsOf(
  db: Db,
  plant: PlantId,
  items: readonly ItemId[],
): Promise<ReadonlyMap<ItemId, StoredDesign[]>> {
  const { rows } = await db.query<StoredDesign>(
    `select item, change, released_at as "releasedAt", effective_from as "effectiveFrom", revision, published, mbom
       from newer_designs where plant = $1 and item = any($2)`,
    [plant, items],
  );
  return Map.groupBy(rows, ({ item }) => item);
}
