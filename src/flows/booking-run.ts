import type { ConnectorError } from "../connectors/connector-error.ts";
import type { Connector, Receipt } from "../connectors/port.ts";
import {
  awaitsDecision,
  type PostingDecision,
  type PostingInput,
  type PostingPlan,
} from "../domain/feedback/plan-posting.ts";
import type { OrderActuals } from "../domain/feedback/order-actuals.ts";
import type { PostingRules } from "../domain/feedback/posting-rules.ts";
import { sumsOf } from "../domain/feedback/posting-sums.ts";
import type { Digest, ItemId, PlantId, ProductionOrderId } from "../domain/ids.ts";
import { canonicalText, fromJson, toJson } from "../domain/json.ts";
import type { Posting } from "../domain/posting.ts";
import type { RunState } from "../domain/run-state.ts";
import type { Lanes } from "../engine/lanes.ts";
import type { Lease } from "../engine/lease.ts";
import type { Next } from "../engine/worker.ts";
import { recordAudit } from "../store/audit.ts";
import {
  actualsOf,
  countPosting,
  openBooking,
  postponeBooking,
  recordLook,
  stopBooking,
  type BookingState,
  type OrderPlace,
} from "../store/bookings.ts";
import type { Database, Transaction } from "../store/database.ts";
import { checkLease } from "../store/leases.ts";
import { planUnderway, readPlan, setPlanState, storePlan } from "../store/plans.ts";
import { recordRun } from "../store/runs.ts";
import type { Subject } from "../store/subject.ts";
import { linkThread } from "../store/thread-links.ts";
import { actionOf, type BegunStep } from "./apply-booking.ts";
import type { Counted, ErpBooks } from "./erp-books.ts";
import { sha256 } from "./sealed.ts";

/** What booking works with. `main.ts` composes it. */
export type BookingHub = {
  readonly database: Database;
  readonly lanes: Pick<Lanes, "wakeUp">;
  readonly plants: ReadonlyMap<PlantId, BookingPlant>;
  /** When this hub was started: until then it heard of nothing. */
  readonly startedAt: Date;
  readonly now: () => Date;
};

export type BookingPlant = { readonly plant: PlantId; readonly erp: Connector; readonly rules: PostingRules };

/** Where the booking of one order stands, kept in the database: what the flow asks and what it records. */
export type BookingRun = Awaited<ReturnType<typeof bookingRun>>;

/** The states of runs that live views know, by those of bookings. */
const RUN_STATES: Readonly<Record<BookingState, RunState>> = {
  waiting: "planning",
  booked: "in step",
  completed: "applied",
  "to decide": "awaiting approval",
  refused: "blocked",
  blocked: "blocked",
};

export async function bookingRun(
  { database, lanes, startedAt, now }: BookingHub,
  { erp, rules }: BookingPlant,
  subject: Subject,
  lease: Lease,
) {
  const { pool } = database;
  const place: OrderPlace = { plant: subject.plant as PlantId, order: subject.key as ProductionOrderId };
  const before = await openBooking(pool, place);

  function note(tx: Transaction, what: string, detail: unknown): Promise<void> {
    return recordAudit(tx, { who: "heddle", what, subject: subject.id, detail: toJson(detail) });
  }

  function quietAt({ countedAt }: Counted): number {
    return Math.max(Date.parse(countedAt), startedAt.getTime()) + rules.completeAfterMinutes * 60_000;
  }

  async function lookWhenDue(tx: Transaction, due: number, why: string): Promise<void> {
    await postponeBooking(tx, place, new Date(due));
    await lanes.wakeUp(tx, subject.id, { why, delayMs: Math.max(1, due - now().getTime()) });
  }

  /** The state that ends this look, and what is told of it where that is news. */
  function end(state: BookingState, reason: string | null, record: (tx: Transaction) => Promise<void>): Next {
    return {
      kind: "settled",
      async record(tx) {
        await recordRun(tx, lease, { state: RUN_STATES[state], reason });
        await record(tx);
        if (before.state === state && before.reason === reason) return;
        await note(tx, `production is ${state}`, { reason });
      },
    };
  }

  return {
    place,
    database,
    lease,
    /** What people and the plant's rules say of what does not fit. */
    judgement: {
      tolerances: rules.tolerances,
      decisions: before.decisions.map((json) => fromJson<PostingDecision>(json)),
    } satisfies Partial<PostingInput>,
    /** A step that was begun, and of which nobody knows yet how it ended. */
    async stepUnderway(): Promise<BegunStep | null> {
      const row = await planUnderway(pool, subject.id);
      const stored = row === null ? null : await readPlan(pool, row.digest);
      return stored === null ? null : { digest: stored.digest, step: fromJson<BegunStep["step"]>(stored.plan) };
    },

    async counted(): Promise<Counted | null> {
      const row = await actualsOf(pool, place);
      if (row === null) return null;
      const { item, actuals, countedAt } = row;
      return { item: item as ItemId | null, actuals: fromJson<OrderActuals>(actuals), countedAt };
    },

    /** Whether nothing new was told for as long as the plant's rules want, or a person does not want to wait. */
    isQuiet: (counted: Counted): boolean => lease.by !== null || quietAt(counted) <= now().getTime(),

    nothingCounted: (): Next => ({ kind: "settled" }),

    /**
     * A person asks, an operation was completed or opened again, or it has waited long enough. What stopped an order that
     * is complete is looked at with all that comes late: it may be the very thing that was missing, or puts right what the
     * ERP refused.
     */
    isDue(actuals: OrderActuals): boolean {
      if (lease.by !== null || completedIn(actuals) !== before.completed) return true;
      if (actuals.isComplete && (before.state === "to decide" || before.state === "refused")) return true;
      return before.dueAt !== null && Date.parse(before.dueAt) <= now().getTime();
    },

    waitUntilDue(): Next {
      const latest = now().getTime() + rules.everyMinutes * 60_000;
      const due = before.dueAt === null ? latest : Date.parse(before.dueAt);
      return {
        kind: "settled",
        async record(tx) {
          await lookWhenDue(tx, due, "its time to be booked has come");
        },
      };
    },

    /** That it begins is committed, with all that it says, before the ERP hears of it. */
    async begin(step: BegunStep["step"]): Promise<BegunStep> {
      const begun = { digest: sha256(canonicalText([subject.id, step])) as Digest, step };
      await database.transaction(async (tx) => {
        await checkLease(tx, lease);
        const requestedBy = lease.by ?? "heddle";
        const plan = { subject: subject.id, digest: begun.digest, requestedBy, plan: toJson(step) };
        await storePlan(tx, { ...plan, state: "approved" });
        await recordRun(tx, lease, { state: "applying", reason: null, planDigest: begun.digest });
      });
      return begun;
    },

    /** What commits with the outcome. */
    async recordBooked(
      tx: Transaction,
      { digest, step }: BegunStep,
      receipt: Receipt,
      losses: readonly string[],
    ): Promise<void> {
      await setPlanState(tx, digest, "applied");
      await note(tx, step.kind === "post" ? "production booked" : "order completed in ERP", {
        action: actionOf(step),
        receipt: receipt.id,
        losses,
      });
      if (step.kind !== "post") return;
      await countPosting(tx, place, losses);
      await linkThread(tx, subject.id, [
        {
          from: { system: erp.system, kind: "production order", id: place.order },
          relation: "booked as",
          to: { system: erp.system, kind: "posting", id: receipt.id },
          happenedAt: step.posting.at,
        },
      ]);
    },

    /** Nothing can be booked now: because all is, or because people must say what to do about the rest. */
    rest(plan: PostingPlan, { production, erpOrder }: ErpBooks, counted: Counted): Next {
      const open = plan.findings.filter(({ decided }) => decided === null);
      const more = open.length > 1 ? ` (and ${open.length - 1} more)` : "";
      const reason = open[0] === undefined ? null : `${open[0].cause}${more}`;
      const isEnded = erpOrder?.state === "finished" || erpOrder?.state === "cancelled";
      const state = awaitsDecision(plan) ? "to decide" : isEnded ? "completed" : "booked";
      const { confirmations, consumptions } = sumsOf(production?.postings ?? []);
      const held = { confirmations: [...confirmations.values()], consumptions: [...consumptions.values()] };
      return end(state, reason, async (tx) => {
        await recordLook(tx, place, {
          state,
          reason,
          findings: plan.findings.map(toJson),
          held: toJson(held),
          outstanding: toJson(plan.outstanding),
          completed: completedIn(counted.actuals),
        });
        if (plan.awaitsQuiet) await lookWhenDue(tx, quietAt(counted), "nothing new was told: the order can be ended");
      });
    },

    /** The step was not booked, and is not underway any more. */
    async giveUp({ digest, step }: BegunStep, error: ConnectorError): Promise<void> {
      await database.transaction(async (tx) => {
        await checkLease(tx, lease);
        await setPlanState(tx, digest, "stale");
        await note(tx, "booking refused", { action: actionOf(step), cause: error.at.cause ?? error.kind });
      });
    },

    /** The ERP said no. It is asked again when there is more to book, or when a person wants it. */
    stopRefused(error: ConnectorError): Next {
      const reason = `${error.message}. ${error.fix}`;
      return end("refused", reason, (tx) => stopBooking(tx, place, { state: "refused", reason }));
    },

    lookAgain(why: string): Next {
      return {
        kind: "settled",
        async record(tx) {
          await postponeBooking(tx, place, now());
          await lanes.wakeUp(tx, subject.id, { why });
        },
      };
    },

    blockNotHeld({ id }: Posting): Next {
      const reason = `The ERP took posting ${id} and then read back something else. Compare it in the ERP with what was made and used, then look again.`;
      return end("blocked", reason, (tx) => stopBooking(tx, place, { state: "blocked", reason }));
    },

    /** Sent again it would fight whoever opened the order. */
    blockNotEnded(): Next {
      const reason = `The ERP took the end of ${place.order}, and has the order open. Where somebody opened it again, end it there once they are done; it is looked at when it moves.`;
      return end("blocked", reason, (tx) => stopBooking(tx, place, { state: "blocked", reason }));
    },

    /** What is due stays due. */
    retry(afterMs: number, why: string): Next {
      return { kind: "retry", afterMs, why, record: (tx) => postponeBooking(tx, place, now()) };
    },

    /** Something permanent that no posting is to blame for. */
    blockFailure(reason: string): Next {
      return end("blocked", reason, (tx) => stopBooking(tx, place, { state: "blocked", reason }));
    },
  };
}

/** What `ordersToBook` compares. */
function completedIn({ operations }: OrderActuals): number {
  return operations.filter(({ isComplete }) => isComplete).length;
}
