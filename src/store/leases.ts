import type { Client } from "pg";
import type { Db, Transaction } from "./database.ts";
import type { SubjectId } from "./subject.ts";

/**
 * Proof of holding a subject. Every claim takes the next `fence`, so that a holder which slept through
 * the end of its lease is told from its successor, and its late writes are refused.
 */
export type LeaseToken = { readonly subject: SubjectId; readonly fence: number; readonly holder: string };

/** Someone else holds the subject now; whatever was under way must stop and may write nothing more. */
export class LeaseLost extends Error {
  override readonly name = "LeaseLost";

  constructor({ subject, fence }: LeaseToken) {
    super(`the lease on ${subject} (fence ${fence}) is lost: another worker has taken it over and goes on from there`);
  }
}

/** The queue's job that a claim works off. */
export type ClaimedJob = { readonly subject: SubjectId; readonly job: string; readonly jobAttempt: number };

/**
 * A condition for the front of a statement that writes under a lease: `held` has one row while
 * $1 (subject), $2 (fence) and $3 (holder) hold the lease, and keeps it so until the statement commits.
 */
export const HELD = "held as (select from leases where subject = $1 and fence = $2 and holder = $3 for share)";

/** @throws LeaseLost. In a transaction the lease cannot be taken over until it ends. */
export async function checkLease(db: Db, lease: LeaseToken): Promise<void> {
  const { rowCount } = await db.query(`with ${HELD} select from held`, [lease.subject, lease.fence, lease.holder]);
  if (rowCount !== 1) throw new LeaseLost(lease);
}

/** Takes over the subjects of these jobs for `leaseMs`; gives the fence of each. Their runs must exist. */
export async function claimLeases(
  tx: Transaction,
  { holder, jobs, leaseMs }: { holder: string; jobs: readonly ClaimedJob[]; leaseMs: number },
): Promise<ReadonlyMap<SubjectId, number>> {
  const { rows } = await tx.query<{ subject: SubjectId; fence: string }>(
    `insert into leases (subject, fence, holder, until, job, job_attempt)
     select subject, 1, $1, clock_timestamp() + $2 * interval '1 ms', job, job_attempt
       from unnest($3::text[], $4::uuid[], $5::int[]) as claimed (subject, job, job_attempt) order by subject
         on conflict (subject) do update
        set fence = leases.fence + 1, holder = excluded.holder, until = excluded.until,
            job = excluded.job, job_attempt = excluded.job_attempt
     returning subject, fence`,
    [holder, leaseMs, jobs.map((job) => job.subject), jobs.map((job) => job.job), jobs.map((job) => job.jobAttempt)],
  );
  return new Map(rows.map((row) => [row.subject, Number(row.fence)]));
}

/** Keeps leases for another `leaseMs`; gives the subjects whose leases are still ours. */
export async function extendLeases(
  db: Db,
  { holder, leases, leaseMs }: { holder: string; leases: readonly LeaseToken[]; leaseMs: number },
): Promise<ReadonlySet<SubjectId>> {
  const { rows } = await db.query<{ subject: SubjectId }>(
    `with mine as (
       select leases.subject from leases join unnest($3::text[], $4::bigint[]) as held (subject, fence) using (subject, fence)
        where holder = $1 order by leases.subject for update of leases
     )
     update leases set until = clock_timestamp() + $2 * interval '1 ms'
       from mine where leases.subject = mine.subject returning leases.subject`,
    [holder, leaseMs, leases.map((lease) => lease.subject), leases.map((lease) => lease.fence)],
  );
  return new Set(rows.map((row) => row.subject));
}

/** Whether a subject is being looked at, or is to be. */
export async function isLookPending(db: Db, subject: SubjectId): Promise<boolean> {
  const { rows } = await db.query<{ pending: boolean }>(
    `select exists (select from runs where subject = $1 and queued)
         or exists (select from leases where subject = $1 and holder is not null) as pending`,
    [subject],
  );
  return rows[0]?.pending === true;
}

/** Gives a subject back. @throws LeaseLost */
export async function releaseLease(tx: Transaction, lease: LeaseToken): Promise<void> {
  const { rowCount } = await tx.query(
    "update leases set holder = null, until = null, job = null, job_attempt = null where subject = $1 and fence = $2 and holder = $3",
    [lease.subject, lease.fence, lease.holder],
  );
  if (rowCount !== 1) throw new LeaseLost(lease);
}

/**
 * Takes leases from holders that let them run out, or whose connection is gone: a killed hub loses its
 * connection at once, so its work goes on in a moment rather than after the lease. Gives the jobs to do again.
 */
export async function revokeDeadLeases(tx: Transaction): Promise<readonly ClaimedJob[]> {
  const { rows } = await tx.query<ClaimedJob>(
    `with dead as (
       select subject, job, job_attempt from leases
        where holder is not null
          and (until < clock_timestamp() or not exists (select from (${HOLDERS_PRESENT}) present where present.lock = ${LOCK_OF_HOLDER("leases.holder")}))
        order by subject for update skip locked
     )
     update leases set holder = null, until = null, job = null, job_attempt = null, fence = leases.fence + 1
       from dead where leases.subject = dead.subject
     returning dead.subject, dead.job, dead.job_attempt as "jobAttempt"`,
  );
  return rows;
}

const PRESENCE = 0x6865_6464; // "hedd"; tells our locks from others' in the database

/** A session lock says that its holder lives: the server drops it with the connection. */
export async function showPresence(session: Client, holder: string): Promise<void> {
  await session.query(`select pg_advisory_lock_shared(${PRESENCE}, hashtext($1))`, [holder]);
}

/** The lock of the holder that a column names, as `HOLDERS_PRESENT` lists them. */
export const LOCK_OF_HOLDER = (column: string) => `(hashtext(${column})::bigint & 4294967295)`;
/** The locks of the holders that live, as rows of `lock`. */
export const HOLDERS_PRESENT = `select objid::bigint as lock from pg_locks
  where locktype = 'advisory' and classid = ${PRESENCE} and objsubid = 2 and granted
    and database = (select oid from pg_database where datname = current_database())`;
