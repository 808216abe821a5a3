import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startSandboxMes } from "../../../sandbox/mes/server.ts";
import type { JobOrderId, OperationId } from "../../domain/ids.ts";
import type { Job, JobComponent, JobOperation, JobOrder } from "../../domain/job-order.ts";
import { quantityText } from "../../domain/quantity.ts";
import { parseRational, rational } from "../../domain/rational.ts";
import type { IdempotencyKey, Jobs } from "../port.ts";
import { startSandbox, type RunningSandbox } from "../sandbox-harness.ts";
import { trialJob } from "../trial-records-harness.ts";

let sandbox: RunningSandbox;
let jobs: Jobs;
beforeAll(async () => {
  sandbox = await startSandbox("sandbox-mes", startSandboxMes);
  if (sandbox.connector.jobs === undefined) throw new Error("the sandbox MES has jobs");
  jobs = sandbox.connector.jobs;
  const rules = await sandbox.backDoor<object>("GET", "/_sandbox/shop");
  await sandbox.backDoor("PUT", "/_sandbox/shop", { ...rules, scrapPercent: 0, reworkPercent: 0 });
});
afterAll(async () => {
  await sandbox.close();
});

let tests = 0;
let job: JobOrder;
/** Each test has a job and keys of its own, and the shop to itself. */
beforeEach(async () => {
  tests += 1;
  job = trialJob(`MO-${tests}`);
  await advance(7 * 86_400);
});

const key = (name: string) => `key-${tests}-${name}` as IdempotencyKey;
const advance = (seconds: number) => sandbox.backDoor("POST", "/_sandbox/advance", { seconds });
const dispatch = () => jobs.dispatch.write(job, key("dispatch"));

async function held(id: JobOrderId = job.id): Promise<{ readonly value: Job; readonly version: string }> {
  const found = (await jobs.read([id])).get(id);
  if (found === undefined) throw new Error(`the MES does not have ${id}`);
  return found;
}

/** One more version, of the job as the MES holds it now. */
async function change(more: Partial<JobOrder>, version = 2) {
  const { version: expected } = await held();
  return await jobs.change.write({ value: { ...job, version, ...more }, expected }, key(`change-${version}`));
}

function withComponent(more: Partial<JobComponent>): Partial<JobOrder> {
  const [first, ...rest] = job.operations;
  const components = first!.components.map((component) => ({ ...component, ...more }));
  return { operations: [{ ...first!, components }, ...rest] };
}

function withOperation(more: Partial<JobOperation>): Partial<JobOrder> {
  const [first, ...rest] = job.operations;
  return { operations: [{ ...first!, ...more }, ...rest] };
}

describe("a job", () => {
  it("reaches the MES as it was meant", async () => {
    job = { ...job, start: "2036-03-02T06:00:00Z", ...withComponent({ lot: "L-7", supply: "push" }) };
    const { id } = await dispatch();
    expect(await sandbox.backDoor("GET", `/mes/v1/job-orders/${id}`)).toMatchObject({
      number: id,
      externalId: `1000:MO-${tests}`,
      plant: "1000",
      order: `MO-${tests}`,
      version: 1,
      itemCode: "SMP-101",
      revision: "A",
      quantity: "5",
      unit: "EA",
      start: "2036-03-02T06:00:00.000Z",
      bomNumber: "BOM-000004",
      routingNumber: "RTG-000002",
      operations: [
        { operation: "0010", workCenter: "LAS-1", setupSeconds: 900, runSeconds: 25 },
        { operation: "0020", workCenter: "BND-1" },
      ],
      components: [
        {
          line: "0010",
          operation: "0010",
          itemCode: "RAW-DC01-15",
          quantity: "1.06",
          unit: "KGM",
          supplyType: "PUSH",
          lot: "L-7",
        },
      ],
    });
  });

  it.each(["0.000001", "0.1", "1234567.000001"])("takes %s kg of a component to the MES exactly", async (kilograms) => {
    job = { ...job, ...withComponent({ required: { amount: parseRational(kilograms)!, unit: "KGM" } }) };
    const { id } = await dispatch();
    expect(await sandbox.backDoor("GET", `/mes/v1/job-orders/${id}`)).toMatchObject({
      components: [{ quantity: kilograms }],
    });
  });

  it("is read with how far it is", async () => {
    const { id } = await dispatch();
    expect((await held()).value).toEqual({
      id: job.id,
      number: id,
      version: 1,
      state: "ready",
      good: { amount: rational(0n), unit: "EA" },
      scrap: { amount: rational(0n), unit: "EA" },
      cancellation: null,
      refusal: null,
    });
    await advance(60);
    expect((await held()).value.state).toBe("running");
    await advance(7_200);
    const { state, good } = (await held()).value;
    expect([state, quantityText(good)]).toEqual(["completed", "5 EA"]);
  });

  it("is dispatched again without harm, and found however its figures were written", async () => {
    const first = await dispatch();
    expect(await jobs.dispatch.write(job, key("another"))).toEqual(first);
    expect(await jobs.dispatch.find({ ...job, start: null }, key("another"))).toEqual(first);
  });

  it("is not taken for another that was sent under its version", async () => {
    await dispatch();
    const other = { ...job, quantity: { amount: rational(6n), unit: "EA" } } as const;
    expect(await jobs.dispatch.find(other, key("other"))).toBeNull();
    await expect(jobs.dispatch.write(other, key("other"))).rejects.toMatchObject({
      kind: "rejected",
      at: { field: "version", cause: expect.stringContaining("VERSION_CONTENT") },
    });
  });

  it("that is late finds the later version in its place", async () => {
    await dispatch();
    const later = await change({ priority: 3 });
    expect(await jobs.dispatch.find(job, key("dispatch"))).toEqual(later);
    await expect(dispatch()).rejects.toMatchObject({ kind: "version conflict" });
    expect((await held()).value.version).toBe(2);
  });

  it.each([
    ["operations[0].workCenter", "WORK_CENTER_UNKNOWN", () => withOperation({ workCenter: "LAS-9" as never })],
    [
      "components[0].unit",
      "UNIT_UNKNOWN",
      () => withComponent({ required: { amount: rational(1n), unit: "PCS" as never } }),
    ],
    ["operations", "OPERATIONS_MISSING", () => ({ operations: [] })],
    ["quantity", "QUANTITY_INVALID", () => ({ quantity: { amount: rational(1n, 2n), unit: "EA" } as const })],
  ])("with a bad %s is refused by that name", async (field, code, wrong) => {
    job = { ...job, ...wrong() };
    await expect(dispatch()).rejects.toMatchObject({
      kind: "rejected",
      at: { system: "sandbox-mes", object: job.id, field, cause: expect.stringContaining(code) },
    });
    expect((await jobs.read([job.id])).size).toBe(0);
  });

  it("says what the MES has no place for", () => {
    expect(jobs.cannotHold(job)).toEqual([]);
    const third = { amount: rational(1n, 3n), unit: "KGM" } as const;
    const [first] = withComponent({ required: third }).operations ?? [];
    const losses = jobs.cannotHold({
      ...job,
      quantity: { amount: rational(5n, 2n), unit: "EA" },
      operations: [{ ...first!, operation: "OPERATION-0010" as OperationId }],
    });
    expect(losses).toEqual([
      `The MES makes whole pieces, up to 10000 in a job; job ${job.id} is for 2.5 EA.`,
      `The MES keeps 10 characters of an operation's number; job ${job.id} has OPERATION-0010.`,
      `Component RAW-DC01-15 of line 0010 of job ${job.id} needs 1/3 KGM, which 6 decimals do not write; round it.`,
    ]);
  });
});

describe("a job that has begun", () => {
  beforeEach(async () => {
    await dispatch();
    await advance(930); // the second piece is being cut
  });

  it("is not changed, and says so in the MES's words", async () => {
    await expect(change({ priority: 9 })).rejects.toMatchObject({
      kind: "rejected",
      at: { cause: expect.stringContaining("is running; hold it") },
    });
    expect((await held()).value).toMatchObject({ version: 1, refusal: expect.stringContaining("hold it") });
  });

  it("is changed while it is held in what is not begun, and goes on", async () => {
    const { version: expected } = await held();
    await jobs.hold.write({ job: job.id, reason: "ECO-0002", expected }, key("hold"));
    expect((await held()).value.state).toBe("interrupted");
    await expect(change(withOperation({ runSeconds: 1 }))).rejects.toMatchObject({
      kind: "rejected",
      at: { field: "operations[0]" },
    });
    await change({ quantity: { amount: rational(3n), unit: "EA" } });
    const now = await held();
    expect(now.value).toMatchObject({ version: 2, refusal: null });

    await jobs.release.write({ job: job.id, expected: now.version }, key("release"));
    await advance(7_200);
    const { state, good } = (await held()).value;
    expect([state, quantityText(good)]).toEqual(["completed", "3 EA"]);
  });

  it("is held by who saw it before some more pieces were made", async () => {
    const { version: expected } = await held();
    await advance(30);
    const { id } = await jobs.hold.write({ job: job.id, reason: "ECO-0002", expected }, key("hold"));
    expect(id).toBe((await held()).value.number);
  });
});

describe("cancelling", () => {
  it("asks, and is answered later", async () => {
    job = { ...job, start: "2046-01-01T00:00:00Z" };
    await dispatch();
    const { cursor } = await last();
    await jobs.cancel.write({ job: job.id, reason: "not needed" }, key("cancel"));
    expect((await held()).value).toMatchObject({ state: "ready", cancellation: "asked" });
    await advance(120);
    expect((await held()).value).toMatchObject({ state: "cancelled", cancellation: "done", refusal: null });
    expect((await jobs.changedSince(cursor)).ids).toEqual([job.id]);
  });

  it.each([
    ["partly done", 1_000, "aborted"],
    ["too late", 7_200, "completed"],
  ])("is %s after %i s of work", async (cancellation, seconds, state) => {
    await dispatch();
    await advance(seconds);
    await jobs.cancel.write({ job: job.id, reason: "not needed" }, key("cancel"));
    await advance(120);
    expect((await held()).value).toMatchObject({ state, cancellation });
  });

  it("what the MES does not have is not found", async () => {
    const cancel = { job: "1000:GHOST" as JobOrderId, reason: "not needed" };
    expect(await jobs.cancel.find(cancel, key("cancel"))).toBeNull();
    await expect(jobs.cancel.write(cancel, key("cancel"))).rejects.toMatchObject({ kind: "not found" });
  });
});

it("reads more jobs than one request may name", async () => {
  await dispatch();
  const ghosts = Array.from({ length: 250 }, (_, at) => `1000:GHOST-${at}` as JobOrderId);
  expect([...(await jobs.read([...ghosts, job.id, job.id])).keys()]).toEqual([job.id]);
});

describe("a webhook", () => {
  it.each([
    ["job.received", { kind: "job", id: "1000:MO-1" }],
    ["job.state-changed", { kind: "job", id: "1000:MO-1" }],
    ["events.recorded", { kind: "shop events" }],
  ])("%s says to look at %j", (type, hint) => {
    const data = type === "events.recorded" ? { events: [] } : { number: "JOB-1", externalId: "1000:MO-1", version: 2 };
    const { webhooks } = sandbox.connector;
    expect(webhooks?.subjects({ type, timestamp: "2026-02-02T09:12:44.120Z", data })).toEqual([hint]);
  });

  it.each([[null], [{ type: "job.received", data: {} }], [{ type: "order.released", data: { externalId: "x" } }]])(
    "of another shape is refused: %j",
    (body) => {
      expect(() => sandbox.connector.webhooks?.subjects(body)).toThrow(
        expect.objectContaining({ kind: "contract broken" }) as Error,
      );
    },
  );
});

/** Where the list of changes ends now. */
async function last() {
  let page = await jobs.changedSince(null);
  while (page.more) page = await jobs.changedSince(page.cursor);
  return page;
}
