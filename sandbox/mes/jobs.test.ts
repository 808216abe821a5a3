import { expect, it } from "vitest";
import { match, trial, type Client } from "../http/trial.ts";
import { startSandboxMes } from "./server.ts";

const JOBS = "/mes/v1/job-orders";
const ID = "1000:MO-5002";
const ASSEMBLE = { operation: "0010", name: "Assemble", workCenter: "ASM-1", setupSeconds: 600, runSeconds: 400 };
const TEST = { operation: "0020", name: "Test", workCenter: "TST-1", setupSeconds: 100, runSeconds: 90 };
const MOTOR = { line: "0010", operation: "0010", itemCode: "MOT-024", quantity: "4", unit: "EA", supplyType: "PUSH" };

const JOB = {
  externalId: ID,
  plant: "1000",
  order: "MO-5002",
  version: 1,
  itemCode: "FX-210",
  name: "Blower module",
  quantity: "4",
  unit: "EA",
  priority: 0,
  operations: [ASSEMBLE, TEST],
  components: [MOTOR],
};

async function shop(): Promise<Client> {
  const { client } = await trial(startSandboxMes, { seed: true, clock: "2026-03-02T05:00:00.000Z" });
  const rules = (await client("GET", "/_sandbox/shop")).body;
  await client("PUT", "/_sandbox/shop", { ...rules, scrapPercent: 0, reworkPercent: 0 });
  return client;
}

const send = (client: Client, more: object = {}) => client("POST", JOBS, { ...JOB, ...more });
const read = async (client: Client) => (await client("GET", `${JOBS}/${ID}`)).body;
const advance = (client: Client, seconds: number) => client("POST", "/_sandbox/advance", { seconds });
/** With the version that the job has now. */
const act = async (client: Client, action: string, body: object = {}) =>
  client("POST", `${JOBS}/${ID}/${action}`, body, match((await read(client)).etag));
const change = async (client: Client, more: object) =>
  client("PUT", `${JOBS}/${ID}`, { ...JOB, version: 2, ...more }, match((await read(client)).etag));
const refusal = ({ status, body }: { status: number; body: { error: { code: string; field: string | null } } }) => [
  status,
  body.error.code,
  body.error.field,
];

it("numbers a job itself and finds it by the number and by the id that it came with", async () => {
  const client = await shop();
  const { status, body } = await send(client, { quantity: "4.0", start: "2026-03-02T07:00:00+01:00" });
  expect([status, body.number, body.state]).toEqual([201, "JOB-000001", "ALLOWED_TO_START"]);
  expect([body.quantity, body.start, body.revision]).toEqual(["4", "2026-03-02T06:00:00.000Z", null]);
  expect((await client("GET", `${JOBS}/JOB-000001`)).body).toEqual(await read(client));
  const { value } = (await client("GET", `${JOBS}?externalId=${ID}&externalId=other`)).body;
  expect(value).toEqual([expect.not.objectContaining({ operations: expect.anything() })]);
  expect((await client("GET", `${JOBS}/JOB-9`)).status).toBe(404);
});

it.each([
  ["PLANT_UNKNOWN", "plant", { plant: "3000" }],
  ["UNIT_UNKNOWN", "unit", { unit: "PCS" }],
  ["UNIT_INCOMPATIBLE", "unit", { unit: "KGM" }],
  ["QUANTITY_INVALID", "quantity", { quantity: "4.5" }],
  ["QUANTITY_INVALID", "quantity", { quantity: "0" }],
  ["DATE_INVALID", "start", { start: "2026-03-02" }],
  ["DATE_INVALID", "end", { start: "2026-03-02T06:00:00Z", end: "2026-03-02T05:00:00Z" }],
  ["OPERATIONS_MISSING", "operations", { operations: [], components: [] }],
  ["OPERATION_DUPLICATE", "operations[1].operation", { operations: [ASSEMBLE, ASSEMBLE] }],
  ["WORK_CENTER_MISSING", "operations[1].workCenter", { operations: [ASSEMBLE, { ...TEST, workCenter: null }] }],
  ["WORK_CENTER_UNKNOWN", "operations[0].workCenter", { operations: [{ ...ASSEMBLE, workCenter: "ASM-9" }] }],
  ["OPERATION_MISSING", "components[0].operation", { components: [{ ...MOTOR, operation: null }] }],
  ["OPERATION_UNKNOWN", "components[1].operation", { components: [MOTOR, { ...MOTOR, operation: "0099" }] }],
  ["UNIT_UNKNOWN", "components[0].unit", { components: [{ ...MOTOR, unit: "FURLONG" }] }],
  ["QUANTITY_INVALID", "components[0].quantity", { components: [{ ...MOTOR, quantity: "-1" }] }],
])("refuses a job with %s at %s", async (code, field, wrong) => {
  const client = await shop();
  expect(refusal(await send(client, wrong))).toEqual([422, code, field]);
  expect((await client("GET", JOBS)).body.value).toEqual([]);
});

it("takes a version again that says the same, and no other under its number", async () => {
  const client = await shop();
  const first = await send(client);
  const again = await send(client, { quantity: "4.00" });
  expect([again.status, again.body]).toEqual([200, first.body]);
  expect(refusal(await send(client, { quantity: "5" }))).toEqual([409, "VERSION_CONTENT", "version"]);
  expect(refusal(await send(client, { version: 2 }))).toEqual([409, "JOB_EXISTS", "externalId"]);

  expect((await change(client, { quantity: "5" })).body).toMatchObject({ version: 2, quantity: "5" });
  expect(refusal(await send(client))).toEqual([409, "VERSION_OLD", "version"]);
  expect(refusal(await change(client, { version: 1 }))).toEqual([409, "VERSION_OLD", "version"]);
  expect((await change(client, { quantity: "5" })).body).toEqual(await read(client));
});

it("replaces what a job says as long as it has not begun, for who has seen it as it is", async () => {
  const client = await shop();
  const { etag } = (await send(client)).body;
  const wanted = { ...JOB, version: 2, operations: [TEST], components: [], quantity: "7" };
  expect((await client("PUT", `${JOBS}/${ID}`, wanted)).status).toBe(428);
  await act(client, "hold", { reason: "design changes" });
  expect((await client("PUT", `${JOBS}/${ID}`, wanted, match(etag))).status).toBe(412);

  const { body } = await change(client, wanted);
  expect(body).toMatchObject({ ...wanted, state: "NOT_ALLOWED_TO_START" });
  expect(refusal(await change(client, { version: 3, order: "MO-1" }))).toEqual([409, "FIELD_FIXED", "order"]);
});

it("holds a job that has not begun, and lets it start", async () => {
  const client = await shop();
  await send(client);
  const held = await act(client, "hold", { reason: "design changes" });
  expect(held.body).toMatchObject({ state: "NOT_ALLOWED_TO_START", holdReason: "design changes" });
  expect(refusal(await act(client, "hold", { reason: "again" }))).toEqual([409, "JOB_ON_HOLD", null]);
  await advance(client, 3600);
  expect((await read(client)).state).toBe("NOT_ALLOWED_TO_START");

  expect((await act(client, "release")).body).toMatchObject({ state: "ALLOWED_TO_START", holdReason: null });
  expect(refusal(await act(client, "release"))).toEqual([409, "JOB_NOT_ON_HOLD", null]);
  await advance(client, 1);
  expect((await read(client)).state).toBe("RUNNING");
});

it("keeps its ETag while pieces are made, so that a running job can be held", async () => {
  const client = await shop();
  await send(client);
  await advance(client, 1);
  const { etag, sequence } = await read(client);
  await advance(client, 1500);
  const later = await read(client);
  expect([later.etag, later.progress[0].good]).toEqual([etag, 2]);
  expect(later.sequence).toBeGreaterThan(sequence);
  const held = await client("POST", `${JOBS}/${ID}/hold`, { reason: "x" }, match(etag));
  expect(held.body.state).toBe("INTERRUPTED");
});

it("refuses to change a running job, and keeps why", async () => {
  const client = await shop();
  await send(client);
  await advance(client, 1);
  expect(refusal(await change(client, { quantity: "5" }))).toEqual([409, "JOB_RUNNING", null]);
  expect((await read(client)).refusal).toBe("JOB-000001 is running; hold it before it is changed");
});

it("changes of an interrupted job what is not begun", async () => {
  const client = await shop();
  await send(client);
  await advance(client, 1500); // two pieces assembled, the third at work
  await act(client, "hold", { reason: "design changes" });

  const begun = (operations: object[], more: object = {}) => change(client, { operations, ...more });
  expect(refusal(await begun([{ ...ASSEMBLE, runSeconds: 1 }, TEST]))).toEqual([409, "JOB_BEGUN", "operations[0]"]);
  expect(refusal(await begun([ASSEMBLE], { quantity: "2" }))).toEqual([409, "JOB_BEGUN", "quantity"]);
  const other = [{ ...MOTOR, itemCode: "MOT-026" }];
  expect(refusal(await begun([ASSEMBLE], { components: other }))).toEqual([409, "JOB_BEGUN", "components"]);
  expect((await read(client)).refusal).toContain("material of operation 0010 is used already");

  const pack = { ...TEST, operation: "0030", name: "Pack", workCenter: "PCK-1" };
  const components = [{ ...MOTOR, quantity: "6" }];
  const { body } = await begun([ASSEMBLE, pack], { quantity: "6", components });
  expect(body).toMatchObject({ version: 2, quantity: "6", state: "INTERRUPTED", refusal: null });

  await act(client, "release");
  await advance(client, 20_000);
  const done = await read(client);
  expect(done).toMatchObject({ state: "ENDED", good: "6" });
  expect(done.progress.map(({ operation, good }: never) => [operation, good])).toEqual([
    ["0010", 6],
    ["0030", 6],
  ]);
  expect(refusal(await change(client, { version: 3 }))).toEqual([409, "JOB_ENDED", null]);
});

it("keeps the quantity once all pieces are through an operation, and needs one that is left", async () => {
  const client = await shop();
  await send(client);
  await send(client, { externalId: "1000:MO-1", order: "MO-1", priority: 9, operations: [TEST], components: [] });
  await send(client, { externalId: "1000:MO-2", order: "MO-2", priority: 9, operations: [TEST], components: [] });
  for (const other of ["1000:MO-1", "1000:MO-2"]) {
    const { body } = await client(
      "PUT",
      `${JOBS}/${other}`,
      {
        ...JOB,
        externalId: other,
        order: other.slice(5),
        version: 2,
        priority: 9,
        quantity: "1000",
        operations: [TEST],
        components: [],
      },
      match("v1"),
    );
    expect(body.quantity).toBe("1000");
  }
  await advance(client, 4000); // assembled, and both test benches are busy for a day
  expect((await read(client)).progress).toMatchObject([{ operation: "0010", good: 4, endedAt: expect.any(String) }]);
  await act(client, "hold", { reason: "design changes" });
  expect(refusal(await change(client, { quantity: "5" }))).toEqual([409, "JOB_BEGUN", "quantity"]);
  expect(refusal(await change(client, { operations: [ASSEMBLE] }))).toEqual([409, "JOB_BEGUN", "operations"]);
  expect((await change(client, { operations: [ASSEMBLE, { ...TEST, runSeconds: 30 }] })).status).toBe(200);
});

it.each([
  ["not begun", 0, { state: "CANCELLED", answer: "DONE", good: "0", scrap: "0" }],
  ["with three of four pieces begun", 1500, { state: "ABORTED", answer: "PARTLY_DONE", good: "0", scrap: "3" }],
  ["with one piece tested", 2400, { state: "ABORTED", answer: "PARTLY_DONE", good: "1", scrap: "3" }],
  ["with its last piece at work", 2580, { state: "RUNNING", answer: "TOO_LATE", good: "3", scrap: "0" }],
  ["that has ended", 3600, { state: "ENDED", answer: "TOO_LATE", good: "4", scrap: "0" }],
])("answers to cancelling a job %s after a while", async (_name, seconds, expected) => {
  const client = await shop();
  await send(client, seconds === 0 ? { start: "2026-03-03T05:00:00.000Z" } : {});
  if (seconds > 0) await advance(client, seconds - 119);
  const asked = await act(client, "cancel", { reason: "customer cancelled" });
  expect([asked.status, asked.body.cancellation.answer]).toEqual([202, "ASKED"]);
  await advance(client, 119);
  expect((await read(client)).cancellation.answer).toBe("ASKED");

  await advance(client, 1);
  const { state, cancellation, good, scrap, refusal: why } = await read(client);
  expect({ state, answer: cancellation.answer, good, scrap }).toEqual(expected);
  expect(why === null).toBe(expected.answer !== "TOO_LATE");
  if (!["CANCELLED", "ENDED"].includes(state)) await advance(client, 20_000);
  expect((await read(client)).state).toBe(state === "RUNNING" ? "ENDED" : state);
});

it("logs what was done to a job with the reference of who did it", async () => {
  const client = await shop();
  await send(client, { reference: "key-1" });
  await act(client, "hold", { reason: "design changes", reference: "key-2" });
  await act(client, "release", { reference: "key-3" });
  await change(client, { reference: "key-4" });
  const log = async (query = "") => (await client("GET", `${JOBS}/${ID}/log${query}`)).body.value;
  expect((await log()).map(({ action, reference, note }: never) => [action, reference, note])).toEqual([
    ["RECEIVED", "key-1", "version 1"],
    ["HELD", "key-2", "design changes"],
    ["RELEASED", "key-3", null],
    ["CHANGED", "key-4", "version 2"],
  ]);
  expect(await log("?reference=key-3")).toHaveLength(1);
});
