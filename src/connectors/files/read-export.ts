import { basename, extname } from "node:path";
import { itemRevision, type Ebom } from "../../domain/ebom.ts";
import type { ItemId, Revision } from "../../domain/ids.ts";
import type { Item } from "../../domain/item.ts";
import type { ExportMapping } from "./config.ts";
import { findHeader, headerFit } from "./find-header.ts";
import { fileFlaw, type Flaw } from "./flaw.ts";
import { FLAWS_MAX } from "./limits.ts";
import { toEbom, toItemId, type MappedBom } from "./mapping.ts";
import { placeRows } from "./place-rows.ts";
import { readRows } from "./read-rows.ts";
import { readTable } from "./read-table.ts";

export type ExportFile = {
  /** As messages call it; also the product's number where nothing else gives one. */
  readonly file: string;
  /** The product that the export is known to be of. */
  readonly product: ItemId | null;
  /** The product's revision, where no row states it. */
  readonly revision: Revision;
};

/** What could be read of an export, and everything that is wrong with it. Without flaws it is whole. */
export type ExportedBom = MappedBom & { readonly file: string };

/** Reads a CSV file or Excel workbook as an eBOM. */
export function readExport(bytes: Uint8Array, mapping: ExportMapping, given: ExportFile): ExportedBom {
  const product = productOf(given, mapping);
  const otherwise = toItemId(basename(given.file, extname(given.file)));
  if (mapping.columns.level !== undefined && mapping.columns.parent !== undefined) {
    const fix = "Keep one of columns.level and columns.parent in the mapping.";
    return unreadable(fileFlaw("the mapping gives both a level and a parent column", fix, "mapping"), given, product);
  }
  const read = readTable(bytes, mapping, (start) => headerFit(start, mapping));
  if ("flaw" in read) return unreadable(read.flaw, given, product);
  const header = findHeader(read.table, mapping);
  if ("flaw" in header) return unreadable(header.flaw, given, product);
  const { rows, flaws } = readRows(read.table, header, mapping);
  if (rows.length === 0) return unreadable(flaws[0] ?? noRows(header.row), given, product);
  const bom = toEbom(placeRows(rows, header, mapping, { product, otherwise }), header, mapping, given.revision);
  const all = [...flaws, ...bom.flaws].toSorted((a, b) => (a.row ?? 0) - (b.row ?? 0));
  return { ...bom, file: given.file, flaws: firstOf(all) };
}

function firstOf(flaws: readonly Flaw[]): readonly Flaw[] {
  if (flaws.length <= FLAWS_MAX) return flaws;
  const more = fileFlaw(`${flaws.length - FLAWS_MAX} more cells are wrong`, "Mend the first ones, or the mapping.");
  return [...flaws.slice(0, FLAWS_MAX), more];
}

export function productOf({ product }: ExportFile, { top }: ExportMapping): ItemId | null {
  return product ?? (top === undefined ? null : toItemId(top));
}

/** The BOM of a file of which nothing can be read. */
export function unreadable(flaw: Flaw, { file, revision }: ExportFile, product: ItemId | null): ExportedBom {
  const item = product ?? toItemId(basename(file, extname(file)));
  const facts = { name: item, type: "assembly", unit: "EA", state: "released", attributes: {} } as const;
  // The product is there, though nothing is known of it: so the one thing to be told is why.
  const top: Item = { item, revision, ...facts, unitFactors: [], approvedSources: [] };
  const ebom: Ebom = { assemblies: new Map(), items: new Map([[itemRevision(item, revision), top]]) };
  return { file, top: { item, revision }, ebom, digest: "", flaws: [flaw] };
}

function noRows(header: number): Flaw {
  const problem = "nothing stands below the header row: the structure has no lines";
  return { ...fileFlaw(problem, "Export the structure again."), code: "bom-empty", row: header };
}
