import type { AffectedItem } from "../../domain/change.ts";
import { itemRevision, type Ebom, type EbomAssembly, type ItemRevisionKey } from "../../domain/ebom.ts";
import type { Finding } from "../../domain/finding.ts";
import type { ItemId, Revision, SystemId } from "../../domain/ids.ts";
import type { Item } from "../../domain/item.ts";
import type { EbomRead, ItemUse } from "../port.ts";
import type { ExportMapping } from "./config.ts";
import { fileFlaw, toFinding } from "./flaw.ts";
import { productOf, readExport, unreadable, type ExportedBom } from "./read-export.ts";
import type { Release, ReleasedFile } from "./releases.ts";

/** One product's export in one release. */
type Member = { readonly release: Release; readonly file: ReleasedFile };

/** Reads the exports of releases, each once as long as it is remembered. */
export type BomReader = (member: Member) => Promise<ExportedBom>;

const REMEMBERED_MAX = 64;

export function bomReader(mapping: ExportMapping): BomReader {
  const known = new Map<string, Promise<ExportedBom>>();
  return (member) => {
    const { release, file } = member;
    const key = [file.name, file.digest, release.revision].join("\n");
    const bom = known.get(key) ?? readBom(member, mapping);
    // What was asked for last is forgotten last.
    known.delete(key);
    known.set(key, bom);
    bom.catch(() => known.delete(key));
    for (const oldest of known.keys()) if (known.size > REMEMBERED_MAX) known.delete(oldest);
    return bom;
  };
}

async function readBom({ release, file }: Member, mapping: ExportMapping): Promise<ExportedBom> {
  const given = { file: file.name, product: file.product, revision: release.revision };
  const content = await file.content();
  if (content instanceof Uint8Array) return readExport(content, mapping, given);
  return unreadable(fileFlaw(content.problem, content.fix), given, productOf(given, mapping));
}

/** An export among those of its product. */
type Placed = {
  readonly bom: ExportedBom;
  /** The last readable export of another content before it. */
  readonly before: ExportedBom | null;
  /** Whether an earlier export says the same already; `bom` is then that one. */
  readonly isRepeated: boolean;
};

/**
 * An export that says what the one before it said makes no revision: the earlier one stands. Exports that
 * cannot be read were never in force, so they count for nothing here.
 */
async function placed(members: readonly Member[], at: number, read: BomReader): Promise<Placed> {
  const own = await readAt(members, at, read);
  const standing = own.flaws.length > 0 ? { bom: own, at } : await firstAlike(members, at, own, read);
  const earlier = await readableBefore(members, standing.at, read);
  const before = earlier === null ? null : (await firstAlike(members, earlier.at, earlier.bom, read)).bom;
  return { bom: standing.bom, before, isRepeated: standing.at !== at };
}

type At = { readonly bom: ExportedBom; readonly at: number };

/** The first of the readable exports in a row that say the same. */
async function firstAlike(members: readonly Member[], at: number, bom: ExportedBom, read: BomReader): Promise<At> {
  let first: At = { bom, at };
  for (;;) {
    const earlier = await readableBefore(members, first.at, read);
    if (earlier === null || earlier.bom.digest !== bom.digest) return first;
    first = earlier;
  }
}

async function readableBefore(members: readonly Member[], at: number, read: BomReader): Promise<At | null> {
  for (let earlier = at - 1; earlier >= 0; earlier--) {
    const bom = await readAt(members, earlier, read);
    if (bom.flaws.length === 0) return { bom, at: earlier };
  }
  return null;
}

async function readAt(members: readonly Member[], at: number, read: BomReader): Promise<ExportedBom> {
  const member = members[at];
  if (member === undefined) throw new RangeError(`there is no export ${at}`);
  return read(member);
}

/** Exports of each product, oldest first. */
function seriesOf(releases: readonly Release[]): ReadonlyMap<string, readonly Member[]> {
  const members = releases.flatMap((release) => release.files.map((file) => ({ release, file })));
  return Map.groupBy(members, ({ file }) => file.series);
}

/** Items that a release gives another revision than its products had before. */
export async function affectedBy(
  release: Release,
  releases: readonly Release[],
  read: BomReader,
): Promise<readonly AffectedItem[]> {
  const series = seriesOf(releases);
  const affected: AffectedItem[] = [];
  for (const file of release.files) {
    const members = series.get(file.series) ?? [];
    const at = members.findIndex((member) => member.release === release && member.file === file);
    const { bom, before, isRepeated } = await placed(members, at, read);
    if (!isRepeated) affected.push(...movedItems(before, bom));
  }
  return [...new Map(affected.map((one) => [`${one.item}\n${one.to}`, one])).values()];
}

function movedItems(before: ExportedBom | null, { top, ebom }: ExportedBom): readonly AffectedItem[] {
  const old = revisionsOf(before?.ebom.items);
  const others = [...ebom.items.values()].filter(
    ({ item, revision }) => item !== top.item && !(old.get(item)?.includes(revision) ?? false),
  );
  return [top, ...others].map(({ item, revision }) => ({
    item,
    from: old.get(item)?.[0] ?? null,
    to: revision,
    disposition: { stock: "undecided", wip: "undecided", onOrder: "undecided", finished: "undecided" },
  }));
}

function revisionsOf(items: Ebom["items"] | undefined): ReadonlyMap<ItemId, readonly Revision[]> {
  const byItem = Map.groupBy(items?.values() ?? [], ({ item }) => item);
  return new Map([...byItem].map(([item, held]) => [item, held.map(({ revision }) => revision)]));
}

/** The structure below an item revision, from the newest export that has it. */
export async function structureOf(
  wanted: { readonly item: ItemId; readonly revision: Revision },
  releases: readonly Release[],
  read: BomReader,
  system: SystemId,
): Promise<EbomRead> {
  const key = itemRevision(wanted.item, wanted.revision);
  for (const release of releases.toReversed()) {
    for (const file of release.files) {
      const bom = await read({ release, file });
      const isTop = itemRevision(bom.top.item, bom.top.revision) === key;
      if (!isTop && !bom.ebom.items.has(key)) continue;
      return { ebom: below(key, bom.ebom), findings: findingsOf(bom, system) };
    }
  }
  return { ebom: { assemblies: new Map(), items: new Map() }, findings: [missing(wanted, system)] };
}

function findingsOf({ flaws, file, top }: ExportedBom, system: SystemId): readonly Finding[] {
  return flaws.map((flaw) => toFinding(flaw, file, top.item, system));
}

function below(top: ItemRevisionKey, { assemblies, items }: Ebom): Ebom {
  const reached = new Set([top]);
  for (const key of reached) {
    for (const line of assemblies.get(key)?.lines ?? []) reached.add(itemRevision(line.item, line.revision));
  }
  const within = <T>(map: ReadonlyMap<ItemRevisionKey, T>) => new Map([...map].filter(([key]) => reached.has(key)));
  return { assemblies: within<EbomAssembly>(assemblies), items: within<Item>(items) };
}

function missing({ item, revision }: { item: ItemId; revision: Revision }, system: SystemId): Finding {
  return {
    severity: "blocked",
    code: "item-missing",
    system,
    item,
    line: null,
    field: "revision",
    cause: `No export holds ${item} revision ${revision}.`,
    fix: "Export that revision into the folder, or correct the change.",
  };
}

/**
 * Assemblies that use the item, by the newest readable export of each product. A part that none of them holds
 * any more was last used where the newest that does hold it says: it is no product of its own for that.
 */
export async function usesOf(item: ItemId, releases: readonly Release[], read: BomReader): Promise<readonly ItemUse[]> {
  const series = [...seriesOf(releases).values()];
  const newest: ExportedBom[] = [];
  for (const members of series) newest.push(...present(await newestReadable(members, read)));
  if (newest.some((bom) => holds(bom, item))) return usesIn(newest, item);
  const last: ExportedBom[] = [];
  for (const members of series) last.push(...present(await lastHolding(item, members, read)));
  return usesIn(last, item);
}

async function lastHolding(item: ItemId, members: readonly Member[], read: BomReader): Promise<ExportedBom | null> {
  for (let found = await readableBefore(members, members.length, read); found !== null;) {
    if (holds(found.bom, item)) return (await firstAlike(members, found.at, found.bom, read)).bom;
    found = await readableBefore(members, found.at, read);
  }
  return null;
}

const present = (bom: ExportedBom | null): readonly ExportedBom[] => (bom === null ? [] : [bom]);

function usesIn(boms: readonly ExportedBom[], item: ItemId): readonly ItemUse[] {
  const using = boms
    .flatMap(({ ebom }) => [...ebom.assemblies.values()])
    .filter(({ lines }) => lines.some((line) => line.item === item));
  return [...new Map(using.map(({ item: user, revision }) => [user, { item: user, revision }])).values()];
}

function holds({ top, ebom }: ExportedBom, item: ItemId): boolean {
  return top.item === item || ebom.items.values().some((one) => one.item === item);
}

async function newestReadable(members: readonly Member[], read: BomReader): Promise<ExportedBom | null> {
  const newest = await readableBefore(members, members.length, read);
  return newest === null ? null : (await firstAlike(members, newest.at, newest.bom, read)).bom;
}
