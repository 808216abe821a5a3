import { describe, expect, it } from "vitest";
import { itemRevision, type EbomLine } from "../ebom.ts";
import type { ItemId, OperationId, Revision } from "../ids.ts";
import { ebom, exact, key, line, planInput, quantity, rule, sourcing } from "./bom-builder.ts";
import { draw, explain } from "./explain.ts";
import type { PlanInput } from "./planning.ts";
import { planMbom } from "./plan-mbom.ts";
import type { Rule, RuleAction } from "./rules.ts";

const R = ["R1", "R2", "R3", "R4"];

function plan(lines: readonly Partial<EbomLine>[], rules: readonly Rule[], more: Partial<PlanInput> = {}) {
  return planMbom(planInput(ebom({ FRAME: lines }), rules, more));
}

function drawn(lines: readonly Partial<EbomLine>[], rules: readonly Rule[], more: Partial<PlanInput> = {}): string {
  return `\n${draw(plan(lines, rules, more))}`;
}

const buyAll = rule("buy", { kind: "buy" }, () => true);
const item = (number: string) => number as ItemId;
const operation = (number: string) => number as OperationId;

const twoStations: RuleAction = {
  kind: "split",
  whole: false,
  parts: [
    { operation: operation("0010"), take: "share", share: exact("3/4") },
    { operation: operation("0020"), take: "rest" },
  ],
};

describe("split", () => {
  it("makes a line of each part, named by its operation, whatever the operation rules say", () => {
    const rules = [
      buyAll,
      rule("two stations", twoStations, ["R-10K"]),
      rule("everything first", { kind: "operation", operation: operation("0010") }, () => true),
    ];
    const structure = [line("R-10K", "4", { referenceDesignators: R }), line("BOLT", "2")];
    expect(drawn(structure, rules)).toBe(`
FRAME rev A at P1
  3 EA  R-10K  at 0010, R1 R2 R3  from L10 by "buy", "two stations"
  1 EA  R-10K  at 0020, R4        from L10 by "buy", "two stations"
  2 EA  BOLT   at 0010            from L20 by "buy", "everything first"
`);
    const [decision] = plan(structure, rules).mboms[0]?.decisions ?? [];
    expect(decision && explain(decision)).toBe(
      'Line L10, R-10K, is bought complete and goes on mBOM lines L10@0010 and L10@0020 by "buy", "two stations".',
    );
  });

  it("accounts for every piece, and plans a loss per order once", () => {
    const loss = {
      kind: "scrap",
      componentPercent: exact("5"),
      operationPercent: null,
      fixedPerOrder: exact("2"),
    } as const;
    const { mboms, findings } = plan(
      [line("BOLT", "8")],
      [buyAll, rule("two stations", twoStations, ["BOLT"]), rule("loss", loss, ["BOLT"])],
    );
    expect(findings).toEqual([]);
    expect(mboms[0]?.mbom.lines.map(({ scrap }) => scrap.fixedPerOrder)).toEqual([exact("2"), null]);
    expect(mboms[0]?.account).toMatchObject([
      { required: quantity("8"), placed: [{ quantity: quantity("6") }, { quantity: quantity("2") }], unplaced: null },
    ]);
  });

  it("splits what is lifted out of a kit, times the kit", () => {
    const structure = ebom({ FRAME: [line("KIT", "2")], KIT: [line("BOLT", "2")] });
    const rules = [...sourcing({ collapse: ["KIT"] }), buyAll, rule("two stations", twoStations, ["BOLT"])];
    expect(`\n${draw(planMbom(planInput(structure, rules)))}`).toBe(`
FRAME rev A at P1
  3 EA  BOLT  at 0010  from L10/L10 by "buy", "collapse", "two stations"
  1 EA  BOLT  at 0020  from L10/L10 by "buy", "collapse", "two stations"
`);
  });

  it("blocks a line that a share would cut, and says what to write", () => {
    const { mboms, findings } = plan([line("BOLT", "3")], [buyAll, rule("two stations", twoStations, ["BOLT"])]);
    expect(findings).toMatchObject([
      {
        severity: "blocked",
        code: "split-does-not-fit",
        item: "BOLT",
        line: "L10",
        cause:
          'Rule "two stations" cannot split line 10 (L10) of FRAME rev A, 3 EA of BOLT: operation 0010 would get 2.25 of it, which cuts a piece.',
        fix: "Write quantities instead of shares, or `whole: true` to round shares to whole pieces.",
      },
    ]);
    expect(mboms[0]?.mbom.lines).toEqual([]);
  });

  it("has what is added for a line follow its parts", () => {
    const glue: RuleAction = { kind: "add", item: item("GLUE"), quantity: quantity("0.1 GRM"), per: "line" };
    const rules = [buyAll, rule("two stations", twoStations, ["BOLT"]), rule("glue", glue, ["BOLT"])];
    const plantItems = new Map([[item("GLUE"), { unit: "GRM" as const }]]);
    expect(drawn([line("BOLT", "4")], rules, { plantItems })).toBe(`
FRAME rev A at P1
  3 EA     BOLT  at 0010  from L10 by "buy", "two stations"
  1 EA     BOLT  at 0020  from L10 by "buy", "two stations"
  0.3 GRM  GLUE  at 0010  added for L10 by "glue"
  0.1 GRM  GLUE  at 0020  added for L10 by "glue"
`);
  });
});

describe("alternate", () => {
  const alternates = (first: boolean, usage: string | null): RuleAction => ({
    kind: "alternate",
    first,
    items: [
      { item: item("C-ROHM"), usage: usage === null ? null : exact(usage), factor: null },
      { item: item("C-KIT"), usage: null, factor: usage === null ? null : exact("2") },
    ],
  });
  const structure = [line("C-10", "4", { alternates: [item("C-TDK")] })];
  const plantItems = new Map(["C-ROHM", "C-KIT"].map((number) => [item(number), { unit: "EA" as const }]));

  it("adds items behind engineering's own, or before them", () => {
    expect(drawn(structure, [buyAll, rule("second source", alternates(false, null), ["C-10"])], { plantItems })).toBe(`
FRAME rev A at P1
  4 EA  C-10  or C-TDK, C-ROHM, C-KIT  from L10 by "buy", "second source"
`);
    expect(drawn(structure, [buyAll, rule("second source", alternates(true, "30"), ["C-10"])], { plantItems })).toBe(`
FRAME rev A at P1
  4 EA  C-10  or C-ROHM, C-KIT, C-TDK (70 % C-10, 30 % C-ROHM, 0 % C-KIT × 2)  from L10 by "buy", "second source"
`);
  });

  it("blocks the plan where nobody knows the item", () => {
    expect(plan(structure, [buyAll, rule("second source", alternates(false, null), ["C-10"])]).findings).toMatchObject([
      { severity: "blocked", code: "item-missing", item: "C-KIT", field: "rule second source" },
      { severity: "blocked", code: "item-missing", item: "C-ROHM", field: "rule second source" },
    ]);
  });
});

describe("an alternate that the plant makes", () => {
  const allowed: RuleAction = {
    kind: "alternate",
    first: false,
    items: [{ item: item("MOTOR-B"), usage: null, factor: null }],
  };
  const rules = [
    rule("second motor", allowed, ["MOTOR-A"]),
    rule("make motors", { kind: "make" }, ["MOTOR-A", "MOTOR-B"]),
    buyAll,
  ];
  const motors = { FRAME: [line("MOTOR-A", "1")], "MOTOR-A": [line("ROTOR", "1")], "MOTOR-B": [line("COIL", "2")] };
  const round = { ...motors, "MOTOR-B": [line("FRAME", "2")] };

  it("gets an mBOM of its own, before what it may go into", () => {
    const planned = planMbom(planInput(ebom(motors), rules));
    expect(planned.findings).toEqual([]);
    expect(planned.mboms.map(({ mbom }) => mbom.item)).toEqual(["MOTOR-A", "MOTOR-B", "FRAME"]);
    expect(planned.items).toContainEqual({ item: "MOTOR-B", key: key("MOTOR-B"), procurement: "make" });
  });

  it("leaves the revision to lines that call for it", () => {
    const older = { item: item("MOTOR-B"), revision: "A" as Revision };
    const structure = ebom({
      ...motors,
      FRAME: [line("MOTOR-A", "1"), line("STAND", "1")],
      STAND: [line("MOTOR-B", "1")],
    });
    const newer = itemRevision(older.item, "B" as Revision);
    const [first] = [...structure.items.values()].filter((one) => one.item === older.item);
    if (first === undefined) throw new Error("MOTOR-B is in the eBOM");
    const both = {
      ...structure,
      items: new Map([...structure.items, [newer, { ...first, revision: "B" as Revision }]]),
    };
    const { findings, mboms } = planMbom(
      planInput(both, [...rules.slice(0, 2), ...sourcing({ make: ["STAND"] }), buyAll]),
    );
    expect(findings.filter(({ severity }) => severity === "blocked")).toEqual([]);
    expect(mboms.find(({ mbom }) => mbom.item === older.item)?.contributors).toEqual([key("MOTOR-B")]);
  });

  it("must be released, and must not need what it may go into", () => {
    const inWork = planMbom(planInput(ebom(motors, { "MOTOR-B": { state: "in work" } }), rules));
    expect(inWork.findings).toMatchObject([{ severity: "blocked", code: "item-unreleased", item: "MOTOR-B" }]);
    const cyclic = planMbom(planInput(ebom(round), [...rules.slice(0, 2), ...sourcing({ make: ["FRAME"] }), buyAll]));
    expect(cyclic.findings).toMatchObject([{ severity: "blocked", code: "bom-cycle" }]);
  });
});

describe("what comes out", () => {
  const swarf = (per: "assembly" | "line" | "order"): RuleAction => ({
    kind: "by-product",
    item: item("SWARF"),
    quantity: quantity("0.1234 KGM"),
    per,
  });
  const plantItems = new Map([[item("SWARF"), { unit: "KGM" as const }]]);
  const everything = [
    buyAll,
    rule("turned", { kind: "operation", operation: operation("0020") }, () => true),
    rule("push", { kind: "supply", supply: "push" }, () => true),
    rule(
      "loss",
      { kind: "scrap", componentPercent: exact("5"), operationPercent: null, fixedPerOrder: null },
      () => true,
    ),
  ];

  it("is a line of its own: neither supplied nor scrapped, and rounded down", () => {
    const rules = [...everything, rule("swarf", swarf("line"), ["BAR"])];
    expect(drawn([line("BAR", "2")], rules, { plantItems })).toBe(`
FRAME rev A at P1
  2 EA       BAR    at 0020, push, + 5 % scrap  from L10 by "buy", "loss", "turned", "push"
  0.246 KGM  SWARF  by-product, at 0020         added for L10 by "swarf"
`);
  });

  it("may come out once for each order", () => {
    const rules = [buyAll, rule("swarf", swarf("order"), () => true)];
    expect(drawn([line("BAR", "2")], rules, { plantItems })).toBe(`
FRAME rev A at P1
  2 EA       BAR                           from L10 by "buy"
  0.123 KGM  SWARF  by-product, per order  added by "swarf"
`);
  });

  it("may be made from an assembly without the one standing in the other", () => {
    const rules = [
      ...sourcing({ make: ["SUB"] }),
      buyAll,
      rule(
        "trimmings",
        { ...swarf("assembly"), kind: "co-product" } as RuleAction,
        (facts) => facts.assembly.item === "SUB",
      ),
    ];
    const structure = ebom({ FRAME: [line("SUB", "1")], SUB: [line("BAR", "1")] });
    const { mboms, findings } = planMbom(planInput(structure, rules, { plantItems }));
    expect(findings).toEqual([]);
    expect(mboms.map(({ mbom }) => mbom.item)).toEqual(["SUB", "FRAME"]);
  });

  it("is never the item itself", () => {
    const itself: RuleAction = { kind: "co-product", item: item("FRAME"), quantity: quantity("1"), per: "assembly" };
    expect(plan([line("BAR", "1")], [buyAll, rule("itself", itself, () => true)]).findings).toMatchObject([
      { severity: "blocked", code: "bom-cycle", item: "FRAME" },
    ]);
  });
});

describe("per order", () => {
  it("adds once for each order", () => {
    const sheet: RuleAction = { kind: "add", item: item("TRAVELLER"), quantity: quantity("1"), per: "order" };
    const plantItems = new Map([[item("TRAVELLER"), { unit: "EA" as const }]]);
    expect(drawn([line("BAR", "2")], [buyAll, rule("papers", sheet, () => true)], { plantItems })).toBe(`
FRAME rev A at P1
  2 EA  BAR                   from L10 by "buy"
  1 EA  TRAVELLER  per order  added by "papers"
`);
  });

  it("counts a line once for each order, however often its kit stands there, and accounts for it so", () => {
    const structure = ebom({ FRAME: [line("KIT", "3")], KIT: [line("BIT", "2"), line("BOLT", "2")] });
    const rules = [
      ...sourcing({ collapse: ["KIT"] }),
      buyAll,
      rule("tools", { kind: "basis", basis: "per order" }, ["BIT"]),
    ];
    const { mboms, findings } = planMbom(planInput(structure, rules));
    expect(findings).toEqual([]);
    expect(`\n${draw({ mboms })}`).toBe(`
FRAME rev A at P1
  2 EA  BIT   per order  from L10/L10 by "buy", "tools", "collapse"
  6 EA  BOLT             from L10/L20 by "buy", "collapse"
`);
    expect(mboms[0]?.account.map(({ required }) => required)).toEqual([quantity("3"), quantity("2"), quantity("6")]);
  });

  it("counts a whole kit once for each order", () => {
    const structure = ebom({ FRAME: [line("KIT", "3")], KIT: [line("BIT", "2")] });
    const rules = [
      ...sourcing({ collapse: ["KIT"] }),
      buyAll,
      rule("tools", { kind: "basis", basis: "per order" }, ["KIT"]),
    ];
    const { mboms, findings } = planMbom(planInput(structure, rules));
    expect(findings).toEqual([]);
    expect(`\n${draw({ mboms })}`).toBe(`
FRAME rev A at P1
  6 EA  BIT  per order  from L10/L10 by "buy", "collapse"
`);
  });
});

const weigh = (factor: string, from: "EA" | "MTK" | null = null): RuleAction => ({
  kind: "convert",
  to: "KGM",
  own: { from, factor: exact(factor) },
});

describe("a factor in a rule", () => {
  it("converts where neither PLM nor ERP has a factor, and is accounted for", () => {
    const structure = ebom({ FRAME: [line("CAST", "1 DZN")] }, { CAST: { unit: "KGM" } });
    const { mboms, findings } = planMbom(planInput(structure, [buyAll, rule("weigh", weigh("0.35", "EA"), ["CAST"])]));
    expect(findings).toEqual([]);
    expect(`\n${draw({ mboms })}`).toBe(`
FRAME rev A at P1
  4.2 KGM  CAST  from L10 by "buy", "weigh"
`);
    expect(mboms[0]?.account[0]?.placed).toMatchObject([{ quantity: quantity("1 DZN") }]);
  });

  it("is for one of the line's unit where it names none, and is not asked where none is needed", () => {
    const structure = ebom({ FRAME: [line("CAST", "4"), line("CAST", "1 KGM")] }, { CAST: { unit: "KGM" } });
    const { mboms, findings } = planMbom(planInput(structure, [buyAll, rule("weigh", weigh("0.35"), ["CAST"])]));
    expect(findings).toEqual([]);
    expect(mboms[0]?.mbom.lines.map(({ quantity: planned }) => planned)).toEqual([
      quantity("1.4 KGM"),
      quantity("1 KGM"),
    ]);
  });

  it("never overrules another factor of the item", () => {
    const structure = ebom(
      { FRAME: [line("CAST", "2")] },
      { CAST: { unit: "KGM", unitFactors: [{ from: "EA", to: "KGM", factor: exact("0.4") }] } },
    );
    expect(planMbom(planInput(structure, [buyAll, rule("weigh", weigh("0.35"), ["CAST"])])).findings).toMatchObject([
      {
        severity: "blocked",
        code: "unit-factor-conflict",
        line: "L10",
        cause:
          'Rule "weigh" says that 1 EA of CAST is 0.35 KGM, for line 10 (L10) of FRAME rev A; it is 0.4 KGM already.',
      },
    ]);
  });
});
