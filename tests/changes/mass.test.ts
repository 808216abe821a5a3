import { afterAll, beforeAll, expect, it } from "vitest";
import { draftMassChange, NEW_SCREW, OLD_SCREW } from "../kit/draft-mass-change.ts";
import { startGate, type Gate } from "../kit/gate.ts";
import type { HubProcess } from "../kit/hub-process.ts";
import { everyOne } from "../kit/sandbox.ts";
import { startTrialPlant, type TrialPlant } from "../kit/trial-plant.ts";
import { until } from "../kit/until.ts";

/** One change of many parents: a screw gives way to another in all of them. The hub is killed in the midst of it. */
const PARENTS = 150;

let plant: TrialPlant;
let gate: Gate;
let hub: HubProcess;
let change: string;
const seen: string[] = [];

beforeAll(async () => {
  plant = await startTrialPlant();
  gate = await startGate(plant.plm.url, plant.erp.url);
  const [plmUrl = "", erpUrl = ""] = gate.urls;
  const start = () => plant.startHub({ approves: "everything", plmUrl, erpUrl });
  hub = await start();
  const introduction = await draftMassChange(plant.plm, { parents: PARENTS, revision: "A", screw: OLD_SCREW });
  await plant.release(introduction);
  await hub.reaches(introduction, "applied");

  change = await draftMassChange(plant.plm, { parents: PARENTS, revision: "B", screw: NEW_SCREW });
  gate.shutAfter(PARENTS, ({ method, path }) => method === "POST" && path.endsWith("/boms"));
  await plant.release(change);
  await until("the killing moment", async () => gate.isShut() || null, describe, 120_000);
  await hub.kill();
  gate.open();
  hub = await start();
  await until("it is applied", async () => ((await noteProgress()) === "applied" ? true : null), describe, 180_000);
}, 400_000);
afterAll(async () => {
  await gate.close();
  await plant.close();
});

it("ends with every parent changed once, and nothing twice", async () => {
  const boms = await everyOne<{ itemCode: string; status: string; lines: { componentCode: string }[] }>(
    plant.erp,
    "/erp/v1/boms?expand=lines",
  );
  const ours = boms.filter(({ itemCode }) => itemCode.startsWith("MASS-"));
  expect(ours).toHaveLength(2 * PARENTS);
  const active = ours.filter(({ status }) => status === "ACTIVE");
  expect(active).toHaveLength(PARENTS);
  expect(active.filter(({ lines }) => !lines.some(({ componentCode }) => componentCode === NEW_SCREW))).toEqual([]);
  expect((await hub.status()).unknownOutcomes).toBe(0);
});

it("goes on where it was after the kill, in parts, and says how far it has come", async () => {
  const { plan, outcomes, state } = await hub.planOf(change);
  expect(state).toBe("applied");
  expect(plan.actions.length).toBeGreaterThan(2 * PARENTS);
  const again = outcomes.filter(({ attempts }) => attempts > 1);
  expect(again.length).toBeLessThanOrEqual(1); // only the one whose answer the kill swallowed
  expect(seen.filter((reason) => /^\d[\d,]* of \d[\d,]* writes are done\.$/.test(reason)).length).toBeGreaterThan(0);
});

it("has one account over all parents, with every line of each in balance", async () => {
  const { plan } = await hub.planOf(change);
  const ours = plan.mboms.filter(({ item }) => item.startsWith("MASS-"));
  expect(ours).toHaveLength(PARENTS);
  expect(ours.every(({ account }) => account.length === 1 && account[0]?.unplaced === null)).toBe(true);
});

async function noteProgress(): Promise<string | null> {
  const { row } = await hub.view(change);
  if (row.reason !== null && seen.at(-1) !== row.reason) seen.push(row.reason);
  return row.state;
}

async function describe(): Promise<string> {
  return `${JSON.stringify((await hub.view(change)).row)}\n${hub.told()}`;
}
