import { inBatches } from "../in-batches.ts";
import type { Company } from "./company.ts";

type Reader = Pick<Company, "read">;
import { withoutMissing } from "./modules.ts";
import { CONTRACTS, type Model } from "./wire.ts";

/** A search as Tryton reads it: clauses `[field, operator, value]`, all of which must hold. */
export type Domain = readonly unknown[];

/** Values of one `in` clause: SQLite takes 32,766 in all. */
const VALUES_PER_REQUEST = 2_000;

/** Finds archived records too: by itself a search sees only active ones. */
export const ARCHIVED_TOO = ["active", "in", [true, false]] as const;

/** Every record that a search finds, by id. */
export async function readAll<T extends { readonly id: number }>(
  company: Reader,
  { name, fields, rows, page: size }: Model<T>,
  doing: string,
  domain: Domain,
): Promise<readonly T[]> {
  const all: T[] = [];
  for (let after = -1; ;) {
    const params = [[...domain, ["id", ">", after]], 0, size, [["id", "ASC"]], fields];
    const page = await company.read({ doing, method: `model.${name}.search_read`, params, answer: rows });
    all.push(...page);
    const last = page.at(-1);
    if (last === undefined || page.length < size) return all;
    after = last.id;
  }
}

/** Every record whose `field` is one of `values`; fields of modules that this Tryton lacks are left out. */
export async function readAllOf<T extends { readonly id: number }>(
  company: Company,
  model: Model<T>,
  doing: string,
  domain: Domain,
  field: string,
  values: readonly (string | number)[],
): Promise<readonly T[]> {
  const { modules } = await company.facts();
  const there = withoutMissing(model, modules);
  return await inBatches<string | number, T>([...new Set(values)], VALUES_PER_REQUEST, (some) =>
    readAll(company, there, doing, [...domain, [field, "in", some]]),
  );
}

/** The first `limit` records of a search in an order. */
export async function readFirst<T>(
  company: Company,
  { name, fields, rows }: Model<T>,
  doing: string,
  domain: Domain,
  order: readonly (readonly [string, "ASC" | "DESC"])[],
  limit: number,
): Promise<readonly T[]> {
  const params = [domain, 0, limit, order, fields];
  return await company.read({ doing, method: `model.${name}.search_read`, params, answer: rows });
}

type Writing = {
  readonly doing: string;
  readonly object: string;
  /** States that records must still have, as `statesOf` gives them. */
  readonly expecting?: Readonly<Record<string, string>>;
};

/** Makes one record, with all that its values hold, in one transaction. */
export async function createRecord(company: Company, model: string, values: object, writing: Writing): Promise<number> {
  const [id] = await createRecords(company, model, [values], writing);
  if (id === undefined) throw new RangeError(`Tryton created a ${model} without an id`);
  return id;
}

/** Makes several records of a model in one transaction: all of them or none. */
export async function createRecords(
  company: Company,
  model: string,
  values: readonly object[],
  { doing, object, expecting }: Writing,
): Promise<readonly number[]> {
  const call = { doing, object, method: `model.${model}.create`, params: [values], answer: CONTRACTS.ids };
  return await company.write(call, expecting);
}

/** Writes values to records, pairs of ids and values, in one transaction. */
export async function writeRecords(
  company: Company,
  model: string,
  pairs: readonly (readonly number[] | object)[],
  { doing, object, expecting }: Writing,
): Promise<void> {
  await company.write(
    { doing, object, method: `model.${model}.write`, params: pairs, answer: CONTRACTS.nothing },
    expecting,
  );
}

/** Calls what a button of the client does, or deletes. */
export async function actOn(
  company: Company,
  model: string,
  action: string,
  ids: readonly number[],
  { doing, object, expecting }: Writing,
): Promise<void> {
  await company.write(
    {
      doing,
      object,
      method: `model.${model}.${action}`,
      params: [ids],
      answer: CONTRACTS.nothing,
    },
    expecting,
  );
}
