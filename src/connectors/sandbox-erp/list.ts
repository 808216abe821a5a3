import { allPages } from "../http/all-pages.ts";
import type { Contract } from "../http/contract.ts";
import type { Http, Query } from "../http/http-client.ts";
import { inBatches } from "../in-batches.ts";

/** Records on one page; the ERP's most. */
export const PAGE = 200;

/** Values of one filter in one request: an address stays below 8 KiB with codes of 60 characters. */
const VALUES_PER_REQUEST = 100;

type ListPage<T> = { readonly value: readonly T[]; readonly next: string | null };
type List<T> = {
  readonly doing: string;
  readonly path: string;
  readonly query: Query;
  readonly answer: Contract<ListPage<T>>;
};

/** Every record of a list. */
export async function readList<T>(http: Http, list: List<T>): Promise<readonly T[]> {
  return await allPages((page) => http.read({ ...list, query: { ...list.query, limit: PAGE, page } }));
}

/** Every record of a list whose `filter` is one of `values`. */
export async function readListOf<T>(
  http: Http,
  list: List<T>,
  filter: string,
  values: readonly string[],
): Promise<readonly T[]> {
  return await inBatches([...new Set(values)], VALUES_PER_REQUEST, (some) =>
    readList(http, { ...list, query: { ...list.query, [filter]: some } }),
  );
}

/** The oldest of each: where the ERP holds two records of one item, the older one counts. */
export function firstOf<Key, T>(records: readonly T[], keyOf: (record: T) => Key): ReadonlyMap<Key, T> {
  const first = new Map<Key, T>();
  for (const record of records) if (!first.has(keyOf(record))) first.set(keyOf(record), record);
  return first;
}
