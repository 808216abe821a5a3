import type { ProductionOrder } from "../order.ts";
import { lastShiftStart, nextShiftStart, type ShiftCalendar, type ShiftStart } from "./shift-calendar.ts";

/** How a plant's orders go to its MES. */
export type OrderRules = {
  /** When an order of a type that `byType` does not name goes. */
  readonly dispatch: DispatchTiming;
  /** By the ERP's type of order. */
  readonly byType: ReadonlyMap<string, DispatchTiming>;
  /** Null where nothing is batched. */
  readonly calendar: ShiftCalendar | null;
  /** An order of this priority or a higher one goes on release, whatever its type; null where none overtakes. */
  readonly urgentFrom: number | null;
  /** What becomes of a job in the MES once a change supersedes its design. */
  readonly supersededInMes: "hold" | "flag";
};

export type DispatchTiming = "on release" | "shift start";

/** Where `heddle.yaml` says nothing else. */
export const DEFAULT_ORDER_RULES: OrderRules = {
  dispatch: "on release",
  byType: new Map(),
  calendar: null,
  urgentFrom: null,
  supersededInMes: "hold",
};

/** When an order goes to the MES, and with the batch of which shift; null for one that waits for no shift. */
export type Dispatch = { readonly at: string; readonly shift: ShiftStart | null };

/**
 * An order goes at once, or at the start of the shift that it is planned to start in. When that shift has begun
 * already, or the order has no time to start, it goes with the next shift: a shift that is under way gets no
 * more work, except what is urgent. A calendar without shifts keeps nothing waiting.
 *
 * `now` is an instant, ISO 8601 in UTC, and is when an order goes that goes at once.
 */
export function dispatchAt(
  rules: OrderRules,
  order: Pick<ProductionOrder, "type" | "priority" | "startAt">,
  now: string,
): Dispatch {
  const shift = timingOf(rules, order) === "shift start" ? shiftOf(order.startAt, rules.calendar, now) : null;
  return { at: shift?.at ?? now, shift };
}

function timingOf(
  { dispatch, byType, urgentFrom }: OrderRules,
  { type, priority }: Pick<ProductionOrder, "type" | "priority">,
): DispatchTiming {
  if (urgentFrom !== null && priority >= urgentFrom) return "on release";
  return byType.get(type) ?? dispatch;
}

function shiftOf(startAt: string | null, calendar: ShiftCalendar | null, now: string): ShiftStart | null {
  if (calendar === null) return null;
  const own = startAt === null ? null : lastShiftStart(calendar, now, startAt);
  return own ?? nextShiftStart(calendar, now);
}
