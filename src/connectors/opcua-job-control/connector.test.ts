import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { JobOrderId } from "../../domain/ids.ts";
import type { Job, JobComponent, JobOrder } from "../../domain/job-order.ts";
import { quantityText } from "../../domain/quantity.ts";
import { rational } from "../../domain/rational.ts";
import type { Cursor, IdempotencyKey, Jobs } from "../port.ts";
import { trialJob } from "../trial-records-harness.ts";
import { startTrusted, storedOrder, type RunningJobControl } from "./harness.ts";
import type { ShopFloor } from "./shop-floor-harness.ts";

let running: RunningJobControl;
let jobs: Jobs;
let floor: ShopFloor;
beforeAll(async () => {
  running = await startTrusted();
  ({ jobs, floor } = running);
});
afterAll(async () => {
  await running.close();
});

let tests = 0;
let job: JobOrder;
/** Each test has a job and keys of its own. */
beforeEach(() => {
  tests += 1;
  job = trialJob(`MO-${tests}`);
});

const server = () => running.server();
const key = (name: string) => `key-${tests}-${name}` as IdempotencyKey;
const dispatch = () => jobs.dispatch.write(job, key("dispatch"));

async function held(
  of: Jobs = jobs,
  id: JobOrderId = job.id,
): Promise<{ readonly value: Job; readonly version: string }> {
  const found = (await of.read([id])).get(id);
  if (found === undefined) throw new Error(`the server does not have ${id}`);
  return found;
}

async function change(more: Partial<JobOrder>, version = 2) {
  const { version: expected } = await held();
  return await jobs.change.write({ value: { ...job, version, ...more }, expected }, key(`change-${version}`));
}

function withComponent(more: Partial<JobComponent>): Partial<JobOrder> {
  const [first, ...rest] = job.operations;
  return { operations: [{ ...first!, components: first!.components.map((one) => ({ ...one, ...more })) }, ...rest] };
}

/** Every id that moved since, and where the list ends now. */
async function moved(since: Cursor, of: Jobs = jobs) {
  const ids = new Set<JobOrderId>();
  let page = await of.changedSince(since);
  for (; ; page = await of.changedSince(page.cursor)) {
    for (const id of page.ids) ids.add(id);
    if (!page.more) return { ids, cursor: page.cursor };
  }
}

/** A job ends, and the server forgets it, before anybody polls; still it is known. */
async function endsUnseen(): Promise<void> {
  await dispatch();
  const { cursor } = await moved(null);
  floor.begin(job.id);
  floor.made(job.id, 5, 0);
  floor.end(job.id);
  floor.act("Clear", job.id);
  expect(floor.job(job.id)).toBeUndefined();
  await vi.waitFor(async () => expect((await jobs.read([job.id])).size).toBe(1), { timeout: 60_000 });
  const { state, good } = (await held()).value;
  expect([state, quantityText(good)]).toEqual(["completed", "5 EA"]);
  expect((await moved(cursor)).ids).toContain(job.id);
}

describe("a job", () => {
  it("reaches the server as it was meant", async () => {
    job = { ...job, priority: 7, start: "2036-03-02T06:00:00Z", ...withComponent({ lot: "L-7", supply: "push" }) };
    await dispatch();
    expect(JSON.parse(JSON.stringify(floor.job(job.id)?.order))).toMatchObject({
      jobOrderID: job.id,
      description: [{ text: "Motor bracket" }],
      priority: 7,
      startTime: "2036-03-02T06:00:00.000Z",
      workMasterID: [
        {
          ID: "0010",
          description: { text: "Laser cut" },
          parameters: [
            { ID: "SetupTime", value: { dataType: "Double", value: 900 }, engineeringUnits: { unitId: 0x534543 } },
            { ID: "RunTimePerUnit", value: { dataType: "Double", value: 25 } },
          ],
        },
        { ID: "0020" },
      ],
      jobOrderParameters: [
        { ID: "HeddleVersion", value: { dataType: "UInt32", value: 1 } },
        { ID: "Plant", value: { value: "1000" } },
        { ID: "ProductionOrder", value: { value: `MO-${tests}` } },
        { ID: "OrderType", value: { value: "standard" } },
        { ID: "Bom", value: { value: "BOM-000004" } },
        { ID: "Routing", value: { value: "RTG-000002" } },
      ],
      equipmentRequirements: [
        { ID: "LAS-1", equipmentUse: "0010" },
        { ID: "BND-1", equipmentUse: "0020" },
      ],
      materialRequirements: [
        {
          materialDefinitionID: "SMP-101",
          materialUse: "material produced",
          quantity: "5",
          engineeringUnits: { namespaceUri: "http://www.opcfoundation.org/UA/units/un/cefact", unitId: 0x4541 },
          properties: [{ ID: "Revision", value: { value: "A" } }],
        },
        {
          materialDefinitionID: "RAW-DC01-15",
          materialLotID: "L-7",
          materialUse: "material consumed",
          quantity: "1.06",
          engineeringUnits: { unitId: 0x4b474d },
          properties: [
            { ID: "Line", value: { value: "0010" } },
            { ID: "Operation", value: { value: "0010" } },
            { ID: "SupplyType", value: { value: "push" } },
          ],
        },
      ],
    });
  });

  it("is read with how far it is", async () => {
    await dispatch();
    expect((await held()).value).toEqual({
      id: job.id,
      number: job.id,
      version: 1,
      state: "ready",
      good: { amount: rational(0n), unit: "EA" },
      scrap: { amount: rational(0n), unit: "EA" },
      cancellation: null,
      refusal: null,
    });
    floor.begin(job.id);
    floor.made(job.id, 4, 1);
    const { state, good, scrap } = (await held()).value;
    expect([state, quantityText(good), quantityText(scrap)]).toEqual(["running", "4 EA", "1 EA"]);
  });

  it("that made more pieces is told by polling", async () => {
    await dispatch();
    floor.begin(job.id);
    const { cursor } = await moved(null);
    floor.made(job.id, 1, 0);
    expect([...(await moved(cursor)).ids]).toEqual([job.id]);
  });

  it("is not taken for another that was sent under its version", async () => {
    await dispatch();
    const other = { ...job, quantity: { amount: rational(6n), unit: "EA" } } as const;
    expect(await jobs.dispatch.find(other, key("other"))).toBeNull();
    await expect(jobs.dispatch.write(other, key("other"))).rejects.toMatchObject({
      kind: "rejected",
      at: { field: "HeddleVersion", cause: expect.stringContaining("other content") },
    });
  });

  it("that is late finds the later version in its place", async () => {
    await dispatch();
    const later = await change({ priority: 3 });
    expect(later).toEqual({ id: job.id, version: (await held()).version });
    expect(await jobs.dispatch.find(job, key("dispatch"))).toEqual(later);
    expect(await dispatch()).toEqual(later);
    expect((await held()).value.version).toBe(2);
  });

  it("of another client is left alone", async () => {
    const theirs = `THEIRS-${tests}` as JobOrderId;
    floor.put({ ...storedOrder(theirs), jobOrderParameters: [] });
    expect((await moved(null)).ids).not.toContain(theirs);
    expect((await jobs.read([theirs])).size).toBe(0);
  });

  it.each([
    [
      "HeddleVersion",
      '"first"',
      { jobOrderParameters: [{ ID: "HeddleVersion", value: { dataType: "String", value: "first" } }] },
    ],
    ["MaterialRequirements.EngineeringUnits", "none", { materialRequirements: [] }],
  ])("with a bad %s is named by it, and the others are read", async (field, found, wrong) => {
    await dispatch();
    const bad = `1000:BAD-${tests}` as JobOrderId;
    floor.put({ ...storedOrder(bad), ...wrong });
    await expect(jobs.read([bad])).rejects.toMatchObject({
      kind: "rejected",
      at: { system: "opcua-job-control", object: `job ${bad}`, field, cause: expect.stringContaining(found) },
    });
    expect((await held()).value.state).toBe("ready");
    floor.act("Cancel", bad);
  });

  it("says what there is no place for", () => {
    expect(jobs.cannotHold(job)).toEqual([]);
    const third = { amount: rational(1n, 3n), unit: "KGM" } as const;
    expect(jobs.cannotHold({ ...job, priority: 40_000, ...withComponent({ required: third }) })).toEqual([
      `Priorities go up to 32767; job ${job.id} has 40000.`,
      `Job ${job.id} has 1/3 KGM, which no decimal number writes; round it.`,
    ]);
  });

  it("with a figure that no decimal writes is refused before it is sent", async () => {
    job = { ...job, ...withComponent({ required: { amount: rational(1n, 3n), unit: "KGM" } }) };
    await expect(dispatch()).rejects.toMatchObject({
      kind: "rejected",
      at: { object: `job ${job.id}`, field: "quantity of component line 0010" },
    });
    expect(floor.job(job.id)).toBeUndefined();
  });

  it("that is only stored waits until it is released", async () => {
    const storing = running.connect({ dispatchBy: "Store" }).jobs!;
    const { version } = await storing.dispatch.write(job, key("dispatch"));
    expect(await held()).toMatchObject({ value: { state: "waiting" }, version });
    await storing.release.write({ job: job.id, expected: version ?? "" }, key("release"));
    expect(floor.job(job.id)?.state).toBe("AllowedToStart");
  });
});

describe("a job that has begun", () => {
  beforeEach(async () => {
    await dispatch();
    floor.begin(job.id);
  });

  it("is not changed, and says so in the server's words", async () => {
    await expect(change({ priority: 9 })).rejects.toMatchObject({
      kind: "rejected",
      at: { object: job.id, field: "State", cause: expect.stringContaining("(ReturnStatus 8)") },
    });
    expect((await held()).value).toMatchObject({
      version: 1,
      refusal: expect.stringContaining("the job order's state does not allow it"),
    });
  });

  it("is paused, and goes on", async () => {
    const { version } = await held();
    const paused = await jobs.hold.write({ job: job.id, reason: "ECO-0002", expected: version }, key("hold"));
    expect(await held()).toMatchObject({ value: { state: "interrupted" }, version: paused.version });
    expect(server().comments()).toEqual(expect.arrayContaining(["ECO-0002", key("hold")]));

    await jobs.release.write({ job: job.id, expected: paused.version ?? "" }, key("release"));
    expect(floor.job(job.id)?.state).toBe("Running");
  });

  it("is cancelled too late", async () => {
    await jobs.cancel.write({ job: job.id, reason: "not needed" }, key("cancel"));
    expect((await held()).value).toMatchObject({ state: "running", cancellation: "too late" });
  });

  it("is aborted where that is allowed", async () => {
    const aborting = running.connect({ abortRunning: true }).jobs!;
    const { version } = await aborting.cancel.write({ job: job.id, reason: "not needed" }, key("cancel"));
    const now = await held(aborting);
    expect(now).toMatchObject({ value: { state: "aborted", cancellation: "partly done" }, version });
    expect(await aborting.cancel.find({ job: job.id, reason: "not needed" }, key("cancel"))).not.toBeNull();
  });
});

describe("cancelling", () => {
  it("takes a job away that has not begun", async () => {
    await dispatch();
    const { cursor } = await moved(null);
    await jobs.cancel.write({ job: job.id, reason: "not needed" }, key("cancel"));
    expect(floor.job(job.id)).toBeUndefined();
    expect((await held()).value).toMatchObject({ state: "cancelled", cancellation: "done" });
    expect([...(await moved(cursor)).ids]).toEqual([job.id]);
  });

  it("makes room for the same order to be dispatched again", async () => {
    await dispatch();
    await jobs.cancel.write({ job: job.id, reason: "not needed" }, key("cancel"));
    await dispatch();
    expect((await held()).value).toMatchObject({ state: "ready", cancellation: null });
  });

  it("what the server does not have is not found", async () => {
    const cancel = { job: "1000:GHOST" as JobOrderId, reason: "not needed" };
    await expect(jobs.cancel.write(cancel, key("cancel"))).rejects.toMatchObject({
      kind: "not found",
      at: { field: "JobOrderID" },
    });
  });
});

describe("the subscription", () => {
  it("tells the end of a job that the server forgets at once", endsUnseen);

  it("goes on after the connection broke", async () => {
    running.proxy.cut();
    await running.connector.check();
    await endsUnseen();
  });

  it("goes on after the server was started again, with its jobs", async () => {
    await dispatch();
    const before = await held();
    await running.restart();
    expect(await held()).toEqual(before);
    expect(running.connector.status().state).toBe("up");
    job = trialJob(`MO-${tests}-again`);
    await endsUnseen();
  });
});

it("tells the server's version and clock", async () => {
  const { version, now } = await running.connector.describe!();
  expect(version).toMatch(/^\d+\.\d+/);
  expect(Math.abs(Date.parse(now ?? "") - Date.now())).toBeLessThan(10_000);
});

it("ends its session when it is closed, and makes a new one when it is used again", async () => {
  const before = server().sessionCount();
  const { check, close } = running.connect();
  await check();
  expect(server().sessionCount()).toBe(before + 1);
  await close!();
  expect(server().sessionCount()).toBe(before);
  await check();
  expect(server().sessionCount()).toBe(before + 1);
});

it("makes a session anew that the server ended", async () => {
  await dispatch();
  const before = await held();
  server().endSessions();
  expect(await held()).toEqual(before);
  await endsUnseen();
});

it("sends no write later that could not be sent at once", async () => {
  const { jobs: hasty, ...connector } = running.connect({ timeoutMs: 1_000 });
  await connector.check();
  await running.proxy.stop();
  try {
    await expect(connector.check()).rejects.toMatchObject({ kind: "unreachable" });
    await expect(hasty!.dispatch.write(job, key("dispatch"))).rejects.toMatchObject({ kind: "unreachable" });
  } finally {
    await running.proxy.start();
  }
  await vi.waitFor(() => connector.check(), { timeout: 60_000 });
  expect(floor.job(job.id)).toBeUndefined();
  await hasty!.dispatch.write(job, key("dispatch"));
  expect(floor.timesDone("StoreAndStart", job.id)).toBe(1);
});

it("watches the list of a server that raises no events", async () => {
  const silent = await startTrusted(false);
  try {
    const { cursor } = await moved(null, silent.jobs);
    silent.floor.put(storedOrder(job.id));
    expect([...(await moved(cursor, silent.jobs)).ids]).toEqual([job.id]);
  } finally {
    await silent.close();
  }
});

describe("trust", () => {
  it("is not given to a server whose certificate is not in the folder", async () => {
    const stranger = running.connect({ pkiFolder: join(running.folder, "stranger") });
    await expect(stranger.check()).rejects.toMatchObject({
      kind: "access denied",
      at: { system: "opcua-job-control", cause: expect.stringContaining("BadCertificateUntrusted") },
    });
  });

  it("is not had from a server that does not know Heddle's certificate", async () => {
    const pkiFolder = join(running.folder, "unknown-to-server");
    await mkdir(join(pkiFolder, "trusted", "certs"), { recursive: true });
    await copyFile(server().certificateFile, join(pkiFolder, "trusted", "certs", "server.pem"));
    await expect(running.connect({ pkiFolder }).check()).rejects.toMatchObject({ kind: "access denied" });
  });

  it("holds as soon as both certificates were accepted, without a restart", async () => {
    const pkiFolder = join(running.folder, "newcomer");
    const newcomer = running.connect({ pkiFolder });
    await expect(newcomer.check()).rejects.toMatchObject({ kind: "access denied" });
    await running.introduce(pkiFolder);
    await newcomer.check();
    expect(newcomer.status().state).toBe("up");
  });

  it("does not go without encryption where the server asks for it", async () => {
    const open = running.connect({ securityMode: "None", securityPolicy: "None" });
    await expect(open.check()).rejects.toMatchObject({
      kind: "contract broken",
      at: { cause: expect.stringContaining("securityMode = None") },
    });
  });

  it("is not given to an address that the server does not name as its own", async () => {
    const elsewhere = { url: `opc.tcp://127.0.0.1:${running.proxy.port}/elsewhere` };
    await expect(running.connect(elsewhere).check()).rejects.toMatchObject({ kind: "contract broken" });
    await running.connect({ ...elsewhere, checkEndpoint: false }).check();
  });
});

it("says that an object is no job order receiver", async () => {
  const wrong = running.connect({ receiver: "i=85" });
  await expect(wrong.check()).rejects.toMatchObject({
    kind: "contract broken",
    at: { cause: expect.stringContaining("i=85 is not a job order receiver") },
  });
});

it("finds its objects by the namespace's address", async () => {
  const found = running.connect({ receiver: "nsu=urn:nobody;s=JobOrderReceiver" });
  await expect(found.check()).rejects.toMatchObject({ at: { cause: expect.stringContaining("urn:nobody") } });
});
