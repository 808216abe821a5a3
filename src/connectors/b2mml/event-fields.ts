import type { EventFault } from "../../domain/feedback/event-fault.ts";
import { parseInstant, type Instant } from "../../domain/feedback/instant.ts";
import { parseQuantity, type Quantity } from "../../domain/quantity.ts";
import { parseRational, rational, roundedHalfUp, times, toNumber } from "../../domain/rational.ts";
import { conversionFactor, KNOWN_UNITS, parseUnit } from "../../domain/unit.ts";
import { child, childrenOf, textOf, type XmlElement } from "./xml.ts";

/** Why one thing of a response cannot be read. */
export class Unclear extends Error {
  readonly fault: EventFault;

  constructor(field: string, cause: string, fix: string) {
    super(cause);
    this.fault = { field, cause, fix };
  }
}

/** Names of `MaterialActualProperty`, beside `PROPERTIES`. */
export const ACTUAL_PROPERTIES = { serial: "SerialNumber", reason: "Reason", reworked: "Reworked" } as const;

export function time(element: XmlElement, field: string): Instant | null {
  const text = textOf(element, field);
  if (text === null) return null;
  const at = parseInstant(text);
  if (at !== null) return at;
  const cause = `"${text}" is no date and time with its offset from UTC.`;
  throw new Unclear(field, cause, "Send ISO 8601 with an offset, 2026-02-01T12:00:00Z.");
}

/** The only one of its name; two would say that the quantity is of both. */
export function onlyOne(element: XmlElement, field: string): string | null {
  const [first, second] = childrenOf(element, field)
    .map(({ text }) => text.trim())
    .filter((text) => text !== "");
  if (second === undefined) return first ?? null;
  throw new Unclear(field, "There are several for one quantity.", "Send an actual with a quantity for each of them.");
}

export function serialsOf(actual: XmlElement): readonly string[] {
  const sublots = childrenOf(actual, "MaterialSubLotID").map(({ text }) => text.trim());
  const properties = childrenOf(actual, "MaterialActualProperty").filter(
    (property) => textOf(property, "ID") === ACTUAL_PROPERTIES.serial,
  );
  const values = properties
    .flatMap((property) => childrenOf(property, "Value"))
    .map((value) => textOf(value, "ValueString"));
  return [...sublots, ...values].flatMap((serial) => (serial === null || serial === "" ? [] : [serial]));
}

export function quantityOf(actual: XmlElement): Quantity {
  const quantities = childrenOf(actual, "Quantity");
  const [element] = quantities;
  if (element === undefined) throw new Unclear("Quantity", "It is missing.", "Send how much it was, with its unit.");
  if (quantities.length > 1)
    throw new Unclear("Quantity", "There are several of one actual.", "Send an actual for each quantity.");
  const text = textOf(element, "QuantityString") ?? "";
  const code = textOf(element, "UnitOfMeasure") ?? "";
  const unit = parseUnit(code);
  if (unit === null)
    throw new Unclear(
      "Quantity.UnitOfMeasure",
      `"${code}" is no unit that Heddle knows.`,
      `Send one of ${KNOWN_UNITS.join(", ")}.`,
    );
  const quantity = parseQuantity(text.replace(/^\+/, ""), unit);
  if (quantity !== null) return quantity;
  throw new Unclear("Quantity.QuantityString", `"${text}" is no decimal number.`, "Send digits with a decimal point.");
}

/** Whole milliseconds of a value in a unit of time, or of an XML duration without years and months. */
export function durationOf(element: XmlElement, field: string): number {
  const value = child(element, "Value");
  const text = textOf(value, "ValueString") ?? "";
  const unit = parseUnit(textOf(value, "UnitOfMeasure") ?? "");
  const factor = unit === null ? null : conversionFactor(unit, "SEC");
  const amount = parseRational(text);
  if (factor !== null && amount !== null)
    return toNumber(roundedHalfUp(times(times(amount, factor), rational(1_000n)), 0));
  const duration = /^P(?:(\d{1,5})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,8})M)?(?:(\d{1,9}(?:\.\d{1,9})?)S)?)?$/.exec(text);
  if (duration !== null && text.length > 2) {
    const [, days = 0, hours = 0, minutes = 0, seconds = 0] = duration;
    return Math.round((((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000);
  }
  throw new Unclear(
    field,
    `"${text}" is no time in a unit.`,
    "Send a number with unit SEC, MIN or HUR, or a duration, PT5M.",
  );
}

export function truthOf(actual: XmlElement, property: string): boolean | null {
  const text = propertyOf(actual, property);
  if (text === null) return null;
  if (text === "true" || text === "1") return true;
  if (text === "false" || text === "0") return false;
  throw new Unclear(property, `"${text}" is neither true nor false.`, "Send true or false.");
}

export function valueOf(element: XmlElement | undefined): string | null {
  return element === undefined ? null : textOf(child(element, "Value"), "ValueString");
}

/** Of an actual of any kind: material, equipment. */
export function propertyOf(actual: XmlElement, id: string): string | null {
  const property = childrenOf(
    actual,
    `${actual.name === "AssemblyActual" ? "MaterialActual" : actual.name}Property`,
  ).find((one) => textOf(one, "ID") === id);
  return valueOf(property);
}
