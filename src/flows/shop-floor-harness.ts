import { DEFAULT_FEEDBACK_RULES } from "../domain/feedback/feedback-rules.ts";
import { readEvent } from "../domain/feedback/event-json.ts";
import type { ShopOrder } from "../domain/feedback/shop-order.ts";
import type { ItemId, OperationId, PlantId, ProductionOrderId, Revision, WorkCenterId } from "../domain/ids.ts";
import type { ShiftCalendar } from "../domain/orders/shift-calendar.ts";
import { parseQuantity } from "../domain/quantity.ts";
import type { Database } from "../store/database.ts";
import { prepareEventMonths } from "../store/shop-events.ts";
import { learnOrders } from "../store/shop-orders.ts";
import { countProduction } from "./count-production.ts";
import type { Taken } from "./commit-events.ts";
import { shopIntake, type ShopIntake } from "./shop-intake.ts";

/** A plant's shop floor as tests see it: orders that it works on, what it tells, and what that comes to. */
export type ShopFloor = {
  readonly intake: ShopIntake;
  /** Tells events by their JSON, of plant 1000 and the source "cell", unless they say otherwise. */
  readonly tell: (...events: readonly object[]) => Promise<Taken>;
  /** Has the hub learn of orders. */
  readonly learn: (...orders: readonly FloorOrder[]) => Promise<void>;
  /** Counts what was told. */
  readonly count: () => Promise<void>;
};

/** What operations of an order are planned to take for one piece, in minutes, by operation and work center. */
type FloorOrder = {
  readonly order: string;
  readonly item: string;
  readonly quantity: string;
  readonly revision?: string;
  readonly mbom?: string;
  readonly operations: Readonly<Record<string, { readonly workCenter: string; readonly runMinutes: number | null }>>;
};

/** Monday to Sunday by UTC. */
const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export const TWO_SHIFTS: ShiftCalendar = {
  timeZone: "UTC",
  shifts: [
    { name: "early", start: "06:00", days: DAYS },
    { name: "late", start: "14:00", days: DAYS },
  ],
  closed: [],
};

const PLANT = "1000" as PlantId;

export async function openShopFloor(database: Database, now: () => Date = () => new Date()): Promise<ShopFloor> {
  await prepareEventMonths(database.pool);
  const intake = shopIntake({ database, rulesOf: () => DEFAULT_FEEDBACK_RULES, isPlant: () => true, now });
  const faults: unknown[] = [];
  return {
    intake,
    tell: (...events) =>
      intake.take(
        events.map((event) => readEvent({ source: "cell", ...("kind" in event ? {} : { plant: PLANT }), ...event })),
        "mes",
      ),
    learn: (...orders) => database.transaction((tx) => learnOrders(tx, orders.map(shopOrder))),
    async count() {
      await countProduction({
        database,
        plant: PLANT,
        calendar: TWO_SHIFTS,
        systems: { plm: "plm", erp: "erp" },
        counted: async () => {},
        isBusy: () => false,
        onFault: (error) => void faults.push(error),
      });
      if (faults.length > 0) throw new AggregateError(faults, "orders could not be counted");
    },
  };
}

function shopOrder({ order, item, quantity, revision, mbom, operations }: FloorOrder): ShopOrder {
  const amount = parseQuantity(quantity, "EA");
  if (amount === null) throw new Error(`"${quantity}" is no quantity`);
  return {
    plant: PLANT,
    order: order as ProductionOrderId,
    item: item as ItemId,
    from: null,
    plan: {
      revision: (revision ?? null) as Revision | null,
      quantity: amount,
      unitFactors: [],
      mbom: mbom ?? null,
      sentAt: null,
      operations: Object.entries(operations).map(([operation, { workCenter, runMinutes }]) => ({
        operation: operation as OperationId,
        workCenter: workCenter as WorkCenterId,
        setupMs: null,
        runMs: runMinutes === null ? null : runMinutes * 60_000,
      })),
      components: [],
    },
  };
}
