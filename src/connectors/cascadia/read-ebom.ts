import { itemRevision, type EbomAssembly, type EbomLine, type ItemRevisionKey } from "../../domain/ebom.ts";
import type { Finding } from "../../domain/finding.ts";
import type { ItemId, Revision } from "../../domain/ids.ts";
import type { Item } from "../../domain/item.ts";
import { path, type Http } from "../http/http-client.ts";
import type { EbomRead } from "../port.ts";
import type { CascadiaSettings } from "./config.ts";
import { ambiguousTop, identified, isReleased, missingTop, toItem, toItemId, toLine } from "./mapping.ts";
import { currentParts, definitionIn, revisionRows, withRecord } from "./parts.ts";
import { CONTRACTS, type Part, type Usage } from "./wire.ts";

type Structure = {
  /** Part revisions by row id. */
  readonly parts: ReadonlyMap<string, Part>;
  readonly usages: ReadonlyMap<string, readonly Usage[]>;
  /** The row that a usage stands for, by the usage's id. */
  readonly children: ReadonlyMap<string, Part>;
};

/**
 * Reads a structure level by level, each part revision once, so that it ends on a cyclic structure too.
 * What cannot be read becomes findings.
 *
 * It goes by the usages of each row. A design's structure in one request would be quicker, but shows lines of
 * superseded revisions.
 */
export async function readEbom(
  http: Http,
  item: ItemId,
  revision: Revision,
  settings: CascadiaSettings,
): Promise<EbomRead> {
  const tops = await revisionRows(http, item, revision);
  const [top] = tops;
  const empty = { assemblies: new Map(), items: new Map() };
  if (top === undefined) return { ebom: empty, findings: missingTop(item, revision, http.system) };
  if (tops.length > 1) return { ebom: empty, findings: ambiguousTop(item, tops.length, http.system) };
  return toEbom(await readStructure(http, top, settings), http.system, settings);
}

async function readStructure(http: Http, top: Part, settings: CascadiaSettings): Promise<Structure> {
  const parts = new Map<string, Part>();
  const usages = new Map<string, readonly Usage[]>();
  const children = new Map<string, Part>();
  const hasUsages = makeAssemblyTest(http);
  let level: readonly Part[] = [top];
  while (level.length > 0) {
    const read = await Promise.all(
      level.map(async (row) => ({
        part: await withRecord(http, row),
        usages: (await hasUsages(row)) ? await usagesOf(http, row) : [],
      })),
    );
    for (const { part, usages: own } of read) {
      parts.set(part.id, part);
      usages.set(part.id, own);
    }
    const below = read.flatMap(({ usages: own }) => own);
    const stoodFor = await currentRows(http, below, settings);
    for (const usage of below) children.set(usage.id, stoodFor(usage));
    const next = new Map(below.map((usage) => stoodFor(usage)).map((row) => [row.id, row]));
    level = [...next.values()].filter(({ id }) => !parts.has(id));
  }
  return { parts, usages, children };
}

/**
 * Tells which rows have lines, by one request for each design: most parts of a product have none, and asking each
 * of them would use up what Cascadia answers in a minute.
 */
function makeAssemblyTest(http: Http): (row: Part) => Promise<boolean> {
  const sources = new Map<string, Promise<ReadonlySet<string>>>();
  return async ({ id, designId }) => {
    if (designId === null) return true;
    const known = sources.get(designId) ?? sourcesIn(http, designId);
    sources.set(designId, known);
    return (await known).has(id);
  };
}

async function sourcesIn(http: Http, designId: string): Promise<ReadonlySet<string>> {
  const { data } = await http.read({
    doing: `looking which parts of design ${designId} are assemblies`,
    object: designId,
    path: "/api/v1/relationships",
    query: { designId, type: "BOM" },
    answer: CONTRACTS.pairs,
  });
  return new Set(data.relationships.map(({ sourceId }) => sourceId));
}

async function usagesOf(http: Http, row: Part): Promise<readonly Usage[]> {
  const { data } = await http.read({
    doing: `reading the BOM of ${row.itemNumber} revision ${row.revision}`,
    object: row.itemNumber,
    path: path`/api/v1/items/${row.id}/relationships`,
    query: { type: "BOM" },
    answer: CONTRACTS.relationships,
  });
  return data.relationships;
}

/**
 * A usage names the row of the day it was made. What it stands for is the part in its current released revision,
 * as Cascadia itself shows it; the named row only where the part was never released.
 */
async function currentRows(
  http: Http,
  usages: readonly Usage[],
  settings: CascadiaSettings,
): Promise<(usage: Usage) => Part> {
  const isSettled = (row: Part) => isReleased(row, settings) && row.usageOf === null;
  const open = usages.map(({ targetItem }) => targetItem).filter((row) => !isSettled(row));
  const current = await currentParts(
    http,
    open.map(({ itemNumber }) => itemNumber),
  );
  const released = new Map(
    current.filter((row) => isReleased(row, settings)).map((row) => [row.masterId, row] as const),
  );
  return ({ targetItem }) =>
    isSettled(targetItem)
      ? targetItem
      : (definitionIn(current, targetItem, settings) ?? released.get(targetItem.masterId) ?? targetItem);
}

function toEbom({ parts, usages, children }: Structure, system: Http["system"], settings: CascadiaSettings): EbomRead {
  const findings: Finding[] = [];
  const items = new Map<ItemRevisionKey, Item>();
  const assemblies = new Map<ItemRevisionKey, EbomAssembly>();
  const ofRow = new Map<string, Item>();
  for (const part of parts.values()) {
    const read = toItem(part, system, settings);
    findings.push(...read.findings);
    if (read.value === null) continue;
    items.set(itemRevision(read.value.item, read.value.revision), read.value);
    ofRow.set(part.id, read.value);
  }
  for (const part of parts.values()) {
    const own = usages.get(part.id) ?? [];
    if (own.length === 0) continue;
    const item = toItemId(part.itemNumber);
    const revision = part.revision as Revision;
    const lines: EbomLine[] = [];
    for (const line of identified(own, item)) {
      const child = ofRow.get(children.get(line.usage.id)?.id ?? "");
      // A line whose item cannot be read is not readable either; the item's own finding says why.
      if (child === undefined) continue;
      const read = toLine(line, child, item, system);
      findings.push(...read.findings);
      if (read.value !== null) lines.push(read.value);
    }
    assemblies.set(itemRevision(item, revision), { item, revision, lines });
  }
  return { ebom: { assemblies, items }, findings };
}
