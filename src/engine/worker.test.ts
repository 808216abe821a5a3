import { afterEach, describe, expect, it, vi } from "vitest";
import type { Database } from "../store/database.ts";
import { checkLease, LeaseLost } from "../store/leases.ts";
import { auditOf } from "../store/audit.ts";
import { recordRun, runOf } from "../store/runs.ts";
import { subjectOf, type SubjectId } from "../store/subject.ts";
import type { Lease } from "./lease.ts";
import { startWorker, type Handler, type Worker, type WorkerOptions } from "./worker.ts";
import { testLanes } from "./testing.ts";

const { database, lanes } = await testLanes();
const workers: Worker[] = [];

afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.stop()));
});

describe("a worker", () => {
  it("looks at a subject that was woken, and settles it", async () => {
    const seen: string[] = [];
    await working(async (subject, lease) => {
      seen.push(`${subject.key} in ${subject.plant}: ${lease.why}`);
      return { kind: "settled", record: async (tx) => void (await recordRun(tx, lease, { state: "in step" })) };
    });

    await wake(eco("0001"), "released");

    await vi.waitFor(async () => expect((await runOf(database.pool, eco("0001")))?.state).toBe("in step"), 60_000);
    expect(seen).toEqual(["ECO-0001 in 1000: released"]);
    expect(await lanes.list(database.pool)).toEqual([]);
  });

  it("looks at one subject one at a time, and once more when it was woken meanwhile", async () => {
    let atOnce = 0;
    let most = 0;
    let looks = 0;
    const go = latch();
    const handler: Handler = async () => {
      looks++;
      most = Math.max(most, ++atOnce);
      await go.opened;
      atOnce--;
      return { kind: "settled" };
    };
    await working(handler);
    await working(handler);

    await wake(eco("0002"), "first");
    await vi.waitFor(() => expect(looks).toBe(1), 60_000);
    for (let i = 0; i < 5; i++) await wake(eco("0002"), `again ${i}`);
    expect(await lanes.counts(database.pool)).toEqual({ waiting: 1, active: 1 });
    go.open();

    await vi.waitFor(async () => expect(await lanes.counts(database.pool)).toEqual({ waiting: 0, active: 0 }), 60_000);
    expect({ looks, most }).toEqual({ looks: 2, most: 1 });
  });

  it("tries again when a flow asks for it, and counts the tries until the run settles", async () => {
    const attempts: number[] = [];
    await working(async (_subject, lease) => {
      attempts.push(lease.attempt);
      return lease.attempt < 3 ? { kind: "retry", afterMs: 10, why: "erp is unreachable" } : { kind: "settled" };
    });

    await wake(eco("0003"), "released");

    await vi.waitFor(() => expect(attempts).toEqual([1, 2, 3]), 60_000);
    await vi.waitFor(async () => expect((await runOf(database.pool, eco("0003")))?.attempt).toBe(0), 60_000);
  });

  it("stops a subject whose flow has a fault, says so, and goes on with the others", async () => {
    const told: string[] = [];
    await working(
      async ({ key }) => {
        if (key === "ECO-0004") throw new TypeError("x is not iterable");
        return { kind: "settled" };
      },
      { onError: (error) => told.push(error.message) },
    );

    await wake(eco("0004"), "released");
    await wake(eco("0005"), "released");

    await vi.waitFor(async () => expect(await lanes.counts(database.pool)).toEqual({ waiting: 0, active: 0 }), 60_000);
    expect(await runOf(database.pool, eco("0004"))).toMatchObject({
      state: "blocked",
      reason: expect.stringContaining("x is not iterable"),
    });
    expect((await auditOf(database.pool, eco("0004"))).map((entry) => entry.what)).toEqual(["run stopped by a fault"]);
    expect(told).toEqual(["x is not iterable"]);
  });

  it("lays a subject aside while a system it needs is paused, and looks at it when that is resumed", async () => {
    let looks = 0;
    const handler: Handler = async () => {
      looks++;
      return { kind: "settled" };
    };
    await working(handler, { needs: () => ["plm", "erp"] });
    await lanes.pause(database.pool, "erp", { by: "anna", reason: "year-end close" });

    await wake(eco("0006"), "released");
    await vi.waitFor(
      async () =>
        expect((await runOf(database.pool, eco("0006")))?.reason).toBe("erp was paused by anna: year-end close"),
      60_000,
    );
    expect({ looks, counts: await lanes.counts(database.pool) }).toEqual({
      looks: 0,
      counts: { waiting: 0, active: 0 },
    });

    await database.transaction((tx) => lanes.resume(tx, "erp", { by: "anna" }));
    await vi.waitFor(() => expect(looks).toBe(1), 60_000);
  });

  it("gives back what is under way when it stops and the flow listens to its signal", async () => {
    const worker = await startWorker({
      database,
      lanes,
      slots: 1,
      stopMs: 20,
      handlers: { change: (_subject, lease) => untilAborted(lease) },
    });
    await wake(eco("0007"), "released");
    await vi.waitFor(async () => expect((await lanes.counts(database.pool)).active).toBe(1), 60_000);
    await worker.stop();

    expect(await lanes.counts(database.pool)).toEqual({ waiting: 1, active: 0 });
    const looked = latch();
    await working(async () => {
      looked.open();
      return { kind: "settled" };
    });
    await looked.opened;
  });
});

describe("a lease that ran out", () => {
  it("goes to another worker, and whoever slept through it can write nothing more", async () => {
    const slept = latch();
    const errors: string[] = [];
    const leases: Lease[] = [];
    const answers: unknown[] = [];
    const handler: Handler = async (_subject, lease) => {
      leases.push(lease);
      if (leases.length === 1) {
        await slept.opened;
        answers.push(await recordRun(database.pool, lease, { state: "applied" }).catch((error: unknown) => error));
        return { kind: "settled", record: async (tx) => void (await recordRun(tx, lease, { state: "applied" })) };
      }
      return { kind: "settled", record: async (tx) => void (await recordRun(tx, lease, { state: "in step" })) };
    };
    // Its heartbeats stop, as those of a frozen process would.
    const frozen = {
      ...database,
      pool: Object.create(database.pool, { query: { value: refuseHeartbeats(database) } }),
    };
    await working(handler, {
      database: frozen,
      leaseMs: 300,
      onError: (error) => errors.push(error.name),
    });
    await wake(eco("0008"), "released");
    await vi.waitFor(() => expect(leases).toHaveLength(1), 60_000);
    await working(handler);

    await vi.waitFor(async () => expect((await runOf(database.pool, eco("0008")))?.state).toBe("in step"), 60_000);
    expect(() => leases[0]?.assertHeld()).toThrow(LeaseLost);
    expect(leases[0]?.signal.aborted).toBe(true);
    slept.open();

    await vi.waitFor(() => expect(errors).toContain("LeaseLost"), 60_000);
    expect(answers).toEqual([expect.any(LeaseLost)]);
    expect((await runOf(database.pool, eco("0008")))?.state).toBe("in step");
    expect(leases.map((lease) => lease.fence)).toEqual([1, expect.any(Number)]);
    expect(leases[1]?.fence).toBeGreaterThan(1);
  });

  it("is refused in a transaction too, so nothing of it commits", async () => {
    const late = { subject: eco("0008"), fence: 1, holder: "somebody" };

    await expect(database.transaction((tx) => checkLease(tx, late))).rejects.toThrow(LeaseLost);
  });
});

function eco(number: string): SubjectId {
  return subjectOf("change", `ECO-${number}`, "1000").id;
}

async function wake(subject: SubjectId, why: string): Promise<void> {
  await database.transaction((tx) => lanes.wakeUp(tx, subject, { why }));
}

/** Starts a worker that ends with the test. */
async function working(handler: Handler, options: Partial<WorkerOptions> = {}): Promise<void> {
  workers.push(await startWorker({ database, lanes, slots: 4, handlers: { change: handler }, ...options }));
}

function untilAborted({ signal }: Lease): Promise<never> {
  return new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
}

function refuseHeartbeats({ pool }: Database): (text: string, values?: unknown[]) => Promise<unknown> {
  return (text, values) =>
    text.includes("update leases set until") ? new Promise(() => undefined) : pool.query(text, values);
}

function latch(): { opened: Promise<void>; open: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}
