import type { ChangePlan } from "../change-plan.ts";
import type { ItemId } from "../ids.ts";
import type { NewerDesign } from "./design-gate.ts";

/**
 * The items whose orders a released change gives another design: those whose mBOM it changes, those built from
 * such a one through a phantom, and those of another revision, unless engineering lets what was begun run on.
 */
export function newerDesigns(plan: ChangePlan): Omit<NewerDesign, "published" | "mbom">[] {
  const { change } = plan;
  if (change.state !== "released") return [];
  const { id, releasedAt, effectiveFrom } = change;
  const revised = new Map(
    change.affected.flatMap(({ item, from, to, disposition }) => {
      const runsOn = disposition.wip === "use as is" || disposition.wip === "exhaust";
      return to === null || from === null || from === to || runsOn ? [] : [[item, to] as const];
    }),
  );
  const changed = plan.mboms.filter(
    ({ diff: { added, removed, changed: other } }) => added.length + removed.length + other.length > 0,
  );
  const exploded = plan.impact.flatMap((one) =>
    one.kind === "production" && one.treatment !== "trace only" ? [one.facts.item] : [],
  );
  const items = new Set<ItemId>([...changed.map(({ item }) => item), ...exploded, ...revised.keys()]);
  return [...items].map((item) => ({
    item,
    change: id,
    releasedAt: releasedAt ?? "",
    effectiveFrom,
    revision: revised.get(item) ?? null,
  }));
}
