import type { Day } from "./calendar.ts";
import type { ActionContent } from "./change-plan.ts";
import type { EngineeringChange } from "./change.ts";
import type { Finding } from "./finding.ts";
import type { ItemId, ProductionOrderId } from "./ids.ts";
import type { ProductionOrder } from "./order.ts";
import { quantityText, type Quantity } from "./quantity.ts";

/** A production order that was begun or ended in some days, as the ERP or the shop floor tells it. */
export type BuiltOrder = {
  readonly order: ProductionOrderId;
  readonly item: ItemId;
  readonly quantity: Quantity;
  readonly state: "started" | "finished";
};

/** How many orders a sentence names before it only counts the rest. */
const NAMED_ORDERS_MAX = 10;

/** What is to be known of the day that a change takes effect, where it lies in the past or still ahead. */
export function effectivityFindings(
  change: EngineeringChange,
  today: Day,
  facts: {
    /** What is left for the day; null where the ERP holds no days, so that everything is. */
    readonly following: readonly ActionContent[] | null;
    readonly built: readonly BuiltOrder[];
  },
): Finding[] {
  const { effectiveFrom } = change;
  if (effectiveFrom === null || change.state !== "released" || effectiveFrom === today) return [];
  return [
    effectiveFrom > today ? ahead(change, effectiveFrom, facts.following) : past(change, effectiveFrom, facts.built),
  ];
}

/** The orders among these that were begun or ended since the day, by number, each once. */
export function builtSince(
  from: Day,
  today: Day,
  open: readonly ProductionOrder[],
  known: readonly BuiltOrder[],
): readonly BuiltOrder[] {
  const inGap = open.flatMap(({ id, item, quantity, state, start }): BuiltOrder[] => {
    const isBuilt = state === "started" || state === "finished";
    return isBuilt && start !== null && start >= from && start <= today ? [{ order: id, item, quantity, state }] : [];
  });
  const byOrder = new Map([...known, ...inGap].map((built) => [built.order, built]));
  return [...byOrder.values()].toSorted((a, b) => (a.order < b.order ? -1 : 1));
}

function past({ id }: EngineeringChange, from: Day, built: readonly BuiltOrder[]): Finding {
  const orders = built.length === 0 ? "" : ` Built or begun by the old design since then: ${listed(built)}.`;
  return {
    ...ABOUT_DAY,
    severity: built.length === 0 ? "info" : "warning",
    code: "effectivity-past",
    cause: `${id} is effective from ${from}, which has passed: it takes effect when it is published.${orders}`,
    ...(orders === "" ? {} : { grows: orders }),
    fix:
      built.length === 0
        ? "Check what was built since then; the order impact lists what is still open."
        : "Decide with quality what becomes of what these orders made, then approve; or correct the day in the PLM.",
  };
}

function ahead({ id }: EngineeringChange, from: Day, following: readonly ActionContent[] | null): Finding {
  if (following === null) {
    return {
      ...ABOUT_DAY,
      severity: "info",
      code: "effectivity-ahead",
      cause: `${id} takes effect on ${from}, and the ERP's mBOMs hold no days: it is written on that day.`,
      fix: "Nothing to do: who approves this plan approves it for that day, as long as nothing else is to be written by then.",
    };
  }
  const names = [...new Set(following.flatMap(recordOf))];
  const cause = `${id} takes effect on ${from}; orders that start before are built as before.`;
  return {
    ...ABOUT_DAY,
    severity: "info",
    code: "effectivity-ahead",
    cause: names.length === 0 ? cause : `${cause} On that day follow: ${enumerated(names)}.`,
    fix:
      names.length === 0
        ? "Nothing to do."
        : "Nothing to do: who approves this plan approves that too, as long as the records are the same by then.",
  };
}

function recordOf(content: ActionContent): string[] {
  if (content.kind === "update item") return [`the record of ${content.item.item}`];
  return content.kind === "set standard cost" ? [`the standard cost of ${content.cost.item}`] : [];
}

function listed(built: readonly BuiltOrder[]): string {
  return enumerated(
    built.map(({ order, item, quantity, state }) => `${order} (${quantityText(quantity)} of ${item}, ${state})`),
  );
}

function enumerated(names: readonly string[]): string {
  const rest = names.length - NAMED_ORDERS_MAX;
  const shown = names.slice(0, NAMED_ORDERS_MAX).join(", ");
  return rest > 0 ? `${shown} and ${rest} more` : shown;
}

const ABOUT_DAY = { system: "heddle", item: null, line: null, field: "effectivity date" } as const;
