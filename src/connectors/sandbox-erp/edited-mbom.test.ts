import { describe, expect, it } from "vitest";
import { mbom, mbomLine, quantity } from "../../domain/bom/bom-builder.ts";
import { sameMbom } from "../../domain/bom/diff-mbom.ts";
import { mergeMbom } from "../../domain/bom/merge-mbom.ts";
import type { OperationId, SystemId } from "../../domain/ids.ts";
import type { Mbom } from "../../domain/mbom.ts";
import { fromMbomLines, toHeldMbom } from "./mapping.ts";
import type { BomLine } from "./wire.ts";

const ERP = "erp" as SystemId;
const SENT = mbom("PUMP", [
  mbomLine("L10", "SCREW", "4", { operation: "0010" as OperationId, referenceDesignators: ["R1"] }),
  mbomLine("L20", "SCREW", "2", { operation: "0020" as OperationId, supply: "bulk" }),
]);

/** What is read back of what was sent, once a planner had a go at its lines. */
function held(sent: Mbom, edit: (lines: readonly BomLine[]) => readonly BomLine[] = (lines) => lines): Mbom {
  const head = { number: "BOM-1", plant: sent.plant, itemCode: sent.item, revisionLevel: sent.revision } as const;
  const lines = [...edit(fromMbomLines(sent, ERP))];
  return toHeldMbom({ ...head, status: "ACTIVE", externalReference: null, etag: "1", lines }, ERP).value;
}

const typed = (line: BomLine | undefined, position: string, amount: string): BomLine[] =>
  line === undefined ? [] : [{ ...line, position, quantity: amount, externalReference: null }];

describe("an mBOM of the sandbox ERP", () => {
  it("reads back all that was published: nothing looks edited", () => {
    expect(sameMbom(held(SENT), SENT)).toBe(true);
    expect(mergeMbom(SENT, SENT, held(SENT), new Map()).kept).toEqual([]);
  });

  it("shows an edit of one line as just that", () => {
    const edited = held(SENT, ([first, ...more]) => [
      ...(first === undefined ? [] : [{ ...first, quantity: "5" }]),
      ...more,
    ]);
    const { kept } = mergeMbom(SENT, SENT, edited, new Map());
    expect(kept).toMatchObject([{ line: "L10", field: "quantity", base: "4 EA", plant: "5 EA" }]);
  });

  it("names an added line by its position, and keeps the name when it stands elsewhere", () => {
    const added = held(SENT, (lines) => [...lines, ...typed(lines[0], "0040", "1")]);
    expect(added.lines.map(({ key }) => key)).toEqual(["L10", "L20", "planner:0040"]);
    // Published again it stands at 0030, so that 0040 is free for the next one that is added.
    const again = held(added, (lines) => [...lines, ...typed(lines[1], "0040", "7")]);
    expect(again.lines.map(({ key, quantity: { amount } }) => [key, amount])).toEqual([
      ["L10", quantity("4").amount],
      ["L20", quantity("2").amount],
      ["planner:0040", quantity("1").amount],
      ["planner:0040.2", quantity("7").amount],
    ]);
  });

  it("leaves a line its key where an added one comes before it at the position it is named by", () => {
    const added = held(SENT, (lines) => [...lines, ...typed(lines[0], "0040", "1")]);
    const moved = held(added, ([first, second, third]) => [
      ...(first === undefined ? [] : [first]),
      ...typed(second, "0040", "7"),
      ...(third === undefined ? [] : [{ ...third, position: "0050" }]),
    ]);
    expect(moved.lines.map(({ key }) => key)).toEqual(["L10", "planner:0040.2", "planner:0040"]);
  });
});
