import type { Job } from "../domain/job-order.ts";
import { fromJson } from "../domain/json.ts";
import type { ProductionOrder } from "../domain/order.ts";
import { closedGate, openQuestions, type NewerDesign } from "../domain/orders/design-gate.ts";
import { judgedGate, type GateVerdict } from "../domain/orders/deviation.ts";
import { jobDifferences } from "../domain/orders/job-differences.ts";
import { planJobContent, type JobContent, type JobContentPlan } from "../domain/orders/job-content.ts";
import { dispatchAt, type Dispatch, type OrderRules } from "../domain/orders/order-rules.ts";
import { lastShiftStart } from "../domain/orders/shift-calendar.ts";
import type { Outage } from "../store/desks.ts";
import type { OrderMemory } from "../domain/orders/plan-order.ts";
import type { Held } from "../domain/plant-item.ts";
import { equals } from "../domain/quantity.ts";
import { rationalText, ZERO } from "../domain/rational.ts";
import type { DeviationUse } from "../store/deviations.ts";
import type { RememberedOrder } from "../store/orders.ts";
import type { OrderBooks, OrderHub } from "./order-books.ts";
import { memoryOf } from "./order-memory.ts";
import { todayIn } from "./systems.ts";

/** An order and what it is to become, as they were read at the beginning of a look. */
export type Look = {
  readonly before: RememberedOrder | null;
  readonly order: ProductionOrder;
  readonly wanted: JobContentPlan;
  readonly gate: readonly GateVerdict[];
  /** The same, of the version that the MES has. */
  readonly gateInMes: readonly GateVerdict[];
  readonly dispatch: Dispatch;
  readonly waitsForParent: string | null;
  /** When a released design of its item takes effect, for an order that has no day of its own; an instant. */
  readonly designTurnsAt: string | null;
  /** The instant of the look. */
  readonly now: string;
};

/** How far a look has come: each step moves the memory, and mostly the job. */
export type Progress = { readonly look: Look; readonly memory: OrderMemory; readonly job: Held<Job> | null };

export async function readLook(
  before: RememberedOrder | null,
  order: ProductionOrder,
  hub: OrderHub,
  books: OrderBooks,
): Promise<Look> {
  const now = hub.now().toISOString();
  const isOpen = order.state === "released" || order.state === "started";
  const [routing, item, newer] = await Promise.all([
    books.routingOf(order.item),
    books.itemOf(order.item),
    isOpen ? books.designs(order.item) : [],
  ]);
  const inMes = newer.length === 0 ? null : asInMes(before, order);
  const gateOf = (one: ProductionOrder) => readGate(one, newer, routing?.number ?? null, now, hub, books);
  return {
    before,
    order,
    wanted: planJobContent(order, routing, item?.name ?? order.item, hub.erp.system),
    gate: isOpen ? await gateOf(order) : [],
    gateInMes: inMes === null ? [] : await gateOf(inMes),
    dispatch: dispatchOf(order, before, hub, books.outage, now),
    waitsForParent: await unsettledParent(order, books),
    designTurnsAt: order.start === null ? nextTurn(newer, now, hub) : null,
    now,
  };
}

/**
 * The gate that counts. An order that a change has put right passes it, but where the MES refused that version the
 * job is still what it was, and must not go on by a superseded design as if nothing were.
 */
export function gateThatCounts({ gate, gateInMes, wanted }: Look, memory: OrderMemory): readonly GateVerdict[] {
  const { refused, version, content, acknowledged } = memory;
  if (refused === null || refused.version !== version || content === null || wanted.content === null) return gate;
  if (jobDifferences(content, wanted.content).length > 0) return gate;
  if (gateInMes.every(({ deviation }) => deviation !== null)) return gate;
  const told = `The MES refused version ${version} and has version ${acknowledged}: ${refused.words}`;
  return gateInMes.map((verdict) => ({ ...verdict, sentence: `${verdict.sentence} ${told}` }));
}

/** The order as it was when the MES took it; null where it took none, or another hub's database sent it. */
function asInMes(before: RememberedOrder | null, order: ProductionOrder): ProductionOrder | null {
  if (before === null || before.taken === null) return null;
  const content = fromJson<Partial<JobContent>>(before.taken);
  const { quantity = order.quantity, mbom = null, routing = null, revision = null, operations = [] } = content;
  const components = operations.flatMap(({ operation, components: taken }) =>
    taken.map((one) => ({ ...one, operation, issued: { ...one.required, amount: ZERO } })),
  );
  return { ...order, quantity, mbom, routing, revision, components };
}

/** Whether a newer design holds the order. What is dear to know is read only where it decides. */
async function readGate(
  order: ProductionOrder,
  newer: readonly NewerDesign[],
  routing: string | null,
  now: string,
  { timeZone }: OrderHub,
  books: OrderBooks,
): Promise<readonly GateVerdict[]> {
  const isRoutingCurrent = order.routing === null || routing === null || order.routing === routing;
  if (newer.length === 0 && isRoutingCurrent) return [];
  const today = todayIn({ timeZone }, new Date(now));
  const doubtful = openQuestions(order, { newer, today }).some(({ published }) => published);
  const needsNow = doubtful ? await books.needsNow(order) : null;
  const reasons = closedGate(order, { newer, needsNow, routing, today });
  return reasons.length === 0 ? [] : judgedGate(reasons, order, await books.deviations(order.item, order.id), now);
}

/**
 * An order that the MES has already takes its share of a deviation as soon as that lets it through; one that is
 * yet to go takes it when it goes.
 */
export async function claimDeviations(look: Look, { acknowledged }: OrderMemory, books: OrderBooks): Promise<Look> {
  const uses = usesOf(look);
  if (acknowledged === 0 || uses.length === 0 || (await books.claim({ uses }))) return look;
  const shortfall = "Another order has taken the rest of the deviation.";
  const gate = look.gate.map((one) => (one.deviation === null ? one : { ...one, deviation: null, shortfall }));
  return { ...look, gate };
}

/** What the order takes of the deviations that let it through. */
export function usesOf({ gate, order }: Pick<Look, "gate" | "order">): DeviationUse[] {
  const quantity = rationalText(order.quantity.amount);
  const through = new Set(gate.flatMap(({ deviation }) => deviation?.id ?? []));
  return [...through].map((deviation) => ({ deviation, order: order.id, quantity }));
}

/** The next day that a design takes effect on, at its beginning in the plant. */
function nextTurn(newer: readonly NewerDesign[], now: string, { timeZone }: OrderHub): string | null {
  if (newer.length === 0) return null; // nearly always, and telling the plant's day is dear
  const today = todayIn({ timeZone }, new Date(now));
  const [next] = newer
    .flatMap(({ effectiveFrom }) => (effectiveFrom !== null && effectiveFrom > today ? [effectiveFrom] : []))
    .toSorted();
  if (next === undefined) return null;
  return Temporal.PlainDate.from(next).toZonedDateTime(timeZone).toInstant().toString();
}

/**
 * An order that was given to a shift stays with it once the shift has begun: the next would be a shift late. So
 * does one that nobody looked at before its shift, because no hub was there when that began.
 */
function dispatchOf(
  order: ProductionOrder,
  before: RememberedOrder | null,
  { rules }: OrderHub,
  outage: Outage,
  now: string,
): Dispatch {
  const given = before?.shiftAt ?? missedShift(rules, outage, now);
  return dispatchAt(rules, order, given !== null && given < now ? given : now);
}

/** The shift that is under way, where its beginning fell into an outage. */
function missedShift({ calendar }: OrderRules, { from, to }: Outage, now: string): string | null {
  if (calendar === null || from === null) return null;
  const missed = lastShiftStart(calendar, from, to);
  const isUnderWay = missed !== null && lastShiftStart(calendar, missed.at, now)?.at === missed.at;
  return isUnderWay ? missed.at : null;
}

/** The part that was split off must not start while the MES still means to make it with the rest. */
async function unsettledParent({ from, plant }: ProductionOrder, books: OrderBooks): Promise<string | null> {
  if (from === null || from.because !== "split") return null;
  const known = await books.remember(from.order);
  if (known === null || known.acknowledged === 0 || known.state === "ended") return null;
  const parent = await books.readOrder(from.order);
  if (parent === null || parent.plant !== plant) return null;
  const { version, acknowledged, content } = memoryOf(known, null);
  const isReduced = content?.quantity !== undefined && equals(content.quantity, parent.quantity);
  if (acknowledged === version && isReduced) return null;
  return `It was split from ${from.order}, which the MES still has with its old quantity.`;
}

/** The MES's word counts: also for versions that another hub, or one whose database was lost, has sent. */
export function withJob({ look, memory, job }: Progress): Progress {
  if (job === null) return { look, memory, job };
  const { version, state } = job.value;
  const known = version > memory.version ? { version, content: null } : {};
  return { look, job, memory: { ...memory, ...known, ...takenNow(memory, version), lastState: state } };
}

function takenNow(memory: OrderMemory, version: number): Pick<OrderMemory, "acknowledged" | "taken"> {
  const { acknowledged, taken, content } = memory;
  if (version <= acknowledged) return { acknowledged, taken };
  return { acknowledged: version, taken: version === memory.version ? content : null };
}
