import { exact, quantity } from "./bom/bom-builder.ts";
import type { AffectedItem, DispositionChoice, EngineeringChange } from "./change.ts";
import type {
  ChangeId,
  ItemId,
  OperationId,
  PlantId,
  ProductionOrderId,
  PurchaseOrderLineId,
  Revision,
  SupplierId,
  WorkCenterId,
} from "./ids.ts";
import type { ApprovedSource } from "./item.ts";
import type { Money } from "./money.ts";
import type { OrderComponent, ProductionOrder, PurchaseOrderLine } from "./order.ts";
import type { PlantItem, StandardCost } from "./plant-item.ts";
import type { Operation, Routing } from "./routing.ts";

/** Changes, orders and records of plant P1 in few words, for tests that a buyer or a planner reads. */

export const PLANT = "P1" as PlantId;

/** `ECO-1`, released; it moves the named items from revision `-` to `A`, where `affected` says nothing else. */
export function change(
  affected: Readonly<Record<string, Affected>>,
  more: Partial<EngineeringChange> = {},
): EngineeringChange {
  return {
    id: "ECO-1" as ChangeId,
    title: "A change",
    reason: "A test",
    state: "released",
    releasedAt: "2026-02-01T12:00:00.000Z",
    releasedBy: "ada",
    effectiveFrom: null,
    affected: Object.entries(affected).map(([item, how]) => affectedItem(item, how)),
    supersedes: null,
    ...more,
  };
}

type Affected = {
  readonly from?: string | null;
  readonly to?: string | null;
  readonly onOrder?: DispositionChoice;
  readonly wip?: DispositionChoice;
};

function affectedItem(item: string, { from = "-", to = "A", onOrder, wip }: Affected): AffectedItem {
  return {
    item: item as ItemId,
    from: from as Revision | null,
    to: to as Revision | null,
    disposition: {
      stock: "undecided",
      wip: wip ?? "undecided",
      onOrder: onOrder ?? "undecided",
      finished: "undecided",
    },
  };
}

export function euro(amount: string): Money {
  return { amount: exact(amount), currency: "EUR" };
}

/** A bought item, counted in whole pieces. */
export function plantItem(item: string, more: Partial<PlantItem> = {}): PlantItem {
  return {
    item: item as ItemId,
    plant: PLANT,
    name: item,
    revision: "-" as Revision,
    unit: "EA",
    decimals: 0,
    procurement: "buy",
    ...more,
  };
}

export function standardCost(item: string, material: string, conversion = "0"): StandardCost {
  return { item: item as ItemId, plant: PLANT, material: euro(material), conversion: euro(conversion) };
}

export function source(supplier: string, leadTimeDays: number, price: string | null): ApprovedSource {
  return {
    supplier: supplier as SupplierId,
    supplierItem: `${supplier}-1`,
    leadTimeDays,
    price: price === null ? null : euro(price),
  };
}

/** Nothing of it received, at 10 EUR apiece. */
export function purchaseLine(
  id: string,
  item: string,
  ordered: string,
  more: Partial<PurchaseOrderLine> = {},
): PurchaseOrderLine {
  return {
    id: id as PurchaseOrderLineId,
    plant: PLANT,
    supplier: "ACME" as SupplierId,
    item: item as ItemId,
    revision: null,
    ordered: quantity(ordered),
    received: quantity("0"),
    price: euro("10"),
    due: null,
    state: "open",
    buyer: "bea",
    ...more,
  };
}

/** `components` as `{ BOLT: "80" }`, or `{ BOLT: "80 of which 20" }` where 20 were issued. */
export function productionOrder(
  id: string,
  item: string,
  amount: string,
  state: ProductionOrder["state"],
  components: Readonly<Record<string, string>> = {},
  more: Partial<ProductionOrder> = {},
): ProductionOrder {
  return {
    id: id as ProductionOrderId,
    plant: PLANT,
    item: item as ItemId,
    revision: null,
    quantity: quantity(amount),
    completed: quantity("0"),
    state,
    onHold: false,
    start: null,
    startAt: null,
    endAt: null,
    priority: 0,
    type: "standard",
    from: null,
    planner: "pia",
    mbom: null,
    routing: null,
    operations: null,
    components: Object.entries(components).map(([component, text], at) => orderComponent(component, text, at)),
    ...more,
  };
}

function orderComponent(item: string, text: string, at: number): OrderComponent {
  const [required = "", issued = "0"] = text.split(" of which ");
  return {
    line: `${(at + 1) * 10}`,
    item: item as ItemId,
    required: quantity(required),
    issued: quantity(issued),
    operation: null,
    supply: null,
    lot: null,
  };
}

/** `{ "0010": "SAW", "0020": "WELD" }`: operations in sequence with their work centers; null where one is missing. */
export function routing(
  item: string,
  operations: Readonly<Record<string, string | null>>,
  number: string | null = "R-1",
): Routing {
  return {
    plant: PLANT,
    item: item as ItemId,
    number,
    // Sorted, because a script puts whole numbers first.
    operations: Object.keys(operations)
      .toSorted()
      .map((name) => operation(name, operations[name] ?? null)),
  };
}

export function operation(name: string, workCenter: string | null, more: Partial<Operation> = {}): Operation {
  return {
    operation: name as OperationId,
    name: `${workCenter ?? "?"} work`,
    workCenter: workCenter as WorkCenterId | null,
    setupSeconds: null,
    runSeconds: null,
    ...more,
  };
}
