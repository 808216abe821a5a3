import { PgBoss, type Db as BossDb, type JobWithMetadata } from "pg-boss";
import type { Database, Db, Transaction } from "../store/database.ts";
import type { ClaimedJob } from "../store/leases.ts";
import { listPauses, pauseSystem, resumeSystem, type Pause } from "../store/pauses.ts";
import { countLanes, markQueued } from "../store/runs.ts";
import { parseSubject, type SubjectId } from "../store/subject.ts";

/** Why a subject is to be looked at again; `by` is the person who asked. */
export type WakeUp = { readonly why: string; readonly by?: string | undefined; readonly delayMs?: number | undefined };

/** A wake-up that waits, or is being worked off. */
export type LaneEntry = {
  readonly subject: SubjectId;
  readonly state: "waiting" | "active";
  readonly why: string;
  readonly by: string | null;
  /** When a waiting one is due. */
  readonly due: string;
};

/** A wake-up that a worker took; `jobAttempt` counts the workers that took it before and died. */
export type Claim = ClaimedJob & { readonly why: string; readonly by: string | null };

/**
 * One lane per subject: at most one wake-up at work and one waiting behind it. Wake-ups only say "look
 * again", so any number that wait become one, and the sooner of their times counts.
 */
export type Lanes = {
  /** Asks for a look at the subject, in the transaction of its cause: both come true, or neither. */
  readonly wakeUp: (tx: Transaction, subject: SubjectId, wakeUp: WakeUp) => Promise<void>;
  /** In one order for all callers, so that two that wake the same subjects do not deadlock. */
  readonly wakeAll: (tx: Transaction, subjects: readonly SubjectId[], wakeUp: WakeUp) => Promise<void>;
  /** Subjects that need the system are laid aside until it is resumed; what is under way ends first. */
  readonly pause: (db: Db, system: string, pause: { by: string; reason: string }) => Promise<void>;
  readonly resume: (tx: Transaction, system: string, resume: { by: string }) => Promise<void>;
  readonly paused: (db: Db) => Promise<Pause[]>;
  readonly list: (db: Db, limit?: number) => Promise<LaneEntry[]>;
  readonly counts: (db: Db) => Promise<{ waiting: number; active: number }>;
  readonly close: () => Promise<void>;

  /** For workers: takes up to `limit` due wake-ups of subjects that nobody works on. */
  readonly claim: (tx: Transaction, limit: number) => Promise<Claim[]>;
  /** For workers: the wake-up is worked off. False when it was no longer this claim's. */
  readonly finish: (tx: Transaction, claim: ClaimedJob) => Promise<boolean>;
  /** For workers: the wake-ups of dead claims wait again. */
  readonly giveBack: (tx: Transaction, claims: readonly ClaimedJob[]) => Promise<void>;
};

/** Rung with every wake-up that is due at once. */
export const WAKE_CHANNEL = "heddle_wake";

const QUEUE = "subjects";
/** A wake-up is never given up: not by age, not by tries. Workers decide when enough is enough. */
const FOR_EVER = 2_000_000_000;

/**
 * Opens the queue, pg-boss with one strict lane per key. It keeps its tables to itself: leases, takeovers
 * and clean-up are ours (a wake-up is deleted in the transaction that settles its run), so none of its
 * background work is needed, and no failed or expired job of its own can hold a lane up.
 */
export async function openLanes(database: Database, onError: (error: Error) => void = tellStderr): Promise<Lanes> {
  const boss = new PgBoss({
    db: bossDb(database.pool),
    supervise: false,
    schedule: false,
    registerInstance: false,
  });
  boss.on("error", onError);
  await oneHubAtATime(database, async () => {
    await boss.start();
    await boss.createQueue(QUEUE, {
      policy: "key_strict_fifo",
      partition: true,
      retryLimit: FOR_EVER,
      retentionSeconds: FOR_EVER,
      deleteAfterSeconds: 0,
    });
  });

  const waiting = (tx: Transaction, subject: SubjectId) =>
    boss.findJobs<Data>(QUEUE, { key: subject, queued: true, db: bossDb(tx) });

  async function wakeUp(tx: Transaction, subject: SubjectId, { why, by, delayMs = 0 }: WakeUp): Promise<void> {
    const parsed = parseSubject(subject);
    if (parsed === null) throw new RangeError(`"${subject}" is no subject`);
    // Holds the run's row, and a claim needs that row too: so what is found here cannot be claimed by a
    // worker that would not see our transaction's cause.
    const now = await markQueued(tx, parsed);
    const due = new Date(now.getTime() + delayMs);
    const found = (await waiting(tx, subject)).toSorted((a, b) => a.startAfter.getTime() - b.startAfter.getTime())[0];
    const data: Data = { why, by: by ?? null };
    if (found === undefined) await boss.send(QUEUE, data, { singletonKey: subject, startAfter: due, db: bossDb(tx) });
    else if (found.startAfter > due) await boss.update(QUEUE, data, { id: found.id, startAfter: due, db: bossDb(tx) });
    if (delayMs === 0) await tx.query(`select pg_notify('${WAKE_CHANNEL}', '')`);
  }

  async function wakeAll(tx: Transaction, subjects: readonly SubjectId[], wake: WakeUp): Promise<void> {
    for (const subject of [...new Set(subjects)].toSorted()) await wakeUp(tx, subject, wake);
  }

  return {
    wakeUp,
    wakeAll,
    pause: (db, system, { by, reason }) => pauseSystem(db, { system, by, reason }),
    async resume(tx, system, { by }) {
      await wakeAll(tx, await resumeSystem(tx, system), { why: `${system} was resumed`, by });
    },
    paused: listPauses,
    async list(db, limit = 100) {
      const jobs = await boss.findJobs<Data>(QUEUE, { limit, db: bossDb(db) });
      return jobs.map(entryOf);
    },
    counts: countLanes,
    close: () => boss.stop({ close: false }),

    async claim(tx, limit) {
      const jobs = await boss.fetch<Data>(QUEUE, { batchSize: limit, includeMetadata: true, db: bossDb(tx) });
      return jobs.map((job) => ({
        subject: subjectOfJob(job),
        job: job.id,
        jobAttempt: job.retryCount,
        why: job.data.why,
        by: job.data.by,
      }));
    },
    async finish(tx, { job, jobAttempt }) {
      const { affected } = affectedBy(
        await boss.deleteJob(QUEUE, { id: job, retryCount: jobAttempt }, { db: bossDb(tx) }),
      );
      return affected === 1;
    },
    async giveBack(tx, claims) {
      if (claims.length === 0) return;
      for (const { subject } of claims.toSorted((a, b) => (a.subject < b.subject ? -1 : 1))) {
        const parsed = parseSubject(subject);
        if (parsed !== null) await markQueued(tx, parsed);
      }
      const jobs = claims.map(({ job, jobAttempt }) => ({ id: job, retryCount: jobAttempt }));
      await boss.fail(QUEUE, jobs, null, { db: bossDb(tx) });
      await tx.query(`select pg_notify('${WAKE_CHANNEL}', '')`);
    },
  };
}

/** The first start makes pg-boss's tables; a hub that looks while another is half through with it fails. */
async function oneHubAtATime(database: Database, work: () => Promise<void>): Promise<void> {
  const session = await database.connect();
  try {
    await session.query("set statement_timeout = '60s'; set lock_timeout = '60s'");
    await session.query("select pg_advisory_lock(0x6c616e65)"); // "lane"
    await work();
  } finally {
    await session.end();
  }
}

type Data = { readonly why: string; readonly by: string | null };

function entryOf(job: JobWithMetadata<Data>): LaneEntry {
  return {
    subject: subjectOfJob(job),
    state: job.state === "active" ? "active" : "waiting",
    why: job.data.why,
    by: job.data.by,
    due: job.startAfter.toISOString(),
  };
}

/** The queue's key is the subject; `wakeUp` took nothing else in. */
function subjectOfJob(job: JobWithMetadata<Data>): SubjectId {
  return job.singletonKey as SubjectId;
}

/** pg-boss answers with more than its type says. */
function affectedBy(response: object): { affected: number } {
  return response as { affected: number };
}

function bossDb(db: Db): BossDb {
  return { executeSql: (text, values) => db.query(text, values) };
}

function tellStderr(error: Error): void {
  console.error(`the queue: ${error.message}`);
}
