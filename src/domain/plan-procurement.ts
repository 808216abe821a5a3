import type { ActionContent } from "./change-plan.ts";
import type { Finding } from "./finding.ts";
import type { ItemId } from "./ids.ts";
import type { ApprovedSource } from "./item.ts";
import type { Money } from "./money.ts";
import type { PlantRecords } from "./plan-change.ts";
import type { Design, Wanted } from "./plan-design.ts";
import type { ProcurementRecord } from "./plant-item.ts";
import { equals } from "./rational.ts";

/**
 * The procurement records of what the change brings in: bought items that come new into an mBOM, take
 * another's place, or are revised. They follow engineering's preferred source; other records are the buyer's.
 */
export function planProcurement(
  wanted: Wanted,
  design: Design,
  records: PlantRecords,
): { actions: ActionContent[]; findings: Finding[] } {
  const actions: ActionContent[] = [];
  const findings: Finding[] = [];
  const incoming = incomingItems(wanted, design, records);
  for (const { item, key, procurement } of design.items) {
    const source = key === null ? undefined : wanted.ebom.items.get(key)?.approvedSources[0];
    const isBought = procurement === "buy" || procurement === "subcontract";
    if (source === undefined || !isBought || !incoming.has(item)) continue;
    const held = records.procurement.get(item);
    const record = recordOf(item, source, held?.value ?? null, records);
    if (held !== undefined && isSame(held.value, record)) continue;
    if (!records.knownSuppliers.has(source.supplier)) findings.push(supplierUnknown(item, source, records));
    else
      actions.push({
        kind: "set procurement record",
        record,
        was: held?.value ?? null,
        expected: held?.version ?? null,
      });
  }
  return { actions, findings };
}

/**
 * Items whose source the change has a say in. Judged against the mBOM from before the change, so that a
 * retry sees the same; of a first mBOM, what nobody in the plant has a source for.
 */
function incomingItems(wanted: Wanted, design: Design, { procurement }: PlantRecords): ReadonlySet<ItemId> {
  const items = new Set<ItemId>();
  for (const { item, to } of wanted.change.affected) if (to !== null) items.add(item);
  for (const { before, mbom } of design.mboms) {
    const had = new Set(before?.lines.map(({ item }) => item));
    for (const { item, output } of mbom.lines) {
      if (output !== undefined) continue;
      if (before === null ? !procurement.has(item) : !had.has(item)) items.add(item);
    }
  }
  return items;
}

/** Engineering without a price leaves the price of the same source as the buyer has it. */
function recordOf(
  item: ItemId,
  { supplier, supplierItem, leadTimeDays, price }: ApprovedSource,
  held: ProcurementRecord | null,
  { plant }: PlantRecords,
): ProcurementRecord {
  const isSameSource = held?.supplier === supplier && held.supplierItem === supplierItem;
  return { item, plant, supplier, supplierItem, leadTimeDays, price: price ?? (isSameSource ? held.price : null) };
}

function isSame(a: ProcurementRecord, b: ProcurementRecord): boolean {
  return (
    a.supplier === b.supplier &&
    a.supplierItem === b.supplierItem &&
    a.leadTimeDays === b.leadTimeDays &&
    isSamePrice(a.price, b.price)
  );
}

function isSamePrice(a: Money | null, b: Money | null): boolean {
  return a === null || b === null ? a === b : a.currency === b.currency && equals(a.amount, b.amount);
}

function supplierUnknown(item: ItemId, { supplier }: ApprovedSource, { system }: PlantRecords): Finding {
  return {
    severity: "warning",
    code: "supplier-unknown",
    system,
    item,
    line: null,
    field: "supplier",
    cause: `Engineering's preferred supplier ${supplier} of ${item} is not known, or blocked, in ${system}.`,
    fix: `Create or release supplier ${supplier} in ${system} and look at the change again, or approve without a procurement record.`,
  };
}
