import { ConnectorError, type ConnectorErrorKind } from "../connectors/connector-error.ts";
import type { Connector, Production, Write } from "../connectors/port.ts";
import { frames } from "../domain/feedback/posting-harness.ts";
import { DEFAULT_POSTING_RULES, type PostingRules } from "../domain/feedback/posting-rules.ts";
import type { OrderActuals } from "../domain/feedback/order-actuals.ts";
import type { OperationId, PlantId, ProductionOrderId, SystemId } from "../domain/ids.ts";
import { toJson } from "../domain/json.ts";
import type { ProductionOrder } from "../domain/order.ts";
import type { OrderCompletion, Posting } from "../domain/posting.ts";
import { operation, PLANT } from "../domain/testing.ts";
import type { Lanes } from "../engine/lanes.ts";
import type { Lease } from "../engine/lease.ts";
import type { OrderPlace } from "../store/bookings.ts";
import { listedBooking } from "../store/bookings.ts";
import type { Database } from "../store/database.ts";
import { releaseLease } from "../store/leases.ts";
import { recordRun } from "../store/runs.ts";
import { subjectOf } from "../store/subject.ts";
import { holdSubject } from "../store/testing.ts";
import type { BookingHub } from "./booking-run.ts";
import { productionToErp } from "./production-to-erp.ts";

export const ORDER: OrderPlace = { plant: PLANT, order: "MO-1" as ProductionOrderId };

/** What the next write meets: see `ledger`. */
type Trouble =
  /** It is done, and the answer is lost. */
  | "answer lost"
  /** The request is lost before it is done. */
  | "request lost"
  /** It is done, and the hub is killed before it hears of it. */
  | "hub killed"
  /** The ERP says no, or is away. */
  | ConnectorErrorKind;

/** An ERP in memory that books production. `next` happens to the write after it. */
export function ledger(given: ProductionOrder = frames) {
  const world = {
    order: {
      ...given,
      operations: [operation("Saw", "SAW"), operation("Weld", "WELD")].map((each, at) => ({
        ...each,
        operation: ["0010", "0020"][at] as OperationId,
      })),
    } as ProductionOrder,
    postings: [] as Posting[],
    completions: [] as OrderCompletion[],
    writes: 0,
    reads: 0,
    next: [] as Trouble[],
    /** Runs in the middle of the write after it. */
    meanwhile: null as (() => Promise<void>) | null,
    /** Whether it keeps what it takes as it was given. */
    forgets: false,
  };
  const system = "erp" as SystemId;

  function no(kind: ConnectorErrorKind, doing: string): ConnectorError {
    return new ConnectorError(kind, { system, doing, cause: "the period is closed" });
  }

  function writing<Input>(doing: string, book: (input: Input) => void, held: (input: Input) => boolean): Write<Input> {
    const receipt = { id: `BK-${doing}`, version: null };
    return {
      find: (input) => Promise.resolve(held(input) ? receipt : null),
      async write(input) {
        world.writes++;
        const trouble = world.next.shift();
        const { meanwhile } = world;
        world.meanwhile = null;
        await meanwhile?.();
        if (trouble === "request lost") throw no("answer lost", doing);
        if (trouble !== undefined && trouble !== "answer lost" && trouble !== "hub killed") throw no(trouble, doing);
        if (world.order.state === "cancelled" || world.order.state === "finished") throw no("rejected", doing);
        if (!held(input)) book(input);
        if (trouble === "answer lost") throw no("answer lost", doing);
        if (trouble === "hub killed") throw new Error("the hub was killed");
        return receipt;
      },
    };
  }

  const production: Production = {
    read: (ids) => {
      world.reads++;
      const value = { order: world.order.id, state: world.order.state, postings: [...world.postings] };
      return Promise.resolve(new Map(ids.includes(world.order.id) ? [[world.order.id, { value, version: "v" }]] : []));
    },
    post: writing(
      "posting",
      (posting) => void (world.forgets || world.postings.push(posting)),
      ({ id }) => world.postings.some((held) => held.id === id),
    ),
    complete: writing(
      "completing",
      (completion) => {
        world.completions.push(completion);
        world.order = { ...world.order, state: "finished" };
      },
      () => world.completions.length > 0,
    ),
    cannotHold: () => [],
  };
  const never = { write: noPart, find: noPart };
  const connector: Connector = {
    system,
    check: () => Promise.resolve(),
    production,
    productionOrders: {
      changedSince: noPart,
      openOf: noPart,
      read: (ids) => Promise.resolve(ids.includes(world.order.id) ? [{ value: world.order, version: "v" }] : []),
      reExplode: never,
      replaceComponents: never,
      hold: never,
    },
  };
  return { connector, world };
}

function noPart(): Promise<never> {
  return Promise.reject(new Error("booking does not ask for this"));
}

/** A hub that looks at order MO-1 when the test says so. */
export function bookingHubOf(
  database: Database,
  lanes: Lanes,
  erp: ReturnType<typeof ledger>,
  rules: PostingRules = { ...DEFAULT_POSTING_RULES, completeAfterMinutes: 0 },
  clock = { at: new Date() },
) {
  const subject = subjectOf("production", ORDER.order, PLANT);
  const hub: BookingHub = {
    database,
    lanes,
    plants: new Map<PlantId, { plant: PlantId; erp: Connector; rules: PostingRules }>([
      [PLANT, { plant: PLANT, erp: erp.connector, rules }],
    ]),
    startedAt: clock.at,
    now: () => clock.at,
  };
  const handler = productionToErp(hub);

  return {
    /** A hub that is started now, on the same database. */
    restarted: () => bookingHubOf(database, lanes, erp, rules, clock),
    subject: subject.id,
    handler,
    /** As counting does when it is through with the order. */
    async counts(actuals: OrderActuals): Promise<void> {
      await database.pool.query(
        `insert into order_production (plant, "order", item, actuals, events, counted_at) values ($1, $2, 'FRAME', $3, 1, $4)
             on conflict (plant, "order") do update set actuals = excluded.actuals, counted_at = $4`,
        [PLANT, ORDER.order, JSON.stringify(toJson(actuals)), clock.at],
      );
    },
    /** Takes the order's lane as a worker does. */
    async takes(by: string | null = null): Promise<Lease> {
      const token = await holdSubject(database, subject);
      return {
        ...token,
        attempt: 1,
        why: "a test",
        by,
        assertHeld: () => undefined,
        signal: new AbortController().signal,
      };
    },
    /** One look, as a worker does it. Gives where the booking stands: `to decide: 21 EA of TUBE were used …` */
    async look(by: string | null = null): Promise<string> {
      await this.looksWith(await this.takes(by));
      const stands = await listedBooking(database.pool, ORDER);
      return stands === null ? "unknown" : [stands.state, stands.reason ?? []].flat().join(": ");
    },
    async looksWith(lease: Lease): Promise<void> {
      const next = await handler(subject, lease);
      await database.transaction(async (tx) => {
        if (next.kind === "retry") await recordRun(tx, lease, { state: "retrying", reason: next.why });
        await next.record?.(tx);
        await releaseLease(tx, lease);
      });
    },
    passes(minutes: number): void {
      clock.at = new Date(clock.at.getTime() + minutes * 60_000);
    },
  };
}
