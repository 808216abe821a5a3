import * as fc from "fast-check";
import { expect, it } from "vitest";
import { diffMbom } from "../src/domain/bom/diff-mbom.ts";
import { ALWAYS } from "../src/domain/calendar.ts";
import type { MbomChange } from "../src/domain/change-plan.ts";
import { itemRevision } from "../src/domain/ebom.ts";
import type { ItemId, MbomLineKey, PlantId, Revision } from "../src/domain/ids.ts";
import { fromJson, toJson } from "../src/domain/json.ts";
import { NO_SCRAP, type Mbom, type MbomLine } from "../src/domain/mbom.ts";
import { rational, rationalText } from "../src/domain/rational.ts";
import { compareLines, compareRows } from "./mbom-compare.ts";

it("shows lines in the new order and a removed one where it stood", () => {
  const change = comparing(["frame 1", "seal-1 2", "bolt 4", "label 1"], ["frame 1", "bolt 6", "label 1", "seal-2 2"]);

  expect(compareLines(change).map(drawn)).toEqual([
    "same frame 1",
    "removed seal-1 2",
    "changed bolt 4 → 6",
    "same label 1",
    "added seal-2 2",
  ]);
});

it("keeps a removed line at the top at the top", () => {
  const change = comparing(["old 1", "frame 1"], ["frame 1"]);

  expect(compareLines(change).map(drawn)).toEqual(["removed old 1", "same frame 1"]);
});

it("leaves out an item of which nothing is wanted", () => {
  const rows = compareRows([comparing(["a 1"], ["a 1"]), comparing(["b 1"], ["b 2"])], ({ kind }) => kind !== "same");

  expect(rows.map(({ kind }) => kind)).toEqual(["heading", "changed"]);
});

it("shows every line of both mBOMs exactly once, whatever changed", () => {
  const anyLines = fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 1, max: 3 })), {
    selector: ([name]) => name,
    maxLength: 8,
  });
  fc.assert(
    fc.property(anyLines, anyLines, (before, after) => {
      const rows = compareLines(comparing(texts(before), texts(after)));

      const seenBefore = rows.flatMap((row) => (row.before === null ? [] : [row.before.key]));
      const seenAfter = rows.flatMap((row) => (row.after === null ? [] : [row.after.key]));
      expect(seenBefore.toSorted()).toEqual(before.map(([name]) => `p${name}`).toSorted());
      expect(seenAfter).toEqual(after.map(([name]) => `p${name}`));
    }),
  );
});

function texts(lines: readonly (readonly [number, number])[]): readonly string[] {
  return lines.map(([name, count]) => `p${name} ${count}`);
}

function drawn({ kind, before, after }: ReturnType<typeof compareLines>[number]): string {
  const counts = [before, after].flatMap((held) => (held === null ? [] : [rationalText(held.quantity.amount)]));
  return `${kind} ${(after ?? before)?.item ?? ""} ${[...new Set(counts)].join(" → ")}`;
}

/** As the browser has it: through JSON, where no two values are the same object. */
function comparing(from: readonly string[], to: readonly string[]): MbomChange {
  const [before, after] = [mbom(from), mbom(to)];
  return fromJson<MbomChange>(
    toJson({
      item: after.item,
      key: itemRevision(after.item, after.revision),
      before,
      after,
      diff: diffMbom(before, after),
      decisions: [],
      account: [],
    }),
  );
}

function mbom(words: readonly string[]): Mbom {
  return { plant: "P1" as PlantId, item: "PUMP" as ItemId, revision: "C" as Revision, lines: words.map(line) };
}

function line(text: string): MbomLine {
  const [item = "", count = "0"] = text.split(" ");
  return {
    key: item as MbomLineKey,
    item: item as ItemId,
    quantity: { amount: rational(BigInt(count)), unit: "EA" },
    basis: "per assembly",
    operation: null,
    supply: null,
    scrap: NO_SCRAP,
    phantom: false,
    referenceDesignators: [],
    alternates: [],
    effectivity: ALWAYS,
    origin: { kind: "planner" },
  };
}
