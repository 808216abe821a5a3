import type { Db, Transaction } from "./database.ts";
import type { SubjectId } from "./subject.ts";

/** What a subject wants to work on, and where it stands among all that want the same. */
export type Wanted = {
  readonly resources: readonly string[];
  /** Text that sorts, the earlier goes first; among equals the subject's own name decides. */
  readonly place: string;
  /** `turnClock` from before the subject read what it wants to change. */
  readonly readAt: TurnClock;
};

/** Moves on whenever somebody gives back what it may have changed. */
export type TurnClock = string & { readonly __turnClock: true };

export type Turn = {
  /** Who goes first, in order; empty when it is the subject's turn. */
  readonly for: readonly SubjectId[];
  /** Who had a turn and has lost it to this one. They are woken as well. */
  readonly displaced: readonly SubjectId[];
  /** Nearly always empty: who must be woken, in this transaction, because where they stand has changed. */
  readonly wake: readonly SubjectId[];
} & ({ readonly kind: "has turn" } | { readonly kind: "waits" } | { readonly kind: "read again" });

/**
 * One claim at a time decides. With it there is nothing to deadlock on, and a claim is a few reads and
 * writes of small tables: thousands a second, where a hub makes a few. Take it before any row of `runs`.
 */
const ONE_AT_A_TIME = "select pg_advisory_xact_lock(0x7475726e)"; // "turn"

/** Read it before anything that a plan is made from. */
export async function turnClock(db: Db): Promise<TurnClock> {
  const { rows } = await db.query<{ ended: TurnClock }>("select coalesce(max(ended), 0)::text as ended from turn_ends");
  return rows[0]?.ended ?? ("0" as TurnClock);
}

/**
 * Puts the subject in line for all of `resources`. It has its turn when it is the first in every one of these
 * lines and nobody holds any of them. That claim is soft: until `holdTurn` makes it firm, somebody with an
 * earlier place may come and displace it. A firm claim is lost to nobody; it is kept until `yieldTurn`.
 * "read again" says that it is the subject's turn, but what it has read is older than what it may now change.
 *
 * Nobody waits for ever. Places do not change while one waits, so of all that wait the one with the earliest
 * place has nobody before it but holders, and each holder is at work and gives back. Holders come before the
 * line, also for what they want in addition; only two of them, each wanting what the other holds, would wait in
 * a circle: the one that would close it gives its claims back and waits in line like anyone else. Nor is anybody
 * passed over for ever: only an earlier place goes before it, and places are no earlier than the day they are
 * given on (`placeInOrder`), so that from its own day on nobody new does.
 */
export async function takeTurn(
  tx: Transaction,
  subject: SubjectId,
  { resources, place, readAt }: Wanted,
): Promise<Turn> {
  await tx.query(ONE_AT_A_TIME);
  const freed = await enterLine(tx, subject, resources, place);
  const isHolder = await holdsAny(tx, subject);
  const displaced = await displace(tx, subject, isHolder);
  const ahead = await subjectsAhead(tx, subject, isHolder);
  const wake = [...freed, ...displaced];
  if (ahead.length > 0) {
    const circle = isHolder ? await breakCircle(tx, subject) : [];
    return { kind: "waits", for: ahead, displaced, wake: [...wake, ...circle] };
  }
  await tx.query("update turn_line set has_turn = true where subject = $1", [subject]);
  if (isHolder) await holdTurn(tx, subject);
  const kind = (await haveMoved(tx, resources, readAt)) ? "read again" : "has turn";
  return { kind, for: [], displaced, wake };
}

/** Whether nobody has displaced the subject since it had its turn. It stays so until the transaction ends. */
export async function hasTurn(tx: Transaction, subject: SubjectId): Promise<boolean> {
  await tx.query(ONE_AT_A_TIME);
  const { rows } = await tx.query("select from turn_line where subject = $1 and not has_turn limit 1", [subject]);
  return rows.length === 0;
}

/** Makes the subject's claims firm. False, and nothing changes, when an earlier one has displaced it meanwhile. */
export async function holdTurn(tx: Transaction, subject: SubjectId): Promise<boolean> {
  if (!(await hasTurn(tx, subject))) return false;
  await tx.query(
    `with claimed as (delete from turn_line where subject = $1 returning resource)
     insert into turns (resource, subject) select resource, $1 from claimed`,
    [subject],
  );
  return true;
}

/** Gives up all claims and the place in line. Wake those that are returned, in the same transaction. */
export async function yieldTurn(tx: Transaction, subject: SubjectId): Promise<SubjectId[]> {
  await tx.query(ONE_AT_A_TIME);
  await tx.query(
    `insert into turn_ends (resource, ended)
     select resource, nextval('turn_clock') from turns where subject = $1
         on conflict (resource) do update set ended = excluded.ended`,
    [subject],
  );
  const { rows } = await tx.query<{ subject: SubjectId }>(
    `with held as (delete from turns where subject = $1 returning resource),
     wanted as (delete from turn_line where subject = $1 returning resource)
     select subject from turn_line
      where subject <> $1 and not has_turn
        and resource in (select resource from held union all select resource from wanted)
      group by subject order by min(place), subject`,
    [subject],
  );
  return rows.map((row) => row.subject);
}

/**
 * The subject stands in line for what it wants and does not hold, and for nothing else. Returns who waits behind
 * where it stood before and does not stand any more.
 */
async function enterLine(
  tx: Transaction,
  subject: SubjectId,
  resources: readonly string[],
  place: string,
): Promise<SubjectId[]> {
  const { rows } = await tx.query<{ subject: SubjectId }>(
    `with was as (select resource, place from turn_line where subject = $1)
     select distinct behind.subject from turn_line behind join was using (resource)
      where behind.subject <> $1 and not behind.has_turn
        and (was.place, $1) < (behind.place, behind.subject)
        and not (resource = any($2) and ($3::text collate "C", $1) < (behind.place, behind.subject))
      order by behind.subject`,
    [subject, resources, place],
  );
  await tx.query("delete from turn_line where subject = $1", [subject]);
  await tx.query(
    `insert into turn_line (subject, resource, place)
     select distinct $1, resource, $3 from unnest($2::text[]) as wanted (resource)
      where resource not in (select resource from turns where subject = $1)`,
    [subject, resources, place],
  );
  return rows.map((row) => row.subject);
}

async function holdsAny(tx: Transaction, subject: SubjectId): Promise<boolean> {
  const { rows } = await tx.query("select from turns where subject = $1 limit 1", [subject]);
  return rows.length > 0;
}

/** Takes the turn from those behind the subject that had it; behind a holder are all. */
async function displace(tx: Transaction, subject: SubjectId, isHolder: boolean): Promise<SubjectId[]> {
  const { rows } = await tx.query<{ subject: SubjectId }>(
    `with later as (
       select distinct other.subject from turn_line own join turn_line other using (resource)
        where own.subject = $1 and other.subject <> $1 and other.has_turn
          and ($2 or (own.place, own.subject) < (other.place, other.subject))
     ),
     displaced as (
       update turn_line set has_turn = false from later where turn_line.subject = later.subject
     )
     select subject from later order by subject`,
    [subject, isHolder],
  );
  return rows.map((row) => row.subject);
}

/** Those that hold what the subject is in line for, then, for a subject that holds nothing, those before it in line. */
async function subjectsAhead(tx: Transaction, subject: SubjectId, isHolder: boolean): Promise<SubjectId[]> {
  const { rows } = await tx.query<{ subject: SubjectId }>(
    `with own as (select resource, place from turn_line where subject = $1)
     select subject from (
       select turns.subject, '' as place from own join turns using (resource)
       union all
       select other.subject, other.place from own join turn_line other using (resource)
        where not $2 and (other.place, other.subject) < (own.place, $1)
     ) ahead group by subject order by min(place collate "C"), subject`,
    [subject, isHolder],
  );
  return rows.map((row) => row.subject);
}

/** Whether somebody who may have changed one of these has given it back since. */
async function haveMoved(tx: Transaction, resources: readonly string[], readAt: TurnClock): Promise<boolean> {
  const { rows } = await tx.query("select from turn_ends where resource = any($1) and ended > $2 limit 1", [
    resources,
    readAt,
  ]);
  return rows.length > 0;
}

/**
 * When the wait that was just entered closes a circle of holders, makes the subject's claims places in line;
 * returns who waits for them.
 */
async function breakCircle(tx: Transaction, subject: SubjectId): Promise<SubjectId[]> {
  const { rows } = await tx.query<{ circle: boolean }>(
    `with recursive wanted as (
       select resource from turn_line where subject = $1
       union
       select next.resource from wanted
         join turns on turns.resource = wanted.resource
         join turn_line next on next.subject = turns.subject
     )
     select exists (select from wanted join turns using (resource) where turns.subject = $1) as circle`,
    [subject],
  );
  if (rows[0]?.circle !== true) return [];
  const { rows: freed } = await tx.query<{ subject: SubjectId }>(
    `with given_back as (delete from turns where subject = $1 returning resource),
     in_line as ( -- at its old claims too, or it would be passed over for ever
       insert into turn_line (subject, resource, place)
       select $1, resource, (select min(place) from turn_line where subject = $1) from given_back
     ),
     ended as (
       insert into turn_ends (resource, ended) select resource, nextval('turn_clock') from given_back
           on conflict (resource) do update set ended = excluded.ended
     )
     select distinct subject from turn_line
      where subject <> $1 and resource in (select resource from given_back) order by subject`,
    [subject],
  );
  return freed.map((row) => row.subject);
}
