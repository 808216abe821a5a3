import { CHANGES, type AffectedItem, type ProductChange } from "../product/changes.ts";
import { ITEMS, NEW_MOTOR, type ProductItem } from "../product/items.ts";
import { STRUCTURE, USAGES_USED, type ProductLine } from "../product/structure.ts";
import { imported } from "./import.ts";
import type { Plm } from "./state.ts";

/** Fills an empty PLM with the example product and its draft changes; leaves any other alone. */
export function seedPlm(plm: Plm): void {
  if (plm.parts.list([], 0, 1).length > 0) return;
  const quiet: Plm = { ...plm, outbox: { ...plm.outbox, put: () => undefined } }; // what was there from the start is no news
  plm.write(() => {
    imported(quiet, { parts: ITEMS.map((item) => writtenPart(item, "A", "RELEASED", STRUCTURE.get(item.number))) });
    for (let used = 0; used < USAGES_USED; used += 1) plm.nextNumber("USG");
    for (const change of CHANGES) imported(quiet, writtenChange(change));
  });
}

function writtenPart(
  item: ProductItem,
  revision: string,
  lifecycle: "INWORK" | "RELEASED",
  bom?: readonly ProductLine[],
) {
  const { number, description, type, unit, attributes, source, conversion } = item;
  return {
    partNumber: number,
    revision,
    lifecycle,
    description,
    partType: type,
    uom: unit,
    attributes: { ...attributes },
    approvedSources: source === undefined ? [] : [writtenSource(source)],
    unitConversions: conversion === undefined ? [] : [conversion],
    bom: bom === undefined ? null : bom.map(writtenLine),
  };
}

function writtenSource({ supplier, item, days, price }: NonNullable<ProductItem["source"]>) {
  return { supplier, supplierPartNumber: item, leadTimeDays: days, price, currency: "EUR" };
}

function writtenLine({ usageId, findNumber, item, quantity, unit, referenceDesignators, alternates }: ProductLine) {
  return {
    usageId: usageId === "" ? null : usageId,
    findNumber,
    partNumber: item,
    quantity,
    uom: unit,
    referenceDesignators: [...referenceDesignators],
    alternates: [...alternates],
  };
}

function writtenChange({ title, reason, effectiveInDays, affected }: ProductChange) {
  return {
    parts: affected.flatMap(writtenRevision),
    ecos: [
      {
        title,
        reason,
        effectiveFrom: effectiveInDays === null ? null : dayFromNow(effectiveInDays),
        affectedParts: affected.map(({ item, from, to, dispositions }) => ({
          partNumber: item,
          fromRevision: from,
          toRevision: to,
          dispositions,
        })),
      },
    ],
  };
}

/** The revision that a change brings in, still in work; none for an item that it retires. */
function writtenRevision({ item, to, lines, attributes }: AffectedItem) {
  const base = [...ITEMS, NEW_MOTOR].find(({ number }) => number === item);
  if (base === undefined || to === null) return [];
  const revised = { ...base, attributes: { ...base.attributes, ...attributes } };
  return [writtenPart(revised, to, "INWORK", lines)];
}

function dayFromNow(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
}
