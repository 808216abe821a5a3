import { expect, it } from "vitest";
import { match, trial, type Client } from "../http/trial.ts";
import { startSandboxPlm } from "./server.ts";

const PARTS = "/api/v2/parts";

async function assembly(client: Client): Promise<void> {
  await client("POST", "/api/v2/import", {
    parts: [
      { partNumber: "BOLT", revision: "A", partType: "fastener", lifecycle: "RELEASED" },
      {
        partNumber: "FRAME",
        revision: "A",
        partType: "assembly",
        lifecycle: "RELEASED",
        bom: [
          { findNumber: "10", partNumber: "BOLT", quantity: "4" },
          { findNumber: "20", partNumber: "BOLT", revision: "A", quantity: "2" },
        ],
      },
    ],
  });
}

const usages = async (client: Client, revision: string) =>
  (await client("GET", `${PARTS}/FRAME/revisions/${revision}/bom`)).body.usages;

it("creates a part in work and shows it with what was left open", async () => {
  const { client } = await trial(startSandboxPlm, {});
  const created = await client("POST", PARTS, { partNumber: "PLATE", revision: "A", attributes: { colour: "grey" } });

  expect([created.status, created.headers.get("etag")]).toEqual([201, '"v1"']);
  expect(created.body).toMatchObject({
    lifecycle: "INWORK",
    uom: "EA",
    attributes: { colour: "grey" },
    hasBom: false,
    etag: "v1",
  });
  expect((await client("GET", `${PARTS}/PLATE/revisions/A`)).body).toEqual(created.body);

  const again = await client("POST", PARTS, { partNumber: "PLATE", revision: "A" });
  expect([again.status, again.body.error.code]).toEqual([409, "REVISION_EXISTS"]);
});

it("tells a missing part from a missing revision", async () => {
  const { client } = await trial(startSandboxPlm, { seed: true });
  expect((await client("GET", `${PARTS}/NONE/revisions/A`)).body.error.code).toBe("PART_UNKNOWN");
  expect((await client("GET", `${PARTS}/FX-200/revisions/Z`)).body.error.code).toBe("REVISION_UNKNOWN");
});

it("edits only what is in work, and only the version that was read", async () => {
  const { client } = await trial(startSandboxPlm, {});
  await assembly(client);
  await client("POST", `${PARTS}/FRAME/revisions`, { basedOn: "A", revision: "B" });
  const path = `${PARTS}/FRAME/revisions/B`;

  expect((await client("PUT", path, { description: "x" })).status).toBe(428);
  const edited = await client("PUT", path, { description: "x" }, match("v1"));
  expect([edited.status, edited.body.description, edited.body.etag]).toEqual([200, "x", "v2"]);
  expect((await client("PUT", path, { description: "y" }, match("v1"))).status).toBe(412);

  const locked = await client("PUT", `${PARTS}/FRAME/revisions/A`, { description: "x" }, match("v1"));
  expect([locked.status, locked.body.error.code]).toEqual([409, "REVISION_LOCKED"]);
});

it("keeps usage ids from revision to revision, and gives new lines new ones", async () => {
  const { client } = await trial(startSandboxPlm, {});
  await assembly(client);
  const [first, second] = await usages(client, "A");
  await client("POST", `${PARTS}/FRAME/revisions`, { basedOn: "A", revision: "B" });
  const path = `${PARTS}/FRAME/revisions/B/bom`;

  await client("PATCH", `${path}/usages/${first.usageId}`, { quantity: "6" }, match("v1"));
  await client("POST", `${path}/usages`, { findNumber: "30", partNumber: "BOLT", quantity: "1" }, match("v2"));
  const removed = await client("DELETE", `${path}/usages/${second.usageId}`, undefined, match("v3"));

  expect(removed.status).toBe(204);
  const after = await usages(client, "B");
  expect(after.map(({ quantity }: { quantity: string }) => quantity)).toEqual(["6", "1"]);
  expect(after[0].usageId).toBe(first.usageId);
  expect([first.usageId, second.usageId]).not.toContain(after[1].usageId);
  expect(await usages(client, "A")).toHaveLength(2);
});

it("takes usage ids over by find number when a revision is imported", async () => {
  const { client } = await trial(startSandboxPlm, {});
  await assembly(client);
  const before = await usages(client, "A");
  const bom = [
    { findNumber: "20", partNumber: "BOLT", quantity: "3" },
    { findNumber: "40", partNumber: "BOLT", quantity: "1" },
  ];
  await client("POST", "/api/v2/import", { parts: [{ partNumber: "FRAME", revision: "B", bom }] });

  const after = await usages(client, "B");
  expect(after[0].usageId).toBe(before[1].usageId);
  expect(before.map(({ usageId }: { usageId: string }) => usageId)).not.toContain(after[1].usageId);
});

it("resolves a floating line to the newest released revision when it is read, and leaves a fixed one alone", async () => {
  const { client } = await trial(startSandboxPlm, {});
  await assembly(client);
  const revisions = async () => (await usages(client, "A")).map(({ revision }: { revision: string }) => revision);

  await client("POST", "/api/v2/import", { parts: [{ partNumber: "BOLT", revision: "B" }] });
  expect(await revisions()).toEqual(["A", "A"]);
  await client("POST", "/api/v2/import", { parts: [{ partNumber: "BOLT", revision: "C", lifecycle: "RELEASED" }] });
  expect(await revisions()).toEqual(["C", "A"]);
});

it("finds where a part is used in the newest released revisions only", async () => {
  const { client } = await trial(startSandboxPlm, {});
  await assembly(client);
  const used = async () => (await client("GET", `${PARTS}/BOLT/where-used`)).body.value;
  const [{ usageIds, ...where }] = await used();
  expect(where).toEqual({ partNumber: "FRAME", revision: "A" });
  expect(usageIds).toHaveLength(2);

  const parts = [{ partNumber: "FRAME", revision: "B", lifecycle: "RELEASED", bom: [] }];
  await client("POST", "/api/v2/import", { parts });
  expect(await used()).toEqual([]);
});

it("reads many revisions with their BOMs in one query", async () => {
  const { client } = await trial(startSandboxPlm, { seed: true });
  const keys = [
    { partNumber: "FX-200", revision: "A" },
    { partNumber: "SCR-M4-10", revision: "A" },
    { partNumber: "FX-200", revision: "Z" },
  ];
  const { body } = await client("POST", "/api/v2/part-revisions/query", { keys, expand: ["bom"] });
  expect(body.value.map((part: never) => [part["partNumber"], part["hasBom"], (part["usages"] as []).length])).toEqual([
    ["FX-200", true, 12],
    ["SCR-M4-10", false, 0],
  ]);
  expect(body.notFound).toEqual([{ partNumber: "FX-200", revision: "Z" }]);
});

it("takes the bad data that real PLMs take", async () => {
  const { client } = await trial(startSandboxPlm, {});
  const line = { findNumber: "10", partNumber: "MISSING", quantity: "1" };
  const answer = await client("POST", "/api/v2/import", {
    parts: [
      {
        partNumber: "ODD",
        revision: "A",
        uom: "FURLONG",
        bom: [
          { ...line, quantity: "-2" },
          { ...line, quantity: "a few" },
        ],
      },
      { partNumber: "LOOP", revision: "A", bom: [{ ...line, partNumber: "LOOP", referenceDesignators: ["R1", "R2"] }] },
      { partNumber: "EMPTY", revision: "A", bom: [] },
    ],
  });
  expect([answer.status, answer.body.parts]).toEqual([201, 3]);
  expect((await client("GET", `${PARTS}/ODD/revisions/A/bom`)).body.usages[0]).toMatchObject({
    quantity: "-2",
    revision: null,
  });
  expect((await client("GET", `${PARTS}/EMPTY/revisions/A/bom`)).body).toMatchObject({ hasBom: true, usages: [] });
});

it("imports all or nothing", async () => {
  const { client } = await trial(startSandboxPlm, { seed: true });
  const parts = [
    { partNumber: "NEW", revision: "A" },
    { partNumber: "FX-200", revision: "A", description: "released already" },
  ];
  const answer = await client("POST", "/api/v2/import", { parts });
  expect([answer.status, answer.body.error.code]).toEqual([409, "REVISION_LOCKED"]);
  expect((await client("GET", `${PARTS}/NEW/revisions/A`)).status).toBe(404);
});
