import type { ActionContent } from "./change-plan.ts";
import type { Finding } from "./finding.ts";
import type { ItemId } from "./ids.ts";
import type { ApprovedSource } from "./item.ts";
import type { Design, Plant, Wanted } from "./plan-design.ts";
import type { PlantRecords } from "./plan-change.ts";
import type { ProcurementRecord } from "./plant-item.ts";
import { diffMbom } from "./bom/diff-mbom.ts";
import { compare } from "./rational.ts";

/**
 * The procurement records of what the change brings in: bought items that come new into an mBOM, take
 * another's place, or are revised. They follow engineering's preferred source; other records are the buyer's.
 */
export function planProcurement(
  wanted: Wanted,
  design: Design,
  plant: Plant,
  records: PlantRecords,
): { actions: ActionContent[]; findings: Finding[] } {
  const actions: ActionContent[] = [];
  const findings: Finding[] = [];
  const concerned = incomingItems(wanted, design, plant);
  for (const { item, key, procurement } of design.items) {
    if (key === null || !concerned.has(item) || (procurement !== "buy" && procurement !== "subcontract")) continue;
    const source = wanted.ebom.items.get(key)?.approvedSources[0];
    if (source === undefined) continue;
    if (!records.knownSuppliers.has(source.supplier)) {
      findings.push(supplierUnknown(item, source, records));
      continue;
    }
    const record = recordOf(item, source, records);
    const held = records.procurement.get(item);
    if (held !== undefined && isSameRecord(held.value, record)) continue;
    const [was, expected] = [held?.value ?? null, held?.version ?? null];
    actions.push({ kind: "set procurement record", record, was, expected });
  }
  return { actions, findings };
}

/** Items whose source the change has a say in. Judged against the mBOM from before the change, so that a retry sees the same. */
function incomingItems(wanted: Wanted, design: Design, plant: Plant): Set<ItemId> {
  const items = new Set<ItemId>();
  for (const { item, to } of wanted.change.affected) if (to !== null) items.add(item);
  for (const { before, mbom } of design.mboms) {
    const had = new Set(before?.lines.map(({ item }) => item));
    const { added, changed } = diffMbom(before, mbom);
    for (const line of [...added, ...changed.map(({ to }) => to)]) {
      if (before === null ? !plant.items.has(line.item) : !had.has(line.item)) items.add(line.item);
    }
  }
  return items;
}

function recordOf(item: ItemId, source: ApprovedSource, { plant }: PlantRecords): ProcurementRecord {
  const { supplier, supplierItem, leadTimeDays, price } = source;
  return { item, plant, supplier, supplierItem, leadTimeDays, price };
}

function isSameRecord(a: ProcurementRecord, b: ProcurementRecord): boolean {
  return (
    a.supplier === b.supplier &&
    a.supplierItem === b.supplierItem &&
    a.leadTimeDays === b.leadTimeDays &&
    isSamePrice(a.price, b.price)
  );
}

/** Engineering without a price leaves the buyer's price alone. */
function isSamePrice(held: ProcurementRecord["price"], wanted: ProcurementRecord["price"]): boolean {
  if (wanted === null) return true;
  return held !== null && held.currency === wanted.currency && compare(held.amount, wanted.amount) === 0;
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
