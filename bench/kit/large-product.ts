import { ALWAYS } from "../../src/domain/calendar.ts";
import {
  itemRevision,
  type Ebom,
  type EbomAssembly,
  type EbomLine,
  type ItemRevisionKey,
} from "../../src/domain/ebom.ts";
import type { ItemId, LineId, Revision } from "../../src/domain/ids.ts";
import type { Item } from "../../src/domain/item.ts";
import { rational } from "../../src/domain/rational.ts";
import type { Unit } from "../../src/domain/unit.ts";

export type LargeProduct = { readonly ebom: Ebom; readonly top: ItemRevisionKey; readonly lines: number };

const LEVELS = 10;
const LINES_EACH = 20;
const A = "A" as Revision;

/**
 * A product of `lines` eBOM lines on ten levels, or as many as asked, the same each time: assemblies of 20
 * lines, one line in four an assembly of the next level, which several assemblies share; kits that collapse;
 * the rest parts of a catalogue, counted in pieces, kilograms or metres.
 */
export function largeProduct(lines: number, levels = LEVELS): LargeProduct {
  const count = Math.max(levels, Math.ceil(lines / LINES_EACH));
  const levelOf = assembliesByLevel(count, levels);
  const random = generator(42);
  const assemblies = new Map<ItemRevisionKey, EbomAssembly>();
  const items = new Map<ItemRevisionKey, Item>();
  const known = (item: ItemId, type: string, unit: Unit) => {
    const key = itemRevision(item, A);
    if (!items.has(key)) items.set(key, itemOf(item, type, unit));
  };

  let left = Math.max(lines, count);
  for (const [level, names] of levelOf.entries()) {
    const next = levelOf[level + 1] ?? [];
    for (const [at, name] of names.entries()) {
      known(name, typeOf(name), "EA");
      const size = Math.ceil(left / (count - assemblies.size));
      left -= size;
      const children = Array.from({ length: size }, (_, position) => {
        // Every assembly of the next level is used somewhere; beyond that they are shared at random.
        const assembly =
          position % 4 === 0 ? (next[at + (position / 4) * names.length] ?? next[random(next.length)]) : undefined;
        return assembly ?? partName(random(Math.ceil(lines / 10)));
      });
      const key = itemRevision(name, A);
      assemblies.set(key, {
        item: name,
        revision: A,
        lines: children.map((item, position) => lineOf(item, position, random)),
      });
      for (const item of children)
        if (!item.startsWith("ASM") && !item.startsWith("KIT")) known(item, typeOf(item), unitOf(item));
    }
  }
  const top = levelOf[0]?.[0] ?? ("ASM-0-0" as ItemId);
  return { ebom: { assemblies, items }, top: itemRevision(top, A), lines: total(assemblies) };
}

/** One top, then levels that widen by what the level above can call for. */
function assembliesByLevel(count: number, levels: number): readonly (readonly ItemId[])[] {
  const sizes = [1];
  for (let rest = count - 1; sizes.length < levels; rest -= sizes.at(-1) ?? 0) {
    const levelsLeft = levels - sizes.length;
    sizes.push(Math.max(1, Math.min(rest - levelsLeft + 1, levelsLeft === 1 ? rest : (sizes.at(-1) ?? 1) * 3)));
  }
  return sizes.map((size, level) =>
    Array.from({ length: size }, (_, at) => `${at % 10 === 9 ? "KIT" : "ASM"}-${level}-${at}` as ItemId),
  );
}

function lineOf(item: ItemId, position: number, random: (below: number) => number): EbomLine {
  const number = (position + 1) * 10;
  const unit = unitOf(item);
  return {
    id: `L${number}` as LineId,
    findNumber: `${number}`,
    item,
    revision: A,
    quantity: {
      amount: unit === "EA" ? rational(BigInt(1 + random(8))) : rational(BigInt(1 + random(999)), 1000n),
      unit,
    },
    basis: "per assembly",
    referenceDesignators: [],
    effectivity: ALWAYS,
    alternates: [],
  };
}

function partName(number: number): ItemId {
  return `${["BOLT", "SHEET", "WIRE", "CHIP", "NOTE"][number % 5]}-${number}` as ItemId;
}

function typeOf(item: ItemId): string {
  return item.slice(0, item.indexOf("-")).toLowerCase();
}

function unitOf(item: ItemId): Unit {
  return item.startsWith("SHEET") ? "KGM" : item.startsWith("WIRE") ? "MTR" : "EA";
}

function itemOf(item: ItemId, type: string, unit: Unit): Item {
  return {
    item,
    revision: A,
    name: item,
    type,
    state: "released",
    unit,
    attributes: {},
    unitFactors: [],
    approvedSources: [],
  };
}

function total(assemblies: ReadonlyMap<ItemRevisionKey, EbomAssembly>): number {
  return assemblies.values().reduce((sum, { lines }) => sum + lines.length, 0);
}

/** Whole numbers below a bound, from a linear congruential generator: the same in every run. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
