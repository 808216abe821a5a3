import type { Day } from "./calendar.ts";
import type { EngineeringChange } from "./change.ts";

type Dates = Pick<EngineeringChange, "effectiveFrom" | "releasedAt">;

/**
 * The day by which a change stands in the order of changes: its effectivity, or its release day where it takes
 * effect at once or was to take effect before it was released. Null until it is released without a date.
 */
export function dayInOrder({ effectiveFrom, releasedAt }: Dates): Day | null {
  const released = releasedAt === null ? null : (releasedAt.slice(0, 10) as Day);
  if (effectiveFrom === null || released === null) return effectiveFrom ?? released;
  return effectiveFrom > released ? effectiveFrom : released;
}

/**
 * The place of a change among those of one assembly, as text that sorts: by effectivity, then by the instant of
 * release. Between two that are alike in both, their numbers decide.
 */
export function placeInOrder(change: Dates): string {
  return `${dayInOrder(change) ?? ""} ${change.releasedAt ?? ""}`;
}
