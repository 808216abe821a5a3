import { describe, expect, it } from "vitest";
import { ALWAYS, type Day } from "../calendar.ts";
import type { EbomLine, ItemRevisionKey } from "../ebom.ts";
import type { Finding } from "../finding.ts";
import type { ItemId, RuleName } from "../ids.ts";
import type { Item } from "../item.ts";
import { ebom, exact, key, line as draft } from "./bom-builder.ts";
import { inOrder, place, planFindings } from "./plan-findings.ts";

const say = planFindings("plm");
const item = (text: string) => text as ItemId;
const rule = (text: string) => text as RuleName;
const FRAME = key("FRAME");

/** A line of FRAME, with its place and number. */
function lineOf(name: string, amount: string, more: Partial<EbomLine> = {}): EbomLine {
  const [line] = ebom({ FRAME: [draft(name, amount, more)] }).assemblies.get(FRAME)?.lines ?? [];
  if (line === undefined) throw new Error("FRAME has no line");
  return line;
}

function itemOf(name: string, more: Partial<Item> = {}): Item {
  const held = ebom({}, { [name]: more }).items.get(key(name));
  if (held === undefined) throw new Error(`there is no ${name}`);
  return held;
}

/** `blocked bom-cycle plm FRAME L10 lines`, then what a person reads. */
function told({ severity, code, system, item: of, line, field, cause, fix }: Finding): readonly string[] {
  return [[severity, code, system, of ?? "-", line ?? "-", field].join(" "), cause, fix];
}

function withDesignators(referenceDesignators: readonly string[]): Finding {
  return say.designatorsMismatch(lineOf("R-10K", "3", { referenceDesignators }), FRAME);
}

const bolt = lineOf("BOLT", "4");

describe("structure that cannot be planned", () => {
  it("names where a circle can be broken", () => {
    expect(told(say.cycle([key("A1"), key("B1"), key("A1")]))).toEqual([
      "blocked bom-cycle plm - - lines",
      "The structure goes round in a circle: A1 rev A → B1 rev A → A1 rev A.",
      "Remove the line of B1 rev A that calls for A1 rev A, or another one on the way.",
    ]);
    expect(told(say.plannedCycle([item("A1"), item("B1"), item("A1")]))).toEqual([
      "blocked bom-cycle heddle A1 - rules",
      "The planned mBOMs go round in a circle, although the eBOM does not: A1 → B1 → A1.",
      "Correct the rule that replaces an item by A1, adds it, or allows it as an alternate, in the mBOM of B1.",
    ]);
  });

  it("names what is empty", () => {
    expect(told(say.empty(FRAME, item("FRAME")))).toEqual([
      "blocked bom-empty plm FRAME - lines",
      "The structure of FRAME rev A has no lines, and Heddle does not publish an empty mBOM.",
      "Release FRAME rev A with its components, or add a rule that has it bought or excluded.",
    ]);
    expect(told(say.nothingToLift(lineOf("KIT", "1"), FRAME, rule("kits")))).toEqual([
      "blocked bom-empty plm KIT L10 lines",
      'Line 10 (L10) of FRAME rev A collapses by rule "kits", but KIT rev A has no components that could take its place.',
      "Exclude or buy KIT instead, or release it with its components.",
    ]);
  });

  it("names what is deeper or larger than any product", () => {
    expect(told(say.tooDeep(FRAME, item("FRAME"), 201))).toEqual([
      "blocked bom-too-deep plm FRAME - lines",
      "The structure below FRAME rev A is 201 levels deep; Heddle plans at most 200.",
      "Look for an assembly that stands below itself under another number, and flatten the structure.",
    ]);
    expect(told(say.tooManyUses(500_001))).toEqual([
      "blocked bom-too-deep plm - - lines",
      "The plan reached 500001 uses of lines, lifted and supplied ones counted in each place, and stopped there.",
      "Have shared assemblies made instead of collapsed, and look for structure that multiplies level by level.",
    ]);
  });

  it("names what does not exist", () => {
    expect(told(say.topMissing(FRAME))).toEqual([
      "blocked item-missing plm - - item",
      "FRAME rev A is to be planned, but the eBOM has no such item revision.",
      "Release FRAME rev A, or correct the change that names it.",
    ]);
    expect(told(say.itemMissing(bolt, FRAME))).toEqual([
      "blocked item-missing plm BOLT L10 item",
      "Line 10 (L10) of FRAME rev A calls for BOLT rev A, which does not exist.",
      "Create BOLT rev A, or correct the line.",
    ]);
    expect(
      told(say.plantItemMissing(item("P-BOLT"), [rule("one"), rule("two")], "The rule that replaces BOLT")),
    ).toEqual([
      "blocked item-missing heddle P-BOLT - rule one, two",
      "The rule that replaces BOLT names P-BOLT, which neither engineering nor the plant knows.",
      "Create P-BOLT in the ERP, or correct the number in the rule.",
    ]);
  });

  it("names what is not released, and the line that ends there", () => {
    expect(told(say.unreleased(itemOf("FRAME", { state: "in work" }), null, null))).toEqual([
      "blocked item-unreleased plm FRAME - revision",
      "FRAME rev A is in work; only what is released may be built.",
      "Release FRAME rev A, or call for a revision that is released.",
    ]);
    expect(told(say.unreleased(itemOf("BOLT", { state: "in work" }), bolt, FRAME))).toEqual([
      "blocked item-unreleased plm BOLT L10 revision",
      "Line 10 (L10) of FRAME rev A ends at BOLT rev A, which is in work; only what is released may be built or bought.",
      "Release BOLT rev A, or call for a revision that is released.",
    ]);
  });
});

describe("lines that are not clear", () => {
  it("names the line that no rule decides", () => {
    expect(told(say.unsourced(bolt, FRAME, itemOf("BOLT", { type: "screw" })))).toEqual([
      "blocked line-unsourced plm BOLT L10 rules",
      "No rule says whether BOLT rev A (type screw), line 10 (L10) of FRAME rev A, is made, bought, subcontracted, collapsed or excluded.",
      'Add a rule that matches BOLT, for instance with the action "buy".',
    ]);
  });

  it("names a quantity that is not above zero", () => {
    expect(told(say.notPositive(lineOf("BOLT", "0"), FRAME))).toEqual([
      "blocked quantity-not-positive plm BOLT L10 quantity",
      "Line 10 (L10) of FRAME rev A has quantity 0 EA of BOLT.",
      "Give the line a quantity above zero; exclude it by a rule where the plant does not plan it.",
    ]);
  });

  it("counts designators, or names the one that stands twice", () => {
    expect(told(withDesignators(["R1", "R2"]))).toEqual([
      "blocked reference-designators-mismatch plm R-10K L10 referenceDesignators",
      "Line 10 (L10) of FRAME rev A has quantity 3 EA of R-10K, but 2 reference designators (R1, R2).",
      "Make the number of reference designators and the quantity agree.",
    ]);
    expect(told(withDesignators(["R1", "R2", "R2"]))).toEqual([
      "blocked reference-designators-mismatch plm R-10K L10 referenceDesignators",
      "Line 10 (L10) of FRAME rev A has quantity 3 EA of R-10K, but reference designator R2 twice.",
      "Make the number of reference designators and the quantity agree.",
    ]);
  });

  it("lists eight designators, and counts those beyond", () => {
    const many = ["R1", "R2", "R3", "R4", "R5", "R6", "R7", "R8"];
    expect(withDesignators(many).cause).toContain("8 reference designators (R1, R2, R3, R4, R5, R6, R7, R8)");
    expect(withDesignators([...many, "R9", "R10"]).cause).toContain("(R1, R2, R3, R4, R5, R6, R7, R8 and 2 more)");
  });

  it("says which designators an mBOM leaves out, and why", () => {
    const line = lineOf("R-10K", "2", { referenceDesignators: ["R1", "R2"] });
    expect(told(say.designatorsDropped(line, FRAME, exact("3"), item("CASE")))).toEqual([
      "info reference-designators-mismatch plm R-10K L10 referenceDesignators",
      "The mBOM of CASE leaves out the reference designators R1, R2 of line 10 (L10) of FRAME rev A: they stand there 3 times.",
      "Nothing to do where the designators are read on the drawing; otherwise make FRAME rev A instead of collapsing it.",
    ]);
  });

  it("says that a figure as required is planned as it is", () => {
    expect(told(say.asRequired(lineOf("GREASE", "20 GRM"), FRAME))).toEqual([
      "info target-cannot-hold plm GREASE L10 basis",
      'Line 10 (L10) of FRAME rev A gives GREASE "as required"; the mBOM plans its 20 GRM as a fixed figure.',
      "Nothing to do where the figure is a fair average; otherwise correct the quantity, or supply the item in bulk.",
    ]);
  });

  it("names both units, and the line or the rule that has them", () => {
    expect(told(say.notConvertible(bolt, "Line 10 (L10) of FRAME rev A", item("BOLT"), "EA", "KGM"))).toEqual([
      "blocked unit-not-convertible plm BOLT L10 unit",
      "Line 10 (L10) of FRAME rev A has BOLT in EA (each), which cannot be converted to KGM (kilogram).",
      "Give BOLT a factor of its own between EA and KGM, or correct the unit.",
    ]);
    expect(told(say.notConvertible(null, 'Rule "glue"', item("GLUE"), "GRM", "EA"))).toEqual([
      "blocked unit-not-convertible heddle GLUE - unit",
      'Rule "glue" has GLUE in GRM (gram), which cannot be converted to EA (each).',
      "Give GLUE a factor of its own between GRM and EA, or correct the unit.",
    ]);
  });

  it("names both factors of a conversion", () => {
    const factor = { from: "EA", to: "KGM", factor: exact("0.2") } as const;
    expect(told(say.factorConflict(bolt, "line L10", item("BOLT"), rule("by weight"), factor, exact("0.25")))).toEqual([
      "blocked unit-factor-conflict heddle BOLT L10 rule by weight",
      'Rule "by weight" says that 1 EA of BOLT is 0.2 KGM, for line L10; it is 0.25 KGM already.',
      "Take the factor out of the rule, or correct it, or correct the item's own factor.",
    ]);
    expect(told(say.factorConflict(null, "glue", item("GLUE"), rule("by weight"), factor, exact("0.25")))[0]).toBe(
      "blocked unit-factor-conflict heddle GLUE - rule by weight",
    );
  });
});

describe("effectivity", () => {
  const serials = {
    ...ALWAYS,
    numbers: [{ counts: "serial", of: item("FAN"), ranges: [{ from: "5", until: "9" }] }],
  } as const;

  it("says by which schedule serials became days", () => {
    const fan = { counts: "serial", of: item("FAN") } as const;
    const rows = [
      { ...fan, number: "5", day: "2026-04-01" as Day },
      { ...fan, number: "10", day: "2026-05-01" as Day },
    ];
    expect(told(say.numbersPlanned(bolt, FRAME, rows, "from 2026-04-01"))).toEqual([
      "info effectivity-translated plm BOLT L10 effectivity",
      "Line 10 (L10) of FRAME rev A, BOLT, holds from 2026-04-01: serial 5 of FAN is planned for 2026-04-01; serial 10 of FAN is planned for 2026-05-01.",
      "Nothing to do as long as the plant builds by that schedule; the days follow when it moves.",
    ]);
  });

  it("says which numbers the schedule does not know", () => {
    const problem = { kind: "unscheduled" as const, problem: "The plant has no schedule.", fix: "Give it one." };
    expect(told(say.numbersUnplanned(bolt, FRAME, serials, problem))).toEqual([
      "blocked effectivity-unscheduled plm BOLT L10 effectivity",
      "Line 10 (L10) of FRAME rev A, BOLT, holds for serials 5 to 9 of FAN, and the plant's system knows days only. The plant has no schedule.",
      "Give it one.",
    ]);
  });

  it("says what has ended, and what can never be", () => {
    expect(told(say.ended(bolt, FRAME, "2026-01-31" as Day))).toEqual([
      "info effectivity-past plm BOLT L10 effectivity",
      "Line 10 (L10) of FRAME rev A, BOLT, was effective until 2026-01-31 and ends before the plan begins.",
      "Nothing to do when that is meant; otherwise extend the line's effectivity.",
    ]);
    const late = lineOf("BOLT", "4", { effectivity: { from: "2026-06-01" as Day, until: null } });
    expect(told(say.neverEffective(late, FRAME, "until 2026-05-31"))).toEqual([
      "warning effectivity-never plm BOLT L10 effectivity",
      "Line 10 (L10) of FRAME rev A, BOLT, is effective from 2026-06-01 but its assembly until 2026-05-31: that is never.",
      "Correct the effectivity of the line or of the assembly that it stands in.",
    ]);
    const backwards = lineOf("BOLT", "4", { effectivity: { from: "2026-06-01" as Day, until: "2026-05-01" as Day } });
    expect(told(say.neverEffective(backwards, FRAME, null))[1]).toBe(
      "Line 10 (L10) of FRAME rev A, BOLT, is effective from 2026-06-01 until 2026-05-01: that is never.",
    );
  });
});

describe("rules that cannot be followed", () => {
  it("names the rules of a loop of replacements", () => {
    expect(
      told(say.replacementLoop(item("A1"), [item("A1"), item("B1"), item("A1")], [rule("one"), rule("two")])),
    ).toEqual([
      "blocked replacement-loop heddle A1 - rule one, two",
      "The replacements of A1 go round in a circle: A1 → B1 → A1.",
      'Take one of these replacements out of the rule "one" or "two".',
    ]);
  });

  it("says why a group cannot hold a line, and whose number it took", () => {
    expect(told(say.groupCannotHold(bolt, FRAME, rule("kits"), item("KIT-1"), "does not go into the product"))).toEqual(
      [
        "blocked group-cannot-hold heddle BOLT L10 rule kits",
        'Rule "kits" puts line 10 (L10) of FRAME rev A, BOLT, into group KIT-1, but it does not go into the product.',
        "Have the rule leave such lines out, by its condition.",
      ],
    );
    expect(told(say.groupNumberTaken(item("KIT-1"), "an item of engineering"))).toEqual([
      "blocked group-number-taken heddle KIT-1 - number",
      "A rule makes a group KIT-1, but that number stands for an item of engineering.",
      "Give the group another number in the rule, for instance with {assembly} or {operation} in it.",
    ]);
  });

  it("says why a split does not fit", () => {
    const reason = { because: "a third of 4 EA is no whole number", fix: "Split it otherwise." };
    expect(told(say.splitDoesNotFit(bolt, FRAME, rule("halves"), reason))).toEqual([
      "blocked split-does-not-fit heddle BOLT L10 rule halves",
      'Rule "halves" cannot split line 10 (L10) of FRAME rev A, 4 EA of BOLT: a third of 4 EA is no whole number.',
      "Split it otherwise.",
    ]);
  });
});

describe("what a plant cannot hold", () => {
  it("says which mBOM would be empty", () => {
    expect(told(say.withoutComponents(item("BRACKET")))).toEqual([
      "info made-without-components heddle BRACKET - lines",
      "BRACKET is made here, but engineering has no structure for it and no rule adds its material: no mBOM is planned for it.",
      "Add a rule that adds its material, or maintain the mBOM of BRACKET in the ERP.",
    ]);
    expect(told(say.nothingKept(item("BRACKET"), key("BRACKET")))).toEqual([
      "warning made-without-components heddle BRACKET - rules",
      "None of the lines of BRACKET rev A is left in the mBOM of BRACKET: it would be empty.",
      "Check the rules that exclude its lines, and their effectivity.",
    ]);
  });

  it("says which of two structures is planned, and stops where the other is not the product itself", () => {
    expect(told(say.twoSources(item("HUB"), key("HUB"), "HUB rev B" as ItemRevisionKey, false))).toEqual([
      "blocked target-cannot-hold plm HUB - revision",
      "The product uses both HUB rev A and HUB rev B, but a plant has one mBOM of HUB: HUB rev A is planned.",
      "Have every assembly call for the same revision of HUB.",
    ]);
    expect(say.twoSources(item("HUB"), key("HUB"), "HUB rev B" as ItemRevisionKey, true).severity).toBe("warning");
  });

  it("says which of two revisions and of two sources is taken", () => {
    expect(told(say.twoRevisions(item("BOLT"), [key("BOLT"), "BOLT rev B" as ItemRevisionKey]))).toEqual([
      "info target-cannot-hold plm BOLT - revision",
      "The product uses BOLT rev A and BOLT rev B, but a plant holds one revision: BOLT rev B is taken.",
      "Nothing to do where the revisions are interchangeable; otherwise have all lines call for the same one.",
    ]);
    expect(told(say.twoProcurements(item("BOLT"), ["buy", "make"]))).toEqual([
      "warning target-cannot-hold heddle BOLT - procurement",
      "The rules source BOLT in 2 ways (buy, make), but a plant's item has one: buy is taken.",
      "Change the rules so that BOLT is sourced in one way wherever it is used.",
    ]);
  });
});

describe("the place of a line", () => {
  it("is its find number and its id, once where they are the same or there is no number", () => {
    expect(place(bolt, FRAME)).toBe("Line 10 (L10) of FRAME rev A");
    expect(place({ ...bolt, findNumber: "" }, FRAME)).toBe("Line L10 of FRAME rev A");
    expect(place({ ...bolt, findNumber: "L10" }, FRAME, "line")).toBe("line L10 of FRAME rev A");
  });
});

const about = (of: string | null, line: string | null, severity: Finding["severity"] = "info"): Finding => ({
  ...say.withoutComponents(item("X")),
  severity,
  item: of as ItemId | null,
  line,
});

describe("the order of findings", () => {
  it("is by severity, then by code, item and line as people number them, those of no item first", () => {
    const ordered = [
      about("Z", null, "blocked"),
      about("Z", null, "warning"),
      say.asRequired(lineOf("A", "1"), FRAME),
      about(null, null),
      about("B-2", null),
      about("B-2", "L2"),
      about("B-2", "L10"),
      about("B-10", null),
    ].toSorted((a, b) => (a.code === b.code ? 0 : a.code < b.code ? -1 : 1));
    expect(inOrder([...ordered].toReversed())).toEqual(ordered);
  });

  it("has each finding once", () => {
    expect(inOrder([about("A", "L1"), about("A", "L1")])).toEqual([about("A", "L1")]);
  });
});
