import type { ItemId, PlantId, Revision, SupplierId } from "../../domain/ids.ts";
import type { Procurement } from "../../domain/item.ts";
import type { Money } from "../../domain/money.ts";
import type { PlantItem, ProcurementRecord } from "../../domain/plant-item.ts";
import { dividedBy, ONE, rational, roundedHalfUp, times, type Rational } from "../../domain/rational.ts";
import { conversionFactor, type Unit } from "../../domain/unit.ts";
import type { CompanyFacts } from "./company.ts";
import { fromRational, toRational, type WireDecimal } from "./values.ts";
import type { Product, ProductSupplier } from "./wire.ts";

/** Decimals that Tryton keeps of prices and costs (`price_decimal` of its configuration). */
const PRICE_DECIMALS = 4;
const DAY_SECONDS = 86_400;

/** How Tryton's two flags of an item read; each combination has one meaning, so that none is lost. */
function procurementOf({ purchasable, producible }: Product["template."]): Procurement {
  if (isYes(producible)) return isYes(purchasable) ? "subcontract" : "make";
  return isYes(purchasable) ? "buy" : "phantom";
}

export function flagsOf(procurement: Procurement): { readonly purchasable: boolean; readonly producible: boolean } {
  return {
    purchasable: procurement === "buy" || procurement === "subcontract",
    producible: procurement === "make" || procurement === "subcontract",
  };
}

export function isYes(flag: boolean | number | null): boolean {
  return flag === true || flag === 1;
}

/** Tryton has no revisions: an identifier of the variant, `FX-210 rev B`, by which people can search too. */
export function revisionCode(item: string, revision: Revision): string {
  return `${item} rev ${revision}`;
}

export function revisionIdentifier(product: Product): Product["identifiers."][number] | null {
  const prefix = `${product.code} rev `;
  const found = product["identifiers."].filter(({ type, code }) => type === null && code.startsWith(prefix));
  return found.toSorted((a, b) => a.id - b.id)[0] ?? null;
}

export function toItem(product: Product, { units }: CompanyFacts, plant: PlantId): PlantItem {
  const template = product["template."];
  const code = product.code ?? "";
  const identifier = revisionIdentifier(product);
  return {
    item: code as ItemId,
    plant,
    name: template.name,
    revision: identifier === null ? null : (identifier.code.slice(`${code} rev `.length) as Revision),
    unit: units.of(template.default_uom, `item ${code}`, "default_uom"),
    decimals: units.digits(template.default_uom),
    procurement: procurementOf(template),
  };
}

/** A template with its one variant. The code stands on the template; Tryton computes the variant's from it. */
export function fromNewItem(item: PlantItem, uom: number): object {
  const { purchasable, producible } = flagsOf(item.procurement);
  const identifiers = item.revision === null ? [] : [{ code: revisionCode(item.item, item.revision) }];
  const zero = fromRational(rational(0n));
  return {
    name: item.name,
    code: item.item,
    type: "goods",
    default_uom: uom,
    purchase_uom: purchasable ? uom : null,
    purchasable,
    producible,
    list_price: zero,
    cost_price_method: "fixed",
    products: [["create", [{ cost_price: zero, identifiers: [["create", identifiers]] }]]],
  };
}

export function toProcurement(
  held: ProductSupplier,
  item: ItemId,
  unit: Unit,
  { units }: CompanyFacts,
  plant: PlantId,
): ProcurementRecord {
  const price = basePrice(held);
  const buyingUnit = held.uom === null ? unit : units.of(held.uom, `supplier record of ${item}`, "purchase_uom");
  const amount = price === null ? null : toRational(price.unit_price);
  return {
    item,
    plant,
    supplier: (held["party."].code ?? "") as SupplierId,
    supplierItem: held.code ?? "",
    leadTimeDays: held.lead_time === null ? 0 : Math.ceil(held.lead_time.seconds / DAY_SECONDS),
    price:
      amount === null ? null : { amount: times(amount, perUnit(unit, buyingUnit)), currency: held["currency."].code },
  };
}

/** Tryton's price of the smallest quantity: what one piece costs. */
export function basePrice(held: ProductSupplier): ProductSupplier["prices."][number] | null {
  const prices = held["prices."].toSorted((a, b) => a.quantity - b.quantity || a.id - b.id);
  return prices[0] ?? null;
}

/** A price as Tryton keeps it, for one of the unit that the item is bought in. */
export function fromPrice(price: Money, unit: Unit, buyingUnit: Unit): WireDecimal {
  return fromRational(roundedHalfUp(dividedBy(price.amount, perUnit(unit, buyingUnit)), PRICE_DECIMALS));
}

export function fromCost(amount: Rational): Rational {
  return roundedHalfUp(amount, PRICE_DECIMALS);
}

export function leadTimeOf(days: number): object {
  return { __class__: "timedelta", seconds: days * DAY_SECONDS };
}

/** How many buying units one unit of the item is; Tryton lets both be of one category only. */
function perUnit(unit: Unit, buyingUnit: Unit): Rational {
  return conversionFactor(unit, buyingUnit) ?? ONE;
}
