import type { ItemId, MbomLineKey, PlantId } from "../ids.ts";
import type { Mbom } from "../mbom.ts";
import type { MbomField } from "./mbom-diff.ts";

/** Whose word stands: engineering's plan, or the mBOM as the plant's planners have it in the ERP. */
export type Side = "engineering" | "plant";

/** Engineering's plan of one item with the plant's own edits in it. */
export type MbomMerge = {
  /** What is to stand in the ERP. What is in conflict stands in it as the plant has it: nothing is lost meanwhile. */
  readonly mbom: Mbom;
  /** Every line and field that is not simply engineering's, and why: what a person reads of a merge. */
  readonly kept: readonly KeptEdit[];
  /** Questions that only a person can answer, those that are answered left out. */
  readonly conflicts: readonly MergeConflict[];
};

/** What an edit or a question is about: a field, several that mean something only together, or the line as a whole. */
export type MergeField = MbomField | FieldsAsOne | "line";

declare const asOne: unique symbol;
/** `item and quantity` */
export type FieldsAsOne = string & { readonly [asOne]: "FieldsAsOne" };

/** An edit of the plant that the merge carried over, or left behind because a person said so. */
export type KeptEdit = {
  readonly line: MbomLineKey;
  readonly component: ItemId;
  readonly field: MergeField;
  /** As texts that a person reads; null where that side has no such line. */
  readonly base: string | null;
  readonly engineering: string | null;
  readonly plant: string | null;
  readonly stands: Side;
  /** The remembered answer that decided; null where only one side had changed. */
  readonly by: ConflictId | null;
};

declare const conflict: unique symbol;
/** Names a question: the same for the same item, line and field at a plant, in whatever change it comes up. */
export type ConflictId = string & { readonly [conflict]: "ConflictId" };

/** Both sides changed the same thing differently, or one removed what the other changed. */
export type MergeConflict = {
  readonly id: ConflictId;
  readonly plant: PlantId;
  readonly item: ItemId;
  readonly line: MbomLineKey;
  readonly component: ItemId;
  readonly field: MergeField;
  /** What each says, as texts that a person reads; null where it has no such line. */
  readonly said: { readonly base: string | null; readonly engineering: string | null; readonly plant: string | null };
};

/**
 * A person's answer to a conflict. It holds for later changes too, as long as the plant still says what it
 * said when it was given: another edit is another question.
 */
export type Resolution = {
  readonly conflict: ConflictId;
  readonly stands: Side;
  /** `said.plant` of the conflict that was answered. */
  readonly plantSaid: string | null;
};
