import type { ItemId, PlantId } from "../../domain/ids.ts";
import { canonicalText } from "../../domain/json.ts";
import type { PlantItem } from "../../domain/plant-item.ts";
import { path, type Http } from "../http/http-client.ts";
import type { Items, Receipt } from "../port.ts";
import { conflict } from "./conflict.ts";
import { firstOf, readListOf } from "./list.ts";
import { fromItem, toHeldItem } from "./mapping.ts";
import { partsOf, versionOf } from "./version-token.ts";
import { CONTRACTS, type Item } from "./wire.ts";

export function items(http: Http): Items {
  return {
    async read(wanted, plant) {
      const records = await readItems(http, wanted, plant);
      return new Map([...records].map(([code, item]) => [code as ItemId, toHeldItem(item, http.system)]));
    },
    create: {
      async find(item, key) {
        const held = await readItem(http, item);
        return held?.externalReference === key ? receiptOf(held) : null;
      },
      async write(item, key) {
        const doing = `creating item ${item.item}`;
        const held = await readItem(http, item);
        if (held?.externalReference === key) return receiptOf(held);
        if (held !== undefined) throw conflict(http, doing, item.item, `it exists by now as ${held.id}`);
        const body = fromItem(item, key);
        const made = await http.write({
          doing,
          object: item.item,
          method: "POST",
          path: "/erp/v1/items",
          body,
          answer: CONTRACTS.item,
        });
        return receiptOf(made);
      },
    },
    update: {
      async find({ value }) {
        const held = await readItem(http, value);
        return held !== undefined && says(http, held, value) ? receiptOf(held) : null;
      },
      async write({ value, expected }) {
        const doing = `updating item ${value.item}`;
        const held = await readItem(http, value);
        if (held === undefined) throw conflict(http, doing, value.item, "it is gone");
        if (says(http, held, value)) return receiptOf(held);
        if (expected === null || receiptOf(held).version !== expected)
          throw conflict(http, doing, value.item, "it was changed after it was read");
        const { id, etag } = partsOf(expected);
        const made = await http.write({
          doing,
          object: value.item,
          method: "PUT",
          path: path`/erp/v1/items/${id}`,
          ifMatch: etag,
          body: fromItem(value, held.externalReference),
          answer: CONTRACTS.item,
        });
        return receiptOf(made);
      },
    },
  };
}

async function readItem(http: Http, { item, plant }: PlantItem): Promise<Item | undefined> {
  return (await readItems(http, [item], plant)).get(item);
}

async function readItems(http: Http, codes: readonly string[], plant: PlantId): Promise<ReadonlyMap<string, Item>> {
  const list = { doing: "reading items", path: "/erp/v1/items", query: { plant }, answer: CONTRACTS.items };
  return firstOf(await readListOf(http, list, "code", codes), ({ code }) => code);
}

function receiptOf({ id, etag }: Item): Receipt {
  return { id, version: versionOf(id, etag) };
}

function says(http: Http, held: Item, wanted: PlantItem): boolean {
  return canonicalText(toHeldItem(held, http.system).value) === canonicalText(wanted);
}
