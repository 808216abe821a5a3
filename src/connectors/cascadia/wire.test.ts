import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startFakeCascadia } from "./fake.ts";
import { CONTRACTS, DIALECT } from "./wire.ts";

/** An answer of a real Cascadia, as it was recorded. */
type Recorded = {
  readonly request: { readonly method: string; readonly path: string };
  readonly status: number;
  readonly body: unknown;
};

async function recorded(name: string): Promise<Recorded> {
  return JSON.parse(await readFile(new URL(`fixtures/${name}.json`, import.meta.url), "utf8")) as Recorded;
}

const ANSWERS = [
  ["check", CONTRACTS.anyChangeOrders],
  ["change-orders", CONTRACTS.changeOrders],
  ["change-order-by-number", CONTRACTS.changeOrders],
  ["change-order-noted", CONTRACTS.changeOrder],
  ["affected-items", CONTRACTS.affectedItems],
  ["designs-of-change-order", CONTRACTS.changeOrderDesigns],
  ["designs", CONTRACTS.designs],
  ["branches", CONTRACTS.branches],
  ["commits", CONTRACTS.commits],
  ["release-diff", CONTRACTS.commitDiff],
  ["history-of-part-made-on-branch", CONTRACTS.history],
  ["parts", CONTRACTS.parts],
  ["part", CONTRACTS.part],
  ["relationships", CONTRACTS.relationships],
  ["design-relationships", CONTRACTS.pairs],
  ["where-used", CONTRACTS.whereUsed],
  ["issue-imported", CONTRACTS.imported],
  ["issues", CONTRACTS.issues],
  ["issue", CONTRACTS.issue],
] as const;

describe("what a real Cascadia answered", () => {
  it.each(ANSWERS)("%s is of the shape that Heddle reads", async (name, contract) => {
    expect(contract((await recorded(name)).body)).toHaveProperty("value");
  });

  it.each([
    ["access-denied", { code: "AUTH_REQUIRED", message: "Authentication required", field: null }],
    ["not-found", { code: "RESOURCE_NOT_FOUND", message: expect.stringContaining("was not found"), field: null }],
    ["issue-refused", { code: "VALIDATION_FAILED", message: expect.stringContaining("<=500"), field: "rows.0.name" }],
  ])("%s is a refusal in its own words", async (name, refusal) => {
    expect(DIALECT.read((await recorded(name)).body)).toEqual(refusal);
  });

  it("has no part record at the released row of a part that was made on a branch", async () => {
    const read = CONTRACTS.parts((await recorded("parts")).body);
    const parts = "value" in read ? read.value.data.items : [];
    expect(parts.filter(({ itemId }) => itemId === undefined).map(({ itemNumber }) => itemNumber)).toEqual(["FX-114"]);
  });
});

describe("the fake", () => {
  let fake: Awaited<ReturnType<typeof startFakeCascadia>>;
  beforeAll(async () => {
    fake = await startFakeCascadia("csc_1");
  });
  afterAll(() => fake.close());

  async function send(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> {
    const response = await fetch(`${fake.url}/api/v1${path}`, {
      method,
      headers: { authorization: "Bearer csc_1" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: await response.json() };
  }

  it("answers with nothing that a real one does not have", async () => {
    type Created = { data: { created: { id: string }[] } };
    type Design = { data: { design: { id: string; defaultBranchId: string } } };
    const { id: designId, defaultBranchId } = (
      (await send("POST", "/designs", { code: "D", name: "D" })).body as Design
    ).data.design;
    const create = async (itemType: string, data: object) =>
      ((await send("POST", "/items/batch-create", { items: [{ itemType, data }] })).body as Created).data.created[0]
        ?.id;
    const part = await create("Part", { itemNumber: "FX-1", designId, partType: "Purchase" });
    const child = await create("Part", { itemNumber: "FX-2", designId, partType: "Purchase" });
    const order = await create("ChangeOrder", { name: "First", changeType: "ECO" });
    await send("POST", `/items/${part}/relationships`, { targetId: child, quantity: "1", findNumber: 10 });
    const items = [{ affectedItemId: part, changeAction: "release" }];
    await send("POST", `/change-orders/${order}/affected-items`, { items });
    await send("POST", `/change-orders/${order}/workflow`, {});
    await send("POST", `/change-orders/${order}/workflow/transition`, { toStateId: "Approved" });
    type Commits = { data: { commits: { id: string }[] } };
    const { commits } = ((await send("GET", `/branches/${defaultBranchId}/commits`)).body as Commits).data;

    const compared = [
      ["change-orders", "/items?itemType=ChangeOrder"],
      ["parts", "/items?itemType=Part"],
      ["part", `/parts/${part}`],
      ["relationships", `/items/${part}/relationships?type=BOM`],
      ["design-relationships", `/relationships?designId=${designId}&type=BOM`],
      ["history-of-part-made-on-branch", `/items/${part}/history`],
      ["where-used", `/items/${child}/where-used`],
      ["affected-items", `/change-orders/${order}/affected-items`],
      ["designs-of-change-order", `/change-orders/${order}/designs`],
      ["designs", "/designs"],
      ["branches", `/designs/${designId}/branches`],
      ["commits", `/branches/${defaultBranchId}/commits`],
      ["release-diff", `/commits/${commits[0]?.id}/diff`],
    ] as const;
    for (const [name, path] of compared) {
      const ours = await send("GET", path);
      const theirs = await recorded(name);
      expect(ours.status, path).toBe(theirs.status);
      const known = membersOf(theirs.body);
      const invented = [...membersOf(ours.body)].filter((member) => !known.has(member));
      expect(invented, name).toEqual([]);
    }
  });
});

/** Every path of members in some JSON, lists counting as one: `data.items[].itemNumber`. Free attributes are left out. */
function membersOf(json: unknown, at = ""): ReadonlySet<string> {
  if (Array.isArray(json)) return new Set(json.flatMap((one) => [...membersOf(one, `${at}[]`)]));
  if (typeof json !== "object" || json === null || /attributes|revisionsAssigned/.test(at)) return new Set();
  return new Set(
    Object.entries(json).flatMap(([name, value]) => {
      const path = at === "" ? name : `${at}.${name}`;
      return [path, ...membersOf(value, path)];
    }),
  );
}
