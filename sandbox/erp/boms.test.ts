import { expect, it } from "vitest";
import { match, trial, type Client } from "../http/trial.ts";
import { startSandboxErp } from "./server.ts";

const BOMS = "/erp/v1/boms";
const MOTOR = { position: "0010", componentCode: "MOT-024", quantity: "1", unit: "EA" };

const draft = async (client: Client, lines: object[] = [MOTOR], itemCode = "FX-210") =>
  client("POST", BOMS, { plant: "1000", itemCode, revisionLevel: "B", externalReference: "ECO-0001", lines });
const active = async (client: Client, itemCode = "FX-210") =>
  (await client("GET", `${BOMS}?plant=1000&itemCode=${itemCode}&status=ACTIVE&expand=lines`)).body.value;

it("takes a draft with all its lines, and fills in what they leave open", async () => {
  const { client } = await trial(startSandboxErp, { seed: true });
  const { status, body } = await draft(client);
  expect(status).toBe(201);
  expect(body).toMatchObject({ status: "DRAFT", version: 2, revisionLevel: "B", replaces: null, etag: "v1" });
  expect(body.lines).toEqual([
    {
      ...MOTOR,
      basis: "PER_ASSEMBLY",
      operation: null,
      supplyType: null,
      componentScrapPercent: null,
      operationScrapPercent: null,
      fixedScrapQuantity: null,
      phantom: false,
      referenceDesignators: [],
      alternates: [],
      validFrom: null,
      validUntil: null,
      optionText: null,
      externalReference: null,
    },
  ]);
});

it("puts a draft in force in the place of the BOM that its writer saw", async () => {
  const { client } = await trial(startSandboxErp, { seed: true });
  const [before] = await active(client);
  const { body } = await draft(client);
  const path = `${BOMS}/${body.number}/activate`;

  expect((await client("POST", path, { replaces: before.number })).status).toBe(428);
  expect((await client("POST", path, { replaces: before.number }, match("v9"))).status).toBe(412);
  expect((await client("POST", path, { replaces: null }, match("v1"))).body.error.code).toBe("ACTIVE_BOM_MISMATCH");

  const activated = await client("POST", path, { replaces: before.number, replacesEtag: before.etag }, match("v1"));
  expect(activated.body).toMatchObject({ status: "ACTIVE", replaces: before.number, etag: "v2" });
  expect(await active(client)).toHaveLength(1);
  expect((await client("GET", `${BOMS}/${before.number}`)).body.status).toBe("SUPERSEDED");

  const again = await client("POST", path, { replaces: body.number }, match("v2"));
  expect([again.status, again.body.error.code]).toEqual([409, "BOM_NOT_DRAFT"]);
});

it("refuses to replace a BOM that a planner edited after it was read", async () => {
  const { client } = await trial(startSandboxErp, { seed: true });
  const [before] = await active(client);
  const edited = await client(
    "PATCH",
    `${BOMS}/${before.number}/lines/0010`,
    { supplyType: "PULL" },
    match(before.etag),
  );
  expect(edited.body.lines[0]).toMatchObject({ supplyType: "PULL", componentCode: "MOT-024" });

  const { body } = await draft(client);
  const sent = { replaces: before.number, replacesEtag: before.etag };
  const answer = await client("POST", `${BOMS}/${body.number}/activate`, sent, match("v1"));
  expect([answer.status, answer.body.error.code]).toEqual([412, "ACTIVE_BOM_CHANGED"]);
});

it("lets a planner add and remove lines by hand, but not in a superseded BOM", async () => {
  const { client } = await trial(startSandboxErp, { seed: true });
  const [before] = await active(client);
  const path = `${BOMS}/${before.number}/lines`;
  const added = await client("POST", path, { ...MOTOR, position: "0500" }, match(before.etag));
  expect([added.status, added.body.lines.at(-1).position]).toEqual([201, "0500"]);
  const removed = await client("DELETE", `${path}/0500`, undefined, match(added.body.etag));
  expect(removed.body.lines).toEqual(before.lines);

  const { body } = await draft(client);
  await client("POST", `${BOMS}/${body.number}/activate`, { replaces: before.number }, match("v1"));
  const late = await client("DELETE", `${path}/0010`, undefined, match("v5"));
  expect([late.status, late.body.error.code]).toEqual([409, "BOM_SUPERSEDED"]);
});

it("discards a draft, and nothing else", async () => {
  const { client } = await trial(startSandboxErp, { seed: true });
  const { body } = await draft(client);
  expect((await client("DELETE", `${BOMS}/${body.number}`, undefined, match("v1"))).status).toBe(204);
  expect((await client("GET", `${BOMS}/${body.number}`)).status).toBe(404);
  const [inForce] = await active(client);
  expect((await client("DELETE", `${BOMS}/${inForce.number}`, undefined, match(inForce.etag))).status).toBe(409);
});

it("shows where a component is used, in BOMs in force only", async () => {
  const { client } = await trial(startSandboxErp, { seed: true });
  const users = async () =>
    (await client("GET", `${BOMS}/where-used?plant=1000&component=RIV-32&component=MOT-024`)).body.value.map(
      ({ component, itemCode, positions }: never) => [component, itemCode, positions],
    );
  expect(await users()).toEqual([
    ["MOT-024", "FX-210", ["0010"]],
    ["RIV-32", "FX-220", ["0090"]],
  ]);
  await draft(client, [MOTOR], "FX-211");
  expect(await users()).toHaveLength(2);
});

it.each([
  [{ componentCode: "NOTHING" }, "ITEM_UNKNOWN", "componentCode"],
  [{ unit: "FURLONG" }, "UNIT_UNKNOWN", "unit"],
  [{ unit: "KGM" }, "UNIT_INCOMPATIBLE", "unit"],
  [{ quantity: "1.5" }, "TOO_MANY_DECIMALS", "quantity"],
  [{ quantity: "0" }, "QUANTITY_INVALID", "quantity"],
  [{ quantity: "-1" }, "QUANTITY_INVALID", "quantity"],
  [{ quantity: "two" }, "QUANTITY_INVALID", "quantity"],
  [{ position: "0005" }, "POSITION_DUPLICATE", "position"],
  [{ operation: "0999" }, "OPERATION_UNKNOWN", "operation"],
  [{ alternates: ["NOTHING"] }, "ITEM_UNKNOWN", "alternates[0]"],
  [{ componentScrapPercent: "100" }, "QUANTITY_INVALID", "componentScrapPercent"],
  [{ validFrom: "2026-02-30" }, "DATE_INVALID", "validFrom"],
])("refuses a line with %j as %s and names its %s", async (fault, code, member) => {
  const { client } = await trial(startSandboxErp, { seed: true });
  const answer = await draft(client, [
    { ...MOTOR, position: "0005" },
    { ...MOTOR, ...fault },
  ]);
  expect([answer.status, answer.body.error.code, answer.body.error.field]).toEqual([422, code, `lines[1].${member}`]);
  expect((await client("GET", `${BOMS}?itemCode=FX-210`)).body.value).toHaveLength(1);
});

it("puts no empty and no recursive BOM in force", async () => {
  const { client } = await trial(startSandboxErp, { seed: true });
  const [before] = await active(client);
  const activate = async (lines: object[]) => {
    const { body } = await draft(client, lines);
    return (await client("POST", `${BOMS}/${body.number}/activate`, { replaces: before.number }, match("v1"))).body
      .error.code;
  };
  expect(await activate([])).toBe("BOM_EMPTY");
  expect(await activate([{ ...MOTOR, componentCode: "FX-200" }])).toBe("BOM_RECURSIVE");
});
