import type { MbomLineKey, RuleName } from "../ids.ts";
import type { Group } from "./grouped-lines.ts";
import { withRule, type RuleList } from "./rule-list.ts";

/**
 * What the phases say of one use of an eBOM line while it goes through them. Its decision and what its mBOM lines
 * hold of it share one ruling, and so do the decisions of what comes or falls with it: what a late phase adds, all
 * of them say.
 */
export type Ruling = {
  rules: RuleList;
  /** The mBOM lines that hold something of the use, all in the assembly or all in one group. */
  lines: readonly MbomLineKey[];
  group: Group | null;
};

const NO_LINES: readonly MbomLineKey[] = [];

export function ruled(rules: RuleList): Ruling {
  return { rules, lines: NO_LINES, group: null };
}

export function addRule(ruling: Ruling, name: RuleName | undefined): void {
  ruling.rules = withRule(ruling.rules, name);
}

/** Notes that an mBOM line, of the assembly or of a group, holds something of the use. */
export function addLine(ruling: Ruling, line: MbomLineKey, group: Group | null): void {
  if (ruling.lines.length === 0) {
    ruling.lines = [line];
    ruling.group = group;
  } else if (!ruling.lines.includes(line)) {
    ruling.lines = [...ruling.lines, line];
  }
}
