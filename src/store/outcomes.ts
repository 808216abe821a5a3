import type { Digest } from "../domain/ids.ts";
import type { Json } from "../domain/json.ts";
import type { Db } from "./database.ts";
import { HELD, LeaseLost, type LeaseToken } from "./leases.ts";
import { iso } from "./page.ts";
import type { SubjectId } from "./subject.ts";

/**
 * `started` is written before the target is called, so a crash in between leaves it: then, as with
 * `unknown`, only the target can say whether the action was done.
 */
export type OutcomeState = "started" | "done" | "refused" | "unknown";

export type ActionOutcome = {
  readonly action: string;
  readonly state: OutcomeState;
  readonly attempts: number;
  /** What the target calls what it made. */
  readonly receipt: { readonly id: string; readonly version: string | null } | null;
  readonly error: Json | null;
  readonly at: string;
};

export type Settlement =
  | { readonly state: "done"; readonly receipt: { readonly id: string; readonly version: string | null } }
  | { readonly state: "refused" | "unknown"; readonly error: Json };

const COLUMNS = `action, state, attempts, error, ${iso("at")} as at, case when receipt_id is not null
  then json_build_object('id', receipt_id, 'version', receipt_version) end as receipt`;

/** Outcomes that only the target can settle: nobody is at work on them. */
const UNKNOWN = `(state = 'unknown' or state = 'started' and not exists (
  select from leases where leases.subject = outcomes.subject and holder is not null and until > clock_timestamp()))`;

/**
 * Notes that an action is about to be sent, and gives its state before; null on the first attempt. Call
 * it on the pool, so that it has committed before the target hears of the action. What is done stays done.
 *
 * @throws LeaseLost
 */
export async function startAction(
  db: Db,
  lease: LeaseToken,
  digest: Digest,
  action: string,
): Promise<OutcomeState | null> {
  const { rows } = await db.query<{ held: boolean; before: OutcomeState | null }>(
    `with ${HELD},
     before as (select state from outcomes where digest = $4 and action = $5),
     noted as (
       insert into outcomes (digest, action, subject, state) select $4, $5, $1, 'started' from held
           on conflict (digest, action) do update
          set state = 'started', attempts = outcomes.attempts + 1, error = null, at = now()
        where outcomes.state <> 'done'
     )
     select exists (select from held) as held, (select state from before) as before`,
    [lease.subject, lease.fence, lease.holder, digest, action],
  );
  if (rows[0]?.held !== true) throw new LeaseLost(lease);
  return rows[0].before;
}

/**
 * Lets the writes of a plan that was carried out to its end be done once more: it was planned again to the letter, so
 * what it wrote has been undone since. What the change's source was told stays told.
 */
export async function beginAgain(db: Db, digest: Digest): Promise<void> {
  await db.query(
    `delete from outcomes using plans
      where outcomes.digest = $1 and plans.digest = $1 and plans.state = 'applied'
        and not starts_with(outcomes.action, 'acknowledge:')`,
    [digest],
  );
}

/** Whether the subject's last plan that was begun has been given up in the midst of it: some writes are done, others not. */
export async function isHalfDone(db: Db, subject: SubjectId): Promise<boolean> {
  const { rows } = await db.query<{ state: string }>(
    `select state from plans
      where subject = $1 and exists (
        select from outcomes where outcomes.digest = plans.digest and outcomes.state = 'done'
           and not starts_with(outcomes.action, 'acknowledge:'))
      order by id desc limit 1`,
    [subject],
  );
  return rows[0] !== undefined && rows[0].state !== "applied";
}

/** Notes how an action ended. @throws LeaseLost */
export async function settleAction(
  db: Db,
  lease: LeaseToken,
  digest: Digest,
  action: string,
  outcome: Settlement,
): Promise<void> {
  const receipt = outcome.state === "done" ? outcome.receipt : null;
  const error = outcome.state === "done" ? null : JSON.stringify(outcome.error);
  const { rowCount } = await db.query(
    `with ${HELD}
     insert into outcomes (digest, action, subject, state, receipt_id, receipt_version, error)
     select $4, $5, $1, $6, $7, $8, $9 from held
         on conflict (digest, action) do update
        set state = excluded.state, receipt_id = excluded.receipt_id, receipt_version = excluded.receipt_version,
            error = excluded.error, at = now()`,
    [
      lease.subject,
      lease.fence,
      lease.holder,
      digest,
      action,
      outcome.state,
      receipt?.id ?? null,
      receipt?.version ?? null,
      error,
    ],
  );
  if (rowCount !== 1) throw new LeaseLost(lease);
}

export async function outcomesOf(db: Db, digest: Digest): Promise<ActionOutcome[]> {
  const { rows } = await db.query<ActionOutcome>(`select ${COLUMNS} from outcomes where digest = $1 order by action`, [
    digest,
  ]);
  return rows;
}

/** The actions that are done. */
export function doneAmong(outcomes: readonly ActionOutcome[]): ReadonlySet<string> {
  return new Set(outcomes.flatMap(({ action, state }) => (state === "done" ? [action] : [])));
}

/** Oldest first. */
export async function unknownOutcomes(
  db: Db,
  limit = 100,
): Promise<(ActionOutcome & { readonly digest: Digest; readonly subject: SubjectId })[]> {
  const { rows } = await db.query<ActionOutcome & { digest: Digest; subject: SubjectId }>(
    `select ${COLUMNS}, digest, subject from outcomes
      where state in ('started', 'unknown') and ${UNKNOWN} order by outcomes.at limit $1`,
    [limit],
  );
  return rows;
}

export async function countUnknownOutcomes(db: Db): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `select count(*)::int as count from outcomes where state in ('started', 'unknown') and ${UNKNOWN}`,
  );
  return rows[0]?.count ?? 0;
}
