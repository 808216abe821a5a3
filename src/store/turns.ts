import type { Transaction } from "./database.ts";
import type { SubjectId } from "./subject.ts";

export type Turn = {
  /** Who goes first, in order; empty when it is the subject's turn. */
  readonly for: readonly SubjectId[];
  /** Nearly always empty: who must be woken, in this transaction, because something they wait for came free. */
  readonly wake: readonly SubjectId[];
} & ({ readonly kind: "has turn" } | { readonly kind: "waits" });

/**
 * One claim at a time decides. With it there is nothing to deadlock on, and a claim is a few reads and
 * writes of small tables: thousands a second, where a hub makes a few.
 */
const ONE_AT_A_TIME = "select pg_advisory_xact_lock(0x7475726e)"; // "turn"

/**
 * Claims all of `resources` for the subject, or none that it does not hold already. What is free goes to
 * whoever comes first by `order` (text that sorts, such as the release instant); a subject that already
 * holds something comes before those that hold nothing. Nobody loses a claim: it is kept until `yieldTurn`.
 *
 * Two that hold something and each want the other's would wait for ever, so the one that would close such
 * a circle gives its claims back and waits in line like anyone else.
 */
export async function takeTurn(
  tx: Transaction,
  subject: SubjectId,
  resources: readonly string[],
  order: string,
): Promise<Turn> {
  await tx.query(ONE_AT_A_TIME);
  const wake = await leaveLine(tx, subject, resources);
  const ahead = await subjectsAhead(tx, subject, resources, order);
  if (ahead.length === 0) {
    await tx.query("insert into turns (resource, subject) select unnest($2::text[]), $1 on conflict do nothing", [
      subject,
      resources,
    ]);
    return { kind: "has turn", for: [], wake };
  }
  await tx.query(
    `insert into turn_waits (subject, resource, place)
     select distinct $1, resource, $3 from unnest($2::text[]) as wanted (resource)
      where resource not in (select resource from turns where subject = $1)`,
    [subject, resources, order],
  );
  return { kind: "waits", for: ahead, wake: [...wake, ...(await breakCircle(tx, subject))] };
}

/** Takes the subject out of line; returns who waits for something that it no longer wants. */
async function leaveLine(tx: Transaction, subject: SubjectId, resources: readonly string[]): Promise<SubjectId[]> {
  const { rows } = await tx.query<{ subject: SubjectId }>(
    `with was as (delete from turn_waits where subject = $1 returning resource)
     select distinct subject from turn_waits
      where subject <> $1 and resource in (select resource from was where resource <> all($2)) order by subject`,
    [subject, resources],
  );
  return rows.map((row) => row.subject);
}

/** Gives up all claims and the place in line. Wake those that are returned, in the same transaction. */
export async function yieldTurn(tx: Transaction, subject: SubjectId): Promise<SubjectId[]> {
  await tx.query(ONE_AT_A_TIME);
  const { rows } = await tx.query<{ subject: SubjectId }>(
    `with given_back as (
       select resource from turns where subject = $1 union select resource from turn_waits where subject = $1
     )
     select subject from turn_waits where subject <> $1 and resource in (select resource from given_back)
      group by subject order by min(place), subject`,
    [subject],
  );
  await tx.query("delete from turns where subject = $1", [subject]);
  await tx.query("delete from turn_waits where subject = $1", [subject]);
  return rows.map((row) => row.subject);
}

/** Those that hold one of the resources, then, for a subject that holds nothing yet, those earlier in line. */
async function subjectsAhead(
  tx: Transaction,
  subject: SubjectId,
  resources: readonly string[],
  order: string,
): Promise<SubjectId[]> {
  const { rows } = await tx.query<{ subject: SubjectId }>(
    `select subject from (
       select subject, '' as place from turns where resource = any($2) and subject <> $1
       union all
       select subject, place from turn_waits
        where resource = any($2) and (place, subject) < ($3, $1)
          and not exists (select from turns where subject = $1)
     ) ahead group by subject order by min(place), subject`,
    [subject, resources, order],
  );
  return rows.map((row) => row.subject);
}

/**
 * When the wait that was just entered closes a circle of holders, gives the subject's claims back;
 * returns who waits for them.
 */
async function breakCircle(tx: Transaction, subject: SubjectId): Promise<SubjectId[]> {
  const { rows } = await tx.query<{ circle: boolean }>(
    `with recursive wanted as (
       select resource from turn_waits where subject = $1
       union
       select next.resource from wanted
         join turns on turns.resource = wanted.resource
         join turn_waits next on next.subject = turns.subject
     )
     select exists (select from wanted join turns using (resource) where turns.subject = $1) as circle`,
    [subject],
  );
  if (rows[0]?.circle !== true) return [];
  const { rows: freed } = await tx.query<{ subject: SubjectId }>(
    `with given_back as (delete from turns where subject = $1 returning resource),
     in_line as ( -- at its old claims too, or it would be passed over for ever
       insert into turn_waits (subject, resource, place)
       select $1, resource, (select min(place) from turn_waits where subject = $1) from given_back
     )
     select distinct subject from turn_waits
      where subject <> $1 and resource in (select resource from given_back) order by subject`,
    [subject],
  );
  return freed.map((row) => row.subject);
}
