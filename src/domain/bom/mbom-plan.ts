import type { KeptEdit } from "./mbom-merge.ts";
import type { ItemRevisionKey } from "../ebom.ts";
import type { Finding } from "../finding.ts";
import type { ItemId, LineId, MbomLineKey, RuleName } from "../ids.ts";
import type { Procurement } from "../item.ts";
import type { Mbom } from "../mbom.ts";
import type { Quantity } from "../quantity.ts";
import type { Rational } from "../rational.ts";
import type { Configured } from "../variant/configuration.ts";

/** What a plant should build a product from, and why. Pure outcome of eBOM, rules and plant. */
export type MbomPlan = {
  /** Components before the assemblies that use them, then by item number. */
  readonly mboms: readonly PlannedMbom[];
  /** Every item that some planned mBOM is of or names, by item number. */
  readonly items: readonly PlannedItem[];
  readonly findings: readonly Finding[];
};

export type PlannedMbom = {
  readonly mbom: Mbom;
  /** The choices that made this variant of a configurable assembly; absent where nothing was chosen. */
  readonly configured?: Configured;
  /** The assemblies whose lines it holds: its own first, then those that collapsed into it. */
  readonly contributors: readonly ItemRevisionKey[];
  /** Exactly one for every eBOM line in reach of this mBOM, in eBOM order. */
  readonly decisions: readonly Decision[];
  readonly account: readonly AccountEntry[];
  /** What it is where a rule made it out of lines of an assembly, whose decisions and account name its lines. */
  readonly group?: { readonly name: string; readonly procurement: Procurement };
  /** The groups that lines of this assembly went into; absent where there are none. Each is an mBOM of the plan too. */
  readonly groups?: readonly PlannedMbom[];
};

export type PlannedItem = {
  readonly item: ItemId;
  /** Null for a plant's own item that engineering does not know (a consumable, a replacement). */
  readonly key: ItemRevisionKey | null;
  readonly procurement: Procurement;
  /** What is chosen in it, where it is one variant of engineering's item: `AC-RED`. */
  readonly variant?: string;
};

/** What became of one eBOM line, and by which rules. */
export type Decision = {
  /** Line ids from the mBOM's item down to the line; the last one is the line. */
  readonly path: readonly LineId[];
  readonly item: ItemId;
  readonly outcome: DecisionOutcome;
  /** The rule that decided, then those that shaped the mBOM line. Empty where none did: blocked, not effective. */
  readonly rules: readonly RuleName[];
};

export type DecisionOutcome =
  | {
      readonly kind: "made" | "bought" | "subcontracted" | "phantom";
      readonly line: MbomLineKey;
      /** The other lines that it stands on, where a rule splits it; absent where it stands on one. */
      readonly further?: readonly MbomLineKey[];
      /** The group in whose mBOM the line stands, where a rule puts it into one. */
      readonly in?: ItemId;
    }
  | { readonly kind: "excluded"; readonly reason: string }
  | { readonly kind: "collapsed" }
  /** Comes inside something bought complete, or falls with something excluded. */
  | { readonly kind: "supplied within" | "excluded with"; readonly parent: LineId }
  | { readonly kind: "not effective"; readonly reason: string }
  /** Meant for other variants than this one. */
  | { readonly kind: "not selected"; readonly reason: string }
  | { readonly kind: "blocked"; readonly reason: string };

/**
 * The account of one eBOM line: `required` = its quantity × its path's multiplier, in the eBOM's unit and
 * before scrap. Exactly: everything `placed` + `unplaced` = `required` + `rounding`.
 */
export type AccountEntry = {
  readonly path: readonly LineId[];
  readonly item: ItemId;
  readonly required: Quantity;
  /** `in` is the group in whose mBOM the line stands, where it does; its quantity is for one of the assembly still. */
  readonly placed: readonly { readonly line: MbomLineKey; readonly quantity: Quantity; readonly in?: ItemId }[];
  /** What rounding up added; never negative. Of a merged line it is all on its first source. */
  readonly rounding: Quantity;
  /** What no mBOM line holds, with the reason; null when everything is placed. */
  readonly unplaced: { readonly quantity: Quantity; readonly reason: string } | null;
  /** Scrap on top, named apart so that it never hides a difference. */
  readonly scrap: readonly {
    readonly line: MbomLineKey;
    readonly percent: Rational | null;
    readonly fixedPerOrder: Rational | null;
  }[];
  /** What the plant's planners changed on the lines it is placed on, where that stands. Absent: nothing. */
  readonly edited?: readonly KeptEdit[];
};
