import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mistakeText } from "./mistake.ts";
import { compareLines, loadCases, runCase, type RuleCase } from "./rule-cases.ts";
import { loadRules } from "./rule-file.ts";

const RULES = `
plant: "1000"
rules:
  - { name: kits, when: item.type == "kit", collapse: }
  - { name: papers, when: item.type == "document", exclude: { reason: Not built. } }
  - { name: parts, when: item.type == "part", buy: }
`;

const CASE = `
cases:
  - name: A kit is lifted
    assembly: PUMP
    lines:
      - item: KIT
        type: kit
        quantity: 2
        lines: [{ item: BOLT, quantity: 4 }]
      - { item: DOC, type: document }
      - { item: LASER, type: laser }
    expect: |
      PUMP
        8 EA BOLT   bought
        without DOC: Not built.
      blocked LASER: line-unsourced
`;

function casesOf(text: string): readonly RuleCase[] {
  const loaded = loadCases("cases.yaml", text);
  if (!loaded.ok) throw new Error(loaded.mistakes.map(mistakeText).join("\n"));
  return loaded.value;
}

function run(cases: string) {
  const rules = loadRules("rules.yaml", RULES);
  if (!rules.ok) throw new Error(rules.mistakes.map(mistakeText).join("\n"));
  return casesOf(cases).map((each) => runCase(each, rules.value));
}

describe("example cases", () => {
  it("pass when the rules make of the structure what is expected, white space aside", () => {
    expect(run(CASE)).toMatchObject([{ name: "A kit is lifted", line: 3, passed: true }]);
  });

  it("show what was expected and what was planned when they do not", () => {
    const [result] = run(CASE.replace("8 EA", "4 EA"));
    expect(result?.passed).toBe(false);
    expect(result?.difference.map(({ sign, text }) => `${sign} ${text}`)).toEqual([
      "  PUMP",
      "- 4 EA BOLT bought",
      "+ 8 EA BOLT bought",
      "  without DOC: Not built.",
      "  blocked LASER: line-unsourced",
    ]);
  });

  it("say every mistake with its place", () => {
    const loaded = loadCases(
      "cases.yaml",
      "cases:\n  - name: a\n    asembly: X\n    lines: []\n    expect: X\n  - name: b\n    assembly: X\n    lines: [{ item: A, quantity: 0, unit: KGS }]\n    expect: X\n",
    );
    expect(loaded.ok ? [] : loaded.mistakes.map(mistakeText)).toEqual([
      "cases.yaml:2:5 missing assembly; add assembly: the number of the assembly that is planned",
      'cases.yaml:3:5 unknown field "asembly"; did you mean "assembly"?',
      'cases.yaml:8:34 quantity "0" is not above zero; write a number above zero',
      'cases.yaml:8:43 unknown unit "KGS"; did you mean "KGM"?',
    ]);
  });
});

describe("comparing two texts", () => {
  const lines = fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 8 });

  it("holds every line of both, in order", () => {
    fc.assert(
      fc.property(lines, lines, (expected, actual) => {
        const difference = compareLines(expected, actual);
        const side = (other: string) => difference.filter(({ sign }) => sign !== other).map(({ text }) => text);
        expect(side("+")).toEqual(expected);
        expect(side("-")).toEqual(actual);
      }),
    );
  });

  it("shows no difference where there is none", () => {
    fc.assert(
      fc.property(lines, (text) => {
        expect(compareLines(text, text).every(({ sign }) => sign === " ")).toBe(true);
      }),
    );
  });
});
