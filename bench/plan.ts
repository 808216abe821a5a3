/**
 * How long the planner takes for a large product, and how much memory, beside a bare single pass over
 * the same lines: `node bench/plan.ts --lines 20000 [--json]`.
 */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { diffMbom } from "../src/domain/bom/diff-mbom.ts";
import type { MbomPlan } from "../src/domain/bom/mbom-plan.ts";
import { planMbom } from "../src/domain/bom/plan-mbom.ts";
import type { PlanInput } from "../src/domain/bom/planning.ts";
import type { Rule, RuleAction } from "../src/domain/bom/rules.ts";
import { accountFor } from "../src/domain/bom/accountability.ts";
import type { Day } from "../src/domain/calendar.ts";
import type { ItemId, OperationId, PlantId, RuleName } from "../src/domain/ids.ts";
import { rational, toNumber } from "../src/domain/rational.ts";
import { largeProduct, type LargeProduct } from "./kit/large-product.ts";
import { medianTimes } from "./kit/measure.ts";
import { peakMemoryOf, peakReport } from "./kit/peak-memory.ts";
import { report } from "./kit/report.ts";

const SELF = fileURLToPath(import.meta.url);
const RUNS = 7;

const { values } = parseArgs({
  options: {
    lines: { type: "string", default: "20000" },
    json: { type: "boolean", default: false },
    /** Runs one of the two once and says what memory that took; used by the benchmark itself. */
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
} else {
  benchmark();
}

function benchmark(): void {
  const plan = planMbom(input);
  const blocked = plan.findings.filter(({ severity }) => severity === "blocked");
  if (blocked.length > 0) throw new Error(`the product does not plan: ${blocked[0]?.cause}`);
  console.error(
    `${product.lines} lines in ${product.ebom.assemblies.size} assemblies: ${plan.mboms.length} mBOMs, ${decisionsOf(plan)} decisions`,
  );

  let kept: unknown;
  const times = medianTimes(
    {
      bare: () => bare(product),
      full: () => full(input),
      plan: () => planMbom(input),
      account: () => plan.mboms.map((planned) => accountFor(input, planned)),
      diff: () => plan.mboms.map(({ mbom }) => diffMbom(null, mbom)),
    },
    RUNS,
    (result) => (kept = result),
  );
  if (kept === undefined) throw new Error("nothing was measured");

  const size = ["--lines", String(lines)];
  const memory = {
    bare: peakMemoryOf(SELF, [...size, "--only", "bare"]),
    full: peakMemoryOf(SELF, [...size, "--only", "full"]),
  };
  const time = (name: string, figure: number) => ({ name, figure, unit: "ms", ratio: figure / times.bare });
  console.log(
    report(
      [
        time("plan.bare-pass", times.bare),
        time("plan.mboms", times.plan),
        time("plan.accountability", times.account),
        time("plan.diff", times.diff),
        time("plan.full", times.full),
        { name: "plan.peak-memory", figure: memory.full, unit: "MB", ratio: memory.full / memory.bare },
      ],
      values.json,
    ),
  );
}

/** What a change asks for: the plan, its accounts, and the difference to an ERP that has nothing yet. */
function full(of: PlanInput): unknown {
  const plan = planMbom(of);
  return [plan, plan.mboms.map(({ mbom }) => diffMbom(null, mbom))];
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
    action,
  };
}
