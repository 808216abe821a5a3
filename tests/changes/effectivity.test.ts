import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { daysAfter, type Day } from "../../src/domain/calendar.ts";
import type { PlantId } from "../../src/domain/ids.ts";
import { beginOf, todayIn } from "../../src/flows/systems.ts";
import { wakeOnDays } from "../../src/flows/watch-days.ts";
import { plansOf } from "../../src/store/plans.ts";
import { runOf } from "../../src/store/runs.ts";
import { subjectOf } from "../../src/store/subject.ts";
import { draftChange, withQuantity } from "../kit/draft-change.ts";
import { startTrialHub, type TrialHub } from "../kit/trial-hub.ts";
import { until } from "../kit/until.ts";

/** The plant's clock, which the tests put on by days. */
let daysGone = 0;
const now = () => new Date(Date.now() + daysGone * 86_400_000);
const BERLIN = { timeZone: "Europe/Berlin" };

let trial: TrialHub;
async function startAnew(): Promise<void> {
  daysGone = 0;
  trial = await startTrialHub({ now, patienceMs: 20_000 });
}

/** A change of FX-211 that is released, looked at and approved. */
async function approved(from: string, to: string, screws: string, effectiveFrom: string): Promise<string> {
  const edit = withQuantity("SCR-M3-8", screws);
  const change = await draftChange(trial.plm, { part: "FX-211", from, to, edit, effectiveFrom });
  await trial.release(change);
  await trial.reaches(change, "awaiting approval");
  await trial.approve(change);
  return change;
}

type Bom = {
  readonly number: string;
  readonly status: string;
  readonly lines: readonly {
    componentCode: string;
    quantity: string;
    validFrom: string | null;
    validUntil: string | null;
  }[];
};

/** The screws in the ERP's mBOM of FX-211. */
async function screws(): Promise<readonly string[]> {
  const { value } = await trial.erp.get<{ value: Bom[] }>("/erp/v1/boms?itemCode=FX-211&plant=1000");
  const active = value.find(({ status }) => status === "ACTIVE")?.number;
  const { lines } = await trial.erp.get<Bom>(`/erp/v1/boms/${active}`);
  return lines
    .filter(({ componentCode }) => componentCode === "SCR-M3-8")
    .map(({ quantity, validFrom, validUntil }) => `${quantity} ${validFrom ?? ""}..${validUntil ?? ""}`)
    .toSorted();
}

async function revision(): Promise<string> {
  const { value } = await trial.erp.get<{ value: { revisionLevel: string }[] }>("/erp/v1/items?code=FX-211&plant=1000");
  return value[0]?.revisionLevel ?? "";
}

async function shown(change: string): Promise<string> {
  return JSON.stringify(await runOf(trial.database.pool, subjectOf("change", change, "1000").id));
}

async function plansApplied(change: string): Promise<number> {
  const run = await trial.reaches(change, "applied");
  return (await plansOf(trial.database.pool, run.subject)).filter(({ state }) => state === "applied").length;
}

describe("a change that takes effect in thirty days, where the ERP's lines hold days", () => {
  let change: string;
  let day: Day;
  beforeAll(async () => {
    await startAnew();
    day = daysAfter(todayIn(BERLIN, now()), 30);
  });
  afterAll(() => trial.close());

  it("is in the ERP at once with its day, and the item is what it was", async () => {
    change = await approved("A", "C", "8", day);
    await trial.reaches(change, "applied");
    expect(await screws()).toEqual([`6 ..${daysAfter(day, -1)}`, `8 ${day}..`]);
    expect(await revision()).toBe("A");
    expect((await trial.planOf(change)).later?.actions.map(({ id }) => id)).toContain("update item:FX-211");
  });

  it("is let alone until then, however often it is looked at", async () => {
    await wakeOnDays(trial.hub);
    daysGone = 29;
    await wakeOnDays(trial.hub);
    await trial.lookAgain(change, null);
    await until("nobody looks at anything", async () => {
      const { waiting, active } = await trial.hub.lanes.counts(trial.database.pool);
      return waiting + active === 0 ? true : null;
    });
    expect(await plansApplied(change)).toBe(1);
    expect(await revision()).toBe("A");
  });

  it("moves its dates when engineering moves the day", async () => {
    daysGone = 0;
    const later = daysAfter(day, 10);
    const path = `/api/v2/ecos/${change}`;
    const { etag, title, affectedParts } =
      await trial.plm.get<Record<"etag" | "title" | "affectedParts", string>>(path);
    await trial.plm.send("PUT", path, { title, affectedParts, effectiveFrom: later }, `"${etag}"`);
    await trial.watch();
    await trial.reaches(change, "awaiting approval");
    await trial.approve(change);
    await trial.reaches(change, "applied");
    expect(await screws()).toEqual([`6 ..${daysAfter(later, -1)}`, `8 ${later}..`]);
    day = later;
  });

  it("gets the rest on the day, which the approval covered; the hub was down at midnight", async () => {
    daysGone = 42;
    await wakeOnDays(trial.hub);
    await until(
      "the item is revised",
      async () => ((await revision()) === "C" ? true : null),
      () => shown(change),
      15_000,
    );
    await trial.reaches(change, "applied");
    expect(await screws()).toEqual([`6 ..${daysAfter(day, -1)}`, `8 ${day}..`]);
    expect(await plansApplied(change)).toBe(3);
  });

  it("wakes nobody any more", async () => {
    const { rows } = await trial.database.pool.query("select subject from runs where wakes_at is not null");
    expect(rows).toEqual([]);
  });
});

describe("a change that takes effect on a day to come, where the ERP's lines hold no days", () => {
  let change: string;
  let its: Day;
  beforeAll(async () => {
    await startAnew();
    const { mbom } = trial.hub.plants.get("1000" as PlantId)?.erp ?? {};
    if (mbom === undefined) throw new Error("the plant has an ERP with mBOMs");
    Reflect.deleteProperty(mbom, "holdsEffectivity");
    its = daysAfter(todayIn(BERLIN, now()), 20);
  });
  afterAll(() => trial.close());

  it("waits for its day once it is approved, and writes nothing until then", async () => {
    const before = await screws();
    change = await approved("A", "C", "10", its);
    const run = await trial.reaches(change, "waiting day");
    expect(run.reason).toBe(`It is approved and waits for ${its}: erp has no place for a day in its mBOMs.`);
    expect(await screws()).toEqual(before);
    expect(await revision()).toBe("A");
  });

  it("is woken at the plant's midnight", async () => {
    const { rows } = await trial.database.pool.query<{ at: Date }>(
      "select wakes_at as at from runs where state = 'waiting day'",
    );
    expect(rows.map(({ at }) => at.toISOString())).toEqual([beginOf(its, BERLIN)]);
  });

  it("is applied by that approval when the hub comes back days after the day", async () => {
    daysGone += 23;
    await wakeOnDays(trial.hub);
    await trial.reaches(change, "applied");
    expect(await revision()).toBe("C");
    expect(await screws()).toEqual(["10 .."]);
  });
});
