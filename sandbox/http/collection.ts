import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";

/** A record as it is kept: its server-assigned number, how often it was written, and when last, in the order of all writes. */
export type Stored<T> = {
  readonly id: number;
  readonly number: string;
  readonly version: number;
  readonly sequence: number;
  readonly value: T;
};

/** What a record can be found by: `["itemCode", "FX-200"]`. */
export type Term = readonly [kind: string, term: string];

/**
 * Records that have any of these terms of a kind, or one that starts so. Of several filters the first one
 * finds records and the others only look at those: put the one that few records pass first.
 */
export type Filter =
  | { readonly kind: string; readonly any: readonly string[] }
  | { readonly kind: string; readonly startsWith: string };

export type Collection<T> = {
  readonly insert: (value: T) => Stored<T>;
  /** The oldest record of that number. */
  readonly get: (number: string) => Stored<T> | null;
  readonly replace: (stored: Stored<T>, value: T) => Stored<T>;
  /** As `replace`, but it stays the version that it is: for what nobody's decision is the worse for not having seen. */
  readonly amend: (stored: Stored<T>, value: T) => Stored<T>;
  readonly remove: (stored: Stored<T>) => void;
  /** Oldest first, after the id `after`. */
  readonly list: (filters: readonly Filter[], after?: number, limit?: number) => Stored<T>[];
  /** In the order they were last written, after that sequence. */
  readonly since: (filters: readonly Filter[], sequence: number, limit: number) => Stored<T>[];
};

/**
 * A kind of record: a table of JSON documents beside a table of the terms they are found by, written
 * together. Call the writing functions inside a transaction.
 */
export function openCollection<T>(
  db: DatabaseSync,
  name: string,
  number: (id: number, value: T) => string,
  terms: (value: T) => readonly Term[],
): Collection<T> {
  db.exec(`
    create table if not exists write_sequence (value integer not null);
    insert into write_sequence select 0 where not exists (select 1 from write_sequence);
    create table if not exists ${name} (
      id integer primary key autoincrement, number text not null, version integer not null,
      sequence integer not null, value text not null
    );
    create index if not exists ${name}_number on ${name} (number);
    create index if not exists ${name}_sequence on ${name} (sequence);
    create table if not exists ${name}_terms (
      kind text not null, term text not null, id integer not null references ${name} on delete cascade,
      primary key (kind, term, id)
    ) without rowid;
    create index if not exists ${name}_terms_id on ${name}_terms (id);
  `);

  const statements = new Map<string, StatementSync>();
  const sql = (text: string): StatementSync => {
    const statement = statements.get(text) ?? db.prepare(text);
    statements.set(text, statement);
    return statement;
  };
  const nextSequence = () =>
    sql("update write_sequence set value = value + 1 returning value").get()?.["value"] as number;

  function index({ id, number: own, version, sequence, value }: Stored<T>): Stored<T> {
    sql(`delete from ${name}_terms where id = ?`).run(id);
    for (const [kind, term] of [["number", own] as const, ...terms(value)]) {
      sql(`insert or ignore into ${name}_terms (kind, term, id) values (?, ?, ?)`).run(kind, term, id);
    }
    return { id, number: own, version, sequence, value };
  }

  function select(filters: readonly Filter[], place: string, at: number, limit: number): Stored<T>[] {
    const conditions = filters.map((filter, nth) => condition(name, filter, nth === 0));
    const where = [`${place} > ?`, ...conditions.map(({ text }) => text)].join(" and ");
    const values = conditions.flatMap((one) => one.values);
    return sql(`select * from ${name} where ${where} order by ${place} limit ?`)
      .all(at, ...values, limit)
      .map((row) => revived<T>(row));
  }

  function write({ id }: Stored<T>, value: T, versions: 0 | 1): Stored<T> {
    const row = sql(`update ${name} set value = ?, version = version + ?, sequence = ? where id = ? returning *`).get(
      JSON.stringify(value),
      versions,
      nextSequence(),
      id,
    );
    return index(revived<T>(row ?? {}));
  }

  return {
    insert(value) {
      const inserted = sql(`insert into ${name} (number, version, sequence, value) values ('', 1, ?, ?)`);
      const id = Number(inserted.run(nextSequence(), JSON.stringify(value)).lastInsertRowid);
      const row = sql(`update ${name} set number = ? where id = ? returning *`).get(number(id, value), id);
      return index(revived<T>(row ?? {}));
    },
    get(wanted) {
      const row = sql(`select * from ${name} where number = ? order by id limit 1`).get(wanted);
      return row === undefined ? null : revived<T>(row);
    },
    replace: (stored, value) => write(stored, value, 1),
    amend: (stored, value) => write(stored, value, 0),
    remove({ id }) {
      sql(`delete from ${name} where id = ?`).run(id);
    },
    list: (filters, after = 0, limit = -1) => select(filters, "id", after, limit),
    since: (filters, sequence, limit) => select(filters, "sequence", sequence, limit),
  };
}

function condition(name: string, filter: Filter, finds: boolean): { text: string; values: SQLInputValue[] } {
  const { test, values } = termTest(filter);
  const text = finds
    ? `id in (select id from ${name}_terms where kind = ? and ${test})`
    : `exists (select 1 from ${name}_terms t where t.kind = ? and t.id = ${name}.id and ${test})`;
  return { text, values: [filter.kind, ...values] };
}

function termTest(filter: Filter): { test: string; values: SQLInputValue[] } {
  if ("any" in filter)
    return { test: "term in (select value from json_each(?))", values: [JSON.stringify(filter.any)] };
  const { startsWith } = filter;
  return { test: "term >= ? and substr(term, 1, length(?)) = ?", values: [startsWith, startsWith, startsWith] };
}

function revived<T>(row: Record<string, unknown>): Stored<T> {
  return {
    id: Number(row["id"]),
    number: String(row["number"]),
    version: Number(row["version"]),
    sequence: Number(row["sequence"]),
    value: JSON.parse(String(row["value"])) as T,
  };
}
