import type { ItemId } from "../../domain/ids.ts";
import type { Company } from "./company.ts";
import { refusal } from "./conflict.ts";
import { readProducts } from "./items.ts";
import { createRecord, readAllOf } from "./records.ts";
import { MODELS } from "./wire.ts";

/** Tryton keeps numbers of lots neither unique nor apart by item: the oldest of the item counts. */
async function readLot(company: Company, item: ItemId, number: string, doing: string): Promise<number | null> {
  const lots = await readAllOf(company, MODELS.lot, doing, [["product.code", "=", item]], "number", [number]);
  return lots[0]?.id ?? null;
}

/** @throws ConnectorError "rejected": what is used has come in, with its lot. */
export async function findLot(
  company: Company,
  item: ItemId,
  number: string,
  order: string,
  doing: string,
): Promise<number> {
  const lot = await readLot(company, item, number, doing);
  if (lot !== null) return lot;
  throw refusal(
    company,
    doing,
    `production order ${order}, component ${item}`,
    "lot",
    `Tryton has no lot ${number} of it`,
  );
}

/** The lot that an order makes; it is new with the first order that makes it. */
export async function lotMade(company: Company, item: ItemId, number: string, doing: string): Promise<number> {
  const known = await readLot(company, item, number, doing);
  if (known !== null) return known;
  const [product] = (await readProducts(company, [item])).values();
  return await createRecord(company, "stock.lot", { number, product: product?.id }, { doing, object: `lot ${number}` });
}
