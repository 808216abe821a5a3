import { intersection } from "../calendar.ts";
import type { Finding } from "../finding.ts";
import type { ItemId } from "../ids.ts";
import type { Mbom, MbomLine } from "../mbom.ts";
import { multiplied } from "../quantity.ts";
import { plus, ZERO, type Rational } from "../rational.ts";
import type { Decision, PlannedMbom } from "./mbom-plan.ts";
import type { PlanInput } from "./planning.ts";
import type { PlanFindings } from "./plan-findings.ts";
import type { Structure } from "./structure.ts";

/** The unit that a group is counted in. */
export const GROUP_UNIT = "EA";

/**
 * All mBOMs of a plan, those of groups among them. A number that stands for something else already blocks the plan; so
 * does the group of another assembly, which a change of this one would alter unseen.
 */
export function withGroups(
  planned: readonly PlannedMbom[],
  { plantItems }: Pick<PlanInput, "plantItems">,
  structure: Pick<Structure, "revisions">,
  finding: PlanFindings,
): { readonly mboms: readonly PlannedMbom[]; readonly findings: readonly Finding[] } {
  const groups = planned.flatMap((assembly) => assembly.groups ?? []);
  if (groups.length === 0) return { mboms: planned, findings: [] };
  const findings: Finding[] = [];
  const others = new Set(planned.map(({ mbom }) => mbom.item));
  const byNumber = new Map<ItemId, PlannedMbom>();
  for (const one of groups) {
    const number = one.mbom.item;
    const before = byNumber.get(number);
    if (before === undefined) {
      const taken = others.has(number) ? "another mBOM of this plan" : takenBy(one, plantItems, structure);
      if (taken !== null) findings.push(finding.groupNumberTaken(number, taken));
      byNumber.set(number, one);
    } else {
      findings.push(finding.groupNumberTaken(number, "the group of another assembly"));
    }
  }
  return { mboms: [...planned, ...[...byNumber].flatMap(([item, one]) => (others.has(item) ? [] : [one]))], findings };
}

/** What has the number already; null for nobody, or the group itself as it was planned before. */
function takenBy(
  { mbom, group }: PlannedMbom,
  plantItems: PlanInput["plantItems"],
  structure: Pick<Structure, "revisions">,
): string | null {
  if (structure.revisions(mbom.item).length > 0) return "an item of engineering's own";
  const held = plantItems.get(mbom.item);
  if (held === undefined) return null;
  if (held.unit !== GROUP_UNIT) return `an item of the plant that is counted in ${held.unit}`;
  const isItself = held.isPublished === true || held.name === undefined || held.name === group?.name;
  return isItself ? null : `the plant's item "${held.name}"`;
}

/**
 * Whether an mBOM is a group's: it holds lines of engineering's and decides none of them, which the assembly does that
 * takes it.
 */
export function isOfGroup({ lines }: Mbom, decisions: readonly Decision[]): boolean {
  return decisions.length === 0 && lines.some(({ origin }) => origin.kind === "engineering");
}

/**
 * The lines of an assembly that stand in its groups, as one of the assembly takes them through its own lines of the
 * groups that hold when they do, and in which group each is.
 */
export function groupLines({ mbom, groups = [] }: Pick<PlannedMbom, "mbom" | "groups">): ReadonlyMap<MbomLine, ItemId> {
  return new Map(
    groups.flatMap((group) => {
      const { item, lines } = group.mbom;
      // Engineering's own line of that number, which blocks the plan, does not take the group.
      const uses = mbom.lines.filter(
        (line) => line.item === item && line.basis === "per assembly" && line.origin.kind !== "engineering",
      );
      const takenWith = (line: MbomLine) =>
        uses
          .filter(({ effectivity }) => intersection(effectivity, line.effectivity) !== null)
          .reduce((sum, { quantity }) => plus(sum, quantity.amount), ZERO);
      return lines.map((line) => [timesTaken(line, takenWith(line)), item] as const);
    }),
  );
}

function timesTaken(line: MbomLine, taken: Rational): MbomLine {
  const { origin } = line;
  if (origin.kind !== "engineering") return line;
  const from = origin.from.map((source) => ({ ...source, quantity: multiplied(source.quantity, taken) }));
  return { ...line, quantity: multiplied(line.quantity, taken), origin: { ...origin, from } };
}
