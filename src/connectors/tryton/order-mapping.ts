import type { Day } from "../../domain/calendar.ts";
import type {
  ItemId,
  OperationId,
  ProductionOrderId,
  PurchaseOrderLineId,
  Revision,
  SupplierId,
  SystemId,
} from "../../domain/ids.ts";
import type { OrderComponent, ProductionOrder, ProductionOrderState, PurchaseOrderLine } from "../../domain/order.ts";
import type { Quantity } from "../../domain/quantity.ts";
import { minus, plus, times, ZERO, type Rational } from "../../domain/rational.ts";
import type { Operation, Routing } from "../../domain/routing.ts";
import { conversionFactor, type Unit } from "../../domain/unit.ts";
import { badData } from "../bad-data.ts";
import { bookedOf, isPlanned } from "./booked-moves.ts";
import type { Details } from "./bom-details.ts";
import { numberOf } from "./bom-mapping.ts";
import type { Company, CompanyFacts } from "./company.ts";
import { isYes } from "./mapping.ts";
import { operationsOfWorks } from "./routings.ts";
import { quantityRational, toDay, toRational, type WireDay } from "./values.ts";
import type { Move, Production, PurchaseLine } from "./wire.ts";

/** Tryton numbers purchases and productions by itself, and both from 1. */
export function purchaseLineId(number: string, line: number): PurchaseOrderLineId {
  return `PO-${number}/${line}` as PurchaseOrderLineId;
}

/** Null for what is not an id of this connector. */
export function lineOf(id: PurchaseOrderLineId): number | null {
  const line = /^PO-.+\/(\d{1,15})$/.exec(id)?.[1];
  return line === undefined ? null : Number(line);
}

export function productionOrderId(number: string): ProductionOrderId {
  return `MO-${number}` as ProductionOrderId;
}

export function productionNumber(id: ProductionOrderId): string | null {
  return id.startsWith("MO-") ? id.slice("MO-".length) : null;
}

const PRODUCTION_STATE = {
  request: "planned",
  draft: "planned",
  waiting: "released",
  assigned: "released",
  running: "started",
  done: "finished",
  cancelled: "cancelled",
} as const;

/** Null for a line that orders nothing: a comment, a return, or one of a purchase without a number. */
export function toPurchaseLine(
  line: PurchaseLine,
  { system, plant }: Company,
  facts: CompanyFacts,
): PurchaseOrderLine | null {
  const purchase = line["purchase."];
  const product = line["product."];
  if (line.type !== "line" || product?.code == null || purchase.number === null) return null;
  const id = purchaseLineId(purchase.number, line.id);
  const object = `purchase-order line ${id}`;
  const place = { system, doing: `reading ${object}`, object };
  if (line.unit === null || line.quantity === null) {
    throw badData({ ...place, field: line.unit === null ? "unit" : "quantity", cause: "it is empty" });
  }
  if (line.quantity <= 0) return null;
  const unit = facts.units.of(line.unit, object, "unit");
  const price = line.unit_price === null ? null : toRational(line.unit_price);
  if (price === null) throw badData({ ...place, field: "unit_price", cause: "it is empty" });
  return {
    id,
    plant,
    supplier: (purchase["party."].code ?? `#${purchase["party."].id}`) as SupplierId,
    item: product.code as ItemId,
    revision: null,
    ordered: { amount: figure(line.quantity, system, object, "quantity"), unit },
    received: { amount: receivedOf(line, unit, system, object, facts), unit },
    price: { amount: price, currency: purchase["currency."].code },
    due: dayOf(line.delivery_date, system, object, "delivery_date"),
    state: stateOf(line),
    buyer: purchase["create_uid."]?.name ?? null,
  };
}

/** Goods that came and were booked in: stock moves of the line that are done. */
function receivedOf(line: PurchaseLine, unit: Unit, system: SystemId, object: string, facts: CompanyFacts): Rational {
  let sum = ZERO;
  for (const move of line["moves."]) {
    if (move.state !== "done") continue;
    const from = facts.units.of(move.uom, object, "moves.uom");
    const factor = conversionFactor(from, unit);
    if (factor === null) {
      const cause = `a receipt in ${from} does not convert to ${unit}`;
      throw badData({ system, doing: `reading ${object}`, object, field: "moves.uom", cause });
    }
    sum = plus(sum, times(figure(move.quantity, system, object, "moves.quantity"), factor));
  }
  return sum;
}

/** Done with its goods is done, whatever the purchase still waits for. */
function stateOf(line: PurchaseLine): PurchaseOrderLine["state"] {
  const { state } = line["purchase."];
  if (state === "cancelled") return "cancelled";
  return state === "done" || isYes(line.move_done) ? "closed" : "open";
}

/** What stands beside a production: notes at it and at its BOM, and its routing. */
export type OrderContext = {
  readonly onHold: boolean;
  /** What Heddle published its BOM with; null for a BOM that a person made. */
  readonly published: Published | null;
  readonly routing: Pick<Routing, "number" | "operations"> | null;
};

type Published = {
  readonly revision: Revision;
  /** Of components that are needed at one operation only. */
  readonly operations: ReadonlyMap<ItemId, OperationId>;
};

export function publishedWith({ revision, lines }: Details): Published {
  const byItem = Map.groupBy(lines, ({ item }) => item);
  const operations = [...byItem].flatMap(([item, own]): [ItemId, OperationId][] => {
    const [only = null, ...others] = new Set(own.map(({ operation }) => operation));
    return only === null || others.length > 0 ? [] : [[item, only]];
  });
  return { revision: revision as Revision, operations: new Map(operations) };
}

/** Null for a production that makes nothing in particular. */
export function toProductionOrder(
  production: Production,
  { onHold, published, routing }: OrderContext,
  { system, plant }: Company,
  facts: CompanyFacts,
): ProductionOrder | null {
  const product = production["product."];
  if (product?.code == null || production.number === null) return null;
  const id = productionOrderId(production.number);
  const object = `production order ${id}`;
  const uom = production.uom ?? product.default_uom;
  const unit = facts.units.of(uom, object, "uom");
  const outputs = production["outputs."].filter((move) => move["product."].id === product.id && move.state === "done");
  return {
    id,
    plant,
    item: product.code as ItemId,
    revision: published?.revision ?? null,
    quantity: { amount: figure(production.quantity ?? 0, system, object, "quantity"), unit },
    completed: sumOf(outputs, unit, system, object, facts),
    state: stateOfProduction(production),
    onHold,
    start: dayOf(
      production.effective_start_date ?? production.planned_start_date,
      system,
      object,
      "planned_start_date",
    ),
    // Tryton plans days and no times, and knows neither priorities nor rework; of a split it keeps no trace.
    startAt: null,
    endAt: null,
    priority: 0,
    type: "standard",
    from: null,
    planner: production["create_uid."]?.name ?? null,
    mbom: production.bom === null ? null : numberOf(production.bom),
    routing: routing?.number ?? null,
    operations: operationsOf(production, routing),
    components: production["inputs."]
      .filter((move) => move.state !== "cancelled" && isPlanned(move))
      .toSorted((a, b) => a.id - b.id)
      .map((move) => toComponent(move, production, published, system, object, facts)),
  };
}

/** Heddle books what is used and worked on while Tryton still waits for a person to press "Run". */
export function stateOfProduction({
  state,
  "inputs.": inputs,
  "works.": works = [],
}: Pick<Production, "state" | "inputs." | "works.">): ProductionOrderState {
  const known = PRODUCTION_STATE[state];
  const isBegun = inputs.some((move) => move.state === "done") || works.some((work) => !NOT_BEGUN.has(work.state));
  return known === "released" && isBegun ? "started" : known;
}

const NOT_BEGUN: ReadonlySet<string> = new Set(["request", "draft"]);

/** A production has works from its release on, where Tryton has them at all; until then its routing's steps hold. */
function operationsOf(
  { "works.": works = [] }: Production,
  routing: OrderContext["routing"],
): readonly Operation[] | null {
  return works.length > 0 ? operationsOfWorks(works) : (routing?.operations ?? null);
}

/** What Heddle booked out of a planned input was taken off it: the order still needs both together. */
function toComponent(
  move: Move,
  production: Production,
  published: Published | null,
  system: SystemId,
  object: string,
  { units }: CompanyFacts,
): OrderComponent {
  const item = (move["product."].code ?? `#${move["product."].id}`) as ItemId;
  const component = `${object}, component ${item}`;
  const unit = units.of(move.uom, component, "uom");
  const open = figure(move.quantity, system, component, "quantity");
  const { used, returned } = bookedOf(move, production);
  const sum = (moves: readonly Move[]) =>
    moves.map(({ quantity }) => figure(quantity, system, component, "quantity")).reduce(plus, ZERO);
  const taken = minus(sum(used), sum(returned));
  return {
    line: String(move.id),
    item,
    required: { amount: plus(open, taken), unit },
    issued: { amount: move.state === "done" ? plus(open, taken) : taken, unit },
    operation: published?.operations.get(item) ?? null,
    supply: null,
    lot: move["lot."]?.number ?? null,
  };
}

function sumOf(
  moves: readonly Move[],
  unit: Unit,
  system: SystemId,
  object: string,
  { units }: CompanyFacts,
): Quantity {
  let amount = ZERO;
  for (const move of moves) {
    const factor = conversionFactor(units.of(move.uom, object, "outputs.uom"), unit);
    if (factor !== null)
      amount = plus(amount, times(figure(move.quantity, system, object, "outputs.quantity"), factor));
  }
  return { amount, unit };
}

function figure(quantity: number, system: SystemId, object: string, field: string): Rational {
  const number = quantityRational(quantity);
  if (number !== null) return number;
  throw badData({ system, doing: `reading ${object}`, object, field, cause: `${quantity} is no quantity` });
}

function dayOf(day: WireDay | null, system: SystemId, object: string, field: string): Day | null {
  if (day === null) return null;
  const read = toDay(day);
  if (read !== null) return read;
  throw badData({ system, doing: `reading ${object}`, object, field, cause: "it is no day of the calendar" });
}
