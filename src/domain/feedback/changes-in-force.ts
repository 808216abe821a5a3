import { plainOrder } from "../natural-order.ts";
import type { ChangeId, Revision } from "../ids.ts";

/** A design that a change gave an item, as the change leg notes it. */
export type GivenDesign = {
  readonly change: string;
  readonly releasedAt: string;
  readonly revision: string | null;
  /** Whether the plant's ERP has it. */
  readonly published: boolean;
  /** The ERP's number of the mBOM that was published. */
  readonly mbom: string | null;
};

/**
 * The engineering changes that an order was built under: the one whose mBOM its components were worked out from, and all
 * that were released before it. Where the ERP names no mBOM, the one whose revision the order was planned for. An order
 * of an mBOM that no change published was built under none: dates alone do not tell, for old orders go on after a
 * change.
 */
export function changesInForce(
  designs: readonly GivenDesign[],
  { mbom, revision }: { readonly mbom: string | null; readonly revision: Revision | null },
): readonly ChangeId[] {
  const published = designs
    .filter((design) => design.published)
    .toSorted((a, b) => plainOrder(a.releasedAt, b.releasedAt) || plainOrder(a.change, b.change));
  const isOf = (design: GivenDesign) =>
    mbom !== null && design.mbom !== null ? design.mbom === mbom : revision !== null && design.revision === revision;
  const newest = published.findLastIndex(isOf);
  const changes = published.slice(0, newest + 1).map(({ change }) => change as ChangeId);
  return [...new Set(changes)].toSorted(plainOrder);
}
