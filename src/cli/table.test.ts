import { expect, it } from "vitest";
import { table } from "./table.ts";

it("aligns columns, leaves out empty ones, and ends no line with blanks", () => {
  const rows = [
    ["8 EA", "BOLT", "", "bulk"],
    ["0.35 KGM", "SHEET", "", ""],
  ];
  expect(table(rows, { indent: "  ", right: [0] })).toBe("      8 EA  BOLT   bulk\n  0.35 KGM  SHEET");
});
