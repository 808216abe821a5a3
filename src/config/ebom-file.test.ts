import { describe, expect, it } from "vitest";
import { effectivityText } from "../domain/effectivity-text.ts";
import { loadEbom } from "./ebom-file.ts";
import { mistakeText } from "./mistake.ts";
import { rational } from "../domain/rational.ts";

function read(text: string) {
  const loaded = loadEbom("ebom.yaml", text);
  if (!loaded.ok) throw new Error(loaded.mistakes.map(mistakeText).join("\n"));
  return loaded.value;
}

function mistakesOf(text: string): readonly string[] {
  const loaded = loadEbom("ebom.yaml", text);
  return loaded.ok ? [] : loaded.mistakes.map(mistakeText);
}

describe("an eBOM file", () => {
  it("needs no more than items, and what they are used for", () => {
    const { ebom, tops } = read(`
items:
  - item: PUMP
    lines:
      - { item: BOLT, quantity: 4 }
      - { item: OIL, quantity: 0.10 }
  - { item: BOLT }
  - { item: OIL, unit: LTR }
`);
    expect(tops).toEqual(["PUMP rev A"]);
    expect([...ebom.assemblies.values()][0]?.lines).toMatchObject([
      { id: "10", findNumber: "10", item: "BOLT", revision: "A", quantity: { amount: rational(4n), unit: "EA" } },
      { id: "20", item: "OIL", quantity: { amount: rational(1n, 10n), unit: "LTR" } },
    ]);
  });

  it("may say everything, in JSON too", () => {
    const line = {
      id: "U-1",
      findNumber: "5",
      item: "BOLT",
      revision: "B",
      quantity: "2",
      unit: "DZN",
      basis: "per lot",
      referenceDesignators: ["X1"],
      effectiveFrom: "2026-01-01",
      effectiveUntil: "2026-12-31",
      alternates: ["NUT"],
    };
    const { ebom, tops } = read(
      JSON.stringify({
        top: "PUMP",
        items: [
          { item: "PUMP", revision: "C", name: "Pump", type: "assembly", attributes: { colour: "" }, lines: [line] },
          { item: "BOLT", revision: "B", state: "in work", unitFactors: [{ from: "EA", to: "KGM", factor: "0.02" }] },
        ],
      }),
    );
    expect(tops).toEqual(["PUMP rev C"]);
    expect(ebom.assemblies.get(tops[0] ?? ("" as never))?.lines).toMatchObject([
      {
        id: "U-1",
        findNumber: "5",
        revision: "B",
        basis: "per lot",
        referenceDesignators: ["X1"],
        effectivity: {
          from: "2026-01-01",
          until: "2026-12-31",
        },
        alternates: ["NUT"],
      },
    ]);
  });

  it("calls for the newest released revision where a line names none", () => {
    const { ebom } = read(`
items:
  - { item: PUMP, lines: [{ item: BOLT, quantity: 1 }] }
  - { item: BOLT, revision: "10", state: in work }
  - { item: BOLT, revision: "9" }
  - { item: BOLT, revision: "8" }
`);
    expect([...ebom.assemblies.values()][0]?.lines[0]?.revision).toBe("9");
  });

  it("keeps two lines of one item apart", () => {
    const { ebom } = read(
      "items:\n  - { item: P, lines: [{ item: B, quantity: 1 }, { item: B, quantity: 2 }] }\n  - item: B\n",
    );
    expect([...ebom.assemblies.values()][0]?.lines.map(({ id }) => id)).toEqual(["10", "20"]);
  });

  it("says every mistake with its place and what to do", () => {
    expect(
      mistakesOf(`
top: PUMPP
items:
  - item: PUMP
    lines:
      - { item: BOLT, quantity: -4 }
      - { item: BOLTT, quantity: 1 }
      - { item: BOLT, quantity: four, unit: PCS }
      - { item: BOLT, revision: C, quantity: 1, effectiveFrom: 2026-02-30 }
      - { id: 10, item: BOLT, quantity: 1 }
  - { item: BOLT }
  - { item: BOLT }
`),
    ).toEqual([
      'ebom.yaml:2:6 PUMPP is not among the items; did you mean "PUMP"?',
      'ebom.yaml:6:33 quantity "-4" is not above zero; write a number above zero',
      "ebom.yaml:7:17 the line calls for BOLTT, which is not among the items; add BOLTT to the items, or correct the number",
      'ebom.yaml:8:33 quantity "four" is not a number; write a decimal number, such as 0.35',
      expect.stringContaining('ebom.yaml:8:45 unknown unit "PCS"; '),
      'ebom.yaml:9:33 BOLT has no revision C here; did you mean "A"?',
      'ebom.yaml:9:64 "2026-02-30" is not a day; write it as 2026-03-31',
      'ebom.yaml:10:9 a second line "10" in one assembly; give each line a findNumber or id of its own',
      "ebom.yaml:12:13 BOLT rev A is listed twice; keep one of the two, or give it another revision",
    ]);
  });

  it("reads for which serials and units of which end item a line is", () => {
    const { ebom } = read(`
items:
  - item: PUMP
    lines:
      - { item: BOLT, quantity: 1, serials: { of: TRAIN, ranges: [{ from: SN-120 }, { from: SN-9, until: SN-99 }] } }
      - { item: BOLT, quantity: 1, effectiveFrom: 2026-04-01, units: { of: PUMP, ranges: [{ from: 5, until: 9 }] } }
  - { item: BOLT }
`);
    const lines = [...ebom.assemblies.values()][0]?.lines ?? [];
    expect(lines.map(({ effectivity }) => effectivityText(effectivity))).toEqual([
      "serials SN-9 to SN-99 and from SN-120 of TRAIN",
      "from 2026-04-01, units 5 to 9 of PUMP",
    ]);
  });

  it("says which range of numbers is wrong, and how", () => {
    expect(
      mistakesOf("items:\n  - { item: P, lines: [{ item: P, quantity: 1, units: { ranges: [{ from: 1 }] } }] }"),
    ).toEqual(["ebom.yaml:2:55 missing of; add of: the end item whose numbers count"]);
    expect(
      mistakesOf(`
items:
  - item: PUMP
    lines:
      - { item: BOLT, quantity: 1, serials: { of: PUMP, ranges: [{ from: SN-20, until: SN-9 }] } }
      - { item: BOLT, quantity: 1, units: { of: PUMP, ranges: [{ from: 1, until: 9 }, { from: 9 }] } }
      - { item: BOLT, quantity: 1, units: { of: PUMP, ranges: [] } }
      - { item: BOLT, quantity: 1, effectiveFrom: 2026-04-01, effectiveUntil: 2026-03-01 }
  - { item: BOLT }
`),
    ).toEqual([
      "ebom.yaml:5:88 its serial SN-9, the last, comes before SN-20, the first; swap or correct the two serial numbers",
      "ebom.yaml:6:95 its units from 9 overlap with 1 to 9; leave each number in one range only",
      "ebom.yaml:7:63 no range at all; leave out units, or write a range",
      "ebom.yaml:8:79 2026-03-01 is before effectiveFrom, 2026-04-01; swap or correct the days",
    ]);
  });

  it("still looks at numbers where the shape is wrong elsewhere", () => {
    expect(mistakesOf("items:\n  - { itm: P, lines: [{ item: B, quantity: x }] }\n")).toEqual([
      "ebom.yaml:2:5 missing item; add item: the item's number",
      'ebom.yaml:2:7 unknown field "itm"; did you mean "item"?',
      'ebom.yaml:2:44 quantity "x" is not a number; write a decimal number, such as 0.35',
    ]);
  });

  it("asks what to plan where every assembly is used by another", () => {
    const round =
      "items:\n  - { item: A, lines: [{ item: B, quantity: 1 }] }\n  - { item: B, lines: [{ item: A, quantity: 1 }] }\n";
    expect(mistakesOf(round)).toEqual([
      "ebom.yaml:2:5 no assembly stands at the top; give an item lines that no other line calls for, or name it with top:",
    ]);
    expect(read(`top: A\n${round}`).tops).toEqual(["A rev A"]);
  });
});
