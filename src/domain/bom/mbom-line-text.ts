import type { MbomLine } from "../mbom.ts";
import { fieldText } from "../plan-in-words.ts";
import { quantityText } from "../quantity.ts";
import type { MbomField } from "./mbom-diff.ts";

/** What a line says of a field when it says nothing, by field: such fields are left out of its text. */
const DETAILS: readonly (readonly [field: MbomField, silent: string, words: (text: string) => string])[] = [
  ["output", "component", (text) => text],
  ["basis", "per assembly", (text) => text],
  ["operation", "none", (text) => `at ${text}`],
  ["supply", "none", (text) => text],
  ["scrap", "none", (text) => `scrap ${text}`],
  ["phantom", "stocked", (text) => text],
  ["alternates", "none", (text) => `or ${text}`],
  ["usage", "none", (text) => text],
  ["effectivity", "always", (text) => text],
  ["option", "all variants", (text) => `when ${text}`],
  ["reference designators", "none", (text) => text],
];

/** A field as programs read it too: quantities without separators. */
export function plainFieldText(line: MbomLine, field: MbomField): string {
  return field === "quantity" ? quantityText(line.quantity) : fieldText(line, field);
}

/** `8 EA SCR-M4-10, at 0010, bulk`: a line as a table or a sentence shows it. */
export function mbomLineText(line: MbomLine): string {
  const details = DETAILS.flatMap(([field, silent, words]) => {
    const text = fieldText(line, field);
    return text === silent ? [] : [words(text)];
  });
  return [`${quantityText(line.quantity)} ${line.item}`, ...details].join(", ");
}
