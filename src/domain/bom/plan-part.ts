import type { ItemRevisionKey } from "../ebom.ts";
import type { Finding } from "../finding.ts";
import type { ItemId } from "../ids.ts";
import type { Account } from "./accountability.ts";
import { optionalLines, type OptionalLine } from "./choose-line.ts";
import type { Sourced } from "./item-register.ts";
import type { PlannedMbom } from "./mbom-plan.ts";
import { planAssembly } from "./plan-assembly.ts";
import type { MbomNeed, Planning } from "./planning.ts";

/** What came of planning one thing by itself, and all that it was planned from beside rules and plant. */
export type PlanPart = {
  /** mBOMs that it calls for, in the order in which it came upon them. */
  readonly needs: readonly MbomNeed[];
  readonly sourced: readonly Sourced[];
  readonly findings: readonly Finding[];
  /** Uses of lines that it decided. */
  readonly uses: number;
  /** What it was asked to plan, and whose lines it went through, whether engineering has any or not; some of it twice. */
  readonly asked: readonly ItemRevisionKey[];
  /** Items that it looked for by number alone, because a rule names them. */
  readonly named: ReadonlySet<ItemId>;
};

/** The part of one mBOM; `planned` is null where there is nothing to plan it from. */
export type MbomPart = PlanPart & {
  readonly need: MbomNeed;
  readonly planned: PlannedMbom | null;
  /** What it chose among, where it is configured. */
  readonly optional: readonly OptionalLine[];
};

/** What all parts of a plan share. */
export type CommonPlanning = Omit<Planning, "report" | "sourced" | "needsMbom">;

type Balance = (planned: Omit<PlannedMbom, "account">) => Account;

export function planMbomPart(need: MbomNeed, common: CommonPlanning, accountOf: Balance): MbomPart {
  let planned: PlannedMbom | null = null;
  let optional: readonly OptionalLine[] = [];
  let isCutShort = false;
  const countUse = () => {
    const goesOn = common.countUse();
    if (!goesOn) isCutShort = true;
    return goesOn;
  };
  const part = planPart([need.source], { ...common, countUse }, (planning) => {
    const assembly = planAssembly(need, planning);
    if (assembly === null) return;
    const { account, findings } = accountOf(assembly);
    // What a plan that stopped for its size never came to is no error of Heddle's.
    if (!isCutShort) for (const gap of findings) planning.report(gap);
    planned = { ...assembly, account };
    optional = optionalLines(assembly, common.structure);
  });
  return { ...part, need, planned, optional };
}

/** Runs `plan` for the roots, and notes what it says and what it asks. */
export function planPart(
  roots: readonly ItemRevisionKey[],
  common: CommonPlanning,
  plan: (planning: Planning) => void,
): PlanPart {
  const needs: MbomNeed[] = [];
  const sourced: Sourced[] = [];
  const findings: Finding[] = [];
  const asked = [...roots];
  const named = new Set<ItemId>();
  let uses = 0;
  const { structure } = common;
  plan({
    ...common,
    structure: {
      ...structure,
      lines(key) {
        asked.push(key);
        return structure.lines(key);
      },
      calledBy(assembly) {
        asked.push(assembly.key);
        return structure.calledBy(assembly);
      },
      revisions(item) {
        named.add(item);
        return structure.revisions(item);
      },
    },
    report: (finding) => void findings.push(finding),
    sourced: (item, key, procurement, variant) => void sourced.push({ item, key, procurement, variant }),
    needsMbom: (need) => void needs.push(need),
    countUse() {
      uses += 1;
      return common.countUse();
    },
  });
  return { needs, sourced, findings, uses, asked, named };
}
