import { readFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { utils, write } from "@e965/xlsx";
import { parse } from "csv-parse/sync";
import { afterEach, beforeEach, expect, it } from "vitest";
import { runHeddle } from "./heddle.ts";

const EXAMPLE = "examples/bom-export";
const RULES = ["--rules", "rules/1000.yaml", "--date", "2026-03-01"];

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "heddle-export-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function plan(ebom: string, ...more: readonly string[]) {
  const out: string[] = [];
  const progress: string[] = [];
  const args = ["plan", "--ebom", ebom, ...RULES, ...more];
  const exitCode = await runHeddle(args, { out: (text) => out.push(text), progress: (text) => progress.push(text) });
  return { exitCode, out: out.join("\n"), progress: progress.join("\n") };
}

const mapping = ["--mapping", `${EXAMPLE}/mapping.yaml`];

async function put(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

it("plans a CSV export by its mapping, without a hub", async () => {
  const { exitCode, out } = await plan(`${EXAMPLE}/blower-module.csv`, ...mapping);
  expect(exitCode).toBe(0);
  expect(out).toContain("FX-210 rev B  Blower module");
  expect(out).toMatch(/8 EA +SCR-M4-10 .* line 30\/10 by buy, lift-kits/);
  expect(out).toMatch(/0\.35 GRM +ADH-310/);
});

const withoutNames = (out: string) => out.replace(/^ {2}eBOM .*$/m, "");

it("plans an Excel workbook of the same content alike", async () => {
  const text = await readFile(`${EXAMPLE}/blower-module.csv`, "utf8");
  const rows = parse(text, { delimiter: ";", relax_column_count: true });
  const book = utils.book_new();
  utils.book_append_sheet(book, utils.aoa_to_sheet(rows), "BOM");
  const workbook = await put("blower-module.xlsx", write(book, { type: "buffer", bookType: "xlsx" }) as Buffer);
  const fromCsv = await plan(`${EXAMPLE}/blower-module.csv`, ...mapping);
  const fromExcel = await plan(workbook, ...mapping);
  expect(withoutNames(fromExcel.out)).toBe(withoutNames(fromCsv.out));
});

it("names file, row, column, value and what to do", async () => {
  const text = await readFile(`${EXAMPLE}/blower-module.csv`, "utf8");
  const broken = await put(
    "broken.csv",
    text.replace("Hardware kit;kit;yes;1;", "Hardware kit;kit;yes;one;").replace("0,35;g", "0,35;gr"),
  );
  const { exitCode, progress } = await plan(broken, ...mapping);
  expect(exitCode).toBe(1);
  expect(progress).toContain(
    `${broken}:8:8 column "Qty": its quantity "one" is not a decimal number; write a number above zero, such as 0,35`,
  );
  expect(progress).toContain(
    `${broken}:11:9 column "UoM": its unit "gr" is unknown; name it under \`units\` in the mapping`,
  );
  expect(progress).toContain("2 mistakes; nothing was planned.");
});

it("blocks a plan in which designators and quantity do not agree", async () => {
  const ebom = await put("board.csv", 'Level,Part,Class,Qty,Ref\n0,PCBA,assembly,1,\n1,RES,electronic,4,"R1, R3-R4"\n');
  const columns = "{ level: Level, item: Part, type: Class, quantity: Qty, referenceDesignators: Ref }";
  const { exitCode, out } = await plan(ebom, "--mapping", await put("board.yaml", `columns: ${columns}\n`));
  expect(exitCode).toBe(3);
  expect(out).toContain("quantity 4 EA of RES, but 3 reference designators (R1, R3, R4)");
});

it("asks for the mapping of a table", async () => {
  const { exitCode, progress } = await plan(`${EXAMPLE}/blower-module.csv`);
  expect(exitCode).toBe(1);
  expect(progress).toContain("--mapping mapping.yaml");
});

it("says what is wrong with a mapping", async () => {
  const wrong = await put("mapping.yaml", "columns: { itm: Part, item: Part, quantity: Qty }\nunit: STK\n");
  const { progress } = await plan(`${EXAMPLE}/blower-module.csv`, "--mapping", wrong);
  expect(progress).toContain(`${wrong}:1:12 unknown field "itm"; did you mean "item"?`);
  expect(progress).toContain(`${wrong}:2:7 "STK" is not known here`);
});

it("says which export cannot be read", async () => {
  const { progress } = await plan("none.csv", ...mapping);
  expect(progress).toContain("cannot read none.csv");
});
