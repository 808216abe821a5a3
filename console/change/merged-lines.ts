import type { KeptEdit, MergeConflict } from "../../src/domain/bom/mbom-merge.ts";
import type { MbomChange } from "../../src/domain/change-plan.ts";
import type { ItemId } from "../../src/domain/ids.ts";

/** A line or field where a plan is not simply engineering's: a question, or an edit of the plant that was weighed. */
export type MergedLine = Pick<KeptEdit, "line" | "component" | "field" | "base" | "engineering" | "plant"> & {
  readonly item: ItemId;
  /** Null while nobody has answered. */
  readonly stands: KeptEdit["stands"] | null;
  /** The question that it is, or whose answer decided; null where one side alone had changed. */
  readonly question: MergeConflict["id"] | null;
};

/** Of all mBOMs of a plan: what a person has to answer first. */
export function mergedLines(mboms: readonly Pick<MbomChange, "item" | "merge">[]): readonly MergedLine[] {
  const conflicts = mboms.flatMap(({ item, merge }) =>
    (merge?.conflicts ?? []).map(({ id, line, component, field, said }): MergedLine => ({
      item,
      line,
      component,
      field,
      ...said,
      stands: null,
      question: id,
    })),
  );
  const kept = mboms.flatMap(({ item, merge }) =>
    (merge?.kept ?? []).map(({ by, ...edit }): MergedLine => ({ item, ...edit, question: by })),
  );
  return [...conflicts, ...kept];
}
