import { readFile } from "node:fs/promises";
import { extname } from "node:path";
import type { EbomFile } from "../config/ebom-file.ts";
import type { Loaded, Mistake } from "../config/mistake.ts";
import { openSource } from "../config/source-file.ts";
import { ExportMapping } from "../connectors/files/config.ts";
import type { Flaw } from "../connectors/files/flaw.ts";
import { toRevision } from "../connectors/files/mapping.ts";
import { readExport } from "../connectors/files/read-export.ts";
import { itemRevision } from "../domain/ebom.ts";
import { CliFailure, FileMistakes } from "./failure.ts";
import { readInput } from "./input-file.ts";

const TABLES = new Set([".csv", ".tsv", ".txt", ".xlsx", ".xls"]);
/** Of the product, where the export states none. */
const REVISION = toRevision("A");

/** Whether a file is a table that only a mapping can make an eBOM of. */
export function isTable(file: string): boolean {
  return TABLES.has(extname(file).toLowerCase());
}

/**
 * Reads a BOM export, CSV or Excel, by a mapping file.
 * @throws CliFailure for a file that cannot be read, FileMistakes for one that says something wrong.
 */
export async function readExportFile(file: string, mappingFile: string): Promise<EbomFile> {
  const mapping = await readInput(mappingFile, loadMapping);
  const bom = readExport(await readBytes(file), mapping, { file, product: null, revision: REVISION });
  if (bom.flaws.length > 0) throw new FileMistakes(bom.flaws.map((flaw) => toMistake(file, flaw)));
  return { ebom: bom.ebom, tops: [itemRevision(bom.top.item, bom.top.revision)] };
}

/** Reads a mapping file; all mistakes in one go. */
export function loadMapping(file: string, text: string): Loaded<ExportMapping> {
  const source = openSource(file, text);
  const value = source.read([], ExportMapping);
  return value === null ? { ok: false, mistakes: source.mistakes() } : { ok: true, value };
}

function toMistake(file: string, { row, column, problem, fix }: Flaw): Mistake {
  return {
    file,
    line: row ?? 1,
    column: (column?.at ?? 0) + 1,
    message: column === null ? problem : `column "${column.name}": ${problem}`,
    fix: fix.charAt(0).toLowerCase() + fix.slice(1).replace(/\.$/, ""),
  };
}

async function readBytes(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (cause) {
    const fix = "check the path, and that the file may be read";
    throw new CliFailure(`cannot read ${file}`, { field: file, fix, cause });
  }
}
