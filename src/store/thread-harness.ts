import { quantity } from "../domain/bom/bom-builder.ts";
import type { BuiltComponent } from "../domain/feedback/as-built.ts";
import type { BuiltRecord } from "../domain/feedback/built-record.ts";
import type { ItemId, OperationId } from "../domain/ids.ts";
import { toJson } from "../domain/json.ts";
import type { Db } from "./database.ts";
import type { UnitKind } from "./unit-records.ts";

/** Units and orders in the store as counting leaves them there, in few words, for tests of what is made of them. */
export type UnitLeft = {
  readonly id: string;
  readonly item?: string;
  readonly kind?: UnitKind;
  readonly order?: string;
  readonly plant?: string;
  readonly revision?: string | null;
  readonly lot?: string | null;
  readonly builtAt?: string;
  readonly changes?: readonly string[];
  readonly record?: Partial<BuiltRecord>;
};

export async function leaveUnits(db: Db, units: readonly UnitLeft[]): Promise<void> {
  for (const unit of units) {
    const { plant = "1000", item = "FX-110", kind = "serial", order = "MO-5001", revision = "B", lot = null } = unit;
    const { builtAt = "2026-02-01T06:00:00.000Z", changes = [], record = {} } = unit;
    await db.query(
      `insert into built_units (plant, item, kind, id, "order", revision, lot, built_at, changes, record)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [
        plant,
        item,
        kind,
        unit.id,
        order,
        revision,
        lot,
        builtAt,
        changes,
        JSON.stringify(toJson({ components: [], operations: [], results: [], ...record })),
      ],
    );
  }
}

/** A component that was built in, with what is told of it in most tests. */
export function builtIn(item: string, amount: string, from: Partial<BuiltComponent> = {}): BuiltComponent {
  return {
    item: item as ItemId,
    revision: null,
    quantity: quantity(amount),
    unitFactors: [],
    lot: null,
    serial: null,
    operation: "0010" as OperationId,
    ...from,
  };
}

/** The plan of an order that feedback keeps, with one line for each component of it. */
export async function leaveShopOrder(
  db: Db,
  { order, item = "FX-110", plant = "1000" }: { order: string; item?: string; plant?: string },
  plan: {
    readonly quantity: string;
    readonly revision?: string | null;
    readonly mbom?: string | null;
    readonly components: readonly { line: string; item: string; required: string; supply?: string }[];
  },
): Promise<void> {
  const { quantity: amount, revision = "B", mbom = null, components } = plan;
  const kept = {
    quantity: quantity(amount),
    unitFactors: [],
    revision,
    mbom,
    sentAt: null,
    operations: [],
    components: components.map(({ required, supply = null, ...one }) => ({
      ...one,
      required: quantity(required),
      operation: "0010",
      supply,
    })),
  };
  await db.query(`insert into shop_orders (plant, "order", item, plan) values ($1, $2, $3, $4)`, [
    plant,
    order,
    item,
    JSON.stringify(toJson(kept)),
  ]);
}
