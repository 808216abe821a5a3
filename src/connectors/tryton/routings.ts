import type { ItemId, OperationId } from "../../domain/ids.ts";
import type { Operation } from "../../domain/routing.ts";
import type { Routings } from "../port.ts";
import type { Company } from "./company.ts";
import { ofPlant } from "./plant.ts";
import { ARCHIVED_TOO, readAllOf } from "./records.ts";
import { MODELS, type RoutingSteps } from "./wire.ts";

const DOING = "reading routings";

/** The routing that an item's BOM in force is linked with, steps in Tryton's own order. */
export function routings(company: Company): Routings {
  return {
    async read(items, plant) {
      if (!ofPlant(company, plant)) return new Map();
      const products = await readAllOf(company, MODELS.productBoms, DOING, [["boms", "!=", null]], "code", items);
      const linked = products.flatMap(({ code, "boms.": [link] }) =>
        code === null || link === undefined || link.routing === null
          ? []
          : [{ item: code as ItemId, routing: link.routing }],
      );
      const ids = linked.map(({ routing }) => routing);
      const held = await readAllOf(company, MODELS.routingSteps, DOING, [ARCHIVED_TOO], "id", ids);
      const byId = new Map(held.map((routing) => [routing.id, routing]));
      return new Map(
        linked.map(({ item, routing }) => [
          item,
          { plant, item, number: null, operations: operationsOf(byId.get(routing)) },
        ]),
      );
    },
  };
}

/** Tryton's operations have a name and no number: its first word stands for the operation, as in `0010 Assemble`. */
function operationsOf(routing: RoutingSteps | undefined): Operation[] {
  return (routing?.["steps."] ?? []).map(({ "operation.": { name } }) => ({
    operation: (/\S+/.exec(name)?.[0] ?? name) as OperationId,
    name,
    workCenter: null,
    setupSeconds: null,
    runSeconds: null,
  }));
}
