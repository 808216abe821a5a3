import { itemRevision, type Ebom, type EbomLine, type ItemRevisionKey } from "../domain/ebom.ts";
import type { ItemId, PlantId, Revision } from "../domain/ids.ts";
import { naturalOrder } from "../domain/natural-order.ts";
import type { Wanted } from "../domain/plan-design.ts";
import { distinct, merged } from "./read-wanted.ts";
import type { ErpReader, PlmReader } from "./readers.ts";

/**
 * Gives a change its own revisions back where the PLM's structure has floated on to those of a later change,
 * so that both are carried out, one after the other, each as it was approved. Where the plant has a later
 * revision already, the later change has been carried out, and the structure stays as it is.
 */
export async function withOwnRevisions(
  wanted: Wanted,
  plant: PlantId,
  plm: Pick<PlmReader, "ebom">,
  erp: Pick<ErpReader, "items">,
): Promise<Wanted> {
  const overtaken = wanted.change.affected.flatMap(({ item, to }) =>
    to !== null && hasFloatedOn(item, to, wanted.ebom) ? [{ item, revision: to }] : [],
  );
  if (overtaken.length === 0) return wanted;
  const held = await erp.items.read(
    overtaken.map(({ item }) => item),
    plant,
  );
  const own = new Map(
    overtaken
      .filter(({ item, revision }) => !isNewer(held.get(item)?.value.revision ?? null, revision))
      .map(({ item, revision }) => [item, revision]),
  );
  const reads = await Promise.all([...own].map(([item, revision]) => plm.ebom.read(item, revision)));
  return {
    ...wanted,
    ebom: takenBack(merged([wanted.ebom, ...reads.map(({ ebom }) => ebom)]), own),
    findings: distinct([
      ...wanted.findings.filter(({ item }) => item === null || !own.has(item)),
      ...reads.flatMap(({ findings }) => findings),
    ]),
  };
}

function hasFloatedOn(item: ItemId, to: Revision, { assemblies }: Ebom): boolean {
  return assemblies
    .values()
    .some(({ lines }) => lines.some((line) => line.item === item && isNewer(line.revision, to)));
}

function isNewer(revision: Revision | null, than: Revision): boolean {
  return revision !== null && naturalOrder(revision, than) > 0;
}

/** The structure with no later revision of these items in it. */
function takenBack({ assemblies, items }: Ebom, own: ReadonlyMap<ItemId, Revision>): Ebom {
  const isOvertaking = (item: ItemId, revision: Revision) => {
    const to = own.get(item);
    return to !== undefined && isNewer(revision, to);
  };
  const line = (one: EbomLine): EbomLine =>
    isOvertaking(one.item, one.revision) ? { ...one, revision: own.get(one.item) ?? one.revision } : one;
  const kept = <T extends { readonly item: ItemId; readonly revision: Revision }>(
    all: ReadonlyMap<ItemRevisionKey, T>,
  ) => [...all.values()].filter(({ item, revision }) => !isOvertaking(item, revision));
  return {
    assemblies: new Map(
      kept(assemblies).map((assembly) => [
        itemRevision(assembly.item, assembly.revision),
        { ...assembly, lines: assembly.lines.map(line) },
      ]),
    ),
    items: new Map(kept(items).map((item) => [itemRevision(item.item, item.revision), item])),
  };
}
