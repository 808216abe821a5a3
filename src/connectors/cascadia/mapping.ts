import { parseDay, type Day } from "../../domain/calendar.ts";
import type { AffectedItem, EngineeringChange } from "../../domain/change.ts";
import type { EbomLine } from "../../domain/ebom.ts";
import type { Finding, FindingCode } from "../../domain/finding.ts";
import type { ChangeId, ItemId, LineId, Revision, SystemId } from "../../domain/ids.ts";
import type { Item, ItemState } from "../../domain/item.ts";
import { naturalOrder, plainOrder } from "../../domain/natural-order.ts";
import type { Quantity } from "../../domain/quantity.ts";
import { compare, parseRational, ZERO } from "../../domain/rational.ts";
import { KNOWN_UNITS, parseUnit, type Unit } from "../../domain/unit.ts";
import { badData } from "../bad-data.ts";
import type { ItemUse } from "../port.ts";
import { readDesignators } from "../reference-designators.ts";
import type { CascadiaSettings } from "./config.ts";
import type { ChangeOrder, Part, Usage } from "./wire.ts";

/** Heddle's own attributes of a change order, one for each plant. */
export const OUTCOME_ATTRIBUTE = "heddle.";

/** What could be read of a record, and what a person must correct; `value` is null where it cannot be used. */
export type Read<T> = { readonly value: T | null; readonly findings: readonly Finding[] };

/** What a change does to one part: its revision before and after. */
export type RevisionStep = { readonly number: string; readonly from: string | null; readonly to: string | null };

const UNDECIDED = { stock: "undecided", wip: "undecided", onOrder: "undecided", finished: "undecided" } as const;

export function toChangeId(itemNumber: string): ChangeId {
  return itemNumber as ChangeId;
}

export function toItemId(itemNumber: string): ItemId {
  return itemNumber as ItemId;
}

export function toUse({ itemNumber, revision }: { itemNumber: string; revision: string }): ItemUse {
  return { item: toItemId(itemNumber), revision: revision as Revision };
}

/**
 * Workflows may be of anyone's making, so the state's name says little: a change order is done with when it
 * is closed, and it was released unless the state says otherwise. That is Cascadia's own rule.
 */
export function changeState({ state, closedAt }: ChangeOrder): EngineeringChange["state"] {
  if (closedAt == null) return state.toLowerCase() === "draft" ? "draft" : "in review";
  return /cancel|reject/i.test(state) ? "cancelled" : "released";
}

/** @throws ConnectorError "rejected" when the change's day is none. */
export function toChange(
  order: ChangeOrder,
  steps: readonly RevisionStep[],
  releasedBy: string | null,
  system: SystemId,
  settings: CascadiaSettings,
): EngineeringChange {
  const state = changeState(order);
  return {
    id: toChangeId(order.itemNumber),
    title: order.name ?? "",
    reason: order.reasonForChange ?? "",
    state,
    releasedAt: state === "released" ? (order.closedAt ?? null) : null,
    releasedBy,
    effectiveFrom: toEffectiveFrom(order, system, settings),
    affected: steps.map(toAffected),
    supersedes: null,
  };
}

function toEffectiveFrom(order: ChangeOrder, system: SystemId, settings: CascadiaSettings): Day | null {
  const attribute = order.attributes?.[settings.effectivityAttribute];
  const [field, text] =
    order.implementationDate == null
      ? [`attributes.${settings.effectivityAttribute}`, attribute]
      : ["implementationDate", order.implementationDate.slice(0, 10)];
  if (text === undefined || text === null || text === "") return null;
  const day = typeof text === "string" ? parseDay(text) : null;
  if (day !== null) return day;
  const object = order.itemNumber;
  const cause = `${JSON.stringify(text)} is not a day such as 2026-03-01`;
  throw badData({ system, doing: `reading change ${object}`, object, field, cause });
}

/** Cascadia has no place for what is to become of old material, so all of it is for a person to decide. */
function toAffected({ number, from, to }: RevisionStep): AffectedItem {
  return { item: toItemId(number), from: from as Revision | null, to: to as Revision | null, disposition: UNDECIDED };
}

/** Collects what is wrong with one record, so that a person sees all of it at once. */
function findingsOf(system: SystemId, item: ItemId, line: string | null) {
  const findings: Finding[] = [];
  return {
    findings,
    block(field: string, cause: string, fix: string, code: FindingCode = "data-unreadable"): null {
      findings.push({ severity: "blocked", code, system, item, line, field, cause, fix });
      return null;
    },
  };
}
type Findings = ReturnType<typeof findingsOf>;

export function isReleased(
  { state, isCurrent }: Pick<Part, "state" | "isCurrent">,
  settings: CascadiaSettings,
): boolean {
  return isCurrent === true && settings.releasedStates.includes(state);
}

/**
 * Cascadia leaves the state of a superseded revision at "Released", against its documents, and only takes
 * `isCurrent` away.
 */
function toState(part: Part, settings: CascadiaSettings): ItemState {
  if (isReleased(part, settings)) return "released";
  const wasReleased = settings.releasedStates.includes(part.state);
  return wasReleased || part.state === "Superseded" || part.state === "Obsolete" ? "obsolete" : "in work";
}

export function toItem(part: Part, system: SystemId, settings: CascadiaSettings): Read<Item> {
  const { item, revision } = toUse(part);
  const found = findingsOf(system, item, null);
  const unit = unitOf(part, settings, found);
  if (unit === null) return { value: null, findings: found.findings };
  const value: Item = {
    item,
    revision,
    name: part.name ?? "",
    type: part.partType ?? "",
    state: toState(part, settings),
    unit,
    attributes: attributesOf(part),
    unitFactors: [],
    approvedSources: [],
  };
  return { value, findings: found.findings };
}

function attributesOf(part: Part): Readonly<Record<string, string>> {
  const { description, material, weight, weightUnit, cost, costCurrency, leadTimeDays } = part;
  const own = {
    description,
    material,
    weight: weight == null ? null : `${weight} ${weightUnit ?? ""}`.trim(),
    cost: cost == null ? null : `${cost} ${costCurrency ?? ""}`.trim(),
    leadTimeDays: leadTimeDays?.toString(),
  };
  const custom = Object.entries(part.attributes ?? {}).map(([name, value]) => [name, textOf(value)] as const);
  const all = [...Object.entries(own), ...custom].filter(([, value]) => value != null && value !== "");
  return Object.fromEntries(all) as Record<string, string>;
}

/** Attributes are free JSON in Cascadia; what is not text stands here as JSON. */
function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === "string" ? value : JSON.stringify(value);
}

function unitOf(part: Part, { unitAttribute }: CascadiaSettings, found: Findings): Unit | null {
  const code = textOf(part.attributes?.[unitAttribute]);
  if (code === null || code === "") return "EA";
  const unit = parseUnit(code);
  if (unit !== null) return unit;
  const fix = `Use a UN/ECE Recommendation 20 code; Heddle knows ${KNOWN_UNITS.join(", ")}.`;
  return found.block(`attributes.${unitAttribute}`, `its unit "${code}" is unknown.`, fix);
}

/**
 * An assembly's usages in a firm order, each with an identity that outlives revisions: a release gives every
 * usage a new id, so it is the assembly with the find number, else with the part, of which an assembly has one
 * usage at most.
 */
export function identified(usages: readonly Usage[], assembly: ItemId): readonly { usage: Usage; id: LineId }[] {
  const ordered = usages.toSorted(
    (a, b) =>
      (a.findNumber ?? Infinity) - (b.findNumber ?? Infinity) ||
      naturalOrder(a.targetItem.itemNumber, b.targetItem.itemNumber) ||
      plainOrder(a.quantity ?? "", b.quantity ?? ""),
  );
  const findNumbers = Map.groupBy(usages, ({ findNumber }) => findNumber);
  const taken = new Set<string>();
  return ordered.map((usage) => {
    const { findNumber, targetItem } = usage;
    const part = targetItem.itemNumber;
    const isAlone = findNumbers.get(findNumber)?.length === 1;
    const name = findNumber === null ? part : isAlone ? `${findNumber}` : `${findNumber}/${part}`;
    // Two rows of one part may be used side by side.
    let id = name;
    for (let n = 2; taken.has(id); n++) id = `${name}#${n}`;
    taken.add(id);
    return { usage, id: `${assembly}/${id}` as LineId };
  });
}

/** @param child the revision that the usage stands for, which need not be the one that it names. */
export function toLine(
  { usage, id }: { readonly usage: Usage; readonly id: LineId },
  child: Item,
  assembly: ItemId,
  system: SystemId,
): Read<EbomLine> {
  const found = findingsOf(system, assembly, lineName(usage));
  const quantity = readQuantity(usage, child.unit, found);
  const designators = readDesignators([usage.referenceDesignator ?? ""]);
  if ("problem" in designators) {
    const fix = "Write the designators one by one or as ranges such as R3-R7.";
    found.block("referenceDesignator", `its reference designators are unreadable: ${designators.problem}.`, fix);
  }
  if (quantity === null || "problem" in designators) return { value: null, findings: found.findings };
  const value: EbomLine = {
    id,
    findNumber: usage.findNumber?.toString() ?? "",
    item: child.item,
    revision: child.revision,
    quantity,
    basis: "per assembly",
    referenceDesignators: designators.designators,
    effectivity: { from: null, until: null },
    alternates: [],
  };
  return { value, findings: [] };
}

/** A line as a person finds it in Cascadia: find number and part. */
function lineName({ findNumber, targetItem }: Usage): string {
  return findNumber === null ? targetItem.itemNumber : `${findNumber} (${targetItem.itemNumber})`;
}

function readQuantity({ quantity }: Usage, unit: Unit, found: Findings): Quantity | null {
  const fix = "Correct the quantity in Cascadia to a decimal number above zero; it keeps three decimals.";
  if (quantity === null) return found.block("quantity", "its quantity is empty.", fix);
  const amount = parseRational(quantity);
  if (amount === null) return found.block("quantity", `its quantity "${quantity}" is not a decimal number.`, fix);
  if (compare(amount, ZERO) > 0) return { amount, unit };
  return found.block("quantity", `its quantity ${quantity} is not above zero.`, fix, "quantity-not-positive");
}

/** The finding of a structure whose top Cascadia does not have. */
export function missingTop(item: ItemId, revision: Revision, system: SystemId): readonly Finding[] {
  const found = findingsOf(system, item, null);
  const cause = `${item} revision ${revision} does not exist.`;
  found.block("revision", cause, "Create the revision in Cascadia, or correct the change.", "item-missing");
  return found.findings;
}

/** The finding of a number that several designs give to parts of their own. */
export function ambiguousTop(item: ItemId, count: number, system: SystemId): readonly Finding[] {
  const found = findingsOf(system, item, null);
  const fix = "Give the parts different numbers, or make all but one of them usages of the one.";
  found.block("itemNumber", `${count} designs have a part of their own with the number ${item}.`, fix);
  return found.findings;
}
