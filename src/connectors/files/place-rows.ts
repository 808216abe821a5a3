import type { ItemId } from "../../domain/ids.ts";
import type { ExportMapping } from "./config.ts";
import type { Column, Header } from "./find-header.ts";
import type { Flaw } from "./flaw.ts";
import type { ExportRow } from "./read-rows.ts";
import { levelsByColumn, levelsByIndent, structureFlaw, type LevelledRow } from "./row-levels.ts";

/** An assembly where it stands in the export, and the rows directly below it. */
export type Placed = { readonly item: ItemId; readonly row: ExportRow | null; readonly below: readonly ExportRow[] };

export type Structure = {
  /** The product; its row where it has one. */
  readonly top: { readonly item: ItemId; readonly row: ExportRow | null };
  readonly assemblies: readonly Placed[];
  readonly flaws: readonly Flaw[];
};

/** `product` is the item that the export is known to be of, null where only its rows can tell. */
export function placeRows(
  rows: readonly ExportRow[],
  header: Header,
  mapping: ExportMapping,
  { product, otherwise }: { readonly product: ItemId | null; readonly otherwise: ItemId },
): Structure {
  const level = header.columns.get("level");
  if (level !== undefined) return placeByLevel(levelsByColumn(rows, level), header, product, otherwise);
  if (header.columns.has("parent")) return placeByParent(rows, header, product, otherwise);
  const item = header.columns.get("item");
  if (mapping.indented === true && item !== undefined) {
    return placeByLevel(levelsByIndent(rows, item), header, product, otherwise);
  }
  // A plain list: everything is directly in the product.
  const top = { item: product ?? otherwise, row: null };
  return { top, assemblies: [{ ...top, below: rows }], flaws: [] };
}

function placeByLevel(
  { rows, flaws: unreadable }: { readonly rows: readonly LevelledRow[]; readonly flaws: readonly Flaw[] },
  header: Header,
  product: ItemId | null,
  otherwise: ItemId,
): Structure {
  const column = header.columns.get("level") ?? null;
  const flaws = [...unreadable];
  const first = Math.min(...rows.map(({ level }) => level));
  const tops: ExportRow[] = [];
  const below = new Map<ExportRow, ExportRow[]>();
  const path: LevelledRow[] = [];
  let isLost = false;
  for (const { row, level } of rows) {
    while ((path.at(-1)?.level ?? -1) >= level) path.pop();
    const above = path.at(-1);
    const aboveLevel = above?.level ?? first - 1;
    if (level > aboveLevel + 1) {
      // What stands below a lost row is lost with it, and need not be told as well.
      if (!isLost) flaws.push(jumpFlaw(row, column, level, above));
      isLost = true;
      continue;
    }
    isLost = false;
    if (above === undefined) tops.push(row);
    else rowsUnder(above.row, below).push(row);
    path.push({ row, level });
  }
  const assemblies = [...below].map(([row, rowsBelow]) => ({ item: row.item, row, below: rowsBelow }));
  return withTop(tops, assemblies, flaws, header, product, otherwise);
}

function rowsUnder(row: ExportRow, below: Map<ExportRow, ExportRow[]>): ExportRow[] {
  const known = below.get(row);
  if (known !== undefined) return known;
  const rows: ExportRow[] = [];
  below.set(row, rows);
  return rows;
}

function jumpFlaw(row: ExportRow, column: Column | null, level: number, above: LevelledRow | undefined): Flaw {
  const shown = row.text("level") === "" ? `level ${level}` : `"${row.text("level")}"`;
  const after = above === undefined ? "nothing stands above it" : `${above.row.item} above it has level ${above.level}`;
  const fix = "Correct the level, or add the row that is missing in between.";
  return structureFlaw(row, column, `${shown} leaves out a level: ${after}`, fix);
}

const parentOf = (row: ExportRow) => row.text("parent") as ItemId;

function placeByParent(
  rows: readonly ExportRow[],
  header: Header,
  product: ItemId | null,
  otherwise: ItemId,
): Structure {
  const column = header.columns.get("parent") ?? null;
  const listed = new Map(rows.toReversed().map((row) => [row.item, row]));
  const tops = rows.filter((row) => row.text("parent") === "");
  const byParent = Map.groupBy(
    rows.filter((row) => row.text("parent") !== ""),
    parentOf,
  );
  const unlisted = [...byParent.keys()].filter((parent) => !listed.has(parent));
  // Without a row of its own the product is the one parent that no row is of.
  const implied = product ?? (tops.length === 0 ? (unlisted[0] ?? null) : null);
  const topItem = implied ?? (tops[0]?.item || otherwise);
  const lost = unlisted.filter((parent) => parent !== topItem).flatMap((parent) => byParent.get(parent) ?? []);
  const flaws = lost.map((row) => {
    const problem = `its parent "${parentOf(row)}" is in no row, and is not the product ${topItem}`;
    return structureFlaw(row, column, problem, "Correct the parent, or add its row.");
  });
  const assemblies = [...byParent].flatMap(([item, below]) => {
    const row = listed.get(item);
    return row === undefined ? [] : [{ item, row, below }];
  });
  const named = listed.has(topItem) ? [] : (byParent.get(topItem) ?? []);
  if (named.length === 0) return withTop(tops, assemblies, flaws, header, implied, otherwise);
  const top = { item: topItem, row: null };
  return { top, assemblies: [{ ...top, below: [...tops, ...named] }, ...assemblies], flaws };
}

/** The rows that stand at the top are the product itself, or all of what it is made of. */
function withTop(
  tops: readonly ExportRow[],
  assemblies: readonly Placed[],
  flaws: readonly Flaw[],
  header: Header,
  product: ItemId | null,
  otherwise: ItemId,
): Structure {
  const own = tops.find(({ item }) => item === product) ?? (product === null ? tops[0] : undefined);
  if (own !== undefined) {
    const other = tops.find((row) => row !== own);
    const found = other === undefined ? flaws : [...flaws, rootsFlaw(own, other, header)];
    return { top: { item: own.item || otherwise, row: own }, assemblies, flaws: found };
  }
  const top = { item: product ?? otherwise, row: null };
  const [first, second] = tops;
  if (first === undefined) return { top, assemblies, flaws };
  const isOther = second === undefined && assemblies.some(({ row }) => row === first);
  return {
    top,
    assemblies: [{ ...top, below: tops }, ...assemblies],
    flaws: isOther ? [...flaws, otherProductFlaw(first, top.item, header)] : flaws,
  };
}

function rootsFlaw(first: ExportRow, second: ExportRow, header: Header): Flaw {
  return structureFlaw(
    second,
    structureColumn(header),
    `"${second.item}" stands at the top, as "${first.item}" in row ${first.number} does`,
    "Export one product a file; or where the export lists only its parts, name the product by `top` in the mapping.",
  );
}

/** One assembly with everything below it, under another number: to put the product above it would be a guess. */
function otherProductFlaw(row: ExportRow, product: ItemId, header: Header): Flaw {
  return structureFlaw(
    row,
    header.columns.get("item") ?? null,
    `the export is of "${row.item}", where ${product} was expected`,
    "Correct the file's name, `top` in the mapping, or the row.",
  );
}

function structureColumn({ columns }: Header): Column | null {
  return columns.get("level") ?? columns.get("parent") ?? columns.get("item") ?? null;
}
