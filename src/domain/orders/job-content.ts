import type { Finding, FindingCode } from "../finding.ts";
import type { OperationId, SystemId } from "../ids.ts";
import { jobOrderId, type JobComponent, type JobOperation, type JobOrder } from "../job-order.ts";
import type { OrderComponent, ProductionOrder } from "../order.ts";
import type { Operation, Routing } from "../routing.ts";

/** What an MES is to be told of an order, before it has a version. */
export type JobContent = Omit<JobOrder, "version">;

export type JobContentPlan = {
  /** Null where a finding blocks it. */
  readonly content: JobContent | null;
  readonly findings: readonly Finding[];
};

/**
 * Works out the job of an order: its operations in sequence, each with what it takes from stock.
 *
 * @param routing the routing in force of the order's item, for an order without operations of its own
 * @param name what the ERP calls the item
 */
export function planJobContent(
  order: ProductionOrder,
  routing: Routing | null,
  name: string,
  erp: SystemId,
): JobContentPlan {
  const finding = findingOf(order, erp);
  const own = order.operations ?? [];
  const steps = own.length > 0 ? own : (routing?.operations ?? []);
  const [first] = steps;
  if (first === undefined) return { content: null, findings: [finding.routingMissing()] };

  const centers = steps.filter(({ workCenter }) => workCenter === null);
  const known = new Set(steps.map(({ operation }) => operation));
  const strays = order.components.filter(({ operation }) => operation !== null && !known.has(operation));
  const homeless = order.components.filter(({ operation }) => operation === null);
  const blocked = [
    ...centers.map((step) => finding.workCenterMissing(step)),
    ...strays.map((component) => finding.operationUnknown(component)),
  ];
  const notes = homeless.map((component) => finding.withoutOperation(component, first.operation));
  if (blocked.length > 0) return { content: null, findings: [...blocked, ...notes] };

  const byOperation = Map.groupBy(order.components, ({ operation }) => operation ?? first.operation);
  const content: JobContent = {
    id: jobOrderId(order.plant, order.id),
    plant: order.plant,
    order: order.id,
    item: order.item,
    revision: order.revision,
    name,
    type: order.type,
    from: order.from,
    quantity: order.quantity,
    priority: order.priority,
    start: order.startAt,
    end: order.endAt,
    mbom: order.mbom,
    routing: order.routing ?? routing?.number ?? null,
    operations: steps.flatMap((step) => jobOperation(step, byOperation.get(step.operation) ?? [])),
  };
  return { content, findings: notes };
}

function jobOperation(step: Operation, components: readonly OrderComponent[]): JobOperation[] {
  const { operation, name, workCenter, setupSeconds, runSeconds } = step;
  if (workCenter === null) return []; // blocked above
  return [{ operation, name, workCenter, setupSeconds, runSeconds, components: components.map(jobComponent) }];
}

function jobComponent({ line, item, required, supply, lot }: OrderComponent): JobComponent {
  return { line, item, required, supply, lot };
}

function findingOf({ id, item }: ProductionOrder, system: SystemId) {
  const make = (
    severity: Finding["severity"],
    code: FindingCode,
    field: string,
    said: { readonly line?: string; readonly cause: string; readonly fix: string },
  ): Finding => ({ severity, code, system, item, line: said.line ?? null, field, cause: said.cause, fix: said.fix });
  return {
    routingMissing: () =>
      make("blocked", "routing-missing", "routing", {
        cause: `Order ${id} has no operations and ${item} has no routing, so no MES can carry it out.`,
        fix: `Give ${item} a routing in ${system}, or the order operations of its own.`,
      }),
    workCenterMissing: ({ operation, name }: Operation) =>
      make("blocked", "work-center-missing", `operation ${operation}`, {
        cause: `Operation ${operation} (${name}) of order ${id} has no work center.`,
        fix: `Give the operation a work center in ${system}.`,
      }),
    operationUnknown: (component: OrderComponent) =>
      make("blocked", "operation-unknown", "operation", {
        line: component.line,
        cause: `Line ${component.line} of order ${id} takes ${component.item} at operation ${component.operation}, which its routing does not have.`,
        fix: `Move the line to an operation of the order in ${system}.`,
      }),
    /** ERPs take an unassigned component to the first operation: SAP's production order does. */
    withoutOperation: (component: OrderComponent, first: OperationId) =>
      make("info", "component-without-operation", "operation", {
        line: component.line,
        cause: `Line ${component.line} of order ${id} names no operation for ${component.item}: it is made ready at the first, ${first}.`,
        fix: `Name the operation in ${system} where it is needed later.`,
      }),
  };
}
