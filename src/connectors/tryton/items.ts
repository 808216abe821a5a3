import { canonicalText } from "../../domain/json.ts";
import type { ItemId } from "../../domain/ids.ts";
import type { Held, PlantItem } from "../../domain/plant-item.ts";
import type { Items, Receipt } from "../port.ts";
import type { Company, CompanyFacts } from "./company.ts";
import { conflict, refusal } from "./conflict.ts";
import { flagsOf, fromNewItem, isYes, revisionCode, revisionIdentifier, toItem } from "./mapping.ts";
import { ofPlant } from "./plant.ts";
import { createRecord, readAllOf, writeRecords } from "./records.ts";
import { part, parts, statesOf, versionOf } from "./stamps.ts";
import { CONTRACTS, MODELS, type Product } from "./wire.ts";

export function items(company: Company): Items {
  return {
    async read(wanted, plant) {
      if (!ofPlant(company, plant)) return new Map();
      const facts = await company.facts();
      const products = await readProducts(company, wanted);
      return new Map([...products].map(([item, product]) => [item, toHeld(product, facts, company)]));
    },
    create: {
      async find(item) {
        const held = (await readProducts(company, [item.item])).get(item.item);
        return held !== undefined && says(toItem(held, await company.facts(), company.plant), item)
          ? receiptOf(held)
          : null;
      },
      async write(item) {
        const doing = `creating item ${item.item}`;
        const { units } = await company.facts();
        const held = await readProduct(company, item.item);
        if (held !== undefined) {
          if (says(toItem(held, await company.facts(), company.plant), item)) return receiptOf(held);
          throw conflict(company, doing, item.item, `it exists by now as product ${held.id}`);
        }
        await checkNumbering(company, item, doing);
        const uom = units.idOf(item.unit, `item ${item.item}`, "default_uom");
        await createRecord(company, "product.template", fromNewItem(item, uom), { doing, object: item.item });
        return receiptOf(await readMade(company, doing, item.item));
      },
    },
    update: {
      async find({ value }) {
        const held = await readProduct(company, value.item);
        return held !== undefined && says(toItem(held, await company.facts(), company.plant), value)
          ? receiptOf(held)
          : null;
      },
      async write({ value, expected }) {
        const doing = `updating item ${value.item}`;
        const facts = await company.facts();
        const held = await readProduct(company, value.item);
        if (held === undefined) throw conflict(company, doing, value.item, "it is gone");
        const now = toItem(held, facts, company.plant);
        if (says(now, value)) return receiptOf(held);
        if (receiptOf(held).version !== expected) {
          throw conflict(company, doing, value.item, "it was changed after it was read");
        }
        const values = updateOf(company, held, now, value);
        await writeRecords(company, "product.template", [[held["template."].id], values], {
          doing,
          object: value.item,
          expecting: statesOf(partsOf(held)),
        });
        return receiptOf(await readMade(company, doing, value.item));
      },
    },
  };
}

/** Where Tryton numbers items by a sequence, its client lets nobody type a code; its server would. */
async function checkNumbering(company: Company, { item }: PlantItem, doing: string): Promise<void> {
  const method = "model.product.template.default_get";
  const call = { doing, object: item, method, params: [["code_readonly"]], answer: CONTRACTS.templateDefaults };
  if (!isYes((await company.read(call)).code_readonly)) return;
  const cause = "Tryton numbers items by a sequence of its own; take it out of the product configuration";
  throw refusal(company, doing, `item ${item}`, "code", cause);
}

export async function readProducts(company: Company, codes: readonly string[]): Promise<ReadonlyMap<ItemId, Product>> {
  const found = await readAllOf(company, MODELS.product, "reading items", [], "code", codes);
  const first = new Map<ItemId, Product>();
  // SQLite lets two active variants have one code: the older counts.
  for (const product of found.toSorted((a, b) => a.id - b.id)) {
    const code = product.code as ItemId;
    if (!first.has(code)) first.set(code, product);
  }
  return first;
}

async function readProduct(company: Company, item: ItemId): Promise<Product | undefined> {
  return (await readProducts(company, [item])).get(item);
}

async function readMade(company: Company, doing: string, item: ItemId): Promise<Product> {
  const made = await readProduct(company, item);
  if (made === undefined) throw conflict(company, doing, item, "it is gone again");
  return made;
}

function toHeld(product: Product, facts: CompanyFacts, company: Company): Held<PlantItem> {
  return { value: toItem(product, facts, company.plant), version: versionOf(String(product.id), partsOf(product)) };
}

/** As far as Tryton can hold it: the decimals are the unit's, not the item's. */
function says(held: PlantItem, wanted: PlantItem): boolean {
  return canonicalText({ ...held, decimals: 0 }) === canonicalText({ ...wanted, decimals: 0 });
}

/** @throws ConnectorError "rejected" for what Tryton would refuse or what belongs to other items as well. */
function updateOf(company: Company, held: Product, now: PlantItem, wanted: PlantItem): object {
  const doing = `updating item ${wanted.item}`;
  const template = held["template."];
  if (wanted.unit !== now.unit) {
    throw refusal(
      company,
      doing,
      `item ${wanted.item}`,
      "default_uom",
      "Tryton fixes an item's unit once it has moved",
    );
  }
  const shared = wanted.name !== now.name || wanted.procurement !== now.procurement;
  if (shared && template.products.length > 1) {
    const cause = `it is one of ${template.products.length} variants of ${template.name}, which have it in common; change it in Tryton`;
    throw refusal(company, doing, `item ${wanted.item}`, wanted.name === now.name ? "purchasable" : "name", cause);
  }
  const flags = flagsOf(wanted.procurement);
  return {
    ...(shared ? { name: wanted.name, ...flags } : {}),
    ...(shared && flags.purchasable && template.purchase_uom === null ? { purchase_uom: template.default_uom } : {}),
    products: [["write", [held.id], { identifiers: revisionActions(held, wanted) }]],
  };
}

function revisionActions(held: Product, { item, revision }: PlantItem): readonly unknown[] {
  const identifier = revisionIdentifier(held);
  if (revision === null) return identifier === null ? [] : [["delete", [identifier.id]]];
  const code = revisionCode(item, revision);
  return identifier === null ? [["create", [{ code }]]] : [["write", [identifier.id], { code }]];
}

function partsOf(product: Product) {
  return [
    part("product.template", product["template."]),
    part("product.product", product),
    ...parts("product.identifier", product["identifiers."]),
  ];
}

function receiptOf(product: Product): Receipt {
  return { id: product.code ?? String(product.id), version: versionOf(String(product.id), partsOf(product)) };
}
