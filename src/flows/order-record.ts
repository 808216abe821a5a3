import { ConnectorError } from "../connectors/connector-error.ts";
import type { JobReport } from "../connectors/port.ts";
import { jobOrderId, type Job } from "../domain/job-order.ts";
import type { ItemId } from "../domain/ids.ts";
import { toJson, type Json } from "../domain/json.ts";
import type { ProductionOrder } from "../domain/order.ts";
import type { OrderMemory, OrderPlan, OrderState } from "../domain/orders/plan-order.ts";
import type { Held } from "../domain/plant-item.ts";
import { backoffMs } from "../engine/backoff.ts";
import type { DueOrder, WorkedOff } from "../store/order-wakes.ts";
import type { RememberedOrder, SettledOrder } from "../store/orders.ts";
import { subjectOf } from "../store/subject.ts";
import { failureText } from "./failure-text.ts";
import type { OrderBooks, OrderHub } from "./order-books.ts";
import { gateThatCounts, type Look, type Progress } from "./order-look.ts";
import type { Told } from "./order-steps.ts";
import { readShown, shownJob, shownOrder, type ShownOrder } from "./shown-order.ts";

export type OrderRecord = ReturnType<typeof orderRecord>;

/** An order that waits for another is looked at again after this, unless that one moves before. */
const PATIENCE_MS = 15_000;
/** Master data that blocked an order may be mended without a word: it is looked at again after this. */
const BLOCKED_MS = 60_000;
/** With these the MES has what it has by this very look. */
const SENT: ReadonlySet<string> = new Set(["job dispatched", "job changed"]);
/** Longest wait between tries: systems that come back hasten them. */
const TRIES_COUNTED_MAX = 6;

/** Ends a look at one order: what the hub's rows say of it, what the ERP is told, and when it is looked at again. */
export function orderRecord(due: DueOrder, hub: OrderHub, books: OrderBooks) {
  const { plant, erp, mes } = hub;
  const subject = subjectOf("order", due.order, plant).id;
  const who = due.by ?? "heddle";
  const audit = (what: string, detail: Json) => ({ who, what, subject, detail });
  const worked = (more: Partial<WorkedOff> = {}): WorkedOff => ({
    order: due.order,
    asked: due.asked,
    priority: 0,
    againMs: null,
    why: null,
    attempt: 0,
    ...more,
  });

  const wasDispatched = () => told.some(({ link }) => link);
  /** The thread's link to a job that this look dispatched, or found to be. */
  const linksOf = ({ id }: ProductionOrder) =>
    wasDispatched()
      ? [
          {
            subject,
            from: { system: erp.system, kind: "production order", id },
            relation: "dispatched as",
            to: { system: mes.system, kind: "job order", id: jobOrderId(plant, id) },
          } as const,
        ]
      : [];

  const told: Told[] = [];
  let progress: Progress | null = null;

  /** The look came to its end. */
  async function rest(plan: OrderPlan): Promise<void> {
    if (progress === null) throw new Error(`the look at ${subject} ended before it began`);
    const { look, memory, job } = progress;
    const { before, order } = look;
    const settled = settledOrder(look, memory, job, plan, wasDispatched(), hub);
    // That an order is planned only is no news of its way to the MES.
    const isNew = before === null && plan.state === "not released";
    const moved = !isNew && (before?.state !== plan.state || before.reason !== plan.reason);
    const isPlainDispatch = plan.state === "dispatched" && plan.reason === null && wasDispatched();
    const workedOff = worked({
      priority: order.priority,
      againMs: lookAgainMs(look, plan, memory),
      why: plan.state === "scheduled" ? "its shift starts" : null,
    });
    const report = reportOf(look, memory, job, plan, hub);
    const reported = report === null ? null : JSON.stringify(report);
    const isNews = report !== null && reported !== before?.reported && books.reportJob !== null;
    const failure = isNews ? await tellErp(report) : null;
    await books.settle({
      order: { ...settled, reported: isNews && failure === null ? reported : null },
      refused: memory.refused,
      audit: [
        ...told.map(({ what, detail }) => audit(what, toJson(detail))),
        ...(moved && !isPlainDispatch ? [audit(`order is ${plan.state}`, { reason: plan.reason })] : []),
      ],
      links: linksOf(order),
      workedOff: failure === null ? workedOff : tellAgain(failure, workedOff),
    });
  }

  /**
   * The planner looks in the ERP. It is told before the hub notes where the order stands, so that one commit does
   * for both; should the hub die between, the next look tells it again. A report that the ERP cannot take now is
   * given again, as the failure says; one that it refuses is not.
   */
  async function tellErp(report: JobReport): Promise<ConnectorError | null> {
    try {
      await books.reportJob?.(report);
      return null;
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error;
      return error.retry === "after fix" || error.retry === "never" ? null : error;
    }
  }

  function tellAgain(failure: ConnectorError, { priority, againMs }: WorkedOff): WorkedOff {
    const sooner = least(againMs, retryMs(due, failure));
    return worked({ priority, againMs: sooner, why: failure.message, attempt: due.attempt + 1 });
  }

  return {
    rest,

    /** Keeps how far the look has come, for its end, however that comes. */
    seen(now: Progress, did: Told | null = null): Progress {
      const known = (progress === null ? now.look.before?.acknowledged : progress.memory.acknowledged) ?? 0;
      if (did === null || !SENT.has(did.what)) told.push(...foundOf(now, known));
      progress = now;
      if (did !== null) told.push(did);
      return now;
    },

    /** The ERP does not have the order, or has it in another plant. */
    async forget(before: RememberedOrder | null): Promise<void> {
      if (before === null || before.state === "ended") return books.rest(worked());
      const isInMes = before.acknowledged > 0;
      const reason = isInMes
        ? `${erp.system} no longer shows the order, and the MES has a job for it.`
        : `${erp.system} no longer shows the order.`;
      const state: OrderState = isInMes ? "refused" : "ended";
      await books.settle({
        order: { ...before, state, reason, dispatchAt: null },
        refused: null,
        audit: before.state === state && before.reason === reason ? [] : [audit(`order is ${state}`, { reason })],
        links: [],
        workedOff: worked(),
      });
    },

    /** A system failed, or Heddle did: tried again by itself where that can help, else stopped and said by what. */
    async failed(error: unknown): Promise<void> {
      const before = progress?.look.before ?? (await books.remember(due.order));
      const known = error instanceof ConnectorError ? error : null;
      const again = known !== null && known.retry !== "after fix" && known.retry !== "never";
      const state: OrderState = again ? "retrying" : "blocked";
      const reason =
        known === null
          ? `A fault in Heddle stopped it: ${wordsOfFault(error)}. Look at it again once that is mended.`
          : failureText(known);
      const plan: OrderPlan = { action: { kind: "nothing" }, state, reason };
      const order =
        progress === null
          ? { ...(before ?? unreadOrder(due, hub)), state, reason }
          : settledOrder(progress.look, progress.memory, progress.job, plan, wasDispatched(), hub);
      await books.settle({
        order,
        refused: progress?.memory.refused ?? null,
        audit: [
          ...told.map(({ what, detail }) => audit(what, toJson(detail))),
          ...(before?.state === state && before.reason === reason ? [] : [audit(`order is ${state}`, { reason })]),
        ],
        links: progress === null ? [] : linksOf(progress.look.order),
        workedOff: again
          ? worked({
              priority: progress?.look.order.priority ?? 0,
              againMs: retryMs(due, known),
              why: known.message,
              attempt: due.attempt + 1,
            })
          : worked({ againMs: BLOCKED_MS, why: reason }),
      });
    },
  };
}

function settledOrder(
  look: Look,
  memory: OrderMemory,
  job: Held<Job> | null,
  { state, reason }: OrderPlan,
  wasDispatched: boolean,
  { erp, mes }: OrderHub,
): SettledOrder {
  const { before, order, wanted, now } = look;
  const seen = job === null ? (before === null ? null : readShown(before.shown).mes) : shownJob(job.value, mes.system);
  return {
    order: order.id,
    item: order.item,
    fromOrder: order.from?.order ?? null,
    state,
    reason,
    shown: toJson(shownOrder(order, erp.system, seen, wanted.findings, gateThatCounts(look, memory))),
    acknowledged: memory.acknowledged,
    heldByHeddle: memory.heldByHeddle,
    ...timesOf(look, memory, state),
    dispatchedAt: wasDispatched ? now : (before?.dispatchedAt ?? (memory.acknowledged > 0 ? now : null)),
  };
}

type Times = Pick<SettledOrder, "dispatchAt" | "shiftAt" | "shiftName" | "shiftDay">;

/** With which shift it goes or went: known before it goes, so that a batch can be seen ahead, and kept after. */
function timesOf({ before, dispatch, now }: Look, { acknowledged }: OrderMemory, state: OrderState): Times {
  if (before !== null && before.acknowledged > 0) {
    const { shiftAt, shiftName, shiftDay } = before;
    return { dispatchAt: null, shiftAt, shiftName, shiftDay };
  }
  const { at, shift } = dispatch;
  const isGone = acknowledged > 0;
  const isWithShift = shift !== null && (isGone ? shift.at <= now : state !== "not released" && state !== "ended");
  return {
    dispatchAt: !isGone && at > now && state !== "not released" && state !== "ended" ? at : null,
    shiftAt: isWithShift ? shift.at : null,
    shiftName: isWithShift ? shift.shift : null,
    shiftDay: isWithShift ? shift.day : null,
  };
}

/** What earlier looks sent and never heard of: the MES has it. It may have had versions between that and the known one. */
function foundOf({ memory: { acknowledged }, job }: Progress, known: number): Told[] {
  if (job === null || acknowledged <= known) return [];
  const { version, number } = job.value;
  return [{ what: "job found in the MES", detail: { version, number, before: known }, link: known === 0 }];
}

/** When time alone moves the order: its shift starts, a deviation ends, or patience does. */
function lookAgainMs(
  { gate, dispatch, now, waitsForParent, designTurnsAt }: Look,
  { state, action }: OrderPlan,
  { lastState }: OrderMemory,
): number | null {
  const until = (instant: string) => Math.max(0, Date.parse(instant) - Date.parse(now));
  if (state === "scheduled") return until(dispatch.at);
  if (state === "blocked") return BLOCKED_MS;
  if (action.kind !== "nothing" || state === "negotiating" || (state === "held" && waitsForParent !== null))
    return PATIENCE_MS;
  if (state === "ended") return null;
  const isOpen = state === "dispatched" && (lastState === null || lastState === "ready" || lastState === "waiting");
  const ends = isOpen ? gate.flatMap(({ deviation }) => deviation?.until ?? []) : [];
  const [next] = [...ends, ...(designTurnsAt === null ? [] : [designTurnsAt])].toSorted();
  return next === undefined ? null : until(next);
}

/** What the ERP's planner is told; null where there is nothing to tell yet. */
function reportOf(
  { order, before }: Look,
  { acknowledged }: OrderMemory,
  job: Held<Job> | null,
  { state, reason }: OrderPlan,
  { plant, mes }: OrderHub,
): JobReport | null {
  const isQuiet = state === "not released" || state === "scheduled" || (state === "ended" && acknowledged === 0);
  if (isQuiet && (before?.reported ?? null) === null) return null;
  const stands = state === "dispatched" && job !== null && job.value.state !== "ready" ? job.value.state : state;
  return {
    order: order.id,
    plant,
    mes: mes.system,
    job: job?.value.number ?? null,
    version: acknowledged === 0 ? null : (job?.value.version ?? acknowledged),
    state: state === "ended" && job !== null ? job.value.state : stands,
    note: reason,
  };
}

/** What is known of an order that was never read. */
function unreadOrder({ order }: DueOrder, { erp }: OrderHub): SettledOrder {
  const shown: ShownOrder = {
    revision: null,
    quantity: "",
    type: "",
    priority: 0,
    from: null,
    startAt: null,
    erp: { system: erp.system, state: "unknown", onHold: false, mbom: null, routing: null },
    mes: null,
    findings: [],
    gate: [],
  };
  return {
    order,
    item: "" as ItemId,
    fromOrder: null,
    state: "blocked",
    reason: null,
    shown: toJson(shown),
    acknowledged: 0,
    heldByHeddle: false,
    dispatchAt: null,
    shiftAt: null,
    shiftName: null,
    shiftDay: null,
    dispatchedAt: null,
  };
}

/** How long to leave an order alone that a system was away for. */
function retryMs({ attempt }: DueOrder, { at: { retryAfterMs } }: ConnectorError): number {
  const waited = { attempt: Math.min(attempt + 1, TRIES_COUNTED_MAX), random: Math.random() };
  return backoffMs(retryAfterMs === undefined ? waited : { ...waited, atLeastMs: retryAfterMs });
}

function wordsOfFault(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function least(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.min(a, b);
}
