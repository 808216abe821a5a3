import type { JobContent } from "../domain/orders/job-content.ts";
import { NO_DIRECTIVES, UNSENT, type Directives, type OrderMemory } from "../domain/orders/plan-order.ts";
import { fromJson } from "../domain/json.ts";
import type { DueOrder } from "../store/order-wakes.ts";
import type { RememberedOrder } from "../store/orders.ts";
import { readShown } from "./shown-order.ts";

/** "Dispatch now" is said of one dispatch: it does not send again what was lost later. */
function directivesOf({ directives, dispatchedAt }: RememberedOrder): Directives {
  const all = { ...NO_DIRECTIVES, ...(directives as Partial<Directives>) };
  const isDone = all.dispatchNow !== null && dispatchedAt !== null && all.dispatchNow.at <= dispatchedAt;
  return isDone ? { ...all, dispatchNow: null } : all;
}

/** What the planner asks of the hub's memory. A person who asks for a look opens what the MES refused again. */
export function memoryOf(order: RememberedOrder | null, due: Pick<DueOrder, "by"> | null): OrderMemory {
  if (order === null) return UNSENT;
  const { last, taken, acknowledged, heldByHeddle } = order;
  const isOpenedAgain = due !== null && due.by !== null;
  // What the MES took in the end was not refused.
  const isTaken = last !== null && last.version <= acknowledged;
  const refusal = isTaken || isOpenedAgain ? null : (last?.refusal ?? null);
  return {
    version: Math.max(last?.version ?? 0, acknowledged),
    content: last === null || last.version < acknowledged ? null : fromJson<Partial<JobContent>>(last.content),
    acknowledged,
    taken: taken === null ? null : fromJson<Partial<JobContent>>(taken),
    refused: last === null || refusal === null ? null : { version: last.version, words: refusal },
    heldByHeddle,
    lastState: readShown(order.shown).mes?.state ?? null,
    directives: directivesOf(order),
  };
}
