import type { Instant } from "../domain/feedback/instant.ts";
import type { ItemId, Revision } from "../domain/ids.ts";
import { fromJson, type Json } from "../domain/json.ts";
import type { Quantity } from "../domain/quantity.ts";
import type { PlannedComponent } from "../domain/trace/design-lines.ts";
import type { Db } from "./database.ts";

/** What feedback keeps of an order, as far as a piece is held against it. */
export type PlannedOrder = {
  readonly item: ItemId;
  readonly quantity: Quantity;
  readonly revision: Revision | null;
  /** The ERP's number of the mBOM that its components were worked out from. */
  readonly mbom: string | null;
  readonly sentAt: Instant | null;
  readonly components: readonly PlannedComponent[];
};

/** Null of an order that feedback has not learned of. */
export async function plannedOrder(db: Db, plant: string, order: string): Promise<PlannedOrder | null> {
  const { rows } = await db.query<{ item: ItemId; plan: Json }>(
    `select item, plan from shop_orders where plant = $1 and "order" = $2`,
    [plant, order],
  );
  const [row] = rows;
  return row === undefined ? null : { ...fromJson<Omit<PlannedOrder, "item">>(row.plan), item: row.item };
}
