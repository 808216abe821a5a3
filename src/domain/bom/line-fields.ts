import { isAlways } from "../calendar.ts";
import { effectivityText } from "../effectivity-text.ts";
import type { MbomLine, Scrap } from "../mbom.ts";
import { naturalOrder } from "../natural-order.ts";
import { quantityText } from "../quantity.ts";
import { rationalText, ZERO, type Rational, equals } from "../rational.ts";
import { usageText } from "../usage-text.ts";
import { optionText } from "../variant/option.ts";
import type { MbomField } from "./mbom-diff.ts";

/** What two lines can differ in: where a line keeps it, how it is compared, and how a person reads it. */
type LineField = {
  readonly property: Exclude<keyof MbomLine, "key" | "origin">;
  /** Equal for lines that say the same, and for no others; null where the line says nothing of it. */
  readonly text: (line: MbomLine) => string | null;
  /** What a person reads of a line that says something; absent: the same. */
  readonly words?: (line: MbomLine) => string;
};

const LINE_FIELDS: Readonly<Record<MbomField, LineField>> = {
  item: { property: "item", text: ({ item }) => item },
  quantity: { property: "quantity", text: ({ quantity }) => quantityText(quantity) },
  basis: { property: "basis", text: ({ basis }) => basis },
  operation: { property: "operation", text: ({ operation }) => operation },
  supply: { property: "supply", text: ({ supply }) => supply },
  scrap: { property: "scrap", text: ({ scrap }) => scrapText(scrap) },
  phantom: { property: "phantom", text: ({ phantom }) => (phantom ? "phantom" : null) },
  "reference designators": {
    property: "referenceDesignators",
    // Which designators a line has counts, not how they are listed.
    text: ({ referenceDesignators }) => listed(referenceDesignators.toSorted(), PART),
    words: ({ referenceDesignators }) => referenceDesignators.toSorted(naturalOrder).join(" "),
  },
  alternates: {
    property: "alternates",
    text: ({ alternates }) => listed(alternates, PART),
    words: ({ alternates }) => alternates.join(", "),
  },
  usage: { property: "usage", text: ({ usage = [] }) => listed([usageText(usage)].filter(Boolean), PART) },
  effectivity: {
    property: "effectivity",
    text: ({ effectivity }) => (isAlways(effectivity) ? null : effectivityText(effectivity)),
  },
  option: { property: "option", text: ({ option }) => (option === undefined ? null : optionText(option)) },
  output: { property: "output", text: ({ output }) => output ?? null },
};

/** Keeps the parts of a list apart, whatever they hold. */
const PART = "\u001f";

export const FIELD_NAMES = Object.keys(LINE_FIELDS) as readonly MbomField[];

/** What a line says in one field, for a person: `4 EA`, `0020`, `none`. */
export function fieldWords(line: MbomLine, field: MbomField): string {
  const { text, words } = LINE_FIELDS[field];
  const said = text(line);
  return said === null ? "none" : (words?.(line) ?? said);
}

export function saysNothingOf(line: MbomLine, field: MbomField): boolean {
  return LINE_FIELDS[field].text(line) === null;
}

/** Whether two lines say the same in one field to whoever builds from them. */
export function sameField(one: MbomLine, other: MbomLine, field: MbomField): boolean {
  const { text } = LINE_FIELDS[field];
  return text(one) === text(other);
}

/** Fields in which two lines differ to whoever builds from them. */
export function changedFields(from: MbomLine, to: MbomLine): readonly MbomField[] {
  return FIELD_NAMES.filter((field) => !sameField(from, to, field));
}

/** Everything that a line says to whoever builds from it: equal for lines that say the same. */
export function lineText(line: MbomLine): string {
  return textIn(line, FIELD_NAMES);
}

/** What it says in some of the fields. */
export function textIn(line: MbomLine, fields: readonly MbomField[]): string {
  return JSON.stringify(fields.map((field) => LINE_FIELDS[field].text(line)));
}

/** Everything that a line says: `4 EA BOLT, per assembly, 0020`. */
export function lineWords(line: MbomLine): string {
  return wordsIn(line, FIELD_NAMES);
}

/** What a line says in some fields together, those that say nothing left out: `4 EA BOLT, R1 R2`, or `none`. */
export function wordsIn(line: MbomLine, fields: readonly MbomField[]): string {
  const isWhole = WHAT.every((field) => fields.includes(field));
  const others = isWhole ? fields.filter((field) => !WHAT.includes(field)) : fields;
  const words = others.flatMap((field) => (saysNothingOf(line, field) ? [] : [fieldWords(line, field)]));
  const said = isWhole ? [`${quantityText(line.quantity)} ${line.item}`, ...words] : words;
  return said.join(", ") || "none";
}

/** Fields that a person reads as one. */
const WHAT: readonly MbomField[] = ["item", "quantity"];

/** `line` with some fields as `other` has them. */
export function withFields(line: MbomLine, other: MbomLine, fields: readonly MbomField[]): MbomLine {
  return fields.reduce((now, field) => withField(now, other, field), line);
}

export function withField(line: MbomLine, other: MbomLine, field: MbomField): MbomLine {
  const { property } = LINE_FIELDS[field];
  const { [property]: _replaced, ...rest } = line;
  return { ...rest, ...(other[property] === undefined ? {} : { [property]: other[property] }) } as MbomLine;
}

/** No scrap and a scrap of zero are one: some ERPs know no difference. */
function scrapText({ componentPercent, operationPercent, fixedPerOrder }: Scrap): string | null {
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
