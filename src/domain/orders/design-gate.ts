import type { ExplodedComponent } from "../bom/exploded-components.ts";
import type { Day } from "../calendar.ts";
import type { ChangeId, ItemId, Revision } from "../ids.ts";
import { needsJust } from "../impact/production-impact.ts";
import type { ProductionOrder } from "../order.ts";

/** A design that a released change gives an item in a plant, as the change leg recorded it. */
export type NewerDesign = {
  readonly item: ItemId;
  readonly change: ChangeId;
  readonly releasedAt: string;
  /** The first day that it is built by; null is at once. */
  readonly effectiveFrom: Day | null;
  /** Engineering revision that the change leads the item to; null where it leaves the revision as it is. */
  readonly revision: Revision | null;
  /** Whether the ERP has it by now. */
  readonly published: boolean;
  /** The ERP's number of the mBOM that was published; null before, and where only a phantom below it changed. */
  readonly mbom: string | null;
};

/** What is known of the designs of an order's item. */
export type DesignFacts = {
  readonly newer: readonly NewerDesign[];
  /** What the order would need by the mBOM in force; null where that was not asked for or there is none. */
  readonly needsNow: readonly ExplodedComponent[] | null;
  /** The number of the routing in force; null where the ERP numbers none. */
  readonly routing: string | null;
  /** Today, where the plant is. */
  readonly today: Day;
};

/** Why an order must not be built as it stands. */
export type GateReason = {
  readonly item: ItemId;
  readonly what: "mBOM" | "routing";
  /** The change, or the number of the newer routing where no change is known. */
  readonly supersededBy: string;
  readonly sentence: string;
};

/** The newer designs that an order is not known to be built by: where there are none, the gate is open at once. */
export function openQuestions(order: ProductionOrder, { newer, today }: Pick<DesignFacts, "newer" | "today">) {
  const inTime = newer
    .filter(({ effectiveFrom }) => effectiveFrom === null || effectiveFrom <= (order.start ?? today))
    .toSorted((a, b) => (a.releasedAt < b.releasedAt ? -1 : 1));
  // An order on the mBOM of a change is built by every change that was released before it, too.
  const own = inTime.findLastIndex((design) => isBuiltBy(order, design));
  return inTime.slice(own + 1);
}

function isBuiltBy({ mbom, revision }: ProductionOrder, design: NewerDesign): boolean {
  if (!design.published) return false;
  if (design.mbom !== null && mbom !== null) return design.mbom === mbom;
  if (design.revision === null) return false;
  // Only the drawing changed: an ERP that keeps no revisions has nothing to build otherwise.
  return revision === null ? design.mbom === null : design.revision === revision;
}

/**
 * Why the gate is closed for an order; empty when it is open. An order that needs just what the mBOM in force
 * says is built by it, whatever number it carries: the change leg replaces components without renumbering.
 */
export function closedGate(order: ProductionOrder, facts: DesignFacts): GateReason[] {
  // Rework starts nothing by an old design: its pieces are there already.
  if (order.from?.because === "rework") return [];
  const needsWhatIsInForce = facts.needsNow !== null && needsJust(order, facts.needsNow);
  const mboms = openQuestions(order, facts)
    .filter((design) => !(needsWhatIsInForce && isToldByComponents(design)))
    .map((design): GateReason => ({
      item: order.item,
      what: "mBOM",
      supersededBy: design.change,
      sentence: sentenceOf(order, design),
    }));
  return [...mboms, ...newerRouting(order, facts)];
}

/** A drawing may change without its components. */
function isToldByComponents({ published, mbom, revision }: NewerDesign): boolean {
  return published && (mbom !== null || revision === null);
}

function sentenceOf(order: ProductionOrder, { change, published, mbom }: NewerDesign): string {
  const own = order.mbom === null ? "its components" : `mBOM ${order.mbom}`;
  if (!published) return `${change} supersedes ${own} of ${order.item} and is released, but not in the ERP yet.`;
  const by = mbom === null ? "" : ` by ${mbom}`;
  return `${change} has superseded ${own} of ${order.item}${by}.`;
}

function newerRouting(order: ProductionOrder, { routing, newer }: DesignFacts): GateReason[] {
  if (order.routing === null || routing === null || order.routing === routing) return [];
  const change = newer.toSorted((a, b) => (a.releasedAt < b.releasedAt ? 1 : -1))[0]?.change;
  const supersededBy = change ?? routing;
  const by = change === undefined ? "" : `; the last change of ${order.item} is ${change}`;
  return [
    {
      item: order.item,
      what: "routing",
      supersededBy,
      sentence: `Routing ${order.routing} of ${order.item} is superseded by ${routing}${by}.`,
    },
  ];
}
