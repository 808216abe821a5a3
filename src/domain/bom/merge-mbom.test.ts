import { describe, expect, it } from "vitest";
import type { ItemId, MbomLineKey, OperationId } from "../ids.ts";
import { NO_SCRAP, type Mbom, type MbomLine } from "../mbom.ts";
import { exact, mbom, mbomLine, quantity } from "./bom-builder.ts";
import { lineWords } from "./line-fields.ts";
import type { ConflictId, MbomMerge, Resolution, Side } from "./mbom-merge.ts";
import { mergeMbom } from "./merge-mbom.ts";

const op = (text: string) => text as OperationId;
const at = (text: string) => ({ operation: op(text) });
const of = (...lines: readonly MbomLine[]) => mbom("PUMP", lines);

/** A pump as engineering planned it when Heddle last published it. */
const CASE = mbomLine("L10", "CASE", "1", at("0010"));
const BOLT = mbomLine("L20", "BOLT", "4", at("0020"));
const SEAL = mbomLine("L30", "SEAL", "2", at("0020"));
const BASE = of(CASE, BOLT, SEAL);

function merged(engineering: Mbom, plant: Mbom, answers: readonly Resolution[] = [], base: Mbom = BASE): MbomMerge {
  return mergeMbom(base, engineering, plant, new Map(answers.map((answer) => [answer.conflict, answer])));
}

function drawn({ mbom: { lines } }: MbomMerge): readonly string[] {
  return lines.map((line) => `${line.key}: ${lineWords(line).replace(", per assembly", "")}`);
}

function keptOf({ kept }: MbomMerge): readonly string[] {
  return kept.map(({ line, field, base, engineering, plant, stands }) =>
    [line, field, base, engineering, plant, stands].join(" | "),
  );
}

function asked({ conflicts }: MbomMerge): readonly string[] {
  return conflicts.map(({ line, field, said }) =>
    [line, field, said.base, said.engineering, said.plant].map((part) => part ?? "–").join(" | "),
  );
}

const quantityOf = (line: MbomLine, amount: string): MbomLine => ({ ...line, quantity: quantity(amount) });

const answer = (stands: Side, plantSaid: string | null = "5 EA"): Resolution => ({
  conflict: "P1/PUMP/L20/quantity" as ConflictId,
  stands,
  plantSaid,
});
const unkeyed = (line: MbomLine, position: number): MbomLine => ({
  ...line,
  key: `planner:${position}` as MbomLineKey,
});

describe("a merge of engineering's plan with the plant's edits", () => {
  it("is engineering's plan where Heddle never published, or the ERP has no mBOM any more", () => {
    const engineering = of(CASE);
    expect(mergeMbom(null, engineering, of(BOLT), new Map())).toEqual({ mbom: engineering, kept: [], conflicts: [] });
    expect(mergeMbom(BASE, engineering, null, new Map())).toEqual({ mbom: engineering, kept: [], conflicts: [] });
  });

  it("takes what only engineering changed", () => {
    const merge = merged(of(CASE, quantityOf(BOLT, "6"), mbomLine("L40", "SHIM", "1", at("0020"))), BASE);
    expect(drawn(merge)).toEqual(["L10: 1 EA CASE, 0010", "L20: 6 EA BOLT, 0020", "L40: 1 EA SHIM, 0020"]);
    expect([merge.kept, merge.conflicts]).toEqual([[], []]);
  });

  it("keeps what only the plant changed, and says so", () => {
    const glue = mbomLine("planner:0040", "GLUE", "0.1 KGM", at("0020"));
    const merge = merged(BASE, of(CASE, { ...quantityOf(BOLT, "5"), ...at("0030") }, glue));
    expect(drawn(merge)).toEqual(["L10: 1 EA CASE, 0010", "L20: 5 EA BOLT, 0030", "planner:0040: 0.1 KGM GLUE, 0020"]);
    expect(keptOf(merge)).toEqual([
      "L20 | quantity | 4 EA | 4 EA | 5 EA | plant",
      "L20 | operation | 0020 | 0020 | 0030 | plant",
      "L30 | line | 2 EA SEAL, per assembly, 0020 | 2 EA SEAL, per assembly, 0020 |  | plant",
      "planner:0040 | line |  |  | 0.1 KGM GLUE, per assembly, 0020 | plant",
    ]);
    expect(merge.conflicts).toEqual([]);
  });

  it("joins changes of both to different fields of one line", () => {
    const merge = merged(of(CASE, { ...BOLT, ...at("0030") }, SEAL), of(CASE, quantityOf(BOLT, "5"), SEAL));
    expect(drawn(merge)).toContain("L20: 5 EA BOLT, 0030");
    expect(merge.conflicts).toEqual([]);
  });

  it("has no question where both changed to the same", () => {
    const merge = merged(of(CASE, quantityOf(BOLT, "6"), SEAL), of(CASE, quantityOf(BOLT, "6"), SEAL));
    expect([drawn(merge)[1], merge.kept, merge.conflicts]).toEqual(["L20: 6 EA BOLT, 0020", [], []]);
  });

  it("removes what engineering removed and nobody edited", () => {
    expect(drawn(merged(of(CASE, BOLT), BASE))).toEqual(["L10: 1 EA CASE, 0010", "L20: 4 EA BOLT, 0020"]);
  });
});

describe("a question for a person", () => {
  const engineering = of(CASE, quantityOf(BOLT, "6"), SEAL);
  const plant = of(CASE, quantityOf(BOLT, "5"), SEAL);

  it("is what both changed differently; the plant's word stands until it is answered", () => {
    const merge = merged(engineering, plant);
    expect(asked(merge)).toEqual(["L20 | quantity | 4 EA | 6 EA | 5 EA"]);
    expect(merge.conflicts[0]).toMatchObject({
      id: "P1/PUMP/L20/quantity",
      plant: "P1",
      item: "PUMP",
      component: "BOLT",
    });
    expect(drawn(merge)[1]).toBe("L20: 5 EA BOLT, 0020");
  });

  it("is what engineering removed and the plant edited", () => {
    const merge = merged(of(CASE, SEAL), plant);
    expect(asked(merge)).toEqual(["L20 | line | 4 EA BOLT, per assembly, 0020 | – | 5 EA BOLT, per assembly, 0020"]);
    expect(drawn(merge)).toContain("L20: 5 EA BOLT, 0020");
  });

  it("is what the plant removed and engineering changed", () => {
    const merge = merged(engineering, of(CASE, SEAL));
    expect(asked(merge)).toEqual(["L20 | line | 4 EA BOLT, per assembly, 0020 | 6 EA BOLT, per assembly, 0020 | –"]);
    expect(drawn(merge)).toEqual(["L10: 1 EA CASE, 0010", "L30: 2 EA SEAL, 0020"]);
  });

  it("is about what lines mean, not how they read: an operation may be called none, a designator have a blank", () => {
    const apart = { ...BOLT, referenceDesignators: ["R1", "R2"] };
    const joined = { ...BOLT, referenceDesignators: ["R1 R2"] };
    const merge = merged(
      of({ ...BOLT, ...at("0030") }),
      of({ ...BOLT, ...at("none") }),
      [],
      of({ ...BOLT, operation: null }),
    );
    expect(asked(merge)).toEqual(["L20 | operation | none | 0030 | none"]);
    expect(merged(of(apart), of(joined), [], of(apart)).mbom.lines).toMatchObject([joined]);
  });

  it("is decided by the answer that was given to it, which the merge names", () => {
    for (const [stands, line] of [
      ["engineering", "L20: 6 EA BOLT, 0020"],
      ["plant", "L20: 5 EA BOLT, 0020"],
    ] as const) {
      const merge = merged(engineering, plant, [answer(stands)]);
      expect([drawn(merge)[1], merge.conflicts]).toEqual([line, []]);
      expect(merge.kept).toMatchObject([{ line: "L20", field: "quantity", stands, by: "P1/PUMP/L20/quantity" }]);
    }
  });

  it("is asked again once the plant says something else", () => {
    expect(asked(merged(engineering, plant, [answer("engineering", "7 EA")]))).toHaveLength(1);
  });

  it("keeps slashes of numbers and keys apart from its own", () => {
    const key = "L10/L3" as MbomLineKey;
    const merge = merged(
      of({ ...quantityOf(BOLT, "6"), key }),
      of({ ...quantityOf(BOLT, "5"), key }),
      [],
      of({ ...BOLT, key }),
    );
    expect(merge.conflicts.map(({ id }) => id)).toEqual(["P1/PUMP/L10%2FL3/quantity"]);
  });
});

describe("fields that mean something only together", () => {
  const GREASE = mbomLine("L10", "GREASE", "1");
  const oil = mbomLine("L10", "OIL", "0.1 KGM");
  const base = of(GREASE);

  it("are one question: two pieces of grease are no two pieces of oil", () => {
    const plant = of(quantityOf(GREASE, "2"));
    const open = merged(of(oil), plant, [], base);
    expect(asked(open)).toEqual(["L10 | item and quantity | 1 EA GREASE | 0.1 KGM OIL | 2 EA GREASE"]);
    expect(drawn(open)).toEqual(["L10: 2 EA GREASE"]);
    const [{ id } = { id: "" as ConflictId }] = open.conflicts;
    const decided = (stands: Side) =>
      drawn(merged(of(oil), plant, [{ conflict: id, stands, plantSaid: "2 EA GREASE" }], base));
    expect([decided("engineering"), decided("plant")]).toEqual([["L10: 0.1 KGM OIL"], ["L10: 2 EA GREASE"]]);
  });

  it("are no question where only one side changed them", () => {
    expect(keptOf(merged(base, of(oil), [], base))).toEqual([
      "L10 | item | GREASE | GREASE | OIL | plant",
      "L10 | quantity | 1 EA | 1 EA | 0.1 KGM | plant",
    ]);
    expect(drawn(merged(of(oil), base, [], base))).toEqual(["L10: 0.1 KGM OIL"]);
  });

  it("are asked apart from the line's other fields, which both may change", () => {
    const merge = merged(of(oil), of({ ...quantityOf(GREASE, "2"), ...at("0030") }), [], base);
    expect(drawn(merge)).toEqual(["L10: 2 EA GREASE, 0030"]);
    expect(asked(merge)).toHaveLength(1);
  });

  it.each<readonly [string, Partial<MbomLine>, Partial<MbomLine>]>([
    [
      "quantity and reference designators | 4 EA | 5 EA | 4 EA, R1 R2 R3 R4",
      { quantity: quantity("5") },
      { referenceDesignators: ["R1", "R2", "R3", "R4"] },
    ],
    [
      "quantity and basis | 4 EA, per assembly | 9 EA, per order | 5 EA, per assembly",
      { quantity: quantity("9"), basis: "per order" },
      { quantity: quantity("5") },
    ],
    [
      "alternates and usage | none | PIN | NUT, 80 % BOLT, 20 % NUT",
      { alternates: ["PIN" as ItemId] },
      {
        alternates: ["NUT" as ItemId],
        usage: [
          { item: "BOLT" as ItemId, percent: exact("80"), factor: exact("1") },
          { item: "NUT" as ItemId, percent: exact("20"), factor: exact("1") },
        ],
      },
    ],
    [
      "item and alternates | BOLT | SCREW | BOLT, SCREW",
      { item: "SCREW" as ItemId },
      { alternates: ["SCREW" as ItemId] },
    ],
    ["item and phantom | BOLT | SCREW | BOLT, phantom", { item: "SCREW" as ItemId }, { phantom: true }],
    [
      "quantity and scrap | 4 EA | 1 KGM | 4 EA, 2 per order",
      { quantity: quantity("1 KGM") },
      { scrap: { ...NO_SCRAP, fixedPerOrder: exact("2") } },
    ],
  ])("%s", (question, up, down) => {
    const merge = merged(of({ ...BOLT, ...up }), of({ ...BOLT, ...down }), [], of(BOLT));
    expect(asked(merge)).toEqual([`L20 | ${question}`]);
    expect(merge.mbom.lines).toEqual([{ ...BOLT, ...down }]);
  });
});

describe("a line that the planner added", () => {
  const typed = mbomLine("planner:0040", "SHIM", "2", at("0020"));
  const plant = of(CASE, BOLT, SEAL, typed);

  it("stands beside the same component that engineering adds at another place", () => {
    const merge = merged(of(CASE, BOLT, SEAL, mbomLine("L40", "SHIM", "1", at("0010"))), plant);
    expect(drawn(merge).slice(3)).toEqual(["L40: 1 EA SHIM, 0010", "planner:0040: 2 EA SHIM, 0020"]);
    expect(merge.conflicts).toEqual([]);
  });

  it("is taken over where engineering adds it at the same place, and that is said", () => {
    const merge = merged(of(CASE, BOLT, SEAL, { ...mbomLine("L40", "SHIM", "2", at("0020")), supply: "bulk" }), plant);
    expect(drawn(merge).slice(3)).toEqual(["L40: 2 EA SHIM, 0020, bulk"]);
    expect(keptOf(merge)).toEqual([
      "L40 | line |  | 2 EA SHIM, per assembly, 0020, bulk | 2 EA SHIM, per assembly, 0020 | engineering",
    ]);
    expect(merge.conflicts).toEqual([]);
  });

  it("is a question where engineering adds it at the same place in another quantity", () => {
    const merge = merged(of(CASE, BOLT, SEAL, mbomLine("L40", "SHIM", "3", at("0020"))), plant);
    expect(asked(merge)).toEqual(["L40 | quantity | – | 3 EA | 2 EA"]);
    expect(drawn(merge).slice(3)).toEqual(["L40: 2 EA SHIM, 0020"]);
  });

  it("is a question where it does not say its place: one line or two", () => {
    const engineering = of(CASE, BOLT, SEAL, mbomLine("L40", "SHIM", "2", at("0020")));
    const unplaced = of(CASE, BOLT, SEAL, { ...typed, operation: null });
    const open = merged(engineering, unplaced);
    expect(asked(open)).toEqual(["L40 | line | – | 2 EA SHIM, per assembly, 0020 | 2 EA SHIM, per assembly"]);
    expect(drawn(open).slice(3)).toEqual(["L40: 2 EA SHIM, 0020", "planner:0040: 2 EA SHIM"]);
    const { id, said } = open.conflicts[0] ?? { id: "" as ConflictId, said: { plant: null } };
    const one = merged(engineering, unplaced, [{ conflict: id, stands: "engineering", plantSaid: said.plant }]);
    expect(drawn(one).slice(3)).toEqual(["L40: 2 EA SHIM, 0020"]);
    const two = merged(engineering, unplaced, [{ conflict: id, stands: "plant", plantSaid: said.plant }]);
    expect(drawn(two).slice(3)).toEqual(["L40: 2 EA SHIM, 0020", "planner:0040: 2 EA SHIM"]);
  });

  it("is still the planner's own once it was published, also when the line it looks like goes", () => {
    const second = mbomLine("planner:0040", "BOLT", "1", at("0040"));
    const sent = of(CASE, BOLT, SEAL, second);
    const merge = mergeMbom(BASE, BASE, of(CASE, SEAL, second), new Map(), { sent, held: sent });
    expect(drawn(merge)).toEqual(["L10: 1 EA CASE, 0010", "L30: 2 EA SEAL, 0020", "planner:0040: 1 EA BOLT, 0040"]);
  });
});

describe("which line of the ERP is which", () => {
  const FIRST = mbomLine("L10", "SCREW", "4", at("0010"));
  const SECOND = mbomLine("L20", "SCREW", "2", at("0020"));

  it("goes by the key that the ERP recorded, whatever else was edited", () => {
    const merge = merged(
      of(quantityOf(FIRST, "5"), SECOND),
      of({ ...FIRST, ...at("0020") }, { ...SECOND, ...at("0010") }),
      [],
      of(FIRST, SECOND),
    );
    expect(drawn(merge)).toEqual(["L10: 5 EA SCREW, 0020", "L20: 2 EA SCREW, 0010"]);
  });

  it("finds, without keys, the one of two screws that was moved to another operation", () => {
    const merge = merged(
      of(FIRST, quantityOf(SECOND, "3")),
      of(unkeyed({ ...SECOND, ...at("0030") }, 10), unkeyed(FIRST, 20)),
      [],
      of(FIRST, SECOND),
    );
    expect(drawn(merge)).toEqual(["L10: 4 EA SCREW, 0010", "L20: 3 EA SCREW, 0030"]);
    expect(merge.conflicts).toEqual([]);
  });

  it("finds, without keys, the one of three equal parts that was deleted", () => {
    const three = ["1", "2", "3"].map((amount, i) => mbomLine(`L${i + 1}0`, "SCREW", amount, at("0010")));
    const [one, two, last] = three as [MbomLine, MbomLine, MbomLine];
    const merge = merged(of(...three), of(unkeyed(last, 10), unkeyed(one, 20)), [], of(...three));
    expect(drawn(merge)).toEqual(["L10: 1 EA SCREW, 0010", "L30: 3 EA SCREW, 0010"]);
    expect(keptOf(merge)).toHaveLength(1);
    expect(merge.kept).toMatchObject([{ line: two.key, field: "line", plant: null }]);
  });

  it("sees no edit where an ERP that renumbers has swapped the keys of two lines", () => {
    for (const other of [SECOND, mbomLine("L20", "NUT", "2", at("0020"))]) {
      const base = of(FIRST, other);
      const swapped = of({ ...FIRST, key: other.key }, { ...other, key: FIRST.key });
      const merge = merged(of(quantityOf(FIRST, "6"), other), swapped, [], base);
      expect(drawn(merge)[0]).toBe("L10: 6 EA SCREW, 0010");
      expect([merge.kept, merge.conflicts]).toEqual([[], []]);
    }
  });

  it("goes by the key also where a line was edited to say what another one said that was deleted", () => {
    const two = [mbomLine("L10", "SCREW", "4"), mbomLine("L20", "SCREW", "2")] as const;
    const merge = merged(of(two[0]), of(quantityOf(two[0], "2")), [], of(...two));
    expect(drawn(merge)).toEqual(["L10: 2 EA SCREW"]);
    expect(merge.conflicts).toEqual([]);
  });

  it("goes by the key also where a line got the component of another one that was deleted", () => {
    const seals = [CASE, BOLT].map((line) => ({ ...line, item: SEAL.item }));
    for (const plant of [seals, seals.toReversed()]) {
      const { kept } = merged(BASE, of(...plant));
      expect(kept.map(({ line, field }) => `${line} ${field}`)).toEqual(["L10 item", "L20 item", "L30 line"]);
    }
  });

  it("leaves an edit with its component where the PLM's numbers moved on by one", () => {
    const nut = mbomLine("L20", "NUT", "1", at("0020"));
    const moved = { ...BOLT, ...at("0030") };
    const merge = merged(of(CASE, nut, { ...BOLT, key: "L25" as MbomLineKey }, SEAL), of(CASE, moved, SEAL));
    expect(drawn(merge)).toEqual([
      "L10: 1 EA CASE, 0010",
      "L20: 1 EA NUT, 0020",
      "L25: 4 EA BOLT, 0030",
      "L30: 2 EA SEAL, 0020",
    ]);
    expect(merge.conflicts).toEqual([]);
  });

  it("asks of a removed line under a key of its own, where the PLM gave its number to another", () => {
    const merge = merged(of(CASE, { ...SEAL, key: BOLT.key }), of(CASE, quantityOf(BOLT, "5"), SEAL));
    expect(asked(merge)).toEqual([
      "planner:L20 | line | 4 EA BOLT, per assembly, 0020 | – | 5 EA BOLT, per assembly, 0020",
    ]);
    expect(drawn(merge)).toEqual(["L10: 1 EA CASE, 0010", "L20: 2 EA SEAL, 0020", "planner:L20: 5 EA BOLT, 0020"]);
  });

  it("takes the component that the plant put on a line for an edit of that line", () => {
    const merge = merged(BASE, of(CASE, { ...BOLT, item: SEAL.item }, SEAL));
    expect(keptOf(merge)).toEqual(["L20 | item | BOLT | BOLT | SEAL | plant"]);
  });

  it("knows a line of engineering's again that the PLM gave another id", () => {
    const merge = merged(of(CASE, { ...BOLT, key: "L25" as MbomLineKey }, SEAL), of(CASE, quantityOf(BOLT, "5"), SEAL));
    expect(drawn(merge)[1]).toBe("L25: 5 EA BOLT, 0020");
    expect(merge.conflicts).toEqual([]);
  });

  it("names lines that a planner copied, key and all, each once", () => {
    const merge = merged(BASE, of(CASE, BOLT, SEAL, quantityOf(BOLT, "1"), quantityOf(BOLT, "2")));
    expect(drawn(merge).slice(3)).toEqual(["planner:L20: 1 EA BOLT, 0020", "planner:L20.2: 2 EA BOLT, 0020"]);
  });
});

it("does not take for an edit what the ERP has no place for", () => {
  const sent = of(CASE, { ...BOLT, alternates: [SEAL.item] }, SEAL);
  const held = of(...sent.lines.map((line): MbomLine => ({ ...line, alternates: [], supply: null })));
  const engineering = of(CASE, { ...BOLT, alternates: [CASE.item] }, SEAL);
  const edited = of(CASE, quantityOf({ ...BOLT, alternates: [] }, "5"), SEAL);
  const merge = mergeMbom(sent, engineering, edited, new Map(), { sent, held });
  expect(drawn(merge)[1]).toBe("L20: 5 EA BOLT, 0020, CASE");
  expect(keptOf(merge)).toEqual(["L20 | quantity | 4 EA | 4 EA | 5 EA | plant"]);
});
