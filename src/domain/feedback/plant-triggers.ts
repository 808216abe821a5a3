import type { ItemId, OperationId } from "../ids.ts";
import type { Place, TriggerRule } from "./trigger-rule.ts";

/** When a plant's figures call for a person, as its trigger file says. */
export type PlantTriggers = {
  /** Of the pieces made at an operation whose mBOM plans no scrap; a share of 1. */
  readonly plannedScrapShare: number;
  readonly triggers: readonly PlantTrigger[];
};

/** A rule, where it looks, and whether a person is asked. */
export type PlantTrigger = {
  readonly rule: TriggerRule;
  /** Null: all. */
  readonly items: readonly ItemId[] | null;
  readonly operations: readonly OperationId[] | null;
  /** Whether its problem reports go to the PLM without a person's approval. Other proposals always wait for one. */
  readonly filesUnasked: boolean;
};

/** A plant that asks for nothing. */
export const NO_TRIGGERS: PlantTriggers = { plannedScrapShare: 0, triggers: [] };

/** The rules that look at a place. */
export function rulesFor({ triggers }: PlantTriggers, place: Place): readonly TriggerRule[] {
  return triggers.flatMap(({ rule, items, operations }) => {
    const isMeant =
      (items === null || items.includes(place.item)) && (operations === null || operations.includes(place.operation));
    return isMeant ? [rule] : [];
  });
}
