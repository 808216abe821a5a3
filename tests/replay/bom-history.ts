import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "csv-parse/sync";

/** One line of a parts list, as its author typed it; only the spaces around the words are taken off. */
export type ListedPart = {
  readonly name: string;
  readonly quantity: string;
  readonly type: string;
  readonly optional: string;
  readonly note: string;
};

export type BomRevision = { readonly file: string; readonly revision: string; readonly parts: readonly ListedPart[] };

/**
 * Reads a folder of successive CSV parts lists (`01-….csv`, `02-….csv`), oldest first. A file with no
 * line at all is a revision with no parts: whether that can be built is not for a reader to say.
 */
export async function readBomHistory(folder: string): Promise<BomRevision[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith(".csv")).toSorted();
  if (files.length === 0) throw new Error(`${folder} holds no .csv file`);
  return Promise.all(
    files.map(async (file) => ({
      file,
      revision: file.split("-")[0] ?? file,
      parts: listedParts(await readFile(join(folder, file), "utf8")),
    })),
  );
}

function listedParts(text: string): ListedPart[] {
  const rows: Record<string, string>[] = parse(text, { columns: true, bom: true, relax_column_count: true });
  return rows
    .map((row) => ({
      name: field(row, "Part Name"),
      quantity: field(row, "Quantity"),
      type: field(row, "Part Type"),
      optional: field(row, "Optional"),
      note: field(row, "Note"),
    }))
    .filter(({ name }) => name !== "");
}

function field(row: Record<string, string>, column: string): string {
  return (row[column] ?? "").replaceAll(/\s+/g, " ").trim();
}
