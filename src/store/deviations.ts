import { randomUUID } from "node:crypto";
import type { ItemId, PlantId, ProductionOrderId } from "../domain/ids.ts";
import type { Db, Transaction } from "./database.ts";
import { iso } from "./page.ts";

/** A leave to build by a superseded design, with what each order took of it. Quantities are exact numbers as text. */
export type StoredDeviation = {
  readonly id: string;
  readonly plant: PlantId;
  readonly item: ItemId;
  readonly supersededBy: string;
  readonly order: ProductionOrderId | null;
  readonly reason: string;
  readonly approvedBy: string;
  readonly quantity: string | null;
  readonly until: string | null;
  readonly revokedBy: string | null;
  readonly createdAt: string;
  readonly uses: readonly { readonly order: ProductionOrderId; readonly quantity: string }[];
};

const COLUMNS = `id, plant, item, superseded_by as "supersededBy", "order", reason, approved_by as "approvedBy",
  quantity, ${iso("until")} as until, revoked_by as "revokedBy", ${iso("created_at")} as "createdAt",
  coalesce((select json_agg(json_build_object('order', uses."order", 'quantity', uses.quantity) order by uses."order")
              from deviation_uses uses where uses.deviation = deviations.id), '[]') as uses`;

export type NewDeviation = Omit<StoredDeviation, "id" | "revokedBy" | "createdAt" | "uses">;

/** Gives its id. */
export async function addDeviation(tx: Transaction, given: NewDeviation): Promise<string> {
  const id = `DEV-${randomUUID().slice(0, 8)}`;
  await tx.query(
    `insert into deviations (id, plant, item, superseded_by, "order", reason, approved_by, quantity, until)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      id,
      given.plant,
      given.item,
      given.supersededBy,
      given.order,
      given.reason,
      given.approvedBy,
      given.quantity,
      given.until,
    ],
  );
  return id;
}

/** The deviation as it was; null when there is none that could be revoked. */
export async function revokeDeviation(tx: Transaction, id: string, by: string): Promise<StoredDeviation | null> {
  const { rows } = await tx.query<StoredDeviation>(
    `update deviations set revoked_by = $2 where id = $1 and revoked_by is null returning ${COLUMNS}`,
    [id, by],
  );
  return rows[0] ?? null;
}

/** Of these items or ids, or of all; newest first. */
export async function deviationsOf(
  db: Db,
  {
    plant,
    items,
    ids,
    limit = 1_000,
  }: {
    plant?: string | undefined;
    items?: readonly string[] | undefined;
    ids?: readonly string[] | undefined;
    limit?: number;
  },
): Promise<StoredDeviation[]> {
  const { rows } = await db.query<StoredDeviation>(
    `select ${COLUMNS} from deviations
      where ($1::text is null or plant = $1) and ($2::text[] is null or item = any($2)) and ($3::text[] is null or id = any($3))
      order by created_at desc, id desc limit $4`,
    [plant ?? null, items ?? null, ids ?? null, limit],
  );
  return rows;
}

/** What an order takes of a deviation, in place of what it took before. */
export type DeviationUse = { readonly deviation: string; readonly order: ProductionOrderId; readonly quantity: string };

export async function useDeviations(tx: Transaction, uses: readonly DeviationUse[]): Promise<void> {
  if (uses.length === 0) return;
  await tx.query(
    `insert into deviation_uses (deviation, "order", quantity)
     select deviation, "order", quantity from json_to_recordset($1) as used (deviation text, "order" text, quantity text)
      order by deviation, "order"
         on conflict (deviation, "order") do update set quantity = excluded.quantity`,
    [JSON.stringify(uses)],
  );
}
