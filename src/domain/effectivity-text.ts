import type { Effectivity } from "./calendar.ts";
import { rangeText, type NumberConstraint } from "./number-ranges.ts";

/** `from 2026-01-01 until 2026-06-30, serials SN-120 to SN-199 of FX-100`, or `always`. */
export function effectivityText({ from, until, numbers = [] }: Effectivity): string {
  const days = [from === null ? "" : `from ${from}`, until === null ? "" : `until ${until}`].filter(Boolean).join(" ");
  return [days, ...numbers.map(numbersText)].filter(Boolean).join(", ") || "always";
}

/** `units 5 to 9 and from 20 of FX-100` */
function numbersText({ counts, of, ranges }: NumberConstraint): string {
  return `${counts}s ${ranges.map(rangeText).join(" and ")} of ${of}`;
}
