import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { resolveConflict, revokeAnswer } from "../src/api/resolve-conflict.ts";
import type { ItemId, PlantId } from "../src/domain/ids.ts";
import { bomDesk } from "../src/flows/bom-desk.ts";
import { listConflicts, type StoredConflict } from "../src/store/conflicts.ts";
import { draftChange, withQuantities } from "./kit/draft-change.ts";
import { planner } from "./kit/planner.ts";
import { startTrialApi } from "./kit/trial-api.ts";
import { startTrialHub, type TrialHub } from "./kit/trial-hub.ts";
import { until } from "./kit/until.ts";

const ITEM = "FX-211";
const SCREW = "SCR-M3-8";

/** Heddle published FX-211, a planner edits it in the ERP, and engineering goes on changing it. */
describe("a conflict", () => {
  let trial: TrialHub;
  let hand: ReturnType<typeof planner>;
  let next: string;

  beforeAll(async () => {
    trial = await startTrialHub();
    hand = planner(trial.erp);
    await trial.release("ECO-0003");
    await trial.reaches("ECO-0003", "awaiting approval");
    await trial.approve("ECO-0003");
    await trial.reaches("ECO-0003", "applied");

    await hand.edit(ITEM, SCREW, { quantity: "9" });
    next = await draftChange(trial.plm, { part: ITEM, from: "B", to: "C", edit: withQuantities({ [SCREW]: "10" }) });
    await trial.release(next);
  });
  afterAll(() => trial.close());

  it("stops the change and opens with its plan, and goes when the planner takes the edit back", async () => {
    expect((await trial.reaches(next, "blocked")).reason).toContain("published 8 EA, engineering 10 EA, plant 9 EA");
    expect(await conflict()).toMatchObject({
      state: "open",
      said: { base: "8 EA", engineering: "10 EA", plant: "9 EA" },
    });

    await hand.edit(ITEM, SCREW, { quantity: "8" });
    await trial.lookAgain(next, null);
    await trial.reaches(next, "awaiting approval");
    expect(await conflict()).toMatchObject({ state: "gone", changes: [] });
  });

  it("is asked again when the edit is made while the plan waits for its approval", async () => {
    await hand.edit(ITEM, SCREW, { quantity: "9" });
    await trial.approve(next);
    await trial.reaches(next, "blocked");
    expect((await conflict()).state).toBe("open");
    expect(await quantity()).toBe("9");
  });

  it("wakes the change with its answer, and again when that is taken back", async () => {
    const { lanes } = trial.hub;
    const { id } = await conflict();
    const answer = {
      id,
      engineeringSaid: "10 EA",
      plantSaid: "9 EA",
      reason: "the jig needs nine",
      by: "ann.approver",
    } as const;
    await resolveConflict(trial.database, lanes, { ...answer, stands: "engineering" });
    await trial.reaches(next, "awaiting approval");
    expect(await conflict()).toMatchObject({ state: "answered", changes: [{ change: next, asks: false }] });

    await revokeAnswer(trial.database, lanes, { id, reason: "asked quality first", by: "ann.approver" });
    await trial.reaches(next, "blocked");
    expect((await conflict()).state).toBe("open");

    await resolveConflict(trial.database, lanes, { ...answer, stands: "plant" });
    await trial.reaches(next, "awaiting approval");
    await trial.approve(next);
    await trial.reaches(next, "applied");
    expect(await quantity()).toBe("9");
    const { notes, isBalanced } = await bomDesk(trial.hub).account("1000" as PlantId, ITEM as ItemId);
    expect(isBalanced).toBe(false);
    expect(notes).toEqual([
      "Published with the plant's edit: quantity of line USG-000022 (SCR-M3-8) stays 9 EA where engineering says 10 EA, as was decided.",
    ]);
  });

  it("is decided in later changes as it was, until the answer is taken back", async () => {
    const later = await draftChange(trial.plm, {
      part: ITEM,
      from: "C",
      to: "D",
      edit: withQuantities({ [SCREW]: "12" }),
    });
    await trial.release(later);
    await trial.reaches(later, "awaiting approval");
    expect((await trial.planOf(later)).mboms[0]?.merge).toMatchObject({
      conflicts: [],
      kept: [
        { component: SCREW, engineering: "12 EA", plant: "9 EA", stands: "plant", by: (await conflict()).question },
      ],
    });
    const shown = await shownBy("plan", later, "--plant", "1000");
    expect(shown).toContain("stays 9 EA where engineering says 12 EA, as was decided");
    expect(shown).toContain(`plan ${(await trial.reaches(later, "awaiting approval")).planDigest}`);

    const { id } = await conflict();
    await revokeAnswer(trial.database, trial.hub.lanes, { id, reason: "the jig is gone", by: "ann.approver" });
    await trial.reaches(later, "blocked");
    const answer = {
      id,
      stands: "engineering",
      engineeringSaid: "12 EA",
      plantSaid: "9 EA",
      reason: "the jig is gone",
    } as const;
    await resolveConflict(trial.database, trial.hub.lanes, { ...answer, by: "ann.approver" });
    expect(await shownBy("apply", later, "--reason", "agreed with the shop")).toContain("in plant 1000: applied");
    expect(await quantity()).toBe("12");
  });

  it("asks anew when the edit that lost is made again, and nothing more once its change is cancelled", async () => {
    await hand.edit(ITEM, SCREW, { quantity: "9" });
    const last = await draftChange(trial.plm, {
      part: ITEM,
      from: "D",
      to: "E",
      edit: withQuantities({ [SCREW]: "14" }),
    });
    await trial.release(last);
    expect((await trial.reaches(last, "blocked", "awaiting approval")).state).toBe("blocked");
    await trial.plm.send("POST", `/api/v2/ecos/${last}/cancel`, { cancelledBy: "eva.engineer", reason: "not needed" });
    await trial.watch();
    await until("the conflict is gone", async () => ((await conflict()).state === "gone" ? true : null));
    expect(await quantity()).toBe("9");
  });

  async function conflict(): Promise<StoredConflict> {
    const { conflicts } = await listConflicts(trial.database.pool, { limit: 10 });
    const [only, ...more] = conflicts;
    if (only === undefined || more.length > 0) throw new Error(`${conflicts.length} conflicts, not one`);
    return only;
  }

  async function shownBy(...args: readonly string[]): Promise<string> {
    const api = await startTrialApi(trial);
    try {
      return await api.heddle(...args);
    } finally {
      await api.close();
    }
  }

  async function quantity(): Promise<string | undefined> {
    return (await hand.linesOf(ITEM)).find(([component]) => component === SCREW)?.[1];
  }
});
