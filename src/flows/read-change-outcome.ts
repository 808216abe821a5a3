import type { ChangePlan, MbomChange } from "../domain/change-plan.ts";
import {
  alongside,
  changeOutcome,
  type ItemOutcome,
  type MeasuredOutcome,
  type OperationOutcome,
  type OrderOutcome,
} from "../domain/feedback/change-outcome.ts";
import { cutInText } from "../domain/feedback/cut-in-text.ts";
import { cutIns, designOf, type CutIn, type PlannedCutIn, type Telltale } from "../domain/feedback/cut-in.ts";
import type { Instant } from "../domain/feedback/instant.ts";
import { mergedElements } from "../domain/feedback/kpi-elements.ts";
import { telltalesOf } from "../domain/feedback/telltale.ts";
import type { ChangeId, ItemId, OperationId, PlantId, Revision } from "../domain/ids.ts";
import { fromJson } from "../domain/json.ts";
import type { Db } from "../store/database.ts";
import { plansOf, readPlan } from "../store/plans.ts";
import { subjectOf } from "../store/subject.ts";
import {
  firstBuilt,
  ordersAround,
  publishedRevisions,
  unitsAround,
  type OrderAround,
  type UnitOnRecord,
} from "../store/units-around.ts";

/** Orders on each side of a cut-in that are compared, those nearest to it: further away, more else has changed as well. */
const ORDERS_EACH = 400;
/** Units on each side among which the cut-in is looked for. */
const UNITS_EACH = 2_000;
/** Items of one change that are compared; those that it touches itself come first in its plan. */
const ITEMS_MOST = 20;

/** By what units of the new design were told from old ones. */
type ToldBy = "revision" | "component" | "changes in force";

/** What became of an item in production with a change. */
export type ItemWithChange = {
  readonly item: ItemId;
  readonly from: Revision | null;
  readonly to: Revision;
  readonly toldBy: ToldBy | null;
  readonly cutIn: CutIn;
  readonly text: string;
  readonly orders: { readonly before: number; readonly after: number };
};

export type ChangeInProduction = {
  readonly change: ChangeId;
  readonly plant: PlantId;
  readonly items: readonly ItemWithChange[];
  readonly measures: readonly MeasuredOutcome[];
  readonly alongside: ReturnType<typeof alongside>;
};

export type PlaceOfChange = { readonly change: ChangeId; readonly plant: PlantId; readonly timeZone: string };

/** Where a change really cut in at a plant, and what it did to production there; null for one that was never planned there. */
export async function readChangeOutcome(db: Db, place: PlaceOfChange): Promise<ChangeInProduction | null> {
  const plan = await planThatCounts(db, place);
  if (plan === null) return null;
  const read: Read[] = [];
  for (const mbom of plan.mboms.slice(0, ITEMS_MOST)) read.push(await readItem(db, place, plan, mbom));
  const { change, plant } = place;
  return {
    change,
    plant,
    items: read.map(({ item }) => item),
    measures: changeOutcome(
      change,
      read.flatMap(({ outcome }) => (outcome.orders.length === 0 ? [] : [outcome])),
    ),
    alongside: alongside(
      change,
      read.flatMap(({ outcome }) => outcome.orders),
    ),
  };
}

/** The plan that was applied; of one that was not, the newest. */
async function planThatCounts(db: Db, { change, plant }: PlaceOfChange): Promise<ChangePlan | null> {
  const plans = await plansOf(db, subjectOf("change", change, plant).id);
  const row = plans.find(({ state }) => state === "applied") ?? plans[0];
  const stored = row === undefined ? null : await readPlan(db, row.digest);
  return stored === null ? null : fromJson<ChangePlan>(stored.plan);
}

type Read = { readonly item: ItemWithChange; readonly outcome: ItemOutcome };

async function readItem(
  db: Db,
  place: PlaceOfChange,
  plan: ChangePlan,
  { item, before, after }: MbomChange,
): Promise<Read> {
  const { change, plant } = place;
  const published = await publishedRevisions(db, { plant, item });
  const publishedAt = published.find((one) => one.change === change)?.at ?? null;
  const planned = plannedCutIn(plan, publishedAt, place.timeZone);
  const telltales = telltalesOf(
    before,
    after,
    published.map(({ revision }) => revision),
  );
  const near = (await firstNew(db, { plant, item }, telltales)) ?? publishedAt ?? planned?.at ?? null;
  const withComponents = telltales.some(({ by }) => by === "component");
  const units =
    near === null ? [] : await unitsAround(db, { plant, item }, { at: near, each: UNITS_EACH, withComponents });
  const { cutIn, toldBy, telltale } = cutInOf(plant, planned, units, telltales, change);
  const orders = await ordersBesides(db, { plant, item }, cutIn, toldBy);
  const sides = orders.flatMap((order) => sideOf(order, cutIn, toldBy, telltale, change));
  const from = cutIn.kind === "cut in" ? `${kindOf(units, cutIn.from.id)} ${cutIn.from.id}` : null;
  return {
    item: {
      item,
      from: before?.revision ?? null,
      to: after.revision,
      toldBy: cutIn.kind === "nothing told" ? null : toldBy,
      cutIn,
      text: cutInText(change, cutIn),
      orders: { before: count(sides, "before"), after: count(sides, "after") },
    },
    outcome: { item, from, orders: sides },
  };
}

/** None where the change has not cut in. */
async function ordersBesides(
  db: Db,
  made: { readonly plant: PlantId; readonly item: ItemId },
  cutIn: CutIn,
  toldBy: ToldBy,
): Promise<readonly OrderAround[]> {
  if (cutIn.kind !== "cut in") return [];
  const withComponents = toldBy === "component";
  return ordersAround(db, made, { at: cutIn.from.builtAt, each: ORDERS_EACH, withComponents });
}

/** Null where the change is neither published nor effective from a day. */
function plannedCutIn(
  { change }: ChangePlan,
  publishedAt: Instant | null,
  timeZone: string,
): Extract<PlannedCutIn, { kind: "instant" }> | null {
  const day = change.effectiveFrom;
  const start = day === null ? null : startOf(day, timeZone);
  // What is effective from a day before the plant had it could be built from then on only.
  const at = start === null || (publishedAt !== null && publishedAt > start) ? publishedAt : start;
  return at === null ? null : { kind: "instant", at };
}

function startOf(day: string, timeZone: string): Instant {
  return Temporal.PlainDate.from(day).toZonedDateTime(timeZone).toInstant().toString({ smallestUnit: "millisecond" });
}

async function firstNew(
  db: Db,
  made: { readonly plant: PlantId; readonly item: ItemId },
  telltales: readonly Telltale[],
): Promise<Instant | null> {
  const own = telltales.find((telltale) => telltale.by === "revision");
  return own === undefined ? null : firstBuilt(db, made, own.new);
}

type Told = { readonly cutIn: CutIn; readonly toldBy: ToldBy; readonly telltale: Telltale };

/** By the surest telltale that tells anything; else by the changes that were in force for each unit. */
function cutInOf(
  plant: PlantId,
  planned: PlannedCutIn | null,
  units: readonly UnitOnRecord[],
  telltales: readonly Telltale[],
  change: ChangeId,
): Told {
  for (const telltale of telltales) {
    const cutIn = only(cutIns([{ plant, planned }], units, telltale));
    if (cutIn.kind !== "nothing told") return { cutIn, toldBy: telltale.by, telltale };
  }
  // As if the change were the unit's revision. That it is in force for none tells nothing.
  const isInForce = units.some(({ changes }) => changes.includes(change));
  const marked = units.map((unit) => ({ ...unit, revision: isInForce ? markOf(unit.changes, change) : null }));
  const telltale: Telltale = { by: "revision", old: [WITHOUT], new: [WITH] };
  return { cutIn: only(cutIns([{ plant, planned }], marked, telltale)), toldBy: "changes in force", telltale };
}

const WITH = "with the change" as Revision;
const WITHOUT = "without the change" as Revision;

function markOf(changes: readonly ChangeId[], change: ChangeId): Revision {
  return changes.includes(change) ? WITH : WITHOUT;
}

function only(found: readonly CutIn[]): CutIn {
  const [cutIn] = found;
  if (cutIn === undefined) throw new Error("no plant was asked about");
  return cutIn;
}

/** Which side an order is on; on none where it is of the other design, a prototype for instance, or of both. */
function sideOf(
  order: OrderAround,
  cutIn: CutIn,
  toldBy: ToldBy,
  telltale: Telltale,
  change: ChangeId,
): readonly OrderOutcome[] {
  if (cutIn.kind !== "cut in") return [];
  const side = order.finishedAt < cutIn.from.builtAt ? "before" : "after";
  const design = designOfOrder(order, toldBy, telltale, change);
  if (design !== (side === "before" ? "old" : "new")) return [];
  const { order: id, finishedAt, changes } = order;
  return [{ order: id, finishedAt, side, changes, operations: byOperation(order) }];
}

function designOfOrder(
  { order, changes, cells, components, finishedAt }: OrderAround,
  toldBy: ToldBy,
  telltale: Telltale,
  change: ChangeId,
): "old" | "new" | null {
  const unit = { plant: "" as PlantId, id: order, builtAt: finishedAt, components };
  switch (toldBy) {
    case "component":
      return designOf({ ...unit, revision: null }, telltale);
    case "changes in force":
      return designOf({ ...unit, revision: markOf(changes, change) }, telltale);
    case "revision": {
      const designs = new Set(cells.map(({ revision }) => designOf({ ...unit, revision }, telltale)));
      return designs.size === 1 ? ([...designs][0] ?? null) : null;
    }
  }
}

function byOperation({ cells }: OrderAround): ReadonlyMap<OperationId, OperationOutcome> {
  const sums = new Map<OperationId, OperationOutcome>();
  for (const { operation, unit, elements } of cells) {
    const held = sums.get(operation);
    sums.set(operation, {
      unit: held?.unit ?? unit,
      elements: held === undefined ? elements : mergedElements(held.elements, elements),
    });
  }
  return sums;
}

function kindOf(units: readonly UnitOnRecord[], id: string): UnitOnRecord["kind"] {
  return units.find((unit) => unit.id === id)?.kind ?? "serial";
}

function count(orders: readonly OrderOutcome[], side: OrderOutcome["side"]): number {
  return orders.filter((order) => order.side === side).length;
}
