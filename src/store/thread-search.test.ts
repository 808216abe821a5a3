import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pieceNode, revisionNode, type ThreadLink, type ThreadNode } from "../domain/thread-link.ts";
import { nodeText } from "../domain/trace/node-name.ts";
import type { Database } from "./database.ts";
import { subjectOf } from "./subject.ts";
import { testDatabase } from "./testing.ts";
import { leaveUnits } from "./thread-harness.ts";
import { linkThread } from "./thread-links.ts";
import { findNodes, type NodeFilter } from "./thread-search.ts";

const order: ThreadNode = { system: "erp", kind: "production order", id: "MO-5001" };
const change: ThreadNode = { system: "plm", kind: "change", id: "ECO-0001" };
const serial = (plant: string, number: string, item = "FX-110") => pieceNode(plant, "serial", number, item);

let database: Database;
beforeAll(async () => {
  database = await testDatabase();
  const links: ThreadLink[] = [
    { from: order, relation: "built under", to: change },
    { from: order, relation: "makes", to: revisionNode("erp", "FX-110", "A") },
    { from: order, relation: "makes", to: revisionNode("erp", "FX-110", "B") },
    ...Array.from({ length: 300 }, (_, n) => ({
      from: serial("1000", `SN-1${n}`),
      relation: "made by" as const,
      to: order,
    })),
    { from: serial("1000", "SN-1"), relation: "made by", to: order },
    { from: serial("1000", "SN-1", "FX-200"), relation: "contains", to: serial("1000", "SN-1") },
  ];
  const other: ThreadLink = { from: serial("2000", "SN-1"), relation: "made by", to: { ...order, id: "MO-7" } };
  await linkThread(database.pool, subjectOf("order", "MO-5001", "1000").id, links);
  await linkThread(database.pool, subjectOf("order", "MO-7", "2000").id, [other]);
  await leaveUnits(database.pool, [{ id: "SN-77%", item: "FX-300" }]);
});
afterAll(() => database.close());

async function found(text: string, filter: NodeFilter = {}, limit = 50) {
  const { nodes, by } = await findNodes(database.pool, text, filter, limit);
  return { by, found: nodes.map((node) => `${nodeText(node)} in ${node.system}`) };
}

describe("what a person types", () => {
  it("finds a serial number wherever it stands, however many begin like it", async () => {
    expect(await found("SN-1")).toEqual({
      by: "name",
      found: ["serial SN-1 of FX-110 in 1000", "serial SN-1 of FX-110 in 2000", "serial SN-1 of FX-200 in 1000"],
    });
    expect(await found("SN-1", { plant: "2000" })).toMatchObject({ found: ["serial SN-1 of FX-110 in 2000"] });
    expect(await found("SN-1@FX-200")).toMatchObject({ found: ["serial SN-1 of FX-200 in 1000"] });
  });

  it("finds an item by all its revisions, an order and a change", async () => {
    expect(await found("FX-110")).toMatchObject({ found: ["item FX-110 rev A in erp", "item FX-110 rev B in erp"] });
    expect(await found("MO-5001")).toMatchObject({ found: ["production order MO-5001 in erp"] });
    expect(await found("eco-0001")).toMatchObject({ by: "name", found: ["change ECO-0001 in plm"] });
    expect(await found("MO-7", { plant: "1000" })).toMatchObject({ found: [] });
    expect(await found("MO-7", { plant: "2000" })).toMatchObject({ found: ["production order MO-7 in erp"] });
  });

  it("shows what begins so when nothing is called so", async () => {
    const some = await found("SN-12", { kind: "serial" });
    expect(some.by).toBe("name");
    const begun = await found("SN-29", {}, 3);
    expect(begun).toEqual({ by: "beginning", found: [] });
    expect(await found("MO", {}, 3)).toEqual({
      by: "beginning",
      found: ["production order MO-5001 in erp", "production order MO-7 in erp"],
    });
    expect((await found("S", {}, 3)).found).toHaveLength(3);
    expect(await found("SN-1", { kind: "change" })).toEqual({ by: "beginning", found: [] });
  });

  it("finds a unit on record without a link, and takes signs for what they are", async () => {
    expect(await found("SN-77%")).toEqual({ by: "name", found: ["serial SN-77% of FX-300 in 1000"] });
    expect(await found("S%")).toEqual({ by: "beginning", found: [] });
  });
});
