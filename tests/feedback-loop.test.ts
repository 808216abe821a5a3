import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTrialPlant, type TrialPlant } from "./kit/trial-plant.ts";
import { orderBooks, type OrderBooksByHand } from "./kit/order-books.ts";
import { until } from "./kit/until.ts";
import { resolve } from "node:path";
import type { HubProcess } from "./kit/hub-process.ts";
import type { SandboxProcess } from "./kit/trial-plant.ts";
import { everyOne } from "./kit/sandbox.ts";

let plant: TrialPlant; let mes: SandboxProcess; let hub: HubProcess; let books: OrderBooksByHand;
const t0 = Date.now();
const say = (...w: unknown[]) => console.log(((Date.now() - t0) / 1000).toFixed(1), ...w);

beforeAll(async () => {
  plant = await startTrialPlant(null, { withMes: true, orderWebhooks: true, shopOpensAt: new Date(Date.now() - 12 * 3_600_000) });
  if (plant.mes === null) throw new Error("x");
  mes = plant.mes;
  books = orderBooks({ erp: plant.erp, mes });
  await mes.send("PUT", "/_sandbox/shop", { seed: 7, scrapPercent: 3, reworkPercent: 2, latePercent: 10, twicePercent: 8, correctedPercent: 4,
    effects: [{ itemCode: "FX-210", component: "MOT-026", operation: "0010", runFactor: 1.3, scrapPercent: 18, defect: "FIT" }] });
  hub = await plant.startHub({ feedback: { triggers: resolve("feedback/1000.yaml"), clockToleranceMinutes: 2880 } });
  say("up");
});
afterAll(async () => { say(hub?.told()); await plant?.close(); });

describe("x", () => {
  it("y", async () => {
    await until("first jobs", async () => (await books.jobs()).length >= 4 ? true : null);
    say((await books.jobs()).map((j: any) => [j.number, j.order, j.state, j.start]));
    const before = await Promise.all(Array.from({ length: 9 }, () => books.released("FX-210", "16")));
    await until("jobs", async () => (await books.jobs()).length >= 13 ? true : null);
    say("dispatched");
    await books.advance(9 * 3600);
    const jobs = await books.jobs();
    say(jobs.map((j) => j.state).join());
    const { now } = await mes.get<{ now: string }>("/_sandbox/clock");
    await books.advance(Math.max(0, (Date.now() - Date.parse(now)) / 1000));
    say("advanced");
    for (let i = 0; i < 20; i++) {
      await new Promise((r) => setTimeout(r, 1000));
      const b = await hub.call<{ bookings: any[] }>("GET", "/api/production?limit=200");
      say(b.bookings.map((x) => [x.order, x.state, x.reason, x.postings].join(" ")).join(" | "));
      if (b.bookings.length >= 9 && b.bookings.every((x) => x.state === "completed")) break;
    }
    say(JSON.stringify(await hub.call("GET", "/api/proposals")));
    await plant.release("ECO-0001");
    await hub.reaches("ECO-0001", "awaiting approval");
    await hub.approve("ECO-0001");
    await hub.reaches("ECO-0001", "applied");
    say("applied");
    const n = (await books.jobs()).length;
    await Promise.all(Array.from({ length: 9 }, () => books.released("FX-210", "16")));
    await until("jobs", async () => (await books.jobs()).length >= n + 9 ? true : null);
    say("dispatched");
    await books.advance(16 * 3600);
    say((await books.jobs()).map((j) => j.state).join());
    for (let i = 0; i < 45; i++) {
      await new Promise((r) => setTimeout(r, 1000));
      const b = await hub.call<{ bookings: any[] }>("GET", "/api/production?limit=200");
      say(b.bookings.map((x) => [x.order, x.state, x.reason, x.postings].join(" ")).join(" | "));
      if (b.bookings.length >= 18 && b.bookings.every((x) => x.state === "completed")) break;
    }
    const p = await hub.call<{ proposals: any[] }>("GET", "/api/proposals");
    for (const x of p.proposals) say(x.kind, x.item, x.revision, x.operation, x.rule, x.title, x.state);
    say(await hub.heddle("effect", "ECO-0001"));
    say(JSON.stringify((await hub.call<any>("GET", "/api/changes/ECO-0001/effect?plant=1000")).items, null, 1));
    say(JSON.stringify((await everyOne(plant.erp, "/erp/v1/postings?plant=1000")).slice(-1), null, 1));
  });
});
