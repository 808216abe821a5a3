import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Day } from "../calendar.ts";
import type { Ebom, EbomLine } from "../ebom.ts";
import type { ItemId } from "../ids.ts";
import { canonicalText } from "../json.ts";
import { quantityText } from "../quantity.ts";
import { isMet } from "../variant/option.ts";
import { ebom, line, planInput, quantity, replace, rule, sourcing, variants, when } from "./bom-builder.ts";
import { draw, explain } from "./explain.ts";
import type { MbomPlan } from "./mbom-plan.ts";
import { planMbom } from "./plan-mbom.ts";
import type { PlanInput } from "./planning.ts";
import type { Rule } from "./rules.ts";
import { variantNumbers } from "./variants.ts";

const MOTORS = { MOTOR: ["AC", "DC"], COLOR: ["RED", "BLUE", "GREEN"] };

function plan(structure: Ebom, rules: readonly Rule[], more: Partial<PlanInput> = {}): MbomPlan {
  return planMbom(planInput(structure, rules, more));
}

const drawn = (planned: MbomPlan) => `\n${draw(planned)}`;
const sentences = (planned: MbomPlan, item: string) =>
  planned.mboms.find(({ mbom }) => mbom.item === item)?.decisions.map(explain) ?? [];
const found = ({ findings }: MbomPlan) =>
  findings.map(({ severity, code, item, line: at }) => [severity, code, item, at].join(" "));
const causes = ({ findings }: MbomPlan) => findings.map(({ cause }) => cause);

const BUY_ALL = sourcing({ make: ["DRIVE", "PANEL", "KIT"] }).concat(rule("rest", { kind: "buy" }, () => true));

describe("a plan per configuration", () => {
  const drive = ebom({
    FRAME: [line("DRIVE", "1"), line("PANEL", "1"), line("MANUAL", "1")],
    DRIVE: [line("AC-MOTOR", "1", when("MOTOR = AC")), line("DC-MOTOR", "1", when("MOTOR = DC")), line("SCREW", "4")],
    PANEL: [line("SHEET", "1"), line("SCREW", "2")],
  });
  const planned = plan(drive, BUY_ALL, {
    variants: variants(MOTORS, {
      "AC red": { MOTOR: "AC", COLOR: "RED" },
      "AC blue": { MOTOR: "AC", COLOR: "BLUE" },
      DC: { MOTOR: "DC", COLOR: "RED" },
    }),
  });

  it("gives every configuration its own mBOM, and shares what is the same in them", () => {
    expect(planned.findings).toEqual([]);
    expect(drawn(planned)).toBe(`
DRIVE-AC rev A at P1
  1 EA  AC-MOTOR  from L10 by "rest"
  4 EA  SCREW     from L30 by "rest"

DRIVE-DC rev A at P1
  1 EA  DC-MOTOR  from L20 by "rest"
  4 EA  SCREW     from L30 by "rest"

PANEL rev A at P1
  1 EA  SHEET  from L10 by "rest"
  2 EA  SCREW  from L20 by "rest"

FRAME-AC blue rev A at P1
  1 EA  DRIVE-AC  from L10 by "make"
  1 EA  PANEL     from L20 by "make"
  1 EA  MANUAL    from L30 by "rest"

FRAME-AC red rev A at P1
  1 EA  DRIVE-AC  from L10 by "make"
  1 EA  PANEL     from L20 by "make"
  1 EA  MANUAL    from L30 by "rest"

FRAME-DC rev A at P1
  1 EA  DRIVE-DC  from L10 by "make"
  1 EA  PANEL     from L20 by "make"
  1 EA  MANUAL    from L30 by "rest"
`);
  });

  it("says why a line is not in a variant", () => {
    expect(sentences(planned, "DRIVE-DC")).toEqual([
      "Line L10, AC-MOTOR, is left out: it is not in configuration DRIVE-DC because MOTOR = DC.",
      'Line L20, DC-MOTOR, is bought complete and goes on mBOM line L20 by "rest".',
      'Line L30, SCREW, is bought complete and goes on mBOM line L30 by "rest".',
    ]);
  });

  it("accounts for each variant by itself", () => {
    const account = planned.mboms.find(({ mbom }) => mbom.item === "DRIVE-DC")?.account ?? [];
    expect(account.map(({ item, placed, unplaced }) => [item, placed.length, unplaced?.reason ?? null])).toEqual([
      ["AC-MOTOR", 0, "not in configuration DRIVE-DC because MOTOR = DC"],
      ["DC-MOTOR", 1, null],
      ["SCREW", 1, null],
    ]);
  });

  it("names each variant's item by engineering's revision and what is chosen in it", () => {
    expect(planned.items.filter(({ variant }) => variant !== undefined)).toEqual([
      { item: "DRIVE-AC", key: "DRIVE rev A", procurement: "make", variant: "AC" },
      { item: "DRIVE-DC", key: "DRIVE rev A", procurement: "make", variant: "DC" },
      { item: "FRAME-AC blue", key: "FRAME rev A", procurement: "make", variant: "AC-BLUE" },
      { item: "FRAME-AC red", key: "FRAME rev A", procurement: "make", variant: "AC-RED" },
      { item: "FRAME-DC", key: "FRAME rev A", procurement: "make", variant: "DC-RED" },
    ]);
  });
});

const numbersIn = (planned: MbomPlan) =>
  planned.mboms
    .filter(({ mbom }) => mbom.item.startsWith("FRAME"))
    .map(({ mbom }) => `${mbom.item}: ${mbom.lines.map(({ item }) => item).join(" ")}`);

describe("a configured sub-assembly", () => {
  const plant = variants(MOTORS, {
    red: { MOTOR: "AC", COLOR: "RED" },
    blue: { MOTOR: "AC", COLOR: "BLUE" },
    green: { MOTOR: "DC", COLOR: "GREEN" },
  });

  it("is one where choices differ that select the same lines", () => {
    const planned = plan(
      ebom({ FRAME: [line("DRIVE", "1")], DRIVE: [line("LAMP", "1", when("not COLOR = GREEN")), line("SCREW", "1")] }),
      BUY_ALL,
      { variants: plant },
    );
    expect(numbersIn(planned)).toEqual(["FRAME-blue: DRIVE-RED", "FRAME-green: DRIVE-GREEN", "FRAME-red: DRIVE-RED"]);
  });

  it("is one also where two features together decide and come out the same", () => {
    const planned = plan(
      ebom({
        FRAME: [line("DRIVE", "1")],
        DRIVE: [line("LAMP", "1", when("MOTOR = AC or COLOR = GREEN")), line("SCREW", "1")],
      }),
      BUY_ALL,
      { variants: plant },
    );
    expect(numbersIn(planned)).toEqual([
      "FRAME-blue: DRIVE-AC-RED",
      "FRAME-green: DRIVE-AC-RED",
      "FRAME-red: DRIVE-AC-RED",
    ]);
  });

  it("has the same number whichever configuration asks, also where one leaves open what decides nothing", () => {
    const drive = ebom({
      FRAME: [line("DRIVE", "1")],
      DRIVE: [line("GUARD", "1", when("MOTOR = AC or COLOR = BLUE")), line("SCREW", "4")],
    });
    const open = { MOTOR: "AC" };
    const chosen = { MOTOR: "AC", COLOR: "GREEN" };
    const drives = (configurations: Parameters<typeof variants>[1]) =>
      plan(drive, BUY_ALL, { variants: variants(MOTORS, configurations) })
        .mboms.map(({ mbom }) => mbom.item)
        .filter((item) => item.startsWith("DRIVE"));
    expect(drives({ a: open, b: chosen })).toEqual(drives({ a: chosen, b: open }));
    expect(drives({ a: open })).toEqual(drives({ a: chosen }));
  });

  it("has the number of the configuration that the plant has of it", () => {
    const own = variants(MOTORS, { small: { MOTOR: "DC" } }, "DRIVE");
    const planned = plan(
      ebom({ FRAME: [line("DRIVE", "1")], DRIVE: [line("FAN", "1", when("MOTOR = AC")), line("SCREW", "1")] }),
      BUY_ALL,
      { variants: { ...plant, configurations: [...plant.configurations, ...own.configurations] } },
    );
    expect(numbersIn(planned)).toEqual(["FRAME-blue: DRIVE-AC", "FRAME-green: DRIVE-small", "FRAME-red: DRIVE-AC"]);
  });

  it("is a variant also where it is bought, with what other variants have left out of it", () => {
    const planned = plan(
      ebom({ FRAME: [line("UNIT", "2")], UNIT: [line("FAN", "3", when("MOTOR = AC")), line("SCREW", "1")] }),
      BUY_ALL,
      { variants: plant },
    );
    expect(planned.findings).toEqual([]);
    expect(numbersIn(planned)).toEqual(["FRAME-blue: UNIT-AC", "FRAME-green: UNIT-DC", "FRAME-red: UNIT-AC"]);
    expect(sentences(planned, "FRAME-green")).toEqual([
      'Line L10, UNIT, is bought complete and goes on mBOM line L10 by "rest".',
      "Line L10/L10, FAN, is left out: it is not in configuration green because MOTOR = DC.",
      'Line L10/L20, SCREW, comes inside line L10, which is bought complete by "rest".',
    ]);
  });

  it("takes the plant's number for it, where rules replace engineering's", () => {
    const planned = plan(
      ebom({ FRAME: [line("DRIVE", "1")], DRIVE: [line("FAN", "1", when("MOTOR = AC")), line("SCREW", "1")] }),
      [rule("own numbers", replace({ DRIVE: ["P-DRIVE", "1"] }), () => true), ...BUY_ALL],
      { variants: plant, plantItems: new Map([["P-DRIVE" as ItemId, { unit: "EA" }]]) },
    );
    expect(planned.findings).toEqual([]);
    expect(numbersIn(planned)).toEqual(["FRAME-blue: P-DRIVE-AC", "FRAME-green: P-DRIVE-DC", "FRAME-red: P-DRIVE-AC"]);
  });

  it("is asked about in the plant by every number that it may get, also by the structure of a successor", () => {
    const structure = ebom({
      FRAME: [line("OLD", "1")],
      OLD: [line("BOLT", "1")],
      NEW: [line("FAN", "1", when("MOTOR = AC")), line("BIG-FAN", "1", when("MOTOR = DC"))],
    });
    const rules = [
      rule("successor", replace({ OLD: ["NEW", "1"] }), () => true),
      ...sourcing({ make: ["OLD", "NEW"] }),
    ];
    const motors = variants(MOTORS, { ac: { MOTOR: "AC" }, dc: { MOTOR: "DC" } });
    const input = planInput(structure, [...rules, ...BUY_ALL], { variants: motors });
    const planned = planMbom(input).mboms.map(({ mbom }) => mbom.item);
    expect(planned).toEqual(["NEW-AC", "NEW-DC", "FRAME-ac", "FRAME-dc"]);
    expect(new Set(variantNumbers(structure, input.rules, motors))).toEqual(new Set(planned));
  });

  it("is dissolved like any other, its options judged where its lines go", () => {
    const planned = plan(
      ebom({ FRAME: [line("DRIVE", "2")], DRIVE: [line("FAN", "3", when("MOTOR = AC")), line("SCREW", "1")] }),
      [...sourcing({ collapse: ["DRIVE"] }), ...BUY_ALL],
      { variants: plant },
    );
    expect(planned.findings).toEqual([]);
    expect(numbersIn(planned)).toEqual(["FRAME-blue: FAN SCREW", "FRAME-green: SCREW", "FRAME-red: FAN SCREW"]);
  });
});

describe("an mBOM for all variants", () => {
  const structure = ebom({
    FRAME: [line("KIT", "2", when("MOTOR = AC")), line("SCREW", "4")],
    KIT: [line("FAN", "1", when("COLOR in (RED, BLUE)")), line("GRILLE", "1")],
  });
  const rules = [...sourcing({ collapse: ["KIT"] }), ...BUY_ALL];

  it("has the options of the whole path on its lines, where the target holds them", () => {
    expect(drawn(plan(structure, rules, { holdsOptions: true }))).toBe(`
FRAME rev A at P1
  2 EA  FAN     when MOTOR = AC and COLOR in (RED, BLUE)  from L10/L10 by "rest", "collapse"
  2 EA  GRILLE  when MOTOR = AC                           from L10/L20 by "rest", "collapse"
  4 EA  SCREW                                             from L20 by "rest"
`);
  });

  it("blocks where the target has no place for options, and says what to do", () => {
    const planned = plan(structure, rules);
    expect(found(planned)).toEqual(["blocked option-unheld FRAME "]);
    expect(planned.findings[0]?.fix).toBe(
      "Give the plant configurations of FRAME, or of what it is used in, under plants[].variants in heddle.yaml.",
    );
  });

  it("merges no lines that are for different variants", () => {
    const planned = plan(
      ebom({
        FRAME: [line("SCREW", "4"), line("SCREW", "2", when("MOTOR = AC")), line("SCREW", "1", when("MOTOR=AC"))],
      }),
      [rule("merge", { kind: "merge" }, () => true), ...BUY_ALL],
      { holdsOptions: true },
    );
    expect(planned.mboms[0]?.mbom.lines.map((each) => quantityText(each.quantity))).toEqual(["4 EA", "3 EA"]);
  });

  it("gives what a rule adds for a line that line's option", () => {
    const planned = plan(
      structure,
      [rule("tape", { kind: "add", item: "TAPE" as ItemId, quantity: quantity("1"), per: "line" }, ["FAN"]), ...rules],
      { holdsOptions: true, plantItems: new Map([["TAPE" as ItemId, { unit: "EA" }]]) },
    );
    expect(drawn(planned)).toContain("TAPE    when MOTOR = AC and COLOR in (RED, BLUE)");
  });

  it("blocks an assembly that is bought in more variants than one", () => {
    expect(found(plan(structure, BUY_ALL.slice(-1), { holdsOptions: true }))).toEqual([
      "blocked option-unheld KIT L10",
    ]);
  });
});

const one = (...lines: Partial<EbomLine>[]) => ebom({ FRAME: [...lines, line("SCREW", "1")] });

const twins = (a: string, b: string, more: Partial<EbomLine>) =>
  one(line("FAN", "1", { ...when(a), ...more }), line("BLOWER", "1", { ...when(b), ...more }));

describe("findings of options", () => {
  const both = variants(MOTORS, { ac: { MOTOR: "AC", COLOR: "RED" }, dc: { MOTOR: "DC", COLOR: "RED" } });

  it("names lines that no configuration selects", () => {
    const planned = plan(one(line("FAN", "1", when("COLOR = BLUE"))), BUY_ALL, { variants: both });
    expect(found(planned)).toEqual(["warning option-never FAN L10"]);
    expect(causes(planned)).toEqual([
      "Line 10 (L10) of FRAME rev A, FAN, is for COLOR = BLUE, and no configuration of the plant selects it.",
    ]);
  });

  it("names lines whose option contradicts that of the assembly above", () => {
    const planned = plan(
      ebom({
        FRAME: [line("KIT", "1", when("MOTOR = AC"))],
        KIT: [line("FAN", "1", when("MOTOR = DC")), line("SCREW", "1")],
      }),
      [...sourcing({ collapse: ["KIT"] }), ...BUY_ALL],
      { variants: { ...both, configurations: [] }, holdsOptions: true },
    );
    expect(causes(planned)).toEqual([
      "Line 10 (L10) of KIT rev A, FAN, is for MOTOR = DC, within what is for MOTOR = AC: no choice of features meets that.",
    ]);
  });

  it.each([
    ["VOLTAGE = 24", "the plant has no feature VOLTAGE"],
    ["MOTOR = HYDRAULIC", "the feature MOTOR has no value HYDRAULIC"],
  ])("blocks %s: %s", (option, problem) => {
    const planned = plan(one(line("FAN", "1", when(option))), BUY_ALL, { variants: both });
    expect(found(planned)).toEqual(["blocked option-unknown FAN L10"]);
    expect(causes(planned)[0]).toContain(problem);
  });

  it("blocks a configuration that leaves open what a line depends on", () => {
    const planned = plan(one(line("FAN", "1", when("MOTOR = AC and COLOR = RED"))), BUY_ALL, {
      variants: variants(MOTORS, { ac: { MOTOR: "AC" }, dc: { MOTOR: "DC" } }),
    });
    expect(causes(planned)).toEqual([
      "Line 10 (L10) of FRAME rev A, FAN, is for MOTOR = AC and COLOR = RED, but configuration ac chooses no COLOR.",
    ]);
  });

  it("asks of a sub-assembly's variant what its configurations leave open", () => {
    const structure = ebom({
      FRAME: [line("DRIVE", "1")],
      DRIVE: [line("FAN", "1", when("MOTOR = AC and COLOR = RED"))],
    });
    const [open] = plan(structure, BUY_ALL, { variants: variants(MOTORS, { ac: { MOTOR: "AC" } }) }).findings;
    expect(open).toMatchObject({
      code: "option-open",
      cause:
        "Line 10 (L10) of DRIVE rev A, FAN, is for MOTOR = AC and COLOR = RED, but variant DRIVE-AC chooses no COLOR.",
      fix: "Give every configuration that has DRIVE-AC in it a choice of COLOR in heddle.yaml.",
    });
  });

  it("names two lines of one find number that a configuration takes both", () => {
    const planned = plan(twins("MOTOR = AC", "COLOR = RED", { findNumber: "10" }), BUY_ALL, { variants: both });
    expect(found(planned)).toEqual(["warning option-twice BLOWER L20"]);
    expect(causes(planned)).toEqual([
      "Line 10 (L10) of FRAME rev A, FAN, and line 10 (L20) of FRAME rev A, BLOWER, are choices for find number 10, and configuration ac selects both.",
    ]);
  });

  it("does not take a line that has ended, or that a rule leaves out, for the choice of a place", () => {
    const fan = line("FAN", "1", { ...when("MOTOR = AC"), place: "cooling" });
    const plate = line("PLATE", "1");
    const blower = (more: Partial<EbomLine> = {}) =>
      ebom({ FRAME: [fan, line("BLOWER", "1", { ...when("not MOTOR = AC"), place: "cooling", ...more }), plate] });
    const open = ["blocked option-missing FAN L10"];
    expect(found(plan(blower(), BUY_ALL, { variants: both }))).toEqual([]);
    const ended = blower({ effectivity: { from: null, until: "2026-02-28" as Day } });
    expect(found(plan(ended, BUY_ALL, { variants: both }))).toEqual([...open, "info effectivity-past BLOWER L20"]);
    const elsewhere = rule("elsewhere", { kind: "exclude", reason: "made elsewhere" }, ["BLOWER"]);
    expect(found(plan(blower(), [elsewhere, ...BUY_ALL], { variants: both }))).toEqual(open);
    // A place of which nothing is built here is none of the plant's.
    const none = rule("elsewhere", { kind: "exclude", reason: "made elsewhere" }, ["BLOWER", "FAN"]);
    expect(found(plan(blower(), [none, ...BUY_ALL], { variants: both }))).not.toContain(open[0]);
    // And two lines of which a rule leaves one out are not both taken.
    const doubled = blower({ ...when("MOTOR = AC or MOTOR = DC") });
    expect(found(plan(doubled, [elsewhere, ...BUY_ALL], { variants: both }))).toEqual(open);
  });

  it("blocks where two choices for one place are taken, or none", () => {
    const twice = plan(twins("MOTOR = AC", "COLOR = RED", { place: "cooling" }), BUY_ALL, { variants: both });
    expect(found(twice)).toEqual(["blocked option-twice BLOWER L20"]);
    const none = plan(twins("MOTOR = AC", "COLOR = BLUE", { place: "cooling" }), BUY_ALL, { variants: both });
    expect(found(none)).toEqual(["blocked option-missing FAN L10", "warning option-never BLOWER L20"]);
    expect(causes(none)[0]).toBe(
      "Place cooling of FRAME rev A takes one of FAN (line L10), BLOWER (line L20), and configuration dc selects none.",
    );
  });

  it("finds the same in an mBOM for all variants, with an example", () => {
    const all = { variants: { ...both, configurations: [] }, holdsOptions: true };
    const planned = plan(twins("MOTOR = AC", "COLOR = RED", { place: "cooling" }), BUY_ALL, all);
    expect(causes(planned)).toEqual([
      "Place cooling of FRAME rev A takes one of FAN (line L10), BLOWER (line L20), and MOTOR = DC, COLOR = BLUE selects none.",
      "Line 10 (L10) of FRAME rev A, FAN, and line 20 (L20) of FRAME rev A, BLOWER, are choices for place cooling, and MOTOR = AC, COLOR = RED selects both.",
    ]);
    expect(found(plan(twins("MOTOR = AC", "MOTOR = DC", { place: "cooling" }), BUY_ALL, all))).toEqual([]);
    // Nobody listed the values of MOTOR: there may be a third.
    const unlisted = plan(twins("MOTOR = AC", "MOTOR = DC", { place: "cooling" }), BUY_ALL, { holdsOptions: true });
    expect(found(unlisted)).toEqual([]);
  });

  it("does not call two lines twice that were effective together until the plan begins", () => {
    const place = { place: "motor", findNumber: "10" };
    const structure = ebom({
      FRAME: [
        line("MOTOR", "1", {
          ...place,
          ...when("MOTOR = AC"),
          effectivity: { from: null, until: "2026-02-28" as Day },
        }),
        line("MOTOR-2", "1", { ...place, ...when("MOTOR = AC") }),
        line("MOTOR-DC", "1", { ...place, ...when("MOTOR = DC") }),
      ],
    });
    const planned = plan(structure, BUY_ALL, {
      variants: variants(MOTORS, { ac: { MOTOR: "AC" }, dc: { MOTOR: "DC" } }),
    });
    expect(planned.findings.filter(({ severity }) => severity === "blocked")).toEqual([]);
  });

  it("does not call two lines twice that are never effective together", () => {
    const early = line("FAN", "1", {
      ...when("MOTOR = AC"),
      findNumber: "10",
      effectivity: { from: null, until: "2026-05-31" as never },
    });
    const late = line("BLOWER", "1", {
      ...when("MOTOR = AC"),
      findNumber: "10",
      effectivity: { from: "2026-06-01" as never, until: null },
    });
    expect(found(plan(one(early, late), BUY_ALL, { variants: both }))).toEqual([]);
  });

  it("blocks a variant's number that something else has", () => {
    const taken = ebom({
      FRAME: [line("DRIVE", "1"), line("DRIVE-AC", "1")],
      DRIVE: [line("FAN", "1", when("MOTOR = AC")), line("SCREW", "1")],
    });
    expect(found(plan(taken, BUY_ALL, { variants: both }))).toContain("blocked variant-number-taken DRIVE-AC ");
    const fixed = { ...both, subassemblies: "{item}-V" };
    const clash = plan(
      ebom({ FRAME: [line("DRIVE", "1")], DRIVE: [line("FAN", "1", when("MOTOR = AC")), line("SCREW", "1")] }),
      BUY_ALL,
      {
        variants: fixed,
      },
    );
    expect(found(clash)).toContain("blocked variant-number-taken DRIVE-V ");
  });

  it("asks what uses a configurable item without choosing", () => {
    const structure = ebom({
      TOP: [line("FRAME", "1")],
      FRAME: [line("FAN", "1", when("MOTOR = AC")), line("SCREW", "1")],
    });
    const planned = plan(structure, [...sourcing({ make: ["FRAME"] }), ...BUY_ALL], {
      variants: both,
      tops: [...structure.assemblies.keys()].slice(0, 1),
    });
    expect(found(planned)).toEqual(["blocked option-unheld FRAME "]);
    expect(planned.mboms.map(({ mbom }) => mbom.item)).toEqual(["FRAME", "FRAME-ac", "FRAME-dc", "TOP"]);
  });
});

const asLines = (drawnLines: readonly (readonly [string, string | null])[], allowed: readonly string[]) =>
  drawnLines
    .filter(([item]) => allowed.includes(item))
    .map(([item, option]) => line(item, "2", option === null ? {} : when(option)));

/** The structure as engineering would have released it for these choices alone. */
const resolved = (structure: Ebom, choices: Readonly<Record<string, string>>): Ebom => ({
  ...structure,
  assemblies: new Map(
    [...structure.assemblies].map(([key, assembly]) => [
      key,
      {
        ...assembly,
        lines: assembly.lines.flatMap(({ option, ...rest }) =>
          option === undefined || isMet(option, choices) === true ? [rest] : [],
        ),
      },
    ]),
  ),
});
describe("laws of variants", () => {
  const options = ["MOTOR = AC", "MOTOR = DC", "COLOR = RED", "not COLOR = RED", "MOTOR = AC or COLOR = BLUE"];
  const lines = fc.array(
    fc.tuple(fc.constantFrom("DRIVE", "KIT", "FAN", "SCREW"), fc.option(fc.constantFrom(...options), { nil: null })),
    { minLength: 1, maxLength: 5 },
  );
  const structures = fc.tuple(lines, lines, lines).map(([frame, drive, kit]) =>
    ebom({
      FRAME: [...asLines(frame, ["DRIVE", "KIT", "FAN", "SCREW"]), line("BASE", "1")],
      DRIVE: [...asLines(drive, ["KIT", "FAN", "SCREW"]), line("BASE", "1")],
      KIT: [...asLines(kit, ["FAN", "SCREW"]), line("BASE", "1")],
    }),
  );
  const rulings = fc
    .tuple(fc.constantFrom("make", "buy", "collapse"), fc.constantFrom("make", "buy", "collapse"))
    .map(([drive, kit]) => [
      rule("drive", { kind: drive as "make" }, ["DRIVE"]),
      rule("kit", { kind: kit as "make" }, ["KIT"]),
      ...BUY_ALL,
    ]);
  const plant = variants(
    { MOTOR: ["AC", "DC"], COLOR: ["RED", "BLUE"] },
    {
      a: { MOTOR: "AC", COLOR: "RED" },
      b: { MOTOR: "AC", COLOR: "BLUE" },
      c: { MOTOR: "DC", COLOR: "RED" },
      d: { MOTOR: "DC", COLOR: "BLUE" },
    },
  );

  /** Every path of an mBOM down to what has none, with quantities; without the numbers of assemblies on the way. */
  const exploded = ({ mboms }: MbomPlan, item: string): readonly string[] => {
    const mbom = mboms.find((each) => each.mbom.item === item)?.mbom;
    return (mbom?.lines ?? []).flatMap((each) => {
      const here = `${each.key} ${canonicalText(each.quantity)}`;
      const below = exploded({ mboms } as MbomPlan, each.item);
      return below.length === 0 ? [`${here} ${each.item.split("-")[0]}`] : below.map((text) => `${here} > ${text}`);
    });
  };

  it("builds each configuration as if its structure had been released alone", () => {
    fc.assert(
      fc.property(structures, rulings, (structure, rules) => {
        const all = plan(structure, rules, { variants: plant });
        expect(all.findings.filter(({ severity, code }) => severity === "blocked" && code !== "option-twice")).toEqual(
          [],
        );
        for (const { item, choices } of plant.configurations) {
          expect(exploded(all, item)).toEqual(exploded(plan(resolved(structure, choices), rules), "FRAME"));
        }
      }),
    );
  });

  it("decides and accounts for every line in every variant", () => {
    fc.assert(
      fc.property(structures, rulings, (structure, rules) => {
        for (const { account, decisions } of plan(structure, rules, { variants: plant }).mboms) {
          expect(account).toHaveLength(decisions.length);
          expect(new Set(decisions.map(({ path }) => path.join("/"))).size).toBe(decisions.length);
        }
      }),
    );
  });

  it("plans the same whatever the order of configurations", () => {
    fc.assert(
      fc.property(
        structures,
        rulings,
        fc.shuffledSubarray([...plant.configurations], { minLength: 4 }),
        (structure, rules, configurations) => {
          const shuffled = plan(structure, rules, { variants: { ...plant, configurations } });
          expect(canonicalText(shuffled)).toBe(canonicalText(plan(structure, rules, { variants: plant })));
        },
      ),
    );
  });
});
