import { isAlways } from "../calendar.ts";
import { effectivityText } from "../effectivity-text.ts";
import type { MbomLine, Scrap } from "../mbom.ts";
import { naturalOrder } from "../natural-order.ts";
import { quantityText } from "../quantity.ts";
import { rationalText, ZERO, type Rational, equals } from "../rational.ts";
import { usageText } from "../usage-text.ts";
import { optionText } from "../variant/option.ts";
import type { MbomField } from "./mbom-diff.ts";

/** What two lines can differ in, with the words that a person reads of it and where the line keeps it. */
type LineField = {
  readonly property: Exclude<keyof MbomLine, "key" | "origin">;
  /** The same text for the same meaning; null where the line says nothing of it. */
  readonly words: (line: MbomLine) => string | null;
};

const LINE_FIELDS: Readonly<Record<MbomField, LineField>> = {
  item: { property: "item", words: ({ item }) => item },
  quantity: { property: "quantity", words: ({ quantity }) => quantityText(quantity) },
  basis: { property: "basis", words: ({ basis }) => basis },
  operation: { property: "operation", words: ({ operation }) => operation },
  supply: { property: "supply", words: ({ supply }) => supply },
  scrap: { property: "scrap", words: ({ scrap }) => scrapWords(scrap) },
  phantom: { property: "phantom", words: ({ phantom }) => (phantom ? "phantom" : null) },
  "reference designators": {
    property: "referenceDesignators",
    words: ({ referenceDesignators }) => listed(referenceDesignators.toSorted(naturalOrder), " "),
  },
  alternates: { property: "alternates", words: ({ alternates }) => listed(alternates, ", ") },
  usage: { property: "usage", words: ({ usage }) => (usage === undefined ? null : usageText(usage)) },
  effectivity: {
    property: "effectivity",
    words: ({ effectivity }) => (isAlways(effectivity) ? null : effectivityText(effectivity)),
  },
  option: { property: "option", words: ({ option }) => (option === undefined ? null : optionText(option)) },
  output: { property: "output", words: ({ output }) => output ?? null },
};

export const FIELD_NAMES = Object.keys(LINE_FIELDS) as readonly MbomField[];

/** What a line says in one field, in words that are equal where lines say the same: `4 EA`, `0020`, `none`. */
export function fieldWords(line: MbomLine, field: MbomField): string {
  return LINE_FIELDS[field].words(line) ?? "none";
}

export function saysNothingOf(line: MbomLine, field: MbomField): boolean {
  return LINE_FIELDS[field].words(line) === null;
}

/** Everything that a line says: `4 EA BOLT, per assembly, 0020`. */
export function lineWords(line: MbomLine): string {
  const others = FIELD_NAMES.filter((field) => field !== "item" && field !== "quantity");
  const words = others.flatMap((field) => LINE_FIELDS[field].words(line) ?? []);
  return [`${quantityText(line.quantity)} ${line.item}`, ...words].join(", ");
}

/** `line` with one field as `other` has it. */
export function withField(line: MbomLine, other: MbomLine, field: MbomField): MbomLine {
  const { property } = LINE_FIELDS[field];
  const { [property]: _replaced, ...rest } = line;
  return { ...rest, ...(other[property] === undefined ? {} : { [property]: other[property] }) } as MbomLine;
}

/** No scrap and a scrap of zero are one: some ERPs know no difference. */
function scrapWords({ componentPercent, operationPercent, fixedPerOrder }: Scrap): string | null {
  const parts = [
    figure(componentPercent, "% of the component"),
    figure(operationPercent, "% of the operation"),
    figure(fixedPerOrder, "per order"),
  ];
  return listed(
    parts.filter((part) => part !== null),
    ", ",
  );
}

function figure(number: Rational | null, of: string): string | null {
  return number === null || equals(number, ZERO) ? null : `${rationalText(number)} ${of}`;
}

function listed(words: readonly string[], between: string): string | null {
  return words.length === 0 ? null : words.join(between);
}
