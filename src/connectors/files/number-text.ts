import { parseRational, type Rational } from "../../domain/rational.ts";
import type { ExportMapping } from "./config.ts";

type Writing = Pick<ExportMapping, "decimal" | "thousands">;

const MARKS = { comma: ",", point: ".", space: "[ \u00a0\u202f]", apostrophe: "['\u2019]" } as const;

/**
 * A number as the mapping says that numbers are written. Null when it is written in any other way:
 * `1,234` is a thousand to one reader and one to another, so nothing is guessed.
 */
export function readNumber(text: string, { decimal = "point", thousands }: Writing): Rational | null {
  const trimmed = text.trim();
  const [whole = "", decimals, ...more] = trimmed.split(MARKS[decimal]);
  if (more.length > 0) return null;
  const digits = thousands === undefined ? whole : ungrouped(whole, MARKS[thousands]);
  if (decimals === undefined) return digits.includes(".") ? null : parseRational(digits);
  return /^-?\d+$/.test(digits) ? parseRational(`${digits}.${decimals}`) : null;
}

/** `12'500` → `12500`; what is not grouped by threes stays as it is, and so is no number. */
function ungrouped(whole: string, mark: string): string {
  const set = mark.startsWith("[") ? mark : `[${mark}]`;
  const grouped = new RegExp(`^-?\\d{1,3}(${set})\\d{3}(\\1\\d{3})*$`, "u");
  return grouped.test(whole) ? whole.replaceAll(new RegExp(set, "gu"), "") : whole;
}
