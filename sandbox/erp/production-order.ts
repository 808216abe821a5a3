import { Type, type Static } from "typebox";
import { optional, Reference } from "../http/body.ts";
import type { Stored, Term } from "../http/collection.ts";
import { refused, unknownRecord } from "../http/errors.ts";
import { etagOf } from "../http/precondition.ts";
import { activeBom } from "./bom.ts";
import { checkDate, checkedQuantity, checkPlant } from "./checks.ts";
import { decimal } from "./decimal.ts";
import { exploded } from "./explosion.ts";
import { Code, Plant, itemOf } from "./item.ts";
import type { Erp } from "./state.ts";

const Text = Type.String({ maxLength: 100 });

export const WrittenOrder = Type.Object(
  {
    plant: Plant,
    itemCode: Code,
    quantity: Text,
    startDate: optional(Text),
    planner: optional(Text),
    externalReference: optional(Reference),
    note: optional(Reference),
  },
  { additionalProperties: false },
);

export type OrderComponent = {
  readonly line: string;
  readonly itemCode: string;
  readonly unit: string;
  /** For the whole order, scrap included. */
  readonly requiredQuantity: string;
  readonly issuedQuantity: string;
  readonly operation: string | null;
};

export type OrderState = "PLANNED" | "RELEASED" | "STARTED" | "FINISHED" | "CANCELLED";

export type ProductionOrder = {
  readonly plant: string;
  readonly itemCode: string;
  readonly revisionLevel: string | null;
  /** The BOM that its components were worked out from. */
  readonly bomNumber: string;
  readonly quantity: string;
  readonly completedQuantity: string;
  readonly unit: string;
  readonly state: OrderState;
  readonly onHold: boolean;
  readonly holdReason: string | null;
  readonly startDate: string | null;
  readonly planner: string | null;
  readonly cancelReason: string | null;
  readonly externalReference: string | null;
  readonly components: readonly OrderComponent[];
};

export type OrderAction =
  | "CREATED"
  | "RE_EXPLODED"
  | "COMPONENTS_REPLACED"
  | "HELD"
  | "UNHELD"
  | "RELEASED"
  | "STARTED"
  | "ISSUED"
  | "FINISHED"
  | "CANCELLED";

export type OrderLogEntry = {
  readonly order: string;
  readonly at: string;
  readonly action: OrderAction;
  readonly note: string | null;
};

export function orderTerms({ plant, itemCode, state, externalReference, components }: ProductionOrder): Term[] {
  return [
    ["plant", plant],
    ["itemCode", itemCode],
    ["state", state],
    ["involving", itemCode],
    ...(externalReference === null ? [] : [["externalReference", externalReference] as const]),
    ...components.flatMap((component): Term[] => [
      ["component", component.itemCode],
      ["involving", component.itemCode],
    ]),
  ];
}

export function shownOrder(stored: Stored<ProductionOrder>) {
  return { number: stored.number, ...stored.value, sequence: stored.sequence, etag: etagOf(stored) };
}

export function productionOrderOf(erp: Erp, number: string): Stored<ProductionOrder> {
  const order = erp.productionOrders.get(number);
  if (order === null) throw unknownRecord("PRODUCTION_ORDER", number);
  return order;
}

/** Plans an order from the BOM in force. Call it inside `erp.write`. @throws ApiError 422 */
export function planOrder(erp: Erp, written: Static<typeof WrittenOrder>): Stored<ProductionOrder> {
  const { plant, itemCode } = written;
  const startDate = written.startDate ?? null;
  checkPlant(plant);
  checkDate(startDate, "startDate");
  const item = itemOf(erp, plant, itemCode, "itemCode");
  const quantity = checkedQuantity(item, written.quantity, "quantity");
  const order = erp.productionOrders.insert({
    plant,
    itemCode,
    quantity,
    completedQuantity: "0",
    unit: item.baseUnit,
    state: "PLANNED",
    onHold: false,
    holdReason: null,
    startDate,
    planner: written.planner ?? null,
    cancelReason: null,
    externalReference: written.externalReference ?? null,
    ...explosion(erp, { plant, itemCode, quantity, startDate }),
  });
  logAction(erp, order, "CREATED", written.note ?? null);
  return order;
}

/** What an order takes from the BOM in force. @throws ApiError 422 when there is none */
export function explosion(erp: Erp, order: Pick<ProductionOrder, "plant" | "itemCode" | "quantity" | "startDate">) {
  const bom = activeBom(erp, order.plant, order.itemCode);
  if (bom === null)
    throw refused("BOM_MISSING", `${order.itemCode} has no BOM in force in plant ${order.plant}`, "itemCode");
  return {
    revisionLevel: bom.value.revisionLevel,
    bomNumber: bom.number,
    components: exploded(erp, bom.value, decimal(order.quantity), order.startDate),
  };
}

export function logAction(erp: Erp, order: Stored<ProductionOrder>, action: OrderAction, note: string | null): void {
  erp.orderLog.insert({ order: order.number, at: new Date().toISOString(), action, note });
}
