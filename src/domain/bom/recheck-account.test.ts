import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Day } from "../calendar.ts";
import type { Ebom } from "../ebom.ts";
import type { ItemId, LineId, OperationId } from "../ids.ts";
import type { Mbom, MbomLine } from "../mbom.ts";
import { multiplied } from "../quantity.ts";
import { rational } from "../rational.ts";
import {
  ebom,
  exact,
  key,
  line,
  mbomLine,
  planInput,
  quantity,
  replace,
  rule,
  sourcing,
  variants,
  when,
} from "./bom-builder.ts";
import { planMbom } from "./plan-mbom.ts";
import { editWords, recheckAccount } from "./recheck-account.ts";

const SHEET = { PANEL: { unit: "MTK" } } as const;
const LINES = {
  FRAME: [line("KIT", "2"), line("PANEL", "0.3333 MTK"), line("LABEL", "1"), line("SEAL", "3")],
  KIT: [line("BOLT", "4")],
};
const FRAME = ebom(LINES, SHEET);
const RULES = [
  rule("no labels", { kind: "exclude", reason: "printed here" }, ["LABEL"]),
  rule("own seal", replace({ SEAL: ["P-SEAL", "2"] }), () => true),
  ...sourcing({ collapse: ["KIT"] }),
  rule("rest", { kind: "buy" }, () => true),
];
const INPUT = planInput(FRAME, RULES, {
  plantItems: new Map([["P-SEAL" as ItemId, { unit: "EA" }]]),
  decimalsOf: (_item, unit) => (unit === "EA" ? 0 : 2),
});

/** What an account says of bolts with scrap planned on top, in percent and pieces per order. */
function scrap(percent: string | null, fixed: string | null): readonly string[] {
  const componentPercent = percent === null ? null : exact(percent);
  const fixedPerOrder = fixed === null ? null : exact(fixed);
  const action = { kind: "scrap", componentPercent, operationPercent: null, fixedPerOrder } as const;
  const input = { ...INPUT, rules: { ...INPUT.rules, rules: [rule("scrap", action, ["BOLT"]), ...RULES] } };
  const [frame] = planMbom(input).mboms;
  const [source] = frame?.contributors ?? [];
  if (frame === undefined || source === undefined) throw new Error("FRAME is not planned");
  const kept = { key: source, decisions: frame.decisions, planned: frame.mbom };
  return recheckAccount(input, kept, frame.mbom).lines.flatMap((row) => row.scrap);
}

function published() {
  const [frame] = planMbom(INPUT).mboms;
  const [source] = frame?.contributors ?? [];
  if (frame === undefined || source === undefined) throw new Error("FRAME is not planned");
  return { key: source, decisions: frame.decisions, planned: frame.mbom };
}

/** The mBOM with some lines as a planner has made them. */
function edited(change: (held: MbomLine) => MbomLine | null, more: readonly MbomLine[] = []): Mbom {
  const { planned: mbom } = published();
  return { ...mbom, lines: [...mbom.lines.flatMap((held) => change(held) ?? []), ...more] };
}

function recheck(standing: Mbom | null, structure: Ebom = FRAME) {
  return recheckAccount({ ...INPUT, ebom: structure }, published(), standing);
}

const problems = (standing: Mbom | null, structure?: Ebom) =>
  recheck(standing, structure).lines.flatMap(({ line: at, problem }) => (problem === null ? [] : `${at}: ${problem}`));

describe("an account that is checked again", () => {
  it("tells what became of every eBOM quantity, and balances where nothing was touched", () => {
    const account = recheck(published().planned);
    expect(account.isBalanced).toBe(true);
    expect(account.edits).toEqual([]);
    expect(
      account.lines.map(({ line: at, required, placed, rounding, unplaced }) => [
        at,
        required,
        placed,
        rounding,
        unplaced,
      ]),
    ).toEqual([
      ["L10", "2 EA", [], null, "2 EA: collapsed: its lines stand in its place"],
      ["L10/L10", "8 EA", ["8 EA on L10/L10"], null, null],
      ["L20", "0.3333 MTK", ["0.34 MTK on L20"], "0.0067 MTK", null],
      ["L30", "1 EA", [], null, "1 EA: excluded: printed here"],
      ["L40", "3 EA", ["3 EA on L40"], null, null],
    ]);
  });

  it("does not balance where a planner took less, and says so", () => {
    const standing = edited((held) => (held.item === "BOLT" ? { ...held, quantity: quantity("6") } : held));
    expect(problems(standing)).toEqual(["L10/L10: 2 EA too little: a planner changed 8 EA BOLT to 6 EA BOLT."]);
    expect(recheck(standing).isBalanced).toBe(false);
  });

  it("does not balance where a planner took more, removed or replaced something", () => {
    const more = edited((held) => (held.item === "P-SEAL" ? { ...held, quantity: quantity("8") } : held));
    expect(problems(more)).toEqual(["L40: 1 EA too much: a planner changed 6 EA P-SEAL to 8 EA P-SEAL."]);
    const less = edited((held) => (held.item === "PANEL" ? null : held));
    expect(problems(less)).toEqual(["L20: 0.3333 MTK too little: a planner removed 0.34 MTK PANEL."]);
    const other = edited((held) => (held.item === "BOLT" ? { ...held, item: "SCREW" as ItemId } : held));
    expect(problems(other)).toEqual(["L10/L10: 8 EA too little: a planner changed 8 EA BOLT to 8 EA SCREW."]);
  });

  it("balances where planners touched what engineering does not count, and names it apart", () => {
    const standing = edited((held) => ({ ...held, supply: "bulk" }), [mbomLine("planner:50", "TAPE", "1")]);
    const { isBalanced, edits } = recheck(standing);
    expect(isBalanced).toBe(true);
    expect(edits.map(editWords).at(-1)).toBe("a planner added 1 EA TAPE");
    expect(edits.map(({ what, item }) => `${what} ${item}`)).toEqual([
      "changed BOLT",
      "changed PANEL",
      "changed P-SEAL",
      "added TAPE",
    ]);
  });

  it("is of nothing where the plant has no mBOM any more", () => {
    expect(problems(null)).toHaveLength(3);
  });

  it("does not close where the released revision was changed in the PLM", () => {
    const other = ebom({
      FRAME: [
        line("KIT", "2"),
        line("PANEL", "0.3333 MTK"),
        line("SEAL", "3", { id: "L40" as never }),
        line("CAP", "1"),
      ],
      KIT: [line("BOLT", "5")],
    });
    const told = problems(published().planned, other);
    expect(told).toContain("L30: FRAME rev A has no line L30 any more: the released revision was changed in the PLM.");
    expect(told.find((text) => text.startsWith("L10/L10"))).toBe("L10/L10: 2 EA too little.");
    expect(told).toHaveLength(3);
    expect(recheck(published().planned, other).lines.find(({ line: at }) => at === "L30")).toMatchObject({
      required: "",
      placed: [],
      scrap: [],
    });
  });

  it("names a line that the released revision has got since", () => {
    const { FRAME: lines, ...others } = LINES;
    const more = ebom({ FRAME: [...lines, line("CAP", "1")], ...others }, SHEET);
    const account = recheck(published().planned, more);
    expect(account.isBalanced).toBe(false);
    expect(account.lines.at(-1)).toEqual({
      line: "L50",
      item: "CAP",
      required: "1 EA",
      placed: [],
      rounding: null,
      scrap: [],
      unplaced: null,
      why: "Line L50, CAP rev A, was not there when the mBOM was planned.",
      problem: "1 EA too little: the released revision was changed in the PLM.",
    });
  });

  it("names a lifted line that is gone by its whole path", () => {
    const { KIT: _, ...others } = LINES;
    expect(
      problems(published().planned, ebom({ ...others, KIT: [line("NUT", "4", { id: "L99" as never })] }, SHEET)),
    ).toContain("L10/L10: FRAME rev A has no line L10/L10 any more: the released revision was changed in the PLM.");
  });

  it("counts what a planner put into another unit as missing", () => {
    const standing = edited((held) => (held.item === "PANEL" ? { ...held, quantity: quantity("3400 CMK") } : held));
    expect(problems(standing)).toEqual([
      "L20: 0.3333 MTK too little: a planner changed 0.34 MTK PANEL to 3400 CMK PANEL.",
    ]);
  });

  it("names what is planned on top as scrap", () => {
    expect(scrap("5", null)).toEqual(["5 % on L10/L10"]);
    expect(scrap(null, "2")).toEqual(["2 per order on L10/L10"]);
    expect(scrap("5", "2")).toEqual(["5 % and 2 per order on L10/L10"]);
  });

  it("holds a variant against its own choices", () => {
    const structure = ebom({ FRAME: [line("FAN", "1", when("MOTOR = AC")), line("SCREW", "2")] });
    const input = planInput(structure, RULES, { variants: variants({ MOTOR: ["AC", "DC"] }, { dc: { MOTOR: "DC" } }) });
    const [frame] = planMbom(input).mboms;
    if (frame?.contributors[0] === undefined) throw new Error("nothing is planned");
    const kept = { key: frame.contributors[0], decisions: frame.decisions, planned: frame.mbom };
    const configured = { name: "dc", choices: { MOTOR: "DC" } };
    expect(recheckAccount(input, { ...kept, configured }, frame.mbom).isBalanced).toBe(true);
    const wrong = recheckAccount(input, { ...kept, configured: { name: "ac", choices: { MOTOR: "AC" } } }, frame.mbom);
    expect(wrong.lines[0]?.problem).toContain("is meant for variant FRAME-dc, and the plan leaves it out");
  });

  it("counts what holds from the day of a change for a day to come, and not what ends before", () => {
    const { planned, ...kept } = published();
    const day = "2026-05-01" as Day;
    const ended = { from: null, until: "2026-04-30" as Day };
    const both = { ...planned, lines: [...planned.lines, mbomLine("old", "BOLT", "7", { effectivity: ended })] };
    expect(recheckAccount(INPUT, { ...kept, planned: both, from: day }, both)).toMatchObject({
      isBalanced: true,
      edits: [],
    });
    const gone = recheckAccount(INPUT, { ...kept, planned: both, from: day }, planned);
    expect(gone.edits).toEqual([]);
    const onTheDay = { from: null, until: day };
    const held = { ...planned, lines: [...planned.lines, mbomLine("old", "BOLT", "7", { effectivity: onTheDay })] };
    expect(recheckAccount(INPUT, { ...kept, planned: held, from: day }, planned).edits.map(editWords)).toEqual([
      "a planner removed 7 EA BOLT, until 2026-05-01",
    ]);
  });

  it("balances exactly where no quantity was edited", () => {
    const factor = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(factor, (factors) => {
        let at = 0;
        const standing = edited((held) => {
          const times = factors[at++] ?? 1;
          if (times === 0) return null;
          return { ...held, quantity: multiplied(held.quantity, rational(times)) };
        });
        expect(recheck(standing).isBalanced).toBe(factors.every((times) => times === 1));
      }),
    );
  });
});

describe("an account with lines in a group", () => {
  const kit = { kind: "group", number: "KIT-{assembly}", name: null, as: "make", operation: null } as const;
  const input = planInput(ebom({ FRAME: [line("SCREW", "4"), line("MOTOR", "1")] }), [
    rule("screws", kit, ["SCREW"]),
    rule("rest", { kind: "buy" }, () => true),
  ]);

  function grouped(standing: (group: Mbom) => Mbom | null) {
    const [group, frame] = planMbom(input).mboms;
    const [source] = frame?.contributors ?? [];
    if (group === undefined || frame === undefined || source === undefined) throw new Error("FRAME is not planned");
    const kept = { key: source, decisions: frame.decisions, planned: frame.mbom };
    const groups = [{ planned: group.mbom, standing: standing(group.mbom) }];
    return recheckAccount(input, { ...kept, groups }, frame.mbom);
  }

  it("balances over both mBOMs, and says which line is where", () => {
    const account = grouped((group) => group);
    expect(account.isBalanced).toBe(true);
    expect(account.lines.map(({ placed }) => placed)).toEqual([["4 EA on L10 of group KIT-FRAME"], ["1 EA on L20"]]);
  });

  it("says nothing against a group that is asked about itself: the assembly accounts for its lines", () => {
    const [group] = planMbom(input).mboms;
    const [source] = group?.contributors ?? [];
    if (group === undefined || source === undefined) throw new Error("the group is not planned");
    const kept = { key: source, decisions: group.decisions, planned: group.mbom };
    expect(recheckAccount(input, kept, group.mbom)).toEqual({ isBalanced: true, lines: [], edits: [] });
    const [screws, ...others] = group.mbom.lines;
    if (screws === undefined) throw new Error("the group is empty");
    const fewer = { ...group.mbom, lines: [{ ...screws, quantity: quantity("3") }, ...others] };
    expect(recheckAccount(input, kept, fewer).edits).toMatchObject([{ what: "changed", item: "SCREW" }]);
  });

  it("names what a planner took out of the group, and a group that is gone", () => {
    const less = grouped((group) => ({
      ...group,
      lines: group.lines.map((one) => ({ ...one, quantity: quantity("3") })),
    }));
    expect(less.lines.map(({ problem }) => problem)).toEqual([
      "1 EA too little: a planner changed 4 EA SCREW to 3 EA SCREW.",
      null,
    ]);
    expect(grouped(() => null).lines[0]?.problem).toBe("4 EA too little: a planner removed 4 EA SCREW.");
  });
});

it("names what a planner made of any part of a line that a rule splits", () => {
  const parts = ["0010", "0020"].map((operation) => ({
    operation: operation as OperationId,
    take: "share" as const,
    share: rational(1, 2),
  }));
  const input = planInput(ebom({ FRAME: [line("SCREW", "8")] }), [
    rule("two stations", { kind: "split", parts, whole: false }, () => true),
    rule("rest", { kind: "buy" }, () => true),
  ]);
  const [frame] = planMbom(input).mboms;
  const [source] = frame?.contributors ?? [];
  if (frame === undefined || source === undefined) throw new Error("FRAME is not planned");
  const kept = { key: source, decisions: frame.decisions, planned: frame.mbom };
  const lines = frame.mbom.lines.map((held, at) => (at === 1 ? { ...held, quantity: quantity("1") } : held));
  expect(recheckAccount(input, kept, { ...frame.mbom, lines }).lines.map(({ problem }) => problem)).toEqual([
    "3 EA too little: a planner changed 4 EA SCREW, at 0020 to 1 EA SCREW, at 0020.",
  ]);
});

it("tells a line L1/L2 of the PLM's from line L2 below line L1", () => {
  const structure = ebom({
    FRAME: [line("KIT", "2", { id: "L1" as LineId }), line("NUT", "7", { id: "L1/L2" as LineId })],
    KIT: [line("BOLT", "4", { id: "L2" as LineId })],
  });
  const input = { ...INPUT, ebom: structure };
  const [frame] = planMbom(input).mboms;
  if (frame === undefined) throw new Error("FRAME is not planned");
  const kept = { key: key("FRAME"), decisions: frame.decisions, planned: frame.mbom };
  const { lines } = recheckAccount(input, kept, frame.mbom);
  expect(lines.map(({ line: at, item, required }) => `${at} ${item} ${required}`)).toEqual([
    "L1 KIT 2 EA",
    "L1/L2 BOLT 8 EA",
    "L1/L2 NUT 7 EA",
  ]);
});
