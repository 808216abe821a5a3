import { expect, it } from "vitest";
import { match, trial, type Client } from "../http/trial.ts";
import { startSandboxPlm } from "./server.ts";

const ECO = "/api/v2/ecos/ECO-0001";
const RELEASE = { releasedBy: "m.keller" };

const lifecycle = async (client: Client, part: string, revision: string) =>
  (await client("GET", `/api/v2/parts/${part}/revisions/${revision}`)).body.lifecycle;
const eco = async (client: Client, number = "ECO-0001") => (await client("GET", `/api/v2/ecos/${number}`)).body;

it("releases the to-revisions and retires what goes", async () => {
  const { client } = await trial(startSandboxPlm, { seed: true });
  const released = await client("POST", `${ECO}/release`, RELEASE);

  expect(released.body).toMatchObject({ state: "RELEASED", releasedBy: "m.keller", etag: "v2" });
  expect(await lifecycle(client, "FX-210", "B")).toBe("RELEASED");
  expect(await lifecycle(client, "MOT-026", "A")).toBe("RELEASED");
  expect(await lifecycle(client, "MOT-024", "A")).toBe("OBSOLETE");

  const again = await client("POST", `${ECO}/release`, RELEASE);
  expect([again.status, again.body.error.code]).toEqual([409, "ECO_STATE"]);
});

it("takes a release back when the change is cancelled", async () => {
  const { client } = await trial(startSandboxPlm, { seed: true });
  await client("POST", `${ECO}/release`, RELEASE);
  const cancelled = await client("POST", `${ECO}/cancel`, { cancelledBy: "m.keller", reason: "wrong motor" });

  expect(cancelled.body).toMatchObject({ state: "CANCELLED", cancelReason: "wrong motor" });
  expect(await lifecycle(client, "FX-210", "B")).toBe("OBSOLETE");
  expect(await lifecycle(client, "MOT-024", "A")).toBe("RELEASED");
  expect((await client("POST", `${ECO}/cancel`, { cancelledBy: "x", reason: "" })).status).toBe(409);
});

it("goes through review, and says who may not go on from where", async () => {
  const { client } = await trial(startSandboxPlm, { seed: true });
  expect((await client("POST", `${ECO}/submit`)).body.state).toBe("IN_REVIEW");
  expect((await client("POST", `${ECO}/submit`)).body.error.code).toBe("ECO_STATE");
  expect((await client("POST", `${ECO}/release`, {})).body.error.field).toBe("releasedBy");
  expect((await client("POST", `${ECO}/release`, RELEASE, match("v1"))).status).toBe(412);
  expect((await client("POST", `${ECO}/release`, RELEASE)).body.state).toBe("RELEASED");
});

it("numbers changes itself, and makes two of the same one posted twice", async () => {
  const { client } = await trial(startSandboxPlm, {});
  const written = {
    title: "Longer screw",
    reference: "mail 12",
    affectedParts: [{ partNumber: "X", toRevision: "B" }],
  };
  const first = await client("POST", "/api/v2/ecos", written);
  const second = await client("POST", "/api/v2/ecos", written);
  expect([first.body.ecoNumber, second.body.ecoNumber]).toEqual(["ECO-0001", "ECO-0002"]);
  expect(first.body.affectedParts[0].dispositions.stock).toBe("UNDECIDED");

  const found = await client("GET", "/api/v2/ecos?referenceStartsWith=mail");
  expect(found.body.value).toHaveLength(2);
  expect((await client("GET", "/api/v2/ecos?reference=mail")).body.value).toEqual([]);
});

it("shows by its sequence that only a line of a change's BOM was edited", async () => {
  const { client } = await trial(startSandboxPlm, { seed: true });
  const { cursor } = (await client("GET", "/api/v2/ecos?since=0")).body;
  expect((await client("GET", `/api/v2/ecos?since=${cursor}`)).body).toEqual({ value: [], cursor, more: false });

  const bom = "/api/v2/parts/FX-211/revisions/B/bom";
  const { usages, etag } = (await client("GET", bom)).body;
  await client("PATCH", `${bom}/usages/${usages[3].usageId}`, { quantity: "10" }, match(etag));

  const { value } = (await client("GET", `/api/v2/ecos?since=${cursor}`)).body;
  expect(value.map(({ ecoNumber, lineEdits }: never) => [ecoNumber, lineEdits])).toEqual([["ECO-0003", 1]]);
  expect((await eco(client, "ECO-0003")).sequence).toBeGreaterThan(cursor);
});

it("counts an edit of affected lines, and refuses one of an older version", async () => {
  const { client } = await trial(startSandboxPlm, { seed: true });
  const { title, reason } = await eco(client);
  expect((await client("PUT", ECO, { title, reason })).status).toBe(428);

  const edited = await client("PUT", ECO, { title, reason, affectedParts: [] }, match("v1"));
  expect(edited.body).toMatchObject({ lineEdits: 1, affectedParts: [] });
  expect((await client("PUT", ECO, { title, reason }, match("v1"))).status).toBe(412);
});

it("keeps every acknowledgement it is given, without moving the change", async () => {
  const { client } = await trial(startSandboxPlm, { seed: true });
  const { sequence } = await eco(client);
  const written = { plant: "1000", outcome: "APPLIED", note: "done", reference: "key-1" };
  await client("POST", `${ECO}/acknowledgements`, written);
  await client("POST", `${ECO}/acknowledgements`, written);
  await client("POST", `${ECO}/acknowledgements`, { plant: "2000", outcome: "REFUSED" });

  const list = async (filter: string) => (await client("GET", `${ECO}/acknowledgements?${filter}`)).body.value;
  expect(await list("plant=1000")).toHaveLength(2);
  expect(await list("reference=key-1")).toHaveLength(2);
  expect((await list("plant=2000"))[0]).toMatchObject({ outcome: "REFUSED", note: "", reference: null });
  expect((await client("GET", "/api/v2/ecos/ECO-0002/acknowledgements")).body.value).toEqual([]);
  expect((await eco(client)).sequence).toBe(sequence);
});

it("makes changes in bulk that can be released, each on an assembly of its own", async () => {
  const { client } = await trial(startSandboxPlm, { seed: true });
  const { body } = await client("POST", "/_sandbox/bulk-changes", { count: 25 });
  expect(body.ecos).toHaveLength(25);

  await client("POST", `/api/v2/ecos/${body.ecos[24]}/release`, RELEASE);
  const [{ partNumber, toRevision }] = (await eco(client, body.ecos[24])).affectedParts;
  const bom = await client("GET", `/api/v2/parts/${partNumber}/revisions/${toRevision}/bom`);
  expect(bom.body.usages).toHaveLength(5);
  expect(await lifecycle(client, partNumber, toRevision)).toBe("RELEASED");
  expect((await client("GET", "/_sandbox/drafts")).body.value).toHaveLength(8 + 24);
});
