import type { EbomLine, ItemRevisionKey } from "../ebom.ts";
import type { Finding } from "../finding.ts";
import type { LineId, MbomLineKey, RuleName } from "../ids.ts";
import type { Item } from "../item.ts";
import { leftWithin } from "./choose-line.ts";
import type { DraftLine } from "./draft-line.ts";
import type { Decision, DecisionOutcome } from "./mbom-plan.ts";
import { LEVELS_MAX } from "./plan-findings.ts";
import type { MbomNeed, Planning } from "./planning.ts";
import { numbered } from "./structure.ts";

/** The mBOM under construction. */
export type AssemblyDraft = {
  readonly need: MbomNeed;
  readonly root: Item;
  readonly planning: Planning;
  readonly lines: DraftLine[];
  readonly decisions: OpenDecision[];
  /** Line keys in use. */
  readonly keys: Set<string>;
  readonly contributors: Set<ItemRevisionKey>;
};

/** A decision before merging has settled which mBOM line it names. */
export type OpenDecision = Omit<Decision, "outcome"> & { readonly outcome: OpenOutcome };
type OpenOutcome =
  | Exclude<DecisionOutcome, { line: MbomLineKey }>
  | { readonly kind: "placed"; readonly as: PlacedKind };
export type PlacedKind = Extract<DecisionOutcome, { line: MbomLineKey }>["kind"];

export function decide(
  line: EbomLine,
  path: readonly LineId[],
  rules: readonly RuleName[],
  outcome: OpenOutcome,
  draft: AssemblyDraft,
): void {
  draft.decisions.push({ path, item: line.item, rules, outcome });
}

/** Decides a line, and with it everything below. */
export function decideAll(
  line: EbomLine,
  path: readonly LineId[],
  rules: readonly RuleName[],
  outcome: OpenOutcome,
  draft: AssemblyDraft,
): void {
  decide(line, path, rules, outcome, draft);
  decideBelow(
    line,
    path,
    rules,
    outcome.kind === "excluded" ? { kind: "excluded with", parent: line.id } : outcome,
    draft,
  );
}

/** Decides everything below a line in the same way. */
export function decideBelow(
  above: EbomLine,
  path: readonly LineId[],
  rules: readonly RuleName[],
  outcome: OpenOutcome,
  draft: AssemblyDraft,
): void {
  const { structure, countUse, closesCycle } = draft.planning;
  const assembly = structure.called(above).key;
  if (path.length > LEVELS_MAX) return;
  for (const line of structure.lines(assembly) ?? []) {
    if (!countUse()) return;
    const below = [...path, line.id];
    const left = outcome.kind === "supplied within" ? leftWithin(line, draft) : null;
    const [own, by] = left === null ? [outcome, rules] : [left, []];
    decide(line, below, by, own, draft);
    if (!closesCycle(assembly, structure.called(line).key)) decideBelow(line, below, by, own, draft);
  }
}

/** Blocks a line and, with it, everything below. */
export function block(
  line: EbomLine,
  path: readonly LineId[],
  problems: readonly Finding[],
  draft: AssemblyDraft,
): void {
  blockAlone(line, path, problems, draft);
  decideBelow(line, path, [], { kind: "blocked", reason: `It stands below line ${line.id}, which is blocked.` }, draft);
}

/** Blocks a line whose structure is planned as an mBOM of its own. */
export function blockAlone(
  line: EbomLine,
  path: readonly LineId[],
  problems: readonly Finding[],
  draft: AssemblyDraft,
): void {
  for (const problem of problems) draft.planning.report(problem);
  decide(line, path, [], { kind: "blocked", reason: problems.map(({ cause }) => cause).join(" ") }, draft);
}

/** A line key that is not in use yet. */
export function newKey(text: string, { keys }: AssemblyDraft): string {
  const key = numbered(text, keys);
  keys.add(key);
  return key;
}
