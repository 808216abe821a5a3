import { describe, expect, it } from "vitest";
import { rational } from "../domain/rational.ts";
import { mistakeText } from "./mistake.ts";
import { loadRules } from "./rule-file.ts";

/** A folder of files, of which `rules/1000.yaml` is the plant's. */
function load(files: Readonly<Record<string, string>>) {
  return loadRules("rules/1000.yaml", files["rules/1000.yaml"] ?? "", null, (file) => files[file] ?? null);
}

/** The rules in their order, as `name: action (file)`. */
function rulesOf(files: Readonly<Record<string, string>>): readonly string[] {
  const loaded = load(files);
  if (!loaded.ok) throw new Error(loaded.mistakes.map(mistakeText).join("\n"));
  return loaded.value.rules.map(
    ({ name, action, file }) => `${name}: ${action.kind}${file === undefined ? "" : ` (${file})`}`,
  );
}

function mistakesOf(files: Readonly<Record<string, string>>): string {
  const loaded = load(files);
  return loaded.ok ? "" : `\n${loaded.mistakes.map(mistakeText).join("\n")}\n`;
}

function version(files: Readonly<Record<string, string>>): string {
  const loaded = load(files);
  return loaded.ok ? loaded.value.version : "not loaded";
}

const COMPANY = `
extends: ../world.yaml
rules:
  - { name: make, when: item.type == "assembly", make: }
  - { name: kits, when: item.type == "kit", collapse: }
  - { name: buy, buy: }
`;
const WORLD = `
rules:
  - { name: papers, when: item.type == "document", exclude: { reason: Not built. } }
  - { name: with-the-order, supply: push }
`;
const FILES = {
  "rules/company.yaml": COMPANY,
  "world.yaml": WORLD,
  "rules/1000.yaml": `
plant: "1000"
extends: company.yaml
without: [papers]
rules:
  - { name: boards, when: item.type == "pcb", subcontract: }
  - { name: kits, when: item.type == "kit", phantom: }
`,
};

describe("rules that a plant inherits", () => {
  it("may stand anywhere, by their full path", () => {
    const company = "/etc/heddle/company.yaml";
    const own = `plant: "1000"\nextends: ${company}\nrules: []\n`;
    const files = { "rules/1000.yaml": own, [company]: "rules:\n  - { name: buy, buy: }\n" };
    expect(rulesOf(files)).toHaveLength(1);
  });

  it("come after its own, over several levels; without some, and with others in their place", () => {
    expect(rulesOf(FILES)).toEqual([
      "boards: subcontract",
      "make: make (company.yaml)",
      "kits: phantom",
      "buy: buy (company.yaml)",
      "with-the-order: supply (../world.yaml)",
    ]);
  });

  it("are part of the version, wherever they are written", () => {
    const before = version(FILES);
    expect(version({ ...FILES, "world.yaml": `# as before\n${WORLD}` })).toBe(before);
    expect(version({ ...FILES, "world.yaml": WORLD.replace("push", "pull") })).not.toBe(before);
  });

  it("have their mistakes named where they stand", () => {
    expect(
      mistakesOf({
        ...FILES,
        "rules/company.yaml": COMPANY.replace("collapse:", "colapse:"),
        "rules/1000.yaml": FILES["rules/1000.yaml"].replace("papers", "paper"),
      }),
    ).toBe(`
rules/1000.yaml:4:11 no inherited rule is called "paper"; did you mean "papers"?
rules/company.yaml:5:45 unknown action "colapse"; did you mean "collapse"?
`);
  });

  it("never go round in a circle, and must be there", () => {
    expect(mistakesOf({ ...FILES, "world.yaml": `extends: rules/1000.yaml\n${WORLD}` })).toBe(`
world.yaml:1:10 rule files extend each other in a circle: 1000.yaml → company.yaml → ../world.yaml → 1000.yaml; take one extends away
`);
    expect(mistakesOf({ ...FILES, "rules/1000.yaml": 'plant: "1"\nextends: compny.yaml\nrules: []\n' })).toBe(`
rules/1000.yaml:2:10 cannot read compny.yaml; check the path, which is seen from this file's folder, and that it may be read
`);
    expect(mistakesOf({ "rules/1000.yaml": 'plant: "1"\nwithout: [buy]\nrules: []\n' })).toBe(`
rules/1000.yaml:2:11 nothing is inherited, so there is no rule "buy" to leave out; add extends
`);
  });

  it("need no plant, which the plant's own file must name", () => {
    expect(mistakesOf({ "rules/1000.yaml": "rules: []\n" })).toBe(`
rules/1000.yaml:1:1 missing plant; add plant: the plant these rules are for, in quotes: "1000"
`);
  });
});

const withTable = (table: string) => ({
  "rules/1000.yaml": `plant: "1000"\nrules:\n  - { name: numbers, replace: { table: tables/parts.csv } }\n`,
  "rules/tables/parts.csv": table,
});

describe("a cross-reference table", () => {
  it("is read by its header, with or without factors, however it is parted", () => {
    const [comma, semicolon] = [
      "item,with,factor\nA,B,\nC,D,0.6\n",
      "with;note;item;factor\nB;;A;1\nD;cut;C;3/5\n",
    ].map((table) => load(withTable(table)));
    expect(comma).toMatchObject({ ok: true });
    expect(comma?.ok && comma.value.rules[0]?.action).toEqual({
      kind: "replace",
      items: new Map([
        ["A", { with: "B", factor: rational(1) }],
        ["C", { with: "D", factor: rational(3, 5) }],
      ]),
    });
    expect(version(withTable("item,with\nA,B\n"))).not.toBe(version(withTable("item,with\nA,C\n")));
    expect(comma?.ok && semicolon?.ok && comma.value.version === semicolon.value.version).toBe(true);
  });

  it("has every mistake named with its row and column", () => {
    expect(mistakesOf(withTable("item,with,factr\nA,B,1\n"))).toBe(`
rules/tables/parts.csv:1:1 unknown column "factr"; did you mean "factor"?
`);
    expect(mistakesOf(withTable("A,B\nC,D\n"))).toContain('parts.csv:1:1 no column "item"');
    expect(mistakesOf(withTable("item,with,factor\nA,,\nA,B,\nA,C,\nD,D,\nE,F,half\nG,H,0\n"))).toBe(`
rules/tables/parts.csv:2:1 column "with" is empty; fill it in, or remove the row
rules/tables/parts.csv:4:1 column "item": A stands in row 3 already; keep one of the rows
rules/tables/parts.csv:5:1 column "with": D is replaced by itself; name another item, or remove the row
rules/tables/parts.csv:6:1 column "factor": "half" is not a number; write a decimal number above zero, such as 0.35
rules/tables/parts.csv:7:1 column "factor": "0" is not above zero; write a decimal number above zero, such as 0.35
`);
    expect(mistakesOf(withTable('item,with\n"A,B\n'))).toContain("parts.csv:2:1 the table cannot be read");
    expect(mistakesOf(withTable(""))).toContain("parts.csv:1:1 an empty table");
    const second = `  - { name: more numbers, when: item.type == "a", replace: { table: tables/parts.csv } }\n`;
    const twice = { ...withTable(""), "rules/1000.yaml": `${withTable("")["rules/1000.yaml"]}${second}` };
    expect(mistakesOf(twice)).toBe(mistakesOf(withTable("")));
    expect(mistakesOf({ ...withTable(""), "rules/tables/parts.csv": undefined } as never)).toBe(`
rules/1000.yaml:3:40 cannot read tables/parts.csv; check the path, which is seen from this file's folder, and that it may be read
`);
  });

  it("has no circle of replacements, which is named whole", () => {
    expect(mistakesOf(withTable("item,with\nX,A\nA,B\nB,C\nC,A\n"))).toBe(`
rules/tables/parts.csv:5:1 the replacements go round in a circle: A → B → C → A; remove one of these rows
`);
    const inline = 'plant: "1"\nrules:\n  - { name: a, replace: { items: { A: B, B: C, C: B } } }\n';
    expect(mistakesOf({ "rules/1000.yaml": inline })).toBe(`
rules/1000.yaml:3:51 the replacements go round in a circle: B → C → B; remove one of them
`);
  });
});
