import { placeInOrder } from "./change-order.ts";
import type { EngineeringChange } from "./change.ts";
import type { Published } from "./plan-change.ts";

/**
 * Whether what was published last came of a change that comes after this one: by their days where both have one. One
 * that takes effect at once does so when it is published, however long it waited: then the release alone decides.
 */
export function isLater(published: Published | undefined, change: EngineeringChange): published is Published {
  if (published === undefined || published.change === change.id || change.releasedAt === null) return false;
  const areDated = published.effectiveFrom !== undefined && change.effectiveFrom !== null;
  return areDated ? placeOf(published) > placeInOrder(change) : published.releasedAt > change.releasedAt;
}

/** The place of the change that published it among all changes: `placeInOrder`. */
export function placeOf({ effectiveFrom, releasedAt }: Published): string {
  return placeInOrder({ effectiveFrom: effectiveFrom ?? null, releasedAt });
}
