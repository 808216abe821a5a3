import { canonicalText } from "../../domain/json.ts";
import type { ItemId } from "../../domain/ids.ts";
import type { Held, StandardCost } from "../../domain/plant-item.ts";
import {
  compare,
  equals,
  minus,
  parseRational,
  plus,
  rationalText,
  ZERO,
  type Rational,
} from "../../domain/rational.ts";
import { badData } from "../bad-data.ts";
import type { Costs, Receipt } from "../port.ts";
import type { Company } from "./company.ts";
import { conflict, refusal } from "./conflict.ts";
import { fromCost } from "./mapping.ts";
import { addNote, notesOn } from "./notes.ts";
import { ofPlant } from "./plant.ts";
import { readAllOf } from "./records.ts";
import { part, parts, statesOf, versionOf } from "./stamps.ts";
import { toRational } from "./values.ts";
import { CONTRACTS, MODELS, type Note, type ProductCost } from "./wire.ts";

/**
 * Tryton has one cost price. What of it is labour and overhead stands in a note at the item, which a
 * planner may add as well: `Conversion cost: 3.50`. Material is the rest.
 */
const CONVERSION = "Conversion cost: ";

type Known = { readonly product: ProductCost; readonly conversion: Rational };

export function costs(company: Company): Costs {
  async function readCost(item: ItemId): Promise<Known | undefined> {
    return (await readCosts(company, [item])).get(item);
  }

  return {
    async read(wanted, plant) {
      if (!ofPlant(company, plant)) return new Map();
      const { currency, id } = await company.facts();
      const known = await readCosts(company, wanted);
      return new Map(
        [...known].flatMap(([item, cost]): [ItemId, Held<StandardCost>][] => {
          const value = toCost(company, item, cost, currency);
          return value === null ? [] : [[item, { value, version: versionNow(cost.product, id) }]];
        }),
      );
    },
    set: {
      async find({ value }) {
        const { currency, id } = await company.facts();
        const held = await readCost(value.item);
        return held !== undefined && says(toCost(company, value.item, held, currency), value)
          ? receiptOf(held.product, id)
          : null;
      },
      async write({ value, expected }) {
        const doing = `setting the standard cost of ${value.item}`;
        const { currency, id } = await company.facts();
        checkCurrency(company, value, currency, doing);
        const held = await readCost(value.item);
        if (held === undefined) throw conflict(company, doing, value.item, "the item is gone");
        const now = toCost(company, value.item, held, currency);
        if (says(now, value)) return receiptOf(held.product, id);
        if ((now === null ? null : versionNow(held.product, id)) !== expected) {
          throw conflict(company, doing, value.item, "its cost was changed after it was read");
        }
        const conversion = fromCost(value.conversion.amount);
        if (!equals(held.conversion, conversion)) {
          const note = `${CONVERSION}${rationalText(conversion)}\nLabour and overhead in the cost price, in ${currency}; material is the rest. Set by Heddle.`;
          await addNote(company, resourceOf(held.product), note, doing);
        }
        await modifyCostPrice(company, held.product, wholeOf(value), id, doing);
        const made = await readCost(value.item);
        if (made === undefined) throw conflict(company, doing, value.item, "the item is gone");
        return receiptOf(made.product, id);
      },
    },
  };
}

/** As the client's "Modify Cost Price" does: writing the field is refused once the item has moved. */
async function modifyCostPrice(
  company: Company,
  product: ProductCost,
  cost: Rational,
  companyId: number,
  doing: string,
): Promise<void> {
  const wizard = "wizard.product.modify_cost_price";
  const object = product.code ?? "";
  const today = await company.read({ doing, object, method: "model.ir.date.today", params: [], answer: CONTRACTS.day });
  // A wizard's session is a scratch record: lost or opened twice, it changes nothing.
  const [session] = await company.read({
    doing,
    object,
    method: `${wizard}.create`,
    params: [],
    answer: CONTRACTS.wizard,
  });
  const start = { cost_price: rationalText(cost), date: today };
  const active = { model: "product.product", id: product.id, ids: [product.id] };
  const expecting = statesOf([
    part("product.product", product),
    ...parts("product.cost_price", pricesOf(product, companyId)),
  ]);
  await company.write(
    {
      doing,
      object,
      method: `${wizard}.execute`,
      params: [session, { start }, "modify"],
      answer: CONTRACTS.nothing,
      context: { active_model: active.model, active_id: active.id, active_ids: active.ids },
    },
    expecting,
  );
  await company.read({ doing, object, method: `${wizard}.delete`, params: [session], answer: CONTRACTS.nothing });
}

async function readCosts(company: Company, wanted: readonly ItemId[]): Promise<ReadonlyMap<ItemId, Known>> {
  const products = await readAllOf(company, MODELS.productCost, "reading standard costs", [], "code", wanted);
  const notes = await notesOn(company, products.map(resourceOf), CONVERSION);
  const first = new Map<ItemId, Known>();
  for (const product of products.toSorted((a, b) => a.id - b.id)) {
    const code = product.code as ItemId;
    const note = notes.get(resourceOf(product))?.at(-1);
    if (!first.has(code)) first.set(code, { product, conversion: conversionOf(company, code, note) });
  }
  return first;
}

/** Null where nobody entered a cost: Tryton wants one of every item, and zero stands for none. */
function toCost(company: Company, item: ItemId, { product, conversion }: Known, currency: string): StandardCost | null {
  const whole = product.cost_price === null ? ZERO : toRational(product.cost_price);
  if (whole === null || compare(whole, ZERO) === 0) return null;
  const labour = compare(conversion, whole) > 0 ? whole : conversion;
  return {
    item,
    plant: company.plant,
    material: { amount: minus(whole, labour), currency },
    conversion: { amount: labour, currency },
  };
}

function conversionOf(company: Company, item: ItemId, note: Note | undefined): Rational {
  if (note?.message == null) return ZERO;
  const [text = ""] = note.message.slice(CONVERSION.length).trim().split(/\s/);
  const amount = parseRational(text);
  if (amount !== null) return amount;
  const at = { system: company.system, doing: "reading standard costs", object: `note ${note.id} on item ${item}` };
  throw badData({ ...at, field: "message", cause: `"${text}" after "${CONVERSION.trim()}" is no number` });
}

function says(held: StandardCost | null, wanted: StandardCost): boolean {
  if (held === null) return false;
  const rounded = {
    ...wanted,
    material: { ...wanted.material, amount: minus(wholeOf(wanted), fromCost(wanted.conversion.amount)) },
    conversion: { ...wanted.conversion, amount: fromCost(wanted.conversion.amount) },
  };
  return canonicalText(held) === canonicalText(rounded);
}

function wholeOf({ material, conversion }: StandardCost): Rational {
  return plus(fromCost(material.amount), fromCost(conversion.amount));
}

function checkCurrency(company: Company, cost: StandardCost, currency: string, doing: string): void {
  for (const { currency: wanted } of [cost.material, cost.conversion]) {
    if (wanted === currency) continue;
    const cause = `it is in ${wanted}; the company keeps costs in ${currency}`;
    throw refusal(company, doing, `item ${cost.item}`, "cost_price", cause);
  }
}

function pricesOf(product: ProductCost, companyId: number): ProductCost["cost_prices."] {
  return product["cost_prices."].filter(({ company }) => company === companyId);
}

function resourceOf({ id }: ProductCost): string {
  return `product.product,${id}`;
}

function versionNow(product: ProductCost, companyId: number): string {
  return versionOf(String(product.id), parts("product.cost_price", pricesOf(product, companyId)));
}

function receiptOf(product: ProductCost, companyId: number): Receipt {
  return { id: product.code ?? String(product.id), version: versionNow(product, companyId) };
}
