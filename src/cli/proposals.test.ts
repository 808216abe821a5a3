import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { addApiKey } from "../api/give-access.ts";
import { planChange, startTestApi, type TestApi } from "../api/testing.ts";
import type { ItemId, OperationId, PlantId, ProductionOrderId, Revision } from "../domain/ids.ts";
import { recordOrders } from "../flows/production-harness.ts";
import { readPlan, storePlan } from "../store/plans.ts";
import { openProposals } from "../store/proposals.ts";
import { heddle } from "./heddle-harness.ts";

let api: TestApi;
let id: string;

beforeAll(async () => {
  api = await startTestApi();
  const url = await api.app.listen({ host: "127.0.0.1", port: 0 });
  await api.signedIn("approver", "ada");
  const key = await addApiKey(api.database, { account: "ada", name: "test", role: "approver", days: 1, by: "test" });
  vi.stubEnv("HEDDLE_URL", url);
  vi.stubEnv("HEDDLE_API_KEY", key?.key ?? "");
  const place = {
    plant: "1000" as PlantId,
    item: "FX-110" as ItemId,
    revision: "B" as Revision,
    operation: "0020" as OperationId,
  };
  const content = {
    kind: "routing time" as const,
    occasion: "run-time:1000:FX-110:B:0020:longer:MO-2",
    place,
    plannedSeconds: 60,
    proposedSeconds: 75,
    evidence: "MO-1, 40 pieces: 75.0 s a piece, 60.0 s planned\nMO-2, 40 pieces: 75.0 s a piece, 60.0 s planned",
  };
  const orders = ["MO-1", "MO-2"] as ProductionOrderId[];
  const opened = await api.database.transaction((tx) =>
    openProposals(tx, [{ place, content, rule: "run-time", orders, change: null, approvedBy: null }]),
  );
  id = opened[0]?.id ?? "none";
  await api.database.pool.query("update proposals set opened_at = '2026-02-02T12:00:00Z'");
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await api.close();
});

describe("heddle proposals", () => {
  it("lists what production's figures call for", async () => {
    const { out, exitCode } = await heddle("proposals", "--plant", "1000");
    expect(out.split("\n")).toEqual([
      "Id               State    Kind          Plant  Proposal                                                              Opened             Report or reason",
      `${id}  waiting  routing time  1000   Run time of FX-110 rev B at operation 0020: 75.0 s instead of 60.0 s  2026-02-02 12:00Z`,
    ]);
    expect(exitCode).toBe(0);
    expect((await heddle("proposals", "--state", "filed")).out).toBe("nothing is proposed");
  });

  it("refuses a state that no proposal is ever in", async () => {
    const { progress, exitCode } = await heddle("proposals", "--state", "lost");
    expect(progress).toMatch(/no proposal is ever "lost"[\s\S]*waiting, approved, filing/);
    expect(exitCode).not.toBe(0);
  });
});

describe("heddle proposal", () => {
  it("shows one with its evidence, and how to answer", async () => {
    const { out } = await heddle("proposal", id);
    expect(out.split("\n")).toEqual([
      `${id}  Run time of FX-110 rev B at operation 0020: 75.0 s instead of 60.0 s`,
      "routing time, plant 1000, by trigger run-time, opened 2026-02-02 12:00Z",
      "waiting",
      "",
      "Plan 75.0 s for a piece of FX-110 rev B at operation 0020 in plant 1000, where the routing has 60.0 s (+25 %). Heddle does not enter it in the ERP: approved, it is on record here with who agreed and why. Routing: run time of operation 0020 75.0 s a piece.",
      "",
      "Evidence",
      "  MO-1, 40 pieces: 75.0 s a piece, 60.0 s planned",
      "  MO-2, 40 pieces: 75.0 s a piece, 60.0 s planned",
      "",
      `Answer it: npx heddle proposal ${id} --approve --reason "…", or --dismiss`,
    ]);
  });

  it.each([
    [["--approve", "--dismiss", "--reason", "both"], /approved or dismissed, not both/],
    [["--approve"], /an answer needs a reason/],
    [["--reason", "because"], /no answer that it is for/],
    [["--approve", "--reason", "no"], /too short for a reason/],
  ])("refuses %j before anything is asked", async (args, words) => {
    expect((await heddle("proposal", id, ...args)).progress).toMatch(words);
  });

  it("answers it, once", async () => {
    const { out } = await heddle("proposal", id, "--approve", "--reason", "agreed with test");
    expect(out).toMatch(/^approved; decided by ada \d{4}-.*Z: agreed with test$/m);
    expect((await heddle("proposal", id, "--dismiss", "--reason", "changed my mind")).progress).toMatch(
      /is approved by ada: agreed with test/,
    );
  });
});

function mbom(revision: string) {
  return { item: "FX-110", plant: "1000", revision, lines: [] };
}

describe("heddle effect", () => {
  it("says where a change stands in production", async () => {
    const digest = await planChange(api, { change: "ECO-7" });
    const stored = await readPlan(api.database.pool, digest);
    if (stored === null) throw new Error("nothing was planned");
    const change = { id: "ECO-7", effectiveFrom: "2026-02-03" };
    const mboms = [{ item: "FX-110", before: mbom("A"), after: mbom("B") }];
    await storePlan(api.database.pool, {
      ...stored,
      digest: "e".repeat(64) as typeof digest,
      state: "approved",
      plan: { change, mboms },
    });
    await recordOrders(api.database.pool, [
      { order: "MO-1", revision: "A", finishedAt: "2026-02-02T12:00:00.000Z", built: [{ serial: "SN-1" }] },
      {
        order: "MO-2",
        finishedAt: "2026-02-03T12:00:00.000Z",
        operations: { "0020": { pieces: 5, took: 60 } },
        built: [{ serial: "SN-2" }],
      },
    ]);
    const { out, exitCode } = await heddle("effect", "ECO-7");
    expect(out.split("\n")).toEqual([
      "FX-110 rev A to rev B: ECO-7 cut in at plant 1000 with SN-2, built 2026-02-03T12:00:00.000Z. This is as planned, from 2026-02-02T23:00:00.000Z on.",
      "",
      expect.stringMatching(/^ {2}\? Since ECO-7 \(from serial SN-2 on\), too little was made to judge run time/),
      expect.stringMatching(/^ {2}\? .*scrap/),
      expect.stringMatching(/^ {2}\? .*rework/),
      expect.stringMatching(/^ {2}\? .*first-pass yield/),
    ]);
    expect(exitCode).toBe(0);
    expect(JSON.parse((await heddle("--json", "effect", "ECO-7")).out)).toMatchObject({
      items: [{ cutIn: { id: "SN-2" }, toldBy: "revision" }],
      measures: [
        { verdict: "too few", effect: null, points: [{ order: "MO-2", side: "after", value: expect.any(Number) }] },
        {},
        {},
        {},
      ],
    });
    expect((await heddle("effect", "ECO-8")).progress).toMatch(/knows no change ECO-8/);
  });
});
