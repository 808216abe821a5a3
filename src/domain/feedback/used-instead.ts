import type { ItemId, OperationId } from "../ids.ts";
import { equals, type Quantity } from "../quantity.ts";
import { asBuilt, type BuiltComponent, type DesignedLine } from "./as-built.ts";

/** What an order was to use of a component. */
export type OrderedComponent = {
  readonly line: string;
  readonly item: ItemId;
  readonly required: Quantity;
  readonly operation: OperationId | null;
};

/** A piece, lot or order that was built, by what went into it. */
type Built = { readonly components: readonly BuiltComponent[] };

/** An item that stood in for another, in so many of what was built. */
export type UsedInstead = {
  readonly operation: OperationId | null;
  readonly designed: ItemId;
  readonly used: ItemId;
  readonly times: number;
};

/**
 * Items that an order used in place of those it was to use, beyond the alternates that the design allows. What is used
 * without being asked for stands in for what is missing at the same operation: rather for a line that lacks as much as
 * was used, else for the first.
 */
export function usedInstead(
  ordered: readonly OrderedComponent[],
  alternatesOf: (item: ItemId) => readonly ItemId[],
  built: readonly Built[],
): readonly UsedInstead[] {
  const design = ordered.map((component): DesignedLine => ({
    line: component.line,
    item: component.item,
    revision: null,
    required: component.required,
    alternates: alternatesOf(component.item),
    substitutes: [],
  }));
  const { lines, extra } = asBuilt(
    design,
    built.flatMap(({ components }) => components),
  );
  const operationOf = new Map(ordered.map(({ line, operation }) => [line, operation]));
  const missing = lines.flatMap(({ designed, missing: lacking }) =>
    lacking === null ? [] : [{ designed, lacking, operation: operationOf.get(designed.line) ?? null }],
  );
  const pairs = new Map<string, UsedInstead>();
  for (const { component, quantity, of } of extra) {
    if (of !== null) continue;
    const { item: used, operation } = component;
    const near = missing.filter((one) => operation === null || one.operation === null || one.operation === operation);
    const line = near.find(({ lacking }) => equals(lacking, quantity)) ?? near[0];
    if (line === undefined) continue;
    const { item: designed } = line.designed;
    const times = built.filter(({ components }) => components.some(({ item }) => item === used)).length;
    const at = operation ?? line.operation;
    pairs.set(JSON.stringify([at, designed, used]), { operation: at, designed, used, times });
  }
  return [...pairs.values()];
}
