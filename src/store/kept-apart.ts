import type { ShopEventKey } from "../domain/feedback/shop-event.ts";
import type { Db, Transaction } from "./database.ts";
import { iso, pageAfter, pageCursor } from "./page.ts";

/** Events that came and are not counted, all of one source and for one reason. */
export type ApartGroup = {
  /** Null where it could not be read. */
  readonly source: string | null;
  /** The connection or API key that they came by. */
  readonly via: string;
  readonly plant: string | null;
  readonly order: string | null;
  readonly code: string;
  readonly field: string;
  readonly cause: string;
  readonly fix: string;
  readonly mayPass: boolean;
  /** Each event as text without line breaks; see `apartLine`. */
  readonly lines: readonly string[];
};

export async function keepApart(tx: Transaction, groups: readonly ApartGroup[]): Promise<void> {
  if (groups.length === 0) return;
  const rows = groups.map(({ lines, ...group }) => ({ ...group, count: lines.length, events: lines.join("\n") }));
  await tx.query(
    `insert into kept_apart (source, via, plant, "order", code, field, cause, fix, may_pass, count, events)
     select source, via, plant, "order", code, field, cause, fix, "mayPass", count, events
       from json_to_recordset($1) as apart (source text, via text, plant text, "order" text, code text, field text,
         cause text, fix text, "mayPass" boolean, count int, events text)`,
    [JSON.stringify(rows)],
  );
}

/** Notes what is kept apart; gives the places in `keys` of what was before, with the same content. */
export async function claimApart(
  tx: Transaction,
  keys: readonly (ShopEventKey & { readonly content: number })[],
): Promise<ReadonlySet<number>> {
  if (keys.length === 0) return new Set();
  const { rows } = await tx.query<{ at: string }>(
    `with told as (
       select * from unnest($1::text[], $2::text[], $3::bigint[]) with ordinality as told (source, id, content, at)
     ), fresh as (
       insert into kept_apart_keys (source, id, content) select distinct on (source, id, content) source, id, content from told
         order by source, id, content on conflict do nothing returning source, id, content
     )
     select at from told where not exists (
       select from fresh where fresh.source = told.source and fresh.id = told.id and fresh.content = told.content)`,
    [keys.map(({ source }) => source), keys.map(({ id }) => id), keys.map(({ content }) => content)],
  );
  return new Set(rows.map(({ at }) => Number(at) - 1));
}

export type ApartRow = Omit<ApartGroup, "lines"> & {
  readonly id: string;
  readonly count: number;
  readonly receivedAt: string;
  readonly state: "waiting" | "replayed" | "dismissed";
  readonly settledAt: string | null;
  readonly settledBy: string | null;
  readonly reason: string | null;
};

const ROW = `id::text, source, via, plant, "order", code, field, cause, fix, may_pass as "mayPass", count,
  ${iso("received_at")} as "receivedAt", state, ${iso("settled_at")} as "settledAt", settled_by as "settledBy", reason`;

export type ApartFilter = {
  readonly state?: string;
  readonly source?: string;
  readonly code?: string;
  readonly plant?: string;
  readonly order?: string;
};

/** The newest first. @throws NoSuchPlace */
export async function apartPage(
  db: Db,
  { state, source, code, plant, order }: ApartFilter,
  { after, limit }: { readonly after?: string; readonly limit: number },
): Promise<{ readonly rows: readonly ApartRow[]; readonly next: string | null }> {
  const [at, id] = after === undefined ? [null, null] : pageAfter(after);
  const { rows } = await db.query<ApartRow>(
    `select ${ROW} from kept_apart
      where ($1::text is null or state = $1) and ($2::text is null or source = $2) and ($3::text is null or code = $3)
        and ($4::timestamptz is null or (received_at, id) < ($4, $5::bigint))
        and ($6::text is null or plant = $6) and ($7::text is null or "order" = $7)
      order by received_at desc, id desc limit $8`,
    [state ?? null, source ?? null, code ?? null, at, id, plant ?? null, order ?? null, limit + 1],
  );
  const last = rows[limit - 1];
  return {
    rows: rows.slice(0, limit),
    next: rows.length > limit && last !== undefined ? pageCursor(last.receivedAt, last.id) : null,
  };
}

/** What waits, by source and reason, the most first. */
export async function apartCounts(
  db: Db,
): Promise<
  readonly { readonly source: string | null; readonly code: string; readonly count: number; readonly newest: string }[]
> {
  const { rows } = await db.query<{ source: string | null; code: string; count: number; newest: string }>(
    `select source, code, sum(count)::float8 as count, ${iso("max(received_at)")} as newest
       from kept_apart where state = 'waiting' group by source, code order by sum(count) desc limit 500`,
  );
  return rows;
}

/** A group with its events. */
export type ApartLines = ApartRow & { readonly lines: readonly string[] };

/** The lines of one group; null when there is none of that id. `hold` keeps others from settling it meanwhile. */
export async function apartLines(db: Db, id: string, { hold = false } = {}): Promise<ApartLines | null> {
  const { rows } = await db.query<ApartRow & { events: string }>(
    `select ${ROW}, events from kept_apart where id = $1 ${hold ? "for update" : ""}`,
    [id],
  );
  const [row] = rows;
  if (row === undefined) return null;
  const { events, ...rest } = row;
  return { ...rest, lines: events.split("\n") };
}

/**
 * Groups that may pass by now without anybody's doing, those first that are due for longest. They are not due again for
 * as long as they have waited, at most an hour, so that what never passes does not keep the rest.
 */
export async function apartThatMayPass(
  db: Db,
  limit: number,
): Promise<readonly { readonly id: string; readonly via: string; readonly lines: readonly string[] }[]> {
  const { rows } = await db.query<{ id: string; via: string; events: string }>(
    `update kept_apart set due_at = now() + least(greatest(now() - received_at, interval '15 seconds'), interval '1 hour')
      where id in (select id from kept_apart where state = 'waiting' and may_pass and due_at <= now()
                    order by due_at, id limit $1 for update skip locked)
      returning id::text, via, events`,
    [limit],
  );
  return rows.map(({ events, ...row }) => ({ ...row, lines: events.split("\n") }));
}

/** What waits for orders, or for items, that the hub has learned of is due at once, before all else. */
export async function hastenApart(
  tx: Transaction,
  plant: string,
  { orders, items }: { readonly orders: readonly string[]; readonly items: readonly string[] },
): Promise<void> {
  const waits = `state = 'waiting' and may_pass and plant = $1`;
  await tx.query(`update kept_apart set due_at = '-infinity' where ${waits} and "order" = any($2)`, [plant, orders]);
  if (items.length === 0) return;
  const ofItems = `code in ('item-unknown', 'unit-not-convertible')`;
  await tx.query(`update kept_apart set due_at = '-infinity' where ${waits} and ${ofItems}`, [plant]);
}

/** False when it does not wait any more. */
export async function settleApart(
  tx: Transaction,
  id: string,
  {
    state,
    by,
    reason,
  }: { readonly state: "replayed" | "dismissed"; readonly by: string; readonly reason: string | null },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update kept_apart set state = $2, settled_at = now(), settled_by = $3, reason = $4 where id = $1 and state = 'waiting'`,
    [id, state, by, reason],
  );
  return rowCount === 1;
}

/** What is left of a group after some of it passed. */
export async function shrinkApart(tx: Transaction, id: string, lines: readonly string[]): Promise<void> {
  await tx.query("update kept_apart set count = $2, events = $3 where id = $1", [id, lines.length, lines.join("\n")]);
}
