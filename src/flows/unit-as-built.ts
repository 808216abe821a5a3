import { asBuilt, isAsDesigned, type AsBuilt } from "../domain/feedback/as-built.ts";
import { asBuiltText } from "../domain/feedback/as-built-text.ts";
import type { BuiltRecord } from "../domain/feedback/built-record.ts";
import type { Instant } from "../domain/feedback/instant.ts";
import type { ItemId, PlantId } from "../domain/ids.ts";
import { plainOrder } from "../domain/natural-order.ts";
import { ONE, type Rational } from "../domain/rational.ts";
import { designLines, shareOfPiece } from "../domain/trace/design-lines.ts";
import type { Db } from "../store/database.ts";
import { plannedOrder, type PlannedOrder } from "../store/shop-plans.ts";
import {
  publishedAs,
  recordsOf,
  unitsOfOrder,
  type BuiltUnit,
  type RecordedUnit,
  type UnitName,
} from "../store/unit-records.ts";

/** A unit's record, beside the design that its order built. */
export type UnitAsBuilt = {
  /** As the order recorded it that built it first. */
  readonly unit: BuiltUnit;
  /** Orders that worked on it, the first first. */
  readonly orders: readonly string[];
  /** Of all its orders together. */
  readonly record: BuiltRecord;
  /** Null where the design cannot be said. */
  readonly compared: {
    readonly asBuilt: AsBuilt;
    readonly isAsDesigned: boolean;
    readonly text: readonly string[];
  } | null;
  /** What the comparison does not know, and why, in sentences. */
  readonly notes: readonly string[];
};

/** Holds what was built into a serial, a lot or an order against the design in force; null when it is not on record. */
export async function unitAsBuilt(db: Db, name: UnitName): Promise<UnitAsBuilt | null> {
  const records = await recordsOf(db, name);
  const [first] = records;
  if (first === undefined) return null;
  const { record: _, ...unit } = first;
  const record = together(records);
  const seen = { unit, orders: records.map(({ order }) => order), record };
  const plan = await plannedOrder(db, name.plant, first.order);
  if (plan === null)
    return { ...seen, compared: null, notes: [`What order ${first.order} was to make is not known to the hub.`] };
  const { share, note } = await shareOf(db, first, plan);
  const mbom = plan.mbom === null ? null : await publishedAs(db, name.plant as PlantId, plan.item, plan.mbom);
  const built = asBuilt(designLines(plan.components, share, mbom), record.components);
  const revision = first.revision ?? plan.revision;
  const called =
    first.kind === "order" ? `Order ${first.id}` : `${first.kind === "serial" ? "Serial" : "Lot"} ${first.id}`;
  return {
    ...seen,
    compared: {
      asBuilt: built,
      isAsDesigned: isAsDesigned(built),
      text: asBuiltText(called, first.item as ItemId, revision, built),
    },
    notes: [...(note === null ? [] : [note]), ...(mbom === null ? [noMbom(plan)] : [])],
  };
}

function together(records: readonly RecordedUnit[]): BuiltRecord {
  return {
    components: records.flatMap(({ record }) => record.components),
    operations: inTime(records.flatMap(({ record }) => record.operations)),
    results: inTime(records.flatMap(({ record }) => record.results)),
  };
}

function inTime<T extends { readonly at: Instant }>(all: readonly T[]): readonly T[] {
  return all.toSorted((a, b) => plainOrder(a.at, b.at));
}

/** How much of its order a unit is: a piece one of many, an order all of it, a lot all of it where it is the only one. */
async function shareOf(
  db: Db,
  { plant, kind, id, order }: BuiltUnit,
  plan: PlannedOrder,
): Promise<{ share: Rational | null; note: string | null }> {
  if (kind === "order") return { share: ONE, note: null };
  if (kind === "serial") return { share: shareOfPiece(plan.quantity), note: null };
  const { lot } = await unitsOfOrder(db, plant, order);
  if (lot <= 1) return { share: ONE, note: null };
  return {
    share: null,
    note: `Order ${order} made ${lot} lots, and how much of it lot ${id} is, is not known: quantities are not compared.`,
  };
}

function noMbom({ mbom }: PlannedOrder): string {
  return mbom === null
    ? "The ERP does not say from which mBOM the order's components came: alternates are not known and show as extra."
    : `mBOM ${mbom} was not published by Heddle: its alternates are not known and show as extra.`;
}
