import { expect, it } from "vitest";
import { accountSheet, comparisonSheet } from "./bom-sheets.ts";

it("a comparison is a row for each line, with what changed in words", () => {
  const lines = [
    {
      what: "changed",
      line: "L10",
      item: "BOLT",
      from: "8 EA BOLT",
      to: "6 EA BOLT, at 0020",
      fields: [
        { field: "quantity", from: "8 EA", to: "6 EA" },
        { field: "operation", from: "none", to: "0020" },
      ],
      why: "Line L10, BOLT, is bought.",
    },
    { what: "removed", line: "L20", item: "NUT", from: "8 EA NUT", to: null, fields: [], why: null },
  ] as const;
  expect(comparisonSheet({ from: "eBOM rev A", to: "mBOM in the ERP", lines })).toEqual({
    head: ["Difference", "Line", "Item", "eBOM rev A", "mBOM in the ERP", "Changed", "Why"],
    rows: [
      [
        "changed",
        "L10",
        "BOLT",
        "8 EA BOLT",
        "6 EA BOLT, at 0020",
        "quantity 8 EA → 6 EA; operation none → 0020",
        "Line L10, BOLT, is bought.",
      ],
      ["removed", "L20", "NUT", "8 EA NUT", null, null, null],
    ],
  });
});

it("an account is a row for each eBOM line, then one for each edit of the plant", () => {
  const bolts = {
    line: "L10",
    item: "BOLT",
    required: "8 EA",
    placed: ["5 EA on L10", "2 EA on L10@0020"],
    rounding: "1 EA",
    scrap: ["5 % on L10", "2 per order on L10@0020"],
    unplaced: null,
    why: "Line L10, BOLT, is bought.",
    problem: "1 EA too little",
  };
  const label = {
    line: "L20",
    item: "LABEL",
    required: "1 EA",
    placed: [],
    rounding: null,
    scrap: [],
    unplaced: "1 EA: excluded: printed here",
    why: "Line L20, LABEL, is left out.",
    problem: null,
  };
  const edit = { what: "added", line: "9", item: "TAPE", planned: null, standing: "1 EA TAPE" } as const;
  const { head, rows } = accountSheet({ lines: [bolts, label], edits: [edit] });
  expect(head.join(", ")).toBe(
    "Kind, Line, Item, Required, Placed, Rounding, Scrap, Unplaced, Balanced, What became of it",
  );
  expect(rows).toEqual([
    [
      "eBOM line",
      "L10",
      "BOLT",
      "8 EA",
      "5 EA on L10; 2 EA on L10@0020",
      "1 EA",
      "5 % on L10; 2 per order on L10@0020",
      null,
      "no: 1 EA too little",
      "Line L10, BOLT, is bought.",
    ],
    [
      "eBOM line",
      "L20",
      "LABEL",
      "1 EA",
      null,
      null,
      null,
      "1 EA: excluded: printed here",
      "yes",
      "Line L20, LABEL, is left out.",
    ],
    ["plant's edit", "9", "TAPE", null, null, null, null, null, null, "a planner added 1 EA TAPE"],
  ]);
});
