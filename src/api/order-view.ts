import type { PlantId, ProductionOrderId } from "../domain/ids.ts";
import { NO_DIRECTIVES, type Directives } from "../domain/orders/plan-order.ts";
import { readShown } from "../flows/shown-order.ts";
import { auditOf } from "../store/audit.ts";
import type { Db } from "../store/database.ts";
import { deviationsOf } from "../store/deviations.ts";
import { orderOf, versionsOf, type ListedOrder, type SentVersion } from "../store/orders.ts";
import { subjectOf, type SubjectId } from "../store/subject.ts";
import type { OrderRow, OrderView } from "./contract.ts";
import { deviationView } from "./deviation-view.ts";
import { ApiError } from "./problem.ts";

/** An order in one plant. */
export type OrderPlace = { readonly plant: PlantId; readonly order: ProductionOrderId };

/** @throws ApiError on a plant that could not be one. */
export function orderPlace({ plant, order }: { plant: string; order: string }): OrderPlace {
  if (plant.includes("@")) throw new ApiError("invalid-input", "A plant's name has no @.", { field: "params.plant" });
  return { plant: plant as PlantId, order: order as ProductionOrderId };
}

export function orderSubject({ plant, order }: OrderPlace): SubjectId {
  return subjectOf("order", order, plant).id;
}

/** What to answer about an order that the hub has never seen. */
export function unknownOrder({ plant, order }: OrderPlace): ApiError {
  return new ApiError("not-found", `Heddle knows no order ${order} in plant ${plant}.`, {
    field: "order",
    fix: "See which orders it knows: GET /api/orders. An order is known once the ERP has shown it to the hub.",
  });
}

export function orderRow(stored: ListedOrder): OrderRow {
  const { order, plant, item, state, reason, version, dispatchAt, shiftAt, shiftName, shiftDay, updatedAt } = stored;
  const { revision, quantity, type, priority, from, startAt, erp, mes } = readShown(stored.shown);
  const hasShift = shiftAt !== null && shiftName !== null && shiftDay !== null;
  return {
    order,
    plant,
    item,
    revision,
    quantity,
    type,
    priority,
    from,
    startAt,
    state,
    reason,
    erp,
    version,
    mes,
    dispatchAt,
    shift: hasShift ? { name: shiftName, day: shiftDay, at: shiftAt } : null,
    updatedAt,
  };
}

/** What people have ordered of it and not taken back. */
export function directivesOf({ directives }: Pick<ListedOrder, "directives">): Directives {
  return { ...NO_DIRECTIVES, ...(directives as Partial<Directives>) };
}

/** Everything of one order; null when the hub does not know it. */
export async function orderView(db: Db, place: OrderPlace, now: Date): Promise<OrderView | null> {
  const { plant, order } = place;
  const stored = await orderOf(db, plant, order);
  if (stored === null) return null;
  const [versions, given, timeline] = await Promise.all([
    versionsOf(db, plant, order),
    deviationsOf(db, { plant, items: [stored.item] }),
    auditOf(db, orderSubject(place)),
  ]);
  const { findings, gate } = readShown(stored.shown);
  const deviations = given.filter((one) => one.order === null || one.order === order);
  return {
    row: orderRow(stored),
    findings: [...findings],
    gate: [...gate],
    deviations: deviations.map((one) => deviationView(one, now)),
    directives: directivesOf(stored),
    versions: versions.map((version) => versionView(version, stored.acknowledged)),
    timeline,
  };
}

function versionView({ version, content, sentAt, refusal }: SentVersion, acknowledged: number) {
  const outcome = refusal !== null ? "refused" : version <= acknowledged ? "acknowledged" : "sent";
  return { version, sentAt, outcome, refusal, jobOrder: { ...(content as object), version } } as const;
}
