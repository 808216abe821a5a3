import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { isDatabaseTrouble, type Database, type Transaction } from "../store/database.ts";
import { claimLeases, extendLeases, LeaseLost, releaseLease, revokeDeadLeases, showPresence } from "../store/leases.ts";
import { listen } from "../store/listen.ts";
import { park, pauseAmong } from "../store/pauses.ts";
import { recordAudit } from "../store/audit.ts";
import { beginAttempts, endAttempts, recordRun } from "../store/runs.ts";
import { parseSubject, type Subject } from "../store/subject.ts";
import { backoffMs } from "./backoff.ts";
import { bell } from "./bell.ts";
import { WAKE_CHANNEL, type Claim, type Lanes } from "./lanes.ts";
import { keepLease, type KeptLease, type Lease } from "./lease.ts";

/** What follows a look at a subject. `record` runs in the transaction that completes it, with the lease still held. */
export type Next = { readonly record?: ((tx: Transaction) => Promise<void>) | undefined } & (
  | { readonly kind: "settled" }
  | { readonly kind: "retry"; readonly afterMs: number; readonly why: string }
);

/** Looks at a subject and does what is left to do. It may be called again at any time, for any reason. */
export type Handler = (subject: Subject, lease: Lease) => Promise<Next>;

export type WorkerOptions = {
  readonly database: Database;
  readonly lanes: Lanes;
  /** By the subject's kind. */
  readonly handlers: Readonly<Record<string, Handler>>;
  /** Subjects looked at at the same time. */
  readonly slots: number;
  /** Systems that a subject cannot be looked at without: while one is paused the subject is laid aside. */
  readonly needs?: ((subject: Subject) => readonly string[]) | undefined;
  readonly onError?: ((error: Error) => void) | undefined;
  /** How long a worker that fell silent keeps its subjects, in milliseconds. */
  readonly leaseMs?: number | undefined;
  /** How long `stop` lets work end by itself before it aborts it, in milliseconds. */
  readonly stopMs?: number | undefined;
};

type Told = WorkerOptions & { readonly onError: (error: Error) => void };

export type Worker = {
  /** This worker's name among all hubs. */
  readonly holder: string;
  /** Takes no more, lets what is under way end, and gives back what does not end in time. */
  readonly stop: () => Promise<void>;
};

const LEASE_MS = 10_000;
/** Wake-ups that are due at once ring; this is for those that become due, and for a ring that was missed. */
const IDLE_MS = 1_000;
const TAKEOVER_CHECK_MS = 1_000;
const STOP_MS = 10_000;
const ABORT_MS_MAX = 5_000;
/** A subject that brings its hub down each time would bring all of them down for ever. */
const CRASHES_MAX = 20;

/**
 * Works off the lanes until stopped. Each subject is with one worker at a time: a claim takes the wake-up
 * and a lease with a new fence in one transaction, heartbeats keep the lease, and the completion, the run's
 * state and the next wake-up commit together. When a worker dies, any other takes its subjects over.
 */
export async function startWorker(given: WorkerOptions): Promise<Worker> {
  const { database, lanes, slots, onError = tellStderr, leaseMs = LEASE_MS, stopMs = STOP_MS } = given;
  const options: Told = { ...given, onError };
  const holder = `hub-${randomUUID()}`;
  const news = bell();
  const underway = new Map<KeptLease, Promise<void>>();
  let present = false;
  const stopping = new AbortController();
  let checkedAt = -Infinity;

  const listening = await listen(database, {
    channel: WAKE_CHANNEL,
    onMessage: news.ring,
    async onConnect(session) {
      await showPresence(session, holder);
      present = true;
      news.ring();
    },
    onDisconnect: () => (present = false),
    onError,
  });
  const heartbeat = setInterval(() => void beat().catch(asError(onError)), leaseMs / 3);
  const looping = loop();

  async function loop(): Promise<void> {
    while (!stopping.signal.aborted) {
      // Whoever cannot be seen to live would lose at once what it claims.
      if (present) await turn().catch(asError(onError));
      if (!stopping.signal.aborted) await news.heard(IDLE_MS);
    }
  }

  async function turn(): Promise<void> {
    if (performance.now() - checkedAt > TAKEOVER_CHECK_MS) {
      checkedAt = performance.now();
      await database.transaction(async (tx) => lanes.giveBack(tx, await revokeDeadLeases(tx)));
    }
    const free = slots - underway.size;
    if (free <= 0) return; // the one that ends will ring
    const claims = await claim(free);
    for (const { kept, job } of claims) {
      const work = lookAt(kept, job, options)
        .catch(asError(onError))
        .finally(() => {
          underway.delete(kept);
          news.ring();
        });
      underway.set(kept, work);
    }
    if (claims.length > 0) news.ring(); // there may be more
  }

  async function claim(limit: number): Promise<{ kept: KeptLease; job: Claim }[]> {
    const sentAt = performance.now();
    return database.transaction(async (tx) => {
      const jobs = await lanes.claim(tx, limit);
      if (jobs.length === 0) return [];
      const attempts = await beginAttempts(
        tx,
        jobs.map((job) => job.subject),
      );
      const fences = await claimLeases(tx, { holder, jobs, leaseMs });
      return jobs.map((job) => {
        const { subject, why, by } = job;
        const lease = {
          subject,
          holder,
          fence: fences.get(subject) ?? 0,
          attempt: attempts.get(subject) ?? 1,
          why,
          by,
        };
        return { job, kept: keepLease(lease, sentAt, leaseMs) };
      });
    });
  }

  async function beat(): Promise<void> {
    const kept = [...underway.keys()];
    if (kept.length === 0) return;
    kept.forEach((each) => each.check());
    const sentAt = performance.now();
    const ours = await extendLeases(database.pool, { holder, leases: kept.map((each) => each.lease), leaseMs });
    for (const each of kept) {
      if (ours.has(each.lease.subject)) each.proven(sentAt);
      else if (underway.has(each)) each.lose();
    }
  }

  async function ended(withinMs: number): Promise<void> {
    const late = new AbortController();
    const time = pause(withinMs, undefined, { signal: late.signal }).catch(() => undefined); // cut short: all ended in time
    await Promise.race([Promise.all(underway.values()), time]);
    late.abort();
    await time;
  }

  return {
    holder,
    async stop() {
      stopping.abort();
      news.ring();
      await looping;
      await ended(stopMs);
      for (const kept of underway.keys()) kept.abort(new HubStops());
      await ended(ABORT_MS_MAX);
      clearInterval(heartbeat);
      await listening.stop(); // from here on, others take over what is left
    },
  };
}

class HubStops extends Error {
  override readonly name = "HubStops";

  constructor() {
    super("the hub is stopping; another worker, or the next start, looks at the subject again");
  }
}

/** One look at one subject, from the claim to its completion. */
async function lookAt(kept: KeptLease, job: Claim, options: Told): Promise<void> {
  const { database, lanes } = options;
  const { lease } = kept;
  const next = await outcomeOf(lease, job, options);
  if (next === null) return;
  await database.transaction(async (tx) => {
    if (next.kind === "retry" && next.why !== "") await recordRun(tx, lease, { state: "retrying", reason: next.why });
    await next.record?.(tx); // before anything locks the run's row: what a record locks itself may come before that
    if (next.kind === "settled") await endAttempts(tx, lease.subject);
    await releaseLease(tx, lease);
    if (!(await lanes.finish(tx, job))) throw new LeaseLost(lease);
    if (next.kind === "retry")
      await lanes.wakeUp(tx, lease.subject, { why: next.why || job.why, delayMs: next.afterMs });
  });
}

/** Null when there is nothing to complete, because someone else has the subject now. */
async function outcomeOf(lease: Lease, job: Claim, options: Told): Promise<Next | null> {
  try {
    return (await laidAside(lease, options)) ?? (await handled(lease, job, options));
  } catch (error) {
    if (error instanceof LeaseLost) {
      options.onError(error);
      return null;
    }
    if (lease.signal.aborted)
      return lease.signal.reason instanceof HubStops ? { kind: "retry", afterMs: 0, why: "" } : null;
    options.onError(error instanceof Error ? error : new Error(String(error)));
    if (isDatabaseTrouble(error)) {
      const afterMs = backoffMs({ attempt: lease.attempt, random: Math.random() });
      return { kind: "retry", afterMs, why: `Heddle's own database did not answer: ${wordsOf(error)}` };
    }
    return blockedBy(lease, error);
  }
}

async function handled(lease: Lease, job: Claim, { handlers }: WorkerOptions): Promise<Next> {
  const subject = parseSubject(lease.subject);
  const handler = subject === null ? undefined : handlers[subject.kind];
  if (subject === null || handler === undefined) throw new Error(`this hub has no flow for ${lease.subject}`);
  if (job.jobAttempt >= CRASHES_MAX) {
    throw new Error(`the hub stopped ${job.jobAttempt} times in a row while it looked at ${lease.subject}`);
  }
  return handler(subject, lease);
}

/** Not handled while a system it needs is paused; `null` when none is. */
async function laidAside(lease: Lease, { database, lanes, needs }: WorkerOptions): Promise<Next | null> {
  const subject = parseSubject(lease.subject);
  const systems = subject === null ? [] : (needs?.(subject) ?? []);
  if (systems.length === 0 || (await pauseAmong(database.pool, systems)) === null) return null;
  return {
    kind: "settled",
    async record(tx) {
      const pausing = await pauseAmong(tx, systems);
      if (pausing === null) return lanes.wakeUp(tx, lease.subject, { why: "the pause has just ended" });
      await park(tx, lease.subject, pausing.system);
      await recordRun(tx, lease, { reason: `${pausing.system} was paused by ${pausing.by}: ${pausing.reason}` });
    },
  };
}

/** A fault of ours: the subject stops, for a person to see, and everything else goes on. */
function blockedBy(lease: Lease, error: unknown): Next {
  return {
    kind: "settled",
    async record(tx) {
      await recordRun(tx, lease, {
        state: "blocked",
        reason: `A fault in Heddle stopped it: ${wordsOf(error)}. Look at it again once that is mended.`,
      });
      await recordAudit(tx, {
        who: "heddle",
        what: "run stopped by a fault",
        subject: lease.subject,
        detail: { error: wordsOf(error), stack: error instanceof Error ? (error.stack ?? null) : null },
      });
    },
  };
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function asError(onError: (error: Error) => void): (error: unknown) => void {
  return (error) => onError(error instanceof Error ? error : new Error(String(error)));
}

function tellStderr(error: Error): void {
  console.error(`the worker: ${error.message}`);
}
