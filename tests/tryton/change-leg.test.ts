import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ChangePlan } from "../../src/domain/change-plan.ts";
import { planInWords } from "../../src/domain/plan-in-words.ts";
import { startTrialHub, type TrialHub } from "../kit/trial-hub.ts";
import { startTrytonPlant, type TrytonPlant } from "./tryton-plant.ts";

describe("a released change, into a real Tryton", () => {
  let plant: TrytonPlant;
  let trial: TrialHub;
  beforeAll(async () => {
    plant = await startTrytonPlant();
    trial = await startTrialHub({ erpInstead: plant.connector });
  });
  afterAll(async () => {
    await trial.close();
    await plant.close();
  });

  it("waits for a person, with a plan in words", async () => {
    await trial.release("ECO-0001");
    const run = await trial.reaches("ECO-0001", "awaiting approval", "blocked");
    expect(run).toMatchObject({ state: "awaiting approval" });
    console.log(sentences(await trial.planOf("ECO-0001")));
  });
});

function sentences(plan: ChangePlan): string[] {
  return planInWords(plan).flatMap((section) => section.sentences);
}
