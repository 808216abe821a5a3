import { allPages } from "../http/all-pages.ts";
import { path, type Http } from "../http/http-client.ts";
import { inBatches } from "../in-batches.ts";
import type { CascadiaSettings } from "./config.ts";
import { isReleased } from "./mapping.ts";
import { CONTRACTS, type HistoryEntry, type Part } from "./wire.ts";

/** Numbers asked for in one request: they stand in its address, which has its limits. */
const NUMBERS_PER_REQUEST = 40;
const PAGE = 200;

/** The current row of each of these numbers; several where designs share a number. */
export async function currentParts(http: Http, numbers: readonly string[]): Promise<readonly Part[]> {
  return await inBatches([...new Set(numbers)], NUMBERS_PER_REQUEST, (batch) =>
    allPages(async (offset) => {
      const { data } = await http.read({
        doing: "looking up parts by their numbers",
        path: "/api/v1/items",
        query: {
          itemType: "Part",
          columnFilters: JSON.stringify({ itemNumber: batch }),
          sortField: "createdAt",
          sortDirection: "asc",
          limit: PAGE,
          offset: Number(offset ?? 0),
        },
        answer: CONTRACTS.parts,
      });
      const read = Number(offset ?? 0) + data.items.length;
      return { value: data.items, next: read < data.total && data.items.length > 0 ? String(read) : null };
    }),
  );
}

/** A row by its id; null when it was deleted. */
export async function partRow(http: Http, id: string): Promise<Part | null> {
  const answer = await http.readIfThere({
    doing: `reading part ${id}`,
    object: id,
    path: path`/api/v1/parts/${id}`,
    answer: CONTRACTS.part,
  });
  return answer?.data.part ?? null;
}

/** Everything that happened to a part in its design, whatever its revision; the newest first. */
export async function historyOf(http: Http, row: { readonly id: string; readonly itemNumber: string }) {
  const answer = await http.readIfThere({
    doing: `reading the history of ${row.itemNumber}`,
    object: row.itemNumber,
    path: path`/api/v1/items/${row.id}/history`,
    answer: CONTRACTS.history,
  });
  return answer?.data.history ?? [];
}

/** The ids of all rows of a part, this one's first. */
export function rowsIn(history: readonly HistoryEntry[], own: string): readonly string[] {
  const others = history.flatMap(({ item, previousItem }) => [
    item.id,
    ...(previousItem == null ? [] : [previousItem.id]),
  ]);
  return [...new Set([own, ...others])];
}

/**
 * The released part that a row stands in for in another design, among the rows with its number. Such a copy has a
 * revision count of its own, which must not pass for the part's. One with a number of its own is a part of its own.
 */
export function definitionIn(
  current: readonly Part[],
  { usageOf, itemNumber }: Pick<Part, "usageOf" | "itemNumber">,
  settings: CascadiaSettings,
): Part | null {
  if (usageOf === null) return null;
  const definitions = current.filter(
    (row) => row.itemNumber === itemNumber && row.usageOf === null && isReleased(row, settings),
  );
  return definitions.length === 1 ? (definitions[0] ?? null) : null;
}

/** The rows with this number and revision: the current one, else one of the history. */
export async function revisionRows(http: Http, number: string, revision: string): Promise<readonly Part[]> {
  const current = await currentParts(http, [number]);
  const found = current.filter((row) => row.revision === revision);
  if (found.length > 0) return withoutUsages(found);
  const older = await Promise.all(
    withoutUsages(current).map(async (row) => {
      const history = await historyOf(http, row);
      const of = history.flatMap(({ item, previousItem }) => [item, ...(previousItem == null ? [] : [previousItem])]);
      const then = of.find((one) => one.revision === revision);
      return then === undefined ? null : await partRow(http, then.id);
    }),
  );
  return older.filter((row) => row !== null);
}

/** A part that stands in for a definition in another design has the definition's number. */
function withoutUsages(rows: readonly Part[]): readonly Part[] {
  const definitions = rows.filter(({ usageOf }) => usageOf === null);
  return definitions.length > 0 ? definitions : rows;
}

/**
 * The part with its own record. The release of a part that was made on a change's branch copies its row but not
 * that record, which then stands only at the row from before.
 */
export async function withRecord(http: Http, part: Part): Promise<Part> {
  if (part.itemId !== undefined) return part;
  const [, ...before] = rowsIn(await historyOf(http, part), part.id);
  for (const id of before) {
    const row = await partRow(http, id);
    if (row?.itemId !== undefined) return { ...row, ...part };
  }
  return part;
}
