import { describe, expect, it } from "vitest";
import type { Ebom, EbomLine } from "../ebom.ts";
import type { ItemId, LineId, OperationId } from "../ids.ts";
import type { Mbom } from "../mbom.ts";
import { ebom, exact, key, line, mbom, mbomLine, planInput, quantity, rule, sourcing, when } from "./bom-builder.ts";
import { parseBomVersion } from "./bom-version.ts";
import { compareBoms, isDifferent, type BomSide, type ComparedLine } from "./compare-boms.ts";
import { planMbom } from "./plan-mbom.ts";
import type { RuleAction } from "./rules.ts";
import { structureOf } from "./structure.ts";

const FRAME = ebom({
  FRAME: [line("KIT", "2"), line("PANEL", "1"), line("LABEL", "1")],
  KIT: [line("BOLT", "4"), line("NUT", "4")],
});
const RULES = [
  rule("no labels", { kind: "exclude", reason: "printed here" }, ["LABEL"]),
  rule("glue", { kind: "add", item: "GLUE" as ItemId, quantity: quantity("5 GRM"), per: "assembly" }, () => true),
  ...sourcing({ collapse: ["KIT"] }),
  rule("rest", { kind: "buy" }, () => true),
];

const RULE_SET = planInput(FRAME, RULES).rules;

const ebomSide = (structure: Ebom): BomSide => ({
  kind: "ebom",
  name: "the eBOM",
  source: key("FRAME"),
  structure: structureOf(structure),
});

function planned(structure: Ebom = FRAME) {
  const plan = planMbom(planInput(structure, RULES, { plantItems: new Map([["GLUE" as ItemId, { unit: "GRM" }]]) }));
  const frame = plan.mboms.find(({ mbom: { item } }) => item === "FRAME");
  if (frame === undefined) throw new Error("FRAME is not planned");
  return frame;
}

const mbomSide = (standing: Mbom, plan: Extract<BomSide, { kind: "mbom" }>["plan"] = null): BomSide => ({
  kind: "mbom",
  name: "the mBOM",
  mbom: standing,
  plan,
});

const MARKS = { same: " ", changed: "~", added: "+", removed: "-" };

function drawn(lines: readonly ComparedLine[]): readonly string[] {
  return lines.map(({ what, line: at, from, to, fields, why }) =>
    [
      `${MARKS[what]} ${at}: ${from ?? "nothing"} → ${to ?? "nothing"}`,
      ...fields.map(({ field, from: was, to: is }) => `${field} ${was} → ${is}`),
      ...(why === null ? [] : [why]),
    ].join(" | "),
  );
}

const at = (operation: string) => operation as OperationId;
const withoutFirstLine = (whole: Mbom) => ({ ...whole, lines: whole.lines.slice(1) });

describe("two eBOM revisions", () => {
  it("differ in the lines that engineering added, removed or changed", () => {
    const next = ebom({
      FRAME: [line("KIT", "3"), line("PANEL", "1", { alternates: ["PLATE" as ItemId] }), line("COVER", "1")],
    });
    expect(drawn(compareBoms(ebomSide(FRAME), ebomSide(next)))).toEqual([
      "~ L10: 2 EA KIT → 3 EA KIT | quantity 2 EA → 3 EA",
      "~ L20: 1 EA PANEL → 1 EA PANEL, or PLATE | alternates none → PLATE",
      "~ L30: 1 EA LABEL → 1 EA COVER | item LABEL → COVER",
    ]);
  });

  it("differ in the revision that a line calls for", () => {
    const next = ebom({ FRAME: [line("KIT", "2", { revision: "B" as never })] });
    const first = ebom({ FRAME: [line("KIT", "2")] });
    expect(drawn(compareBoms(ebomSide(first), ebomSide(next)))).toEqual([
      "~ L10: 2 EA KIT → 2 EA KIT | revision A → B",
    ]);
    expect(isDifferent(compareBoms(ebomSide(first), ebomSide(first)))).toBe(false);
  });
});

const oil = line("OIL", "2");

/** How two revisions of a frame differ, the second line of which changes. */
function changedTo(first: Partial<EbomLine>, next: Partial<EbomLine>): readonly ComparedLine[] {
  const [from, to] = [first, next].map((second) => ebomSide(ebom({ FRAME: [line("BOLT", "4"), second] })));
  return from === undefined || to === undefined ? [] : compareBoms(from, to);
}

describe("two eBOM revisions, in what a line says beside its quantity", () => {
  it("differ in how a quantity is counted, and in the variants that a line is for", () => {
    expect(drawn(changedTo(oil, { ...oil, basis: "per lot" }))[1]).toBe(
      "~ L20: 2 EA OIL → 2 EA OIL, per order | basis per assembly → per order",
    );
    expect(drawn(changedTo(oil, { ...oil, ...when("MOTOR = AC") }))[1]).toBe(
      "~ L20: 2 EA OIL → 2 EA OIL, when MOTOR = AC | option all variants → MOTOR = AC",
    );
  });

  it("are different where one line is, be all others the same", () => {
    expect(isDifferent(changedTo(oil, { ...oil, basis: "per lot" }))).toBe(true);
    expect(isDifferent(changedTo(oil, oil))).toBe(false);
    expect(isDifferent([])).toBe(false);
  });
});

describe("two mBOMs", () => {
  it("are matched as everywhere: by key, else by what the lines say", () => {
    const from = mbom("FRAME", [mbomLine("1", "BOLT", "8"), mbomLine("2", "NUT", "8"), mbomLine("3", "TAPE", "1")]);
    const to = mbom("FRAME", [mbomLine("L1", "NUT", "8"), mbomLine("1", "BOLT", "1200"), mbomLine("L3", "GLUE", "1")]);
    expect(drawn(compareBoms(mbomSide(from), mbomSide(to)))).toEqual([
      "  L1: 8 EA NUT → 8 EA NUT",
      "~ 1: 8 EA BOLT → 1200 EA BOLT | quantity 8 EA → 1200 EA",
      "+ L3: nothing → 1 EA GLUE",
      "- 3: 1 EA TAPE → nothing",
    ]);
  });
});

describe("an eBOM and an mBOM", () => {
  it("are compared by what became of each line", () => {
    const { mbom: plan, decisions } = planned();
    expect(drawn(compareBoms(ebomSide(FRAME), mbomSide(plan, { mbom: plan, decisions, rules: RULE_SET })))).toEqual([
      '- L10: 2 EA KIT → nothing | Line L10, KIT, is dissolved and the lines below it take its place by "collapse".',
      '  L10/L10: 8 EA BOLT → 8 EA BOLT | Line L10/L10, BOLT, is bought complete and goes on mBOM line L10/L10 by "rest", "collapse".',
      '  L10/L20: 8 EA NUT → 8 EA NUT | Line L10/L20, NUT, is bought complete and goes on mBOM line L10/L20 by "rest", "collapse".',
      '  L20: 1 EA PANEL → 1 EA PANEL | Line L20, PANEL, is bought complete and goes on mBOM line L20 by "rest".',
      '- L30: 1 EA LABEL → nothing | Line L30, LABEL, is left out by "no labels": printed here.',
      '+ +glue: nothing → 5 GRM GLUE | It is added by rule "glue".',
    ]);
  });

  it("turn round", () => {
    const { mbom: plan, decisions } = planned();
    const there = compareBoms(ebomSide(FRAME), mbomSide(plan, { mbom: plan, decisions, rules: RULE_SET }));
    const back = compareBoms(mbomSide(plan, { mbom: plan, decisions, rules: RULE_SET }), ebomSide(FRAME));
    expect(back.map(({ from, to }) => [to, from])).toEqual(there.map(({ from, to }) => [from, to]));
    expect(back.map(({ what }) => what).filter((what) => what === "added")).toHaveLength(2);
  });

  it("turn round with what was added, removed and changed", () => {
    const { mbom: plan, decisions } = planned();
    const fewer = { ...plan, lines: plan.lines.map((one) => ({ ...one, quantity: quantity("1") })) };
    const side = mbomSide(fewer, { mbom: plan, decisions, rules: RULE_SET });
    const back = drawn(compareBoms(side, ebomSide(FRAME)));
    expect(back[0]).toContain("+ L10: nothing → 2 EA KIT");
    expect(back[1]).toContain("~ L10/L10: 1 EA BOLT → 8 EA BOLT | quantity 1 EA → 8 EA");
    expect(back.at(-1)).toContain("- +glue: 1 EA GLUE → nothing");
  });

  it("say for which line a rule added something, in the mBOM of planners' edits too", () => {
    const { mbom: plan, decisions } = planned();
    const glue = plan.lines.at(-1);
    if (glue === undefined) throw new Error("the plan lost a line");
    const driver = ["L10", "L20"] as unknown as NonNullable<Extract<typeof glue.origin, { kind: "rule" }>["driver"]>;
    const forNuts = { ...plan, lines: [{ ...glue, origin: { kind: "rule", rule: "glue" as never, driver } as const }] };
    const rows = drawn(compareBoms(ebomSide(FRAME), mbomSide(forNuts, { mbom: forNuts, decisions, rules: RULE_SET })));
    expect(rows.at(-1)).toBe('+ +glue: nothing → 5 GRM GLUE | It is added by rule "glue" for line L10/L20.');
  });

  it("show that another item stands for a line, and parts in units of their own", () => {
    const { mbom: plan, decisions } = planned();
    const [bolts, ...others] = plan.lines;
    if (bolts === undefined) throw new Error("the plan lost its lines");
    const screws = { ...plan, lines: [{ ...bolts, item: "SCREW" as ItemId, quantity: quantity("1 KGM") }, ...others] };
    const rows = drawn(compareBoms(ebomSide(FRAME), mbomSide(screws, { mbom: screws, decisions, rules: RULE_SET })));
    expect(rows[1]).toContain("~ L10/L10: 8 EA BOLT → 1 KGM SCREW | item BOLT → SCREW | quantity 8 EA → 1 KGM |");
  });

  it("show of a line that rules merged from several what stands, without blaming one of them for the quantity", () => {
    const structure = ebom({ FRAME: [line("BOLT", "4"), line("BOLT", "2")] });
    const rules = [rule("one line", { kind: "merge" }, () => true), rule("rest", { kind: "buy" }, () => true)];
    const input = planInput(structure, rules);
    const [of] = planMbom(input).mboms;
    if (of === undefined) throw new Error("FRAME is not planned");
    const plan = { mbom: of.mbom, decisions: of.decisions, rules: input.rules };
    expect(compareBoms(ebomSide(structure), mbomSide(of.mbom, plan)).map(({ what, to }) => `${what} ${to}`)).toEqual([
      "same 6 EA BOLT",
      "same 6 EA BOLT",
    ]);
    const ghost = { ...of.mbom.lines[0], key: "9" as never, item: "OLD" as ItemId } as (typeof of.mbom.lines)[number];
    const both = { ...of.mbom, lines: [...of.mbom.lines, ghost] };
    expect(drawn(compareBoms(ebomSide(structure), mbomSide(both, { ...plan, mbom: both }))).at(-1)).toBe(
      "+ 9: nothing → 6 EA OLD | It stands for line L10 and L20 beside what is planned of it now.",
    );
    const fewer = ebom({ FRAME: [line("BOLT", "4")] });
    const decisions = of.decisions.slice(0, 1);
    expect(drawn(compareBoms(ebomSide(fewer), mbomSide(both, { ...plan, mbom: both, decisions }))).at(-1)).toBe(
      "+ 9: nothing → 6 EA OLD | It comes from line L10 and L20, which FRAME rev A does not have.",
    );
  });

  describe("whose rules divide lines", () => {
    const structure = ebom({ FRAME: [line("SCREW", "8"), line("MOTOR", "1")] });
    const compared = (action: RuleAction, item: string, standing: (plan: Mbom) => Mbom = (plan) => plan) => {
      const rules = [rule("screws", action, ["SCREW"]), rule("rest", { kind: "buy" }, () => true)];
      const input = planInput(structure, rules);
      const of = planMbom(input).mboms.find(({ mbom: { item: number } }) => number === item);
      if (of === undefined) throw new Error(`${item} is not planned`);
      const plan = { mbom: of.mbom, decisions: of.decisions, rules: input.rules };
      return drawn(compareBoms(ebomSide(structure), mbomSide(standing(of.mbom), plan)));
    };
    const split: RuleAction = {
      kind: "split",
      whole: false,
      parts: [
        { operation: at("0010"), take: "quantity", quantity: exact("5") },
        { operation: at("0020"), take: "rest" },
      ],
    };
    const kit: RuleAction = { kind: "group", number: "KIT-{assembly}", name: null, as: "make", operation: null };

    it("count all parts of a line together", () => {
      expect(compared(split, "FRAME")).toEqual([
        '  L10: 8 EA SCREW → 5 EA SCREW, at 0010 and 3 EA SCREW, at 0020 | Line L10, SCREW, is bought complete and goes on mBOM lines L10@0010 and L10@0020 by "rest", "screws".',
        '  L20: 1 EA MOTOR → 1 EA MOTOR | Line L20, MOTOR, is bought complete and goes on mBOM line L20 by "rest".',
      ]);
    });

    it("show that a part is gone", () => {
      expect(compared(split, "FRAME", withoutFirstLine)[0]).toContain(
        "~ L10: 8 EA SCREW → 3 EA SCREW, at 0020 | quantity 8 EA → 3 EA",
      );
    });

    it("do not call a line gone that stands in a group", () => {
      expect(compared(kit, "FRAME")).toEqual([
        '- L10: 8 EA SCREW → nothing | Line L10, SCREW, is bought complete and goes on mBOM line L10 of group KIT-FRAME by "rest", "screws".',
        '  L20: 1 EA MOTOR → 1 EA MOTOR | Line L20, MOTOR, is bought complete and goes on mBOM line L20 by "rest".',
        '+ +screws: nothing → 1 EA KIT-FRAME | It is added by rule "screws".',
      ]);
    });

    it("show of a group what it has of the assembly", () => {
      expect(compared(kit, "KIT-FRAME")).toEqual(["  L10: 8 EA SCREW → 8 EA SCREW", "- L20: 1 EA MOTOR → nothing"]);
    });
  });

  it("that planners edited since are compared through the plan that was published", () => {
    const { mbom: plan, decisions } = planned();
    const [bolts, , panel] = plan.lines;
    if (bolts === undefined || panel === undefined) throw new Error("the plan lost lines");
    // As an ERP without room for keys gives it back: nuts and glue are gone, bolts are fewer, tape is new.
    const standing = mbom("FRAME", [
      { ...bolts, key: "1" as never, quantity: quantity("6"), origin: { kind: "planner" } },
      { ...panel, key: "2" as never, origin: { kind: "planner" } },
      mbomLine("3", "TAPE", "1"),
    ]);
    const rows = drawn(compareBoms(ebomSide(FRAME), mbomSide(standing, { mbom: plan, decisions, rules: RULE_SET })));
    expect(rows[1]).toContain("~ L10/L10: 8 EA BOLT → 6 EA BOLT | quantity 8 EA → 6 EA");
    expect(rows[2]).toContain("But the mBOM has no such line any more.");
    expect(rows[3]).toContain("  L20: 1 EA PANEL → 1 EA PANEL");
    expect(rows.at(-1)).toBe("+ 3: nothing → 1 EA TAPE | It was added by a planner.");
  });

  it("of another revision name the lines that only one of them has", () => {
    const { mbom: plan, decisions } = planned();
    const next = ebom({
      FRAME: [line("KIT", "2"), line("COVER", "1", { id: "L90" as never })],
      KIT: [line("BOLT", "4")],
    });
    const rows = drawn(compareBoms(ebomSide(next), mbomSide(plan, { mbom: plan, decisions, rules: RULE_SET })));
    expect(rows).toContain(
      "- L90: 1 EA COVER → nothing | Line L90, COVER rev A, is not in the revision that the mBOM was planned from.",
    );
    expect(rows).toContain("+ L20: nothing → 1 EA PANEL | It comes from line L20, which FRAME rev A does not have.");
  });

  it("of a change for a day to come show what is built until then as well", () => {
    const { mbom: plan, decisions } = planned();
    const panel = plan.lines.find(({ item }) => item === "PANEL");
    if (panel === undefined) throw new Error("the plan lost a line");
    const until = { ...panel, key: "L20~" as never, item: "PLATE" as ItemId };
    const both = { ...plan, lines: [...plan.lines, until] };
    const rows = drawn(compareBoms(ebomSide(FRAME), mbomSide(both, { mbom: both, decisions, rules: RULE_SET })));
    expect(rows).toContain("+ L20~: nothing → 1 EA PLATE | It stands for line L20 beside what is planned of it now.");
  });

  it("are matched by what they say, where Heddle never planned the mBOM", () => {
    const standing = mbom("FRAME", [mbomLine("1", "KIT", "2"), mbomLine("2", "PANEL", "2")]);
    expect(drawn(compareBoms(ebomSide(FRAME), mbomSide(standing)))).toEqual([
      "  1: 2 EA KIT → 2 EA KIT",
      "~ 2: 1 EA PANEL → 2 EA PANEL | quantity 1 EA → 2 EA",
      "- L30: 1 EA LABEL → nothing",
    ]);
  });
});

it.each([
  ["ebom:B", { kind: "ebom", revision: "B" }],
  ["planned", { kind: "planned", change: null }],
  ["planned:ECO-7", { kind: "planned", change: "ECO-7" }],
  ["published", { kind: "published", back: 0 }],
  ["published:2", { kind: "published", back: 2 }],
  ["published:ECO-7", { kind: "published", change: "ECO-7" }],
  ["erp", { kind: "erp" }],
  ["ebom", null],
  ["erp:1", null],
  ["mbom", null],
  ["", null],
])("%s names a version", (words, version) => {
  expect(parseBomVersion(words)).toEqual(version);
});

it("finds a line L1/L2 of the PLM's that came after the plan, beside line L2 below line L1", () => {
  const kit = line("KIT", "2", { id: "L1" as LineId });
  const below = { KIT: [line("BOLT", "4", { id: "L2" as LineId })] };
  const { mbom: standing, decisions } = planned(ebom({ FRAME: [kit], ...below }));
  const later = ebom({ FRAME: [kit, line("NUT", "7", { id: "L1/L2" as LineId })], ...below });
  const plan = { mbom: standing, decisions, rules: RULE_SET };
  const lines = compareBoms(ebomSide(later), mbomSide(standing, plan));
  expect(drawn(lines)).toContain(
    "- L1/L2: 7 EA NUT → nothing | Line L1/L2, NUT rev A, is not in the revision that the mBOM was planned from.",
  );
});
