/** The hub's intake in a process of its own: API with keys and roles, storing, counting; no other leg. */
import { randomUUID } from "node:crypto";
import { pino } from "pino";
import { Registry } from "prom-client";
import { addAccount, addApiKey } from "../../src/api/give-access.ts";
import { makeApi } from "../../src/api/server.ts";
import type { Connector } from "../../src/connectors/port.ts";
import { DEFAULT_FEEDBACK_RULES } from "../../src/domain/feedback/feedback-rules.ts";
import { NO_TRIGGERS } from "../../src/domain/feedback/plant-triggers.ts";
import type { ShopOrder } from "../../src/domain/feedback/shop-order.ts";
import type {
  ItemId,
  OperationId,
  PlantId,
  ProductionOrderId,
  Revision,
  SystemId,
  WorkCenterId,
} from "../../src/domain/ids.ts";
import { DEFAULT_ORDER_RULES } from "../../src/domain/orders/order-rules.ts";
import { rational } from "../../src/domain/rational.ts";
import { openLanes } from "../../src/engine/lanes.ts";
import { bomDesk } from "../../src/flows/bom-desk.ts";
import { previewDesk } from "../../src/flows/preview-in-hub.ts";
import { startFeedback } from "../../src/flows/feedback-hub.ts";
import { openDatabase } from "../../src/store/database.ts";
import { learnOrders } from "../../src/store/shop-orders.ts";
import { servePart, settingsOfPart } from "../kit/part.ts";
import { NOW, PLANT, orderOf } from "./sample-event.ts";

export type HubSettings = { readonly database: string };

const settings = settingsOfPart<HubSettings>();
const fail = (error: unknown) => {
  console.error(error);
  process.exit(1);
};
const plant = PLANT as PlantId;
const database = await openDatabase({ url: settings.database }, fail);
const lanes = await openLanes(database, fail);
const nothing = (system: string): Connector => ({ system: system as SystemId, check: async () => {} });
const feedback = await startFeedback({
  database,
  plants: new Map([
    [
      plant,
      {
        plant,
        plm: nothing("plm"),
        erp: nothing("erp"),
        mes: null,
        currency: "EUR",
        timeZone: "UTC",
        rules: { plants: [plant], rules: [], version: 1 } as never,
        orders: DEFAULT_ORDER_RULES,
        feedback: DEFAULT_FEEDBACK_RULES,
        triggers: NO_TRIGGERS,
      },
    ],
  ]),
  systems: [],
  now: () => NOW,
  counted: async () => {},
  onWorks: () => {},
  onError: (name, error) => console.error(`${name}: ${error.message}`),
});
const app = await makeApi({
  database,
  lanes,
  version: "bench",
  hub: randomUUID(),
  connections: async () => [],
  timeZones: new Map(),
  boms: bomDesk({ database, plants: new Map() }),
  preview: previewDesk({ database, plants: new Map(), now: () => new Date() }),
  calendars: new Map(),
  webhooks: new Map(),
  subjectsOf: () => [],
  shopEvents: { take: feedback.intake.take, askNow: feedback.askNow, readers: new Map() },
  sandbox: null,
  publicUrl: null,
  consoleFolder: null,
  metrics: new Registry(),
  logger: pino({ level: "warn" }),
});
await addAccount(database, { account: "mes", role: "operator", by: "bench" });
await database.pool.query("update accounts set must_change_password = false");
const key = await addApiKey(database, { account: "mes", name: "bench", role: "operator", days: 1, by: "bench" });
if (key === null) throw new Error("the account takes no key");
const url = await app.listen({ host: "127.0.0.1", port: 0 });

/** The orders of a round, known as the order leg would have them known. */
async function know({ round, events }: { readonly round: string; readonly events: number }): Promise<void> {
  const names = new Set(Array.from({ length: events }, (_, at) => `${round}-${orderOf(at)}`));
  const orders = [...names].map(shopOrder);
  for (let at = 0; at < orders.length; at += 2_000) {
    await database.transaction((tx) => learnOrders(tx, orders.slice(at, at + 2_000)));
  }
}

function shopOrder(order: string): ShopOrder {
  return {
    plant,
    order: order as ProductionOrderId,
    item: "FX-110" as ItemId,
    from: null,
    plan: {
      revision: "B" as Revision,
      quantity: { amount: rational(50n), unit: "EA" },
      unitFactors: [],
      mbom: null,
      sentAt: null,
      components: [],
      operations: [plannedOperation("0010"), plannedOperation("0020")],
    },
  };
}

function plannedOperation(operation: string): ShopOrder["plan"]["operations"][number] {
  return {
    operation: operation as OperationId,
    workCenter: "ASM-1" as WorkCenterId,
    setupMs: null,
    runMs: 42_000,
  };
}

/** Waits until everything is counted; gives how many events that were. */
async function counted(): Promise<number> {
  for (;;) {
    const { rows } = await database.pool.query<{ open: number; events: number }>(
      `select (select count(*)::int from count_wakes) as open, (select sum(events)::int from order_production) as events`,
    );
    if (rows[0]?.open === 0) return rows[0].events;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

servePart(`${url}/api/shop-events#${key.key}`, { know, counted }, async () => {
  await app.close();
  await feedback.stop();
  await lanes.close();
  await database.close();
});
