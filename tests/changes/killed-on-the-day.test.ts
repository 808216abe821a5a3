import { afterAll, beforeAll, expect, it } from "vitest";
import { daysAfter, type Day } from "../../src/domain/calendar.ts";
import { draftChange, withQuantity } from "../kit/draft-change.ts";
import { isWrite, startGate, type Gate } from "../kit/gate.ts";
import type { HubProcess } from "../kit/hub-process.ts";
import { startTrialPlant, type TrialPlant } from "../kit/trial-plant.ts";
import { until } from "../kit/until.ts";

/** A change is published for tomorrow. The hub dies before that, and again in the midst of what it writes on the day. */
let plant: TrialPlant;
let gate: Gate;
let change: string;
let ahead: readonly string[];

const writes = () =>
  gate
    .passed()
    .filter(isWrite)
    .map(({ method, path }) => `${method} ${path}`);

beforeAll(async () => {
  plant = await startTrialPlant();
  gate = await startGate(plant.plm.url, plant.erp.url);
}, 60_000);
afterAll(async () => {
  await gate.close();
  await plant.close();
});

it("a hub that is killed around the day writes what was left for it once, by the approval that it has", async () => {
  const [plmUrl = "", erpUrl = ""] = gate.urls;
  const startHub = (daysAhead: number) => plant.startHub({ plmUrl, erpUrl, daysAhead, pollingSeconds: 1 });
  const today = new Intl.DateTimeFormat("en-CA", { timeZone: "Europe/Berlin" }).format(new Date()) as Day;
  change = await draftChange(plant.plm, {
    part: "FX-211",
    from: "A",
    to: "C",
    edit: withQuantity("SCR-M3-8", "8"),
    effectiveFrom: daysAfter(today, 1),
  });

  let hub: HubProcess = await startHub(0);
  await plant.release(change);
  await hub.reaches(change, "awaiting approval");
  await hub.approve(change);
  await hub.reaches(change, "applied");
  await hub.kill();
  ahead = writes();
  expect(ahead.filter((write) => write === "POST /erp/v1/boms")).toHaveLength(1);

  gate.shutAfter(1, isWrite); // on the day
  hub = await startHub(2);
  await until(
    "the killing moment",
    async () => gate.isShut() || null,
    () => Promise.resolve(hub.told()),
    30_000,
  );
  await hub.kill();
  gate.open();

  hub = await startHub(3);
  await until("the item is revised and costed", async () => ((await hub.stateOf(change)) === "applied" ? true : null));
  const onTheDay = writes().slice(ahead.length);
  expect(new Set(onTheDay).size).toBe(onTheDay.length); // nothing twice
  expect(onTheDay.filter((write) => write.includes("/boms"))).toEqual([]); // the mBOM says it already
  expect(onTheDay.filter((write) => write.startsWith("PUT /erp/v1/items/"))).toHaveLength(1);
  expect(onTheDay.filter((write) => write.endsWith("/acknowledgements"))).toHaveLength(1);
  const { value } = await plant.erp.get<{ value: { revisionLevel: string }[] }>("/erp/v1/items?code=FX-211&plant=1000");
  expect(value[0]?.revisionLevel).toBe("C");
}, 90_000);
