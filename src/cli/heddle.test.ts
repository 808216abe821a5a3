import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { heddle } from "./heddle-harness.ts";

let folder = "";

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "heddle-cli-"));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

const EBOM = `
items:
  - item: PUMP
    name: Pump
    type: assembly
    lines:
      - { item: BRACKET, quantity: 2 }
      - { item: KIT, quantity: 2 }
      - { item: MANUAL, quantity: 1 }
  - { item: BRACKET, name: Bracket, type: sheet, lines: [{ item: STEEL, quantity: 0.02, unit: MTK }] }
  - { item: STEEL, type: raw, unit: KGM, unitFactors: [{ from: MTK, to: KGM, factor: 7.85 }] }
  - { item: KIT, type: kit, lines: [{ item: BOLT, quantity: 4 }] }
  - { item: BOLT, name: Bolt M4, type: fastener }
  - { item: MANUAL, type: document }
`;

const RULES = `
plant: "1000"
rules:
  - { name: no-documents, when: item.type == "document", exclude: { reason: Read and not built in. } }
  - { name: lift-kits, when: item.type == "kit", collapse: }
  - { name: make, when: 'item.type in ["assembly", "sheet"]', make: }
  - { name: buy, when: 'item.type in ["fastener", "raw"]', buy: }
  - { name: in-kilograms, when: item.type == "raw", convert: { to: KGM } }
  - { name: glue, when: assembly.number == "PUMP", add: { item: GLUE, quantity: 0.5, unit: GRM, per: assembly } }
  - { name: shelf, when: item.type == "fastener", supply: bulk }
`;

const MBOM = `
plant: "1000"
mboms:
  - item: PUMP
    lines:
      - { item: BRACKET, quantity: 2 }
      - { item: BOLT, quantity: 6, supply: bulk }
      - { item: GREASE, quantity: 3, unit: GRM }
  - item: BRACKET
    lines: [{ item: STEEL, quantity: 0.157, unit: KGM }]
  - item: OLD
    lines: [{ item: BOLT, quantity: 1 }]
`;

async function files(): Promise<readonly string[]> {
  return [
    "plan",
    "--ebom",
    await file("ebom.yaml", EBOM),
    "--rules",
    await file("rules.yaml", RULES),
    "--date",
    "2026-03-01",
  ];
}

/** Without the heading, which names files and versions. */
function body(out: string): string {
  return `\n${out.slice(out.indexOf("\n\n") + 2)}\n`;
}

describe("heddle plan on files", () => {
  it("shows what is built from what, and why", async () => {
    const { exitCode, out, progress } = await heddle(...(await files()));

    expect(body(out)).toBe(`
PUMP rev A  Pump
     2 EA  BRACKET  Bracket  made          line 10 by make
     8 EA  BOLT     Bolt M4  bought  bulk  line 20/10 by buy, lift-kits, shelf
  0.5 GRM  GLUE              bought        added by glue
  left out or lifted
    KIT     lifted    its lines take its place  line 20 by lift-kits
    MANUAL  excluded  Read and not built in.    line 30 by no-documents

BRACKET rev A  Bracket
  0.157 KGM  STEEL  bought  line 10 by buy, in-kilograms

Accounted for: 5 uses of eBOM lines, 3 in an mBOM, 1 lifted, 1 left out with a reason.

2 mBOMs planned.
`);
    expect(out).toContain("GLUE exists in the plant: there is no ERP to ask");
    expect({ exitCode, progress }).toEqual({ exitCode: 0, progress: "" });
  });

  it("shows only what changes against what the plant builds today", async () => {
    const against = ["--against", await file("mbom.yaml", MBOM), "--detailed-exitcode"];
    const { exitCode, out } = await heddle(...(await files()), ...against);

    expect(body(out)).toBe(`
PUMP rev A  Pump
        2 EA  BRACKET  Bracket  made                    line 10 by make
  ~     8 EA  BOLT     Bolt M4  bought  bulk  was 6 EA  line 20/10 by buy, lift-kits, shelf
  +  0.5 GRM  GLUE              bought                  added by glue
  -    3 GRM  GREASE                                    no longer planned
  left out or lifted
    KIT     lifted    its lines take its place  line 20 by lift-kits
    MANUAL  excluded  Read and not built in.    line 30 by no-documents

Accounted for: 5 uses of eBOM lines, 3 in an mBOM, 1 lifted, 1 left out with a reason.

2 mBOMs planned: 1 changed (PUMP), 1 in step.
No longer planned, left as they are: OLD.
`);
    expect(exitCode).toBe(2);
  });

  it("finds a plant in step with its own plan, key by key", async () => {
    const standing = MBOM.replace("quantity: 6", "quantity: 8").replace("GREASE, quantity: 3", "GLUE, quantity: 0.5");
    const args = [...(await files()), "--against", await file("mbom.yaml", standing), "--detailed-exitcode"];
    const { exitCode, out } = await heddle(...args);
    expect(out).toContain("2 mBOMs planned: no changes, 2 in step.");
    expect(exitCode).toBe(0);
  });

  it("plans what it can, names what blocks it, and says so with exit code 3", async () => {
    const ebom = await file("ebom.yaml", EBOM.replace("type: fastener", "type: magnet"));
    const { exitCode, out } = await heddle("plan", "--ebom", ebom, "--rules", await file("rules.yaml", RULES));
    expect(out).toContain(`
  BLOCKED  No rule says whether BOLT rev A (type magnet), line 10 of KIT rev A, is made, bought, subcontracted, collapsed or excluded.
           Add a rule that matches BOLT, for instance with the action "buy". (line-unsourced)`);
    expect(out).toContain("1 finding blocks the plan: nothing of it may be published.");
    expect(exitCode).toBe(3);
  });

  it.each([
    [
      "STEEL",
      `
In BRACKET: Line 10, STEEL, is bought complete and goes on mBOM line 10 by "buy", "in-kilograms".
  rule "buy": when item.type in ["fastener", "raw"]
  rule "in-kilograms": when item.type == "raw"
  mBOM line: 0.157 KGM STEEL
  account: 0.02 MTK required; 0.02 MTK on mBOM line 10`,
    ],
    [
      "20/10",
      `
In PUMP: Line 20/10, BOLT, is bought complete and goes on mBOM line 20/10 by "buy", "lift-kits", "shelf".
  rule "buy": when item.type in ["fastener", "raw"]
  rule "lift-kits": when item.type == "kit"
  rule "shelf": when item.type == "fastener"
  mBOM line: 8 EA BOLT bulk
  account: 8 EA required; 8 EA on mBOM line 20/10`,
    ],
    [
      "GLUE",
      `
In PUMP: 0.5 GRM GLUE added by glue.
  rule "glue": when assembly.number == "PUMP"`,
    ],
  ])("explains %s", async (subject, explanation) => {
    const { exitCode, out } = await heddle(...(await files()), "--explain", subject);
    expect(`\n${out}`).toBe(explanation);
    expect(exitCode).toBe(0);
  });

  it("says what it knows instead of an item that it cannot explain", async () => {
    const { exitCode, progress } = await heddle(...(await files()), "--explain", "BOLTS");
    expect(progress).toContain('nothing to explain about "BOLTS": the plan has no such item or line');
    expect(progress).toContain('next:   did you mean "BOLT"?');
    expect(exitCode).toBe(1);
  });

  it("prints the whole plan as JSON, exact numbers as text", async () => {
    const { out } = await heddle("--json", ...(await files()));
    expect(JSON.parse(out)).toMatchObject({
      plant: "1000",
      tops: ["PUMP rev A"],
      mboms: [
        {
          mbom: { item: "BRACKET", lines: [{ item: "STEEL", quantity: { amount: { $exact: "0.157" }, unit: "KGM" } }] },
        },
        { mbom: { item: "PUMP" } },
      ],
      comparison: null,
    });
  });

  it("says the mistakes of all files at once", async () => {
    const ebom = await file("ebom.yaml", EBOM.replace("quantity: 2 }", "quantity: two }"));
    const rules = await file("rules.yaml", RULES.replace("make: }", "mak: }"));
    const { exitCode, out, progress } = await heddle("plan", "--ebom", ebom, "--rules", rules);
    expect(progress).toContain('ebom.yaml:7:36 quantity "two" is not a number');
    expect(progress).toContain('rules.yaml:6:63 unknown action "mak"; did you mean "make"?');
    expect(progress).toContain("2 mistakes; nothing was planned.");
    expect({ exitCode, out }).toEqual({ exitCode: 1, out: "" });
  });

  it("prints mistakes as JSON where JSON was asked for", async () => {
    const ebom = await file("ebom.yaml", "items: 3");
    const { exitCode, out } = await heddle(
      "plan",
      "--json",
      "--ebom",
      ebom,
      "--rules",
      await file("rules.yaml", RULES),
    );
    expect(JSON.parse(out)).toMatchObject({ error: { mistakes: [{ file: ebom, line: 1, column: 8 }] } });
    expect(exitCode).toBe(1);
  });

  it.each([
    ["a file that is not there", ["--ebom", "none.yaml", "--rules", "rules/1000.yaml"], "cannot read none.yaml"],
    ["no file at all", [], "nothing says what to plan"],
    ["an impossible day", ["--ebom", "x", "--rules", "y", "--date", "2026-02-30"], '"2026-02-30" is not a day'],
  ])("says what to do about %s", async (_what, args, message) => {
    const { exitCode, progress } = await heddle("plan", ...args);
    expect(progress).toContain(message);
    expect(progress).toMatch(/next: {3}\S/);
    expect(exitCode).toBe(1);
  });

  it("refuses the rules of another plant, and mBOMs of another plant", async () => {
    const other = await heddle(...(await files()), "--plant", "2000");
    expect(other.progress).toContain('unknown plant "1000"');
    const mboms = await file("mbom.yaml", MBOM.replace('"1000"', '"2000"'));
    const mixed = await heddle(...(await files()), "--against", mboms);
    expect(mixed.progress).toContain("is of plant 2000");
    expect([other.exitCode, mixed.exitCode]).toEqual([1, 1]);
  });
});

describe("the example that comes with Heddle", () => {
  const example = ["--ebom", "examples/fume-extractor/ebom.yaml", "--rules", "rules/1000.yaml"];

  it("is planned without a finding", async () => {
    const { exitCode, out } = await heddle("plan", "--json", ...example);
    expect(JSON.parse(out)).toMatchObject({ findings: [] });
    expect(exitCode).toBe(0);
  });

  it("differs from what the plant builds only by the motor and two screws", async () => {
    const { out } = await heddle("plan", ...example, "--against", "examples/fume-extractor/mbom.yaml");
    expect(out.match(/^ {2}[~+-].*/gm)?.map((line) => line.replaceAll(/ {2,}/g, " "))).toEqual([
      " ~ 1 EA MOT-026 Fan motor 24 V DC, brushless, 92 … bought push, at 0010 was MOT-024 line USG-000013 by buy, first-operation, with-the-order",
      " ~ 8 EA SCR-M3-8 Screw ISO 7380 M3 x 8, zinc bought bulk, at 0010 was 6 EA line USG-000022 by buy, first-operation, from-the-shelf",
    ]);
    expect(out).toContain("19 mBOMs planned: 2 changed (FX-211, FX-210), 17 in step.");
  });
});

describe("heddle rules test", () => {
  const CASES = `
cases:
  - name: Kits are lifted
    assembly: PUMP
    lines: [{ item: KIT, type: kit, lines: [{ item: BOLT, type: fastener, quantity: 4 }] }]
    expect: |
      PUMP
        4 EA BOLT  bought, bulk
        0.5 GRM GLUE  bought, added by glue
`;

  it("passes for every rule file that comes with Heddle", async () => {
    const { exitCode, out } = await heddle("rules", "test");
    expect(out).not.toContain("FAIL");
    expect(out).toMatch(/(\d+) of \1 cases pass/);
    expect(exitCode).toBe(0);
  });

  it("shows the difference where a case does not pass", async () => {
    const rules = await file("rules.yaml", RULES);
    const cases = await file("rules.cases.yaml", CASES.replace("4 EA", "8 EA"));
    const { exitCode, out } = await heddle("rules", "test", cases);
    expect(out).toBe(`${rules}
  FAIL  Kits are lifted
        ${cases}:3  - expected, + planned
            PUMP
          - 8 EA BOLT bought, bulk
          + 4 EA BOLT bought, bulk
            0.5 GRM GLUE bought, added by glue

0 of 1 cases pass`);
    expect(exitCode).toBe(1);
  });

  it("prints results as JSON", async () => {
    const rules = await file("rules.yaml", RULES);
    await file("rules.cases.yaml", CASES);
    const { out } = await heddle("rules", "test", rules, "--json");
    expect(JSON.parse(out)).toMatchObject({
      passed: 1,
      failed: 0,
      files: [{ file: rules, results: [{ passed: true }] }],
    });
  });

  it("says where cases are missing", async () => {
    const { exitCode, progress } = await heddle("rules", "test", await file("rules.yaml", RULES));
    expect(progress).toContain("rules.cases.yaml");
    expect(exitCode).toBe(1);
  });
});

describe("the command line", () => {
  it("explains itself", async () => {
    const { exitCode, out } = await heddle("--help");
    expect(out).toContain("plan");
    expect(out).toContain("rules");
    expect(exitCode).toBe(0);
  });

  it("refuses a command that there is not", async () => {
    const { exitCode, progress } = await heddle("plann");
    expect(progress).toContain("unknown command 'plann'");
    expect(exitCode).toBe(1);
  });
});
