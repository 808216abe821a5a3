import { expect, it } from "vitest";
import { csvLine } from "./csv.ts";

it("quotes what must be, and leaves nothing that a spreadsheet would run", () => {
  expect(csvLine(["SN-1", null, 'a "b", c', "two\nlines"])).toBe('SN-1,,"a ""b"", c","two\nlines"\r\n');
  expect(csvLine(["=1+1", "-1", "@x"])).toBe("'=1+1,'-1,'@x\r\n");
});
