import type { Action, ActionContent, ChangePlan, CostChange, MbomChange } from "./change-plan.ts";
import type { ChangedLine, MbomField } from "./bom/mbom-diff.ts";
import { grouped } from "./grouped.ts";
import { itemRevision } from "./ebom.ts";
import { effectivityText } from "./effectivity-text.ts";
import type { MbomLine, Scrap } from "./mbom.ts";
import { moneyText as plainMoney } from "./money-text.ts";
import { minus, plus, type Money } from "./money.ts";
import type { PlantItem, ProcurementRecord } from "./plant-item.ts";
import { quantityText as plainQuantity, type Quantity } from "./quantity.ts";
import { rationalText, sign } from "./rational.ts";
import { usageText } from "./usage-text.ts";
import { optionText } from "./variant/option.ts";

/** A group of sentences about one kind of data, as it is applied. Never empty. */
export type PlanSection = { readonly heading: string; readonly sentences: readonly string[] };

const HEADINGS = {
  "create item": "Items",
  "update item": "Items",
  "publish mBOM": "Manufacturing BOMs",
  "set procurement record": "Procurement",
  "set standard cost": "Standard cost",
  "flag purchase-order line": "Open purchase orders",
  "flag production order": "Open production orders",
  "re-explode planned order": "Open production orders",
  "replace order components": "Open production orders",
  "hold production order": "Open production orders",
  "take back flag": "Flags no longer needed",
} as const satisfies Record<ActionContent["kind"], string>;

/** How many differences of one mBOM a sentence names before it only counts the rest. */
const NAMED_LINES_MAX = 6;

/** What a plan will do, for somebody who decides on it: sentences under headings, in reading order. */
export function planInWords(plan: ChangePlan): readonly PlanSection[] {
  const headings = [...new Set(Object.values(HEADINGS))];
  const sections = headings.flatMap((heading) => {
    const actions = plan.actions.filter(({ kind }) => HEADINGS[kind] === heading);
    return actions.length === 0 ? [] : [{ heading, sentences: actions.map((action) => actionInWords(action, plan)) }];
  });
  const { later } = plan;
  if (later === undefined) return sections;
  const sentences = later.actions.map((action) => actionInWords(action, plan));
  return [...sections, { heading: `On ${later.day}, when it takes effect`, sentences }];
}

/** One write as a sentence. `plan` gives what the action itself does not carry: how an mBOM differs. */
export function actionInWords(action: Action, plan: Pick<ChangePlan, "mboms">): string {
  switch (action.kind) {
    case "create item":
      return `Create ${named(action.item)} in plant ${action.item.plant}: ${itemFacts(action.item)}.`;
    case "update item":
      return `Update ${action.item.item}: ${itemDifferences(action.was, action.item)}.`;
    case "set procurement record":
      return procurementSentence(action.record, action.was);
    case "publish mBOM":
      return mbomSentence(
        itemRevision(action.mbom.item, action.mbom.revision),
        plan.mboms.find(({ item }) => item === action.mbom.item),
        action.mbom.lines.length,
      );
    case "set standard cost":
      return costSentence({
        item: action.cost.item,
        before: action.was === null ? null : plus(action.was.material, action.was.conversion),
        after: plus(action.cost.material, action.cost.conversion),
      });
    case "flag purchase-order line":
      return `Flag purchase-order line ${action.line}: ${ended(action.text)}`;
    case "flag production order":
      return `Flag production order ${action.order}: ${ended(action.text)}`;
    case "take back flag":
      return `Take back the flag on ${action.on.id}: ${ended(action.reason)}`;
    case "re-explode planned order":
      return `Work out the components of planned order ${action.order} again from the new mBOM.`;
    case "replace order components":
      return `Replace what released order ${action.order} needs: ${action.components.length === 0 ? "nothing any more" : listed(action.components.map(({ item, required }) => `${quantityText(required)} ${item}`))}.`;
    case "hold production order":
      return `Hold production order ${action.order}: ${ended(action.reason)}`;
  }
}

function named({ item, name }: PlantItem): string {
  return name === "" || name === item ? item : `${item} (${name})`;
}

const PROCUREMENT = { make: "made here", buy: "bought", subcontract: "subcontracted", phantom: "a phantom" } as const;

function itemFacts({ revision, procurement, unit, decimals }: PlantItem): string {
  const places = decimals === 0 ? "whole numbers" : `${decimals} ${decimals === 1 ? "decimal" : "decimals"}`;
  return `${PROCUREMENT[procurement]}, ${revision === null ? "no revision" : `revision ${revision}`}, in ${unit} with ${places}`;
}

function itemDifferences(was: PlantItem, is: PlantItem): string {
  const differences = [
    was.revision === is.revision ? [] : [`revision ${was.revision ?? "none"} → ${is.revision ?? "none"}`],
    was.procurement === is.procurement
      ? []
      : [`${PROCUREMENT[was.procurement]} until now, ${PROCUREMENT[is.procurement]} from now on`],
    was.name === is.name ? [] : [`name “${was.name}” → “${is.name}”`],
    was.unit === is.unit ? [] : [`unit ${was.unit} → ${is.unit}`],
    was.decimals === is.decimals ? [] : [`decimals ${was.decimals} → ${is.decimals}`],
  ].flat();
  return differences.length === 0 ? "no field differs" : differences.join("; ");
}

function procurementSentence(record: ProcurementRecord, was: ProcurementRecord | null): string {
  const before = was === null ? "no source until now" : `until now ${source(was)}`;
  return `Buy ${record.item} from ${source(record)}; ${before}.`;
}

function source({ supplier, supplierItem, leadTimeDays, price }: ProcurementRecord): string {
  const days = leadTimeDays === 1 ? "1 day" : `${leadTimeDays} days`;
  return `${supplier} as ${supplierItem} (${days}${price === null ? "" : `, ${moneyText(price)}`})`;
}

function costSentence({ item, before, after }: CostChange): string {
  const was = before === null ? "it had none" : `was ${moneyText(before)}${delta(before, after)}`;
  return `Set the standard cost of ${item} to ${moneyText(after)} (${was}).`;
}

/** `, +3.45 EUR`; nothing where two currencies cannot be compared. */
function delta(before: Money, after: Money): string {
  if (before.currency !== after.currency) return "";
  const difference = minus(after, before);
  return `, ${sign(difference.amount) < 0 ? "" : "+"}${moneyText(difference)}`;
}

function mbomSentence(key: string, change: MbomChange | undefined, lines: number): string {
  if (change === undefined || change.before === null)
    return `Publish the first mBOM of ${key}: ${counted(lines, "line")}.`;
  const { added, removed, changed, same } = change.diff;
  const differences = [
    ...added.map((line) => `add ${lineText(line)}`),
    ...removed.map((line) => `remove ${lineText(line)}`),
    ...changed.map(changedText),
  ];
  const shown = differences.slice(0, NAMED_LINES_MAX);
  const rest = differences.length - shown.length;
  const more = rest === 0 ? [] : [counted(rest, "more difference")];
  const kept =
    same.length === 0 ? [] : [same.length === 1 ? "1 line stays as it is" : `${same.length} lines stay as they are`];
  const from = change.from === undefined ? "" : `, to be built from ${change.from} on`;
  return `Publish the mBOM of ${key}${from}: ${[...shown, ...more, ...kept].join("; ")}.`;
}

function lineText({ quantity, item, operation, basis, output }: MbomLine): string {
  const per = basis === "per order" ? " per order" : "";
  const as = output === undefined ? "" : ` as ${output}`;
  return `${quantityText(quantity)} ${item}${as}${per}${operation === null ? "" : ` at operation ${operation}`}`;
}

function changedText({ from, to, fields }: ChangedLine): string {
  return `${from.item} ${fields.map((field) => `${field} ${fieldText(from, field)} → ${fieldText(to, field)}`).join(", ")}`;
}

/** A field of an mBOM line as its table or a sentence shows it. */
export function fieldText(line: MbomLine, field: MbomField): string {
  switch (field) {
    case "item":
      return line.item;
    case "quantity":
      return quantityText(line.quantity);
    case "basis":
      return line.basis;
    case "operation":
      return line.operation ?? "none";
    case "supply":
      return line.supply ?? "none";
    case "scrap":
      return scrapText(line.scrap);
    case "phantom":
      return line.phantom ? "phantom" : "stocked";
    case "reference designators":
      return line.referenceDesignators.length === 0 ? "none" : line.referenceDesignators.join(" ");
    case "alternates":
      return line.alternates.length === 0 ? "none" : line.alternates.join(", ");
    case "usage":
      return line.usage === undefined ? "none" : usageText(line.usage);
    case "effectivity":
      return effectivityText(line.effectivity);
    case "option":
      return line.option === undefined ? "all variants" : optionText(line.option);
    case "output":
      return line.output ?? "component";
  }
}

/** `3 %, operation 2 %, 1 per order`, or `none`. */
function scrapText({ componentPercent, operationPercent, fixedPerOrder }: Scrap): string {
  const parts = [
    componentPercent === null ? [] : [`${rationalText(componentPercent)} %`],
    operationPercent === null ? [] : [`operation ${rationalText(operationPercent)} %`],
    fixedPerOrder === null ? [] : [`${rationalText(fixedPerOrder)} per order`],
  ].flat();
  return parts.length === 0 ? "none" : parts.join(", ");
}

function listed(parts: readonly string[]): string {
  const shown = parts.slice(0, NAMED_LINES_MAX);
  const rest = parts.length - shown.length;
  return [...shown, ...(rest === 0 ? [] : [counted(rest, "more component")])].join(", ");
}

function counted(count: number, noun: string): string {
  return `${count} ${count === 1 ? noun : `${noun}s`}`;
}

function ended(sentence: string): string {
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}

function moneyText(money: Money): string {
  return grouped(plainMoney(money));
}

function quantityText(quantity: Quantity): string {
  return grouped(plainQuantity(quantity));
}
