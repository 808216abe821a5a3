import type { FastifyInstance } from "fastify";
import { Type, type Static } from "typebox";
import { optional, Reference } from "../http/body.ts";
import type { Stored } from "../http/collection.ts";
import { refused } from "../http/errors.ts";
import { paged, PAGING } from "../http/paging.ts";
import { filtersBy, queryOf } from "../http/query.ts";
import { checkPlant } from "./checks.ts";
import { Code, Plant, itemOf } from "./item.ts";
import { recordRoutes } from "./record-routes.ts";
import type { Erp } from "./state.ts";

const Operation = Type.Object({
  operation: Type.String({ minLength: 1, maxLength: 10 }),
  description: Type.String({ maxLength: 200 }),
  workCenter: optional(Code),
  setupSeconds: Type.Number({ minimum: 0 }),
  runSeconds: Type.Number({ minimum: 0 }),
});

const WrittenRouting = Type.Object({
  plant: Plant,
  itemCode: Code,
  operations: Type.Array(Operation, { minItems: 1, maxItems: 500 }),
  externalReference: optional(Reference),
});

export type RoutingOperation = {
  readonly operation: string;
  readonly description: string;
  /** Null leaves the choice to the shop floor. */
  readonly workCenter: string | null;
  readonly setupSeconds: number;
  readonly runSeconds: number;
};

/** How a plant makes an item. */
export type Routing = {
  readonly plant: string;
  readonly itemCode: string;
  readonly operations: readonly RoutingOperation[];
  readonly externalReference: string | null;
};

/** A routing as it once was or still is: kept for the orders that carry it. */
export type RoutingRevision = Pick<Routing, "plant" | "itemCode" | "operations"> & {
  /** `RTG-000001/2`: the routing, and how often it was written. */
  readonly number: string;
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
      checkDistinct(operations.map(({ operation }) => operation));
      return {
        plant,
        itemCode,
        operations: operations.map((operation, at) => checkedOperation(erp, plant, operation, at)),
        externalReference: externalReference ?? null,
      };
    },
    saved: (routing) => keepRevision(erp, routing),
    shown: (routing) => ({ number: routingNumber(routing) }),
  });

  app.get("/routing-revisions", (request) => {
    const filters = ["number", "itemCode", "plant"];
    const query = queryOf(request, [...PAGING, ...filters]);
    return paged(erp.routingRevisions, query, filtersBy(query, filters), ({ value }) => value);
  });
}

/** Another one after every edit. */
function routingNumber({ number, version }: Stored<Routing>): string {
  return `${number}/${version}`;
}

/** Keeps a routing as it was just written. Call it inside `erp.write`. */
export function keepRevision(erp: Erp, routing: Stored<Routing>): void {
  const { plant, itemCode, operations } = routing.value;
  erp.routingRevisions.insert({ number: routingNumber(routing), plant, itemCode, operations });
}

/** The routing of an item as it is now; null when it has none. */
export function routingInForce(erp: Erp, plant: string, itemCode: string): RoutingRevision | null {
  const [routing] = erp.routings.list(
    [
      { kind: "itemCode", any: [itemCode] },
      { kind: "plant", any: [plant] },
    ],
    0,
    1,
  );
  if (routing === undefined) return null;
  return { number: routingNumber(routing), plant, itemCode, operations: routing.value.operations };
}

/** A routing as it is or was, by its number. @throws ApiError 422 when the item never had it. */
export function routingRevisionOf(erp: Erp, plant: string, itemCode: string, number: string): RoutingRevision {
  const revision = erp.routingRevisions.get(number)?.value;
  if (revision?.plant === plant && revision.itemCode === itemCode) return revision;
  throw refused("ROUTING_UNKNOWN", `${itemCode} never had a routing ${number} in plant ${plant}`, "routingNumber");
}

/** The operations that lines of an item's BOM may name; null while the item has no routing. */
export function operationsOf(erp: Erp, plant: string, itemCode: string): readonly string[] | null {
  return routingInForce(erp, plant, itemCode)?.operations.map(({ operation }) => operation) ?? null;
}

function checkedOperation(
  erp: Erp,
  plant: string,
  { workCenter = null, ...operation }: Static<typeof Operation>,
  at: number,
): RoutingOperation {
  if (workCenter !== null) checkWorkCenter(erp, plant, workCenter, `operations[${at}].workCenter`);
  return { ...operation, workCenter };
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
