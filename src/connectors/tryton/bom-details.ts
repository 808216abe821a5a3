import type { Day } from "../../domain/calendar.ts";
import type { ItemId, MbomLineKey, OperationId } from "../../domain/ids.ts";
import { fromJson, toJson } from "../../domain/json.ts";
import {
  NO_SCRAP,
  type ItemUsage,
  type Mbom,
  type MbomLine,
  type Origin,
  type Output,
  type SupplyType,
} from "../../domain/mbom.ts";
import type { Quantity } from "../../domain/quantity.ts";
import {
  dividedBy,
  ONE,
  parseRational,
  plus,
  rational,
  rationalText,
  times,
  type Rational,
} from "../../domain/rational.ts";
import { conversionFactor, parseUnit, type Unit } from "../../domain/unit.ts";

/**
 * A component or output in Tryton is item, quantity and unit, and an item stands once on each side of a BOM. Everything else that
 * a line says is kept in a note at the BOM, a line of JSON each, where a planner can read it.
 */
export const DETAILS = "Heddle mBOM ";
const FORMAT = "Components in full, a line each; Tryton keeps item, quantity with scrap, and unit:";

export type Details = {
  /** The engineering revision that the BOM builds. */
  readonly revision: string;
  readonly lines: readonly MbomLine[];
};

/** The text of the note. */
export function detailsText(mbom: Mbom, change: string, key: string): string {
  const head = `${DETAILS}${JSON.stringify({ item: mbom.item, revision: mbom.revision, change, key })}`;
  return [head, FORMAT, ...mbom.lines.map((line) => JSON.stringify(lineDetails(line)))].join("\n");
}

/** Null for a note that somebody else wrote, or that cannot be read. */
export function readDetails(text: string): Details | null {
  const head = headOf(text);
  if (head === null) return null;
  const lines = text
    .split("\n")
    .slice(2)
    .map((line) => readLine(parsed(line)));
  return lines.every((line) => line !== null) ? { revision: head.revision, lines } : null;
}

function headOf(text: string): Pick<Details, "revision"> | null {
  const [first = "", format] = text.split("\n", 2);
  const head = first.startsWith(DETAILS) && format === FORMAT ? parsed(first.slice(DETAILS.length)) : null;
  return typeof head?.["revision"] === "string" ? { revision: head["revision"] } : null;
}

function parsed(text: string): Record<string, unknown> | null {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === "object" && json !== null ? (json as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/** Members that say nothing are left out, so that the note stays readable. */
function lineDetails(line: MbomLine): object {
  const { componentPercent, operationPercent, fixedPerOrder } = line.scrap;
  const members: Record<string, unknown> = {
    item: line.item,
    quantity: rationalText(line.quantity.amount),
    unit: line.quantity.unit,
    key: line.key,
    basis: line.basis === "per assembly" ? null : line.basis,
    operation: line.operation,
    supply: line.supply,
    componentScrapPercent: textOf(componentPercent),
    operationScrapPercent: textOf(operationPercent),
    fixedScrap: textOf(fixedPerOrder),
    phantom: line.phantom ? true : null,
    designators: line.referenceDesignators.length === 0 ? null : line.referenceDesignators,
    alternates: line.alternates.length === 0 ? null : line.alternates,
    from: line.effectivity.from,
    until: line.effectivity.until,
    origin: toJson(line.origin),
    output: line.output ?? null,
    usage: line.usage === undefined ? null : toJson(line.usage),
  };
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null));
}

/** Heddle wrote the note and nobody can edit one: what does not read is not ours. */
function readLine(json: Record<string, unknown> | null): MbomLine | null {
  if (json === null) return null;
  const text = (name: string) => (typeof json[name] === "string" ? json[name] : null);
  const texts = (name: string) => (Array.isArray(json[name]) ? json[name].map(String) : []);
  const number = (name: string) => parseRational(text(name) ?? "");
  const amount = number("quantity");
  const unit = parseUnit(text("unit") ?? "");
  const [item, key] = [text("item"), text("key")];
  if (amount === null || unit === null || item === null || key === null) return null;
  return {
    key: key as MbomLineKey,
    item: item as ItemId,
    quantity: { amount, unit },
    basis: text("basis") === "per order" ? "per order" : "per assembly",
    operation: text("operation") as OperationId | null,
    supply: text("supply") as SupplyType | null,
    scrap: {
      componentPercent: number("componentScrapPercent"),
      operationPercent: number("operationScrapPercent"),
      fixedPerOrder: number("fixedScrap"),
    },
    phantom: json["phantom"] === true,
    referenceDesignators: texts("designators"),
    alternates: texts("alternates") as ItemId[],
    effectivity: { from: text("from") as Day | null, until: text("until") as Day | null },
    origin: fromJson<Origin>(json["origin"]),
    ...(json["output"] === undefined ? {} : { output: json["output"] as Output }),
    ...(json["usage"] === undefined ? {} : { usage: fromJson<readonly ItemUsage[]>(json["usage"]) }),
  };
}

function textOf(number: Rational | null): string | null {
  return number === null ? null : rationalText(number);
}

/** A component as Tryton multiplies it: scrap in percent is in it, since Tryton knows none. */
function gross({ quantity, scrap }: MbomLine): Rational {
  return times(quantity.amount, times(uplift(scrap.operationPercent), uplift(scrap.componentPercent)));
}

function uplift(percent: Rational | null): Rational {
  return percent === null ? ONE : plus(ONE, dividedBy(percent, rational(100n)));
}

/** Several lines of one item in one quantity; null when their units do not convert. */
export function grossOf(lines: readonly MbomLine[], unit: Unit): Rational | null {
  let sum = rational(0n);
  for (const line of lines) {
    const factor = conversionFactor(line.quantity.unit, unit);
    if (factor === null) return null;
    sum = plus(sum, times(gross(line), factor));
  }
  return sum;
}

/** A line that somebody typed in Tryton. */
export function plainLine(key: MbomLineKey, item: ItemId, quantity: Quantity): MbomLine {
  return {
    key,
    item,
    quantity,
    basis: "per assembly",
    operation: null,
    supply: null,
    scrap: NO_SCRAP,
    phantom: false,
    referenceDesignators: [],
    alternates: [],
    effectivity: { from: null, until: null },
    origin: { kind: "planner" },
  };
}

/** What of an mBOM stands in the note only, where Tryton does not act by it. */
export function cannotHold({ lines }: Mbom): readonly string[] {
  const of = (isLost: (line: MbomLine) => boolean, what: string): string[] => {
    const lost = lines.filter(isLost);
    if (lost.length === 0) return [];
    const named = lost.slice(0, 3).map(({ item }) => item);
    const more = lost.length > named.length ? ` and ${lost.length - named.length} more` : "";
    return [`${what} (${named.join(", ")}${more})`];
  };
  return [
    ...of(
      ({ basis }) => basis === "per order",
      "Tryton multiplies a quantity per order as if it were per assembly when a person explodes the order",
    ),
    ...of(
      ({ scrap }) => scrap.fixedPerOrder !== null,
      "Tryton knows no fixed scrap per order; it is missing when a person explodes an order",
    ),
    ...of(
      ({ phantom }) => phantom,
      "Tryton does not explode through a phantom; it asks for the phantom itself when a person explodes an order",
    ),
    ...of(
      ({ effectivity: { from, until } }) => from !== null || until !== null,
      "Tryton knows no effectivity of a component; it holds from now on, without end",
    ),
    ...of(
      ({ alternates }) => alternates.length > 0,
      "Tryton knows no alternates; they and how often each is used stand in the note at the BOM",
    ),
  ];
}
