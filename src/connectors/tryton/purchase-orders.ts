import type { Held } from "../../domain/plant-item.ts";
import type { PurchaseOrderLine } from "../../domain/order.ts";
import type { PurchaseOrders } from "../port.ts";
import type { Company } from "./company.ts";
import { changedPurchaseLines } from "./changed-orders.ts";
import { lineOf, toPurchaseLine } from "./order-mapping.ts";
import { ofPlant } from "./plant.ts";
import { readAllOf } from "./records.ts";
import { part, parts, versionOf } from "./stamps.ts";
import { MODELS, type PurchaseLine } from "./wire.ts";

const DOING = "reading purchase-order lines";
/** Placed with a supplier. A draft has no number, and its buyer still writes it. */
const OPEN_STATES = ["quotation", "confirmed", "processing"];

export function purchaseOrders(company: Company): PurchaseOrders {
  async function held(lines: readonly PurchaseLine[]): Promise<Held<PurchaseOrderLine>[]> {
    const facts = await company.facts();
    return lines.flatMap((line) => {
      const value = toPurchaseLine(line, company, facts);
      return value === null ? [] : [{ value, version: versionOf(value.id, partsOf(line)) }];
    });
  }

  return {
    changedSince: (cursor) => changedPurchaseLines(company, cursor),
    async openOf(items, plant) {
      if (!ofPlant(company, plant)) return [];
      const domain = [
        ["purchase.company", "=", (await company.facts()).id],
        ["purchase.state", "in", OPEN_STATES],
      ];
      const lines = await readAllOf(company, MODELS.purchaseLine, DOING, domain, "product.code", items);
      return (await held(lines)).filter(({ value }) => value.state === "open");
    },
    async read(ids) {
      const lines = ids.flatMap((id) => lineOf(id) ?? []);
      const found = await held(await readAllOf(company, MODELS.purchaseLine, DOING, [], "id", lines));
      return found.filter(({ value }) => ids.includes(value.id));
    },
  };
}

function partsOf(line: PurchaseLine) {
  return [
    part("purchase.line", line),
    part("purchase.purchase", line["purchase."]),
    ...parts("stock.move", line["moves."]),
  ];
}
