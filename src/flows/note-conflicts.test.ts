import { expect, it } from "vitest";
import { ALWAYS } from "../domain/calendar.ts";
import type { ItemId, MbomLineKey, PlantId, Revision } from "../domain/ids.ts";
import { NO_SCRAP, type Mbom } from "../domain/mbom.ts";
import { rational } from "../domain/rational.ts";
import { linesAround } from "./note-conflicts.ts";

const L40 = "L40" as MbomLineKey;

/** An mBOM of lines with these keys, one piece of each. */
function mbom(...keys: readonly string[]): Mbom {
  return {
    plant: "P1" as PlantId,
    item: "FRAME" as ItemId,
    revision: "B" as Revision,
    lines: keys.map((key) => ({
      key: key as MbomLineKey,
      item: `PART-${key}` as ItemId,
      quantity: { amount: rational(1n), unit: "EA" },
      basis: "per assembly",
      operation: null,
      supply: null,
      scrap: NO_SCRAP,
      phantom: false,
      referenceDesignators: [],
      alternates: [],
      effectivity: ALWAYS,
      origin: { kind: "planner" },
    })),
  };
}

const SEVEN = ["L10", "L20", "L30", "L40", "L50", "L60", "L70", "L80"];

it("shows three lines on either side of the one in question", () => {
  const around = linesAround({ before: null, after: mbom(...SEVEN) }, L40);
  expect(around.map(({ line }) => line)).toEqual(["L10", "L20", "L30", "L40", "L50", "L60", "L70"]);
  expect(around[3]).toEqual({ line: "L40", component: "PART-L40", quantity: "1 EA", operation: null });
});

it("shows them as they stood where the line goes, and none where nobody has it any more", () => {
  const after = mbom(...SEVEN.filter((line) => line !== "L40"));
  expect(linesAround({ before: mbom(...SEVEN), after }, L40)).toHaveLength(7);
  expect(linesAround({ before: after, after }, L40)).toEqual([]);
});
