import { beforeEach, describe, expect, it } from "vitest";
import { match, trial, trialFolder, type Client } from "../http/trial.ts";
import { startSandboxErp } from "./server.ts";

// MO-5002 of 25 FX-210 is released, MO-5001 planned, MO-5004 finished, MO-5010 cancelled.
const ORDER = "MO-5002";
let client: Client;
beforeEach(async () => {
  ({ client } = await trial(startSandboxErp, { seed: true }));
});

const order = async (number = ORDER) => (await client("GET", `/erp/v1/production-orders/${number}`)).body;
const post = (body: object, number = ORDER) => client("POST", `/erp/v1/production-orders/${number}/postings`, body);
const complete = (body: object, number = ORDER) => client("POST", `/erp/v1/production-orders/${number}/complete`, body);
const postings = async (query = `order=${ORDER}`) => (await client("GET", `/erp/v1/postings?${query}`)).body.value;
const log = async () =>
  (await client("GET", `/erp/v1/production-orders/${ORDER}/log`)).body.value.map(
    ({ action, note }: { action: string; note: string | null }) => [action, note].filter(Boolean).join(" "),
  );

const ASSEMBLED = { operation: "0010", good: "10", scrap: "1", rework: "2", setupSeconds: 600, runSeconds: 4200.5 };
const MOTORS = { line: "0010", itemCode: "MOT-024", operation: "0010", quantity: "11", unit: "EA", lot: "L-7" };
const POSTING = {
  externalId: `${ORDER}:1`,
  author: "heddle",
  happenedAt: "2026-03-02T08:15:00+01:00",
  confirmations: [ASSEMBLED],
  consumptions: [MOTORS],
};

describe("a posting", () => {
  it("is kept as it was booked, with what was left out filled in", async () => {
    const { status, body } = await post(POSTING);
    expect(status).toBe(201);
    expect(body).toEqual({
      number: "PST-000001",
      plant: "1000",
      order: ORDER,
      externalId: `${ORDER}:1`,
      author: "heddle",
      happenedAt: "2026-03-02T07:15:00.000Z",
      postedAt: expect.any(String),
      confirmations: [{ ...ASSEMBLED, unit: "EA", final: false }],
      consumptions: [{ ...MOTORS, serials: [] }],
    });
    expect(await postings()).toEqual([body]);
    expect((await client("GET", "/erp/v1/postings/PST-000001")).body).toEqual(body);
  });

  it("starts the order, issues its components and counts what came out of the last operation", async () => {
    expect(await order()).toMatchObject({ state: "RELEASED", completedQuantity: "0" });
    await post(POSTING);
    await post({ confirmations: [{ operation: "0030", good: "8" }] });
    const after = await order();
    expect(after).toMatchObject({ state: "STARTED", completedQuantity: "8" });
    expect(after.components[0]).toMatchObject({ line: "0010", issuedQuantity: "11" });
    expect((await log()).slice(-3)).toEqual(["STARTED", `POSTED ${ORDER}:1`, "POSTED"]);
  });

  it("makes another version of the order by starting it, and none after that", async () => {
    const before = await order();
    await post(POSTING);
    const started = await order();
    await post({ confirmations: [{ operation: "0010", good: "1" }] });
    const later = await order();
    expect(started.etag).not.toBe(before.etag);
    expect(later.etag).toBe(started.etag);
    const hold = await client("POST", `/erp/v1/production-orders/${ORDER}/hold`, { reason: "x" }, match(started.etag));
    expect(hold.status).toBe(200);
  });

  it("is seen by whoever lists the orders that were touched", async () => {
    await post(POSTING);
    const { cursor } = (await client("GET", "/erp/v1/production-orders?since=0&limit=200")).body;
    await post({ confirmations: [{ operation: "0020", good: "1" }] });
    const { value } = (await client("GET", `/erp/v1/production-orders?since=${cursor}`)).body;
    expect(value.map(({ number }: { number: string }) => number)).toEqual([ORDER]);
  });

  it("is booked once under its external id, also when the order is finished by then", async () => {
    const first = await post(POSTING);
    await complete({ good: "10" });
    const again = await post(POSTING);
    expect([again.status, again.body]).toEqual([200, first.body]);
    expect(await postings()).toHaveLength(1);
    expect((await order()).components[0].issuedQuantity).toBe("11");
  });

  it("with the external id of another is refused", async () => {
    await post(POSTING);
    const { status, body } = await post({ ...POSTING, consumptions: [] });
    expect([status, body.error.code, body.error.field]).toEqual([409, "POSTING_EXISTS", "externalId"]);
  });

  it("of a person is told apart by its author, and may be booked twice", async () => {
    await post(POSTING);
    for (const author of ["s.vogt", "s.vogt", null]) await post({ author, confirmations: [ASSEMBLED] });
    expect(await postings(`order=${ORDER}&author=heddle`)).toHaveLength(1);
    expect(await postings(`order=${ORDER}&author=s.vogt`)).toHaveLength(2);
    expect(await postings()).toHaveLength(4);
  });

  it("below zero takes back, but never more than was booked", async () => {
    await post(POSTING);
    const back = {
      confirmations: [{ operation: "0010", good: "-3", runSeconds: -1260 }],
      consumptions: [{ ...MOTORS, quantity: "-11" }],
    };
    expect((await post(back)).status).toBe(201);
    expect((await order()).components[0].issuedQuantity).toBe("0");
    const { status, body } = await post(back);
    expect([status, body.error.code, body.error.field]).toEqual([422, "NOT_BOOKED", "consumptions[0].quantity"]);
    expect(body.error.message).toBe("-11 would leave -11 of EA MOT-024 for line 0010 from lot L-7 booked on MO-5002");
    expect(await postings()).toHaveLength(2);
  });

  it("holds what took an item's place, and what nobody planned, without counting them as the planned item", async () => {
    const substitute = { ...MOTORS, itemCode: "MOT-026" };
    await client("POST", "/erp/v1/items", {
      code: "MOT-026",
      plant: "1000",
      description: "Motor",
      baseUnit: "EA",
      decimals: 0,
      procurementType: "BUY",
    });
    const unplanned = { itemCode: "LOCTITE-243", quantity: "0.1234", unit: "GRM" };
    expect((await post({ consumptions: [substitute, unplanned] })).status).toBe(201);
    expect((await order()).components.map(({ issuedQuantity }: never) => issuedQuantity)).not.toContain("11");
    expect(await postings("component=MOT-026&lot=L-7")).toHaveLength(1);
  });

  it.each([
    ["MO-5001", "ORDER_NOT_RELEASED", "MO-5001 is PLANNED: it must be released first"],
    ["MO-5004", "ORDER_CLOSED", "MO-5004 is FINISHED: nothing can be booked on it any more"],
    ["MO-5010", "ORDER_CLOSED", "MO-5010 is CANCELLED: nothing can be booked on it any more"],
  ])("on %s is refused", async (number, code, message) => {
    const { status, body } = await post({ confirmations: [ASSEMBLED] }, number);
    expect([status, body.error]).toEqual([409, { code, message, field: null }]);
  });

  it.each([
    ["OPERATION_UNKNOWN", "confirmations[0].operation", { confirmations: [{ operation: "0099", good: "1" }] }],
    ["POSITION_DUPLICATE", "confirmations[1].operation", { confirmations: [ASSEMBLED, ASSEMBLED] }],
    ["QUANTITY_INVALID", "confirmations[0].good", { confirmations: [{ operation: "0010", good: "many" }] }],
    ["UNIT_INCOMPATIBLE", "confirmations[0].unit", { confirmations: [{ ...ASSEMBLED, unit: "KGM" }] }],
    ["NOT_BOOKED", "confirmations[0].scrap", { confirmations: [{ operation: "0010", scrap: "-1" }] }],
    ["LINE_UNKNOWN", "consumptions[0].line", { consumptions: [{ ...MOTORS, line: "0990" }] }],
    ["ITEM_UNKNOWN", "consumptions[0].itemCode", { consumptions: [{ ...MOTORS, itemCode: "GHOST" }] }],
    ["OPERATION_UNKNOWN", "consumptions[0].operation", { consumptions: [{ ...MOTORS, operation: "0099" }] }],
    ["UNIT_INCOMPATIBLE", "consumptions[0].unit", { consumptions: [{ ...MOTORS, unit: "KGM" }] }],
    ["UNIT_INCOMPATIBLE", "consumptions[0].unit", { consumptions: [{ ...MOTORS, unit: "DZN" }] }],
    ["TOO_MANY_DECIMALS", "consumptions[0].quantity", { consumptions: [{ ...MOTORS, quantity: "0.0000001" }] }],
    ["TIME_INVALID", "happenedAt", { ...POSTING, happenedAt: "this morning" }],
    ["POSTING_EMPTY", "confirmations", { author: "heddle" }],
  ])("is refused with %s at %s, and nothing of it is booked", async (code, field, body) => {
    const whole = "consumptions" in body ? { confirmations: [ASSEMBLED], ...body } : body;
    const { status, body: answer } = await post(whole);
    expect([status, answer.error.code, answer.error.field]).toEqual([422, code, field]);
    expect(await postings()).toEqual([]);
    expect((await order()).state).toBe("RELEASED");
  });

  it("on an order that is on hold is booked: it was made", async () => {
    const { etag } = await order();
    await client("POST", `/erp/v1/production-orders/${ORDER}/hold`, { reason: "x" }, match(etag));
    expect((await post(POSTING)).status).toBe(201);
    expect(await order()).toMatchObject({ state: "STARTED", onHold: true });
  });

  it("can be read of many orders at once, and after a restart", async () => {
    const folder = trialFolder();
    const first = await trial(startSandboxErp, { seed: true, folder });
    for (const number of [ORDER, "MO-5003"]) {
      await first.client("POST", `/erp/v1/production-orders/${number}/postings`, { confirmations: [ASSEMBLED] });
    }
    await first.server.close();
    const second = await trial(startSandboxErp, { folder });
    const { body } = await second.client("GET", `/erp/v1/postings?order=${ORDER}&order=MO-5003&order=MO-5004`);
    expect(body.value.map((posting: { order: string }) => posting.order)).toEqual([ORDER, "MO-5003"]);
  });
});

describe("the completion of an order", () => {
  const COMPLETION = {
    author: "heddle",
    happenedAt: "2026-03-02T14:00:00.000Z",
    good: "2",
    scrap: "1",
    lot: "JOB-000001",
    serials: ["FX-210-000001-0001", "FX-210-000001-0002"],
  };

  it("puts into stock what was made, and finishes the order", async () => {
    await post(POSTING);
    const { status, body } = await complete(COMPLETION);
    expect(status).toBe(201);
    expect(body).toEqual({
      number: "CMP-000001",
      plant: "1000",
      order: ORDER,
      itemCode: "FX-210",
      unit: "EA",
      postedAt: expect.any(String),
      ...COMPLETION,
    });
    expect(await order()).toMatchObject({ state: "FINISHED", completedQuantity: "2" });
    expect((await client("GET", "/erp/v1/completions?serial=FX-210-000001-0002")).body.value).toEqual([body]);
  });

  it("happens once", async () => {
    const first = await complete(COMPLETION);
    const again = await complete(COMPLETION);
    expect([again.status, again.body]).toEqual([200, first.body]);
    const other = await complete({ ...COMPLETION, good: "3" });
    expect([other.status, other.body.error.code]).toEqual([409, "COMPLETION_EXISTS"]);
    expect((await client("GET", `/erp/v1/completions?order=${ORDER}`)).body.value).toHaveLength(1);
    expect((await log()).filter((entry: string) => entry === "FINISHED")).toHaveLength(1);
  });

  it.each([
    ["MO-5001", 409, "ORDER_NOT_RELEASED", {}],
    ["MO-5004", 409, "ORDER_CLOSED", {}],
    ["MO-5003", 422, "SERIALS_SURPLUS", { good: "1" }],
    ["MO-5003", 422, "SERIAL_EXISTS", { serials: ["S-1", "S-1"] }],
    ["MO-5003", 422, "SERIAL_EXISTS", {}],
    ["MO-5003", 422, "TOO_MANY_DECIMALS", { good: "2.5" }],
    ["MO-5003", 422, "UNIT_INCOMPATIBLE", { unit: "KGM" }],
  ])("of %s is refused with %i %s", async (number, status, code, more) => {
    await complete(COMPLETION);
    const answer = await complete({ ...COMPLETION, ...more }, number);
    expect([answer.status, answer.body.error.code]).toEqual([status, code]);
  });
});
