import { utils, write, type CellObject, type WorkSheet } from "@e965/xlsx";
import { deflateRawSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { effectivityText } from "../../domain/effectivity-text.ts";
import { quantityText } from "../../domain/quantity.ts";
import type { ExportMapping } from "./config.ts";
import { flawText } from "./flaw.ts";
import { toItemId, toRevision } from "./mapping.ts";
import { readExport, type ExportedBom } from "./read-export.ts";

const PLAIN: ExportMapping = { columns: { item: "Part", quantity: "Qty" } };
const LEVELS: ExportMapping = { columns: { item: "Part", quantity: "Qty", level: "Level" } };
const PARENTS: ExportMapping = { columns: { item: "Part", quantity: "Qty", parent: "Parent" } };

function read(content: string | Uint8Array, mapping: ExportMapping = PLAIN): ExportedBom {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  return readExport(bytes, mapping, { file: "bom.csv", product: null, revision: toRevision("B") });
}

/** Each assembly and its lines, as a person would read them. */
function draw({ ebom, flaws }: ExportedBom): string {
  const assemblies = [...ebom.assemblies.values()].map(({ item, lines }) => {
    const shown = lines.map((line) =>
      [line.id, quantityText(line.quantity), line.item, ...line.referenceDesignators].join(" "),
    );
    return `${item}: ${shown.join(", ")}`;
  });
  return [...assemblies.toSorted(), ...flaws.map((flaw) => flawText("bom.csv", flaw))].join("\n");
}

const flawsOf = (content: string | Uint8Array, mapping?: ExportMapping) =>
  read(content, mapping).flaws.map((flaw) => flawText("bom.csv", flaw));

function workbook(rows: readonly (readonly (string | number | CellObject | null)[])[], merges?: WorkSheet["!merges"]) {
  const sheet = utils.aoa_to_sheet(rows as unknown[][]);
  if (merges !== undefined) sheet["!merges"] = merges;
  const book = utils.book_new();
  utils.book_append_sheet(book, sheet, "BOM");
  return new Uint8Array(write(book, { type: "buffer", bookType: "xlsx" }) as Buffer);
}

const twice = (second: string) =>
  `Level,Part,Qty\n0,PUMP,1\n1,LEFT,1\n2,KIT,1\n3,BOLT,4\n1,RIGHT,1\n2,KIT,1\n3,BOLT,${second}\n`;

describe("a structure", () => {
  it("may be a plain list of what a product is made of", () => {
    expect(draw(read("Part,Qty\nBOLT,4\nPLATE,1\n", { ...PLAIN, top: "PUMP" }))).toBe(
      "PUMP: BOLT#1 4 EA BOLT, PLATE#1 1 EA PLATE",
    );
  });

  it("may be for variants, by a column of options; one that cannot be read is named by its cell", () => {
    const columns = { item: "Part", quantity: "Qty", option: "Variant", place: "Slot" };
    const rows = "Part,Qty,Variant,Slot\nFAN,1,MOTOR = AC,cooling\nBOLT,4,,\nLAMP,1,MOTOR AC,\n";
    const bom = read(rows, { columns, top: "PUMP" });
    const lines = [...bom.ebom.assemblies.values()].flatMap((assembly) => assembly.lines);
    expect(lines.map(({ item, option, place }) => [item, option, place])).toEqual([
      ["FAN", { kind: "is", feature: "MOTOR", values: ["AC"] }, "cooling"],
      ["BOLT", undefined, undefined],
    ]);
    expect(bom.flaws.map((flaw) => flawText("bom.csv", flaw))).toEqual([
      'bom.csv, row 4, column "Variant" (C4): its option "MOTOR AC" is unreadable at character 7: "AC" stands where "=", "!=", "in" or "not in" is expected.',
    ]);
  });

  it.each([
    ["numbers", ["0", "1", "2", "2", "1"]],
    ["dots", ["0", ".1", "..2", "..2", ".1"]],
    ["outline numbers", ["1", "1.1", "1.1.1", "1.1.2", "1.2"]],
  ])("may be shown by levels as %s", (_, [a, b, c, d, e]) => {
    const rows = `Level,Part,Qty\n${a},PUMP,1\n${b},HEAD,2\n${c},BOLT,4\n${d},SEAL,1\n${e},PLATE,1\n`;
    expect(draw(read(rows, LEVELS))).toBe(
      "HEAD: BOLT#1 4 EA BOLT, SEAL#1 1 EA SEAL\nPUMP: HEAD#1 2 EA HEAD, PLATE#1 1 EA PLATE",
    );
  });

  it.each([
    ["spaces", ["PUMP", "  HEAD", "    BOLT", "  PLATE"]],
    ["dots", ["PUMP", ".HEAD", "..BOLT", ".PLATE"]],
    ["dashes", ["PUMP", "- HEAD", "-- BOLT", "- PLATE"]],
  ])("may be shown by %s before the item number", (_, parts) => {
    const rows = `Part,Qty\n${parts.map((part) => `${part},2\n`).join("")}`;
    expect(draw(read(rows, { ...PLAIN, indented: true }))).toBe(
      "HEAD: BOLT#1 2 EA BOLT\nPUMP: HEAD#1 2 EA HEAD, PLATE#1 2 EA PLATE",
    );
  });

  it("may name the parent of each row, in any order", () => {
    expect(draw(read("Part,Parent,Qty\nBOLT,HEAD,4\nHEAD,PUMP,1\nPUMP,,\nPLATE,PUMP,1\n", PARENTS))).toBe(
      "HEAD: BOLT#1 4 EA BOLT\nPUMP: HEAD#1 1 EA HEAD, PLATE#1 1 EA PLATE",
    );
  });

  it("takes the one parent that no row is of for the product", () => {
    const { top, flaws } = read("Part,Parent,Qty\nBOLT,HEAD,4\nHEAD,PUMP,1\n", PARENTS);
    expect([top.item, flaws]).toEqual(["PUMP", []]);
  });

  it("keeps two lines of one item", () => {
    const mapping: ExportMapping = { columns: { ...PLAIN.columns, findNumber: "Pos" }, top: "PUMP" };
    expect(draw(read("Pos,Part,Qty\n10,BOLT,4\n20,BOLT,2\n20,BOLT,1\n,BOLT,3\n,BOLT,3\n", mapping))).toBe(
      "PUMP: 10 4 EA BOLT, 20#2 2 EA BOLT, 20 1 EA BOLT, BOLT#1 3 EA BOLT, BOLT#2 3 EA BOLT",
    );
  });

  it("may show one assembly in two places", () => {
    expect(flawsOf(twice("4"), LEVELS)).toEqual([]);
    expect(flawsOf(twice("5"), LEVELS)).toEqual([
      'bom.csv, row 7, column "Part" (B7): "KIT" has other components here than in row 4.',
    ]);
  });
});

describe("what a row says", () => {
  const FULL: ExportMapping = {
    columns: {
      item: "Part No.",
      quantity: "Menge",
      revision: "Rev",
      name: "Benennung",
      type: "Art",
      makeBuy: "M/B",
      unit: "ME",
      findNumber: "Pos",
      referenceDesignators: "Ref",
    },
    attributes: { colour: "Farbe" },
    units: { Stk: "EA" },
    decimal: "comma",
    thousands: "point",
    top: "PUMP",
  };
  const HEADER = "Pos;Part No.;Rev;Benennung;Art;M/B;Menge;ME;Ref;Farbe\n";

  it("is read by the mapping", () => {
    const { ebom, flaws } = read(
      `${HEADER}10;R-100;C;Widerstand;chip;B;4;Stk;"R1, R3-R5";\n20;OIL;A;Öl;fluid;buy;1.200,5;ml;;gelb\n`,
      FULL,
    );
    expect(flaws).toEqual([]);
    expect([...ebom.items.values()].slice(0, 2)).toMatchObject([
      { item: "R-100", revision: "C", name: "Widerstand", type: "chip", unit: "EA", attributes: { makeBuy: "buy" } },
      { item: "OIL", revision: "A", name: "Öl", unit: "MLT", attributes: { makeBuy: "buy", colour: "gelb" } },
    ]);
    const [assembly] = ebom.assemblies.values();
    expect(assembly?.lines.map((line) => [line.findNumber, line.item, quantityText(line.quantity)])).toEqual([
      ["10", "R-100", "4 EA"],
      ["20", "OIL", "1200.5 MLT"],
    ]);
    expect(assembly?.lines[0]?.referenceDesignators).toEqual(["R1", "R3", "R4", "R5"]);
  });

  it.each(["Qty [kg]", "Qty (kg)", "QTY  [KGM]"])("has the unit of the header %s", (header) => {
    expect(draw(read(`Part,${header}\nRESIN,0.35\n`, { ...PLAIN, top: "CASE" }))).toBe("CASE: RESIN#1 0.35 KGM RESIN");
  });

  it("has the unit that the mapping gives the item, where no column does", () => {
    const mapping: ExportMapping = { ...PLAIN, top: "CASE", itemUnits: { RESIN: "KGM" } };
    expect(draw(read("Part,Qty\nRESIN,1.2\nBOLT,2\n", mapping))).toBe("CASE: RESIN#1 1.2 KGM RESIN, BOLT#1 2 EA BOLT");
  });

  it("is told by row, column and value where it is wrong", () => {
    const rows = [
      "10;A;1;a;x;B;two;Stk;;",
      "20;B;1;b;x;B;-2;Stk;;",
      "30;C;1;c;x;B;1.5;Stk;;",
      "40;D;1;d;x;B;1;Eimer;;",
      "50;E;1;e;x;neither;1;Stk;;",
      "60;F;1;f;x;B;1;Stk;R7-R3;",
      "70;G;1;g;x;B;0;Stk;;",
      "80;;1;h;x;B;1;Stk;;",
      "90;E;1;e;y;B;1;Stk;;",
    ];
    expect(flawsOf(HEADER + rows.join("\n"), FULL)).toEqual([
      'bom.csv, row 2, column "Menge" (G2): its quantity "two" is not a decimal number.',
      'bom.csv, row 3, column "Menge" (G3): its quantity "-2" is not above zero.',
      'bom.csv, row 4, column "Menge" (G4): its quantity "1.5" is not a decimal number.',
      'bom.csv, row 5, column "ME" (H5): its unit "Eimer" is unknown.',
      'bom.csv, row 6, column "M/B" (F6): "neither" is neither make nor buy.',
      'bom.csv, row 7, column "Ref" (I7): it is unreadable: "R7-R3" is neither a designator nor a range of them.',
      'bom.csv, row 8, column "Menge" (G8): its quantity "0" is not above zero.',
      'bom.csv, row 9, column "Part No." (B9): "" is no item number; the row says "80", "1", "h", "x", "B", "1", "Stk".',
      'bom.csv, row 10, column "Art" (E10): "y" is not what row 6 says of E: "x".',
    ]);
  });
});

describe("when a line holds", () => {
  const columns = {
    ...PLAIN.columns,
    effectiveFrom: "From",
    effectiveUntil: "To",
    serialFrom: "SN from",
    serialUntil: "SN to",
    units: "Units",
  };
  const HEADER = "Part,Qty,From,To,SN from,SN to,Units\n";

  it("is said by days, and by serials and units of the product", () => {
    const rows = ["A,1,2026-04-01,2026-06-30,,,", "B,1,,,SN-9,SN-120,", 'C,1,,,,,"1-20, 31-; 25"', "D,1,,,,,"];
    const { ebom, flaws } = read(HEADER + rows.join("\n"), { columns, top: "PUMP" });
    expect(flaws).toEqual([]);
    const lines = [...ebom.assemblies.values()][0]?.lines ?? [];
    expect(lines.map(({ effectivity }) => effectivityText(effectivity))).toEqual([
      "from 2026-04-01 until 2026-06-30",
      "serials SN-9 to SN-120 of PUMP",
      "units 1 to 20 and 25 and from 31 of PUMP",
      "always",
    ]);
  });

  it("counts the numbers of the end item that a row names", () => {
    const mapping: ExportMapping = { columns: { ...columns, endItem: "For" }, top: "PUMP" };
    const header = `${HEADER.trim()},For\n`;
    const [assembly] = read(`${header}A,1,,,SN-9,,,TRAIN`, mapping).ebom.assemblies.values();
    expect(assembly?.lines[0]?.effectivity.numbers).toMatchObject([{ counts: "serial", of: "TRAIN" }]);
    expect(flawsOf(`${header}A,1,,,SN-9,,,`, mapping)).toEqual([
      'bom.csv, row 2, column "For" (H2): it is for serials, but of no end item.',
    ]);
  });

  it("is told by row and column where it is wrong", () => {
    const rows = [
      "A,1,1.4.26,,,,",
      "B,1,2026-04-02,2026-04-01,,,",
      "C,1,,,SN-20,SN-9,",
      "D,1,,,,SN-9,",
      'E,1,,,,,"1-9, 9-"',
      "F,1,,,,,SN-1",
    ];
    expect(flawsOf(HEADER + rows.join("\n"), { columns, top: "PUMP" })).toEqual([
      'bom.csv, row 2, column "From" (C2): "1.4.26" is not a day.',
      'bom.csv, row 3, column "To" (D3): its last day 2026-04-01 comes before 2026-04-02, the first.',
      'bom.csv, row 4, column "SN from" (E4): its serial SN-9, the last, comes before SN-20, the first.',
      'bom.csv, row 5, column "SN from" (E5): it ends at serial SN-9, but has no first one.',
      'bom.csv, row 6, column "Units" (G6): its units from 9 overlap with 1 to 9.',
      'bom.csv, row 7, column "Units" (G7): "SN-1" is no range of unit numbers.',
    ]);
  });
});

const revisionOf = (content: string, item: string) =>
  [...read(content, LEVELS).ebom.items.values()].find((one) => one.item === item)?.revision;

const head = (bolts: number) => `Level,Part,Qty\n0,PUMP,1\n1,HEAD,1\n2,BOLT,${bolts}\n1,PLATE,1\n`;

describe("a revision that no column gives", () => {
  it("is the export's for the product, and the content's for everything else", () => {
    expect(revisionOf(head(4), "PUMP")).toBe("B");
    expect(revisionOf(head(4), "HEAD")).toMatch(/^[0-9a-f]{8}$/);
  });

  it("moves with the lines below, and with nothing else", () => {
    expect(revisionOf(head(5), "HEAD")).not.toBe(revisionOf(head(4), "HEAD"));
    expect(revisionOf(head(5), "PLATE")).toBe(revisionOf(head(4), "PLATE"));
    expect(read(head(5), LEVELS).digest).not.toBe(read(head(4), LEVELS).digest);
  });
});

const utf16 = (content: string) => new Uint8Array(Buffer.from(content, "utf16le"));

describe("a CSV file", () => {
  const expected = "PUMP: Ölfilter#1 2 EA Ölfilter";
  const text = "Part,Qty\r\nÖlfilter,2\r\n";
  const mapping = { ...PLAIN, top: "PUMP" };

  it.each([
    ["UTF-8", new TextEncoder().encode(text)],
    ["UTF-8 with a mark", new TextEncoder().encode(`\uFEFF${text}`)],
    ["Windows-1252", new Uint8Array(Buffer.from(text, "latin1"))],
    ["UTF-16", utf16(text)],
    ["UTF-16 with a mark", utf16(`\uFEFF${text}`)],
    ["UTF-16, big-endian", new Uint8Array(Buffer.from(`\uFEFF${text}`, "utf16le").swap16())],
  ])("may be in %s", (_, bytes) => {
    expect(draw(read(bytes, mapping))).toBe(expected);
  });

  it("may be said to be in an encoding", () => {
    const czech = new Uint8Array([
      ...new TextEncoder().encode("Part,Qty\n"),
      0xe8,
      ...new TextEncoder().encode("ep,1\n"),
    ]);
    expect(draw(read(czech, { ...mapping, encoding: "iso-8859-2" }))).toBe("PUMP: čep#1 1 EA čep");
    expect(flawsOf(czech, { ...mapping, encoding: "utf-8" })).toEqual(["bom.csv: it is not text in utf-8."]);
  });

  it.each([",", ";", "\t", "|"])("may separate its fields by %j", (separator) => {
    const rows = [["Title; not, the|header"], ["Part", "Qty", "Note"], ["Ölfilter", "2", 'a, b; "c"\td|e']];
    const quoted = rows.map((row) => row.map((field) => `"${field.replaceAll('"', '""')}"`).join(separator));
    expect(draw(read(quoted.join("\n"), mapping))).toBe(expected);
    expect(draw(read(`sep=${separator}\n${quoted.join("\n")}`, mapping))).toBe(expected);
  });

  it("may have a title above, gaps between and totals below", () => {
    const rows = "Pump 300,\nprinted 2026-01-02,\n\n part ,QTY\nA,1\n,\nB,2\n,3\nTotal:,99\nPrices without tax,\n";
    expect(draw(read(rows, mapping))).toBe("PUMP: A#1 1 EA A, B#1 2 EA B");
  });

  it("counts rows as a spreadsheet program does", () => {
    expect(flawsOf('Part,Qty,Note\nA,1,"two\nlines"\n\nB,x,\n', mapping)).toEqual([
      'bom.csv, row 4, column "Qty" (B4): its quantity "x" is not a decimal number.',
    ]);
  });

  it.each([
    ["", "bom.csv: the file is empty: it has no lines."],
    ["\n  \n", "bom.csv: the file is empty: it has no lines."],
    ["Part,Qty\n", "bom.csv, row 1: nothing stands below the header row: the structure has no lines."],
    ["Name,Count\nA,1\n", 'bom.csv: none of its first rows has the columns "Part", "Qty".'],
    ["Part,Count\nA,1\n", 'bom.csv, row 1: the header row lacks "Qty"; it has "Part", "Count".'],
    ["Part,Qty,Qty\nA,1,2\n", 'bom.csv, row 1: the header has the column "Qty" 2 times.'],
    ["<html><body>Sign in</body></html>", "bom.csv: it is a web page (HTML or XML), whatever it is called."],
    ['Part,Qty\n"A,1\n', "bom.csv, row 2: a quotation mark is opened and not closed, or followed by more text."],
    ["Part,Qty\nA\0,1\n", "bom.csv: it holds binary data."],
  ])("that is broken says so: %j", (content, flaw) => {
    expect(flawsOf(content, mapping)).toEqual([flaw]);
  });

  it("does not guess what 1,234 means", () => {
    const rows = "Part;Qty\nA;1,234\nB;1'000\n";
    expect(flawsOf(rows, mapping)).toHaveLength(2);
    expect(draw(read(rows, { ...mapping, decimal: "comma", thousands: "apostrophe" }))).toBe(
      "PUMP: A#1 1.234 EA A, B#1 1000 EA B",
    );
  });
});

describe("a structure that is none", () => {
  it.each([
    [
      "a level left out",
      "Level,Part,Qty\n0,PUMP,1\n1,A,1\n3,B,1\n4,C,1\n1,D,1\n",
      LEVELS,
      ['bom.csv, row 4, column "Level" (A4): "3" leaves out a level: A above it has level 1.'],
    ],
    [
      "a level that is none",
      "Level,Part,Qty\n0,PUMP,1\nx,A,1\n",
      LEVELS,
      ['bom.csv, row 3, column "Level" (A3): "x" is not a level.'],
    ],
    [
      "two products by level",
      "Level,Part,Qty\n0,PUMP,1\n1,A,1\n0,FAN,1\n",
      LEVELS,
      ['bom.csv, row 4, column "Level" (A4): "FAN" stands at the top, as "PUMP" in row 2 does.'],
    ],
    [
      "two products by parent",
      "Part,Parent,Qty\nPUMP,,\nFAN,,\nA,PUMP,1\n",
      PARENTS,
      ['bom.csv, row 3, column "Parent" (B3): "FAN" stands at the top, as "PUMP" in row 2 does.'],
    ],
    [
      "a parent that is missing",
      "Part,Parent,Qty\nPUMP,,\nA,HEAD,1\n",
      PARENTS,
      ['bom.csv, row 3, column "Parent" (B3): its parent "HEAD" is in no row, and is not the product PUMP.'],
    ],
    [
      "a circle of parents",
      "Part,Parent,Qty\nPUMP,,\nA,PUMP,1\nB,A,1\nA,B,1\n",
      PARENTS,
      ['bom.csv, row 5, column "Parent" (B5): the structure is a circle: A → B → A.'],
    ],
    [
      "nothing but a circle",
      "Part,Parent,Qty\nA,B,1\nB,A,1\n",
      PARENTS,
      ['bom.csv, row 3, column "Parent" (B3): the structure is a circle: B → A → B.'],
    ],
    [
      "an indentation that fits nowhere",
      "Part,Qty\nPUMP,1\n    A,1\n  B,1\n",
      { ...PLAIN, indented: true },
      ['bom.csv, row 4, column "Part" (A4): "B" is indented like no row above it.'],
    ],
  ] as const)("is told: %s", (_, content, mapping, flaws) => {
    expect(flawsOf(content, mapping)).toEqual(flaws);
  });

  it("is told: another product than the one expected", () => {
    expect(flawsOf("Level,Part,Qty\n0,FAN,1\n1,BLADE,5\n", { ...LEVELS, top: "PUMP" })).toEqual([
      'bom.csv, row 2, column "Part" (B2): the export is of "FAN", where PUMP was expected.',
    ]);
    expect(flawsOf("Level,Part,Qty\n0,FAN,1\n0,PUMP,1\n1,BOLT,5\n", { ...LEVELS, top: "PUMP" })).toEqual([
      'bom.csv, row 2, column "Level" (A2): "FAN" stands at the top, as "PUMP" in row 3 does.',
    ]);
  });

  it("cannot be both by level and by parent", () => {
    const mapping = { columns: { ...LEVELS.columns, parent: "Parent" } };
    expect(flawsOf("Level,Parent,Part,Qty\n", mapping)).toEqual([
      "bom.csv: the mapping gives both a level and a parent column.",
    ]);
  });
});

describe("an Excel workbook", () => {
  const mapping = { ...PLAIN, top: "PUMP" };

  it("is read by what its cells hold: exact numbers, and part numbers as they are shown", () => {
    const bytes = workbook([
      ["Pump 300"],
      ["Part", "Qty [kg]"],
      ["RESIN", 0.1 + 0.2],
      [{ t: "n", v: 12, z: "0000" }, 1234.5],
      [{ t: "n", v: 123456789012 }, "2"],
    ]);
    expect(draw(read(bytes, mapping))).toBe(
      "PUMP: RESIN#1 0.3 KGM RESIN, 0012#1 1234.5 KGM 0012, 123456789012#1 2 KGM 123456789012",
    );
  });

  it("takes its numbers as numbers, whatever the mapping says of texts", () => {
    expect(
      draw(
        read(
          workbook([
            ["Part", "Qty"],
            ["A", 1.5],
          ]),
          { ...mapping, decimal: "comma" },
        ),
      ),
    ).toBe("PUMP: A#1 1.5 EA A");
  });

  it("says which cell holds the error of a formula", () => {
    const error: CellObject = { t: "e", v: 0x17, w: "#REF!" };
    expect(
      flawsOf(
        workbook([
          ["Part", "Qty"],
          ["A", error],
          ["B", 1],
        ]),
        mapping,
      ),
    ).toEqual(['bom.csv, row 2, column "Qty" (B2): "#REF!" is the error of a formula.']);
  });

  it("says which cell is merged with another", () => {
    const merges = [{ s: { r: 1, c: 1 }, e: { r: 2, c: 1 } }];
    expect(
      flawsOf(
        workbook(
          [
            ["Part", "Qty"],
            ["A", 1],
            ["B", null],
          ],
          merges,
        ),
        mapping,
      ),
    ).toEqual(['bom.csv, row 3, column "Qty" (B3): the cell is merged with B2, so it says nothing.']);
  });

  it("names its sheets where the mapping's is not among them", () => {
    const [flaw] = read(workbook([["Part", "Qty"]]), { ...mapping, sheet: "Stückliste" }).flaws;
    expect(flaw).toMatchObject({ problem: 'it has no sheet "Stückliste"', fix: expect.stringContaining("BOM") });
  });

  it("that is cut off or no workbook at all is told", () => {
    expect(
      flawsOf(
        workbook([
          ["Part", "Qty"],
          ["A", 1],
        ]).slice(0, 3_000),
        mapping,
      ),
    ).toEqual(["bom.csv: the workbook is cut off or no workbook."]);
    expect(flawsOf(new Uint8Array([0xd0, 0xcf, 0x11, 0xe0, 1]), mapping)).toEqual([
      "bom.csv: it is an Excel file of the old kind (.xls), or has a password.",
    ]);
  });

  it("that unpacks to far more than it says is not unpacked", () => {
    const bomb = zipOf("xl/worksheets/sheet1.xml", deflateRawSync(Buffer.alloc(160 * 1024 * 1024)), 1_000);
    expect(bomb.length).toBeLessThan(200_000);
    expect(flawsOf(bomb, mapping)).toEqual(["bom.csv: the workbook unpacks to more than 128 MiB."]);
  });
});

it("tells the first hundred mistakes, and how many there are besides", () => {
  const flaws = flawsOf(`Part,Qty\n${"A,x\n".repeat(5_000)}`);
  expect(flaws).toHaveLength(101);
  expect(flaws.at(-1)).toBe("bom.csv: 4900 more cells are wrong.");
});

it("does not read a file that is far too long", () => {
  expect(flawsOf(new Uint8Array(33 * 1024 * 1024))).toEqual([
    "bom.csv: it is 33 MiB long; Heddle reads exports of up to 32 MiB.",
  ]);
});

it("takes the file's name for the product's number where nothing else gives one", () => {
  expect(read("Part,Qty\nA,1\n").top).toEqual({ item: toItemId("bom"), revision: "B" });
});

/** A ZIP file with one entry that lies about its size. */
function zipOf(name: string, packed: Buffer, statedSize: number): Uint8Array {
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(20, 0);
  fields.writeUInt16LE(8, 4);
  fields.writeUInt32LE(packed.length, 14);
  fields.writeUInt32LE(statedSize, 18);
  fields.writeUInt16LE(name.length, 22);
  const local = Buffer.concat([Buffer.from("PK\x03\x04"), fields, Buffer.from(name), packed]);
  const entry = Buffer.concat([Buffer.from("PK\x01\x02\x14\0"), fields, Buffer.alloc(14), Buffer.from(name)]);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(entry.length, 12);
  end.writeUInt32LE(local.length, 16);
  return new Uint8Array(Buffer.concat([local, entry, end]));
}
