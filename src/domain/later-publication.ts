import { placeInOrder } from "./change-order.ts";
import type { EngineeringChange } from "./change.ts";
import type { ChangeId } from "./ids.ts";
import type { Published } from "./plan-change.ts";

/**
 * Whether what was published last came of a change that comes after this one: by their days where both have one. One
 * that takes effect at once does so when it is published, however long it waited: then the release alone decides.
 * Between two that are alike in that, their numbers do, as where they wait for each other.
 */
export function isLater(published: Published | undefined, change: EngineeringChange): published is Published {
  if (published === undefined || standsBy(published) === change.id || change.releasedAt === null) return false;
  const areDated = published.effectiveFrom !== undefined && change.effectiveFrom !== null;
  const [one, other] = areDated
    ? [placeOf(published), placeInOrder(change)]
    : [published.releasedAt, change.releasedAt];
  return one === other ? comesAfter(standsBy(published), change.id) : one > other;
}

/** The change by which a publication counts in the order of changes. */
export function standsBy({ change, standsBy: other }: Published): ChangeId {
  return other ?? change;
}

/** As the names of two subjects compare, in which an `@` follows the number. */
function comesAfter(one: ChangeId, other: ChangeId): boolean {
  return `${one}@` > `${other}@`;
}

/** The place of the change that published it among all changes: `placeInOrder`. */
export function placeOf({ effectiveFrom, releasedAt }: Published): string {
  return placeInOrder({ effectiveFrom: effectiveFrom ?? null, releasedAt });
}
