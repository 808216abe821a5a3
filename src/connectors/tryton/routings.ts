import type { ItemId, OperationId, WorkCenterId } from "../../domain/ids.ts";
import type { Operation, Routing } from "../../domain/routing.ts";
import type { Routings } from "../port.ts";
import type { Company } from "./company.ts";
import { ofPlant } from "./plant.ts";
import { ARCHIVED_TOO, readAllOf } from "./records.ts";
import { digestOf, part } from "./stamps.ts";
import { MODELS, type RoutingOperation, type RoutingSteps, type Work } from "./wire.ts";

const DOING = "reading routings";

/** The routing that an item's BOM in force is linked with, steps in Tryton's own order. */
export function routings(company: Company): Routings {
  return {
    async read(items, plant) {
      if (!ofPlant(company, plant)) return new Map();
      const products = await readAllOf(company, MODELS.productBoms, DOING, [["boms", "!=", null]], "code", items);
      const linked = products.flatMap(({ code, "boms.": [link] }) =>
        code === null || link?.routing == null ? [] : [{ item: code as ItemId, routing: link.routing }],
      );
      const held = await readRoutings(
        company,
        linked.map(({ routing }) => routing),
      );
      return new Map(
        linked.flatMap(({ item, routing }) => {
          const own = held.get(routing);
          return own === undefined ? [] : [[item, { plant, item, ...own }]];
        }),
      );
    },
  };
}

/** Routings by their records' ids. */
export async function readRoutings(
  company: Company,
  ids: readonly number[],
): Promise<ReadonlyMap<number, Pick<Routing, "number" | "operations">>> {
  if (ids.length === 0) return new Map();
  const held = await readAllOf(company, MODELS.routingSteps, DOING, [ARCHIVED_TOO], "id", ids);
  return new Map(
    held.map((routing) => [
      routing.id,
      {
        number: numberOf(routing),
        operations: routing["steps."].map(({ "operation.": operation }) => operationOf(operation, null)),
      },
    ]),
  );
}

/**
 * Tryton numbers no routings and keeps no older states of them: the record's id, and what changes with every
 * edit of a step, its operation or its category of work centers. The header is left out, since each mBOM that
 * the routing is allowed for touches it.
 */
function numberOf(routing: RoutingSteps): string {
  const touched = routing["steps."].flatMap((step) => {
    const operation = step["operation."];
    const category = operation["work_center_category."] ?? null;
    return [
      part("production.routing.step", step),
      part("production.routing.operation", operation),
      ...(category === null ? [] : [part("production.work.center.category", category)]),
    ];
  });
  return `RTG-${routing.id}@${digestOf(touched).slice(0, 12)}`;
}

/** The works of a production, which its routing's steps became when it was released. */
export function operationsOfWorks(works: readonly Work[]): readonly Operation[] {
  return works.map((work) => operationOf(work["operation."], work["work_center."]));
}

/**
 * Tryton's operations have a name and no number: its first word stands for the operation, as in `0010 Assemble`.
 * Without a work center, any of the operation's category will do, and the category is named.
 */
function operationOf(operation: RoutingOperation, workCenter: Named | null): Operation {
  const name = nameOf(operation);
  const place = workCenter ?? operation["work_center_category."] ?? null;
  return {
    operation: (/\S+/.exec(name)?.[0] ?? name) as OperationId,
    name,
    workCenter: place === null ? null : (nameOf(place) as WorkCenterId),
    setupSeconds: null,
    runSeconds: null,
  };
}

type Named = { readonly id: number; readonly name: string };

/** Tryton wants a name and takes a blank one. */
function nameOf({ id, name }: Named): string {
  return name.trim() === "" ? `#${id}` : name.trim();
}
