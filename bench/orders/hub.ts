/** Heddle's order leg, put together as `src/main.ts` does: the API, a plant's desk, and the connectors. */
import { pino } from "pino";
import { Registry } from "prom-client";
import { makeApi } from "../../src/api/server.ts";
import { b2mml } from "../../src/connectors/b2mml/connector.ts";
import type { LiveConnector } from "../../src/connectors/live-connector.ts";
import { sandboxErp } from "../../src/connectors/sandbox-erp/connector.ts";
import type { PlantId, SystemId } from "../../src/domain/ids.ts";
import { DEFAULT_ORDER_RULES, type OrderRules } from "../../src/domain/orders/order-rules.ts";
import { startDesk } from "../../src/engine/desk.ts";
import { openLanes } from "../../src/engine/lanes.ts";
import { areReady } from "../../src/flows/answering-systems.ts";
import { bomDesk } from "../../src/flows/bom-desk.ts";
import { previewDesk } from "../../src/flows/preview-in-hub.ts";
import { orderToMes } from "../../src/flows/order-to-mes.ts";
import { openDatabase } from "../../src/store/database.ts";
import { showPresence } from "../../src/store/leases.ts";
import { wakeOrdersIn } from "../../src/store/order-wakes.ts";
import { countOrders } from "../../src/store/orders.ts";
import { subjectOf } from "../../src/store/subject.ts";
import { servePart, settingsOfPart } from "../kit/part.ts";
import { PLANT } from "./sample-order.ts";

export type HubSettings = {
  readonly database: string;
  readonly erp: string;
  readonly mes: string;
  readonly secret: string;
  readonly connections: number;
  /** On release, or at the start of a shift that never comes but by `startShift`. */
  readonly dispatch: OrderRules["dispatch"];
  /** Whether the ERP is told of each job, which is work beyond the way to the MES. */
  readonly reports: boolean;
};

const settings = settingsOfPart<HubSettings>();
const HOLDER = "bench";
const [plant, erpName, mesName] = [PLANT as PlantId, "erp" as SystemId, "mes" as SystemId];
const limits = { timeoutMs: 15_000, maxPerSecond: 0, attempts: 4, failuresToPause: 8, pauseMs: 5_000 };
const SHIFT = { before: "2027-01-11T04:00:00.000Z", start: "2027-01-11T06:00:00.000Z" };
const rules: OrderRules = {
  ...DEFAULT_ORDER_RULES,
  dispatch: settings.dispatch,
  calendar: { timeZone: "UTC", shifts: [{ name: "early", start: "06:00", days: ["mon"] }], closed: [] },
};

let now = () => (settings.dispatch === "shift start" ? new Date(SHIFT.before) : new Date());
const database = await openDatabase({ url: settings.database }, fail);
const presence = await database.connect();
await showPresence(presence, HOLDER);
const lanes = await openLanes(database, fail);
const erp = withReports(sandboxErp(erpName, { ...limits, url: settings.erp, apiKey: "key", maxConcurrent: 8 }));
const mes = b2mml(mesName, {
  ...limits,
  transport: "http",
  url: `${settings.mes}/b2mml`,
  apiKey: "key",
  maxConcurrent: settings.connections,
  version: "7.01",
  verbs: "process",
  workMasters: false,
  sender: "heddle",
});

const app = await makeApi({
  database,
  lanes,
  version: "bench",
  hub: HOLDER,
  connections: async () => [],
  timeZones: new Map(),
  webhooks: new Map([["erp", { secrets: [settings.secret], hints: (body) => erp.webhooks?.subjects(body) ?? [] }]]),
  subjectsOf: (_connection, hint) => ("id" in hint ? [subjectOf("order", hint.id, plant).id] : []),
  shopEvents: { take: () => Promise.reject(new Error("no events here")), askNow: async () => {}, readers: new Map() },
  boms: bomDesk({ database, plants: new Map() }),
  preview: previewDesk({ database, plants: new Map(), now: () => new Date() }),
  calendars: new Map(),
  sandbox: null,
  publicUrl: null,
  consoleFolder: null,
  metrics: new Registry(),
  logger: pino({ level: "warn" }),
});
const desk = await startDesk({
  database,
  plant,
  holder: HOLDER,
  open: orderToMes({ database, plant, timeZone: "UTC", erp, mes, rules, now: () => now() }),
  ready: () => areReady(database, plant, [erp, mes]),
  onError: fail,
});
const url = await app.listen({ host: "127.0.0.1", port: 0 });
servePart(`${url}/webhooks/erp`, { recorded, scheduled, startShift }, async () => {
  await app.close();
  await desk.stop();
  await mes.close?.();
  await lanes.close();
  await presence.end();
  await database.close();
});

function withReports({ productionOrders, ...system }: LiveConnector): LiveConnector {
  if (productionOrders === undefined) throw new Error("the stub ERP has no production orders");
  const { report, ...others } = productionOrders;
  const isTold = settings.reports && report !== undefined;
  return { ...system, productionOrders: isTold ? productionOrders : others };
}

/** Whether so many orders are dispatched in all, with everything that is to be kept of them, and nothing waits. */
async function recorded(orders: number): Promise<boolean> {
  const { rows } = await database.pool.query<{ waiting: number }>("select count(*)::int as waiting from order_wakes");
  const { dispatched = 0, ...others } = await countOrders(database.pool);
  const stray = Object.keys(others)[0];
  if (stray === "blocked" || stray === "refused" || stray === "held") throw new Error(`there are orders ${stray}`);
  return dispatched === orders && rows[0]?.waiting === 0;
}

async function scheduled(orders: number): Promise<boolean> {
  return (await countOrders(database.pool)).scheduled === orders;
}

/** The clock shows the shift's start, and all that waits for it falls due. */
async function startShift(): Promise<void> {
  now = () => new Date(SHIFT.start);
  await wakeOrdersIn(database.pool, plant, ["scheduled"], "its shift starts");
}

/** What the hub would log and mend by itself makes a measurement worthless. */
function fail(error: Error): never {
  console.error(error);
  process.exit(1);
}
