import { describe, expect, it } from "vitest";
import type { Day } from "../calendar.ts";
import type { ItemId, OperationId } from "../ids.ts";
import { accountFor } from "./accountability.ts";
import { ebom, exact, line, planInput, quantity, rule, sourcing } from "./bom-builder.ts";
import { draw, explain } from "./explain.ts";
import type { MbomPlan } from "./mbom-plan.ts";
import type { PlanInput, PlantOwnItem } from "./planning.ts";
import { planMbom } from "./plan-mbom.ts";
import type { Rule, RuleAction } from "./rules.ts";

type GroupAction = Extract<RuleAction, { kind: "group" }>;

function group(more: Partial<GroupAction> = {}): GroupAction {
  return { kind: "group", number: "KIT-{assembly}", name: null, as: "make", operation: "0020" as OperationId, ...more };
}

function loss(percent: string): RuleAction {
  return { kind: "scrap", componentPercent: exact(percent), operationPercent: null, fixedPerOrder: null };
}

const buyAll = rule("buy", { kind: "buy" }, () => true);
const SCREWS = ["SCREW", "WASHER"];
const FRAME = { FRAME: [line("SCREW", "4"), line("MOTOR", "1"), line("WASHER", "8")] };

function plan(structure: ReturnType<typeof ebom>, rules: readonly Rule[], more: Partial<PlanInput> = {}): MbomPlan {
  return planMbom(planInput(structure, [...rules, buyAll], more));
}

function drawn(planned: MbomPlan): string {
  return `\n${draw(planned)}`;
}

/** `code item: cause`, for each finding. */
function found({ findings }: MbomPlan): readonly string[] {
  return findings.map(({ severity, code, item, cause }) => `${severity} ${code} ${item}: ${cause}`);
}

function held(items: Readonly<Record<string, PlantOwnItem>>): Pick<PlanInput, "plantItems"> {
  return { plantItems: new Map(Object.entries(items).map(([item, facts]) => [item as ItemId, facts])) };
}

describe("a group", () => {
  it("takes the lines of an assembly into an mBOM of its own, and stands in their place", () => {
    const planned = plan(ebom(FRAME), [
      rule("kit of screws", group(), SCREWS),
      rule("first", { kind: "operation", operation: "0010" as OperationId }, () => true),
      rule("push", { kind: "supply", supply: "push" }, () => true),
    ]);
    expect(planned.findings).toEqual([]);
    expect(drawn(planned)).toBe(`
KIT-FRAME rev A at P1
  4 EA  SCREW   push  from L10 by "buy", "kit of screws", "push"
  8 EA  WASHER  push  from L30 by "buy", "kit of screws", "push"

FRAME rev A at P1
  1 EA  MOTOR      at 0010, push  from L20 by "buy", "first", "push"
  1 EA  KIT-FRAME  at 0020, push  added by "kit of screws"
`);
    expect(planned.mboms.map(({ group: one }) => one ?? null)).toEqual([
      { name: "KIT-FRAME", procurement: "make" },
      null,
    ]);
    expect(planned.items).toContainEqual({ item: "KIT-FRAME", key: null, procurement: "make" });
  });

  it("is taken in pieces at its operation, also where a rule counts everything by the hundred", () => {
    const hundreds = rule("hundreds", { kind: "convert", to: "CEN" }, () => true);
    expect(drawn(plan(ebom({ FRAME: [line("SCREW", "400")] }), [rule("kit of screws", group(), SCREWS), hundreds])))
      .toBe(`
KIT-FRAME rev A at P1
  4 CEN  SCREW  from L10 by "buy", "kit of screws", "hundreds"

FRAME rev A at P1
  1 EA  KIT-FRAME  at 0020  added by "kit of screws"
`);
  });

  it("is said of every line that went into it", () => {
    const { mboms } = plan(ebom(FRAME), [rule("kit of screws", group(), SCREWS)]);
    expect(mboms[1]?.decisions.map(explain)).toEqual([
      'Line L10, SCREW, is bought complete and goes on mBOM line L10 of group KIT-FRAME by "buy", "kit of screws".',
      'Line L20, MOTOR, is bought complete and goes on mBOM line L20 by "buy".',
      'Line L30, WASHER, is bought complete and goes on mBOM line L30 of group KIT-FRAME by "buy", "kit of screws".',
    ]);
  });

  it("takes lines through collapsed assemblies, times those, and merges among its own", () => {
    const structure = ebom({ FRAME: [line("LID", "2"), line("SCREW", "4")], LID: [line("SCREW", "3")] });
    const rules = [
      ...sourcing({ collapse: ["LID"] }),
      rule("kit of screws", group(), SCREWS),
      rule("one line", { kind: "merge" }, () => true),
    ];
    const planned = plan(structure, rules);
    expect(drawn(planned)).toBe(`
KIT-FRAME rev A at P1
  10 EA  SCREW  from L10/L10 by "buy", "collapse", "kit of screws", "one line" and L20 by "buy", "kit of screws", "one line"

FRAME rev A at P1
  1 EA  KIT-FRAME  at 0020  added by "kit of screws"
`);
    expect(planned.findings).toEqual([]);
  });

  it("is accounted for through the group: what it lost would show", () => {
    const rules = [rule("kit of screws", group(), SCREWS), buyAll];
    const input = planInput(ebom(FRAME), rules);
    const frame = planMbom(input).mboms.find(({ mbom }) => mbom.item === "FRAME");
    if (frame === undefined) throw new Error("FRAME is planned");
    expect(frame.account[0]).toMatchObject({
      required: quantity("4"),
      placed: [{ line: "L10", in: "KIT-FRAME", quantity: quantity("4") }],
      unplaced: null,
    });
    const codes = (planned: typeof frame) =>
      accountFor(input, planned).findings.map(({ code, item }) => `${code} ${item}`);
    expect(codes(frame)).toEqual([]);
    const { mbom } = frame;
    const without = { ...mbom, lines: mbom.lines.filter(({ item }) => item !== "KIT-FRAME") };
    expect(codes({ ...frame, mbom: without })).toEqual(["quantity-remainder SCREW", "quantity-remainder WASHER"]);
    const twice = mbom.lines.map((one) => (one.item === "KIT-FRAME" ? { ...one, quantity: quantity("2") } : one));
    expect(codes({ ...frame, mbom: { ...mbom, lines: twice } })).toEqual([
      "quantity-excess SCREW",
      "quantity-excess WASHER",
    ]);
  });

  it("as a phantom leaves its lines at the operation that takes it, and when they hold", () => {
    const until = { from: null, until: "2026-12-31" as Day };
    const structure = ebom({ FRAME: [line("SCREW", "4", { effectivity: until }), line("MOTOR", "1")] });
    expect(drawn(plan(structure, [rule("kit of screws", group({ as: "phantom" }), SCREWS)]))).toBe(`
KIT-FRAME rev A at P1
  4 EA  SCREW  at 0020, until 2026-12-31  from L10 by "buy", "kit of screws"

FRAME rev A at P1
  1 EA  MOTOR                                          from L20 by "buy"
  1 EA  KIT-FRAME  at 0020, phantom, until 2026-12-31  added by "kit of screws"
`);
  });

  it("is taken only on days that a line of it holds", () => {
    const [until, from] = [
      { from: null, until: "2026-12-31" as Day },
      { from: "2027-02-01" as Day, until: null },
    ];
    const structure = ebom({
      FRAME: [
        line("SCREW", "4", { effectivity: until }),
        line("SCREW", "6", { effectivity: from }),
        line("MOTOR", "1"),
      ],
    });
    const planned = plan(structure, [rule("kit of screws", group(), SCREWS)]);
    expect(planned.findings).toEqual([]);
    expect(drawn(planned)).toBe(`
KIT-FRAME rev A at P1
  4 EA  SCREW  until 2026-12-31  from L10 by "buy", "kit of screws"
  6 EA  SCREW  from 2027-02-01   from L20 by "buy", "kit of screws"

FRAME rev A at P1
  1 EA  MOTOR                                 from L30 by "buy"
  1 EA  KIT-FRAME  at 0020, until 2026-12-31  added by "kit of screws"
  1 EA  KIT-FRAME  at 0020, from 2027-02-01   added by "kit of screws"
`);
  });

  it("leaves what is added for a line in the assembly", () => {
    const glue: RuleAction = { kind: "add", item: "GLUE" as ItemId, quantity: quantity("0.1 GRM"), per: "line" };
    const planned = plan(
      ebom({ FRAME: [line("SCREW", "4")] }),
      [rule("kit of screws", group(), SCREWS), rule("glue", glue, ["SCREW"])],
      held({ GLUE: { unit: "GRM" } }),
    );
    expect(drawn(planned)).toBe(`
KIT-FRAME rev A at P1
  4 EA  SCREW  from L10 by "buy", "kit of screws"

FRAME rev A at P1
  0.4 GRM  GLUE       at 0020  added for L10 by "glue"
  1 EA     KIT-FRAME  at 0020  added by "kit of screws"
`);
  });

  it("is not lost once more by a rule for what is in it, only by one for the group", () => {
    const everything = rule("three per cent of all", loss("3"), () => true);
    const kit = rule("kit of screws", group(), SCREWS);
    const all = plan(ebom({ FRAME: [line("SCREW", "4")] }), [kit, everything]);
    expect(drawn(all)).toBe(`
KIT-FRAME rev A at P1
  4 EA  SCREW  + 3 % scrap  from L10 by "buy", "kit of screws", "three per cent of all"

FRAME rev A at P1
  1 EA  KIT-FRAME  at 0020  added by "kit of screws"
`);
    const kits = rule("lost kits", loss("1"), (facts) => facts.item.type === "plant item");
    const lost = plan(ebom({ FRAME: [line("SCREW", "4")] }), [kit, everything, kits]);
    expect(lost.mboms[1]?.mbom.lines[0]?.scrap.componentPercent).toEqual(exact("1"));
  });

  it("has its number and name from templates", () => {
    const named = group({ number: "{plant}-{operation}-{assembly}", name: "Screws of {assembly}" });
    const { mboms } = plan(ebom(FRAME), [rule("kit of screws", named, SCREWS)]);
    expect(mboms[0]).toMatchObject({ mbom: { item: "P1-0020-FRAME" }, group: { name: "Screws of FRAME" } });
  });
});

describe("a group that does not work", () => {
  it("cannot hold what is counted per order, or is for some numbers only", () => {
    const perLot = plan(ebom({ FRAME: [line("SCREW", "4", { basis: "per lot" })] }), [
      rule("kit of screws", group({ as: "phantom" }), SCREWS),
    ]);
    expect(found(perLot)).toEqual([
      'blocked group-cannot-hold SCREW: Rule "kit of screws" puts line 10 (L10) of FRAME rev A, SCREW, into group KIT-FRAME, but it is counted once for each order, and a group has orders of its own.',
    ]);
    expect(perLot.mboms.map(({ mbom }) => mbom.lines)).toEqual([[]]);
  });

  it("may not have the number of something else", () => {
    const rules = [rule("kit of screws", group({ number: "SET" }), SCREWS)];
    const engineering = ebom(FRAME, { SET: { name: "Set" } });
    expect(found(plan(engineering, rules))).toEqual([
      "blocked group-number-taken SET: A rule makes a group SET, but that number stands for an item of engineering's own.",
    ]);
    // Also where the assembly uses it: the group is not taken twice by that.
    const used = ebom({ FRAME: [...FRAME.FRAME, line("SET", "1")] });
    expect(found(plan(used, rules)).filter((text) => text.startsWith("blocked"))).toEqual([
      "blocked group-number-taken SET: A rule makes a group SET, but that number stands for an item of engineering's own.",
    ]);
    expect(found(plan(ebom(FRAME), rules, held({ SET: { unit: "KGM" } })))).toEqual([
      "blocked group-number-taken SET: A rule makes a group SET, but that number stands for an item of the plant that is counted in KGM.",
    ]);
    expect(found(plan(ebom(FRAME), rules, held({ SET: { unit: "EA", name: "Paint" } })))).toEqual([
      'blocked group-number-taken SET: A rule makes a group SET, but that number stands for the plant\'s item "Paint".',
    ]);
    expect(found(plan(ebom(FRAME), rules, held({ SET: { unit: "EA", name: "SET" } })))).toEqual([]);
  });

  it("may not be one of two assemblies, since a change of the one would alter the other's", () => {
    const rules = [...sourcing({ make: ["LID", "BASE"] }), rule("kit of screws", group({ number: "KIT" }), SCREWS)];
    const structure = ebom({
      FRAME: [line("LID", "1"), line("BASE", "1")],
      LID: [line("SCREW", "2")],
      BASE: [line("SCREW", "2")],
    });
    expect(found(plan(structure, rules))).toEqual([
      "blocked group-number-taken KIT: A rule makes a group KIT, but that number stands for the group of another assembly.",
    ]);
    const apart = [...sourcing({ make: ["LID", "BASE"] }), rule("kit of screws", group(), SCREWS)];
    expect(plan(structure, apart).findings).toEqual([]);
  });

  it("may not be made by two rules in two ways", () => {
    const rules = [
      rule("screws", group({ number: "KIT" }), ["SCREW"]),
      rule("washers", group({ number: "KIT", as: "buy" }), ["WASHER"]),
    ];
    expect(found(plan(ebom(FRAME), rules))).toEqual([
      'blocked group-number-taken KIT: A rule makes a group KIT, but that number stands for the group of rule "screws", of which rule "washers" makes another thing.',
    ]);
    const alike = [
      rule("screws", group({ number: "KIT" }), ["SCREW"]),
      rule("washers", group({ number: "KIT" }), ["WASHER"]),
    ];
    expect(plan(ebom(FRAME), alike).mboms[0]?.mbom.lines.map(({ item }) => item)).toEqual(["SCREW", "WASHER"]);
  });

  it("leaves the quantity of the lines in it alone, whatever is rounded", () => {
    const rules = [
      rule("kit of screws", group(), SCREWS),
      rule("tens", { kind: "round", multiple: exact("10") }, () => true),
    ];
    const planned = plan(ebom({ FRAME: [line("SCREW", "4")] }), rules);
    expect(planned.findings).toEqual([]);
    expect(planned.mboms[0]?.mbom.lines[0]?.quantity).toEqual(quantity("10"));
    expect(planned.mboms[1]?.mbom.lines[0]?.quantity).toEqual(quantity("1"));
  });
});
