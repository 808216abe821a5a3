import type { FastifyInstance } from "fastify";
import { Type } from "typebox";
import { optional, Reference } from "../http/body.ts";
import { checkCurrency, checkMoney, checkPlant } from "./checks.ts";
import { Code, Plant, itemOf } from "./item.ts";
import { recordRoutes } from "./record-routes.ts";
import type { Erp } from "./state.ts";

const WrittenCost = Type.Object({
  plant: Plant,
  itemCode: Code,
  material: Type.String(),
  conversion: Type.String(),
  currency: Type.String(),
  externalReference: optional(Reference),
});

/** Standard cost of one base unit. */
export type ItemCost = {
  readonly plant: string;
  readonly itemCode: string;
  readonly material: string;
  readonly conversion: string;
  readonly currency: string;
  /** How often it was set. */
  readonly costVersion: number;
  readonly externalReference: string | null;
};

export function itemCostRoutes(app: FastifyInstance, erp: Erp): void {
  recordRoutes(app, erp, {
    path: "/item-costs",
    what: "ITEM_COST",
    collection: erp.itemCosts,
    schema: WrittenCost,
    filters: ["itemCode", "plant"],
    fixed: ["plant", "itemCode"],
    checked({ plant, itemCode, material, conversion, currency, externalReference }, before): ItemCost {
      checkPlant(plant);
      itemOf(erp, plant, itemCode, "itemCode");
      checkMoney(material, "material");
      checkMoney(conversion, "conversion");
      checkCurrency(currency, "currency");
      const costVersion = (before?.costVersion ?? 0) + 1;
      return {
        plant,
        itemCode,
        material,
        conversion,
        currency,
        costVersion,
        externalReference: externalReference ?? null,
      };
    },
  });
}
