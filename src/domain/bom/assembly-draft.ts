import type { EbomLine, ItemRevisionKey } from "../ebom.ts";
import type { Finding } from "../finding.ts";
import type { ItemId, LineId, MbomLineKey } from "../ids.ts";
import type { Item } from "../item.ts";
import { leftWithin } from "./choose-line.ts";
import type { DraftLine } from "./draft-line.ts";
import type { DecisionOutcome } from "./mbom-plan.ts";
import { LEVELS_MAX } from "./plan-findings.ts";
import type { MbomNeed, Planning } from "./planning.ts";
import { ruled, type Ruling } from "./ruling.ts";
import { numbered, type CalledFor } from "./structure.ts";

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

/** One use of an eBOM line: what it calls for, and the line ids from the mBOM's item down to it. */
export type LineUse = {
  readonly line: EbomLine;
  readonly called: CalledFor;
  readonly path: readonly LineId[];
};

/** A decision before the last phases have settled which rules and mBOM lines it names. */
export type OpenDecision = {
  readonly path: readonly LineId[];
  readonly item: ItemId;
  readonly ruling: Ruling;
  readonly outcome: OpenOutcome;
};
type OpenOutcome =
  | Exclude<DecisionOutcome, { line: MbomLineKey }>
  | { readonly kind: "placed"; readonly as: PlacedKind };
type PlacedKind = Extract<DecisionOutcome, { line: MbomLineKey }>["kind"];

export function decide(
  { line, path }: LineUse,
  ruling: Ruling,
  outcome: OpenOutcome,
  draft: Pick<AssemblyDraft, "decisions">,
): void {
  draft.decisions.push({ path, item: line.item, ruling, outcome });
}

/** Exactly as long as it is: paths stay for as long as the plan, and a list that grew keeps room for more. */
export function pathTo(line: EbomLine, above: readonly LineId[]): readonly LineId[] {
  return above.length === 0 ? [line.id] : above.concat(line.id);
}

/** Decides a line, and with it everything below. */
export function decideAll(use: LineUse, ruling: Ruling, outcome: OpenOutcome, draft: AssemblyDraft): void {
  decide(use, ruling, outcome, draft);
  decideBelow(
    use,
    ruling,
    outcome.kind === "excluded" ? { kind: "excluded with", parent: use.line.id } : outcome,
    draft,
  );
}

/** Decides everything below a line in the same way. */
export function decideBelow(above: LineUse, ruling: Ruling, outcome: OpenOutcome, draft: AssemblyDraft): void {
  const { structure, countUse, closesCycle, noRules } = draft.planning;
  const { called: assembly, path } = above;
  if (path.length > LEVELS_MAX) return;
  for (const [at, called] of structure.calledBy(assembly).entries()) {
    const line = assembly.lines?.[at];
    if (line === undefined || !countUse()) return;
    const below = { line, called, path: pathTo(line, path) };
    const left = outcome.kind === "supplied within" ? leftWithin(line, draft) : null;
    const [own, by] = left === null ? [outcome, ruling] : [left, ruled(noRules)];
    decide(below, by, own, draft);
    if (!closesCycle(assembly.key, called.key)) decideBelow(below, by, own, draft);
  }
}

/** Blocks a line and, with it, everything below. */
export function block(use: LineUse, problems: readonly Finding[], draft: AssemblyDraft): void {
  blockAlone(use, problems, draft);
  const reason = `It stands below line ${use.line.id}, which is blocked.`;
  decideBelow(use, ruled(draft.planning.noRules), { kind: "blocked", reason }, draft);
}

/** Blocks a line whose structure is planned as an mBOM of its own. */
export function blockAlone(use: LineUse, problems: readonly Finding[], draft: AssemblyDraft): void {
  for (const problem of problems) draft.planning.report(problem);
  const reason = problems.map(({ cause }) => cause).join(" ");
  decide(use, ruled(draft.planning.noRules), { kind: "blocked", reason }, draft);
}

/** A line key that is not in use yet. */
export function newKey(text: string, { keys }: AssemblyDraft): string {
  const key = numbered(text, keys);
  keys.add(key);
  return key;
}
