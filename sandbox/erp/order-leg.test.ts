import { describe, expect, it } from "vitest";
import { match, trial, type Client } from "../http/trial.ts";
import { startSandboxErp } from "./server.ts";

const ORDERS = "/erp/v1/production-orders";
const FX_210 = { plant: "1000", itemCode: "FX-210", quantity: "10" };

const seeded = async () => (await trial(startSandboxErp, { seed: true })).client;
const order = async (client: Client, number: string) => (await client("GET", `${ORDERS}/${number}`)).body;
const etagOf = async (client: Client, number: string) => match((await order(client, number)).etag);
const patch = async (client: Client, number: string, body: object) =>
  client("PATCH", `${ORDERS}/${number}`, body, await etagOf(client, number));
const actions = async (client: Client, number: string) =>
  (await client("GET", `${ORDERS}/${number}/log`)).body.value.map(({ action }: { action: string }) => action);
const refusal = ({ status, body }: Awaited<ReturnType<Client>>) => [status, body.error?.code, body.error?.field];

const required = ({ components }: { components: { itemCode: string; requiredQuantity: string }[] }) =>
  Object.fromEntries(components.map(({ itemCode, requiredQuantity }) => [itemCode, requiredQuantity]));

const putComponents = async (client: Client, body: object) =>
  client("PUT", `${ORDERS}/MO-5002/components`, body, await etagOf(client, "MO-5002"));
const putReports = (client: Client, ...reports: object[]) => client("PUT", "/erp/v1/job-reports", { reports });
const reportsOf = async (client: Client, query: string) =>
  (await client("GET", `/erp/v1/job-reports?${query}`)).body.value;

/** The routing in force of an item, and a way to edit it. */
async function routing(client: Client, itemCode: string) {
  const [{ id, number, etag, ...written }] = (await client("GET", `/erp/v1/routings?itemCode=${itemCode}`)).body.value;
  const edit = (operations: object[]) =>
    client("PUT", `/erp/v1/routings/${id}`, { ...written, operations }, match(etag));
  return { number, operations: written.operations, edit };
}

/** Puts a new BOM in the place of the one in force. */
async function publish(client: Client, itemCode: string, lines: object[], revisionLevel = "B"): Promise<string> {
  const [active] = (await client("GET", `/erp/v1/boms?itemCode=${itemCode}&status=ACTIVE`)).body.value;
  const { body } = await client("POST", "/erp/v1/boms", { plant: "1000", itemCode, revisionLevel, lines });
  await client("POST", `/erp/v1/boms/${body.number}/activate`, { replaces: active?.number ?? null }, match("v1"));
  return body.number;
}

describe("an order", () => {
  it("says what kind it is, when it is to be made and how urgently", async () => {
    const client = await seeded();
    const written = { ...FX_210, orderType: "PILOT", priority: 7, startTime: "2027-03-01T06:00:00+01:00" };
    const { body } = await client("POST", ORDERS, { ...written, endTime: "2027-03-01T13:30:00Z" });
    expect(body).toMatchObject({
      orderType: "PILOT",
      priority: 7,
      startDate: "2027-03-01",
      startTime: "2027-03-01T05:00:00.000Z",
      endTime: "2027-03-01T13:30:00.000Z",
      splitFrom: null,
      reworkOf: null,
    });
    expect((await client("POST", ORDERS, FX_210)).body).toMatchObject({
      orderType: "STANDARD",
      priority: 0,
      startDate: null,
      startTime: null,
      endTime: null,
    });
  });

  it.each([
    [{ startTime: "next week" }, "TIME_INVALID", "startTime"],
    [{ startTime: "2027-02-30T06:00:00Z" }, "DATE_INVALID", "startTime"],
    [{ endTime: "2027-03-01T29:00:00Z" }, "TIME_INVALID", "endTime"],
    [{ startTime: "2027-03-01T06:00:00Z", endTime: "2027-03-01T05:59:00Z" }, "TIME_INVALID", "endTime"],
    [{ bomNumber: "BOM-999999" }, "BOM_UNKNOWN", "bomNumber"],
    [{ bomNumber: "BOM-000001" }, "BOM_UNKNOWN", "bomNumber"], // of another item
    [{ routingNumber: "RTG-000001/9" }, "ROUTING_UNKNOWN", "routingNumber"],
  ])("is refused with %j", async (members, code, field) => {
    const client = await seeded();
    expect(refusal(await client("POST", ORDERS, { ...FX_210, ...members }))).toEqual([422, code, field]);
  });

  it("carries the operations and supply types that it was planned with", async () => {
    const client = await seeded();
    const { number, operations } = await routing(client, "FX-210");
    const { body } = await client("POST", ORDERS, FX_210);
    expect(body.routingNumber).toBe(number);
    expect(body.operations).toEqual(operations);
    expect(body.components.find(({ itemCode }: never) => itemCode === "MOT-024")).toMatchObject({
      supplyType: "PUSH",
      lot: null,
    });
  });

  it("planned before an edit of the routing still goes by the old one, until it is re-exploded", async () => {
    const client = await seeded();
    const before = await routing(client, "FX-210");
    await before.edit([
      ...before.operations,
      { ...before.operations[1], operation: "0025", description: "Test again" },
    ]);
    const { number } = await routing(client, "FX-210");
    expect([before.number, number].map((each) => each.split("/"))).toEqual([
      [expect.any(String), "1"],
      [before.number.split("/")[0], "2"],
    ]);

    const old = await order(client, "MO-5001");
    expect([old.routingNumber, old.operations.length]).toEqual([before.number, 3]);
    const now = await client("POST", `${ORDERS}/MO-5001/re-explode`, {}, match(old.etag));
    expect([now.body.routingNumber, now.body.operations.length]).toEqual([number, 4]);
  });

  it("is planned on an old BOM and an old routing for a planner who names them", async () => {
    const client = await seeded();
    const old = await order(client, "MO-5001");
    const before = await routing(client, "FX-210");
    await before.edit(before.operations.slice(0, 2));
    const line = { position: "0010", componentCode: "NUT-M4", quantity: "1", unit: "EA", operation: "0010" };
    const inForce = await publish(client, "FX-210", [line]);

    const { bomNumber, routingNumber } = old;
    const { body } = await client("POST", ORDERS, { ...FX_210, bomNumber, routingNumber });
    expect(body).toMatchObject({ bomNumber, routingNumber, revisionLevel: "A", operations: old.operations });
    expect(required(body)["MOT-024"]).toBe("10");
    expect((await client("POST", ORDERS, FX_210)).body).toMatchObject({ bomNumber: inForce, revisionLevel: "B" });

    const kept = (await client("GET", "/erp/v1/routing-revisions?itemCode=FX-210")).body.value;
    expect(kept.map(({ number }: { number: string }) => number)).toEqual([
      before.number,
      before.number.replace("/1", "/2"),
    ]);
  });

  it("of an item without a routing has no operations, and components without one", async () => {
    const client = await seeded();
    const item = { plant: "1000", code: "KIT", description: "", baseUnit: "EA", decimals: 0, procurementType: "MAKE" };
    await client("POST", "/erp/v1/items", item);
    await publish(client, "KIT", [{ position: "0010", componentCode: "NUT-M4", quantity: "4", unit: "EA" }]);
    const { body } = await client("POST", ORDERS, { plant: "1000", itemCode: "KIT", quantity: "5" });
    expect([body.routingNumber, body.operations, body.components[0].operation]).toEqual([null, [], null]);
  });

  it("may have an operation that no work center is named for", async () => {
    const client = await seeded();
    const { operations, edit } = await routing(client, "HAR-001");
    await edit([{ ...operations[0], workCenter: null }]);
    const { body } = await client("POST", ORDERS, { ...FX_210, itemCode: "HAR-001" });
    expect(body.operations).toEqual([{ ...operations[0], workCenter: null }]);
  });
});

describe("a planner", () => {
  it("edits an order that has not started, in the version that was read", async () => {
    const client = await seeded();
    expect((await client("PATCH", `${ORDERS}/MO-5002`, { priority: 9 })).status).toBe(428);
    expect((await client("PATCH", `${ORDERS}/MO-5002`, { priority: 9 }, match("v99"))).status).toBe(412);
    const { body } = await patch(client, "MO-5002", {
      priority: 9,
      startTime: "2027-03-01T06:00:00Z",
      endTime: null,
      components: [{ line: "0010", lot: "L-77" }],
      note: "by hand",
    });
    expect(body).toMatchObject({
      priority: 9,
      startDate: "2027-03-01",
      startTime: "2027-03-01T06:00:00.000Z",
      endTime: null,
      planner: "s.vogt",
    });
    expect(body.components.map(({ lot }: never) => lot).slice(0, 2)).toEqual(["L-77", null]);
    expect(await actions(client, "MO-5002")).toEqual(["CREATED", "RELEASED", "EDITED"]);
    expect((await patch(client, "MO-5002", { components: [{ line: "0010", lot: null }] })).body.components[0].lot).toBe(
      null,
    );
    expect(refusal(await patch(client, "MO-5003", { priority: 1 }))).toEqual([409, "ORDER_STATE", null]);
    expect(refusal(await patch(client, "MO-5001", { components: [{ line: "9990", lot: "L" }] }))).toEqual([
      422,
      "LINE_UNKNOWN",
      "components[0].line",
    ]);
  });

  it("changes a quantity, and the components by the order's own BOM: what is needed once stays", async () => {
    const client = await seeded();
    const line = { componentCode: "NUT-M4", quantity: "3", unit: "EA", operation: "0010" };
    await publish(client, "FX-210", [
      { ...line, position: "0010" },
      { ...line, position: "0020", componentCode: "NUT-M5", basis: "PER_ORDER" },
    ]);
    const { number } = (await client("POST", ORDERS, FX_210)).body;
    await publish(client, "FX-210", [{ ...line, position: "0010", quantity: "8" }]);
    const { body } = await patch(client, number, { quantity: "25" });
    expect([body.quantity, required(body)]).toEqual(["25", { "NUT-M4": "75", "NUT-M5": "3" }]);
  });

  it("changes a quantity whose components are not the BOM's: in proportion, rounded up", async () => {
    const client = await seeded();
    const components = [{ itemCode: "NUT-M4", unit: "EA", requiredQuantity: "7" }];
    await client("PUT", `${ORDERS}/MO-5002/components`, { components }, await etagOf(client, "MO-5002"));
    expect(required((await patch(client, "MO-5002", { quantity: "10" })).body)).toEqual({ "NUT-M4": "3" });
  });

  it("cannot make an order smaller than what was issued to it", async () => {
    const client = await seeded();
    expect(refusal(await patch(client, "MO-5005", { quantity: "14" }))).toEqual([422, "OVER_ISSUE", "quantity"]);
  });

  it("keeps the lots chosen when components are worked out again or replaced", async () => {
    const client = await seeded();
    const choose = async (number: string) =>
      (await patch(client, number, { components: [{ line: "0010", lot: "L-1" }] })).body;
    const planned = await choose("MO-5001");
    const again = await client("POST", `${ORDERS}/MO-5001/re-explode`, {}, match(planned.etag));
    expect(again.body.components[0]).toMatchObject({ itemCode: "MOT-024", lot: "L-1" });

    const released = await choose("MO-5002");
    const components = [
      { itemCode: "NUT-M4", unit: "EA", requiredQuantity: "7" },
      { itemCode: "MOT-024", unit: "EA", requiredQuantity: "25", operation: "0010" },
    ];
    const { body } = await client("PUT", `${ORDERS}/MO-5002/components`, { components }, match(released.etag));
    expect(body.components.map(({ lot, supplyType }: never) => [lot, supplyType])).toEqual([
      [null, null],
      ["L-1", "PUSH"],
    ]);
  });

  it("splits a quantity off a released order: the rest and the part need together what was needed", async () => {
    const client = await seeded();
    const before = await order(client, "MO-5002");
    const split = (quantity: string) =>
      client("POST", `${ORDERS}/MO-5002/split`, { quantity, note: "two lines" }, match(before.etag));
    expect(refusal(await split("25"))).toEqual([422, "QUANTITY_INVALID", "quantity"]);
    const { status, body } = await split("10");
    const rest = await order(client, "MO-5002");

    expect([status, body.splitFrom, body.state, body.quantity, rest.quantity]).toEqual([
      201,
      "MO-5002",
      "RELEASED",
      "10",
      "15",
    ]);
    expect([body.bomNumber, body.routingNumber, body.operations]).toEqual([
      before.bomNumber,
      before.routingNumber,
      before.operations,
    ]);
    expect([required(body)["MOT-024"], required(rest)["MOT-024"]]).toEqual(["10", "15"]);
    expect(await actions(client, "MO-5002")).toEqual(["CREATED", "RELEASED", "SPLIT"]);
    expect(await actions(client, body.number)).toEqual(["CREATED", "RELEASED"]);
    const parts = await client("GET", `${ORDERS}?splitFrom=MO-5002`);
    expect(parts.body.value).toEqual([body]);
    expect((await split("5")).status).toBe(412);
    expect(refusal(await client("POST", `${ORDERS}/MO-5001/split`, { quantity: "1" }, match("v1")))[1]).toBe(
      "ORDER_STATE",
    );
  });

  it("has pieces reworked by an order of its own, over some of the operations and with what is needed for it", async () => {
    const client = await seeded();
    const original = await order(client, "MO-5004");
    const rework = (body: object) => client("POST", `${ORDERS}/MO-5004/rework`, body);
    const components = [{ itemCode: "NUT-M4", unit: "EA", requiredQuantity: "2", operation: "0020" }];
    const { status, body } = await rework({ quantity: "2", operations: ["0020"], components, priority: 3 });
    expect([status, body.orderType, body.reworkOf, body.state, body.priority]).toEqual([
      201,
      "REWORK",
      "MO-5004",
      "PLANNED",
      3,
    ]);
    expect(body.operations).toEqual([original.operations[1]]);
    expect(required(body)).toEqual({ "NUT-M4": "2" });
    expect((await rework({ quantity: "2" })).body.components).toEqual([]);

    expect(refusal(await rework({ quantity: "21" }))).toEqual([422, "QUANTITY_INVALID", "quantity"]);
    expect(refusal(await rework({ quantity: "1", operations: ["0999"] }))).toEqual([
      422,
      "OPERATION_UNKNOWN",
      "operations[0]",
    ]);
    const again = await client("POST", `${ORDERS}/${body.number}/re-explode`, {}, match(body.etag));
    expect(refusal(again)[1]).toBe("ORDER_REWORK");
  });
});

describe("replaced components", () => {
  const line = { position: "0010", componentCode: "NUT-M4", quantity: "2", unit: "EA", operation: "0010" };
  const need = { itemCode: "NUT-M4", unit: "EA", requiredQuantity: "50", operation: "0010" };

  it("that are just what the BOM in force explodes to make the order go by that BOM", async () => {
    const client = await seeded();
    const bomNumber = await publish(client, "FX-210", [{ ...line, supplyType: "BULK" }]);
    const { body } = await putComponents(client, { components: [need] });
    expect(body).toMatchObject({ bomNumber, revisionLevel: "B", components: [{ ...need, supplyType: "BULK" }] });
  });

  it("may be taken at an operation that only the routing in force has", async () => {
    const client = await seeded();
    const { operations, edit } = await routing(client, "FX-210");
    await edit([...operations, { ...operations[0], operation: "0040" }]);
    const at = (operation: string) => putComponents(client, { components: [{ ...need, operation }] });
    expect((await at("0040")).body.components[0].operation).toBe("0040");
    expect(refusal(await at("0050"))).toEqual([422, "OPERATION_UNKNOWN", "components[0].operation"]);
  });

  it("that are anything else leave the order with the BOM that it names", async () => {
    const client = await seeded();
    const { bomNumber } = await order(client, "MO-5002");
    const inForce = await publish(client, "FX-210", [line]);
    const other = [{ ...need, requiredQuantity: "51" }];
    expect((await putComponents(client, { components: other })).body).toMatchObject({ bomNumber, revisionLevel: "A" });
    const named = await putComponents(client, { components: other, bomNumber: inForce });
    expect(named.body).toMatchObject({ bomNumber: inForce, revisionLevel: "B" });
    expect(refusal(await putComponents(client, { components: other, bomNumber: "BOM-1" }))).toEqual([
      422,
      "BOM_UNKNOWN",
      "bomNumber",
    ]);
  });
});

describe("job reports", () => {
  const report = { plant: "1000", order: "MO-5002", mes: "mes", state: "dispatched" };

  it("stand at their orders, each in the place of the one before, and move nothing else", async () => {
    const client = await seeded();
    const before = await order(client, "MO-5002");
    await putReports(client, report, { ...report, order: "MO-5008", state: "held", note: "BOM-000004 is superseded" });
    await putReports(client, { ...report, jobNumber: "JOB-000001", version: 1, state: "running" });

    expect(await reportsOf(client, "order=MO-5002&order=MO-5008")).toEqual([
      { ...report, jobNumber: "JOB-000001", version: 1, state: "running", note: null, reportedAt: expect.any(String) },
      {
        ...report,
        order: "MO-5008",
        jobNumber: null,
        version: null,
        state: "held",
        note: "BOM-000004 is superseded",
        reportedAt: expect.any(String),
      },
    ]);
    expect(await reportsOf(client, "order=MO-5001")).toEqual([]);
    expect(await order(client, "MO-5002")).toEqual(before);
    const since = await client("GET", `${ORDERS}?since=${before.sequence}&number=MO-5002`);
    expect(since.body.value).toEqual([]);
  });

  it("are taken all or none: an unknown order is named", async () => {
    const client = await seeded();
    for (const wrong of [{ order: "MO-1" }, { order: "MO-5008", plant: "2000" }]) {
      const answer = await putReports(client, report, { ...report, ...wrong });
      expect(refusal(answer)).toEqual([422, "PRODUCTION_ORDER_UNKNOWN", "reports[1].order"]);
      expect(answer.body.error.message).toContain(wrong.order);
    }
    expect(refusal(await putReports(client, report, report))).toEqual([422, "POSITION_DUPLICATE", "reports[1].order"]);
    expect(await reportsOf(client, "plant=1000")).toEqual([]);
  });
});
