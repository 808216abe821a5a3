import type { FastifyRequest } from "fastify";
import type { Filter } from "./collection.ts";
import { malformed } from "./errors.ts";

/** How many values one repeatable filter takes, and how many records one page holds at most. */
export const LIST_MAX = 200;

/** A request's query, by name: every parameter may be repeated here; `filters` decides which may. */
export type Query = ReadonlyMap<string, readonly string[]>;

/** @throws ApiError 400 on a parameter that is not among `known`: a filter must not be ignored in silence. */
export function queryOf(request: FastifyRequest, known: readonly string[]): Query {
  const given = Object.entries(request.query as Record<string, string | string[]>);
  return new Map(
    given.map(([name, value]) => {
      if (!known.includes(name))
        throw malformed(`there is no query parameter ${name}; known: ${known.join(", ")}`, name);
      const values = [value].flat();
      if (values.length > LIST_MAX) throw malformed(`at most ${LIST_MAX} values of ${name}`, name);
      return [name, values];
    }),
  );
}

/** The one value of a parameter, null when absent. @throws ApiError 400 when it is repeated. */
export function single(query: Query, name: string): string | null {
  const values = query.get(name) ?? [];
  if (values.length > 1) throw malformed(`${name} may be given once`, name);
  return values[0] ?? null;
}

/** @throws ApiError 400 when it is not a whole number between `least` and `most`. */
export function wholeNumber(query: Query, name: string, least: number, most: number, otherwise: number): number {
  const text = single(query, name);
  if (text === null) return otherwise;
  const value = Number(text);
  if (!/^\d{1,15}$/.test(text) || value < least || value > most) {
    throw malformed(`${name} is a whole number from ${least} to ${most}`, name);
  }
  return value;
}

/** The filters of `names` that the query has; `any of` where it repeats one. */
export function filtersBy(query: Query, names: readonly string[]): Filter[] {
  return names.flatMap((name) => {
    const any = query.get(name);
    return any === undefined ? [] : [{ kind: name, any }];
  });
}

/** The filters by a record's free reference: `reference=` exactly, `referenceStartsWith=` by its beginning. */
export function referenceFilters(query: Query, member: "reference" | "externalReference"): Filter[] {
  const startsWith = single(query, `${member}StartsWith`);
  return [...filtersBy(query, [member]), ...(startsWith === null ? [] : [{ kind: member, startsWith }])];
}
