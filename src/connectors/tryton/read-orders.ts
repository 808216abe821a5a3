import type { ProductionOrderId } from "../../domain/ids.ts";
import type { ProductionOrder } from "../../domain/order.ts";
import type { Held } from "../../domain/plant-item.ts";
import { ConnectorError } from "../connector-error.ts";
import { readDetails } from "./bom-details.ts";
import type { Company } from "./company.ts";
import { marksAt } from "./marks.ts";
import { detailsOf } from "./mboms.ts";
import { productionNumber, publishedWith, toProductionOrder, type OrderContext } from "./order-mapping.ts";
import { readAllOf, type Domain } from "./records.ts";
import { readRoutings } from "./routings.ts";
import { part, parts, versionOf } from "./stamps.ts";
import { MODELS, type Production } from "./wire.ts";

const DOING = "reading production orders";
/** What the mark is about that holds an order. */
export const HOLD = "hold";

export type Read = { readonly production: Production; readonly held: Held<ProductionOrder> };

/** Orders whose `field` is one of `values`. */
export async function readOrders(
  company: Company,
  domain: Domain,
  field: string,
  values: readonly string[],
): Promise<readonly Read[]> {
  const facts = await company.facts();
  const own = [["company", "=", facts.id], ...domain];
  const productions = await readAllOf(company, MODELS.production, DOING, own, field, values);
  const contextOf = await readContexts(company, productions);
  return productions.flatMap((production) => {
    const value = toProductionOrder(production, contextOf(production), company, facts);
    return value === null ? [] : [{ production, held: { value, version: versionOf(value.id, partsOf(production)) } }];
  });
}

/** What stands beside productions, all of them read at once. */
async function readContexts(
  company: Company,
  productions: readonly Production[],
): Promise<(production: Production) => OrderContext> {
  const ids = (of: (production: Production) => number | null | undefined) => [
    ...new Set(productions.flatMap((production) => of(production) ?? [])),
  ];
  const [marks, notes, held] = await Promise.all([
    marksAt(company, productions.map(resourceOf)),
    detailsOf(
      company,
      ids(({ bom }) => bom),
    ),
    readRoutings(
      company,
      ids(({ routing }) => routing),
    ),
  ]);
  const onHold = new Set(
    marks.filter(({ subject, state }) => subject === HOLD && state === "open").map(({ resource }) => resource),
  );
  const published = new Map(
    [...notes].map(([bom, note]) => {
      const details = readDetails(note);
      return [bom, details === null ? null : publishedWith(details)];
    }),
  );
  return (production) => ({
    onHold: onHold.has(resourceOf(production)),
    published: published.get(production.bom ?? -1) ?? null,
    routing: held.get(production.routing ?? -1) ?? null,
  });
}

/** @throws ConnectorError "not found" */
export async function readOrder(company: Company, id: ProductionOrderId): Promise<Read> {
  const number = productionNumber(id);
  const [read] = number === null ? [] : await readOrders(company, [], "number", [number]);
  if (read !== undefined) return read;
  const at = { system: company.system, doing: `reading production order ${id}`, object: id };
  throw new ConnectorError("not found", { ...at, cause: `there is no production order ${id}` });
}

/** As notes name it. */
export function resourceOf({ id }: Pick<Production, "id">): string {
  return `production,${id}`;
}

/** Holds and reports are notes beside the order and do not move its version. */
function partsOf(production: Production) {
  return [
    part("production", production),
    ...parts("stock.move", production["inputs."]),
    ...parts("stock.move", production["outputs."]),
    ...parts("production.work", production["works."] ?? []),
  ];
}
