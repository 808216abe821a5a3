import { expect, it } from "vitest";
import { quantityConflict } from "../../src/api/conflict-harness.ts";
import type { ItemId, MbomLineKey } from "../../src/domain/ids.ts";
import { mergedLines } from "./merged-lines.ts";

it("lists what waits for an answer before the edits that are kept", () => {
  const item = "FRAME" as ItemId;
  const conflict = quantityConflict();
  const kept = {
    line: "L20" as MbomLineKey,
    component: "NUT" as ItemId,
    field: "operation",
    base: "0010",
    engineering: "0010",
    plant: "0020",
    stands: "plant",
    by: null,
  } as const;
  expect(
    mergedLines([{ item: "DOOR" as ItemId }, { item, merge: { kept: [kept], conflicts: [conflict] } }]),
  ).toMatchObject([
    { item, line: "L10", base: "4 EA", engineering: "5 EA", plant: "6 EA", stands: null, question: conflict.id },
    { item, line: "L20", field: "operation", stands: "plant", question: null },
  ]);
});
