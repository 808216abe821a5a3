import { afterAll, beforeAll, expect, it } from "vitest";
import { readErpBooks, type ErpBooks } from "../kit/erp-books.ts";
import { anyRequest, isWrite, startGate, type Gate } from "../kit/gate.ts";
import type { HubProcess } from "../kit/hub-process.ts";
import { everyOne } from "../kit/sandbox.ts";
import { startTrialPlant, type RestingPlant, type TrialPlant } from "../kit/trial-plant.ts";
import { until } from "../kit/until.ts";

/**
 * One change that creates, updates, flags, holds, publishes, re-explodes and replaces. The hub that carries
 * it out is killed, with its PostgreSQL and by kill -9, always when a system has just done what it was asked and
 * its answer is still under way: the worst moment, for the hub then knows only that it asked.
 */
const CHANGE = "ECO-0001";
/** A run makes some 80 requests, and each kill takes a plant of its own and a few seconds. */
const EVERY = 6;

let before: RestingPlant;
let undisturbed: { readonly books: ErpBooks; readonly writes: number };

beforeAll(async () => {
  const plant = await startTrialPlant();
  await plant.startHub();
  before = await plant.rest();
  await inPlant(async ({ gate, startHub, ends }) => {
    await startHub();
    const books = await ends();
    undisturbed = { books, writes: gate.passed().filter(isWrite).length };
  });
});
afterAll(() => before.remove());

it("ends as if nothing had happened when it was killed at any request of the run", { timeout: 600_000 }, async () => {
  let kills = 0;
  for (let moment = 1; ; moment += EVERY) {
    const wasKilled = await inPlant(async ({ gate, startHub, comesTo, ends }) => {
      gate.shutAfter(moment, anyRequest);
      const hub = await startHub();
      const isOver = (await comesTo()) === "its end";
      if (!isOver) {
        await hub.kill();
        gate.open();
        await startHub();
      }
      expect(await ends(), `killed at request ${moment}`).toEqual(undisturbed.books);
      return !isOver;
    });
    if (!wasKilled) break;
    kills += 1;
  }
  expect(kills).toBeGreaterThanOrEqual(12);
});

it("gets on by one write each time when it is killed at every single write", { timeout: 300_000 }, async () => {
  await inPlant(async ({ gate, startHub, comesTo, ends }) => {
    let kills = 0;
    for (;;) {
      gate.shutAfter(1, isWrite);
      const hub = await startHub();
      if ((await comesTo()) === "its end") break;
      await hub.kill();
      kills += 1;
      gate.open();
    }
    expect(kills).toBe(undisturbed.writes);
    expect(await ends()).toEqual(undisturbed.books);
  });
});

type Stage = {
  readonly gate: Gate;
  readonly startHub: () => Promise<HubProcess>;
  /** Waits until the gate shuts, or until the change is applied before that. */
  readonly comesTo: () => Promise<"the moment" | "its end">;
  /** What the ERP holds once the change is applied. */
  readonly ends: () => Promise<ErpBooks>;
};

/** A plant of its own in which the change has just been released, with a gate around the hub. */
async function inPlant<T>(play: (stage: Stage) => Promise<T>): Promise<T> {
  const plant = await startTrialPlant(before);
  const gate = await startGate(plant.plm.url, plant.erp.url);
  try {
    await plant.release(CHANGE);
    let hub: HubProcess | null = null;
    return await play({
      gate,
      async startHub() {
        const [plmUrl = "", erpUrl = ""] = gate.urls;
        return (hub = await plant.startHub({ approves: "everything", plmUrl, erpUrl }));
      },
      comesTo: () =>
        until("the moment comes", async () => {
          if (gate.isShut()) return "the moment";
          return (await hub?.stateOf(CHANGE)) === "applied" ? "its end" : null;
        }),
      async ends() {
        await hub?.reaches(CHANGE, "applied");
        expect(await acknowledgements(plant)).toEqual(["APPLIED"]);
        return readErpBooks(plant.erp);
      },
    });
  } finally {
    await gate.close();
    await plant.close();
  }
}

async function acknowledgements({ plm }: TrialPlant): Promise<string[]> {
  const all = await everyOne<{ outcome: string }>(plm, `/api/v2/ecos/${CHANGE}/acknowledgements`);
  return all.map(({ outcome }) => outcome);
}
