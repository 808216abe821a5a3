import type { ItemId, OperationId, PlantId, RuleName } from "../ids.ts";
import type { Item, Procurement } from "../item.ts";
import type { EbomLine } from "../ebom.ts";
import type { Output, SupplyType } from "../mbom.ts";
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

/** The files beside the plant's own that its rules come from, the nearest first. */
export function inheritedFiles({ rules }: RuleSet): readonly string[] {
  return [...new Set(rules.flatMap(({ file }) => file ?? []))];
}

export type Rule = {
  readonly name: RuleName;
  /** The condition as its author wrote it, for `explain`. */
  readonly when: string;
  /** Pure. May be asked about an assembly alone (`line` null) by `add … per assembly`. */
  readonly matches: (facts: RuleFacts) => boolean;
  /** Whether it looks at nothing but the item, so that it need be asked only once for each. Absent: it may not. */
  readonly looksAtItemOnly?: boolean;
  readonly action: RuleAction;
  /** The file that it is inherited from, as seen from the plant's own; absent for the plant's own rules. */
  readonly file?: string;
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
  /** Counts the line once for each order, however many are made and however often its assembly stands above. */
  | { readonly kind: "basis"; readonly basis: "per order" }
  /** Spreads a line over operations: one mBOM line for each part that gets some of it. */
  | { readonly kind: "split"; readonly parts: readonly SplitPart[]; readonly whole: boolean }
  /**
   * Lines of an assembly go into a subassembly or kit that only manufacturing knows. Its number and name are
   * templates with `{assembly}`, `{plant}` and `{operation}`; a name that is null is the number.
   */
  | {
      readonly kind: "group";
      readonly number: string;
      readonly name: string | null;
      readonly as: Procurement;
      readonly operation: OperationId | null;
    }
  /** `own` is the item's factor where nobody else has one: one `from`, else one of the line's unit, is `factor` × `to`. */
  | {
      readonly kind: "convert";
      readonly to: Unit;
      readonly own?: { readonly from: Unit | null; readonly factor: Rational };
    }
  | {
      readonly kind: "scrap";
      readonly componentPercent: Rational | null;
      readonly operationPercent: Rational | null;
      readonly fixedPerOrder: Rational | null;
    }
  /**
   * `per line` adds once for each line that matches, times that line's quantity. Every rule that matches
   * adds, not only the first: glue does not rule out a label. A co- or by-product comes out instead of going in.
   */
  | {
      readonly kind: "add" | Output;
      readonly item: ItemId;
      readonly quantity: Quantity;
      readonly per: "assembly" | "line" | "order";
    }
  | { readonly kind: "operation"; readonly operation: OperationId }
  | { readonly kind: "supply"; readonly supply: SupplyType }
  /** Items that may stand in, the first choice first: behind engineering's, or `first`. */
  | { readonly kind: "alternate"; readonly items: readonly AlternateItem[]; readonly first: boolean }
  /** Lines of one item with the same operation, supply, scrap and effectivity become one. */
  | { readonly kind: "merge" }
  /** Rounds up to a multiple, for instance 0.5; the target's own precision applies in any case. */
  | { readonly kind: "round"; readonly multiple: Rational };

/** How much of a line an operation takes. `share` is a fraction of the whole line, `rest` what the others leave. */
export type SplitPart = { readonly operation: OperationId } & (
  | { readonly take: "share"; readonly share: Rational }
  /** In the line's unit, before any conversion. */
  | { readonly take: "quantity"; readonly quantity: Rational }
  | { readonly take: "designators"; readonly designators: readonly string[] }
  | { readonly take: "rest" }
);

/** `usage` in percent; null where the rule says none. `factor` of it stands in for one of the line's item. */
export type AlternateItem = {
  readonly item: ItemId;
  readonly usage: Rational | null;
  readonly factor: Rational | null;
};

/** What a rule adds to mBOMs, to be used or to come out. */
export function isAddition(action: RuleAction): action is Extract<RuleAction, { readonly per: unknown }> {
  return "per" in action;
}

export type RuleKind = RuleAction["kind"];

/** Phases in the order they run, whatever the order of the file. */
export const PHASES = [
  ["exclude"],
  ["make", "buy", "subcontract", "phantom"],
  ["replace"],
  ["basis"],
  ["collapse"],
  ["group", "split"],
  ["add", "co-product", "by-product"],
  ["convert"],
  ["scrap"],
  ["operation"],
  ["supply"],
  ["alternate"],
  ["merge"],
  ["round"],
] as const satisfies readonly (readonly RuleKind[])[];
