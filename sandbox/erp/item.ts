import type { FastifyInstance } from "fastify";
import { Type, type Static } from "typebox";
import { optional, Reference } from "../http/body.ts";
import { refused } from "../http/errors.ts";
import { checkPlant, checkUnit } from "./checks.ts";
import { recordRoutes } from "./record-routes.ts";
import type { Erp } from "./state.ts";

export const Code = Type.String({ minLength: 1, maxLength: 100 });
export const Plant = Type.String({ minLength: 1, maxLength: 10 });
const ProcurementType = Type.Enum(["MAKE", "BUY", "SUBCONTRACT", "PHANTOM"]);

const WrittenItem = Type.Object({
  code: Code,
  plant: Plant,
  description: Type.String({ maxLength: 500 }),
  revisionLevel: optional(Type.String({ maxLength: 40 })),
  baseUnit: Type.String(),
  decimals: Type.Integer({ minimum: 0, maximum: 6 }),
  procurementType: ProcurementType,
  externalReference: optional(Reference),
});

/** An item as one plant keeps it. */
export type Item = {
  readonly code: string;
  readonly plant: string;
  readonly description: string;
  readonly revisionLevel: string | null;
  readonly baseUnit: string;
  /** Decimals of its quantities. */
  readonly decimals: number;
  readonly procurementType: Static<typeof ProcurementType>;
  readonly externalReference: string | null;
};

export function itemRoutes(app: FastifyInstance, erp: Erp): void {
  recordRoutes(app, erp, {
    path: "/items",
    what: "ITEM",
    collection: erp.items,
    schema: WrittenItem,
    filters: ["code", "procurementType", "plant"],
    fixed: ["code", "plant", "baseUnit"],
    checked: checkedItem,
  });
}

function checkedItem(written: Static<typeof WrittenItem>): Item {
  const { code, plant, description, baseUnit, decimals, procurementType } = written;
  checkPlant(plant);
  checkUnit(baseUnit, "baseUnit");
  return {
    code,
    plant,
    description,
    revisionLevel: written.revisionLevel ?? null,
    baseUnit,
    decimals,
    procurementType,
    externalReference: written.externalReference ?? null,
  };
}

/** The item of that code in the plant; where two have it, the older. Null when the plant has none. */
function findItem(erp: Erp, plant: string, code: string): Item | null {
  const [found] = erp.items.list(
    [
      { kind: "code", any: [code] },
      { kind: "plant", any: [plant] },
    ],
    0,
    1,
  );
  return found?.value ?? null;
}

/** @throws ApiError 422 naming `field` when the plant has no such item. */
export function itemOf(erp: Erp, plant: string, code: string, field: string): Item {
  const item = findItem(erp, plant, code);
  if (item === null) throw refused("ITEM_UNKNOWN", `plant ${plant} has no item ${code}`, field);
  return item;
}
