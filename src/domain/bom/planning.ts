import type { Day } from "../calendar.ts";
import type { Ebom, ItemRevisionKey } from "../ebom.ts";
import type { Finding } from "../finding.ts";
import type { ItemId, PlantId, Revision } from "../ids.ts";
import type { Item, Procurement } from "../item.ts";
import type { NumberSchedule } from "../number-schedule.ts";
import type { Unit, UnitFactor } from "../unit.ts";
import type { Configured, PlantVariants } from "../variant/configuration.ts";
import type { PlanFindings } from "./plan-findings.ts";
import type { RuleList } from "./rule-list.ts";
import type { RulePhases } from "./rule-phases.ts";
import type { RuleSet } from "./rules.ts";
import type { Structure } from "./structure.ts";
import type { Variants } from "./variants.ts";

/** Everything a plan depends on. The same input gives the same plan, on any machine and at any time. */
export type PlanInput = {
  /** Name of the connection that the eBOM was read from, for findings. */
  readonly system: string;
  readonly ebom: Ebom;
  /** What the plant is to build. Assemblies among these are made, whatever the sourcing rules say. */
  readonly tops: readonly ItemRevisionKey[];
  readonly rules: RuleSet;
  readonly today: Day;
  /** First day the new design is built; lines that ended before are left out. Null means today. */
  readonly effectiveFrom: Day | null;
  /**
   * The days that serial and unit numbers are planned for, where the target knows days only: numbers become days.
   * Left out, lines keep their numbers.
   */
  readonly schedule?: NumberSchedule;
  /** Decimal places that the target keeps of a component's quantity in a unit. */
  readonly decimalsOf: (item: ItemId, unit: Unit) => number;
  /** Items as the plant holds them: those that rules name must be here or in the eBOM. */
  readonly plantItems: ReadonlyMap<ItemId, PlantOwnItem>;
  /** Variants that the plant builds of configurable products; absent where it has none. */
  readonly variants?: PlantVariants;
  /** Whether the target's mBOM lines can say for which variants they are; absent where they cannot. */
  readonly holdsOptions?: boolean;
};

/** What the planner must know of an item that engineering does not have. A `PlantItem` is one. */
export type PlantOwnItem = {
  readonly unit: Unit;
  readonly name?: string;
  readonly unitFactors?: readonly UnitFactor[];
  /** True where Heddle has published an mBOM of it, so that a group of that number is this one. */
  readonly isPublished?: true;
};

/** An mBOM to plan: of which item of the plant, from which structure of engineering. */
export type MbomNeed = {
  readonly item: ItemId;
  readonly source: ItemRevisionKey;
  readonly procurement: Procurement;
  /** The choices that make it one variant of its source; absent where nothing is chosen. */
  readonly configured?: Configured;
  /** True where it may stand in for something and nobody says in which revision: any other need of it comes first. */
  readonly asAlternate?: true;
};

/** What the planning of single assemblies shares while one plan is made. */
export type Planning = {
  readonly input: PlanInput;
  readonly structure: Structure;
  readonly phases: RulePhases;
  /** The empty list that all lists of rules in the plan grow from. */
  readonly noRules: RuleList;
  readonly variants: Variants;
  readonly finding: PlanFindings;
  readonly report: (finding: Finding) => void;
  /** First day that the plan is for. */
  readonly begin: Day;
  /** Whether an assembly's line to another closes a cycle of the eBOM, which must not be followed. */
  readonly closesCycle: (from: ItemRevisionKey, to: ItemRevisionKey) => boolean;
  /** Notes that the plant comes by an item in this way. `key` is null for the plant's own, `variant` what is chosen in it. */
  readonly sourced: (item: ItemId, key: ItemRevisionKey | null, procurement: Procurement, variant?: string) => void;
  /** Has an mBOM planned, unless it already is. */
  readonly needsMbom: (need: MbomNeed) => void;
  /** Counts one more use of a line; false when there are more than a plan may hold. */
  readonly countUse: () => boolean;
};

/** The item as rules see it, where the plant has it and engineering does not. */
export function plantOwn(item: ItemId, held: PlantOwnItem, plant: PlantId): Item {
  return {
    item,
    revision: "" as Revision,
    name: held.name ?? item,
    type: "plant item",
    state: "released",
    unit: held.unit,
    attributes: { plant },
    unitFactors: held.unitFactors ?? [],
    approvedSources: [],
  };
}
