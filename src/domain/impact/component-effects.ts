import type { AffectedItem, EngineeringChange } from "../change.ts";
import type { ItemId } from "../ids.ts";
import type { Mbom, MbomLine } from "../mbom.ts";
import { naturalOrder } from "../natural-order.ts";
import { sameInSum } from "../quantity-sums.ts";
import type { ComponentEffect } from "./order-impact.ts";

/** One item's mBOM before and after a change. */
export type MbomStep = { readonly item: ItemId; readonly before: Mbom | null; readonly after: Mbom };

type Effect = ComponentEffect["effects"][number];
type Found = Map<ItemId, { effects: Set<Effect>; within: Set<ItemId>; replacedBy: ItemId | null }>;

/**
 * What a change does to each component of what the plant builds: removed, replaced, more or less of it,
 * another unit, another revision. An item that only comes in is not among them: no open order can name a
 * use of it that is wrong.
 */
export function componentEffects(steps: readonly MbomStep[], change: EngineeringChange): ComponentEffect[] {
  const found: Found = new Map();
  for (const { item, before, after } of steps) if (before !== null) addStructural(found, item, before, after);
  for (const affected of change.affected) addOwn(found, affected, steps);
  return [...found]
    .map(([item, { effects, within, replacedBy }]) => ({
      item,
      effects: [...effects].toSorted(),
      in: [...within].toSorted(naturalOrder),
      replacedBy,
    }))
    .toSorted((a, b) => naturalOrder(a.item, b.item));
}

/** What the assembly's lines show. */
function addStructural(found: Found, assembly: ItemId, before: Mbom, after: Mbom): void {
  const now = Map.groupBy(components(after), ({ item }) => item);
  for (const [item, had] of Map.groupBy(components(before), (line) => line.item)) {
    const has = now.get(item);
    if (has === undefined) addGone(found, item, assembly, successorOf(had, after));
    else {
      if (unitsOf(had) !== unitsOf(has)) note(found, item, assembly, "unit changed");
      if (!needTheSame(had, has)) note(found, item, assembly, "quantity changed");
    }
  }
}

function addGone(found: Found, item: ItemId, assembly: ItemId, successor: ItemId | null): void {
  const entry = note(found, item, assembly, successor === null ? "removed" : "replaced");
  entry.replacedBy ??= successor;
}

/** Co- and by-products come out: nobody orders or issues them for the assembly. */
function components({ lines }: Mbom): readonly MbomLine[] {
  return lines.filter(({ output }) => output === undefined);
}

/** A component that the change itself revises, wherever what the change touches uses it, or retires. */
function addOwn(found: Found, { item, from, to }: AffectedItem, steps: readonly MbomStep[]): void {
  if (from === null || from === to) return;
  if (to === null) {
    // Where the lines show it they say more: by what it is replaced, and in what.
    if (!found.has(item)) note(found, item, null, "removed");
    return;
  }
  note(found, item, null, "revised");
  for (const { item: assembly, after } of steps) {
    if (components(after).some((line) => line.item === item)) note(found, item, assembly, "revised");
  }
}

function note(found: Found, item: ItemId, assembly: ItemId | null, effect: Effect) {
  const entry = found.get(item) ?? { effects: new Set(), within: new Set(), replacedBy: null };
  found.set(item, entry);
  entry.effects.add(effect);
  if (assembly !== null) entry.within.add(assembly);
  return entry;
}

/** The item that stands on the same line now; null when the line is gone. */
function successorOf(lines: readonly MbomLine[], after: Mbom): ItemId | null {
  const keys = new Set(lines.map(({ key }) => key));
  return components(after).find(({ key }) => keys.has(key))?.item ?? null;
}

/** In one order: which units the lines count in, not which line does. */
function unitsOf(lines: readonly MbomLine[]): string {
  return [...new Set(lines.map(({ quantity }) => quantity.unit))].toSorted().join();
}

/** Whether two mBOMs of one assembly take the same of a component, which may be nothing. */
export function takeAlike(component: ItemId, some: Mbom, other: Mbom | null): boolean {
  const linesOf = (mbom: Mbom | null) =>
    (mbom === null ? [] : components(mbom)).filter(({ item }) => item === component);
  const [a, b] = [linesOf(some), linesOf(other)];
  return unitsOf(a) === unitsOf(b) && needTheSame(a, b);
}

/** Whether both come to the same for each assembly and for each order, however many lines say so. */
function needTheSame(some: readonly MbomLine[], others: readonly MbomLine[]): boolean {
  return (["per assembly", "per order"] as const).every((basis) =>
    sameInSum(quantitiesOf(some, basis), quantitiesOf(others, basis)),
  );
}

function quantitiesOf(lines: readonly MbomLine[], wanted: MbomLine["basis"]): MbomLine["quantity"][] {
  return lines.filter(({ basis }) => basis === wanted).map(({ quantity }) => quantity);
}
