import type { Action, ActionContent } from "./change-plan.ts";

/** Gives an action its identity within its plan: what it does to which record. */
export function identified(content: ActionContent): Action {
  return { id: `${content.kind}:${targetOf(content)}`, ...content };
}

function targetOf(content: ActionContent): string {
  switch (content.kind) {
    case "create item":
    case "update item":
      return content.item.item;
    case "set procurement record":
      return content.record.item;
    case "publish mBOM":
      return content.mbom.item;
    case "set standard cost":
      return content.cost.item;
    case "flag purchase-order line":
      return content.line;
    case "flag production order":
    case "re-explode planned order":
    case "replace order components":
    case "hold production order":
      return content.order;
    case "take back flag":
      return content.flag;
  }
}
