import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startCascadia, type RunningCascadia } from "../../src/connectors/cascadia/harness.ts";
import { DEFAULT_ORDER_RULES } from "../../src/domain/orders/order-rules.ts";
import { jobOrderId } from "../../src/domain/job-order.ts";
import { releaseWithDeviation } from "../../src/flows/ask-of-orders.ts";
import { readShown } from "../../src/flows/shown-order.ts";
import { orderOf, type StoredOrder } from "../../src/store/orders.ts";
import { startTrialHub, type TrialHub } from "../kit/trial-hub.ts";
import { until } from "../kit/until.ts";
import { startB2mmlPeer, startOpcuaPeer, type OrderPeer } from "./order-peers.ts";
import {
  cancelOrder,
  changeQuantity,
  FRAME,
  makeProduct,
  planOrder,
  releaseOrder,
  reportAt,
  takeBack,
  type PlacedOrder,
} from "./order-plant.ts";
import { PLANT, startBareTrytonPlant, type TrytonPlant } from "./tryton-plant.ts";

/** Tryton answers in tens of milliseconds, and several requests make one look. */
const PATIENCE_MS = 60_000;

/** The same story over both, in each one's own words for where a job stands. */
describe.each([
  {
    over: `B2MML over MQTT, by ${process.env["HEDDLE_MOSQUITTO"] === undefined ? "aedes" : "Mosquitto"}`,
    startPeer: startB2mmlPeer,
    words: { ready: "Ready", waiting: "Waiting", running: "Running", interrupted: "Held", cancelled: "Cancelled" },
  },
  {
    over: "OPC UA Job Control, signed and encrypted",
    startPeer: startOpcuaPeer,
    words: {
      ready: "AllowedToStart",
      waiting: "NotAllowedToStart",
      running: "Running",
      interrupted: "Interrupted",
      cancelled: null,
    },
  },
])("a production order from Tryton, $over", ({ startPeer, words }) => {
  let cascadia: RunningCascadia;
  let plant: TrytonPlant;
  let peer: OrderPeer;
  let trial: TrialHub;

  beforeAll(async () => {
    plant = await startBareTrytonPlant();
    await makeProduct(plant, FRAME);
    peer = await startPeer();
    cascadia = await startCascadia();
    trial = await startTrialHub({
      rules: "examples/cascadia-tryton/rules.yaml",
      seed: false,
      plm: cascadia.connector,
      erp: plant.connector,
      mes: peer.connector,
      orders: DEFAULT_ORDER_RULES,
      patienceMs: PATIENCE_MS,
    });
  });
  afterAll(async () => {
    await trial.close();
    await cascadia.close();
    await plant.close();
    await peer.close();
  });

  const jobOf = ({ order }: PlacedOrder) => peer.job(jobOrderId(PLANT, order));

  async function released(quantity: number, item = "FRAME"): Promise<PlacedOrder> {
    const order = await planOrder(plant, item, quantity);
    await releaseOrder(plant, order);
    return order;
  }

  /** Polls both systems until the order stands there. */
  async function reaches({ order }: PlacedOrder, state: StoredOrder["state"]): Promise<StoredOrder> {
    await trial.watch();
    return trial.orderReaches(order, state);
  }

  /** What the planner reads at the order in Tryton, once the hub has told so. */
  async function reported(placed: PlacedOrder, state: string, version = 1): Promise<string> {
    const { order } = placed;
    await settled(`Tryton is told that version ${version} of ${order} is ${state}`, async () => {
      const row = await orderOf(trial.database.pool, PLANT, order);
      const told = JSON.parse(row?.reported ?? "{}") as { readonly state?: string; readonly version?: number };
      return told.state === state && told.version === version ? true : null;
    });
    const report = await reportAt(plant, placed);
    expect(report).toMatch(new RegExp(`^In the MES: ${state}\nMES ${peer.connector.system}, .*, version ${version}\n`));
    return report ?? "";
  }

  async function settled<T>(what: string, read: () => T | null | Promise<T | null>): Promise<T> {
    const check = async () => {
      await trial.watch();
      return read();
    };
    return until(what, check, undefined, PATIENCE_MS);
  }

  it("stays out of the MES until it is released", async () => {
    const order = await planOrder(plant, "FRAME", 5);
    await reaches(order, "not released");
    expect(jobOf(order)).toBeNull();
    expect(await reportAt(plant, order)).toBeNull();
  });

  it("becomes a job with its operations, work centers and components, and its planner sees the number", async () => {
    const order = await released(5);
    const row = await reaches(order, "dispatched");
    expect(row.reason).toBeNull();
    expect(jobOf(order)).toEqual({
      version: 1,
      state: words.ready,
      quantity: "5",
      operations: ["0010 @ LAS-1", "0020 @ ASM-1"],
      components: ["5 SHEET @ 0010", "20 SCREW @ 0020"],
    });
    const { mes } = readShown(row.shown);
    expect(mes).toMatchObject({ version: 1, state: "ready" });
    expect(await reported(order, "dispatched")).toContain(`, job ${mes?.number}, `);
  });

  it("follows its planner's new quantity as version 2 of the job", async () => {
    const order = await released(5);
    await reaches(order, "dispatched");
    await changeQuantity(plant, order, 7);
    await reported(order, "dispatched", 2);
    expect(jobOf(order)).toMatchObject({
      version: 2,
      state: words.ready,
      quantity: "7",
      components: ["7 SHEET @ 0010", "28 SCREW @ 0020"],
    });
    expect(await reaches(order, "dispatched")).toMatchObject({ acknowledged: 2, reason: null });
  });

  it("that its planner takes back to edit it waits in the MES, and goes on as it was edited", async () => {
    const order = await released(5);
    await reaches(order, "dispatched");
    await takeBack(plant, order);
    expect(await reaches(order, "held")).toMatchObject({ reason: "Its release was taken back in the ERP." });
    expect(jobOf(order)).toMatchObject({ version: 1, state: words.waiting });
    await changeQuantity(plant, order, 3);
    await releaseOrder(plant, order);
    await reported(order, "dispatched", 2);
    expect(jobOf(order)).toMatchObject({ version: 2, state: words.ready, quantity: "3" });
  });

  it("that has begun is stopped, and when the MES refuses the change, goes on as it was and says so", async () => {
    const order = await released(5);
    await reaches(order, "dispatched");
    peer.begin(jobOrderId(PLANT, order.order));
    await reported(order, "running");
    await changeQuantity(plant, order, 9);
    const row = await reaches(order, "refused");
    expect(row.reason).toContain("The MES refused version 2 and goes on by version 1: ");
    expect(jobOf(order)).toMatchObject({ version: 1, state: words.running, quantity: "5" });
    expect(await reported(order, "refused")).toContain(row.reason);
  });

  it("that is cancelled in Tryton is cancelled in the MES", async () => {
    const order = await released(5);
    await reaches(order, "dispatched");
    await cancelOrder(plant, order);
    const row = await reaches(order, "ended");
    expect(row.reason).toContain("cancelled");
    expect(jobOf(order)?.state ?? null).toBe(words.cancelled);
    await reported(order, "cancelled");
  });

  it("ends when its job is made, and its planner reads how many", async () => {
    const order = await released(5);
    await reaches(order, "dispatched");
    const id = jobOrderId(PLANT, order.order);
    peer.begin(id);
    peer.complete(id, "4", "1");
    const row = await reaches(order, "ended");
    expect(readShown(row.shown).mes).toMatchObject({ state: "completed", good: "4 EA", scrap: "1 EA" });
    await reported(order, "completed");
  });

  it("stops at the gate when a change supersedes its mBOM, and goes on by the new one", async () => {
    const { desk } = cascadia;
    const parts: Record<string, string> = {};
    for (const [name, partType] of [
      ["DRIVE", "Manufacture"],
      ["MOTOR", "Purchase"],
      ["BOLT", "Purchase"],
    ] as const)
      parts[name] = await desk.newPart(desk.numbered(name), { partType });
    const [drive, motor, bolt] = [parts["DRIVE"] ?? "", parts["MOTOR"] ?? "", parts["BOLT"] ?? ""];
    await desk.addLine(drive, motor, { quantity: "1", findNumber: 10 });
    await desk.addLine(drive, bolt, { quantity: "2", findNumber: 20 });
    await applied(await desk.released([drive, motor, bolt]));
    await plant.world.routing(desk.numbered("DRIVE"), [["0010 Assemble", "ASM-1"]]);

    const order = await released(10, desk.numbered("DRIVE"));
    await reaches(order, "dispatched");
    const componentsOf = (one: PlacedOrder) =>
      jobOf(one)?.components.map((line) => line.replace(desk.numbered(""), ""));
    expect(componentsOf(order)).toEqual(["10 MOTOR @ 0010", "20 BOLT @ 0010"]);
    const begun = await released(6, desk.numbered("DRIVE"));
    await reaches(begun, "dispatched");
    peer.begin(jobOrderId(PLANT, begun.order));
    await reported(begun, "running");

    const change = await desk.newChange("A third bolt");
    const [revised] = await desk.affect(change.id, "revise", [drive]);
    const parentItemId = revised?.workingCopyId ?? "";
    const thirdBolt = { parentItemId, childItemId: bolt, quantity: 3, findNumber: 20 };
    await desk.send("POST", `/change-orders/${change.id}/bom-changes`, thirdBolt);
    await desk.release(change.id);
    await trial.watch();
    await trial.reaches(change.number, "awaiting approval");
    expect((await reaches(order, "held")).reason).toContain(
      `${change.number} supersedes mBOM BOM-2 of ${desk.numbered("DRIVE")} and is released, but not in the ERP yet.`,
    );
    expect(jobOf(order)).toMatchObject({ version: 1, state: words.waiting });
    expect(await reported(order, "held")).toContain(change.number);
    const late = await released(4, desk.numbered("DRIVE"));
    await reaches(late, "held");
    expect(jobOf(late)).toBeNull();

    await applied(change.number);
    await reported(order, "dispatched", 2);
    expect(jobOf(order)).toMatchObject({ version: 2, state: words.ready });
    expect(componentsOf(order)).toEqual(["10 MOTOR @ 0010", "30 BOLT @ 0010"]);
    await reaches(late, "dispatched");
    expect(jobOf(late)).toMatchObject({ version: 1, state: words.ready });
    expect(componentsOf(late)).toEqual(["4 MOTOR @ 0010", "12 BOLT @ 0010"]);

    // Its MES does not take the third bolt any more: it does not go on with two unless a person says so.
    const stopped = await settled("the order that had begun is held by what the MES refused", async () => {
      const row = await reaches(begun, "held");
      return row.reason?.includes("The MES refused version 2 and has version 1") === true ? row : null;
    });
    expect(stopped.reason).toContain(`${change.number} has superseded mBOM BOM-2`);
    expect(jobOf(begun)).toMatchObject({ version: 1, state: words.interrupted });
    expect(componentsOf(begun)).toEqual(["6 MOTOR @ 0010", "12 BOLT @ 0010"]);
    expect(await reported(begun, "held")).toContain(stopped.reason);
    const leave = { plant: PLANT, order: begun.order, by: "quinn.quality", reason: "two bolts hold" };
    const at = new Date().toISOString();
    await trial.database.transaction((tx) =>
      releaseWithDeviation(tx, { ...leave, at }, { quantity: null, until: null }),
    );
    await reaches(begun, "refused");
    expect(jobOf(begun)).toMatchObject({ version: 1, state: words.running });
  });

  /** Approves the change, and again when an order moved between its plan and the approval. */
  async function applied(change: string): Promise<void> {
    await trial.watch();
    for (;;) {
      const { state } = await trial.reaches(change, "awaiting approval", "applied", "blocked", "refused");
      if (state !== "awaiting approval") return expect(state).toBe("applied");
      await trial.approve(change);
    }
  }
});
