import type { Collection, Filter, Stored } from "./collection.ts";
import { LIST_MAX, wholeNumber, type Query } from "./query.ts";

const LIMIT_DEFAULT = 100;

/** Query parameters of every paged list. */
export const PAGING = ["limit", "page"] as const;
/** Query parameters of every list since a sequence. */
export const SINCE = ["limit", "since"] as const;

export type Page<T> = { readonly value: readonly T[]; readonly next: string | null };
export type SincePage<T> = { readonly value: readonly T[]; readonly cursor: number; readonly more: boolean };

/** One page of a collection, oldest first. The token is the last record's id, so nothing shifts between pages. */
export function paged<T, Shown>(
  collection: Collection<T>,
  query: Query,
  filters: readonly Filter[],
  show: (stored: Stored<T>) => Shown,
): Page<Shown> {
  const limit = limitOf(query);
  const after = wholeNumber(query, "page", 0, Number.MAX_SAFE_INTEGER, 0);
  const rows = collection.list(filters, after, limit + 1);
  const shown = rows.slice(0, limit);
  return { value: shown.map(show), next: rows.length > limit ? String(shown.at(-1)?.id) : null };
}

/** One page of what was written after a sequence. */
export function pagedSince<T, Shown>(
  collection: Collection<T>,
  query: Query,
  filters: readonly Filter[],
  show: (stored: Stored<T>) => Shown,
): SincePage<Shown> {
  const limit = limitOf(query);
  const since = wholeNumber(query, "since", 0, Number.MAX_SAFE_INTEGER, 0);
  const rows = collection.since(filters, since, limit + 1);
  const shown = rows.slice(0, limit);
  return { value: shown.map(show), cursor: shown.at(-1)?.sequence ?? since, more: rows.length > limit };
}

/** A page of what is already in memory; the token is the place in it. */
export function pagedArray<T>(all: readonly T[], query: Query): Page<T> {
  const from = wholeNumber(query, "page", 0, Number.MAX_SAFE_INTEGER, 0);
  const until = from + limitOf(query);
  return { value: all.slice(from, until), next: until < all.length ? String(until) : null };
}

function limitOf(query: Query): number {
  return wholeNumber(query, "limit", 1, LIST_MAX, LIMIT_DEFAULT);
}
