import { parseUnit, type Unit } from "../../domain/unit.ts";

/** Symbols that mean one thing wherever they stand. What a site calls its units besides, its mapping says. */
const SYMBOLS: Readonly<Record<string, Unit>> = {
  cm: "CMT",
  "cm²": "CMK",
  each: "EA",
  ea: "EA",
  ft: "FOT",
  g: "GRM",
  h: "HUR",
  in: "INH",
  kg: "KGM",
  l: "LTR",
  L: "LTR",
  lb: "LBR",
  lbs: "LBR",
  m: "MTR",
  "m²": "MTK",
  m2: "MTK",
  "m³": "MTQ",
  m3: "MTQ",
  mg: "MGM",
  min: "MIN",
  ml: "MLT",
  mL: "MLT",
  mm: "MMT",
  "mm²": "MMK",
  mm2: "MMK",
  oz: "ONZ",
  pc: "H87",
  pcs: "H87",
  piece: "H87",
  pieces: "H87",
  s: "SEC",
  t: "TNE",
  yd: "YRD",
};

/** A unit by the mapping's own word for it, its code, or a symbol. Null for any other text. */
export function readUnitWord(text: string, own: Readonly<Record<string, Unit>> | undefined): Unit | null {
  const word = text.trim();
  if (own !== undefined && Object.hasOwn(own, word)) return own[word] ?? null;
  return parseUnit(word) ?? (Object.hasOwn(SYMBOLS, word) ? (SYMBOLS[word] ?? null) : null);
}
