import { expect, it } from "vitest";
import { match, trial, type Client } from "../http/trial.ts";
import { startSandboxErp } from "./server.ts";

const ITEM = {
  code: "MOT-026",
  plant: "1000",
  description: "Motor",
  baseUnit: "EA",
  decimals: 0,
  procurementType: "BUY",
};

const refusal = async (client: Client, path: string, body: object) => {
  const answer = await client("POST", `/erp/v1${path}`, body);
  return [answer.status, answer.body.error?.code, answer.body.error?.field];
};

it("makes two items of the same one posted twice, and finds both by reference", async () => {
  const { client } = await trial(startSandboxErp, {});
  const written = { ...ITEM, externalReference: "ECO-0001:key" };
  const first = await client("POST", "/erp/v1/items", written);
  const second = await client("POST", "/erp/v1/items", written);
  expect([first.body.id, second.body.id]).toEqual(["ITM-000001", "ITM-000002"]);

  const found = await client("GET", "/erp/v1/items?externalReferenceStartsWith=ECO-0001:");
  expect(found.body.value).toEqual([first.body, second.body]);
});

it("replaces an item in the version that was read, but not what it is about", async () => {
  const { client } = await trial(startSandboxErp, {});
  const { body: item } = await client("POST", "/erp/v1/items", ITEM);
  const path = `/erp/v1/items/${item.id}`;

  expect((await client("PUT", path, { ...ITEM, revisionLevel: "B" })).status).toBe(428);
  const edited = await client("PUT", path, { ...ITEM, revisionLevel: "B" }, match("v1"));
  expect([edited.body.revisionLevel, edited.body.etag, edited.headers.get("etag")]).toEqual(["B", "v2", '"v2"']);
  expect((await client("PUT", path, ITEM, match("v1"))).body.error.code).toBe("VERSION_MISMATCH");
  expect((await client("PUT", path, { ...ITEM, baseUnit: "KGM" }, match("v2"))).body.error).toMatchObject({
    code: "FIELD_FIXED",
    field: "baseUnit",
  });
});

it("has one preferred source of an item: the one saved last", async () => {
  const { client } = await trial(startSandboxErp, { seed: true });
  const source = {
    plant: "1000",
    itemCode: "MOT-024",
    supplierItem: "VT",
    leadTimeDays: 16,
    price: "27.80",
    currency: "EUR",
  };
  await client("POST", "/erp/v1/purchasing-info", { ...source, supplierCode: "VENTEC", preferred: true });

  const all = (await client("GET", "/erp/v1/purchasing-info?plant=1000&itemCode=MOT-024")).body.value;
  expect(all.map(({ supplierCode, preferred, etag }: never) => [supplierCode, preferred, etag])).toEqual([
    ["NORDLUFT", false, "v2"],
    ["VENTEC", true, "v1"],
  ]);
  expect((await client("GET", "/erp/v1/purchasing-info?itemCode=MOT-024&preferred=true")).body.value).toHaveLength(1);
});

it("counts how often a cost was set", async () => {
  const { client } = await trial(startSandboxErp, { seed: true });
  const [cost] = (await client("GET", "/erp/v1/item-costs?plant=1000&itemCode=MOT-024")).body.value;
  expect(cost).toMatchObject({ material: "24.5", conversion: "0", costVersion: 1 });

  const { plant, itemCode, conversion, currency } = cost;
  const written = { plant, itemCode, material: "25.1234", conversion, currency };
  const set = await client("PUT", `/erp/v1/item-costs/${cost.id}`, written, match(cost.etag));
  expect(set.body).toMatchObject({ material: "25.1234", costVersion: 2, etag: "v2" });
});

it.each([
  ["/items", { ...ITEM, plant: "9999" }, "PLANT_UNKNOWN", "plant"],
  ["/items", { ...ITEM, baseUnit: "FURLONG" }, "UNIT_UNKNOWN", "baseUnit"],
  ["/suppliers", { code: "X", name: "X", currency: "XXX" }, "CURRENCY_UNKNOWN", "currency"],
  [
    "/purchasing-info",
    { plant: "1000", itemCode: "MOT-024", supplierCode: "NOBODY", supplierItem: "", leadTimeDays: 1, preferred: false },
    "SUPPLIER_UNKNOWN",
    "supplierCode",
  ],
  [
    "/item-costs",
    { plant: "1000", itemCode: "MOT-024", material: "1.23456", conversion: "0", currency: "EUR" },
    "TOO_MANY_DECIMALS",
    "material",
  ],
  [
    "/routings",
    {
      plant: "1000",
      itemCode: "FX-210",
      operations: [{ operation: "0010", description: "", workCenter: "MOON", setupSeconds: 0, runSeconds: 0 }],
    },
    "WORK_CENTER_UNKNOWN",
    "operations[0].workCenter",
  ],
])("refuses in %s what it does not know: %j", async (path, body, code, field) => {
  const { client } = await trial(startSandboxErp, { seed: true });
  expect(await refusal(client, path, body)).toEqual([422, code, field]);
});
