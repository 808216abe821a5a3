import { DEFAULT_FEEDBACK_RULES, type FeedbackRules } from "../domain/feedback/feedback-rules.ts";
import type { ShopEvent } from "../domain/feedback/shop-event.ts";
import type { ShopOrder } from "../domain/feedback/shop-order.ts";
import { clock } from "../domain/feedback/testing.ts";
import type { Told } from "../domain/feedback/told.ts";
import type { ItemId, OperationId, PlantId, ProductionOrderId, Revision, WorkCenterId } from "../domain/ids.ts";
import { parseQuantity } from "../domain/quantity.ts";
import type { Database } from "../store/database.ts";
import { learnOrders } from "../store/shop-orders.ts";
import { countProduction } from "./count-production.ts";
import { shopIntake } from "./shop-intake.ts";

export const PLANT = "P1" as PlantId;

/** Order MO-1, of 20 frames in three shifts of UTC days, unless it is told otherwise. */
export function shopOrder(more: Partial<ShopOrder["plan"]> & { order?: string; item?: string } = {}): ShopOrder {
  const { order = "MO-1", item = "FRAME", ...plan } = more;
  return {
    plant: PLANT,
    order: order as ProductionOrderId,
    item: item as ItemId,
    from: null,
    plan: {
      revision: "B" as Revision,
      quantity: pieces(20),
      unitFactors: [],
      mbom: null,
      sentAt: null,
      operations: [
        { operation: "0010" as OperationId, workCenter: "SAW" as WorkCenterId, setupMs: 600_000, runMs: 60_000 },
        { operation: "0020" as OperationId, workCenter: "WELD" as WorkCenterId, setupMs: null, runMs: 120_000 },
      ],
      components: [
        {
          line: "10",
          item: "BOLT" as ItemId,
          required: pieces(80),
          operation: "0010" as OperationId,
          supply: "pull",
        },
      ],
      ...plan,
    },
  };
}

export function pieces(amount: number) {
  const quantity = parseQuantity(String(amount), "EA");
  if (quantity === null) throw new Error(`${amount} is not an amount`);
  return quantity;
}

/** The feedback leg of plant P1 on a database, at noon of 3 February 2026, without a hub around it. */
export function feedbackOn(database: Database, rules: Partial<FeedbackRules> = {}) {
  const intake = shopIntake({
    database,
    rulesOf: () => ({ ...DEFAULT_FEEDBACK_RULES, ...rules }),
    isPlant: (plant) => plant === PLANT,
    now: () => new Date(clock("03 12:00")),
  });
  const faults: unknown[] = [];
  return {
    intake,
    faults,
    know: (...orders: readonly ShopOrder[]) => database.transaction((tx) => learnOrders(tx, orders)),
    tell: (...events: readonly ShopEvent[]) => intake.take(told(events), "test"),
    count: () =>
      countProduction({
        database,
        plant: PLANT,
        calendar: {
          timeZone: "UTC",
          shifts: [
            { name: "early", start: "06:00", days: ["mon", "tue", "wed", "thu", "fri"] },
            { name: "late", start: "14:00", days: ["mon", "tue", "wed", "thu", "fri"] },
          ],
          closed: [],
        },
        systems: { plm: "plm", erp: "erp" },
        counted: async () => {},
        isBusy: () => false,
        onFault: (error) => faults.push(error),
      }),
  };
}

export function told(events: readonly ShopEvent[]): readonly Told[] {
  return events.map((event) => ({ kind: "event", event }));
}
