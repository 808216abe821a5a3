import type { FastifyInstance } from "fastify";
import { Type, type Static } from "typebox";
import { optional, Reference } from "../http/body.ts";
import { refused } from "../http/errors.ts";
import { checkPlant } from "./checks.ts";
import { Code, Plant, itemOf } from "./item.ts";
import { recordRoutes } from "./record-routes.ts";
import type { Erp } from "./state.ts";

const Operation = Type.Object({
  operation: Type.String({ minLength: 1, maxLength: 10 }),
  description: Type.String({ maxLength: 200 }),
  workCenter: Code,
  setupSeconds: Type.Number({ minimum: 0 }),
  runSeconds: Type.Number({ minimum: 0 }),
});

const WrittenRouting = Type.Object({
  plant: Plant,
  itemCode: Code,
  operations: Type.Array(Operation, { minItems: 1, maxItems: 500 }),
  externalReference: optional(Reference),
});

/** How a plant makes an item. */
export type Routing = {
  readonly plant: string;
  readonly itemCode: string;
  readonly operations: readonly Static<typeof Operation>[];
  readonly externalReference: string | null;
};

export function routingRoutes(app: FastifyInstance, erp: Erp): void {
  recordRoutes(app, erp, {
    path: "/routings",
    what: "ROUTING",
    collection: erp.routings,
    schema: WrittenRouting,
    filters: ["itemCode", "plant"],
    fixed: ["plant", "itemCode"],
    checked({ plant, itemCode, operations, externalReference }): Routing {
      checkPlant(plant);
      itemOf(erp, plant, itemCode, "itemCode");
      operations.forEach((operation, at) =>
        checkWorkCenter(erp, plant, operation.workCenter, `operations[${at}].workCenter`),
      );
      checkDistinct(operations.map(({ operation }) => operation));
      return { plant, itemCode, operations, externalReference: externalReference ?? null };
    },
  });
}

/** The operations that lines of an item's BOM may name; null while the item has no routing. */
export function operationsOf(erp: Erp, plant: string, itemCode: string): readonly string[] | null {
  const [routing] = erp.routings.list(
    [
      { kind: "itemCode", any: [itemCode] },
      { kind: "plant", any: [plant] },
    ],
    0,
    1,
  );
  return routing?.value.operations.map(({ operation }) => operation) ?? null;
}

function checkWorkCenter(erp: Erp, plant: string, code: string, field: string): void {
  const found = erp.workCenters.list(
    [
      { kind: "code", any: [code] },
      { kind: "plant", any: [plant] },
    ],
    0,
    1,
  );
  if (found.length === 0) throw refused("WORK_CENTER_UNKNOWN", `plant ${plant} has no work center ${code}`, field);
}

function checkDistinct(operations: readonly string[]): void {
  const at = operations.findIndex((operation, place) => operations.indexOf(operation) !== place);
  if (at < 0) return;
  throw refused("POSITION_DUPLICATE", `operation ${operations[at]} comes twice`, `operations[${at}].operation`);
}
