import type { OrderComponent, ProductionOrder } from "./production-order.ts";
import { keepRevision, routingInForce } from "./routing.ts";
import type { Erp } from "./state.ts";

/** An order as the first version of this server kept it. */
type OlderOrder = Omit<ProductionOrder, LaterMember | "components"> & {
  readonly components: readonly Omit<OrderComponent, "supplyType" | "lot">[];
};
type LaterMember =
  | "orderType"
  | "routingNumber"
  | "priority"
  | "startTime"
  | "endTime"
  | "splitFrom"
  | "reworkOf"
  | "operations";

/** Completes what the first version of this server wrote, so that a folder of it can be gone on with. */
export function completeOlderRecords(erp: Erp): void {
  erp.write(() => {
    if (erp.routingRevisions.list([], 0, 1).length === 0) {
      for (const routing of erp.routings.list([])) keepRevision(erp, routing);
    }
    const [oldest] = erp.productionOrders.list([], 0, 1);
    if (oldest === undefined || !isOlder(oldest.value)) return;
    for (const order of erp.productionOrders.list([])) {
      if (isOlder(order.value)) erp.productionOrders.replace(order, completed(erp, order.value));
    }
  });
}

function isOlder(order: ProductionOrder | OlderOrder): order is OlderOrder {
  return !("operations" in order);
}

/** Its operations are those of the routing in force: nobody knows of another. */
function completed(erp: Erp, order: OlderOrder): ProductionOrder {
  const routing = routingInForce(erp, order.plant, order.itemCode);
  return {
    ...order,
    orderType: "STANDARD",
    routingNumber: routing?.number ?? null,
    priority: 0,
    startTime: null,
    endTime: null,
    splitFrom: null,
    reworkOf: null,
    operations: routing?.operations ?? [],
    components: order.components.map((component) => ({ ...component, supplyType: null, lot: null })),
  };
}
