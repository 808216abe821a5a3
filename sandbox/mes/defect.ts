import { chance, happens, oneOf } from "./chance.ts";
import type { WorkRules } from "./effect.ts";
import type { ShopEvent } from "./event.ts";
import type { ShopRules } from "./shop-rules.ts";
import type { WorkCenter } from "./work-center.ts";

/** What a piece, at an operation of a job, is about. */
export type PieceAt = { readonly job: string; readonly operation: string; readonly piece: number };

const SEEN = [
  ["SURFACE", "Surface damaged"],
  ["FIT", "Parts do not fit together"],
  ["MISSING", "Fastener missing"],
  ["HANDLING", "Dropped or bent in handling"],
] as const;
/** What people write when they choose from no list. */
const OTHER = "Not as it should be";
const MEASURED = ["OUT_OF_TOLERANCE", "Measured value out of tolerance"] as const;
const VALUE_DECIMALS = 3;

export type Outcome = "GOOD" | "SCRAP" | "REWORK";

/** How a piece comes out of an operation; reworked once it is good. */
export function outcomeOf(
  { seed }: ShopRules,
  { scrapPercent, reworkPercent }: WorkRules,
  { job, operation, piece }: PieceAt,
  again: boolean,
): Outcome {
  if (again) return "GOOD";
  if (happens(scrapPercent, seed, "scrap", job, operation, piece)) return "SCRAP";
  return happens(reworkPercent, seed, "rework", job, operation, piece) ? "REWORK" : "GOOD";
}

/** What is wrong with a piece that is not good. */
export function defectOf(
  { seed }: ShopRules,
  { defect }: WorkRules,
  { job, operation, piece }: PieceAt,
  { measures }: WorkCenter,
  outcome: Outcome,
): ShopEvent["defect"] {
  if (outcome === "GOOD") return null;
  const severity = outcome === "SCRAP" ? "MAJOR" : "MINOR";
  const found = [...SEEN, ...(measures === null ? [] : [MEASURED])];
  if (defect !== null) return { code: defect, text: found.find(([code]) => code === defect)?.[1] ?? OTHER, severity };
  const [code, text] = oneOf(found, seed, "defect", job, operation, piece);
  return { code, text, severity };
}

/** What is measured on a piece; null where nothing is. Out of tolerance exactly when that is its defect. */
export function measurementOf(
  { seed }: ShopRules,
  { job, operation, piece }: PieceAt,
  { measures }: WorkCenter,
  defect: ShopEvent["defect"],
  again: boolean,
): ShopEvent["measurement"] {
  if (measures === null) return null;
  const { characteristic, unit, nominal, tolerance } = measures;
  const passed = defect?.code !== MEASURED[0];
  const drawn = [1, 2, 3].map((nth) => chance(seed, "measured", job, operation, piece, String(again), nth));
  const middling = (drawn.reduce((sum, one) => sum + one, 0) / 1.5 - 1) * 0.95;
  const outside = middling + (middling < 0 ? -1.05 : 1.05);
  return {
    characteristic,
    value: shown(nominal + tolerance * (passed ? middling : outside)),
    unit,
    lower: shown(nominal - tolerance),
    upper: shown(nominal + tolerance),
    passed,
  };
}

function shown(value: number): string {
  return value.toFixed(VALUE_DECIMALS);
}
