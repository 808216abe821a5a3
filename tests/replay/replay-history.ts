import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import type { ChangePlan } from "../../src/domain/change-plan.ts";
import type { TrialHub } from "../kit/trial-hub.ts";
import { listsIn } from "./feeder-exports.ts";

/** How one revision ended in the plant. */
export type Replayed = {
  /** The parts list, which is also the change's number. */
  readonly file: string;
  readonly state: string;
  readonly reason: string | null;
  /** Writes to the ERP: 0 where nothing was left to do. */
  readonly writes: number;
  readonly plan: ChangePlan;
};

/** Puts each list into the folder that the hub watches, approves what can be, and waits for its end; then tells of it. */
export async function replayHistory(
  history: string,
  watched: string,
  trial: TrialHub,
  tell: (replayed: Replayed) => void | Promise<void> = () => {},
): Promise<Replayed[]> {
  const results: Replayed[] = [];
  for (const file of await listsIn(history)) {
    await copyFile(join(history, file), join(watched, file));
    await trial.watch();
    let run = await trial.reaches(file, "awaiting approval", "blocked", "in step", "applied");
    const plan = await trial.planOf(file);
    if (run.state === "awaiting approval") {
      await trial.approve(file);
      run = await trial.reaches(file, "applied", "blocked");
    }
    const writes = run.state === "applied" ? plan.actions.length : 0;
    const replayed = { file, state: run.state, reason: run.reason, writes, plan };
    results.push(replayed);
    await tell(replayed);
  }
  return results;
}
