import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startFaultProxy, type FaultProxy } from "../../src/connectors/fault-proxy.ts";
import { isTrytonWrite } from "../../src/connectors/tryton/harness.ts";
import type { ChangePlan } from "../../src/domain/change-plan.ts";
import type { ItemId } from "../../src/domain/ids.ts";
import { planInWords } from "../../src/domain/plan-in-words.ts";
import { subjectOf } from "../../src/store/subject.ts";
import { startTrialHub, type TrialHub } from "../kit/trial-hub.ts";
import { until } from "../kit/until.ts";
import { duplicates } from "./duplicates.ts";
import { connectTryton, PLANT, startTrytonPlant, type TrytonPlant } from "./tryton-plant.ts";

/** Tryton answers in tens of milliseconds, and a plan asks it some fifty times. */
const PATIENCE_MS = 240_000;

let plant: TrytonPlant;
let proxy: FaultProxy;
let trial: TrialHub;
/** Writes that reached the proxy. */
let writes = 0;

beforeAll(async () => {
  plant = await startTrytonPlant();
  proxy = await startFaultProxy(plant.url, (method, path) => {
    const isWrite = isTrytonWrite(method, path);
    if (isWrite) writes += 1;
    return isWrite;
  });
  trial = await startTrialHub({ erp: connectTryton(proxy.url), patienceMs: PATIENCE_MS });
});
afterAll(async () => {
  await trial.close();
  await proxy.stop();
  await plant.close();
});

describe("a released change, into a real Tryton", () => {
  it("waits for a person, with a plan in words", async () => {
    await trial.release("ECO-0001");
    await trial.reaches("ECO-0001", "awaiting approval");
    expect(sentences(await trial.planOf("ECO-0001"))).toEqual(
      expect.arrayContaining([
        "Update FX-210: revision A → B.",
        "Publish the mBOM of FX-210 rev B: MOT-024 item MOT-024 → MOT-026; 7 lines stay as they are.",
        "Buy MOT-026 from VENTEC as VT-92-BL24 (16 days, 27.80 EUR); no source until now.",
        "Set the standard cost of MOT-026 to 27.80 EUR (it had none).",
        "Work out the components of planned order MO-1 again from the new mBOM.",
      ]),
    );
  });

  it("is applied once it is approved: mBOM, supplier, cost, orders and flags", async () => {
    await trial.approve("ECO-0001");
    expect(await trial.reaches("ECO-0001", "applied", "blocked", "refused")).toMatchObject({
      state: "applied",
      exposure: "6525.00 EUR",
    });
    expect(await bomsOf("FX-210")).toEqual([
      ["FX-210 rev A, ECO-0000", "archived"],
      ["FX-210 rev B, ECO-0001", "in use"],
    ]);
    expect(await componentsOf("1")).toContainEqual(["MOT-026", 40]);
    expect(await componentsOf("2")).toContainEqual(["MOT-026", 25]);
    // Started: nothing of it is touched, a note holds it.
    expect(await componentsOf("3")).toContainEqual(["MOT-024", 20]);
    expect(await notesAt("production,3")).toEqual([
      expect.stringMatching(/^ON HOLD/),
      expect.stringMatching(/^ECO-0001: /),
    ]);
    expect(await notesAt("purchase.purchase,1")).toEqual([
      expect.stringContaining("Action required. On order: return."),
      expect.stringContaining("Action required. On order: return."),
    ]);
    const [motor] = await plant.world.search<{ cost_price: { decimal: string } }>(
      "product.product",
      [["code", "=", "MOT-026"]],
      ["cost_price"],
    );
    expect(motor?.cost_price.decimal).toBe("27.8");
    expect(await duplicates(plant.world)).toEqual([]);
  });

  it("is in step at the second look, with no write", async () => {
    await lookAgain("ECO-0001");
    proxy.cutAfterWrite(Number.MAX_SAFE_INTEGER); // counts, and never strikes
    writes = 0;
    await lookAgain("ECO-0001");
    expect(proxy.calm()).toBe(true);
    expect(writes).toBe(0);
    expect((await trial.reaches("ECO-0001", "applied")).state).toBe("applied");
  });

  it("is stale when somebody edits the BOM between plan and apply, and planned again", async () => {
    await trial.release("ECO-0003");
    const before = await trial.reaches("ECO-0003", "awaiting approval");
    const [line] = await plant.world.search<{ id: number }>(
      "production.bom.input",
      [
        ["bom.output_products.code", "=", "FX-211"],
        ["product.code", "=", "SCR-M3-8"],
      ],
      [],
    );
    await plant.world.rpc("model.production.bom.input.write", [line?.id], { quantity: 7 });
    await trial.approve("ECO-0003");
    const after = await until(
      "ECO-0003 is planned again",
      async () => {
        const run = await trial.reaches("ECO-0003", "awaiting approval", "applied", "blocked");
        return run.planDigest === before.planDigest ? null : run;
      },
      undefined,
      PATIENCE_MS,
    );
    expect(after.state).toBe("awaiting approval");
    expect(sentences(await trial.planOf("ECO-0003"))).toContainEqual(expect.stringMatching(/SCR-M3-8.* 7 EA → 8 EA/));
    expect((await bomsOf("FX-211")).map(([, state]) => state)).toEqual(["in use"]);
    await trial.approve("ECO-0003");
    expect((await trial.reaches("ECO-0003", "applied", "blocked", "refused")).state).toBe("applied");
  });

  it("is applied once although the answer of every single write is lost", async () => {
    await trial.release("ECO-0002");
    await trial.reaches("ECO-0002", "awaiting approval");
    await trial.approve("ECO-0002");
    let cut = 0;
    await until(
      "ECO-0002 is applied",
      async () => {
        if (!proxy.calm()) cut += 1;
        proxy.cutAfterWrite(1);
        const { rows } = await trial.database.pool.query<{ state: string }>(
          "select state from runs where subject = $1",
          [subjectId("ECO-0002")],
        );
        return rows[0]?.state === "applied" ? true : null;
      },
      undefined,
      PATIENCE_MS,
    );
    proxy.calm();
    expect(cut).toBeGreaterThan(3);
    expect(await duplicates(plant.world)).toEqual([]);
    expect((await bomsOf("SMP-101")).map(([, state]) => state)).toEqual(["archived", "in use"]);
  });
});

function subjectId(change: string) {
  return subjectOf("change", change, PLANT).id;
}

/** Wakes the change as a person's "Look again" does, and waits for the end of the look. */
async function lookAgain(change: string): Promise<void> {
  const { database, lanes } = trial.hub;
  await database.transaction((tx) => lanes.wakeUp(tx, subjectId(change), { why: "look again", by: "ann.approver" }));
  await trial.reaches(change, "applied", "in step", "blocked", "awaiting approval");
}

function sentences(plan: ChangePlan): string[] {
  return planInWords(plan).flatMap((section) => section.sentences);
}

async function bomsOf(item: string): Promise<string[][]> {
  const found = await plant.world.search<{ name: string; active: boolean | number }>(
    "production.bom",
    [
      ["output_products.code", "=", item],
      ["active", "in", [true, false]],
    ],
    ["name", "active"],
  );
  return found.map(({ name, active }) => [name.replace(/ \([0-9a-f]{12}\)$/, ""), active ? "in use" : "archived"]);
}

async function componentsOf(production: string): Promise<(string | number)[][]> {
  const found = await plant.world.search<{ quantity: number; "product.": { code: ItemId } }>(
    "stock.move",
    [["production_input.number", "=", production]],
    ["quantity", "product", "product.code"],
  );
  return found.map((move) => [move["product."].code, move.quantity]);
}

async function notesAt(resource: string): Promise<string[]> {
  const found = await plant.world.search<{ message: string }>("ir.note", [["resource", "=", resource]], ["message"]);
  return found.map(({ message }) => message);
}
