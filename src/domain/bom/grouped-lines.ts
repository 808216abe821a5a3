import type { Effectivity } from "../calendar.ts";
import type { Finding } from "../finding.ts";
import type { ItemId, OperationId, PlantId, RuleName } from "../ids.ts";
import type { Procurement } from "../item.ts";
import { joinedDays } from "../joined-days.ts";
import { NO_SCRAP } from "../mbom.ts";
import { ONE, ZERO } from "../rational.ts";
import { newKey, type AssemblyDraft } from "./assembly-draft.ts";
import { shaped, type DraftLine } from "./draft-line.ts";
import { GROUP_UNIT } from "./group-mboms.ts";
import { plantOwn } from "./planning.ts";
import type { RuleOf } from "./rule-phases.ts";
import type { RuleFacts } from "./rules.ts";

/** A manufacturing-only subassembly or kit that lines of an assembly go into. */
export type Group = {
  readonly number: ItemId;
  readonly name: string;
  readonly as: Procurement;
  /** Where the assembly takes it; null where the operation rules say so. */
  readonly operation: OperationId | null;
  readonly rule: RuleName;
};

/** The group that a rule makes in an assembly. */
export function groupOf({ name: rule, action }: RuleOf<"group">, { need, planning }: AssemblyDraft): Group {
  const { plant } = planning.input.rules;
  const { as, operation } = action;
  const name = filled(action.name ?? action.number, need.item, plant, operation);
  return { number: groupNumber(action, need.item, plant), name, as, operation, rule };
}

/** The number that a rule gives its group in an assembly. */
export function groupNumber(
  { number, operation }: Pick<RuleOf<"group">["action"], "number" | "operation">,
  assembly: ItemId,
  plant: PlantId,
): ItemId {
  return filled(number, assembly, plant, operation) as ItemId;
}

/** A template with `{assembly}`, `{plant}` and `{operation}` filled in. */
function filled(template: string, assembly: ItemId, plant: PlantId, operation: OperationId | null): string {
  return template
    .replaceAll("{assembly}", assembly)
    .replaceAll("{plant}", plant)
    .replaceAll("{operation}", operation ?? "");
}

/** What a group cannot hold of a line; null where it can hold all of it. */
export function ungroupable({ basis, option, effectivity }: DraftLine, { as }: Group): string | null {
  if (basis === "per order") return "is counted once for each order, and a group has orders of its own";
  if (as === "phantom") return null;
  if (option !== null) return "is for some variants only, and a group in stock is the same for all";
  return effectivity.numbers === undefined
    ? null
    : "is for some numbers of the end item, and a group in stock is for any";
}

/**
 * Adds a line for each group to the assembly that its lines come from. Rules that make one group must make the same
 * of it.
 */
export function addGroups(draft: AssemblyDraft): void {
  const groups = new Map<ItemId, Group>();
  for (const { group } of draft.lines) {
    if (group === null) continue;
    const before = groups.get(group.number);
    if (before === undefined) groups.set(group.number, group);
    else if (before.rule !== group.rule && !isSame(before, group))
      draft.planning.report(differing(before, group, draft));
  }
  for (const group of groups.values()) {
    const held = draft.lines.filter((line) => line.group?.number === group.number);
    // On days that none of its lines holds there is nothing to take.
    for (const days of joinedDays(held.map(({ effectivity }) => effectivity))) addGroup(group, days, held, draft);
  }
}

function isSame(a: Group, b: Group): boolean {
  return a.as === b.as && a.name === b.name && a.operation === b.operation;
}

function differing(a: Group, b: Group, { planning: { finding } }: AssemblyDraft): Finding {
  return finding.groupNumberTaken(
    a.number,
    `the group of rule "${a.rule}", of which rule "${b.rule}" makes another thing`,
  );
}

function addGroup(group: Group, effectivity: Effectivity, held: readonly DraftLine[], draft: AssemblyDraft): void {
  const { planning, root } = draft;
  const { input, phases, sourced } = planning;
  const item = plantOwn(group.number, { unit: GROUP_UNIT, name: group.name }, input.rules.plant);
  const facts: RuleFacts = { line: null, item, assembly: root, plant: input.rules.plant };
  const line: DraftLine = {
    key: newKey(`+${group.rule}`, draft),
    item: group.number,
    amount: ONE,
    unit: GROUP_UNIT,
    basis: "per assembly",
    operation: null,
    supply: null,
    scrap: NO_SCRAP,
    phantom: group.as === "phantom",
    referenceDesignators: [],
    alternates: [],
    effectivity,
    option: null,
    unitFactors: [],
    facts,
    origin: { kind: "rule", rule: group.rule, driver: null },
    output: null,
    usage: null,
    group: null,
  };
  const part = group.operation === null ? {} : { part: { operation: group.operation, isFirst: true } };
  const inherited = { operation: null, scrap: NO_SCRAP, perParent: ZERO, ...part };
  // What is lost in the group is not lost once more with it.
  const scrap = phases.scrap.rules.filter((rule) => !held.some((one) => rule.matches(one.facts)));
  // A group is counted in pieces, whatever a convert rule for all items says.
  const groupPhases = { ...phases, scrap: { rules: scrap, place: null }, convert: { rules: [], place: null } };
  const shape = shaped(line, inherited, GROUP_UNIT, groupPhases);
  draft.lines.push(shape.kind === "line" ? shape.line : line);
  sourced(group.number, null, group.as);
}
