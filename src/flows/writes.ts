import type { IdempotencyKey, Receipt, Write } from "../connectors/port.ts";
import type { Action } from "../domain/change-plan.ts";
import type { ChangeId, PlantId } from "../domain/ids.ts";
import { canonicalText } from "../domain/json.ts";
import type { ErpAbilities } from "./readers.ts";
import { sha256 } from "./sealed.ts";

/** One write with its input bound: do it, or find out whether it was done. */
export type BoundWrite = { readonly write: () => Promise<Receipt>; readonly find: () => Promise<Receipt | null> };

/**
 * The target's write for an action. The key names what is written over what, not the plan: a plan that was
 * made again for the same write finds what an earlier attempt left.
 */
export function writeFor(action: Action, change: ChangeId, plant: PlantId, erp: ErpAbilities): BoundWrite {
  const key = keyOf(change, plant, action);
  switch (action.kind) {
    case "create item":
      return bound(erp.items.create, action.item, key);
    case "update item":
      return bound(erp.items.update, { value: action.item, expected: action.expected }, key);
    case "set procurement record":
      return bound(erp.procurement.set, { value: action.record, expected: action.expected }, key);
    case "publish mBOM":
      return bound(erp.mbom.publish, { value: action.mbom, expected: action.expected, change: action.change }, key);
    case "set standard cost":
      return bound(erp.costs.set, { value: action.cost, expected: action.expected }, key);
    case "flag purchase-order line":
      return bound(
        erp.flags.set,
        { on: { kind: "purchase-order line", id: action.line }, change, text: action.text },
        key,
      );
    case "flag production order":
      return bound(
        erp.flags.set,
        { on: { kind: "production order", id: action.order }, change, text: action.text },
        key,
      );
    case "take back flag":
      return bound(erp.flags.takeBack, { id: action.flag, reason: action.reason }, key);
    case "re-explode planned order":
      return bound(erp.productionOrders.reExplode, { order: action.order, expected: action.expected }, key);
    case "replace order components": {
      const { order, components, expected } = action;
      return bound(erp.productionOrders.replaceComponents, { order, components, expected }, key);
    }
    case "hold production order":
      return bound(
        erp.productionOrders.hold,
        { order: action.order, reason: action.reason, expected: action.expected },
        key,
      );
  }
}

export function bound<Input>({ write, find }: Write<Input>, input: Input, key: IdempotencyKey): BoundWrite {
  return { write: () => write(input, key), find: () => find(input, key) };
}

/** The same on every attempt, another for every other write. */
export function keyOf(change: ChangeId, plant: PlantId, what: unknown): IdempotencyKey {
  return sha256(canonicalText([change, plant, what])).slice(0, 40) as IdempotencyKey;
}
