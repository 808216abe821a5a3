import type { Digest } from "../domain/ids.ts";
import type { RunState } from "../domain/run-state.ts";
import type { Db, Transaction } from "./database.ts";
import { HELD, LeaseLost, type LeaseToken } from "./leases.ts";
import { iso, pageAfter, pageCursor } from "./page.ts";
import type { Subject, SubjectId } from "./subject.ts";

/** One subject and where it stands: rows, not a program's memory, so a wait of weeks survives upgrades. */
export type Run = {
  readonly subject: SubjectId;
  readonly kind: string;
  readonly key: string;
  readonly plant: string;
  readonly title: string;
  readonly state: RunState;
  /** Why it stands there, in a sentence; null when that goes without saying. */
  readonly reason: string | null;
  readonly waitsFor: readonly SubjectId[];
  /** The plan that counts now. */
  readonly planDigest: Digest | null;
  /** Open order lines that ask for action. */
  readonly actionRequired: number;
  /** Open exposure, as `1234.50 EUR`. */
  readonly exposure: string | null;
  readonly requestedBy: string | null;
  /** Version of the flow that recorded it. */
  readonly definitionVersion: number;
  /** Tries since it last settled. */
  readonly attempt: number;
  /** Whether a wake-up waits. */
  readonly queued: boolean;
  readonly createdAt: string;
  readonly updatedAt: string;
};

export type RunPatch = Partial<
  Pick<
    Run,
    | "title"
    | "state"
    | "reason"
    | "waitsFor"
    | "planDigest"
    | "actionRequired"
    | "exposure"
    | "requestedBy"
    | "definitionVersion"
  >
> & {
  /** When to look again without any other cause: an instant. */
  readonly wakesAt?: string | null;
};

const COLUMNS = `runs.subject, kind, key, plant, title, state, reason, waits_for as "waitsFor", plan_digest as "planDigest",
  action_required as "actionRequired", exposure, requested_by as "requestedBy",
  definition_version as "definitionVersion", attempt, queued,
  ${iso("created_at")} as "createdAt", ${iso("updated_at")} as "updatedAt"`;

export async function runOf(db: Db, subject: SubjectId): Promise<Run | null> {
  const { rows } = await db.query<Run>(`select ${COLUMNS} from runs where subject = $1`, [subject]);
  return rows[0] ?? null;
}

/** Those of the subjects that were looked at before, or are to be. */
export async function knownAmong(db: Db, subjects: readonly SubjectId[]): Promise<SubjectId[]> {
  const { rows } = await db.query<{ subject: SubjectId }>(
    "select subject from runs where subject = any($1) order by subject",
    [subjects],
  );
  return rows.map(({ subject }) => subject);
}

/** Holds the run until the transaction ends. False where there is none. */
export async function lockRun(tx: Transaction, subject: SubjectId): Promise<boolean> {
  const { rows } = await tx.query("select from runs where subject = $1 for update", [subject]);
  return rows.length === 1;
}

export type RunFilter = {
  /** The subject's kind, for instance `change`. */
  readonly kind?: string | undefined;
  readonly state?: RunState | undefined;
  /** Found in the key or the title, whatever its case. */
  readonly text?: string | undefined;
  /** `next` of the page before. */
  readonly after?: string | undefined;
  readonly limit: number;
};

/** A page of runs, the last touched first. @throws NoSuchPlace on an `after` that is not one of ours */
export async function listRuns(
  db: Db,
  { kind, state, text, after, limit }: RunFilter,
): Promise<{ runs: Run[]; next: string | null }> {
  const [instant, subject] = after === undefined ? [null, null] : pageAfter(after);
  const { rows } = await db.query<Run>(
    `select ${COLUMNS} from runs
      where ($1::text is null or state = $1)
        and ($2::text is null or strpos(lower(key || ' ' || title), lower($2)) > 0)
        and ($3::timestamptz is null or (updated_at, subject) < ($3, $4))
        and ($6::text is null or kind = $6)
      order by updated_at desc, subject desc limit $5`,
    [state ?? null, text ?? null, instant, subject, limit + 1, kind ?? null],
  );
  const runs = rows.slice(0, limit);
  const last = runs.at(-1);
  return { runs, next: rows.length > limit && last !== undefined ? pageCursor(last.updatedAt, last.subject) : null };
}

/**
 * Notes where the subject stands. What the patch leaves out stays as it is; live views are told.
 *
 * @throws LeaseLost when another worker holds the subject now
 */
export async function recordRun(db: Db, lease: LeaseToken, patch: RunPatch): Promise<Run> {
  const changes = Object.entries(patch).filter(([, value]) => value !== undefined);
  const sets = changes.map(([name], index) => `${PATCH_COLUMNS[name as keyof RunPatch]} = $${index + 4}`);
  const { rows } = await db.query<Run>(
    `with ${HELD}
     update runs set ${[...sets, "updated_at = clock_timestamp()"].join(", ")}
      where subject = $1 and exists (select from held) returning ${COLUMNS}`,
    [lease.subject, lease.fence, lease.holder, ...changes.map(([, value]) => value)],
  );
  const [run] = rows;
  if (run === undefined) throw new LeaseLost(lease);
  return run;
}

/**
 * Runs that awaited a person's answer wait for another one's turn now. Needs no lease: where a worker is at one of them,
 * what it records counts, and it must have asked in its own transaction whether the turn is still its own.
 */
export async function putBackInLine(
  tx: Transaction,
  subjects: readonly SubjectId[],
  { waitsFor, reason }: { readonly waitsFor: SubjectId; readonly reason: string },
): Promise<SubjectId[]> {
  const { rows } = await tx.query<{ subject: SubjectId }>(
    `with awaiting as (
       select subject from runs where subject = any($1) and state = 'awaiting approval' order by subject for update
     )
     update runs set state = 'waiting turn', waits_for = array[$2], reason = $3, updated_at = clock_timestamp()
       from awaiting where runs.subject = awaiting.subject returning runs.subject`,
    [subjects, waitsFor, reason],
  );
  return rows.map(({ subject }) => subject);
}

const PATCH_COLUMNS: Record<keyof RunPatch, string> = {
  title: "title",
  state: "state",
  reason: "reason",
  waitsFor: "waits_for",
  planDigest: "plan_digest",
  actionRequired: "action_required",
  exposure: "exposure",
  requestedBy: "requested_by",
  definitionVersion: "definition_version",
  wakesAt: "wakes_at",
};

/** The subjects whose time to look again has come, each handed out once. */
export async function takeDue(tx: Transaction, now: Date): Promise<SubjectId[]> {
  const { rows } = await tx.query<{ subject: SubjectId }>(
    `with due as (
       select subject from runs where wakes_at <= $1 order by subject for update skip locked
     )
     update runs set wakes_at = null from due where runs.subject = due.subject returning runs.subject`,
    [now],
  );
  return rows.map(({ subject }) => subject);
}

/** Of all kinds where none is given. */
export async function countByState(db: Db, kind?: string): Promise<Partial<Record<RunState, number>>> {
  const { rows } = await db.query<{ state: RunState; count: number }>(
    "select state, count(*)::int as count from runs where $1::text is null or kind = $1 group by state",
    [kind ?? null],
  );
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
}

/**
 * Makes the run if it is new and marks it queued. Holds its row until the transaction ends, so that
 * wake-ups and claims of one subject take turns. Gives the database's time.
 */
export async function markQueued(tx: Transaction, { id, kind, key, plant }: Subject): Promise<Date> {
  const { rows } = await tx.query<{ now: Date }>(
    `with queued as (
       insert into runs (subject, kind, key, plant, queued) values ($1, $2, $3, $4, true)
           on conflict (subject) do update set queued = true where not runs.queued
     )
     select clock_timestamp() as now`,
    [id, kind, key, plant],
  );
  return rows[0]?.now ?? new Date();
}

/** Runs with a wake-up that waits, and runs that someone works on. */
export async function countLanes(db: Db): Promise<{ waiting: number; active: number }> {
  const { rows } = await db.query<{ waiting: number; active: number }>(
    `select (select count(*)::int from runs where queued) as waiting,
            (select count(*)::int from leases where holder is not null) as active`,
  );
  return rows[0] ?? { waiting: 0, active: 0 };
}

/** Counts a try of each run; gives the count. They are no longer queued. */
export async function beginAttempts(
  tx: Transaction,
  subjects: readonly SubjectId[],
): Promise<ReadonlyMap<SubjectId, number>> {
  const { rows } = await tx.query<{ subject: SubjectId; attempt: number }>(
    `with mine as (select subject from runs where subject = any($1) order by subject for update)
     update runs set attempt = attempt + 1, queued = false from mine where runs.subject = mine.subject
     returning runs.subject, attempt`,
    [subjects],
  );
  return new Map(rows.map((row) => [row.subject, row.attempt]));
}

/** The run came to rest: the next try is a first one again. */
export async function endAttempts(tx: Transaction, subject: SubjectId): Promise<void> {
  await tx.query("update runs set attempt = 0 where subject = $1", [subject]);
}
