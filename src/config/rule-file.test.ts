import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mistakeText } from "./mistake.ts";
import { loadRules } from "./rule-file.ts";
import { rational } from "../domain/rational.ts";

/** What is wrong with rules, as it is printed, with a line break in front. */
function mistakesOf(rules: string, plants: readonly string[] | null = null): string {
  const loaded = loadRules("rules.yaml", rules, plants);
  return loaded.ok ? "" : `\n${loaded.mistakes.map(mistakeText).join("\n")}\n`;
}

function version(text: string): string | null {
  const loaded = loadRules("rules.yaml", text);
  return loaded.ok ? loaded.value.version : null;
}

function actionsOf(rules: string) {
  const loaded = loadRules("rules.yaml", `plant: "1000"\nrules:\n${rules}`);
  if (!loaded.ok) throw new Error(loaded.mistakes.map(mistakeText).join("\n"));
  return loaded.value.rules.map(({ action }) => action);
}

const EVERY_ACTION = `
  - { name: a, exclude: { reason: Not built. } }
  - { name: b, collapse: }
  - { name: c, phantom: true }
  - { name: d, make: }
  - { name: e, buy: }
  - { name: f, subcontract: }
  - { name: g, replace: { item: OLD, with: NEW, factor: 2.50 } }
  - { name: h, replace: { items: { A: B, C: { with: D, factor: 1/3 } } } }
  - { name: i, convert: { to: KGM } }
  - { name: j, scrap: { component: 3, operation: 1.5, fixed: 2 } }
  - { name: k, add: { item: GLUE, quantity: 0.10, unit: GRM, per: line } }
  - { name: l, operation: 0010 }
  - { name: m, supply: backflush }
  - { name: n, merge: }
  - { name: o, round: { multiple: 0.5 } }
  - { name: p, basis: per order }
  - name: q
    split:
      parts:
        - { operation: 0010, share: 60 % }
        - { operation: 0020, share: 1/4 }
        - { operation: 0030, rest: true }
  - name: r
    split:
      whole: true
      parts:
        - { operation: 0010, quantity: 2.5 }
        - { operation: 0020, designators: [R1, R2] }
  - { name: s, convert: { to: KGM, from: MTK, factor: 7.85 } }
  - { name: t, by-product: { item: SWARF, quantity: 0.1, unit: KGM, per: order } }
  - { name: v, group: { number: "KIT-{assembly}-{operation}", as: buy, operation: 0020, name: Screws } }
  - { name: u, alternate: { items: [{ item: B, usage: 20 }, { item: C, factor: 2 }], first: true } }
`;

describe("the actions of a rule file", () => {
  it("reads each of them, numbers exactly as they are written", () => {
    expect(actionsOf(EVERY_ACTION)).toEqual([
      { kind: "exclude", reason: "Not built." },
      { kind: "collapse" },
      { kind: "phantom" },
      { kind: "make" },
      { kind: "buy" },
      { kind: "subcontract" },
      { kind: "replace", items: new Map([["OLD", { with: "NEW", factor: rational(5n, 2n) }]]) },
      {
        kind: "replace",
        items: new Map([
          ["A", { with: "B", factor: rational(1n) }],
          ["C", { with: "D", factor: rational(1n, 3n) }],
        ]),
      },
      { kind: "convert", to: "KGM" },
      {
        kind: "scrap",
        componentPercent: rational(3n),
        operationPercent: rational(3n, 2n),
        fixedPerOrder: rational(2n),
      },
      { kind: "add", item: "GLUE", quantity: { amount: rational(1n, 10n), unit: "GRM" }, per: "line" },
      { kind: "operation", operation: "0010" },
      { kind: "supply", supply: "backflush" },
      { kind: "merge" },
      { kind: "round", multiple: rational(1n, 2n) },
      { kind: "basis", basis: "per order" },
      {
        kind: "split",
        whole: false,
        parts: [
          { operation: "0010", take: "share", share: rational(3n, 5n) },
          { operation: "0020", take: "share", share: rational(1n, 4n) },
          { operation: "0030", take: "rest" },
        ],
      },
      {
        kind: "split",
        whole: true,
        parts: [
          { operation: "0010", take: "quantity", quantity: rational(5n, 2n) },
          { operation: "0020", take: "designators", designators: ["R1", "R2"] },
        ],
      },
      { kind: "convert", to: "KGM", own: { from: "MTK", factor: rational(157n, 20n) } },
      { kind: "by-product", item: "SWARF", quantity: { amount: rational(1n, 10n), unit: "KGM" }, per: "order" },
      { kind: "group", number: "KIT-{assembly}-{operation}", name: "Screws", as: "buy", operation: "0020" },
      {
        kind: "alternate",
        first: true,
        items: [
          { item: "B", usage: rational(20n), factor: null },
          { item: "C", usage: null, factor: rational(2n) },
        ],
      },
    ]);
  });

  it("never makes a float of a quantity", () => {
    const [action] = actionsOf(
      "  - { name: a, add: { item: X, quantity: 0.1000000000000000000001, unit: KGM, per: line } }",
    );
    expect(action).toMatchObject({ quantity: { amount: rational(10n ** 21n + 1n, 10n ** 22n) } });
  });
});

describe("mistakes", () => {
  it("says all of them at once, each with its place and what to do", () => {
    expect(
      mistakesOf(
        `plant: "1001"
rules:
  - name: no-documents
    when: item.type == "document"
    exlude: { reason: Not built. }
  - name: both
    make:
    buy:
  - when: item.tipe == "fastener"
    buy:
  - name: both
    when: item.type
    convert: { to: KG }
  - name: nothing
  - name: glue
    when: line.quantity > 2
    add: { item: GLUE, quantity: 0, unit: GRM, per: assembly }
  - name: loss
    scrap: { component: three, operation: -1 }
  - name: loop
    replace: { item: A, with: A }
  - name: halves
    round: { multiple: 0 }
  - just text
`,
        ["1000", "2000"],
      ),
    ).toBe(`
rules.yaml:1:8 unknown plant "1001"; did you mean "1000"?
rules.yaml:5:5 unknown action "exlude"; did you mean "exclude"?
rules.yaml:8:5 a second action "buy" in one rule, beside "make"; make two rules of it
rules.yaml:9:5 missing name; add name: a name that a person will read in plans
rules.yaml:9:16 unknown name "tipe" in the condition; did you mean "type"?
rules.yaml:11:11 the name "both" is taken by the rule of line 6; give every rule a name of its own; plans say which rule decided
rules.yaml:12:11 the condition gives string, not true or false; compare it with something, for instance == "fastener"
rules.yaml:13:20 unknown unit "KG"; did you mean "KGM"?
rules.yaml:14:5 a rule without an action; add one of: exclude, collapse, phantom, make, buy, subcontract, replace, basis, group, split, convert, scrap, add, co-product, by-product, operation, supply, alternate, merge, round
rules.yaml:16:11 an addition per assembly has no line to ask about; ask about assembly or item instead, or write "per: line"
rules.yaml:17:34 quantity "0" is not above zero; write a number above zero
rules.yaml:19:25 component "three" is not a number; write a decimal number, such as 0.35
rules.yaml:19:43 operation "-1" is not zero or above; write a number zero or above
rules.yaml:21:31 A is replaced by itself; name another item, or remove it
rules.yaml:23:24 multiple "0" is not above zero; write a number above zero
rules.yaml:24:5 expected fields, found "just text"; write \`key: value\` pairs
`);
  });

  it("says what is wrong with a split, with alternates and with a factor", () => {
    expect(
      mistakesOf(`plant: "1"
rules:
  - name: one part
    split: { parts: [{ operation: "0010", rest: true }] }
  - name: shares
    split: { parts: [{ operation: "0010", share: 60 }, { operation: "0020", share: half }] }
  - name: not all of it
    split: { parts: [{ operation: "0010", share: 60 % }, { operation: "0020", share: 30 % }] }
  - name: more than all
    split: { parts: [{ operation: "0010", share: 60 % }, { operation: "0020", share: 50 % }] }
  - name: twice
    split:
      parts:
        - { operation: "0010", designators: [R1, R2] }
        - { operation: "0010", designators: [R2] }
  - name: both
    split: { parts: [{ operation: "0010", share: 1/2, rest: true }, { operation: "0020" }] }
  - name: alternates
    alternate: { items: [{ item: B, usage: 70 }, { item: B, usage: 40 }] }
  - name: factor
    convert: { to: EA, from: DZN, factor: 11 }
  - name: half a factor
    convert: { to: KGM, from: MTK }
  - name: kit
    group: { number: "KIT-{assembly}-{operation}", as: make, name: "{asembly}" }
  - name: label
    when: line.quantity > 2
    by-product: { item: SWARF, quantity: 1, unit: KGM, per: order }
  - name: one kit for all
    group: { number: KIT, as: make }
  - name: no places
    split: { parts: [{ operation: "0010", designators: [] }, { operation: "0020", rest: true }] }
`),
    ).toBe(`
rules.yaml:4:21 a split into one part; write two parts or more, or the action operation
rules.yaml:6:50 share "60" is not a part of the whole; write "60 %" if that is meant
rules.yaml:6:84 share "half" is not a share; write a percentage or a fraction, such as 60 % or 1/3
rules.yaml:8:21 the shares add to 90 %; let them add to 100 %, or give one part the rest
rules.yaml:10:21 the shares add to 110 %; let them add to 100 % at most
rules.yaml:14:9 two parts for operation 0010; make one part of them
rules.yaml:14:9 reference designator R2 is in two parts; name it in one of them
rules.yaml:17:22 a part that takes share and rest; write one of: share, quantity, designators, rest
rules.yaml:17:69 a part that takes nothing; write one of: share, quantity, designators, rest
rules.yaml:19:25 the usage of the alternates adds to 110 %; let them add to at most 100; the line's own item is used for the rest
rules.yaml:19:58 B comes twice; name each item once
rules.yaml:21:30 1 DZN is 12 EA always; take from and factor away
rules.yaml:23:31 a unit without its factor; add factor, or take from away
rules.yaml:25:38 {operation} of a group without an operation; add operation, or take it away
rules.yaml:25:69 unknown placeholder {asembly}; did you mean "assembly"?
rules.yaml:27:11 an addition per order has no line to ask about; ask about assembly or item instead, or write "per: line"
rules.yaml:30:22 a group's number without {assembly}; put {assembly} into it: each assembly has a group of its own, which no change of another alters
rules.yaml:32:56 a part without a designator; name at least one, or take it out
`);
  });

  it("finds the place inside a condition that is folded over several lines", () => {
    expect(
      mistakesOf(`plant: "1"
rules:
  - name: a
    when: >-
      item.type == "fastener" ||
      itm.type == "label"
    buy:
  - name: b
    when: 'item.type == "x" && plnt == "1"'
    buy:
`),
    ).toBe(`
rules.yaml:6:7 unknown name "itm" in the condition; did you mean "item"?
rules.yaml:9:32 unknown name "plnt" in the condition; did you mean "plant"?
`);
  });

  it.each([
    ["an empty file", "", "rules.yaml:1:1 nothing is written here; add what belongs here"],
    ["a file that is no YAML", "plant: [1", "rules.yaml:1:10 "],
    ["a key that is there twice", 'plant: "1"\nplant: "2"\nrules: []', "rules.yaml:2:1 Map keys must be unique"],
    [
      "an alias",
      'plant: &p "1"\nrules: [*p]',
      'rules.yaml:2:9 "*p" refers to another place; write out what stands there',
    ],
  ])("refuses %s", (_what, text, beginning) => {
    expect(mistakesOf(text)).toContain(beginning);
  });

  it("never fails otherwise than by a mistake inside the file, whatever somebody types into it", () => {
    const text = readFileSync("rules/1000.yaml", "utf8");
    const anyEdit = fc.record({ at: fc.nat(text.length), cut: fc.nat(12), typed: fc.string({ maxLength: 8 }) });
    fc.assert(
      fc.property(anyEdit, ({ at, cut, typed }) => {
        const edited = text.slice(0, at) + typed + text.slice(at + cut);
        const loaded = loadRules("rules.yaml", edited);
        const lines = edited.split("\n").length;
        const outside = loaded.ok
          ? []
          : loaded.mistakes.filter(({ line, column }) => line < 1 || line > lines || column < 1);
        expect(outside).toEqual([]);
        expect(loaded.ok || loaded.mistakes.length > 0).toBe(true);
      }),
    );
  });
});

describe("the version of rules", () => {
  const rules = 'plant: "1"\nrules:\n  - { name: a, make: }\n  - { name: b, scrap: { component: 3 } }\n';

  it("is the same however the file is laid out", () => {
    const laidOut =
      '# Ours\nplant: 1\n\nrules:\n  - name: a # first\n    make: true\n  - name: b\n    scrap:\n      component: "3.0"\n';
    expect(version(laidOut)).toBe(version(rules));
  });

  it.each([
    ["a figure", rules.replace("3", "3.1")],
    ["a name", rules.replace("name: a", "name: z")],
    ["a condition", rules.replace("name: a,", 'name: a, when: plant == "1",')],
    ["the order", 'plant: "1"\nrules:\n  - { name: b, scrap: { component: 3 } }\n  - { name: a, make: }\n'],
    ["the plant", rules.replace('"1"', '"2"')],
  ])("is another one when %s changes", (_what, changed) => {
    expect(version(changed)).toMatch(/^[0-9a-f]{64}$/);
    expect(version(changed)).not.toBe(version(rules));
  });
});
