/** Units of measure by UN/ECE Recommendation 20 code, with their dimension. */
const DIMENSIONS: Readonly<Record<string, readonly string[]>> = {
  count: ["C62", "CEN", "DZN", "EA", "H87", "MIL", "PR", "SET"],
  mass: ["GRM", "KGM", "LBR", "MGM", "ONZ", "TNE"],
  length: ["CMT", "FOT", "INH", "MMT", "MTR", "YRD"],
  area: ["CMK", "FTK", "MMK", "MTK"],
  volume: ["CMQ", "GLL", "LTR", "MLT", "MTQ"],
  time: ["DAY", "HUR", "MIN", "SEC"],
};

/** Null for a unit that the ERP does not know. */
export function dimensionOf(unit: string): string | null {
  return Object.keys(DIMENSIONS).find((dimension) => DIMENSIONS[dimension]?.includes(unit)) ?? null;
}
