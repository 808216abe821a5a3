import type { ProductionOrderId } from "../../domain/ids.ts";
import { ConnectorError } from "../connector-error.ts";
import type { Company } from "./company.ts";
import { productionNumber } from "./order-mapping.ts";
import { readPostingNotes, type PostingNotes } from "./posting-notes.ts";
import { resourceOf } from "./read-orders.ts";
import { readAllOf } from "./records.ts";
import { MODELS, type Production, type WorkCycle } from "./wire.ts";

/** A production with what people and Heddle booked at it. */
export type Place = {
  readonly order: ProductionOrderId;
  readonly production: Production;
  /** Of its works. */
  readonly cycles: readonly WorkCycle[];
  readonly notes: PostingNotes;
};

/** The productions of these orders that Tryton knows. */
export async function readProductions(
  company: Company,
  orders: readonly ProductionOrderId[],
  doing: string,
): Promise<readonly Production[]> {
  const own = [["company", "=", (await company.facts()).id]];
  const numbers = orders.flatMap((order) => productionNumber(order) ?? []);
  return await readAllOf(company, MODELS.production, doing, own, "number", numbers);
}

/** @throws ConnectorError "not found" */
export async function readPlace(company: Company, order: ProductionOrderId, doing: string): Promise<Place> {
  const [production] = await readProductions(company, [order], doing);
  if (production === undefined) {
    const at = { system: company.system, doing, object: order };
    throw new ConnectorError("not found", { ...at, cause: `there is no production order ${order}` });
  }
  const works = (production["works."] ?? []).map(({ id }) => id);
  const resource = resourceOf(production);
  const [cycles, notesAt] = await Promise.all([
    works.length === 0 ? [] : readAllOf(company, MODELS.workCycle, doing, [], "work", works),
    readPostingNotes(company, [resource]),
  ]);
  return { order, production, cycles, notes: notesAt(resource) };
}
