import { dividedBy, ONE, rational, type Rational, times } from "./rational.ts";

type Dimension = "count" | "mass" | "length" | "area" | "volume" | "time";

/**
 * Units by their UN/ECE Recommendation 20 codes, with the exact size of one in its dimension's base
 * unit. Imperial sizes are exact by the international yard and pound agreement of 1959 (1 in = 25.4 mm,
 * 1 lb = 0.45359237 kg); US liquid measure by 1 gal = 231 cubic inches.
 */
const UNITS = {
  C62: { name: "one", dimension: "count", size: rational(1n) },
  CEN: { name: "hundred", dimension: "count", size: rational(100n) },
  CMK: { name: "square centimetre", dimension: "area", size: rational(1n, 10_000n) },
  CMQ: { name: "cubic centimetre", dimension: "volume", size: rational(1n, 1_000_000n) },
  CMT: { name: "centimetre", dimension: "length", size: rational(1n, 100n) },
  DAY: { name: "day", dimension: "time", size: rational(86_400n) },
  DZN: { name: "dozen", dimension: "count", size: rational(12n) },
  EA: { name: "each", dimension: "count", size: rational(1n) },
  FOT: { name: "foot", dimension: "length", size: rational(3_048n, 10_000n) },
  FTK: { name: "square foot", dimension: "area", size: rational(9_290_304n, 100_000_000n) },
  GLL: { name: "US gallon", dimension: "volume", size: rational(3_785_411_784n, 1_000_000_000_000n) },
  GRM: { name: "gram", dimension: "mass", size: rational(1n, 1_000n) },
  H87: { name: "piece", dimension: "count", size: rational(1n) },
  HUR: { name: "hour", dimension: "time", size: rational(3_600n) },
  INH: { name: "inch", dimension: "length", size: rational(254n, 10_000n) },
  KGM: { name: "kilogram", dimension: "mass", size: rational(1n) },
  LBR: { name: "pound", dimension: "mass", size: rational(45_359_237n, 100_000_000n) },
  LTR: { name: "litre", dimension: "volume", size: rational(1n, 1_000n) },
  MGM: { name: "milligram", dimension: "mass", size: rational(1n, 1_000_000n) },
  MIL: { name: "thousand", dimension: "count", size: rational(1_000n) },
  MIN: { name: "minute", dimension: "time", size: rational(60n) },
  MLT: { name: "millilitre", dimension: "volume", size: rational(1n, 1_000_000n) },
  MMK: { name: "square millimetre", dimension: "area", size: rational(1n, 1_000_000n) },
  MMT: { name: "millimetre", dimension: "length", size: rational(1n, 1_000n) },
  MTK: { name: "square metre", dimension: "area", size: rational(1n) },
  MTQ: { name: "cubic metre", dimension: "volume", size: rational(1n) },
  MTR: { name: "metre", dimension: "length", size: rational(1n) },
  ONZ: { name: "ounce", dimension: "mass", size: rational(28_349_523_125n, 1_000_000_000_000n) },
  PR: { name: "pair", dimension: "count", size: rational(2n) },
  SEC: { name: "second", dimension: "time", size: rational(1n) },
  SET: { name: "set", dimension: "count", size: rational(1n) },
  TNE: { name: "tonne", dimension: "mass", size: rational(1_000n) },
  YRD: { name: "yard", dimension: "length", size: rational(9_144n, 10_000n) },
} as const satisfies Record<string, { name: string; dimension: Dimension; size: Rational }>;

/** A UN/ECE Recommendation 20 code that Heddle knows. */
export type Unit = keyof typeof UNITS;

/** Null when `code` is not a unit Heddle knows; codes are matched exactly, as Recommendation 20 writes them. */
export function parseUnit(code: string): Unit | null {
  return Object.hasOwn(UNITS, code) ? (code as Unit) : null;
}

/** Every known code, sorted, for messages such as "use one of …". */
export const KNOWN_UNITS: readonly Unit[] = Object.keys(UNITS).toSorted() as Unit[];

export function unitName(unit: Unit): string {
  return UNITS[unit].name;
}

/** Whether a quantity in this unit counts pieces, so that reference designators must match it. */
export function isCount(unit: Unit): boolean {
  return UNITS[unit].dimension === "count";
}

/**
 * The exact number of `to` in one `from`; null across dimensions, which only an item's own factor can
 * bridge (1 EA of this bracket = 0.35 KGM).
 */
export function conversionFactor(from: Unit, to: Unit): Rational | null {
  return from === to ? ONE : (FACTORS[from][to] ?? null);
}

/** Worked out once: a plan asks for the same few of them again and again. */
const FACTORS = Object.fromEntries(KNOWN_UNITS.map((from) => [from, factorsFrom(from)])) as Readonly<
  Record<Unit, Partial<Record<Unit, Rational>>>
>;

function factorsFrom(from: Unit): Partial<Record<Unit, Rational>> {
  const { dimension, size } = UNITS[from];
  const alike = KNOWN_UNITS.filter((to) => UNITS[to].dimension === dimension);
  return Object.fromEntries(alike.map((to) => [to, dividedBy(size, UNITS[to].size)]));
}

/** One `from` of an item is `factor` × `to`, for units of two dimensions. */
export type UnitFactor = { readonly from: Unit; readonly to: Unit; readonly factor: Rational };

/** As `conversionFactor`, bridging dimensions by the item's own factors where the plain units cannot. */
export function itemConversionFactor(from: Unit, to: Unit, own: readonly UnitFactor[]): Rational | null {
  const plain = conversionFactor(from, to);
  if (plain !== null) return plain;
  for (const bridge of own) {
    const there = throughBridge(from, bridge.from, bridge.factor, bridge.to, to);
    if (there !== null) return there;
    const inverse = dividedBy(ONE, bridge.factor);
    const back = throughBridge(from, bridge.to, inverse, bridge.from, to);
    if (back !== null) return back;
  }
  return null;
}

function throughBridge(from: Unit, near: Unit, factor: Rational, far: Unit, to: Unit): Rational | null {
  const first = conversionFactor(from, near);
  const last = conversionFactor(far, to);
  return first === null || last === null ? null : times(times(first, factor), last);
}
