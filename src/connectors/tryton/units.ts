import type { Unit } from "../../domain/unit.ts";

/**
 * Tryton's own units by their symbols. Left out are those that Recommendation 20 has and Heddle does not
 * know (carat, kilometre, mile, are, cubic inch …), and the work day, which is 8 hours and not a day.
 */
const SYMBOLS: Readonly<Record<string, Unit>> = {
  u: "EA",
  kg: "KGM",
  g: "GRM",
  lb: "LBR",
  oz: "ONZ",
  s: "SEC",
  min: "MIN",
  h: "HUR",
  d: "DAY",
  m: "MTR",
  cm: "CMT",
  mm: "MMT",
  ft: "FOT",
  yd: "YRD",
  in: "INH",
  "m³": "MTQ",
  l: "LTR",
  "cm³": "CMQ",
  gal: "GLL",
  "m²": "MTK",
  "cm²": "CMK",
  "ft²": "FTK",
};

export function unitOfSymbol(symbol: string): Unit | null {
  return Object.hasOwn(SYMBOLS, symbol) ? (SYMBOLS[symbol] ?? null) : null;
}
