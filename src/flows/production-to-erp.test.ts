import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { quantity } from "../domain/bom/bom-builder.ts";
import { DEFAULT_POSTING_RULES } from "../domain/feedback/posting-rules.ts";
import { drawLines, made, used } from "../domain/feedback/posting-harness.ts";
import { toJson } from "../domain/json.ts";
import { PLANT } from "../domain/testing.ts";
import { startWorker } from "../engine/worker.ts";
import { auditOf } from "../store/audit.ts";
import { bookingOf, listBookings, storeDecisions } from "../store/bookings.ts";
import { unknownOutcomes } from "../store/outcomes.ts";
import { runOf } from "../store/runs.ts";
import { threadOf } from "../store/thread-links.ts";
import { bookingHubOf, ledger, ORDER } from "./production-to-erp-harness.ts";
import { wakeHeldProduction, wakeProduction } from "./production-to-erp.ts";
import { testLanes } from "../engine/testing.ts";

const { database, lanes } = await testLanes();

let erp: ReturnType<typeof ledger>;
let hub: ReturnType<typeof bookingHubOf>;

beforeEach(() => {
  erp = ledger();
  hub = bookingHubOf(database, lanes, erp);
});
afterEach(async () => {
  await database.pool.query("truncate runs, bookings, order_production, thread_links cascade; delete from pgboss.job");
});

function booked(): readonly string[] {
  return erp.world.postings.flatMap((posting) => [posting.id, ...drawLines(posting)]);
}

const sawn = made({ "0010": "10 good 20 min done" }, [used("10 TUBE", "20 EA", "T-1")]);
const finished = made({ "0010": "10 good 20 min done", "0020": "10 good 30 min done" }, [
  used("10 TUBE", "20 EA", "T-1"),
]);

describe("what was made and used", () => {
  it("is booked once, read back, and stands in thread and audit", async () => {
    await hub.counts(sawn);

    expect(await hub.look()).toBe("booked");
    expect(await hub.look("ada")).toBe("booked");

    expect(booked()).toEqual(["MO-1:1", "0010: 10 EA good 20 min final", "10 TUBE: 20 EA of T-1"]);
    const node = { system: "erp", kind: "production order", id: "MO-1" } as const;
    expect(await threadOf(database.pool, node)).toMatchObject([
      { relation: "booked as", to: { system: "erp", kind: "posting", id: "BK-posting" } },
    ]);
    const trail = (await auditOf(database.pool, hub.subject)).map(({ what }) => what);
    expect(trail.slice(0, 2)).toEqual(["production is booked", "production booked"]);
    expect(await bookingOf(database.pool, ORDER)).toMatchObject({ postings: 1, completed: 1, dueAt: null });
  });

  it("ends the order when all is complete, in the same look", async () => {
    await hub.counts(finished);

    expect(await hub.look()).toBe("completed");
    expect(erp.world.completions).toMatchObject([{ order: "MO-1", good: quantity("10 EA") }]);
    expect(erp.world.writes).toBe(2);
  });

  it("ends the order only when nothing new was told for a while: what comes late finds it open", async () => {
    hub = bookingHubOf(database, lanes, erp, { ...DEFAULT_POSTING_RULES, completeAfterMinutes: 15 });
    await hub.counts(made({ "0010": "10 good 20 min done", "0020": "8 good 24 min done" }));

    expect(await hub.look()).toBe("booked");
    const [waiting] = await lanes.list(database.pool);
    expect(waiting).toMatchObject({ subject: hub.subject, why: "nothing new was told: the order can be ended" });

    hub.passes(10);
    await hub.counts(finished);
    hub.passes(5);
    expect(await hub.look()).toBe("booked");
    expect(booked().slice(3)).toEqual(["MO-1:2", "0020: 2 EA good 6 min final", "10 TUBE: 20 EA of T-1"]);
    expect(erp.world.completions).toEqual([]);

    hub.passes(10);
    expect(await hub.look()).toBe("completed");
    expect(erp.world.completions).toMatchObject([{ good: quantity("10 EA") }]);
  });

  it("asks no more for what was missing once it has come", async () => {
    await hub.counts(made({ "0010": "10 good 20 min done", "0020": "8 good 24 min done" }));
    expect(await hub.look()).toContain("to decide: The shop floor is done: 8 EA good and 0 EA scrap of 10 EA ordered.");

    await hub.counts(finished);
    expect(await hub.look()).toBe("completed");
    expect(booked().slice(3)).toEqual(["MO-1:2", "0020: 2 EA good 6 min final", "10 TUBE: 20 EA of T-1"]);
  });

  it("tries again what was refused once the shop floor has put it right", async () => {
    const wrong = made({ "0010": "10 good 20 min done", "0020": "10 good 30 min done" }, [
      used("10 TUBE", "20 EA", "T-0"),
    ]);
    await hub.counts(wrong);
    erp.world.next = ["rejected"];
    expect(await hub.look()).toContain("refused");

    await hub.counts(finished);
    expect(await hub.look()).toBe("completed");
    expect(booked()).toContain("10 TUBE: 20 EA of T-1");
  });

  it("does not take its own absence for quiet", async () => {
    hub = bookingHubOf(database, lanes, erp, { ...DEFAULT_POSTING_RULES, completeAfterMinutes: 15 });
    await hub.counts(finished);
    expect(await hub.look()).toBe("booked");

    hub.passes(60);
    const again = hub.restarted();
    expect(await again.look()).toBe("booked");
    again.passes(15);
    expect(await again.look()).toBe("completed");
  });

  it("ends the order at once for a person who asks", async () => {
    hub = bookingHubOf(database, lanes, erp, { ...DEFAULT_POSTING_RULES, completeAfterMinutes: 15 });
    await hub.counts(finished);

    expect(await hub.look("ada")).toBe("completed");
  });

  it("is taken back where the shop floor corrects itself", async () => {
    await hub.counts(sawn);
    await hub.look();
    await hub.counts(made({ "0010": "9 good 1 scrap 20 min done" }, [used("10 TUBE", "19 EA", "T-1")]));
    await hub.look("ada");

    expect(booked().slice(3)).toEqual(["MO-1:2", "0010: -1 EA good 1 EA scrap final", "10 TUBE: -1 EA of T-1"]);
  });

  it("waits for its time while no operation is complete", async () => {
    await hub.counts(made({ "0010": "3 good" }));

    expect(await hub.look()).toBe("waiting");
    hub.passes(14);
    expect(await hub.look()).toBe("waiting");
    expect(erp.world.reads).toBe(0);
    const [waiting] = await lanes.list(database.pool);
    expect(waiting).toMatchObject({ subject: hub.subject, why: "its time to be booked has come" });

    hub.passes(1);
    expect(await hub.look()).toBe("booked");
    await hub.counts(made({ "0010": "4 good" }));
    expect(await hub.look()).toBe("booked");
    expect(booked()).toEqual(["MO-1:1", "0010: 3 EA good"]);
  });

  it("is of no concern where the ERP takes no production, or nothing was counted", async () => {
    expect(await hub.look()).toBe("waiting");
    expect(erp.world.reads).toBe(0);

    const { production: _, ...without } = erp.connector;
    const deaf = bookingHubOf(database, lanes, { ...erp, connector: without });
    await deaf.counts(sawn);
    await deaf.look();
    expect(booked()).toEqual([]);
  });
});

describe("what goes wrong on the way", () => {
  it("finds a posting whose answer was lost", async () => {
    await hub.counts(sawn);
    erp.world.next = ["answer lost"];

    expect(await hub.look()).toBe("booked");
    expect(erp.world.writes).toBe(1);
  });

  it("books again what never arrived, once that is known", async () => {
    await hub.counts(sawn);
    erp.world.next = ["request lost"];

    expect(await hub.look()).toContain("retrying: erp failed while posting: answer lost");
    expect(await unknownOutcomes(database.pool)).toMatchObject([{ action: "post MO-1:1", subject: hub.subject }]);
    expect(await hub.look()).toBe("booked");
    expect(booked()).toHaveLength(3);
    expect(await unknownOutcomes(database.pool)).toEqual([]);
  });

  it.each(["hub killed", "answer lost"] as const)(
    "books once when the %s between write and record",
    async (trouble) => {
      await hub.counts(finished);
      erp.world.next = [trouble, trouble];
      const looks = [() => hub.look(), () => hub.look(), () => hub.look()];
      for (const look of looks) await look().catch((error: Error) => expect(error.message).toBe("the hub was killed"));

      expect(await hub.look()).toBe("completed");
      expect(erp.world.writes).toBe(2);
      expect(erp.world.completions).toHaveLength(1);
    },
  );

  it("books what was begun, and only then what was counted since", async () => {
    await hub.counts(sawn);
    erp.world.next = ["hub killed"];
    await expect(hub.look()).rejects.toThrow("the hub was killed");
    await hub.counts(finished);

    expect(await hub.look()).toBe("completed");
    expect(booked()).toEqual([
      "MO-1:1",
      "0010: 10 EA good 20 min final",
      "10 TUBE: 20 EA of T-1",
      "MO-1:2",
      "0020: 10 EA good 30 min final",
    ]);
  });

  it("goes on by itself when the ERP is back", async () => {
    await hub.counts(sawn);
    erp.world.next = ["unreachable"];

    expect(await hub.look()).toContain("retrying: erp failed while posting: unreachable");
    expect(await hub.look()).toBe("booked");
  });

  it("stops at a refusal, and asks again only when there is more or a person wants it", async () => {
    await hub.counts(sawn);
    erp.world.next = ["rejected", "rejected"];

    expect(await hub.look()).toContain("refused: erp failed while posting: rejected: the period is closed");
    await hub.look();
    expect(erp.world.writes).toBe(1);
    expect(await hub.look("ada")).toContain("refused");
    expect(await hub.look("ada")).toBe("booked");
    expect(booked()[0]).toBe("MO-1:1");
  });

  it("asks a person when the order is closed in the middle of it", async () => {
    await hub.counts(sawn);
    erp.world.meanwhile = async () => void (erp.world.order = { ...erp.world.order, state: "cancelled" });

    expect(await hub.look()).toContain("to decide: MO-1 is cancelled in the ERP");
    expect(booked()).toEqual([]);
  });

  it("says so when the ERP does not keep what it took", async () => {
    await hub.counts(sawn);
    erp.world.forgets = true;

    expect(await hub.look()).toContain("blocked: The ERP took posting MO-1:1 and then read back something else.");
    expect(erp.world.writes).toBe(1);
  });

  it("stops where the ERP has an order open that it took the end of", async () => {
    await hub.counts(finished);
    await hub.look();
    // The planner takes the end back.
    erp.world.order = { ...erp.world.order, state: "started" };
    erp.world.completions.pop();
    const { writes } = erp.world;

    expect(await hub.look("ada")).toContain("blocked: The ERP took the end of MO-1, and has the order open");
    expect(erp.world.writes).toBe(writes);
    expect(await lanes.list(database.pool)).toEqual([]);

    erp.world.order = { ...erp.world.order, state: "finished" };
    await moves();
    hub.passes(1);
    expect(await hub.look()).toBe("completed");
  });

  it("books once when two look at the same time", async () => {
    await hub.counts(sawn);
    const slow = await hub.takes();
    // Another hub takes the lane over while the first one's write is under way.
    erp.world.meanwhile = async () => {
      await hub.looksWith(await hub.takes());
    };

    await expect(hub.looksWith(slow)).rejects.toThrow();
    await hub.look();

    expect(booked()).toHaveLength(3);
    expect(await hub.look("ada")).toBe("booked");
  });
});

/** As the hub hears of it when somebody moves the order in the ERP. */
async function moves(): Promise<void> {
  await database.transaction((tx) =>
    wakeHeldProduction(lanes, tx, [PLANT], ["MO-1", "MO-2"], "ERP reports a change of MO-1"),
  );
}

async function decides(decision: "post" | "leave out"): Promise<void> {
  const finding = "consumed-beyond-plan 10 TUBE";
  const answer = { finding, decision, extent: quantity("5 EA"), by: "ada", reason: "counted", at: "" };
  await database.transaction((tx) => storeDecisions(tx, ORDER, [toJson(answer)]));
}

describe("what a person decides", () => {
  const tooMuch = made({ "0010": "10 good done" }, [used("10 TUBE", "25 EA"), used("20 WIRE", "1 KGM")]);

  it("holds back what is in question, and nothing else", async () => {
    await hub.counts(tooMuch);

    expect(await hub.look()).toBe("to decide: 25 EA of TUBE were used; the order requires 20 EA.");
    expect(booked()).toEqual(["MO-1:1", "0010: 10 EA good final", "20 WIRE: 1 KGM"]);
    expect((await runOf(database.pool, hub.subject))?.state).toBe("awaiting approval");
    expect((await listBookings(database.pool, { state: "to decide", limit: 10 })).bookings).toHaveLength(1);
  });

  it("is booked when they say so", async () => {
    await hub.counts(tooMuch);
    await hub.look();
    await decides("post");

    expect(await hub.look("ada")).toBe("booked");
    expect(booked().at(-1)).toBe("10 TUBE: 25 EA");
  });

  it("stays out when they say so", async () => {
    await hub.counts(tooMuch);
    await hub.look();
    await decides("leave out");

    expect(await hub.look("ada")).toBe("booked");
    expect(booked()).toHaveLength(3);
  });

  it("may correct a finished order only with leave", async () => {
    await hub.counts(finished);
    await hub.look();
    await hub.counts(
      made({ "0010": "10 good 20 min done", "0020": "9 good 1 scrap 30 min done" }, finished.consumption),
    );

    expect(await hub.look("ada")).toContain("to decide: MO-1 is finished in the ERP");
    expect(erp.world.postings).toHaveLength(1);
  });
});

async function wakes(): Promise<readonly { why: string }[]> {
  await database.transaction((tx) => wakeProduction(lanes, tx, PLANT, [ORDER.order], "events were counted"));
  return lanes.list(database.pool);
}

describe("waking", () => {
  it("puts one wake-up behind what happens, however often", async () => {
    await hub.counts(made({ "0010": "3 good" }));
    await wakes();

    expect(await wakes()).toHaveLength(1);
  });

  it("leaves an order that waits for its time alone until an operation is complete", async () => {
    await hub.counts(made({ "0010": "3 good" }));
    await hub.look();
    const [before] = await lanes.list(database.pool);

    expect(await wakes()).toEqual([before]);

    await hub.counts(sawn);
    expect(await wakes()).toMatchObject([{ why: "events were counted" }]);
  });

  it("leaves an order alone whose booking is tried again by itself", async () => {
    await hub.counts(sawn);
    erp.world.next = ["unreachable"];
    await hub.look();
    await database.transaction((tx) => lanes.wakeUp(tx, hub.subject, { why: "again, later", delayMs: 60_000 }));

    expect(await wakes()).toMatchObject([{ why: "again, later" }]);
  });

  it("looks at what waits for a person when its order moves in the ERP", async () => {
    await hub.counts(sawn);
    await hub.look();
    await moves();
    expect(await lanes.list(database.pool)).toEqual([]);

    erp.world.order = { ...erp.world.order, state: "cancelled" };
    await hub.counts(finished);
    await hub.look();
    erp.world.order = { ...erp.world.order, state: "started" };
    await moves();
    expect(await lanes.list(database.pool)).toMatchObject([
      { subject: hub.subject, why: "ERP reports a change of MO-1" },
    ]);
    hub.passes(1);
    expect(await hub.look()).toBe("completed");
  });

  it("works through the engine", async () => {
    await hub.counts(finished);
    await wakes();
    const worker = await startWorker({ database, lanes, handlers: { production: hub.handler }, slots: 2 });
    try {
      await vi.waitFor(async () => expect((await bookingOf(database.pool, ORDER))?.state).toBe("completed"), 60_000);
    } finally {
      await worker.stop();
    }
    expect(erp.world.writes).toBe(2);
  });
});
