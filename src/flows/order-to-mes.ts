import { jobOrderId } from "../domain/job-order.ts";
import { planOrder, type OrderFacts } from "../domain/orders/plan-order.ts";
import type { DeskHold } from "../engine/desk.ts";
import { isDatabaseTrouble } from "../store/database.ts";
import { DeskLost } from "../store/desks.ts";
import type { DueOrder } from "../store/order-wakes.ts";
import { openBooks, type OrderBooks, type OrderHub } from "./order-books.ts";
import { claimDeviations, gateThatCounts, readLook, withJob, type Progress } from "./order-look.ts";
import { memoryOf } from "./order-memory.ts";
import { orderRecord, type OrderRecord } from "./order-record.ts";
import { carryOut } from "./order-steps.ts";

/** Steps of one look: hold, change, release, and as many again that met someone else's edit. */
const STEPS_MAX = 8;

/**
 * A released production order of the ERP in, its job in the MES out. Read this first: it is the order leg. It may
 * be run again at any time, for any reason: it reads where things stand and does only what is left. The books
 * serve many orders at once, so what looks like one request or one commit here is a part of one.
 */
async function reconcileOrder(due: DueOrder, hub: OrderHub, books: OrderBooks, record: OrderRecord): Promise<void> {
  const before = await books.remember(due.order);
  const order = await books.readOrder(due.order);
  if (order === null || order.plant !== hub.plant) return record.forget(before);

  const memory = memoryOf(before, due);
  const look = await claimDeviations(await readLook(before, order, hub, books), memory, books);
  // What is about to be sent first is not asked for: should the MES have it all the same, it says so then.
  const { action, state } = planOrder(factsOf({ look, memory, job: null }, hub));
  const isNew = memory.version === 0 && (action.kind === "dispatch" || state === "not released");
  const job = isNew ? null : await books.readJob(jobOrderId(hub.plant, order.id));
  let progress = record.seen(withJob({ look, memory, job }));
  for (let steps = 1; ; steps++) {
    const plan = planOrder(factsOf(progress, hub));
    if (plan.action.kind === "nothing" || steps > STEPS_MAX) return record.rest(plan);

    const step = await carryOut(plan.action, progress, books);
    progress = record.seen(withJob(step.progress), step.told);
    if (step.stop !== null) return record.rest({ ...plan, ...step.stop });
  }
}

/** What looks at the orders of a plant, for the engine's desk. */
export function orderToMes(hub: OrderHub): (hold: DeskHold) => (due: DueOrder) => Promise<void> {
  return (hold) => {
    const books = openBooks(hub, hold);
    return async (due) => {
      const record = orderRecord(due, hub, books);
      try {
        await reconcileOrder(due, hub, books, record);
      } catch (error) {
        if (error instanceof DeskLost || isDatabaseTrouble(error)) throw error;
        await record.failed(error);
      }
    };
  };
}

function factsOf({ look, memory, job }: Progress, { rules }: OrderHub): OrderFacts {
  const { order, wanted, dispatch, waitsForParent, now } = look;
  const gate = gateThatCounts(look, memory);
  const { content, findings } = wanted;
  const { supersededInMes } = rules;
  return { order, content, findings, gate, supersededInMes, waitsForParent, dispatchAt: dispatch.at, job, memory, now };
}
