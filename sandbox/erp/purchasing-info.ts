import type { FastifyInstance } from "fastify";
import { Type, type Static } from "typebox";
import { optional, Reference } from "../http/body.ts";
import type { Stored } from "../http/collection.ts";
import { refused } from "../http/errors.ts";
import { checkCurrency, checkMoney, checkPlant } from "./checks.ts";
import { Code, Plant, itemOf } from "./item.ts";
import { recordRoutes } from "./record-routes.ts";
import type { Erp } from "./state.ts";
import { checkSupplier } from "./supplier.ts";

const WrittenInfo = Type.Object({
  plant: Plant,
  itemCode: Code,
  supplierCode: Code,
  supplierItem: Type.String({ maxLength: 100 }),
  leadTimeDays: Type.Integer({ minimum: 0, maximum: 3650 }),
  price: optional(Type.String()),
  currency: optional(Type.String()),
  preferred: Type.Boolean(),
  externalReference: optional(Reference),
});

/** From whom an item may be bought, and how. */
export type PurchasingInfo = {
  readonly plant: string;
  readonly itemCode: string;
  readonly supplierCode: string;
  readonly supplierItem: string;
  readonly leadTimeDays: number;
  /** Of one base unit. */
  readonly price: string | null;
  readonly currency: string | null;
  readonly preferred: boolean;
  readonly externalReference: string | null;
};

export function purchasingInfoRoutes(app: FastifyInstance, erp: Erp): void {
  recordRoutes(app, erp, {
    path: "/purchasing-info",
    what: "PURCHASING_INFO",
    collection: erp.purchasingInfo,
    schema: WrittenInfo,
    filters: ["itemCode", "supplierCode", "preferred", "plant"],
    fixed: ["plant", "itemCode"],
    checked: (written) => checkedInfo(erp, written),
    saved: (stored) => takePreference(erp, stored),
  });
}

function checkedInfo(erp: Erp, written: Static<typeof WrittenInfo>): PurchasingInfo {
  const { plant, itemCode, supplierCode, supplierItem, leadTimeDays, preferred } = written;
  const [price, currency] = [written.price ?? null, written.currency ?? null];
  checkPlant(plant);
  itemOf(erp, plant, itemCode, "itemCode");
  checkSupplier(erp, supplierCode, "supplierCode");
  if (price !== null) checkMoney(price, "price");
  if (currency !== null) checkCurrency(currency, "currency");
  if ((price === null) !== (currency === null)) {
    throw refused("CURRENCY_UNKNOWN", "a price has a currency, and no price has none", "currency");
  }
  const externalReference = written.externalReference ?? null;
  return { plant, itemCode, supplierCode, supplierItem, leadTimeDays, price, currency, preferred, externalReference };
}

/** An item has one preferred source in a plant: the one that was saved as such last. */
function takePreference(erp: Erp, { id, value }: Stored<PurchasingInfo>): void {
  if (!value.preferred) return;
  const preferred = erp.purchasingInfo.list([
    { kind: "itemCode", any: [value.itemCode] },
    { kind: "preferred", any: ["true"] },
    { kind: "plant", any: [value.plant] },
  ]);
  for (const other of preferred) {
    if (other.id !== id) erp.purchasingInfo.replace(other, { ...other.value, preferred: false });
  }
}
