import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { planInWords } from "../src/domain/plan-in-words.ts";
import { startTrialHub, type TrialHub } from "./kit/trial-hub.ts";

describe("a released change", () => {
  let trial: TrialHub;
  beforeAll(async () => {
    trial = await startTrialHub();
  });
  afterAll(() => trial.close());

  it("waits for approval, is applied, verified and acknowledged", async () => {
    await trial.release("ECO-0001");
    const waiting = await trial.reaches("ECO-0001", "awaiting approval", "blocked", "in step");
    const sentences = planInWords(await trial.planOf("ECO-0001")).flatMap((section) => section.sentences);
    expect(sentences).toContain("Update FX-210: revision A → B.");
    expect(sentences).toContain(
      "Publish the mBOM of FX-210 rev B: MOT-024 item MOT-024 → MOT-026; 7 lines stay as they are.",
    );
    console.log(
      waiting,
      planInWords(plan),
      plan.findings,
      plan.impact.map(({ text, status }) => [text, status]),
    );
    expect(waiting.state).toBe("awaiting approval");

    await trial.approve("ECO-0001");
    const applied = await trial.reaches("ECO-0001", "applied", "blocked");
    expect(applied.state).toBe("applied");
  });
});
