import { itemRevision, type EbomAssembly, type EbomLine, type ItemRevisionKey } from "../../domain/ebom.ts";
import type { Finding } from "../../domain/finding.ts";
import type { ItemId, Revision } from "../../domain/ids.ts";
import type { Item } from "../../domain/item.ts";
import type { Http } from "../http/http-client.ts";
import { inBatches } from "../in-batches.ts";
import type { EbomRead } from "../port.ts";
import { missingItem, missingTop, toItem, toKey, toLine } from "./mapping.ts";
import { CONTRACTS, type PartRevision, type Usage } from "./wire.ts";

/** Part revisions asked for in one request; the PLM takes 200, half keeps answers with long BOMs small. */
const KEYS_PER_REQUEST = 100;

type Key = { readonly item: ItemId; readonly revision: Revision };

/**
 * Reads a structure level by level, each item revision once, so that it ends on a cyclic structure too.
 * What cannot be read becomes findings.
 */
export async function readEbom(http: Http, top: Key): Promise<EbomRead> {
  const parts = await readParts(http, top);
  if (!parts.has(keyOf(top))) {
    return {
      ebom: { assemblies: new Map(), items: new Map() },
      findings: missingTop(top.item, top.revision, http.system),
    };
  }
  const findings: Finding[] = [];
  const items = new Map<ItemRevisionKey, Item>();
  for (const [key, part] of parts) {
    const read = toItem(part, http.system);
    findings.push(...read.findings);
    if (read.value !== null) items.set(key, read.value);
  }
  const assemblies = new Map<ItemRevisionKey, EbomAssembly>();
  for (const [key, part] of parts) {
    if (!part.hasBom) continue;
    const assembly = toAssembly(part, parts, items, http.system);
    findings.push(...assembly.findings);
    assemblies.set(key, assembly.assembly);
  }
  return { ebom: { assemblies, items }, findings };
}

/** Every part revision in reach of `top` that the PLM has. */
async function readParts(http: Http, top: Key): Promise<ReadonlyMap<ItemRevisionKey, PartRevision>> {
  const parts = new Map<ItemRevisionKey, PartRevision>();
  const asked = new Set<ItemRevisionKey>([keyOf(top)]);
  let level: readonly Key[] = [top];
  while (level.length > 0) {
    const read = await inBatches(level, KEYS_PER_REQUEST, (keys) => readLevel(http, top, keys));
    const below: Key[] = [];
    for (const part of read) {
      parts.set(keyOf(toKey(part)), part);
      for (const usage of part.usages) {
        const child = childOf(usage);
        if (child === null || asked.has(keyOf(child))) continue;
        asked.add(keyOf(child));
        below.push(child);
      }
    }
    level = below;
  }
  return parts;
}

async function readLevel(http: Http, top: Key, keys: readonly Key[]): Promise<readonly PartRevision[]> {
  const { value } = await http.read({
    doing: `reading the eBOM of ${keyOf(top)}`,
    object: top.item,
    path: "/api/v2/part-revisions/query",
    body: { keys: keys.map(({ item, revision }) => ({ partNumber: item, revision })), expand: ["bom"] },
    answer: CONTRACTS.partRevisions,
  });
  return value;
}

function toAssembly(
  part: PartRevision,
  parts: ReadonlyMap<ItemRevisionKey, PartRevision>,
  items: ReadonlyMap<ItemRevisionKey, Item>,
  system: Http["system"],
): { readonly assembly: EbomAssembly; readonly findings: readonly Finding[] } {
  const { item, revision } = toKey(part);
  const findings: Finding[] = [];
  const lines: EbomLine[] = [];
  for (const usage of part.usages) {
    const read = toLine(usage, item, system);
    findings.push(...read.findings);
    const child = childOf(usage);
    if (child !== null && !parts.has(keyOf(child))) findings.push(...missingItem(usage, item, system));
    // A line whose item cannot be read is not readable either; the item's own finding says why.
    else if (read.value !== null && child !== null && items.has(keyOf(child))) lines.push(read.value);
  }
  return { assembly: { item, revision, lines }, findings };
}

function childOf({ partNumber, revision }: Usage): Key | null {
  return revision === null ? null : toKey({ partNumber, revision });
}

function keyOf({ item, revision }: Key): ItemRevisionKey {
  return itemRevision(item, revision);
}
