import { describe, expect, it } from "vitest";
import { readXlsx } from "../connectors/files/read-xlsx.ts";
import { csvOf, exactCell, xlsxOf } from "./spreadsheet.ts";

const head = ["Reason", "Quantity"];

describe("CSV", () => {
  it("quotes what holds commas, quotes or line breaks, and ends each row as RFC 4180 says", () => {
    const rows = [
      ['too "long", bent', 3],
      ["two\nlines", 0.5],
      [null, null],
    ];
    expect(csvOf({ head, rows })).toBe('\uFEFFReason,Quantity\r\n"too ""long"", bent",3\r\n"two\nlines",0.5\r\n,\r\n');
  });

  it.each(["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])("does not let %j run as a formula", (text) => {
    const [, row = ""] = csvOf({ head: ["Reason"], rows: [[text]] }).split(/\r\n(?!=)/);
    expect(row.replaceAll('"', "").startsWith("'")).toBe(true);
  });

  it("leaves numbers below zero as they are", () => {
    expect(csvOf({ head: ["Change"], rows: [[-1.5]] })).toBe("\uFEFFChange\r\n-1.5\r\n");
  });
});

it("makes workbooks whose texts stay texts", () => {
  const read = readXlsx(
    new Uint8Array(
      xlsxOf(
        {
          head,
          rows: [
            ["=1+1", 3.25],
            ["0012", null],
          ],
        },
        "losses",
      ),
    ),
    "losses",
  );
  if (!("table" in read)) throw new Error(read.flaw.problem);
  const cells = read.table.rows.map((row) => row.cells.map(({ text, number }) => [text, number]));
  expect(cells).toEqual([
    [
      ["Reason", null],
      ["Quantity", null],
    ],
    [
      ["=1+1", null],
      ["3.25", "3.25"],
    ],
    [
      ["0012", null],
      ["", null],
    ],
  ]);
});

it("holds a number only where that is the same number", () => {
  expect(["118", "0.5", "-3", "1/3", "123456789012345678", "0.10"].map(exactCell)).toEqual([
    118,
    0.5,
    -3,
    "1/3",
    "123456789012345678",
    "0.10",
  ]);
});
