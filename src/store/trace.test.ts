import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pieceNode, revisionNode, type ThreadLink, type ThreadNode } from "../domain/thread-link.ts";
import { linkFrom } from "../domain/trace/link-sentence.ts";
import { nodeText } from "../domain/trace/node-name.ts";
import type { Trace } from "../domain/trace/trace.ts";
import type { Database } from "./database.ts";
import { subjectOf } from "./subject.ts";
import { testDatabase } from "./testing.ts";
import { linkThread } from "./thread-links.ts";
import { traceFrom, type TraceBounds } from "./trace.ts";

const change: ThreadNode = { system: "plm", kind: "change", id: "ECO-0001" };
const revision = revisionNode("erp", "FX-110", "B");
const order: ThreadNode = { system: "erp", kind: "production order", id: "MO-5001" };
const job: ThreadNode = { system: "mes", kind: "job order", id: "1000:MO-5001" };
const serial = (number: number) => pieceNode("1000", "serial", `SN-${String(number).padStart(3, "0")}`, "FX-110");
const machine = pieceNode("1000", "serial", "M-1", "FX-900");
const lot = pieceNode("1000", "lot", "L-7", "MOT-024");

const LINKS: readonly ThreadLink[] = [
  { from: change, relation: "releases", to: revision },
  { from: order, relation: "makes", to: revision },
  { from: order, relation: "built under", to: change },
  { from: order, relation: "dispatched as", to: job },
  ...Array.from({ length: 25 }, (_, n): ThreadLink[] => [
    { from: serial(n), relation: "made by", to: order },
    { from: serial(n), relation: "contains", to: lot },
  ]).flat(),
  { from: machine, relation: "contains", to: serial(3) },
];

let database: Database;
beforeAll(async () => {
  database = await testDatabase();
  await linkThread(database.pool, subjectOf("order", "MO-5001", "1000").id, LINKS);
});
afterAll(() => database.close());

const trace = (node: ThreadNode, bounds: Partial<TraceBounds> = {}) =>
  traceFrom(database.pool, node, { direction: "back", depth: 8, perNode: 10, steps: 500, after: null, ...bounds });

/** One line for each step, indented by its depth. */
function drawn({ steps }: Trace): string {
  return steps
    .map(({ depth, from, link, isKnown }) => `${"  ".repeat(depth - 1)}${linkFrom(from, link)}${isKnown ? " *" : ""}`)
    .join("\n");
}

describe("a trace", () => {
  it("goes from a serial back to the engineering change, and says what is not known on the way", async () => {
    const found = await trace(machine);

    expect(drawn(found)).toBe(`contains serial SN-003 of FX-110
  contains lot L-7 of MOT-024
  was made by production order MO-5001
    was built under change ECO-0001
    makes item FX-110 rev B
      was released by change ECO-0001 *`);
    expect(found.missing.map(({ sentence }) => sentence)).toEqual([
      expect.stringMatching(/^Serial M-1 of FX-900 has no origin on record/),
      expect.stringMatching(/^Lot L-7 of MOT-024 has no origin on record/),
    ]);
    expect(found.open).toEqual([]);
  });

  it("goes forward from a lot, page by page, and says how many more there are", async () => {
    const seen: string[] = [];
    const left: number[] = [];
    let after: string | null = null;
    do {
      const page: Trace = await trace(lot, { direction: "forward", depth: 1, after });
      seen.push(...page.steps.map(({ to }) => nodeText(to)));
      left.push(...page.more.map(({ count }) => count));
      after = page.more[0]?.after ?? null;
    } while (after !== null);

    expect(left).toEqual([15, 5]);
    expect(seen).toEqual(Array.from({ length: 25 }, (_, n) => nodeText(serial(n))));
  });

  it("reads on from links at one end of a node to those at the other", async () => {
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const page: Trace = await trace(order, { direction: "forward", depth: 1, perNode: 1, after });
      seen.push(...page.steps.map(({ from, link }) => linkFrom(from, link)));
      after = page.more[0]?.after ?? null;
    } while (after !== null);
    expect(seen).toHaveLength(26);
    expect(seen[0]).toBe("was dispatched as job order 1000:MO-5001");
    expect(seen[1]).toBe("made serial SN-000 of FX-110");
  });

  it("comes to each thing once, by the shortest way", async () => {
    const { steps } = await trace(change, { direction: "forward", perNode: 100, steps: 100 });
    const first = steps.filter(({ isKnown }) => !isKnown).map(({ to }) => nodeText(to));
    expect(new Set(first).size).toBe(first.length);
    expect(first).toHaveLength(1 + 1 + 1 + 25 + 1); // revision, order, job, serials, machine
  });

  it("stops at its bounds, and names where it could go on", async () => {
    const shallow = await trace(machine, { depth: 1 });
    expect(shallow.open).toEqual([serial(3)]);
    const narrow = await trace(change, { direction: "forward", perNode: 10, steps: 14 });
    expect(narrow.open).toEqual([machine]);
    expect(narrow.more).toMatchObject([{ node: order, count: 16, isAtLeast: false }]);
  });

  it("of a thing without links says so", async () => {
    const stray = pieceNode("1000", "serial", "SN-9999", "FX-110");
    expect(await trace(stray)).toMatchObject({ steps: [], more: [], missing: [{ node: stray }] });
  });

  it("refuses a place that is none", async () => {
    await expect(trace(lot, { after: "nowhere" })).rejects.toThrow(/"nowhere" is no place in a node's links/);
  });
});
