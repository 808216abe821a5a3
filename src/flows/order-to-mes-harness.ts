import { ConnectorError } from "../connectors/connector-error.ts";
import type { Connector, IdempotencyKey, Receipt, Write } from "../connectors/port.ts";
import { quantity } from "../domain/bom/bom-builder.ts";
import type { JobOrderId, ProductionOrderId, SystemId } from "../domain/ids.ts";
import type { Job, JobOrder, JobState } from "../domain/job-order.ts";
import type { ProductionOrder } from "../domain/order.ts";
import { DEFAULT_ORDER_RULES, type OrderRules } from "../domain/orders/order-rules.ts";
import { PLANT, routing } from "../domain/testing.ts";
import type { Database } from "../store/database.ts";
import { dueOrders, wakeOrders } from "../store/order-wakes.ts";
import type { Outage } from "../store/desks.ts";
import { orderOf } from "../store/orders.ts";
import { orderToMes } from "./order-to-mes.ts";

/** A job in the MES, with what it was told last and the keys of the commands that it took. */
export type JobOnFloor = { job: Job; told: JobOrder; moves: number; readonly log: Set<string> };

/** An MES in memory. It finds commands again by their keys in a job's log, as many do. */
export function floor() {
  const jobs = new Map<JobOrderId, JobOnFloor>();
  const world = { refuses: null as "jobs" | "changes" | null, reads: 0 };
  const system = "mes" as SystemId;

  function no(doing: string, cause: string): ConnectorError {
    return new ConnectorError("rejected", { system, doing, cause });
  }

  function on(id: JobOrderId): JobOnFloor {
    const held = jobs.get(id);
    if (held === undefined) throw new ConnectorError("not found", { system, doing: `reading ${id}` });
    return held;
  }

  function put(held: JobOnFloor, more: Partial<Job>): Receipt {
    held.job = { ...held.job, ...more };
    held.moves += 1;
    return receipt(held);
  }

  function receipt({ job, moves }: JobOnFloor): Receipt {
    return { id: job.number, version: String(moves) };
  }

  function check({ moves }: JobOnFloor, expected: string | null): void {
    if (expected !== String(moves)) throw new ConnectorError("version conflict", { system, doing: "writing" });
  }

  function findTaken({ id, version }: JobOrder): Receipt | null {
    const held = jobs.get(id);
    return held !== undefined && held.job.version >= version ? receipt(held) : null;
  }

  function command<Input extends { readonly job: JobOrderId }>(act: (held: JobOnFloor, input: Input) => Receipt) {
    const find = (input: Input, key: IdempotencyKey) => {
      const held = on(input.job);
      return held.log.has(key) ? receipt(held) : null;
    };
    return {
      find: settled(find),
      write: settled((input: Input, key: IdempotencyKey) => {
        const done = find(input, key);
        if (done !== null) return done;
        on(input.job).log.add(key);
        return act(on(input.job), input);
      }),
    } satisfies Write<Input>;
  }

  const connector: Connector = {
    system,
    check: () => Promise.resolve(),
    jobs: {
      changedSince: (cursor) => Promise.resolve({ ids: [], cursor, more: false }),
      read: settled((ids: readonly JobOrderId[]) => {
        world.reads += ids.length;
        const found = ids.flatMap((id) => jobs.get(id) ?? []);
        return new Map(found.map(({ job, moves }) => [job.id, { value: job, version: String(moves) }]));
      }),
      dispatch: {
        find: settled(findTaken),
        write: settled((told: JobOrder) => {
          if (world.refuses === "jobs") throw no("dispatching", "no such item");
          if (jobs.has(told.id)) throw no("dispatching", "there is a job of this name");
          const held: JobOnFloor = { job: jobOf(told), told, moves: 1, log: new Set() };
          jobs.set(told.id, held);
          return receipt(held);
        }),
      },
      change: {
        find: settled(({ value }: { value: JobOrder }) => findTaken(value)),
        write: settled(({ value, expected }: { value: JobOrder; expected: string | null }) => {
          const held = on(value.id);
          check(held, expected);
          if (world.refuses === "changes") throw no("changing", "it is half done");
          held.told = value;
          return put(held, { version: value.version });
        }),
      },
      hold: command((held, { expected }: { job: JobOrderId; reason: string; expected: string }) => {
        check(held, expected);
        return put(held, { state: held.job.state === "running" ? "interrupted" : "waiting" });
      }),
      release: command((held, { expected }: { job: JobOrderId; expected: string }) => {
        check(held, expected);
        return put(held, { state: held.job.state === "interrupted" ? "running" : "ready" });
      }),
      cancel: command((held) => put(held, { state: "cancelled", cancellation: "done" })),
      cannotHold: () => [],
    },
  };

  return {
    connector,
    world,
    jobs,
    /** The only job. */
    only(): JobOnFloor {
      const [held, ...others] = jobs.values();
      if (held === undefined || others.length > 0) throw new Error(`the MES has ${jobs.size} jobs`);
      return held;
    },
    moves(state: JobState): void {
      put(this.only(), { state });
    },
  };
}

function settled<In extends readonly unknown[], Out>(work: (...input: In) => Out): (...input: In) => Promise<Out> {
  return (...input) => Promise.try(work, ...input);
}

function jobOf({ id, version }: JobOrder): Job {
  const none = { good: quantity("0"), scrap: quantity("0"), cancellation: null, refusal: null };
  return { id, number: "WO-7", version, state: "ready", ...none };
}

/** An ERP in memory that has production orders and one routing for all items. */
export function office(...given: readonly ProductionOrder[]) {
  const orders = new Map(given.map((one) => [one.id, one]));
  const never = { write: noPart, find: noPart };
  const connector: Connector = {
    system: "erp" as SystemId,
    check: () => Promise.resolve(),
    routings: {
      read: (items) => Promise.resolve(new Map(items.map((item) => [item, routing(item, { "0010": "SAW" })]))),
    },
    productionOrders: {
      changedSince: noPart,
      openOf: noPart,
      read: (ids) =>
        Promise.resolve(ids.flatMap((id) => orders.get(id) ?? []).map((value) => ({ value, version: "v" }))),
      reExplode: never,
      replaceComponents: never,
      hold: never,
    },
  };
  return {
    connector,
    changes(order: string, more: Partial<ProductionOrder>): void {
      const id = order as ProductionOrderId;
      const held = orders.get(id);
      if (held === undefined) throw new Error(`the ERP has no order ${order}`);
      orders.set(id, { ...held, ...more });
    },
  };
}

function noPart(): Promise<never> {
  return Promise.reject(new Error("the order leg does not ask for this"));
}

function clock(): Date {
  return new Date();
}

const NEVER_AWAY: Outage = { from: null, to: "2026-01-01T00:00:00.000Z" };

/** A hub that looks at orders when the test says so. */
export function hubOf(
  database: Database,
  erp: ReturnType<typeof office>,
  mes: ReturnType<typeof floor>,
  rules: OrderRules = DEFAULT_ORDER_RULES,
  { now = clock, outage = NEVER_AWAY }: { now?: () => Date; outage?: Outage } = {},
) {
  const hub = { database, plant: PLANT, timeZone: "UTC", erp: erp.connector, mes: mes.connector, rules, now };
  const look = orderToMes(hub)({
    plant: PLANT,
    outage,
    commit: (work) => database.transaction(work),
    assertHeld: () => undefined,
  });
  return {
    /** Looks at an order as a system, or a person, asks. Gives where it stands: `held: It is on hold in the ERP.` */
    async look(order: string, by?: string): Promise<string> {
      const id = order as ProductionOrderId;
      await wakeOrders(database.pool, PLANT, [id], { why: "a test", by });
      const due = await dueOrders(database.pool, PLANT, { limit: 100, except: [] });
      await Promise.all(due.filter((one) => one.order === id).map(look));
      const stands = await orderOf(database.pool, PLANT, id);
      return stands === null ? "unknown" : [stands.state, stands.reason ?? []].flat().join(": ");
    },
  };
}
