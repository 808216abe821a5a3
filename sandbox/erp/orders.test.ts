import { expect, it } from "vitest";
import { match, trial, type Client } from "../http/trial.ts";
import { startSandboxErp } from "./server.ts";

const ORDERS = "/erp/v1/production-orders";
const LINE = "/erp/v1/purchase-orders/PO-1001/lines/10";

const order = async (client: Client, number: string) => (await client("GET", `${ORDERS}/${number}`)).body;
const poLine = async (client: Client, id: string) =>
  (await client("GET", `/erp/v1/purchase-order-lines?id=${encodeURIComponent(id)}`)).body.value[0];
const needs = ({ components }: { components: { itemCode: string; requiredQuantity: string; unit: string }[] }) =>
  components.map(({ itemCode, requiredQuantity, unit }) => `${itemCode} ${requiredQuantity} ${unit}`);

it("explodes an order from the BOM in force, with scrap, rounded up to what a component is counted in", async () => {
  const { client } = await trial(startSandboxErp, { seed: true });
  const { status, body } = await client("POST", ORDERS, { plant: "1000", itemCode: "HAR-001", quantity: "7" });
  expect([status, body.state, body.revisionLevel]).toEqual([201, "PLANNED", "A"]);
  // 7 x 0.45 m and 3 % scrap = 3.2445 m
  expect(needs(body)).toEqual(["WIR-RD-05 3.245 MTR", "WIR-BK-05 3.245 MTR", "CON-MOT-H 7 EA", "PUR-042 14 EA"]);
});

it("explodes through phantoms, counts per-order lines once and adds fixed scrap", async () => {
  const { client } = await trial(startSandboxErp, { seed: true });
  const item = { plant: "1000", description: "", baseUnit: "EA", decimals: 0 };
  await client("POST", "/erp/v1/items", { ...item, code: "KIT", procurementType: "PHANTOM" });
  await client("POST", "/erp/v1/items", { ...item, code: "TOP", procurementType: "MAKE" });
  const line = { position: "0010", quantity: "3", unit: "EA" };
  const publish = async (itemCode: string, lines: object[]) => {
    const { body } = await client("POST", "/erp/v1/boms", { plant: "1000", itemCode, lines });
    await client("POST", `/erp/v1/boms/${body.number}/activate`, { replaces: null }, match("v1"));
  };
  await publish("KIT", [{ ...line, componentCode: "NUT-M4" }]);
  await publish("TOP", [
    { ...line, componentCode: "KIT", quantity: "2" },
    { ...line, position: "0020", componentCode: "NUT-M5", basis: "PER_ORDER" },
    { ...line, position: "0030", componentCode: "RIV-32", operationScrapPercent: "10", fixedScrapQuantity: "5" },
    { ...line, position: "0040", componentCode: "WSH-M3", validUntil: "2020-01-01" },
  ]);

  const { body } = await client("POST", ORDERS, { plant: "1000", itemCode: "TOP", quantity: "10" });
  expect(needs(body)).toEqual(["NUT-M4 60 EA", "NUT-M5 3 EA", "RIV-32 38 EA"]);
});

it("refuses an order for what has no BOM", async () => {
  const { client } = await trial(startSandboxErp, { seed: true });
  const answer = await client("POST", ORDERS, { plant: "1000", itemCode: "MOT-024", quantity: "1" });
  expect([answer.status, answer.body.error.code]).toEqual([422, "BOM_MISSING"]);
});

it("re-explodes a planned order on the BOM now in force, and only a planned one", async () => {
  const { client } = await trial(startSandboxErp, { seed: true });
  const [bom] = (await client("GET", "/erp/v1/boms?itemCode=FX-210&status=ACTIVE")).body.value;
  await client("PATCH", `/erp/v1/boms/${bom.number}/lines/0010`, { quantity: "2" }, match(bom.etag));
  const before = await order(client, "MO-5001");
  expect(needs(before)[0]).toBe("MOT-024 40 EA");

  expect((await client("POST", `${ORDERS}/MO-5001/re-explode`)).status).toBe(428);
  const after = await client("POST", `${ORDERS}/MO-5001/re-explode`, { note: "ECO-0001" }, match(before.etag));
  expect(needs(after.body)[0]).toBe("MOT-024 80 EA");
  expect((await client("POST", `${ORDERS}/MO-5001/re-explode`, {}, match(before.etag))).status).toBe(412);

  const [entry] = (await client("GET", `${ORDERS}/MO-5001/log?note=ECO-0001`)).body.value;
  expect(entry).toMatchObject({ action: "RE_EXPLODED", note: "ECO-0001" });

  const { etag } = await order(client, "MO-5002");
  expect((await client("POST", `${ORDERS}/MO-5002/re-explode`, {}, match(etag))).body.error.code).toBe("ORDER_STATE");
});

it("replaces the components of a released order as long as nothing was issued", async () => {
  const { client } = await trial(startSandboxErp, { seed: true });
  const components = [{ itemCode: "IMP-080", unit: "EA", requiredQuantity: "25", operation: "0010" }];
  const put = async (number: string, sent: object[] = components) =>
    client("PUT", `${ORDERS}/${number}/components`, { components: sent }, match((await order(client, number)).etag));

  expect((await put("MO-5002")).body.components).toEqual([
    { line: "0010", ...components[0], issuedQuantity: "0", supplyType: "PUSH", lot: null },
  ]);
  expect((await put("MO-5005")).body.error.code).toBe("ORDER_ISSUED");
  expect((await put("MO-5001")).body.error.code).toBe("ORDER_STATE");
  const refused = await put("MO-5002", [{ ...components[0], operation: "0999" }]);
  expect([refused.body.error.code, refused.body.error.field]).toEqual(["OPERATION_UNKNOWN", "components[0].operation"]);
});

it("lets a held order wait, and goes through its life otherwise", async () => {
  const { client } = await trial(startSandboxErp, { seed: true });
  const act = (action: string, body: object = {}, etag?: string) =>
    client("POST", `${ORDERS}/MO-5001/${action}`, body, etag === undefined ? {} : match(etag));

  const held = await act("hold", { reason: "motor changes" }, "v1");
  expect(held.body).toMatchObject({ onHold: true, holdReason: "motor changes" });
  expect((await act("release")).body.error.code).toBe("ORDER_ON_HOLD");
  expect((await act("unhold", {}, held.body.etag)).body.onHold).toBe(false);

  expect((await act("start")).body.error.code).toBe("ORDER_STATE");
  expect((await act("release")).body.state).toBe("RELEASED");
  expect((await act("issue", { line: "0010", quantity: "41" })).body.error.code).toBe("OVER_ISSUE");
  expect((await act("issue", { line: "0010", quantity: "15" })).body.components[0].issuedQuantity).toBe("15");
  expect((await act("start")).body.state).toBe("STARTED");
  expect((await act("finish", { completedQuantity: "39" })).body).toMatchObject({
    state: "FINISHED",
    completedQuantity: "39",
  });
  expect((await act("cancel", { reason: "late" })).body.error.code).toBe("ORDER_STATE");
});

it("finds the orders that make an item or need it, by state", async () => {
  const { client } = await trial(startSandboxErp, { seed: true });
  const found = async (query: string) =>
    (await client("GET", `${ORDERS}?plant=1000&${query}`)).body.value.map(({ number }: { number: string }) => number);
  expect(await found("involving=MOT-024&involving=HAR-001&state=PLANNED&state=RELEASED")).toEqual([
    "MO-5001",
    "MO-5002",
    "MO-5005",
    "MO-5008",
  ]);
  expect(await found("itemCode=FX-210&state=STARTED")).toEqual(["MO-5003"]);
});

it("shows an edit of one purchase-order line, and of no other, by its sequence", async () => {
  const { client } = await trial(startSandboxErp, { seed: true });
  const since = async (cursor: number) => (await client("GET", `/erp/v1/purchase-order-lines?since=${cursor}`)).body;
  const { cursor } = await since(0);
  const { etag } = await poLine(client, "PO-1001/10");

  expect((await client("PATCH", LINE, { dueDate: "2027-01-31" })).status).toBe(428);
  await client("PATCH", LINE, { dueDate: "2027-01-31" }, match(etag));
  const page = await since(cursor);
  expect(page.value.map(({ id, dueDate }: never) => [id, dueDate])).toEqual([["PO-1001/10", "2027-01-31"]]);
  expect(page.cursor).toBeGreaterThan(cursor);
});

it("books goods in until a line is complete, and no more", async () => {
  const { client } = await trial(startSandboxErp, { seed: true });
  expect(await poLine(client, "PO-1001/10")).toMatchObject({
    orderedQuantity: "200",
    receivedQuantity: "80",
    state: "OPEN",
  });

  const receive = (quantity: string) => client("POST", `${LINE}/goods-receipts`, { quantity, deliveryNote: "DN 7" });
  expect((await receive("121")).body.error.code).toBe("OVER_DELIVERY");
  const last = await receive("120");
  expect(last.body).toMatchObject({ deliveryNote: "DN 7", line: { receivedQuantity: "200", state: "CLOSED" } });
  expect((await receive("1")).body.error.code).toBe("LINE_NOT_OPEN");
});

it("cancels an open line only", async () => {
  const { client } = await trial(startSandboxErp, { seed: true });
  const { etag } = await poLine(client, "PO-1001/10");
  const cancelled = await client("POST", `${LINE}/cancel`, { reason: "motor replaced" }, match(etag));
  expect(cancelled.body).toMatchObject({ state: "CANCELLED", cancelReason: "motor replaced" });
  const again = await client("POST", `${LINE}/cancel`, { reason: "x" }, match(cancelled.body.etag));
  expect(again.body.error.code).toBe("LINE_NOT_OPEN");
});

it("keeps alerts on orders until someone closes them with a reason", async () => {
  const { client } = await trial(startSandboxErp, { seed: true });
  const alert = {
    plant: "1000",
    objectType: "PURCHASE_ORDER_LINE",
    objectId: "PO-1001/10",
    text: "Return what is still to come",
    author: "heddle",
    externalReference: "ECO-0001:flag-1",
  };
  await client("POST", "/erp/v1/alerts", alert);
  await client("POST", "/erp/v1/alerts", alert);
  const open = async () =>
    (await client("GET", "/erp/v1/alerts?externalReferenceStartsWith=ECO-0001:&state=OPEN")).body.value;
  expect((await open()).map(({ number }: { number: string }) => number)).toEqual(["ALR-000001", "ALR-000002"]);

  const closed = await client("POST", "/erp/v1/alerts/ALR-000001/close", { reason: "change withdrawn" });
  expect(closed.body).toMatchObject({ state: "CLOSED", closeReason: "change withdrawn" });
  expect(await open()).toHaveLength(1);
  expect((await client("POST", "/erp/v1/alerts/ALR-000001/close", { reason: "x" })).status).toBe(409);

  const lost = await client("POST", "/erp/v1/alerts", { ...alert, objectId: "PO-9/9" });
  expect([lost.status, lost.body.error.code]).toEqual([422, "OBJECT_UNKNOWN"]);
});
