import { describe, expect, it } from "vitest";
import type { Day } from "../calendar.ts";
import type { Ebom, EbomLine } from "../ebom.ts";
import { effectivityText } from "../effectivity-text.ts";
import type { ItemId, LineId, OperationId, Revision } from "../ids.ts";
import type { ScheduledNumber } from "../number-schedule.ts";
import { ebom, exact, key, line, planInput, quantity, replace, rule, sourcing } from "./bom-builder.ts";
import { draw, explain } from "./explain.ts";
import type { MbomPlan } from "./mbom-plan.ts";
import { planMbom } from "./plan-mbom.ts";
import type { PlanInput, PlantOwnItem } from "./planning.ts";
import type { Rule, RuleAction } from "./rules.ts";

function plan(structure: Ebom, rules: readonly Rule[], more: Partial<PlanInput> = {}): MbomPlan {
  return planMbom(planInput(structure, rules, more));
}

/** Planned mBOMs as text, with a line break in front so that the expected text stands on lines of its own. */
function drawn(planned: MbomPlan): string {
  return `\n${draw(planned)}`;
}

function sentences(planned: MbomPlan, item = "FRAME"): readonly string[] {
  return planned.mboms.find(({ mbom }) => mbom.item === item)?.decisions.map(explain) ?? [];
}

/** What is said of a plan's findings, in short: `blocked line-unsourced BOLT L20 rules`. */
function found(planned: MbomPlan): readonly string[] {
  return planned.findings.map(({ severity, code, item, line: at, field }) =>
    [severity, code, item, at, field].join(" "),
  );
}

const day = (text: string) => text as Day;
const operation = (text: string) => ({ kind: "operation", operation: text as OperationId }) as const;
const anything = () => true;

describe("make, buy, subcontract, phantom", () => {
  it("plans one mBOM for each item that is made, components first", () => {
    const planned = plan(
      ebom(
        {
          FRAME: [line("BRACKET", "2"), line("BOLT", "8")],
          BRACKET: [line("SHEET", "0.35 KGM"), line("BOLT", "1")],
        },
        { SHEET: { unit: "KGM" } },
      ),
      sourcing({ make: ["BRACKET"], buy: ["BOLT", "SHEET"] }),
    );

    expect(drawn(planned)).toBe(`
BRACKET rev A at P1
  0.35 KGM  SHEET  from L10 by "buy"
  1 EA      BOLT   from L20 by "buy"

FRAME rev A at P1
  2 EA  BRACKET  from L10 by "make"
  8 EA  BOLT     from L20 by "buy"
`);
    expect(planned.findings).toEqual([]);
    expect(planned.items).toEqual([
      { item: "BOLT", key: "BOLT rev A", procurement: "buy" },
      { item: "BRACKET", key: "BRACKET rev A", procurement: "make" },
      { item: "FRAME", key: "FRAME rev A", procurement: "make" },
      { item: "SHEET", key: "SHEET rev A", procurement: "buy" },
    ]);
  });

  it("plans a shared assembly once", () => {
    const planned = plan(
      ebom({
        FRAME: [line("LEFT", "1"), line("RIGHT", "1")],
        LEFT: [line("HUB", "1")],
        RIGHT: [line("HUB", "2")],
        HUB: [line("BOLT", "3")],
      }),
      sourcing({ make: ["LEFT", "RIGHT", "HUB"], buy: ["BOLT"] }),
    );
    expect(planned.mboms.map(({ mbom }) => mbom.item)).toEqual(["HUB", "LEFT", "RIGHT", "FRAME"]);
  });

  it("says of what is bought complete that its structure is supplied within", () => {
    const planned = plan(
      ebom({
        FRAME: [line("MOTOR", "1")],
        MOTOR: [line("ROTOR", "1"), line("STATOR", "1")],
        ROTOR: [line("SHAFT", "1")],
      }),
      sourcing({ buy: ["MOTOR"] }),
    );
    expect(sentences(planned)).toEqual([
      'Line L10, MOTOR, is bought complete and goes on mBOM line L10 by "buy".',
      'Line L10/L10, ROTOR, comes inside line L10, which is bought complete by "buy".',
      'Line L10/L10/L10, SHAFT, comes inside line L10, which is bought complete by "buy".',
      'Line L10/L20, STATOR, comes inside line L10, which is bought complete by "buy".',
    ]);
    expect(planned.mboms).toHaveLength(1);
  });

  it("gives subcontracted items and phantoms an mBOM of their own", () => {
    const planned = plan(
      ebom({ FRAME: [line("BOARD", "1"), line("KIT", "1")], BOARD: [line("CHIP", "1")], KIT: [line("BOLT", "4")] }),
      sourcing({ subcontract: ["BOARD"], phantom: ["KIT"], buy: ["CHIP", "BOLT"] }),
    );
    expect(drawn(planned)).toBe(`
BOARD rev A at P1
  1 EA  CHIP  from L10 by "buy"

KIT rev A at P1
  4 EA  BOLT  from L10 by "buy"

FRAME rev A at P1
  1 EA  BOARD           from L10 by "subcontract"
  1 EA  KIT    phantom  from L20 by "phantom"
`);
  });

  it("takes the first rule that matches, in the order of the file", () => {
    const rules = [
      rule("bolts are bought", { kind: "buy" }, ["BOLT"]),
      rule("all else is made", { kind: "make" }, anything),
    ];
    const planned = plan(ebom({ FRAME: [line("BOLT", "1")] }), rules);
    expect(sentences(planned)).toEqual([
      'Line L10, BOLT, is bought complete and goes on mBOM line L10 by "bolts are bought".',
    ]);
  });

  it("blocks a line that no rule decides, and what stands below it", () => {
    const planned = plan(
      ebom({ FRAME: [line("MOTOR", "1")], MOTOR: [line("ROTOR", "1")] }),
      sourcing({ buy: ["ROTOR"] }),
    );
    expect(planned.findings.map(explain)).toEqual([
      'Blocked, plm: No rule says whether MOTOR rev A (type part), line 10 (L10) of FRAME rev A, is made, bought, subcontracted, collapsed or excluded. Add a rule that matches MOTOR, for instance with the action "buy".',
    ]);
    expect(planned.mboms[0]?.decisions.map(({ outcome }) => outcome.kind)).toEqual(["blocked", "blocked"]);
    expect(planned.mboms[0]?.mbom.lines).toEqual([]);
  });

  it("notes what is made without components, and plans no mBOM for it", () => {
    const planned = plan(ebom({ FRAME: [line("KNOB", "1")] }), sourcing({ make: ["KNOB"] }));
    expect(found(planned)).toEqual(["info made-without-components KNOB  lines"]);
    expect(planned.mboms.map(({ mbom }) => mbom.item)).toEqual(["FRAME"]);
  });

  it("warns where rules source one item in two ways", () => {
    const rules = [
      rule("heavy ones are bought", { kind: "buy" }, ({ line: used }) => used?.findNumber === "20"),
      rule("made", { kind: "make" }, anything),
    ];
    const planned = plan(ebom({ FRAME: [line("HUB", "1"), line("HUB", "1")], HUB: [line("HUB-RAW", "1")] }), rules);
    expect(found(planned)).toContain("warning target-cannot-hold HUB  procurement");
    expect(planned.items.find(({ item }) => item === "HUB")?.procurement).toBe("make");
  });
});

describe("exclude", () => {
  it("leaves a line out with its reason, and what stands below it with it", () => {
    const planned = plan(ebom({ FRAME: [line("BOLT", "1"), line("MANUAL", "1")], MANUAL: [line("PAGE", "9")] }), [
      rule("no documents", { kind: "exclude", reason: "documents are not built in" }, ["MANUAL"]),
      ...sourcing({ buy: ["BOLT", "MANUAL"] }),
    ]);
    expect(sentences(planned)).toEqual([
      'Line L10, BOLT, is bought complete and goes on mBOM line L10 by "buy".',
      'Line L20, MANUAL, is left out by "no documents": documents are not built in.',
      'Line L20/L10, PAGE, falls with line L20 above it by "no documents".',
    ]);
    expect(planned.mboms[0]?.account[1]?.unplaced).toEqual({
      quantity: quantity("1"),
      reason: "excluded: documents are not built in",
    });
  });

  it("asks nothing else of an excluded line", () => {
    const planned = plan(ebom({ FRAME: [line("BOLT", "1"), line("NOTE", "0")] }, { NOTE: { state: "in work" } }), [
      rule("no notes", { kind: "exclude", reason: "a note" }, ["NOTE"]),
      ...sourcing({ buy: ["BOLT"] }),
    ]);
    expect(planned.findings).toEqual([]);
  });

  it("warns where nothing is left", () => {
    const planned = plan(ebom({ FRAME: [line("NOTE", "1")] }), [
      rule("no notes", { kind: "exclude", reason: "a note" }, ["NOTE"]),
    ]);
    expect(found(planned)).toEqual(["warning made-without-components FRAME  rules"]);
  });
});

describe("collapse", () => {
  it("lifts the lines below into the parent and multiplies their quantities", () => {
    const planned = plan(
      ebom({ FRAME: [line("KIT", "2")], KIT: [line("BOLT", "4"), line("INNER", "3")], INNER: [line("NUT", "5")] }),
      sourcing({ collapse: ["KIT", "INNER"], buy: ["BOLT", "NUT"] }),
    );
    expect(drawn(planned)).toBe(`
FRAME rev A at P1
  8 EA   BOLT  from L10/L10 by "buy", "collapse"
  30 EA  NUT   from L10/L20/L10 by "buy", "collapse"
`);
    expect(planned.mboms[0]?.contributors).toEqual(["FRAME rev A", "KIT rev A", "INNER rev A"]);
  });

  it("counts a dozen kits as twelve", () => {
    const planned = plan(
      ebom({ FRAME: [line("KIT", "2 DZN")], KIT: [line("BOLT", "4")] }),
      sourcing({ collapse: ["KIT"], buy: ["BOLT"] }),
    );
    expect(planned.mboms[0]?.mbom.lines[0]?.quantity).toEqual(quantity("96"));
    expect(planned.findings).toEqual([]);
  });

  it("intersects effectivity and inherits the operation", () => {
    const planned = plan(
      ebom({
        FRAME: [line("KIT", "1", { effectivity: { from: day("2026-01-01"), until: day("2026-12-31") } })],
        KIT: [line("BOLT", "4", { effectivity: { from: day("2026-06-01"), until: null } }), line("NUT", "4")],
      }),
      [
        ...sourcing({ collapse: ["KIT"], buy: ["BOLT", "NUT"] }),
        rule("kits", operation("0010"), ["KIT"]),
        rule("nuts", operation("0020"), ["NUT"]),
      ],
    );
    expect(drawn(planned)).toBe(`
FRAME rev A at P1
  4 EA  BOLT  at 0010, from 2026-06-01 until 2026-12-31  from L10/L10 by "buy", "collapse"
  4 EA  NUT   at 0020, from 2026-01-01 until 2026-12-31  from L10/L20 by "buy", "collapse", "nuts"
`);
  });

  it("compounds scrap: 10 % on 10 % is 21 %, and a lost kit loses its bolts", () => {
    const scrap = {
      kind: "scrap",
      componentPercent: exact("10"),
      operationPercent: null,
      fixedPerOrder: exact("2"),
    } as const;
    const planned = plan(ebom({ FRAME: [line("KIT", "3")], KIT: [line("BOLT", "4")] }), [
      ...sourcing({ collapse: ["KIT"], buy: ["BOLT"] }),
      rule("loss", scrap, anything),
    ]);
    expect(planned.mboms[0]?.mbom.lines[0]).toMatchObject({
      quantity: quantity("12"),
      // Two bolts, and four for each of two kits, of which 10 % are lost as well: 2 + 8 × 1.1.
      scrap: { componentPercent: exact("21"), operationPercent: null, fixedPerOrder: exact("10.8") },
    });
  });

  it("keeps designators where the assembly stands once, and says so where it cannot", () => {
    const bolt = line("BOLT", "2", { referenceDesignators: ["B1", "B2"] });
    const rules = sourcing({ collapse: ["KIT"], buy: ["BOLT"] });
    const once = plan(ebom({ FRAME: [line("KIT", "1")], KIT: [bolt] }), rules);
    const twice = plan(ebom({ FRAME: [line("KIT", "2")], KIT: [bolt] }), rules);

    expect(once.mboms[0]?.mbom.lines[0]?.referenceDesignators).toEqual(["B1", "B2"]);
    expect(once.findings).toEqual([]);
    expect(twice.mboms[0]?.mbom.lines[0]?.referenceDesignators).toEqual([]);
    expect(found(twice)).toEqual(["info reference-designators-mismatch BOLT L10 referenceDesignators"]);
  });

  it("blocks where there is nothing to lift", () => {
    const planned = plan(
      ebom({ FRAME: [line("KIT", "1"), line("BOLT", "1")] }),
      sourcing({ collapse: ["KIT"], buy: ["BOLT"] }),
    );
    expect(found(planned)).toEqual(["blocked bom-empty KIT L10 lines"]);
  });
});

describe("replace", () => {
  it("puts the plant's part in the place of engineering's, with its factor", () => {
    const planned = plan(
      ebom({ FRAME: [line("BOLT", "8")] }),
      [...sourcing({ buy: ["BOLT"] }), rule("plant numbers", replace({ BOLT: ["P-4711", "1/2"] }), anything)],
      {
        plantItems: new Map([["P-4711" as ItemId, { unit: "EA" }]]),
      },
    );
    expect(drawn(planned)).toBe(`
FRAME rev A at P1
  4 EA  P-4711  from L10 by "buy", "plant numbers"
`);
    expect(planned.items).toContainEqual({ item: "P-4711", key: null, procurement: "buy" });
    expect(planned.mboms[0]?.account[0]).toMatchObject({
      required: quantity("8"),
      placed: [{ quantity: quantity("8") }],
    });
  });

  it("follows chains, also from one table into another", () => {
    const planned = plan(
      ebom({ FRAME: [line("BOLT", "8")] }),
      [
        ...sourcing({ buy: ["BOLT"] }),
        rule("plant numbers", replace({ BOLT: ["P-1", "2"], "P-1": ["P-2", "3"] }), anything),
        rule("superseded", replace({ "P-2": ["P-3", "1/6"] }), anything),
      ],
      { plantItems: new Map([["P-3" as ItemId, { unit: "EA" }]]) },
    );
    expect(planned.mboms[0]?.mbom.lines[0]).toMatchObject({ item: "P-3", quantity: quantity("8") });
    expect(planned.mboms[0]?.decisions[0]?.rules).toEqual(["buy", "plant numbers", "superseded"]);
  });

  it("refuses loops and names the way round", () => {
    const planned = plan(ebom({ FRAME: [line("BOLT", "8")] }), [
      ...sourcing({ buy: ["BOLT"] }),
      rule("table", replace({ BOLT: ["P-1", "1"], "P-1": ["BOLT", "1"] }), anything),
    ]);
    expect(found(planned)[0]).toBe("blocked replacement-loop BOLT  rule table");
    expect(planned.findings[0]?.cause).toContain("BOLT → P-1 → BOLT");
  });

  it("blocks a part that nobody knows", () => {
    const planned = plan(ebom({ FRAME: [line("BOLT", "8")] }), [
      ...sourcing({ buy: ["BOLT"] }),
      rule("table", replace({ BOLT: ["P-1", "1"] }), anything),
    ]);
    expect(found(planned)[0]).toBe("blocked item-missing P-1  rule table");
  });

  it("builds a plant's number for an assembly, also for the top, from engineering's structure", () => {
    const planned = plan(
      ebom({ FRAME: [line("HUB", "2")], HUB: [line("BOLT", "3")] }),
      [
        ...sourcing({ make: ["HUB"], buy: ["BOLT"] }),
        rule("numbers", replace({ HUB: ["P-HUB", "1"], FRAME: ["P-FRAME", "1"] }), anything),
      ],
      { plantItems: new Map([["P-HUB" as ItemId, { unit: "EA" }]]) },
    );
    expect(drawn(planned)).toBe(`
P-HUB rev A at P1
  3 EA  BOLT  from L10 by "buy"

P-FRAME rev A at P1
  2 EA  P-HUB  from L10 by "make", "numbers"
`);
  });

  it("sources a part that nothing uses as it would be on a line", () => {
    const unused = ["BOLT", "BRACKET", "MANUAL"];
    const planned = plan(
      ebom({}, Object.fromEntries(unused.map((item) => [item, {}]))),
      [
        ...sourcing({ make: ["BRACKET"], buy: ["BOLT"] }),
        rule("no-documents", { kind: "exclude", reason: "read, not built in" }, ["MANUAL"]),
      ],
      { tops: unused.map(key) },
    );
    expect(planned.items.map(({ item, procurement }) => `${item} ${procurement}`)).toEqual([
      "BOLT buy",
      "BRACKET make",
    ]);
    expect(planned.mboms).toEqual([]);
  });

  it("does not guess what a plant's number is built from when one is not one of engineering's", () => {
    const planned = plan(
      ebom({ FRAME: [line("HUB", "2")], HUB: [line("BOLT", "3")] }),
      [...sourcing({ make: ["HUB"], buy: ["BOLT"] }), rule("numbers", replace({ HUB: ["P-HUB", "2"] }), anything)],
      { plantItems: new Map([["P-HUB" as ItemId, { unit: "EA" }]]) },
    );
    expect(planned.mboms.map(({ mbom }) => mbom.item)).toEqual(["FRAME"]);
    expect(found(planned)).toEqual(["info made-without-components P-HUB  lines"]);
  });

  it("builds a successor that engineering knows from its own structure", () => {
    const planned = plan(
      ebom({ FRAME: [line("OLD", "1"), line("NEW", "1")], OLD: [line("NUT", "1")], NEW: [line("BOLT", "1")] }),
      [
        ...sourcing({ make: ["OLD", "NEW"], buy: ["BOLT", "NUT"] }),
        rule("superseded", replace({ OLD: ["NEW", "1"] }), anything),
      ],
    );
    expect(planned.mboms.map(({ mbom }) => mbom.item)).toEqual(["NEW", "FRAME"]);
    expect(sentences(planned)[1]).toBe('Line L10/L10, NUT, falls with line L10 above it by "make", "superseded".');
  });
});

describe("convert", () => {
  it("converts exactly: one inch is 25.4 millimetres", () => {
    const planned = plan(ebom({ FRAME: [line("WIRE", "1 INH")] }, { WIRE: { unit: "MTR" } }), [
      ...sourcing({ buy: ["WIRE"] }),
      rule("metric", { kind: "convert", to: "MMT" }, ["WIRE"]),
    ]);
    expect(planned.mboms[0]?.mbom.lines[0]?.quantity).toEqual(quantity("25.4 MMT"));
    expect(planned.mboms[0]?.decisions[0]?.rules).toEqual(["buy", "metric"]);
  });

  it("goes from pieces to kilograms by the item's own factor", () => {
    const factors = [{ from: "EA", to: "KGM", factor: exact("0.35") }] as const;
    const planned = plan(ebom({ FRAME: [line("BRACKET", "3")] }, { BRACKET: { unitFactors: factors } }), [
      ...sourcing({ buy: ["BRACKET"] }),
      rule("by weight", { kind: "convert", to: "GRM" }, ["BRACKET"]),
    ]);
    expect(planned.mboms[0]?.mbom.lines[0]?.quantity).toEqual(quantity("1050 GRM"));
    expect(planned.findings).toEqual([]);
  });

  it("blocks what cannot be converted, and a unit the item is not stocked in", () => {
    const rules = sourcing({ buy: ["BOLT"] });
    const ruled = plan(ebom({ FRAME: [line("BOLT", "3")] }), [
      ...rules,
      rule("by weight", { kind: "convert", to: "KGM" }, ["BOLT"]),
    ]);
    const given = plan(ebom({ FRAME: [line("BOLT", "3 KGM")] }), rules);
    expect(found(ruled)).toContain("blocked unit-not-convertible BOLT L10 unit");
    expect(found(given)).toContain("blocked unit-not-convertible BOLT L10 unit");
    expect(given.findings[0]?.cause).toBe(
      "Line 10 (L10) of FRAME rev A has BOLT in KGM (kilogram), which cannot be converted to EA (each).",
    );
  });
});

describe("scrap, operation, supply", () => {
  it("keeps the quantity net and writes scrap, operation and supply beside it", () => {
    const planned = plan(ebom({ FRAME: [line("BOLT", "8")] }), [
      ...sourcing({ buy: ["BOLT"] }),
      rule(
        "loss",
        { kind: "scrap", componentPercent: exact("2.5"), operationPercent: exact("1"), fixedPerOrder: exact("3") },
        anything,
      ),
      rule("mounting", operation("0020"), anything),
      rule("bins", { kind: "supply", supply: "pull" }, anything),
    ]);
    expect(drawn(planned)).toBe(`
FRAME rev A at P1
  8 EA  BOLT  at 0020, pull, + 2.5 % scrap, + 1 % operation scrap, + 3 EA an order  from L10 by "buy", "loss", "mounting", "bins"
`);
    expect(planned.mboms[0]?.account[0]).toMatchObject({
      required: quantity("8"),
      placed: [{ line: "L10", quantity: quantity("8") }],
      scrap: [
        { line: "L10", percent: exact("2.5"), fixedPerOrder: exact("3") },
        { line: "L10", percent: exact("1"), fixedPerOrder: null },
      ],
    });
  });
});

describe("add", () => {
  const plantItems = new Map<ItemId, PlantOwnItem>([
    ["GLUE" as ItemId, { unit: "GRM" }],
    ["LABEL" as ItemId, { unit: "EA" }],
  ]);

  it("adds for each assembly, and for a line as often as its quantity", () => {
    const planned = plan(
      ebom({ FRAME: [line("PANEL", "4"), line("BOLT", "1")] }),
      [
        ...sourcing({ buy: ["PANEL", "BOLT"] }),
        rule("panels are glued", { kind: "add", item: "GLUE" as ItemId, quantity: quantity("1.5 GRM"), per: "line" }, [
          "PANEL",
        ]),
        rule("label", { kind: "add", item: "LABEL" as ItemId, quantity: quantity("1"), per: "assembly" }, ["FRAME"]),
        rule("second label", { kind: "add", item: "LABEL" as ItemId, quantity: quantity("1"), per: "assembly" }, [
          "FRAME",
        ]),
        rule("panel bench", operation("0010"), ["PANEL"]),
      ],
      { plantItems },
    );
    expect(drawn(planned)).toBe(`
FRAME rev A at P1
  4 EA   PANEL  at 0010  from L10 by "buy", "panel bench"
  6 GRM  GLUE   at 0010  added for L10 by "panels are glued"
  1 EA   BOLT            from L20 by "buy"
  1 EA   LABEL           added by "label"
  1 EA   LABEL           added by "second label"
`);
    expect(planned.mboms[0]?.mbom.lines.map((added) => added.key)).toEqual([
      "L10",
      "+panels are glued:L10",
      "L20",
      "+label",
      "+second label",
    ]);
  });

  it("gives a made part without structure its mBOM", () => {
    const planned = plan(
      ebom({ FRAME: [line("KNOB", "2")] }),
      [
        ...sourcing({ make: ["KNOB"] }),
        rule("printed", { kind: "add", item: "PLA" as ItemId, quantity: quantity("12 GRM"), per: "assembly" }, [
          "KNOB",
        ]),
      ],
      { plantItems: new Map([["PLA" as ItemId, { unit: "KGM" }]]) },
    );
    expect(drawn(planned)).toBe(`
KNOB rev A at P1
  12 GRM  PLA  added by "printed"

FRAME rev A at P1
  2 EA  KNOB  from L10 by "make"
`);
    expect(planned.items).toContainEqual({ item: "PLA", key: null, procurement: "buy" });
  });

  it("keeps line keys apart when two rules have one name", () => {
    const label = rule("label", { kind: "add", item: "LABEL" as ItemId, quantity: quantity("1"), per: "assembly" }, [
      "FRAME",
    ]);
    const planned = plan(ebom({ FRAME: [line("BOLT", "1")] }), [...sourcing({ buy: ["BOLT"] }), label, label], {
      plantItems,
    });
    expect(planned.mboms[0]?.mbom.lines.map((added) => added.key)).toEqual(["L10", "+label", "+label#2"]);
  });

  it("blocks an addition that nobody knows", () => {
    const planned = plan(ebom({ FRAME: [line("BOLT", "1")] }), [
      ...sourcing({ buy: ["BOLT"] }),
      rule("tape", { kind: "add", item: "TAPE" as ItemId, quantity: quantity("1 MTR"), per: "assembly" }, ["FRAME"]),
    ]);
    expect(planned.findings.map(explain)).toEqual([
      "Blocked, heddle: The rule that adds it names TAPE, which neither engineering nor the plant knows. Create TAPE in the ERP, or correct the number in the rule.",
    ]);
  });
});

describe("merge", () => {
  const twoBolts = ebom({
    FRAME: [
      line("BOLT", "2", { referenceDesignators: ["B1", "B2"] }),
      line("BOLT", "1", { referenceDesignators: ["B3"] }),
    ],
  });

  it("leaves two lines of one part alone without a rule", () => {
    const planned = plan(twoBolts, sourcing({ buy: ["BOLT"] }));
    expect(planned.mboms[0]?.mbom.lines.map((bolt) => bolt.key)).toEqual(["L10", "L20"]);
    expect(planned.findings).toEqual([]);
  });

  it("makes one line of them, which names every source", () => {
    const planned = plan(twoBolts, [...sourcing({ buy: ["BOLT"] }), rule("one line", { kind: "merge" }, anything)]);
    expect(drawn(planned)).toBe(`
FRAME rev A at P1
  3 EA  BOLT  B1 B2 B3  from L10 by "buy", "one line" and L20 by "buy", "one line"
`);
    expect(sentences(planned)[1]).toBe(
      'Line L20, BOLT, is bought complete and goes on mBOM line L10 by "buy", "one line".',
    );
  });

  it("adds 900 g and 0.1 kg to exactly one kilogram", () => {
    const planned = plan(
      ebom({ FRAME: [line("RESIN", "0.1 KGM"), line("RESIN", "900 GRM")] }, { RESIN: { unit: "KGM" } }),
      [...sourcing({ buy: ["RESIN"] }), rule("one line", { kind: "merge" }, anything)],
    );
    expect(planned.mboms[0]?.mbom.lines[0]?.quantity).toEqual(quantity("1 KGM"));
    expect(planned.mboms[0]?.account.map(({ required, placed }) => [required, placed[0]?.quantity])).toEqual([
      [quantity("0.1 KGM"), quantity("0.1 KGM")],
      [quantity("900 GRM"), quantity("900 GRM")],
    ]);
  });

  it.each<[string, RuleAction]>([
    ["supply", { kind: "supply", supply: "bulk" }],
    ["scrap", { kind: "scrap", componentPercent: exact("5"), operationPercent: null, fixedPerOrder: null }],
    ["phantom", { kind: "phantom" }],
  ])("keeps apart what differs in %s", (name, action) => {
    const planned = plan(ebom({ FRAME: [line("BOLT", "1"), line("BOLT", "1")] }), [
      rule(name, action, ({ line: used }) => used?.findNumber === "20"),
      ...sourcing({ buy: ["BOLT"] }),
      rule("one line", { kind: "merge" }, anything),
    ]);
    expect(planned.mboms.at(-1)?.mbom.lines).toHaveLength(2);
  });

  it("keeps apart what differs in operation, basis, effectivity or alternates", () => {
    const planned = plan(
      ebom({
        FRAME: [
          line("BOLT", "1"),
          line("BOLT", "1", { basis: "per lot" }),
          line("BOLT", "1", { effectivity: { from: day("2026-06-01"), until: null } }),
          line("BOLT", "1", { alternates: ["SCREW" as ItemId] }),
          line("BOLT", "1"),
        ],
      }),
      [
        ...sourcing({ buy: ["BOLT"] }),
        rule("one line", { kind: "merge" }, anything),
        rule("last", operation("0090"), ({ line: used }) => used?.findNumber === "50"),
      ],
    );
    expect(planned.mboms[0]?.mbom.lines).toHaveLength(5);
  });
});

const METRES = { WIRE: { unit: "MTR" }, ROPE: { unit: "MTR" }, CORD: { unit: "MTR" } } as const;

describe("round", () => {
  it("rounds up to the multiple, once, after merging", () => {
    const planned = plan(
      ebom({ FRAME: [line("WIRE", "0.7 MTR"), line("WIRE", "0.7 MTR")] }, { WIRE: { unit: "MTR" } }),
      [
        ...sourcing({ buy: ["WIRE"] }),
        rule("one line", { kind: "merge" }, anything),
        rule("half metres", { kind: "round", multiple: exact("0.5") }, ["WIRE"]),
      ],
    );
    expect(planned.mboms[0]?.mbom.lines[0]?.quantity).toEqual(quantity("1.5 MTR"));
    expect(planned.mboms[0]?.account.map(({ placed, rounding }) => [placed[0]?.quantity, rounding])).toEqual([
      [quantity("0.8 MTR"), quantity("0.1 MTR")],
      [quantity("0.7 MTR"), quantity("0 MTR")],
    ]);
    expect(planned.findings).toEqual([]);
  });

  it("names the rule only where it rounded, and leaves alone what no multiple can be", () => {
    const planned = plan(
      ebom({ FRAME: [line("WIRE", "0.7 MTR"), line("ROPE", "0.5 MTR"), line("CORD", "0.7 MTR")] }, METRES),
      [
        ...sourcing({ buy: ["WIRE", "ROPE", "CORD"] }),
        rule("by nothing", { kind: "round", multiple: exact("0") }, ["CORD"]),
        rule("half metres", { kind: "round", multiple: exact("0.5") }, anything),
      ],
    );
    expect(drawn(planned)).toBe(`
FRAME rev A at P1
  1 MTR    WIRE  from L10 by "buy", "half metres"
  0.5 MTR  ROPE  from L20 by "buy"
  0.7 MTR  CORD  from L30 by "buy"
`);
  });

  it("does not make 61 of 60 pieces, nor nothing of a trace", () => {
    const planned = plan(
      ebom(
        { FRAME: [line("KIT", "60"), line("INK", "0.0004 GRM")], KIT: [line("BOLT", "1/3"), line("NUT", "1")] },
        { INK: { unit: "GRM" } },
      ),
      sourcing({ collapse: ["KIT"], buy: ["BOLT", "NUT", "INK"] }),
      { decimalsOf: (_item, unit) => (unit === "EA" ? 0 : 3) },
    );
    expect(drawn(planned)).toBe(`
FRAME rev A at P1
  20 EA      BOLT  from L10/L10 by "buy", "collapse"
  60 EA      NUT   from L10/L20 by "buy", "collapse"
  0.001 GRM  INK   from L20 by "buy"
`);
    expect(planned.mboms[0]?.account.at(-1)?.rounding).toEqual(quantity("0.0006 GRM"));
  });

  it("takes three thirds as one", () => {
    const planned = plan(
      ebom({ FRAME: [line("KIT", "3")], KIT: [line("BOLT", "1/3")] }),
      sourcing({ collapse: ["KIT"], buy: ["BOLT"] }),
      { decimalsOf: () => 0 },
    );
    expect(planned.mboms[0]?.mbom.lines[0]?.quantity).toEqual(quantity("1"));
  });
});

describe("quantity basis", () => {
  it("counts a lot's quantity once per order, whatever stands above it", () => {
    const planned = plan(
      ebom({ FRAME: [line("KIT", "5")], KIT: [line("GAUGE", "1", { basis: "per lot" }), line("BOLT", "2")] }),
      sourcing({ collapse: ["KIT"], buy: ["GAUGE", "BOLT"] }),
    );
    expect(drawn(planned)).toBe(`
FRAME rev A at P1
  1 EA   GAUGE  per order  from L10/L10 by "buy", "collapse"
  10 EA  BOLT              from L10/L20 by "buy", "collapse"
`);
  });

  it("counts per order what stands below a line per lot", () => {
    const planned = plan(
      ebom({ FRAME: [line("KIT", "5", { basis: "per lot" })], KIT: [line("BOLT", "2")] }),
      sourcing({ collapse: ["KIT"], buy: ["BOLT"] }),
    );
    expect(planned.mboms[0]?.mbom.lines[0]).toMatchObject({ quantity: quantity("10"), basis: "per order" });
    expect(planned.findings).toEqual([]);
  });

  it("plans an as-required line with its figure and says so", () => {
    const planned = plan(
      ebom({ FRAME: [line("GREASE", "5 GRM", { basis: "as required" })] }, { GREASE: { unit: "GRM" } }),
      sourcing({ buy: ["GREASE"] }),
    );
    expect(planned.mboms[0]?.mbom.lines[0]).toMatchObject({ quantity: quantity("5 GRM"), basis: "per assembly" });
    expect(found(planned)).toEqual(["info target-cannot-hold GREASE L10 basis"]);
  });
});

describe("effectivity", () => {
  it("leaves out what has ended when the change takes effect, and notes it", () => {
    const structure = ebom({
      FRAME: [line("OLD", "1", { effectivity: { from: null, until: day("2026-05-31") } }), line("NEW", "1")],
    });
    const rules = sourcing({ buy: ["OLD", "NEW"] });
    const now = plan(structure, rules);
    const later = plan(structure, rules, { effectiveFrom: day("2026-06-01") });

    expect(now.mboms[0]?.mbom.lines.map(({ item }) => item)).toEqual(["OLD", "NEW"]);
    expect(later.mboms[0]?.mbom.lines.map(({ item }) => item)).toEqual(["NEW"]);
    expect(found(later)).toEqual(["info effectivity-past OLD L10 effectivity"]);
    expect(sentences(later)[0]).toBe("Line L10, OLD, is left out because it ended on 2026-05-31.");
  });

  it("turns serials into the days that the plant plans them for, and says so", () => {
    const structure = ebom({
      FRAME: [
        line("OLD", "1", { effectivity: serials("1", "119") }),
        line("NEW", "1", { effectivity: serials("120", null) }),
      ],
    });
    const schedule = [scheduled("100", "2026-02-01"), scheduled("120", "2026-04-03")];
    const planned = plan(structure, sourcing({ buy: ["OLD", "NEW"] }), { schedule });

    expect(
      planned.mboms[0]?.mbom.lines.map(({ item, effectivity }) => `${item} ${effectivityText(effectivity)}`),
    ).toEqual(["OLD until 2026-04-02", "NEW from 2026-04-03"]);
    expect(planned.findings.map(({ code, cause }) => `${code}: ${cause}`)).toEqual([
      "effectivity-translated: Line 20 (L20) of FRAME rev A, NEW, holds from 2026-04-03: serial 120 of FRAME is planned for 2026-04-03.",
      "effectivity-translated: Line 10 (L10) of FRAME rev A, OLD, holds until 2026-04-02: serial 120 of FRAME is planned for 2026-04-03.",
    ]);
  });

  it("blocks a line whose serials the schedule does not say, and names what to do", () => {
    const structure = ebom({ FRAME: [line("NEW", "1", { effectivity: serials("120", null) })] });
    const planned = plan(structure, sourcing({ buy: ["NEW"] }), { schedule: [] });

    expect(found(planned)).toContain("blocked effectivity-unscheduled NEW L10 effectivity");
    expect(planned.mboms[0]?.mbom.lines).toEqual([]);
    expect(planned.findings.find(({ code }) => code === "effectivity-unscheduled")).toMatchObject({
      cause:
        "Line 10 (L10) of FRAME rev A, NEW, holds for serials from 120 of FRAME, and the plant's system knows days only. No day is planned for any serial of FRAME.",
      fix: "Add the day that serial 120 of FRAME is planned for to the plant's serialSchedule in heddle.yaml.",
    });
  });

  it("names the serials that a lifted line has from its kit, where the schedule does not say them", () => {
    const structure = ebom({
      FRAME: [line("KIT", "1", { effectivity: serials("120", null) })],
      KIT: [line("BOLT", "1")],
    });
    const planned = plan(structure, sourcing({ collapse: ["KIT"], buy: ["BOLT"] }), { schedule: [] });
    expect(planned.findings.find(({ code }) => code === "effectivity-unscheduled")?.cause).toContain(
      "Line 10 (L10) of KIT rev A, BOLT, holds for serials from 120 of FRAME, and",
    );
  });

  it("leaves out a line whose last serial is built already", () => {
    const structure = ebom({ FRAME: [line("OLD", "1", { effectivity: serials("1", "9") }), line("NEW", "1")] });
    const schedule = [scheduled("10", "2026-02-01")];
    const planned = plan(structure, sourcing({ buy: ["OLD", "NEW"] }), { schedule });

    expect(planned.mboms[0]?.mbom.lines.map(({ item }) => item)).toEqual(["NEW"]);
    expect(sentences(planned)[0]).toBe("Line L10, OLD, is left out because it ended on 2026-01-31.");
  });

  it("keeps the numbers for a target that holds them, through a phantom as what both hold", () => {
    const structure = ebom({
      FRAME: [line("KIT", "1", { effectivity: serials("1", "99") })],
      KIT: [line("BOLT", "1", { effectivity: serials("50", null) })],
    });
    const planned = plan(structure, sourcing({ collapse: ["KIT"], buy: ["BOLT"] }));

    expect(draw(planned)).toContain("serials 50 to 99 of FRAME");
  });

  it("warns of a line that holds on no day, alone or in its assembly", () => {
    const planned = plan(
      ebom({
        FRAME: [
          line("KIT", "1", { effectivity: { from: null, until: day("2026-06-30") } }),
          line("NUT", "1", { effectivity: { from: day("2026-09-01"), until: day("2026-08-31") } }),
        ],
        KIT: [line("BOLT", "1", { effectivity: { from: day("2026-07-01"), until: null } }), line("PIN", "1")],
      }),
      sourcing({ collapse: ["KIT"], buy: ["BOLT", "NUT", "PIN"] }),
    );
    expect(found(planned)).toEqual([
      "warning effectivity-never BOLT L10 effectivity",
      "warning effectivity-never NUT L20 effectivity",
    ]);
    expect(planned.mboms[0]?.mbom.lines.map(({ item }) => item)).toEqual(["PIN"]);
  });
});

function serials(from: string, until: string | null): EbomLine["effectivity"] {
  return { from: null, until: null, numbers: [{ counts: "serial", of: FRAME, ranges: [{ from, until }] }] };
}

function scheduled(number: string, on: string): ScheduledNumber {
  return { counts: "serial", of: FRAME, number, day: day(on) };
}

const FRAME = "FRAME" as ItemId;

const buyAll = [rule("buy", { kind: "buy" }, anything)];
const makeAll = [rule("make", { kind: "make" }, anything)];

/** FRAME, P1, P2 …, each the only line of the one before. */
function chain(levels: number): Ebom {
  const links = Array.from({ length: levels }, (_, at) => [link(at), [line(link(at + 1), "1")]] as const);
  return ebom(Object.fromEntries(links));
}

function link(at: number): string {
  return at === 0 ? "FRAME" : `P${at}`;
}

/** What is said about the depth of a chain whose links the rules make, buy or collapse. */
function depths(kind: "make" | "buy" | "collapse", levels: number): readonly string[] {
  const rules = [rule(kind, { kind }, ({ item }) => item.item !== link(levels)), ...buyAll];
  return plan(chain(levels), rules).findings.flatMap(({ code, cause }) => (code === "bom-too-deep" ? [cause] : []));
}

/** Whether these designators are refused for this quantity. */
function miscounted(amount: string, ...referenceDesignators: string[]): boolean {
  return found(plan(ebom({ FRAME: [line("R10K", amount, { referenceDesignators })] }), buyAll)).includes(
    "blocked reference-designators-mismatch R10K L10 referenceDesignators",
  );
}

describe("bad data", () => {
  it("names the cycle of an eBOM, and plans the rest", () => {
    const planned = plan(
      ebom({
        FRAME: [line("LEFT", "1"), line("BOLT", "1")],
        LEFT: [line("HUB", "1")],
        HUB: [line("LEFT", "1"), line("BOLT", "2")],
      }),
      [rule("bolts", { kind: "buy" }, ["BOLT"]), ...makeAll],
    );
    expect(found(planned)).toEqual(["blocked bom-cycle   lines"]);
    expect(planned.findings[0]?.cause).toBe(
      "The structure goes round in a circle: LEFT rev A → HUB rev A → LEFT rev A.",
    );
    expect(planned.mboms.map(({ mbom }) => [mbom.item, mbom.lines.length])).toEqual([
      ["HUB", 1],
      ["LEFT", 1],
      ["FRAME", 2],
    ]);
  });

  it.each(["make", "buy", "collapse", "exclude"] as const)("finds cycles of what the rules %s", (kind) => {
    const structure = ebom({ FRAME: [line("LEFT", "1")], LEFT: [line("HUB", "1")], HUB: [line("FRAME", "1")] });
    const action = kind === "exclude" ? { kind, reason: "not here" } : { kind };
    const planned = plan(structure, [rule(kind, action, anything)]);
    expect(planned.findings.filter(({ code }) => code === "bom-cycle").map(({ cause }) => cause)).toEqual([
      "The structure goes round in a circle: FRAME rev A → LEFT rev A → HUB rev A → FRAME rev A.",
    ]);
  });

  it("finds a cycle that only replacing has made", () => {
    const planned = plan(ebom({ FRAME: [line("HUB", "1")], HUB: [line("SPARE", "1")] }), [
      rule("spares are frames", replace({ SPARE: ["FRAME", "1"] }), ["SPARE"]),
      ...makeAll,
    ]);
    expect(planned.findings.map(({ code, cause }) => `${code}: ${cause}`)).toEqual([
      "bom-cycle: The planned mBOMs go round in a circle, although the eBOM does not: FRAME → HUB → FRAME.",
    ]);
  });

  it("finds a cycle that collapsing has drawn together", () => {
    const planned = plan(ebom({ FRAME: [line("KIT", "1")], KIT: [line("SPARE", "1"), line("BOLT", "1")] }), [
      rule("spares are frames", replace({ SPARE: ["FRAME", "1"] }), ["SPARE"]),
      ...sourcing({ collapse: ["KIT"], make: ["SPARE"], buy: ["BOLT"] }),
    ]);
    expect(planned.findings.map(({ cause }) => cause)).toEqual([
      "The planned mBOMs go round in a circle, although the eBOM does not: FRAME → FRAME.",
    ]);
  });

  it("blocks an assembly without lines, whether top, made or collapsed", () => {
    expect(found(plan(ebom({ FRAME: [] }), buyAll))).toEqual(["blocked bom-empty FRAME  lines"]);
    expect(found(plan(ebom({ FRAME: [line("HUB", "1")], HUB: [] }), makeAll))).toEqual([
      "blocked bom-empty HUB  lines",
    ]);
    expect(found(plan(ebom({ FRAME: [line("HUB", "1")], HUB: [] }), buyAll))).toEqual([]);
  });

  it("blocks structure deeper than 200 levels, and survives 20,000", () => {
    expect(depths("make", 200)).toEqual([]);
    expect(depths("collapse", 200)).toEqual([]);
    expect(depths("make", 20_000)).toEqual([
      "The structure below FRAME rev A is 20000 levels deep; Heddle plans at most 200.",
    ]);
    expect(depths("buy", 20_000)).toHaveLength(1);
    expect(depths("collapse", 20_000).length).toBeGreaterThan(0);
  });

  it("stops where structure multiplies beyond any product", () => {
    const doubling = Object.fromEntries(
      Array.from({ length: 20 }, (_, at) => [`P${at}`, [line(`P${at + 1}`, "1"), line(`P${at + 1}`, "1")]]),
    );
    const planned = plan(ebom({ FRAME: [line("P0", "1"), line("BOLT", "1")], ...doubling }), [
      rule("lift", { kind: "collapse" }, ({ item }) => item.item !== "P20"),
      ...buyAll,
    ]);
    expect(found(planned)).toContain("blocked bom-too-deep   lines");
    // What it never came to is no error of Heddle's own.
    expect(planned.findings.filter(({ code }) => code === "quantity-remainder")).toEqual([]);
  });

  it("names a missing item, a missing top and unreleased revisions", () => {
    const structure = ebom(
      { FRAME: [line("GHOST", "1"), line("DRAFT", "1", { revision: "B" as Revision }), line("BOLT", "1")] },
      { GHOST: null, DRAFT: { state: "in work" } },
    );
    const planned = plan(structure, buyAll, { tops: [key("FRAME"), key("NOWHERE")] });
    expect(found(planned)).toEqual([
      "blocked item-missing   item",
      "blocked item-missing GHOST L10 item",
      "blocked item-unreleased DRAFT L20 revision",
    ]);
    expect(planned.findings.map(({ system }) => system)).toEqual(["plm", "plm", "plm"]);
    expect(planned.findings[2]?.cause).toBe(
      "Line 20 (L20) of FRAME rev A ends at DRAFT rev B, which is in work; only what is released may be built or bought.",
    );
    expect(planned.mboms[0]?.mbom.lines.map(({ item }) => item)).toEqual(["BOLT"]);
  });

  it("finds what is wrong below a line that is itself blocked", () => {
    const planned = plan(
      ebom({ FRAME: [line("HUB", "1")], HUB: [line("BOLT", "-2")] }, { HUB: { state: "in work" } }),
      [rule("bolts", { kind: "buy" }, ["BOLT"]), ...makeAll],
    );
    expect(found(planned)).toContain("blocked item-unreleased HUB L10 revision");
    expect(found(planned)).toContain("blocked quantity-not-positive BOLT L10 quantity");
    expect(planned.mboms.map(({ mbom, decisions }) => [mbom.item, decisions.length])).toEqual([
      ["FRAME", 1],
      ["HUB", 1],
    ]);
  });

  it("blocks designators that do not match the quantity", () => {
    expect(miscounted("2", "R1", "R2")).toBe(false);
    expect(miscounted("2")).toBe(false);
    expect(miscounted("2", "R1")).toBe(true);
    expect(miscounted("2", "R1", "R2", "R3")).toBe(true);
    expect(miscounted("2", "R1", "R1")).toBe(true);
    expect(miscounted("1 PR", "R1", "R2")).toBe(false);
  });

  it("keeps both of two lines with one id", () => {
    const twin = line("BOLT", "1", { id: "X" as LineId, findNumber: "1" });
    const planned = plan(ebom({ FRAME: [twin, twin] }), buyAll);
    expect(planned.mboms[0]?.mbom.lines.map((bolt) => bolt.key)).toEqual(["X", "X#2"]);
    expect(planned.findings).toEqual([]);
  });

  it("plans one revision of an item that is called for in two", () => {
    const structure = ebom({
      FRAME: [line("HUB", "1"), line("HUB", "1", { revision: "B" as Revision })],
      HUB: [line("BOLT", "1")],
    });
    expect(found(plan(structure, [rule("bolts", { kind: "buy" }, ["BOLT"]), ...makeAll]))).toEqual([
      "blocked target-cannot-hold HUB  revision",
      "info target-cannot-hold HUB  revision",
    ]);
    expect(found(plan(structure, buyAll))).toEqual(["info target-cannot-hold HUB  revision"]);
  });
});

describe("order", () => {
  it("sorts lines by find number as people count", () => {
    const numbers = ["10", "9", "100"];
    const planned = plan(
      ebom({
        FRAME: numbers.map((findNumber) => line(`N${findNumber}`, "1", { findNumber, id: `L${findNumber}` as LineId })),
      }),
      [rule("buy", { kind: "buy" }, anything)],
    );
    expect(planned.mboms[0]?.mbom.lines.map((sorted) => sorted.key)).toEqual(["L9", "L10", "L100"]);
  });

  it("sorts lines of one find number by id, whatever order they came in", () => {
    const twins = ["B", "A"].map((id) => line("BOLT", "1", { findNumber: "10", id: id as LineId }));
    for (const lines of [twins, twins.toReversed()]) {
      expect(plan(ebom({ FRAME: lines }), buyAll).mboms[0]?.mbom.lines.map((bolt) => bolt.key)).toEqual(["A", "B"]);
    }
  });

  it("plans the same for tops in any order", () => {
    const [b, a] = ["B", "A"].map((revision) => line("HUB", "1", { revision: revision as Revision }));
    const structure = ebom({ FRAME: [b ?? {}], TABLE: [a ?? {}], HUB: [line("BOLT", "1")] });
    const rules = [rule("bolts", { kind: "buy" }, ["BOLT"]), ...makeAll];
    const [one, other] = [
      ["FRAME", "TABLE"],
      ["TABLE", "FRAME"],
    ].map((tops) => plan(structure, rules, { tops: tops.map(key) }));
    expect(one).toEqual(other);
  });
});
