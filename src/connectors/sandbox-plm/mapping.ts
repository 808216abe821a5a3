import { parseDay, type Day, type Effectivity } from "../../domain/calendar.ts";
import type { AffectedItem, DispositionChoice, EngineeringChange } from "../../domain/change.ts";
import type { EbomLine } from "../../domain/ebom.ts";
import type { Finding, FindingCode } from "../../domain/finding.ts";
import type { ChangeId, ItemId, LineId, Revision, SupplierId, SystemId } from "../../domain/ids.ts";
import type { ApprovedSource, Item, ItemState } from "../../domain/item.ts";
import type { Money } from "../../domain/money.ts";
import type { Quantity } from "../../domain/quantity.ts";
import { orderedRanges, rangeFaults, type NumberConstraint, type NumberRange } from "../../domain/number-ranges.ts";
import { compare, parseRational, ZERO, type Rational } from "../../domain/rational.ts";
import { KNOWN_UNITS, parseUnit, type Unit, type UnitFactor } from "../../domain/unit.ts";
import type { Option } from "../../domain/variant/option.ts";
import { parseOption } from "../../domain/variant/parse-option.ts";
import { badData } from "../bad-data.ts";
import { readDesignators } from "../reference-designators.ts";
import type { Choice, Eco, PartKey, PartRevision, Usage } from "./wire.ts";

/** What could be read of a record, and what a person must correct; `value` is null where it cannot be used. */
export type Read<T> = { readonly value: T | null; readonly findings: readonly Finding[] };

const STATES = { DRAFT: "draft", IN_REVIEW: "in review", RELEASED: "released", CANCELLED: "cancelled" } as const;
const LIFECYCLES: Record<PartRevision["lifecycle"], ItemState> = {
  INWORK: "in work",
  RELEASED: "released",
  OBSOLETE: "obsolete",
};
const BASES = { PER_ASSEMBLY: "per assembly", PER_LOT: "per lot", AS_REQUIRED: "as required" } as const;
const CHOICES: Record<Choice, DispositionChoice> = {
  USE_AS_IS: "use as is",
  REWORK: "rework",
  SCRAP: "scrap",
  RETURN: "return",
  EXHAUST: "exhaust",
  UNDECIDED: "undecided",
};

export function toChangeId(ecoNumber: string): ChangeId {
  return ecoNumber as ChangeId;
}

export function toKey({ partNumber, revision }: PartKey): { item: ItemId; revision: Revision } {
  return { item: partNumber as ItemId, revision: revision as Revision };
}

/** @throws ConnectorError "rejected" when the change's day is none. */
export function toChange(eco: Eco, system: SystemId): EngineeringChange {
  return {
    id: toChangeId(eco.ecoNumber),
    title: eco.title,
    reason: eco.reason,
    state: STATES[eco.state],
    releasedAt: eco.releasedAt,
    releasedBy: eco.releasedBy,
    effectiveFrom: toEffectiveFrom(eco, system),
    affected: eco.affectedParts.map(toAffected),
    supersedes: eco.supersedes === null ? null : toChangeId(eco.supersedes),
  };
}

function toEffectiveFrom({ ecoNumber, effectiveFrom }: Eco, system: SystemId): Day | null {
  if (effectiveFrom === null) return null;
  const day = parseDay(effectiveFrom);
  if (day !== null) return day;
  const cause = `"${effectiveFrom}" is not a day such as 2026-03-01`;
  throw badData({ system, doing: `reading change ${ecoNumber}`, object: ecoNumber, field: "effectiveFrom", cause });
}

function toAffected(part: Eco["affectedParts"][number]): AffectedItem {
  const { stock, wip, onOrder, finished } = part.dispositions;
  return {
    item: part.partNumber as ItemId,
    from: part.fromRevision as Revision | null,
    to: part.toRevision as Revision | null,
    disposition: { stock: CHOICES[stock], wip: CHOICES[wip], onOrder: CHOICES[onOrder], finished: CHOICES[finished] },
  };
}

/** Collects what is wrong with one record, so that a person sees all of it at once. */
function findingsOf(system: SystemId, item: ItemId, usage: Usage | null) {
  const line = usage === null ? null : lineName(usage);
  const record = usage === null ? item : `Line ${line}, ${usage.partNumber}, of ${item}`;
  const findings: Finding[] = [];
  return {
    findings,
    /** `cause` goes on from the record's name. */
    block(field: string, cause: string, fix: string, code: FindingCode = "data-unreadable"): null {
      findings.push({ severity: "blocked", code, system, item, line, field, cause: `${record}: ${cause}`, fix });
      return null;
    },
  };
}
type Findings = ReturnType<typeof findingsOf>;

export function toItem(part: PartRevision, system: SystemId): Read<Item> {
  const { item, revision } = toKey(part);
  const found = findingsOf(system, item, null);
  const unit = readUnit(part.uom, "uom", found);
  const unitFactors = part.unitConversions.map((conversion, i) => toUnitFactor(conversion, i, found));
  const approvedSources = part.approvedSources.map((source, i) => toSource(source, i, found));
  if (unit === null || unitFactors.includes(null) || approvedSources.includes(null))
    return { value: null, findings: found.findings };
  const value: Item = {
    item,
    revision,
    name: part.description,
    type: part.partType,
    state: LIFECYCLES[part.lifecycle],
    unit,
    attributes: part.attributes,
    unitFactors: unitFactors.filter((factor) => factor !== null),
    approvedSources: approvedSources.filter((source) => source !== null),
  };
  return { value, findings: found.findings };
}

function toUnitFactor(
  { from, to, factor }: PartRevision["unitConversions"][number],
  i: number,
  found: Findings,
): UnitFactor | null {
  const at = `unitConversions[${i}]`;
  const units = [readUnit(from, `${at}.from`, found), readUnit(to, `${at}.to`, found)] as const;
  const number = readPositive(factor, `${at}.factor`, found);
  return units[0] === null || units[1] === null || number === null
    ? null
    : { from: units[0], to: units[1], factor: number };
}

function toSource(source: PartRevision["approvedSources"][number], i: number, found: Findings): ApprovedSource | null {
  const { supplier, supplierPartNumber, leadTimeDays } = source;
  const price = toPrice(source, `approvedSources[${i}]`, found);
  if (price === null) return null;
  return { supplier: supplier as SupplierId, supplierItem: supplierPartNumber, leadTimeDays, price: price.price };
}

function toPrice(
  { price, currency }: { readonly price: string | null; readonly currency: string | null },
  at: string,
  found: Findings,
): { readonly price: Money | null } | null {
  if (price === null) return { price: null };
  const amount = parseRational(price);
  if (amount === null || compare(amount, ZERO) < 0) {
    return found.block(
      `${at}.price`,
      `its price "${price}" is not a sum of money.`,
      "Correct the price in the PLM, or clear it.",
    );
  }
  if (currency === null || !/^[A-Z]{3}$/.test(currency)) {
    return found.block(
      `${at}.currency`,
      `its price has the currency "${currency ?? ""}".`,
      "Give the price an ISO 4217 currency such as EUR.",
    );
  }
  return { price: { amount, currency } };
}

/** A line as a person finds it in the PLM: find number and occurrence id. */
function lineName({ findNumber, usageId }: Usage): string {
  return findNumber === "" ? usageId : `${findNumber} (${usageId})`;
}

/** One line of `parent`. A revision that is missing is the caller's to find: it knows what was read. */
export function toLine(usage: Usage, parent: ItemId, system: SystemId): Read<EbomLine> {
  const found = findingsOf(system, parent, usage);
  const quantity = readQuantity(usage, found);
  const designators = readDesignators(usage.referenceDesignators);
  if ("problem" in designators) {
    const fix = "Write the designators one by one or as ranges such as R3-R7.";
    found.block("referenceDesignators", `its reference designators are unreadable: ${designators.problem}.`, fix);
  }
  const effectivity = readEffectivity(usage, found);
  const option = readOption(usage.variantCondition ?? "", found);
  if (usage.revision === null) noSuchPart(usage, found);
  if (quantity === null || "problem" in designators || found.findings.length > 0)
    return { value: null, findings: found.findings };
  const value: EbomLine = {
    id: usage.usageId as LineId,
    findNumber: usage.findNumber,
    item: usage.partNumber as ItemId,
    revision: usage.revision as Revision,
    quantity,
    basis: BASES[usage.quantityBasis],
    referenceDesignators: designators.designators,
    effectivity,
    alternates: usage.alternates as ItemId[],
    ...(option === null ? {} : { option }),
    ...(usage.variantPlace == null || usage.variantPlace === "" ? {} : { place: usage.variantPlace }),
  };
  return { value, findings: [] };
}

/** The finding of a line that points at an item revision which the PLM does not have. */
export function missingItem(usage: Usage, parent: ItemId, system: SystemId): Finding[] {
  const found = findingsOf(system, parent, usage);
  noSuchPart(usage, found);
  return found.findings;
}

/** The finding of a structure whose top the PLM does not have. */
export function missingTop(item: ItemId, revision: Revision, system: SystemId): readonly Finding[] {
  const found = findingsOf(system, item, null);
  const cause = `its revision ${revision} does not exist.`;
  found.block("revision", cause, "Create the revision in the PLM, or correct the change.", "item-missing");
  return found.findings;
}

function noSuchPart({ partNumber, revision }: Usage, found: Findings): void {
  const what =
    revision === null
      ? `${partNumber} without a revision`
      : `${partNumber} revision ${revision}, which the PLM does not have`;
  const field = revision === null ? "partNumber" : "revision";
  found.block(field, `it names ${what}.`, `Create ${partNumber} in the PLM, or correct the line.`, "item-missing");
}

function readQuantity({ quantity, uom, quantityBasis }: Usage, found: Findings): Quantity | null {
  const unit = readUnit(uom, "uom", found);
  // A line "as required" has no fixed figure, so whoever typed it may have left it open.
  if (quantityBasis === "AS_REQUIRED" && quantity.trim() === "") return unit === null ? null : { amount: ZERO, unit };
  const amount = readAmount(quantity, quantityBasis === "AS_REQUIRED" ? "zero too" : "above zero", found);
  return amount === null || unit === null ? null : { amount, unit };
}

function readAmount(text: string, allowed: "zero too" | "above zero", found: Findings): Rational | null {
  const amount = parseRational(text);
  const fix = "Correct the quantity in the PLM to a decimal number above zero, such as 0.35.";
  if (amount === null) return found.block("quantity", `its quantity "${text}" is not a decimal number.`, fix);
  const sign = compare(amount, ZERO);
  if (sign > 0 || (sign === 0 && allowed === "zero too")) return amount;
  return found.block("quantity", `its quantity ${text} is not above zero.`, fix, "quantity-not-positive");
}

function readPositive(text: string, field: string, found: Findings): Rational | null {
  const number = parseRational(text);
  if (number !== null && compare(number, ZERO) > 0) return number;
  return found.block(
    field,
    `its factor "${text}" is not a decimal number above zero.`,
    "Correct the conversion factor in the PLM.",
  );
}

function readUnit(code: string, field: string, found: Findings): Unit | null {
  const unit = parseUnit(code);
  if (unit !== null) return unit;
  const fix = `Use a UN/ECE Recommendation 20 code; Heddle knows ${KNOWN_UNITS.join(", ")}.`;
  return found.block(field, `its unit "${code}" is unknown.`, fix);
}

function readEffectivity(usage: Usage, found: Findings): Effectivity {
  const from = readDay(usage.effectiveFrom, "effectiveFrom", found);
  const until = readDay(usage.effectiveTo, "effectiveTo", found);
  if (from !== null && until !== null && from > until) {
    found.block(
      "effectiveTo",
      `its last day ${until} comes before ${from}, the first.`,
      "Swap or correct the two days.",
    );
  }
  const numbers = readNumbers(usage, found);
  return { from, until, ...(numbers.length === 0 ? {} : { numbers }) };
}

/** One constraint for each end item and way of counting, of all the ranges that are given for it. */
function readNumbers({ numberEffectivity = [] }: Usage, found: Findings): NumberConstraint[] {
  const given = numberEffectivity.map((one, i) => ({ ...one, at: `numberEffectivity[${i}]` }));
  return [...Map.groupBy(given, ({ counts, endItem }) => `${counts} ${endItem ?? ""}`).values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const counts = first.counts === "SERIAL" ? "serial" : "unit";
    const of = first.endItem ?? "";
    if (of === "") {
      const fix = `Name the end item whose ${counts} numbers count.`;
      found.block(`${first.at}.endItem`, `it is for ${counts}s, but of no end item.`, fix);
      return [];
    }
    const ranges = same.flatMap(({ from, to, at }): NumberRange[] => {
      if (from != null && from !== "") return [{ from, until: to == null || to === "" ? null : to }];
      found.block(`${at}.from`, `its ${counts}s of ${of} have no first number.`, "Fill in the first number.");
      return [];
    });
    for (const { at, side, problem, fix } of rangeFaults(counts, ranges)) {
      found.block(`${same[at]?.at ?? "numberEffectivity"}.${side === "from" ? "from" : "to"}`, `${problem}.`, fix);
    }
    return [{ counts, of: of as ItemId, ranges: orderedRanges(ranges) }];
  });
}

/** Null for a line of all variants, and for a condition that is not readable. */
function readOption(text: string, found: Findings): Option | null {
  if (text.trim() === "") return null;
  const parsed = parseOption(text);
  if (parsed.ok) return parsed.option;
  const cause = `its variant condition "${text}" is unreadable at character ${parsed.offset + 1}: ${parsed.problem}.`;
  return found.block("variantCondition", cause, "Write it as MOTOR = AC and not COLOR in (RED, BLUE).");
}

function readDay(text: string | null, field: string, found: Findings): Day | null {
  if (text === null) return null;
  return parseDay(text) ?? found.block(field, `its date "${text}" is not a day.`, "Write the date as YYYY-MM-DD.");
}
