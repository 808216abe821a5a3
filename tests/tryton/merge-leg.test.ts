import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startFaultProxy, type FaultProxy } from "../../src/connectors/fault-proxy.ts";
import { isTrytonWrite } from "../../src/connectors/tryton/harness.ts";
import type { ConflictPage } from "../../src/api/contract.ts";
import { draftChange, withQuantities } from "../kit/draft-change.ts";
import { startTrialApi, type TrialApi } from "../kit/trial-api.ts";
import { startTrialHub, type TrialHub } from "../kit/trial-hub.ts";
import { until } from "../kit/until.ts";
import { connectTryton, startTrytonPlant, type TrytonPlant } from "./tryton-plant.ts";

/** Tryton answers in tens of milliseconds, and a plan asks it some fifty times. */
const PATIENCE_MS = 240_000;
const ITEM = "FX-211";

let plant: TrytonPlant;
let proxy: FaultProxy;
let trial: TrialHub;
let api: TrialApi;
/** Writes that reached Tryton. */
let writes = 0;

beforeAll(async () => {
  plant = await startTrytonPlant({ withOrders: false });
  proxy = await startFaultProxy(plant.url, (method, path) => {
    const isWrite = isTrytonWrite(method, path);
    if (isWrite) writes += 1;
    return isWrite;
  });
  trial = await startTrialHub({ erp: connectTryton(proxy.url), patienceMs: PATIENCE_MS });
  api = await startTrialApi(trial);
  await trial.release("ECO-0003");
  await applied("ECO-0003");
});
afterAll(async () => {
  await api.close();
  await trial.close();
  await proxy.stop();
  await plant.close();
});

describe("a BOM that a planner edited in a real Tryton", () => {
  it("keeps every edit when the next change touches other lines", async () => {
    expect(await components()).toEqual({ "ADH-310": 4, "GSK-001": 1, "SCR-M3-8": 8, "SMP-102": 1, "SMP-103": 1 });
    await write("GSK-001", 2);
    await addLine("WSH-M4", 3);
    await removeLine("ADH-310");

    const next = await draftChange(trial.plm, {
      part: ITEM,
      from: "B",
      to: "C",
      edit: withQuantities({ "SCR-M3-8": "10" }),
    });
    await trial.release(next);
    await trial.reaches(next, "awaiting approval");
    const [change] = (await trial.planOf(next)).mboms;
    expect(change?.merge?.kept).toMatchObject([
      { component: "GSK-001", field: "quantity", base: "1 EA", plant: "2 EA", stands: "plant", by: null },
      { component: "ADH-310", field: "line", plant: null, stands: "plant" },
      { component: "WSH-M4", field: "line", base: null, engineering: null, stands: "plant" },
    ]);
    await applied(next);
    expect(await components()).toEqual({ "GSK-001": 2, "SCR-M3-8": 10, "SMP-102": 1, "SMP-103": 1, "WSH-M4": 3 });
  });

  it("is asked about where the change and the planner collide, and says what was answered", async () => {
    await write("SCR-M3-8", 11);
    await write("GSK-001", 3);
    const next = await draftChange(trial.plm, {
      part: ITEM,
      from: "C",
      to: "D",
      edit: withQuantities({ "SCR-M3-8": "12", "GSK-001": "4" }),
    });
    await trial.release(next);
    await trial.reaches(next, "blocked");
    const { conflicts } = JSON.parse(await api.heddle("--json", "conflicts", "--change", next)) as ConflictPage;
    const idOf = (component: string) => conflicts.find((one) => one.component === component)?.id ?? "none";
    expect(Object.fromEntries(conflicts.map(({ component, said }) => [component, said]))).toEqual({
      "GSK-001": { base: "1 EA", engineering: "4 EA", plant: "3 EA" },
      "SCR-M3-8": { base: "10 EA", engineering: "12 EA", plant: "11 EA" },
    });

    await api.heddle("conflict", idOf("SCR-M3-8"), "--keep", "plant", "--reason", "Eleven holes are in the jig");
    await trial.reaches(next, "blocked");
    await api.heddle("conflict", idOf("GSK-001"), "--keep", "engineering", "--reason", "Sealed better so");
    await applied(next);
    expect(await components()).toEqual({ "GSK-001": 4, "SCR-M3-8": 11, "SMP-102": 1, "SMP-103": 1, "WSH-M4": 3 });
  });

  it("is left alone by further looks, which find nothing to do", async () => {
    const { rows } = await trial.database.pool.query<{ key: string }>("select key from runs where kind = 'change'");
    writes = 0;
    for (const { key } of rows) await trial.lookAgain(key, null);
    await until("every look has ended", async () => ((await isAtRest()) ? true : null), undefined, PATIENCE_MS);
    for (const { key } of rows) expect((await trial.reaches(key, "applied", "blocked")).state).toBe("applied");
    expect(writes).toBe(0);
    expect(await api.heddle("conflicts")).toBe("nothing is in conflict");
  });

  it("is decided as before when the next change of the line comes, without a question", async () => {
    const next = await draftChange(trial.plm, {
      part: ITEM,
      from: "D",
      to: "E",
      edit: withQuantities({ "SCR-M3-8": "14" }),
    });
    await trial.release(next);
    await trial.reaches(next, "awaiting approval");
    const [change] = (await trial.planOf(next)).mboms;
    expect(change?.merge).toMatchObject({
      conflicts: [],
      kept: expect.arrayContaining([
        expect.objectContaining({
          engineering: "14 EA",
          plant: "11 EA",
          by: expect.stringContaining("quantity") as string,
        }),
      ]) as unknown,
    });
    await applied(next);
    expect(await components()).toMatchObject({ "SCR-M3-8": 11 });
  });
});

async function isAtRest(): Promise<boolean> {
  const { waiting, active } = await trial.hub.lanes.counts(trial.database.pool);
  return waiting + active === 0;
}

async function applied(change: string): Promise<void> {
  await trial.reaches(change, "awaiting approval");
  await trial.approve(change);
  expect((await trial.reaches(change, "applied", "blocked", "refused")).state).toBe("applied");
}

type Input = { readonly id: number; readonly quantity: number; readonly "product.": { readonly code: string } };

/** The lines of the BOM in force. */
function inputs(): Promise<Input[]> {
  return plant.world.search<Input>(
    "production.bom.input",
    [
      ["bom.output_products.code", "=", ITEM],
      ["bom.active", "=", true],
    ],
    ["quantity", "product.code"],
  );
}

async function components(): Promise<Readonly<Record<string, number>>> {
  return Object.fromEntries((await inputs()).map(({ quantity, ...line }) => [line["product."].code, quantity]));
}

async function inputOf(component: string): Promise<number> {
  const found = (await inputs()).find((line) => line["product."].code === component);
  if (found === undefined) throw new Error(`the BOM of ${ITEM} has no line of ${component}`);
  return found.id;
}

async function write(component: string, quantity: number): Promise<void> {
  await plant.world.rpc("model.production.bom.input.write", [await inputOf(component)], { quantity });
}

async function removeLine(component: string): Promise<void> {
  await plant.world.rpc("model.production.bom.input.delete", [await inputOf(component)]);
}

async function addLine(component: string, quantity: number): Promise<void> {
  const [bom] = await plant.world.search<{ id: number }>("production.bom", [["output_products.code", "=", ITEM]], []);
  const [product] = await plant.world.search<{ id: number }>("product.product", [["code", "=", component]], []);
  await plant.world.rpc("model.production.bom.input.create", [
    { bom: bom?.id, product: product?.id, quantity, uom: plant.world.unit("u") },
  ]);
}
