import { refused } from "../http/errors.ts";
import { compare, decimalText, parseDecimal, ZERO, type Decimal } from "./decimal.ts";
import type { Item } from "./item.ts";
import { dimensionOf } from "./unit.ts";

/** What an ERP looks at before it takes data; each names the member at fault and throws ApiError 422. */

const PLANTS = ["1000", "2000"];
const CURRENCIES = ["CHF", "CZK", "EUR", "GBP", "JPY", "PLN", "SEK", "USD"];
const MONEY_DECIMALS = 4;
/** What was made and used is kept as it was measured, however finely an item is planned. */
const MEASURE_DECIMALS = 6;

export function checkPlant(plant: string): void {
  if (PLANTS.includes(plant)) return;
  throw refused("PLANT_UNKNOWN", `there is no plant ${plant}; there are ${PLANTS.join(", ")}`, "plant");
}

export function checkUnit(unit: string, field: string): void {
  if (dimensionOf(unit) !== null) return;
  throw refused(
    "UNIT_UNKNOWN",
    `there is no unit ${unit}; use a UN/ECE Recommendation 20 code such as EA or KGM`,
    field,
  );
}

/** A unit in which an item may be counted. */
export function checkUnitOf(item: Item, unit: string, field: string): void {
  checkUnit(unit, field);
  if (dimensionOf(unit) === dimensionOf(item.baseUnit)) return;
  throw refused(
    "UNIT_INCOMPATIBLE",
    `${item.code} is kept in ${item.baseUnit}, which ${unit} cannot be converted to`,
    field,
  );
}

/** A quantity of whatever size, also one that is taken back, as it was measured. Gives it in plain form. */
export function checkedMeasure(text: string, field: string): string {
  const quantity = checkedNumber(text, field);
  if (quantity.scale <= MEASURE_DECIMALS) return decimalText(quantity);
  throw refused("TOO_MANY_DECIMALS", `${text} has more than ${MEASURE_DECIMALS} decimals`, field);
}

/** A quantity of an item: above zero, with no more decimals than the item has. Gives it in plain form. */
export function checkedQuantity(
  item: Item,
  text: string,
  field: string,
  least: "above zero" | "zero" = "above zero",
): string {
  const quantity = checkedNumber(text, field);
  if (compare(quantity, ZERO) < (least === "zero" ? 0 : 1)) {
    throw refused("QUANTITY_INVALID", `${text} is not ${least === "zero" ? "zero or above" : "above zero"}`, field);
  }
  if (quantity.scale > item.decimals) {
    throw refused("TOO_MANY_DECIMALS", `${text} has more than the ${item.decimals} decimals of ${item.code}`, field);
  }
  return decimalText(quantity);
}

/** A percentage from 0 to below 100; null stays null. */
export function checkedPercent(text: string | null, field: string): string | null {
  if (text === null) return null;
  const percent = checkedNumber(text, field);
  if (compare(percent, ZERO) >= 0 && compare(percent, { digits: 100n, scale: 0 }) < 0) return decimalText(percent);
  throw refused("QUANTITY_INVALID", `${text} is not a percentage from 0 to below 100`, field);
}

/** A sum of money, as it was written. */
export function checkMoney(text: string, field: string): void {
  const amount = checkedNumber(text, field);
  if (compare(amount, ZERO) < 0) throw refused("QUANTITY_INVALID", `${text} is below zero`, field);
  if (amount.scale <= MONEY_DECIMALS) return;
  throw refused("TOO_MANY_DECIMALS", `${text} has more than ${MONEY_DECIMALS} decimals`, field);
}

export function checkCurrency(currency: string, field: string): void {
  if (CURRENCIES.includes(currency)) return;
  throw refused("CURRENCY_UNKNOWN", `there is no currency ${currency}; there are ${CURRENCIES.join(", ")}`, field);
}

/** A day as `2026-03-01`; null is no day. */
export function checkDate(text: string | null, field: string): void {
  if (text === null) return;
  const day = new Date(`${text}T00:00:00.000Z`);
  const exists = /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
  if (!exists) throw refused("DATE_INVALID", `${text} is not a day as 2026-03-01`, field);
}

/** An instant, in UTC as `2026-03-01T09:30:00.000Z`, with whatever offset it was written; null is none. */
export function checkedInstant(text: string | null, field: string): string | null {
  if (text === null) return null;
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/.test(text)) {
    throw refused("TIME_INVALID", `${text} is not an instant as 2026-03-01T09:30:00Z`, field);
  }
  checkDate(text.slice(0, 10), field);
  const at = new Date(text);
  if (!Number.isNaN(at.getTime())) return at.toISOString();
  throw refused("TIME_INVALID", `${text} is not an instant: there is no such time of day`, field);
}

function checkedNumber(text: string, field: string): Decimal {
  const value = parseDecimal(text);
  if (value === null) throw refused("QUANTITY_INVALID", `"${text}" is not a decimal number`, field);
  return value;
}
