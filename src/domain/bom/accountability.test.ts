import { describe, expect, it } from "vitest";
import type { Day } from "../calendar.ts";
import type { ItemId, LineId } from "../ids.ts";
import type { MbomLine } from "../mbom.ts";
import { accountFor } from "./accountability.ts";
import { ebom, exact, line, planInput, quantity, replace, rule, sourcing, variants, when } from "./bom-builder.ts";
import type { PlannedMbom } from "./mbom-plan.ts";
import { planMbom } from "./plan-mbom.ts";

const input = planInput(
  ebom(
    {
      FRAME: [line("KIT", "2"), line("WIRE", "0.3 MTR"), line("WIRE", "0.4 MTR")],
      KIT: [line("BOLT", "4")],
    },
    { WIRE: { unit: "MTR" } },
  ),
  [
    ...sourcing({ collapse: ["KIT"], buy: ["BOLT", "WIRE"] }),
    rule("one line", { kind: "merge" }, ["WIRE"]),
    rule("half metres", { kind: "round", multiple: exact("0.5") }, ["WIRE"]),
  ],
);

function planned(): PlannedMbom {
  const [frame] = planMbom(input).mboms;
  if (frame === undefined) throw new Error("FRAME was not planned");
  return frame;
}

/** The plan with its mBOM lines tampered with, and what the books then say. */
function tampered(change: (lines: readonly MbomLine[]) => readonly MbomLine[]): readonly string[] {
  const frame = planned();
  const lines = change(frame.mbom.lines);
  return accountFor(input, { ...frame, mbom: { ...frame.mbom, lines } }).findings.map(({ cause }) => cause);
}

const replaceFirst = (first: Partial<MbomLine>) => (lines: readonly MbomLine[]) =>
  lines.map((held, at) => (at === 0 ? { ...held, ...first } : held));

describe("accountability", () => {
  it("shows what became of every line", () => {
    expect(planned().account).toMatchObject([
      {
        path: ["L10"],
        required: quantity("2"),
        placed: [],
        unplaced: { quantity: quantity("2"), reason: "collapsed: its lines stand in its place" },
      },
      {
        path: ["L10", "L10"],
        required: quantity("8"),
        placed: [{ line: "L10/L10", quantity: quantity("8") }],
        unplaced: null,
      },
      {
        path: ["L20"],
        required: quantity("0.3 MTR"),
        placed: [{ line: "L20", quantity: quantity("0.6 MTR") }],
        rounding: quantity("0.3 MTR"),
        unplaced: null,
      },
      {
        path: ["L30"],
        required: quantity("0.4 MTR"),
        placed: [{ line: "L20", quantity: quantity("0.4 MTR") }],
        unplaced: null,
      },
    ]);
    expect(tampered((lines) => lines)).toEqual([]);
  });

  it("follows a chain through two tables in the order of the rules, as the plan does", () => {
    const structure = ebom({ FRAME: [line("OLD", "2")] });
    const rules = [
      rule("the plant's own successor", replace({ NEW: ["OURS", "3"] }), () => true),
      rule("the company's table", replace({ OLD: ["NEW", "2"], NEW: ["THEIRS", "5"] }), () => true),
      rule("rest", { kind: "buy" }, () => true),
    ];
    const plan = planMbom(planInput(structure, rules, { plantItems: new Map([["OURS" as ItemId, { unit: "EA" }]]) }));
    expect(plan.findings).toEqual([]);
    expect(plan.mboms[0]?.account).toMatchObject([{ placed: [{ quantity: quantity("2") }], unplaced: null }]);
    expect(plan.mboms[0]?.mbom.lines).toMatchObject([{ item: "OURS", quantity: quantity("12") }]);
  });

  it("counts what comes within something that a rule counts per order as often as that", () => {
    const structure = ebom({ FRAME: [line("BOX", "2")], BOX: [line("BOLT", "4")] });
    const rules = [rule("once", { kind: "basis", basis: "per order" }, ["BOX"]), ...sourcing({ buy: ["BOX"] })];
    expect(planMbom(planInput(structure, rules)).mboms[0]?.account).toMatchObject([
      { path: ["L10"], required: quantity("2") },
      { path: ["L10", "L10"], required: quantity("8"), unplaced: { reason: "comes inside line L10" } },
    ]);
  });

  it("finds a line that was lost", () => {
    expect(tampered((lines) => lines.slice(1))).toEqual([
      "Line L10/L10 requires 8 EA of BOLT in FRAME; the planned mBOM holds 8 EA too little.",
    ]);
  });

  it("finds a line that was doubled", () => {
    expect(tampered(([first, ...rest]) => (first === undefined ? [] : [first, first, ...rest]))).toEqual([
      "Line L10/L10 requires 8 EA of BOLT in FRAME; the planned mBOM holds 8 EA too much.",
    ]);
  });

  it("finds quantities that do not come from the sources", () => {
    expect(tampered(replaceFirst({ quantity: quantity("9") }))).toEqual([
      "mBOM line L10/L10 of FRAME holds 1 EA more of BOLT than its sources give, which rounding does not explain.",
    ]);
    expect(tampered(replaceFirst({ quantity: quantity("7") }))[0]).toBe(
      "mBOM line L10/L10 of FRAME holds 1 EA less of BOLT than its sources give, which rounding does not explain.",
    );
  });

  it("does not count another unit, item or basis as what engineering asked for", () => {
    for (const first of [{ basis: "per order" }, { item: "NUT" as MbomLine["item"] }] as const) {
      expect(tampered(replaceFirst(first))).toEqual([
        "Line L10/L10 requires 8 EA of BOLT in FRAME; the planned mBOM holds 8 EA too little.",
      ]);
    }
    const source = { path: ["L10", "L10"] as LineId[], quantity: quantity("8 DZN"), rules: [] };
    const dozens = { quantity: quantity("8 DZN"), origin: { kind: "engineering", from: [source] } } as const;
    expect(tampered(replaceFirst(dozens))).toEqual([
      "Line L10/L10 requires 8 EA of BOLT in FRAME; the planned mBOM holds 88 EA too much.",
    ]);
  });

  it("finds sources that engineering does not have, and lines that nothing decided", () => {
    const source = { path: ["L99"] as LineId[], quantity: quantity("8"), rules: [] };
    expect(tampered(replaceFirst({ origin: { kind: "engineering", from: [source] } }))).toContain(
      "mBOM line L10/L10 of FRAME says it comes from line L99, which no decision of the plan names.",
    );
    const frame = planned();
    const { findings } = accountFor(input, { ...frame, decisions: frame.decisions.slice(0, 3) });
    expect(findings.map(({ code, cause }) => [code, cause])).toContainEqual([
      "quantity-remainder",
      "The plan of FRAME decides nothing about line L30, WIRE.",
    ]);
  });

  it("blocks the plan, as an error of Heddle's own", () => {
    const frame = planned();
    const { findings } = accountFor(input, { ...frame, mbom: { ...frame.mbom, lines: [] } });
    expect(new Set(findings.map(({ severity, system }) => `${severity} ${system}`))).toEqual(
      new Set(["blocked heddle"]),
    );
  });
});

describe("what no mBOM line holds", () => {
  it("has its reason, whatever it is", () => {
    const structure = ebom({
      FRAME: [
        line("MOTOR", "1"),
        line("LABEL", "1"),
        line("SEAL", "2", { effectivity: { from: null, until: "2025-12-31" as Day } }),
        line("GHOST", "1"),
      ],
      MOTOR: [line("ROTOR", "3")],
      LABEL: [line("INK", "1")],
    });
    const rules = [
      rule("no labels", { kind: "exclude", reason: "printed here" }, ["LABEL"]),
      rule("parts", { kind: "buy" }, ["MOTOR", "SEAL"]),
    ];
    const [frame] = planMbom(planInput(structure, rules)).mboms;
    expect(frame?.account.map(({ path, unplaced }) => [path.join("/"), unplaced?.reason])).toEqual([
      ["L10", undefined],
      ["L10/L10", "comes inside line L10"],
      ["L20", "excluded: printed here"],
      ["L20/L10", "falls with line L20"],
      ["L30", "not effective: it ended on 2025-12-31"],
      [
        "L40",
        "blocked: No rule says whether GHOST rev A (type part), line 40 (L40) of FRAME rev A, is made, bought, subcontracted, collapsed or excluded.",
      ],
    ]);
  });

  it("is of another variant, in a configured mBOM", () => {
    const structure = ebom({ FRAME: [line("FAN", "1", when("MOTOR = AC")), line("SCREW", "2")] });
    const [frame] = planMbom(
      planInput(structure, [rule("rest", { kind: "buy" }, () => true)], {
        variants: variants({ MOTOR: ["AC", "DC"] }, { dc: { MOTOR: "DC" } }),
      }),
    ).mboms;
    expect(frame?.account[0]).toMatchObject({
      placed: [],
      unplaced: { quantity: quantity("1"), reason: "not in configuration dc because MOTOR = DC" },
    });
  });
});

/** What the account of eight bolts says of their scrap: of the component, of the operation, and fixed per order. */
function loss(percent: string | null, ofOperation: string | null, fixed: string | null) {
  const [componentPercent = null, operationPercent = null, fixedPerOrder = null] = [percent, ofOperation, fixed].map(
    (text) => (text === null ? null : exact(text)),
  );
  const rules = [
    rule("loss", { kind: "scrap", componentPercent, operationPercent, fixedPerOrder }, ["BOLT"]),
    rule("rest", { kind: "buy" }, () => true),
  ];
  const [frame] = planMbom(planInput(ebom({ FRAME: [line("BOLT", "8")] }), rules)).mboms;
  return frame?.account[0]?.scrap.map((one) => [one.line, one.percent, one.fixedPerOrder]);
}

describe("scrap", () => {
  it("is named by each kind of it, and by none where there is none", () => {
    expect(loss(null, null, null)).toEqual([]);
    expect(loss("5", null, "2")).toEqual([["L10", exact("5"), exact("2")]]);
    expect(loss("5", "1", null)).toEqual([
      ["L10", exact("5"), null],
      ["L10", exact("1"), null],
    ]);
  });
});

it("names what does not add up as an error of ours, with the line and what to do", () => {
  const frame = planned();
  const found = (lines: readonly MbomLine[]) =>
    accountFor(input, { ...frame, mbom: { ...frame.mbom, lines } }).findings.map(
      ({ severity, code, system, item, line: at, field }) => [severity, code, system, item, at, field].join(" "),
    );
  const [bolt, ...others] = frame.mbom.lines;
  if (bolt === undefined) throw new Error("FRAME has no line");
  expect(found(others)).toEqual(["blocked quantity-remainder heddle BOLT L10/L10 quantity"]);
  const amount = { ...quantity("9") };
  const origin =
    bolt.origin.kind === "engineering"
      ? { ...bolt.origin, from: bolt.origin.from.map((one) => ({ ...one, quantity: amount })) }
      : bolt.origin;
  expect(found([{ ...bolt, quantity: amount, origin }, ...others])).toEqual([
    "blocked quantity-excess heddle BOLT L10/L10 quantity",
  ]);
  const { findings } = accountFor(input, { ...frame, mbom: { ...frame.mbom, lines: others } });
  expect(findings[0]?.fix).toBe(
    "This is an error in Heddle, not in your data: report it with the plan attached. Nothing was written.",
  );
});
