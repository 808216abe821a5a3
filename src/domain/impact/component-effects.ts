import type { EngineeringChange } from "../change.ts";
import type { ItemId } from "../ids.ts";
import type { Mbom, MbomLine } from "../mbom.ts";
import { equals, plus, times, ZERO, type Rational } from "../rational.ts";
import { conversionFactor, type Unit } from "../unit.ts";
import type { ComponentEffect } from "./order-impact.ts";

/** One item's mBOM before and after a change. */
export type MbomStep = { readonly item: ItemId; readonly before: Mbom | null; readonly after: Mbom };

type Effect = ComponentEffect["effects"][number];

/**
 * What a change does to each component of what the plant builds: removed, replaced, more or less of it,
 * another unit, another revision. An item that only comes in is not in it: no open order can name a
 * use of it that is wrong.
 */
export function componentEffects(steps: readonly MbomStep[], change: EngineeringChange): ComponentEffect[] {
  const found = new Map<ItemId, Found>();
  for (const step of steps) if (step.before !== null) addStructural(found, step.item, step.before, step.after);
  addRevised(found, steps, change);
  return [...found]
    .map(([item, { effects, within, replacedBy }]) => ({
      item,
      effects: [...effects].toSorted(),
      in: [...within].toSorted(),
      replacedBy,
    }))
    .toSorted((a, b) => (a.item < b.item ? -1 : 1));
}

type Found = { readonly effects: Set<Effect>; readonly within: Set<ItemId>; replacedBy: ItemId | null };

function addStructural(found: Map<ItemId, Found>, assembly: ItemId, before: Mbom, after: Mbom): void {
  const linesAfter = linesByItem(after);
  for (const [item, lines] of linesByItem(before)) {
    const now = linesAfter.get(item);
    if (now === undefined) {
      const successor = successorOf(lines, after);
      note(found, item, assembly, successor === null ? "removed" : "replaced", successor);
    } else if (!sameBases(lines, now)) {
      note(found, item, assembly, "quantity changed");
    } else {
      const [had, has] = [totalOf(lines), totalOf(now)];
      if (had.unit !== has.unit) note(found, item, assembly, "unit changed");
      if (!sameAmount(had, has)) note(found, item, assembly, "quantity changed");
    }
  }
}

/** A component whose own revision the change moves, wherever it is used in what the change touches. */
function addRevised(found: Map<ItemId, Found>, steps: readonly MbomStep[], change: EngineeringChange): void {
  for (const { item, from, to } of change.affected) {
    if (from === null || to === null || from === to) continue;
    note(found, item, item, "revised");
    for (const step of steps) {
      if (step.after.lines.some((line) => line.item === item)) note(found, item, step.item, "revised");
    }
  }
}

function note(
  found: Map<ItemId, Found>,
  item: ItemId,
  within: ItemId,
  effect: Effect,
  replacedBy?: ItemId | null,
): void {
  const entry = found.get(item) ?? { effects: new Set<Effect>(), within: new Set<ItemId>(), replacedBy: null };
  entry.effects.add(effect);
  if (within !== item) entry.within.add(within);
  entry.replacedBy = replacedBy ?? entry.replacedBy;
  found.set(item, entry);
}

/** The item that stands on the same line now; null when the line is gone. */
function successorOf(lines: readonly MbomLine[], after: Mbom): ItemId | null {
  const keys = new Set(lines.map((line) => line.key));
  return after.lines.find((line) => keys.has(line.key))?.item ?? null;
}

function linesByItem(mbom: Mbom): Map<ItemId, MbomLine[]> {
  const byItem = new Map<ItemId, MbomLine[]>();
  for (const line of mbom.lines) {
    const lines = byItem.get(line.item);
    if (lines === undefined) byItem.set(line.item, [line]);
    else lines.push(line);
  }
  return byItem;
}

type Total = { readonly unit: Unit; readonly amount: Rational };

/** Lines of one item summed in the first line's unit; a line in another dimension keeps the sum apart by its unit. */
function totalOf(lines: readonly MbomLine[]): Total {
  const unit = lines[0]?.quantity.unit ?? "EA";
  const amount = lines.reduce((sum, { quantity }) => {
    const factor = conversionFactor(quantity.unit, unit);
    return factor === null ? sum : plus(sum, times(quantity.amount, factor));
  }, ZERO);
  return { unit, amount };
}

function sameAmount(a: Total, b: Total): boolean {
  const factor = conversionFactor(a.unit, b.unit);
  return factor !== null && equals(times(a.amount, factor), b.amount);
}

function sameBases(a: readonly MbomLine[], b: readonly MbomLine[]): boolean {
  return basesOf(a) === basesOf(b);
}

function basesOf(lines: readonly MbomLine[]): string {
  return [...new Set(lines.map((line) => line.basis))].toSorted().join();
}
