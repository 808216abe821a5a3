import type { ItemUse } from "../connectors/port.ts";
import { itemRevision, type Ebom, type EbomAssembly, type ItemRevisionKey } from "../domain/ebom.ts";
import type { Finding } from "../domain/finding.ts";
import type { EngineeringChange } from "../domain/change.ts";
import type { ChangeId, ItemId, Revision } from "../domain/ids.ts";
import type { Item } from "../domain/item.ts";
import type { Wanted } from "../domain/plan-design.ts";
import type { PlmReader } from "./readers.ts";

/** Reads a change and the structures that it is part of, from the affected items up to whole products. */
export async function readWanted(id: ChangeId, plm: PlmReader): Promise<Wanted> {
  const change = await plm.changes.read(id);
  const tops = change.state === "released" ? await topsOver(change, plm) : [];
  const reads = await Promise.all(tops.map(({ item, revision }) => plm.ebom.read(item, revision)));
  return {
    system: plm.system,
    change,
    ebom: merged(reads.map(({ ebom }) => ebom)),
    tops: tops.map(({ item, revision }) => itemRevision(item, revision)),
    findings: distinct(reads.flatMap(({ findings }) => findings)),
  };
}

/** The products over the affected items: what nothing else uses. */
async function topsOver(change: EngineeringChange, { ebom }: PlmReader): Promise<ItemUse[]> {
  const wanted = new Map<ItemId, Revision>();
  for (const { item, to } of change.affected) if (to !== null) wanted.set(item, to);
  const tops = new Map<ItemId, Revision>();
  const seen = new Set(wanted.keys());
  let level: ItemUse[] = [...wanted].map(([item, revision]) => ({ item, revision }));
  while (level.length > 0) {
    const uses = await Promise.all(level.map(({ item }) => ebom.whereUsed(item)));
    level.forEach(({ item, revision }, index) => {
      if (uses[index]?.length === 0) tops.set(item, wanted.get(item) ?? revision);
    });
    const next = new Map(uses.flat().map(({ item, revision }) => [item, revision]));
    level = [...next].filter(([item]) => !seen.has(item)).map(([item, revision]) => ({ item, revision }));
    for (const { item } of level) seen.add(item);
  }
  // A structure that is a circle has no top: start from the affected items, the planner names the circle.
  const found = tops.size > 0 ? tops : wanted;
  return [...found].map(([item, revision]) => ({ item, revision })).toSorted((a, b) => (a.item < b.item ? -1 : 1));
}

export function merged(eboms: readonly Ebom[]): Ebom {
  const assemblies = new Map<ItemRevisionKey, EbomAssembly>();
  const items = new Map<ItemRevisionKey, Item>();
  for (const ebom of eboms) {
    for (const [key, assembly] of ebom.assemblies) assemblies.set(key, assembly);
    for (const [key, item] of ebom.items) items.set(key, item);
  }
  return { assemblies, items };
}

/** Two products over one broken part tell of it twice. */
export function distinct(findings: readonly Finding[]): Finding[] {
  return [...new Map(findings.map((finding) => [JSON.stringify(finding), finding])).values()];
}
