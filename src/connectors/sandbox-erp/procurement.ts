import { canonicalText } from "../../domain/json.ts";
import type { ItemId, PlantId, SupplierId } from "../../domain/ids.ts";
import type { ProcurementRecord } from "../../domain/plant-item.ts";
import { path, type Http } from "../http/http-client.ts";
import type { Procurement, Receipt } from "../port.ts";
import { conflict } from "./conflict.ts";
import { firstOf, readList, readListOf } from "./list.ts";
import { fromProcurement, toHeldProcurement } from "./mapping.ts";
import { versionOf } from "./version-token.ts";
import { CONTRACTS, type PurchasingInfo } from "./wire.ts";

const PATH = "/erp/v1/purchasing-info";

export function procurement(http: Http): Procurement {
  return {
    async read(wanted, plant) {
      const records = await readPreferred(http, wanted, plant);
      return new Map([...records].map(([code, info]) => [code as ItemId, toHeldProcurement(info)]));
    },
    set: {
      async find({ value }) {
        const held = await readPreferredOf(http, value);
        return held !== undefined && says(held, value) ? receiptOf(held) : null;
      },
      async write({ value, expected }, key) {
        const doing = `setting the procurement record of ${value.item}`;
        const preferred = await readPreferredOf(http, value);
        if (preferred !== undefined && preferred.externalReference === key && says(preferred, value))
          return receiptOf(preferred);
        if ((preferred === undefined ? null : receiptOf(preferred).version) !== expected) {
          throw conflict(http, doing, value.item, "its preferred record was changed after it was read");
        }
        const ofSupplier = await readOfSupplier(http, value);
        const body = fromProcurement(value, key);
        const call = { doing, object: value.item, body, answer: CONTRACTS.purchasingInfo };
        // The other supplier keeps his record and loses only the mark "preferred".
        return receiptOf(
          ofSupplier === undefined
            ? await http.write({ ...call, method: "POST", path: PATH })
            : await http.write({
                ...call,
                method: "PUT",
                path: path`/erp/v1/purchasing-info/${ofSupplier.id}`,
                ifMatch: ofSupplier.etag,
              }),
        );
      },
    },
    async knownSuppliers(suppliers) {
      const list = { doing: "reading suppliers", path: "/erp/v1/suppliers", query: {}, answer: CONTRACTS.suppliers };
      const found = await readListOf(http, list, "code", suppliers);
      // A blocked supplier may not be bought from, so naming him would be refused.
      return new Set(found.filter(({ blocked }) => !blocked).map(({ code }) => code as SupplierId));
    },
  };
}

function says(info: PurchasingInfo, wanted: ProcurementRecord): boolean {
  return (
    canonicalText(fromProcurement(toHeldProcurement(info).value, null)) === canonicalText(fromProcurement(wanted, null))
  );
}

async function readPreferredOf(http: Http, { item, plant }: ProcurementRecord): Promise<PurchasingInfo | undefined> {
  return (await readPreferred(http, [item], plant)).get(item);
}

async function readPreferred(
  http: Http,
  codes: readonly string[],
  plant: PlantId,
): Promise<ReadonlyMap<string, PurchasingInfo>> {
  const query = { plant, preferred: "true" };
  const list = { doing: "reading procurement records", path: PATH, query, answer: CONTRACTS.purchasingInfos };
  return firstOf(await readListOf(http, list, "itemCode", codes), ({ itemCode }) => itemCode);
}

async function readOfSupplier(
  http: Http,
  { item, plant, supplier }: ProcurementRecord,
): Promise<PurchasingInfo | undefined> {
  const query = { plant, itemCode: item, supplierCode: supplier };
  const list = {
    doing: `reading the procurement records of ${item}`,
    path: PATH,
    query,
    answer: CONTRACTS.purchasingInfos,
  };
  return (await readList(http, list))[0];
}

function receiptOf({ id, etag }: PurchasingInfo): Receipt {
  return { id, version: versionOf(id, etag) };
}
