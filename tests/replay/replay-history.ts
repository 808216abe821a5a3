import type { ChangePlan } from "../../src/domain/change-plan.ts";
import type { TrialHub } from "../kit/trial-hub.ts";
import type { BomRevision } from "./bom-history.ts";
import { feedInto } from "./feed-plm.ts";

/** How one revision ended in the plant. */
export type Replayed = {
  readonly file: string;
  readonly change: string;
  readonly state: string;
  readonly reason: string | null;
  /** Writes to the ERP: 0 where nothing was left to do. */
  readonly writes: number;
  readonly plan: ChangePlan;
};

/** Feeds each revision as an engineering change through the PLM, approves what can be, and waits for its end. */
export async function replayHistory(
  history: readonly BomRevision[],
  product: string,
  trial: TrialHub,
  tell: (replayed: Replayed) => void | Promise<void> = () => {},
): Promise<Replayed[]> {
  const feed = feedInto(trial.plm, product);
  const results: Replayed[] = [];
  for (const revision of history) {
    const change = await feed(revision);
    await trial.release(change);
    let run = await trial.reaches(change, "awaiting approval", "blocked", "in step", "applied");
    const plan = await trial.planOf(change);
    if (run.state === "awaiting approval") {
      await trial.approve(change);
      run = await trial.reaches(change, "applied", "blocked");
    }
    const writes = run.state === "applied" ? plan.actions.length : 0;
    const replayed = { file: revision.file, change, state: run.state, reason: run.reason, writes, plan };
    results.push(replayed);
    await tell(replayed);
  }
  return results;
}
