import { ConnectorError } from "../connectors/connector-error.ts";
import type { PlantId } from "../domain/ids.ts";
import { blockedFindings, isInStep } from "../domain/plan-change.ts";
import type { Handler, Next } from "../engine/worker.ts";
import { awaitApproval, decisionOn, endRefused, isRefused, staysRefused } from "./approval.ts";
import { begin, carryOut, planBegun } from "./carry-out.ts";
import { changeRun, type ChangeRun } from "./change-run.ts";
import { endInStep } from "./end-in-step.ts";
import { readAgain } from "./end-look.ts";
import { failed } from "./failed.ts";
import { readAndPlan } from "./read-and-plan.ts";
import { tellSuperseded } from "./tell-superseded.ts";
import { block, blockFailure } from "./stop.ts";
import type { ChangeHub } from "./systems.ts";
import { dayToWaitFor, waitForDay } from "./wait-for-day.ts";
import { turnFor, waitForTurn } from "./wait-for-turn.ts";

/**
 * Released change in, mBOM in the ERP out. Read this first: it is what the product does. It may be run
 * again at any time, for any reason: it reads where things stand and does only what is left.
 */
async function reconcileChange(run: ChangeRun, { policyFor }: Pick<ChangeHub, "policyFor">): Promise<Next> {
  const begun = await planBegun(run);
  if (begun !== null) return carryOut(begun, run);

  const sealed = await readAndPlan(run);
  await tellSuperseded(sealed.plan.change, run);
  if (isInStep(sealed.plan)) return endInStep(sealed, run);
  if (await staysRefused(sealed, run)) return { kind: "settled" };
  if (blockedFindings(sealed.plan).length > 0)
    return (await isRefused(sealed, run)) ? endRefused(sealed, run) : block(sealed, run);

  const turn = await turnFor(sealed.plan, run);
  if (turn.kind === "waits") return waitForTurn(sealed, turn, run);
  if (turn.kind === "read again") return readAgain("another change ended its turn while this one was read", run);

  // Only what a person or the policy approved is applied, never what would be planned later.
  const decision = await decisionOn(sealed, policyFor(sealed.plan), run);
  if (decision === null) return awaitApproval(sealed, run);
  if (decision === "refuse") return endRefused(sealed, run);
  const day = dayToWaitFor(sealed.plan, run);
  if (day !== null) return waitForDay(sealed, day, run);
  if (!(await begin(sealed, run))) return readAgain("a change that comes before it took the turn", run);
  return carryOut(sealed, run);
}

/** The engine's handler for subjects of kind `change`. */
export function changeToErp(hub: ChangeHub): Handler {
  return async (subject, lease) => {
    const systems = hub.plants.get(subject.plant as PlantId);
    if (systems === undefined)
      throw new Error(`heddle.yaml names no plant ${subject.plant}: ${subject.id} cannot be looked at`);
    const run = await changeRun(hub, systems, subject, lease);
    try {
      return await reconcileChange(run, hub);
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error;
      return failed(error, {
        lease,
        retry: (afterMs, why) => ({ kind: "retry", afterMs, why }),
        blockFailure: (why) => blockFailure(why, run),
      });
    }
  };
}
