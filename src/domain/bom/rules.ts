import type { ItemId, OperationId, PlantId, RuleName } from "../ids.ts";
import type { Item } from "../item.ts";
import type { EbomLine } from "../ebom.ts";
import type { SupplyType } from "../mbom.ts";
import type { Quantity } from "../quantity.ts";
import type { Rational } from "../rational.ts";
import type { Unit } from "../unit.ts";

/** A plant's rules, in the order of their file. Within a phase the first that matches wins, `add` aside. */
export type RuleSet = {
  readonly plant: PlantId;
  /** Identity of the rules' text: part of every plan's digest. */
  readonly version: string;
  readonly rules: readonly Rule[];
};

export type Rule = {
  readonly name: RuleName;
  /** The condition as its author wrote it, for `explain`. */
  readonly when: string;
  /** Pure. May be asked about an assembly alone (`line` null) by `add … per assembly`. */
  readonly matches: (facts: RuleFacts) => boolean;
  readonly action: RuleAction;
};

/** What a condition may look at. */
export type RuleFacts = {
  /** Null where the rule is asked about an assembly as such. */
  readonly line: EbomLine | null;
  readonly item: Item;
  /** The item whose mBOM is being planned. */
  readonly assembly: Item;
  readonly plant: PlantId;
};

export type RuleAction =
  | { readonly kind: "exclude"; readonly reason: string }
  | { readonly kind: "collapse" }
  | { readonly kind: "make" | "buy" | "subcontract" | "phantom" }
  /** `items` maps an engineering number to the plant's; chains collapse, loops are refused. */
  | {
      readonly kind: "replace";
      readonly items: ReadonlyMap<ItemId, { readonly with: ItemId; readonly factor: Rational }>;
    }
  | { readonly kind: "convert"; readonly to: Unit }
  | {
      readonly kind: "scrap";
      readonly componentPercent: Rational | null;
      readonly operationPercent: Rational | null;
      readonly fixedPerOrder: Rational | null;
    }
  /**
   * `per line` adds once for each line that matches, times that line's quantity. Every rule that matches
   * adds, not only the first: glue does not rule out a label.
   */
  | { readonly kind: "add"; readonly item: ItemId; readonly quantity: Quantity; readonly per: "assembly" | "line" }
  | { readonly kind: "operation"; readonly operation: OperationId }
  | { readonly kind: "supply"; readonly supply: SupplyType }
  /** Lines of one item with the same operation, supply, scrap and effectivity become one. */
  | { readonly kind: "merge" }
  /** Rounds up to a multiple, for instance 0.5; the target's own precision applies in any case. */
  | { readonly kind: "round"; readonly multiple: Rational };

export type RuleKind = RuleAction["kind"];

/** Phases in the order they run, whatever the order of the file. */
export const PHASES = [
  ["exclude"],
  ["make", "buy", "subcontract", "phantom"],
  ["replace"],
  ["collapse"],
  ["add"],
  ["convert"],
  ["scrap"],
  ["operation"],
  ["supply"],
  ["merge"],
  ["round"],
] as const satisfies readonly (readonly RuleKind[])[];
