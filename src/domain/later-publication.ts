import type { EngineeringChange } from "./change.ts";
import type { Published } from "./plan-change.ts";

/** Whether what was published last came of a change that was released after this one. */
export function isLater(
  published: Published | undefined,
  { id, releasedAt }: EngineeringChange,
): published is Published {
  return published !== undefined && published.change !== id && releasedAt !== null && published.releasedAt > releasedAt;
}
