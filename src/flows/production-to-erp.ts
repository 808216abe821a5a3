import { ConnectorError } from "../connectors/connector-error.ts";
import type { PlantId, ProductionOrderId } from "../domain/ids.ts";
import { planPosting } from "../domain/feedback/plan-posting.ts";
import type { Posting } from "../domain/posting.ts";
import type { Lanes } from "../engine/lanes.ts";
import type { Handler, Next } from "../engine/worker.ts";
import { hastenBookings, heldBookings, ordersToBook } from "../store/bookings.ts";
import type { Transaction } from "../store/database.ts";
import { subjectOf } from "../store/subject.ts";
import { applyBooking } from "./apply-booking.ts";
import { bookingRun, type BookingHub, type BookingRun } from "./booking-run.ts";
import { bookkeeper, isBooked, readBooks, type Bookkeeper, type Counted } from "./erp-books.ts";
import { failed } from "./failed.ts";

/** Take back, book, complete: what is left after so many steps is moving, and is looked at anew. */
const STEPS_MAX = 4;

/**
 * What was really made and used in, confirmations and consumption in the ERP's books out. It may be run again at any
 * time, for any reason: it books what the ERP's books lack, and what somebody must decide waits for that alone.
 */
async function bookProduction(run: BookingRun, erp: Bookkeeper): Promise<Next> {
  const counted = await run.counted();
  if (counted === null) return run.nothingCounted();

  const begun = await run.stepUnderway();
  const refusal = begun === null ? null : await applyBooking(begun, run, erp);
  if (refusal !== null) return afterRefusal(refusal, counted, run, erp);
  if (!run.isDue(counted.actuals)) return run.waitUntilDue();

  const posted: Posting[] = [];
  let isEnded = false;
  for (let steps = 0; steps < STEPS_MAX; steps++) {
    const { plan, books } = await readAndPlan(counted, run, erp);
    const notHeld = posted.find((posting) => !isBooked(posting, books));
    if (notHeld !== undefined) return run.blockNotHeld(notHeld);
    if (plan.step.kind === "nothing") return run.rest(plan, books, counted);
    if (plan.step.kind === "complete" && isEnded) return run.blockNotEnded();

    const refused = await applyBooking(await run.begin(plan.step), run, erp);
    if (refused !== null) return afterRefusal(refused, counted, run, erp);
    if (plan.step.kind === "post") posted.push(plan.step.posting);
    else isEnded = true;
  }
  return run.lookAgain("there is more to book");
}

async function readAndPlan(counted: Counted, run: BookingRun, erp: Bookkeeper) {
  const books = await readBooks(erp, run.place, counted);
  return {
    books,
    plan: planPosting({ ...run.place, ...counted, ...books, ...run.judgement, isQuiet: run.isQuiet(counted) }),
  };
}

/** Where the order was closed or changed meanwhile, that is for a person; else it is for the ERP to say why not. */
async function afterRefusal(
  refusal: ConnectorError,
  counted: Counted,
  run: BookingRun,
  erp: Bookkeeper,
): Promise<Next> {
  const { plan, books } = await readAndPlan(counted, run, erp);
  if (plan.step.kind === "nothing") return run.rest(plan, books, counted);
  return refusal.retry === "plan again" ? run.lookAgain(refusal.message) : run.stopRefused(refusal);
}

/** The engine's handler for subjects of kind `production`. */
export function productionToErp(hub: BookingHub): Handler {
  return async (subject, lease) => {
    const systems = hub.plants.get(subject.plant as PlantId);
    if (systems === undefined)
      throw new Error(`heddle.yaml names no plant ${subject.plant}: ${subject.id} cannot be looked at`);
    const erp = bookkeeper(systems.erp);
    if (erp === null) return { kind: "settled" }; // this ERP takes no production: there is nothing to do
    const run = await bookingRun(hub, systems, subject, lease);
    try {
      return await bookProduction(run, erp);
    } catch (error) {
      if (error instanceof ConnectorError) return failed(error, run);
      throw error;
    }
  };
}

/**
 * Asks for the booking of orders whose events were counted, in the transaction that stores what they come to. An
 * operation that was completed is booked at once, all else when the plant's rules say.
 */
export async function wakeProduction(
  lanes: Pick<Lanes, "wakeAll">,
  tx: Transaction,
  plant: PlantId,
  orders: readonly ProductionOrderId[],
  why: string,
): Promise<void> {
  const subjects = new Map(orders.map((order) => [order, subjectOf("production", order, plant).id]));
  const asked = [...subjects].map(([order, subject]) => ({ order, subject }));
  const due = await ordersToBook(tx, plant, asked);
  await lanes.wakeAll(
    tx,
    due.flatMap((order) => subjects.get(order) ?? []),
    { why },
  );
}

/** Asks for another look at orders that moved in the ERP, where their booking waits for a person: it may not any more. */
export async function wakeHeldProduction(
  lanes: Pick<Lanes, "wakeAll">,
  tx: Transaction,
  plants: readonly PlantId[],
  orders: readonly string[],
  why: string,
): Promise<void> {
  const held = await heldBookings(tx, plants, orders);
  await lanes.wakeAll(
    tx,
    held.map(({ order, plant }) => subjectOf("production", order, plant).id),
    { why },
  );
  // After the runs, as looks take them. What merely waits would wait for its time.
  await hastenBookings(tx, held);
}
