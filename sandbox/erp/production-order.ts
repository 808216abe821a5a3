import { Type, type Static } from "typebox";
import { optional, Reference } from "../http/body.ts";
import type { Stored, Term } from "../http/collection.ts";
import { refused, unknownRecord } from "../http/errors.ts";
import { etagOf } from "../http/precondition.ts";
import { activeBom, type Bom, type BomLine } from "./bom.ts";
import { checkDate, checkedInstant, checkedQuantity, checkPlant } from "./checks.ts";
import { decimal } from "./decimal.ts";
import { exploded } from "./explosion.ts";
import { Code, Plant, itemOf } from "./item.ts";
import { routingInForce, routingRevisionOf, type RoutingOperation, type RoutingRevision } from "./routing.ts";
import type { Erp } from "./state.ts";

const Text = Type.String({ maxLength: 100 });
const OrderType = Type.Enum(["STANDARD", "PILOT", "REWORK"]);
export const Priority = Type.Integer({ minimum: 0, maximum: 999 });

export const WrittenOrder = Type.Object(
  {
    plant: Plant,
    itemCode: Code,
    quantity: Text,
    orderType: optional(OrderType),
    priority: optional(Priority),
    startDate: optional(Text),
    startTime: optional(Text),
    endTime: optional(Text),
    planner: optional(Text),
    bomNumber: optional(Text),
    routingNumber: optional(Text),
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
  /** How it reaches the line, as the BOM had it. */
  readonly supplyType: BomLine["supplyType"];
  /** The lot that the planner wants used. */
  readonly lot: string | null;
};

export type OrderState = "PLANNED" | "RELEASED" | "STARTED" | "FINISHED" | "CANCELLED";

export type ProductionOrder = {
  readonly plant: string;
  readonly itemCode: string;
  readonly orderType: Static<typeof OrderType>;
  readonly revisionLevel: string | null;
  /** The BOM that its components were worked out from. */
  readonly bomNumber: string;
  /** The routing that its operations were taken from, as it was then; null where the item had none. */
  readonly routingNumber: string | null;
  readonly quantity: string;
  readonly completedQuantity: string;
  readonly unit: string;
  readonly state: OrderState;
  readonly onHold: boolean;
  readonly holdReason: string | null;
  /** A higher one goes first. */
  readonly priority: number;
  /** The day that its BOM's lines are taken of. */
  readonly startDate: string | null;
  readonly startTime: string | null;
  readonly endTime: string | null;
  readonly planner: string | null;
  /** The order that it was split from. */
  readonly splitFrom: string | null;
  /** The order whose pieces it works on again. */
  readonly reworkOf: string | null;
  readonly cancelReason: string | null;
  readonly externalReference: string | null;
  readonly operations: readonly RoutingOperation[];
  readonly components: readonly OrderComponent[];
};

export type OrderAction =
  | "CREATED"
  | "EDITED"
  | "SPLIT"
  | "RE_EXPLODED"
  | "COMPONENTS_REPLACED"
  | "HELD"
  | "UNHELD"
  | "RELEASED"
  | "STARTED"
  | "ISSUED"
  | "POSTED"
  | "FINISHED"
  | "CANCELLED";

export type OrderLogEntry = {
  readonly order: string;
  readonly at: string;
  readonly action: OrderAction;
  readonly note: string | null;
};

/** What the ERP tells of by webhook. */
export type OrderEvent = {
  readonly type: `production-order.${"created" | "released" | "changed" | "cancelled"}`;
  readonly data: {
    readonly number: string;
    readonly plant: string;
    readonly state: OrderState;
    readonly sequence: number;
  };
};

export function orderTerms(order: ProductionOrder): Term[] {
  const { plant, itemCode, state, externalReference, splitFrom, reworkOf, components } = order;
  const optionalTerms = Object.entries({ externalReference, splitFrom, reworkOf });
  return [
    ["plant", plant],
    ["itemCode", itemCode],
    ["state", state],
    ["involving", itemCode],
    ...optionalTerms.flatMap(([kind, term]): Term[] => (term === null ? [] : [[kind, term]])),
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

/**
 * Plans an order from the BOM and the routing in force, or from older ones where the planner names them.
 * Call it inside `erp.write`. @throws ApiError 422
 */
export function planOrder(erp: Erp, written: Static<typeof WrittenOrder>): Stored<ProductionOrder> {
  const { plant, itemCode } = written;
  checkPlant(plant);
  const item = itemOf(erp, plant, itemCode, "itemCode");
  const quantity = checkedQuantity(item, written.quantity, "quantity");
  const times = checkedTimes({
    startDate: written.startDate ?? null,
    startTime: written.startTime ?? null,
    endTime: written.endTime ?? null,
  });
  const design = {
    bom:
      written.bomNumber == null ? bomInForce(erp, plant, itemCode) : bomOfItem(erp, plant, itemCode, written.bomNumber),
    routing:
      written.routingNumber == null
        ? routingInForce(erp, plant, itemCode)
        : routingRevisionOf(erp, plant, itemCode, written.routingNumber),
  };
  return createdOrder(
    erp,
    {
      plant,
      itemCode,
      orderType: written.orderType ?? "STANDARD",
      quantity,
      completedQuantity: "0",
      unit: item.baseUnit,
      state: "PLANNED",
      onHold: false,
      holdReason: null,
      priority: written.priority ?? 0,
      ...times,
      planner: written.planner ?? null,
      splitFrom: null,
      reworkOf: null,
      cancelReason: null,
      externalReference: written.externalReference ?? null,
      ...worked(erp, design, quantity, times.startDate),
    },
    written.note ?? null,
  );
}

/** Keeps a new order, and logs it. Call it inside `erp.write`. */
export function createdOrder(erp: Erp, order: ProductionOrder, note: string | null): Stored<ProductionOrder> {
  const stored = erp.productionOrders.insert(order);
  recordAction(erp, stored, "CREATED", note);
  return stored;
}

/** What an order takes from the BOM and the routing in force. @throws ApiError 422 when there is no BOM */
export function explosion(erp: Erp, order: Pick<ProductionOrder, "plant" | "itemCode" | "quantity" | "startDate">) {
  const { plant, itemCode, quantity, startDate } = order;
  const design = { bom: bomInForce(erp, plant, itemCode), routing: routingInForce(erp, plant, itemCode) };
  return worked(erp, design, quantity, startDate);
}

type Design = { readonly bom: Stored<Bom>; readonly routing: RoutingRevision | null };

function worked(erp: Erp, { bom, routing }: Design, quantity: string, startDate: string | null) {
  return {
    revisionLevel: bom.value.revisionLevel,
    bomNumber: bom.number,
    routingNumber: routing?.number ?? null,
    operations: routing?.operations ?? [],
    components: exploded(erp, bom.value, decimal(quantity), startDate),
  };
}

function bomInForce(erp: Erp, plant: string, itemCode: string): Stored<Bom> {
  const bom = activeBom(erp, plant, itemCode);
  if (bom !== null) return bom;
  throw refused("BOM_MISSING", `${itemCode} has no BOM in force in plant ${plant}`, "itemCode");
}

/** A BOM that an item has or had in force. @throws ApiError 422 */
export function bomOfItem(erp: Erp, plant: string, itemCode: string, number: string): Stored<Bom> {
  const bom = erp.boms.get(number);
  const isItems = bom?.value.plant === plant && bom.value.itemCode === itemCode;
  if (bom !== null && isItems && bom.value.status !== "DRAFT") return bom;
  throw refused("BOM_UNKNOWN", `${itemCode} never had a BOM ${number} in force in plant ${plant}`, "bomNumber");
}

type Times = Pick<ProductionOrder, "startDate" | "startTime" | "endTime">;

/** When an order is to be made; the day follows from the time where none is given. @throws ApiError 422 */
export function checkedTimes(written: Times): Times {
  const startTime = checkedInstant(written.startTime, "startTime");
  const endTime = checkedInstant(written.endTime, "endTime");
  const startDate = written.startDate ?? startTime?.slice(0, "2026-03-01".length) ?? null;
  checkDate(startDate, "startDate");
  if (startTime !== null && endTime !== null && endTime < startTime) {
    throw refused("TIME_INVALID", `it would end at ${endTime}, before it starts at ${startTime}`, "endTime");
  }
  return { startDate, startTime, endTime };
}

const TOLD_AS: Partial<Record<OrderAction, OrderEvent["type"]>> = {
  CREATED: "production-order.created",
  RELEASED: "production-order.released",
  CANCELLED: "production-order.cancelled",
};

/** Logs what was done to an order, and tells of it. Call it inside `erp.write`. */
export function recordAction(
  erp: Erp,
  { number, sequence, value: { plant, state } }: Stored<ProductionOrder>,
  action: OrderAction,
  note: string | null,
): void {
  erp.orderLog.insert({ order: number, at: new Date().toISOString(), action, note });
  const type = TOLD_AS[action] ?? "production-order.changed";
  erp.outbox.put({ type, data: { number, plant, state, sequence } });
}
