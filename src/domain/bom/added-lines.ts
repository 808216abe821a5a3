import { ALWAYS } from "../calendar.ts";
import type { LineId, OperationId } from "../ids.ts";
import { NO_SCRAP, type Output } from "../mbom.ts";
import { ONE, times, ZERO } from "../rational.ts";
import { withAlternates } from "./alternate-items.ts";
import { newKey, type AssemblyDraft } from "./assembly-draft.ts";
import { shaped, type DraftLine } from "./draft-line.ts";
import { knownItem } from "./plant-target.ts";
import { firstMatch, type RuleOf } from "./rule-phases.ts";
import type { RuleFacts } from "./rules.ts";

/** What rules add to the assembly as such. Every rule that matches adds: glue does not rule out a label. */
export function addPerAssembly(draft: AssemblyDraft): void {
  const { phases, input } = draft.planning;
  const facts: RuleFacts = { line: null, item: draft.root, assembly: draft.root, plant: input.rules.plant };
  for (const rule of phases.add) {
    const { per } = rule.action;
    if (per === "line" || !rule.matches(facts)) continue;
    const basis = per === "order" ? "per order" : "per assembly";
    addLine(
      rule,
      `+${rule.name}`,
      { amount: ONE, basis, effectivity: ALWAYS, option: null, driver: null, operation: null },
      draft,
    );
  }
}

/**
 * What rules add for one line, as often as the line's quantity, where and when the line is used.
 *
 * @param name the line, or the part of it that a split made.
 */
export function addPerLine(
  net: DraftLine,
  name: string,
  path: readonly LineId[],
  operation: OperationId | null,
  draft: AssemblyDraft,
): void {
  for (const rule of draft.planning.phases.add) {
    if (rule.action.per !== "line" || !rule.matches(net.facts)) continue;
    addLine(rule, `+${rule.name}:${name}`, { ...net, driver: path, operation }, draft);
  }
}

type Driver = Pick<DraftLine, "amount" | "basis" | "effectivity" | "operation" | "option"> & {
  readonly driver: readonly LineId[] | null;
};

function addLine(rule: RuleOf<"add" | Output>, key: string, driver: Driver, draft: AssemblyDraft): void {
  const { planning, root } = draft;
  const { phases, finding, report, input } = planning;
  const { item, quantity, kind } = rule.action;
  const output = kind === "add" ? null : kind;
  if (output !== null && item === draft.need.item) return report(finding.plannedCycle([item, item]));
  const known = knownItem(item, planning);
  if (known === null) return report(finding.plantItemMissing(item, [rule.name], "The rule that adds it"));
  if (known.facts.state !== "released") return report(finding.unreleased(known.facts, null, null));

  const facts: RuleFacts = { line: null, item: known.facts, assembly: root, plant: input.rules.plant };
  // Rules may say otherwise; what a rule adds without saying how it comes is bought.
  const procurement = firstMatch(phases.source, facts)?.action.kind ?? "buy";
  const shape = shaped(
    {
      key: newKey(key, draft),
      item,
      amount: times(quantity.amount, driver.amount),
      unit: quantity.unit,
      basis: driver.basis,
      operation: null,
      supply: null,
      scrap: NO_SCRAP,
      phantom: procurement === "phantom",
      referenceDesignators: [],
      alternates: [],
      effectivity: driver.effectivity,
      option: driver.option,
      unitFactors: known.facts.unitFactors,
      facts,
      origin: { kind: "rule", rule: rule.name, driver: driver.driver },
      output,
      usage: null,
      group: null,
    },
    { operation: driver.operation, scrap: NO_SCRAP, perParent: ZERO },
    known.facts.unit,
    phases,
  );
  if (shape.kind === "inconvertible") {
    return report(finding.notConvertible(null, `Rule "${rule.name}"`, item, quantity.unit, shape.to));
  }
  if (shape.kind === "factor conflict") {
    const where = `what rule "${rule.name}" adds`;
    return report(finding.factorConflict(null, where, item, shape.rule.name, shape.factor, shape.known));
  }
  draft.lines.push(output === null ? withAlternates(shape.line, planning) : shape.line);
  planning.sourced(item, known.key, procurement);
  // What comes out of this mBOM is not made by another.
  if (output === null && procurement !== "buy" && known.key !== null)
    planning.needsMbom({ item, source: known.key, procurement });
}
