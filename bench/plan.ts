/**
 * How long the planner takes for a large product, and how much memory, beside a bare single pass over
 * the same lines: `node bench/plan.ts --lines 100000 [--json]`.
 *
 * The bare pass is what no planner can do without: see each line once, multiply its quantity into what is
 * needed of its item in a Map, and file it under its parent in another. It reckons in floats, looks at no rule,
 * follows no path, explains nothing and keeps no account.
 */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { diffMbom } from "../src/domain/bom/diff-mbom.ts";
import { incrementalPlanner } from "../src/domain/bom/incremental-planner.ts";
import type { MbomPlan } from "../src/domain/bom/mbom-plan.ts";
import { planMbom } from "../src/domain/bom/plan-mbom.ts";
import type { PlanInput } from "../src/domain/bom/planning.ts";
import type { Rule, RuleAction } from "../src/domain/bom/rules.ts";
import { accountant } from "../src/domain/bom/accountability.ts";
import { structureOf } from "../src/domain/bom/structure.ts";
import type { Day } from "../src/domain/calendar.ts";
import type { EbomAssembly } from "../src/domain/ebom.ts";
import type { ItemId, OperationId, PlantId, RuleName } from "../src/domain/ids.ts";
import { plus, rational, toNumber } from "../src/domain/rational.ts";
import { largeProduct, type LargeProduct } from "./kit/large-product.ts";
import { medianTimes, slope } from "./kit/measure.ts";
import { peakMemoryOf, peakReport, timesOf, timesReport } from "./kit/peak-memory.ts";
import { report } from "./kit/report.ts";

const SELF = fileURLToPath(import.meta.url);
const RUNS = 7;
/** Deeper than any real product. */
const DEEP_LEVELS = 60;

const { values } = parseArgs({
  options: {
    lines: { type: "string", default: "100000" },
    json: { type: "boolean", default: false },
    /** Runs one thing alone and says what it took; used by the benchmark itself. */
    only: { type: "string" },
  },
});
const lines = Number(values.lines);
if (!Number.isSafeInteger(lines) || lines < 1) throw new Error(`--lines ${values.lines} is not a number of lines`);

const product = largeProduct(lines);
const input = inputFor(product);

if (values.only === "bare") {
  measured(bare(product));
} else if (values.only === "full") {
  measured(full(input));
} else if (values.only === "times") {
  console.log(timesReport(sizeTimes()));
} else {
  benchmark();
}

function benchmark(): void {
  const plan = sound(planMbom(input));
  console.error(
    `${product.lines} lines in ${product.ebom.assemblies.size} assemblies: ${plan.mboms.length} mBOMs, ${decisionsOf(plan)} decisions`,
  );
  const deep = inputFor(largeProduct(lines, DEEP_LEVELS));
  sound(planMbom(deep));
  const accountOf = accountant(input, structureOf(input.ebom));

  let kept: unknown;
  const times = medianTimes(
    {
      bare: () => bare(product),
      full: () => full(input),
      plan: () => planMbom(input),
      account: () => plan.mboms.map(accountOf),
      diff: () => plan.mboms.map(({ mbom }) => diffMbom(null, mbom)),
      deep: () => full(deep),
    },
    RUNS,
    (result) => (kept = result),
  );
  const again = medianTimes({ incremental: replanning() }, RUNS * RUNS, (result) => (kept = result));
  if (kept === undefined) throw new Error("nothing was measured");

  const memory = {
    bare: peakMemoryOf(SELF, [...size(lines), "--only", "bare"]),
    full: peakMemoryOf(SELF, [...size(lines), "--only", "full"]),
  };
  const sizes = [lines / 100, lines / 10, lines, lines * 10].map(Math.ceil);
  const bySize = sizes.map((of) => ({ lines: of, times: timesOf(SELF, [...size(of), "--only", "times"]) }));
  for (const each of bySize) {
    const micros = (milliseconds: number | undefined) => (((milliseconds ?? 0) / each.lines) * 1000).toFixed(2);
    console.error(
      `${each.lines} lines: bare pass ${micros(each.times["bare"])} µs a line, full ${micros(each.times["full"])} µs`,
    );
  }
  const slopeOf = (name: string) => slope(bySize.map((each) => ({ x: each.lines, y: Number(each.times[name]) })));

  const time = (name: string, figure: number) => ({ name, figure, unit: "ms", ratio: figure / times.bare });
  console.log(
    report(
      [
        time("plan.bare-pass", times.bare),
        time("plan.mboms", times.plan),
        time("plan.accountability", times.account),
        time("plan.diff", times.diff),
        time("plan.deep", times.deep),
        time("plan.full", times.full),
        // Beside the full plan, not the bare pass: it does not look at each line.
        { name: "plan.incremental", figure: again.incremental, unit: "ms", ratio: again.incremental / times.full },
        { name: "plan.peak-memory", figure: memory.full, unit: "MB", ratio: memory.full / memory.bare },
        // The exponent by which time grows with lines: 1 is in proportion. Beside that of the bare pass.
        { name: "plan.slope", figure: slopeOf("full"), unit: "exponent", ratio: slopeOf("full") / slopeOf("bare") },
      ],
      values.json,
    ),
  );
}

function size(of: number): string[] {
  return ["--lines", String(of)];
}

/** @throws Error when the product does not plan: then there is nothing to measure. */
function sound(plan: MbomPlan): MbomPlan {
  const blocked = plan.findings.find(({ severity }) => severity === "blocked");
  if (blocked !== undefined) throw new Error(`the product does not plan: ${blocked.cause}`);
  return plan;
}

/** What a change asks for: the plan, its accounts, and the difference to an ERP that has nothing yet. */
function full(of: PlanInput): unknown {
  const plan = planMbom(of);
  return [plan, plan.mboms.map(({ mbom }) => diffMbom(null, mbom))];
}

/** Medians of one size, in a process of its own: a heap full of other sizes would tell on them. */
function sizeTimes(): Readonly<Record<string, number>> {
  // Small products run often enough for the code to be compiled, as it is for large ones.
  const runs = Math.min(300, Math.ceil(300_000 / lines));
  return medianTimes({ bare: () => bare(product), full: () => full(input) }, runs, () => undefined);
}

/**
 * A change to three lines, planned, accounted for and compared by a planner that has planned the product before;
 * each time another change to the same lines.
 */
function replanning(): () => unknown {
  const plan = incrementalPlanner();
  let before = plan(input);
  let changed = input;
  return () => {
    changed = withThreeLinesChanged(changed);
    const after = plan(changed);
    const had = new Map(before.mboms.map((planned) => [planned.mbom.item, planned]));
    const replanned = after.mboms.filter((planned) => had.get(planned.mbom.item) !== planned);
    if (replanned.length === 0) throw new Error("the change reached no mBOM");
    before = after;
    return replanned.map(({ mbom }) => diffMbom(had.get(mbom.item)?.mbom ?? null, mbom));
  };
}

/** One more of what the first line of three assemblies calls for: near the top, in the middle and at the bottom. */
function withThreeLinesChanged({ ebom, ...others }: PlanInput): PlanInput {
  const assemblies = new Map(ebom.assemblies);
  const keys = [...assemblies.keys()];
  for (const part of [0.01, 0.5, 0.99]) {
    const key = keys[Math.floor(keys.length * part)];
    const assembly = key === undefined ? undefined : assemblies.get(key);
    if (key !== undefined && assembly !== undefined) assemblies.set(key, withFirstLineChanged(assembly));
  }
  return { ...others, ebom: { ...ebom, assemblies } };
}

function withFirstLineChanged({ lines: [first, ...rest], ...assembly }: EbomAssembly): EbomAssembly {
  if (first === undefined) return { ...assembly, lines: [] };
  const { amount, unit } = first.quantity;
  return { ...assembly, lines: [{ ...first, quantity: { amount: plus(amount, rational(1)), unit } }, ...rest] };
}

/** The least that any planner must do: see each line once, multiply, and group by parent. */
function bare({ ebom }: LargeProduct): unknown {
  const byParent = new Map<string, { item: string; quantity: number; unit: string }[]>();
  const needed = new Map<string, number>();
  for (const [key, assembly] of ebom.assemblies) {
    const children: { item: string; quantity: number; unit: string }[] = [];
    for (const { item, quantity } of assembly.lines) {
      const amount = toNumber(quantity.amount);
      const each = amount * (needed.get(key) ?? 1);
      children.push({ item, quantity: amount, unit: quantity.unit });
      needed.set(item, (needed.get(item) ?? 0) + each);
    }
    byParent.set(key, children);
  }
  return [byParent, needed];
}

function measured(result: unknown): void {
  if (result === undefined) throw new Error("nothing was measured");
  console.log(peakReport());
}

function decisionsOf(plan: MbomPlan): number {
  return plan.mboms.reduce((sum, { decisions }) => sum + decisions.length, 0);
}

function inputFor({ ebom, top }: LargeProduct): PlanInput {
  const loss = { kind: "scrap", componentPercent: rational(2n), operationPercent: null, fixedPerOrder: null } as const;
  return {
    system: "plm",
    ebom,
    tops: [top],
    today: "2026-01-01" as Day,
    effectiveFrom: null,
    decimalsOf: (_item, unit) => (unit === "EA" ? 0 : 4),
    plantItems: new Map([["GREASE" as ItemId, { unit: "GRM" }]]),
    rules: {
      plant: "P1" as PlantId,
      version: "1",
      rules: [
        rule("notes are not built in", ["note"], { kind: "exclude", reason: "a note" }),
        rule("kits collapse", ["kit"], { kind: "collapse" }),
        rule("assemblies are made", ["asm"], { kind: "make" }),
        rule("parts are bought", ["bolt", "sheet", "wire", "chip"], { kind: "buy" }),
        rule("sheet by the gram", ["sheet"], { kind: "convert", to: "GRM" }),
        rule("grease", ["asm"], {
          kind: "add",
          item: "GREASE" as ItemId,
          quantity: { amount: rational(3n), unit: "GRM" },
          per: "assembly",
        }),
        rule("bolts get lost", ["bolt"], loss),
        rule("wiring", ["wire", "chip"], { kind: "operation", operation: "0020" as OperationId }),
        rule("mounting", ["bolt", "sheet", "asm"], { kind: "operation", operation: "0010" as OperationId }),
        rule("bolts from bins", ["bolt"], { kind: "supply", supply: "bulk" }),
        rule("one line for a part", ["bolt", "chip"], { kind: "merge" }),
        rule("wire in half metres", ["wire"], { kind: "round", multiple: rational(1n, 2n) }),
      ],
    },
  };
}

function rule(name: string, types: readonly string[], action: RuleAction): Rule {
  return {
    name: name as RuleName,
    when: `item.type in [${types.join(", ")}]`,
    matches: ({ item }) => types.includes(item.type),
    looksAtItemOnly: true,
    action,
  };
}
