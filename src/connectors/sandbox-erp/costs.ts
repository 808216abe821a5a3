import { canonicalText } from "../../domain/json.ts";
import type { ItemId, PlantId } from "../../domain/ids.ts";
import type { StandardCost } from "../../domain/plant-item.ts";
import { path, type Http } from "../http/http-client.ts";
import type { Costs, Receipt } from "../port.ts";
import { conflict } from "./conflict.ts";
import { firstOf, readListOf } from "./list.ts";
import { fromCost, toHeldCost } from "./mapping.ts";
import { partsOf, versionOf } from "./version-token.ts";
import { CONTRACTS, type ItemCost } from "./wire.ts";

const PATH = "/erp/v1/item-costs";

export function costs(http: Http): Costs {
  return {
    async read(wanted, plant) {
      const records = await readCosts(http, wanted, plant);
      return new Map([...records].map(([code, cost]) => [code as ItemId, toHeldCost(cost)]));
    },
    set: {
      async find({ value }) {
        const held = await readCost(http, value);
        return held !== undefined && says(http, held, value) ? receiptOf(held) : null;
      },
      async write({ value, expected }, key) {
        const doing = `setting the standard cost of ${value.item}`;
        const held = await readCost(http, value);
        if (held !== undefined && held.externalReference === key && says(http, held, value)) return receiptOf(held);
        if ((held === undefined ? null : receiptOf(held).version) !== expected) {
          throw conflict(http, doing, value.item, "its cost was changed after it was read");
        }
        const call = { doing, object: value.item, body: fromCost(value, http.system, key), answer: CONTRACTS.itemCost };
        if (expected === null) return receiptOf(await http.write({ ...call, method: "POST", path: PATH }));
        const { id, etag } = partsOf(expected);
        return receiptOf(
          await http.write({ ...call, method: "PUT", path: path`/erp/v1/item-costs/${id}`, ifMatch: etag }),
        );
      },
    },
  };
}

/** Whether the ERP's record is the wanted one, as far as its decimals can say. */
function says(http: Http, held: ItemCost, wanted: StandardCost): boolean {
  return (
    canonicalText(fromCost(toHeldCost(held).value, http.system, null)) ===
    canonicalText(fromCost(wanted, http.system, null))
  );
}

async function readCost(http: Http, { item, plant }: StandardCost): Promise<ItemCost | undefined> {
  return (await readCosts(http, [item], plant)).get(item);
}

async function readCosts(http: Http, codes: readonly string[], plant: PlantId): Promise<ReadonlyMap<string, ItemCost>> {
  const list = { doing: "reading standard costs", path: PATH, query: { plant }, answer: CONTRACTS.itemCosts };
  return firstOf(await readListOf(http, list, "itemCode", codes), ({ itemCode }) => itemCode);
}

function receiptOf({ id, etag }: ItemCost): Receipt {
  return { id, version: versionOf(id, etag) };
}
