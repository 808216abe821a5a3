import type { Stored } from "../http/collection.ts";
import type { PartRevision } from "./part-revision.ts";
import { revisionsOf, type Plm } from "./state.ts";

/** The revision that a floating line points at now: the newest released one, else the newest; null without any. */
function latestRevision(plm: Plm, partNumber: string): Stored<PartRevision> | null {
  const revisions = revisionsOf(plm, partNumber);
  return revisions.findLast(({ value }) => value.lifecycle === "RELEASED") ?? revisions.at(-1) ?? null;
}

/** The lines of a revision, floating ones with the revision that they point at now. */
export function shownUsages(plm: Plm, { usages }: PartRevision) {
  return (usages ?? []).map((usage) =>
    usage.revisionRule === "FIXED"
      ? usage
      : { ...usage, revision: latestRevision(plm, usage.partNumber)?.value.revision ?? null },
  );
}

/** The newest released revision of each part that uses `partNumber`, where that revision still does. */
export function whereUsed(plm: Plm, partNumber: string) {
  const using = plm.parts.list([{ kind: "uses", any: [partNumber] }]);
  const numbers = [...new Set(using.map(({ value }) => value.partNumber))];
  return numbers.flatMap((number) => {
    const newest = latestRevision(plm, number)?.value;
    if (newest?.lifecycle !== "RELEASED") return [];
    const usageIds = (newest.usages ?? []).flatMap((use) => (use.partNumber === partNumber ? [use.usageId] : []));
    return usageIds.length === 0 ? [] : [{ partNumber: number, revision: newest.revision, usageIds }];
  });
}
