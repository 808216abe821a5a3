import { ConnectorError } from "../connectors/connector-error.ts";
import type { Day } from "../domain/calendar.ts";
import type { ChangePlan } from "../domain/change-plan.ts";
import type { ItemId, PlantId } from "../domain/ids.ts";
import { blockedFindings, isInStep } from "../domain/plan-change.ts";
import type { Handler, Next } from "../engine/worker.ts";
import { acknowledge } from "./acknowledge.ts";
import { applyPlan } from "./apply-plan.ts";
import { changeRun, type ChangeRun } from "./change-run.ts";
import { failed } from "./failed.ts";
import { planRollbackFrom } from "./plan-rollback-from.ts";
import { planFrom } from "./preview-change.ts";
import { erpReader, plmReader, type PlmReader } from "./readers.ts";
import type { SealedPlan } from "./sealed.ts";
import { todayIn, type ChangeHub, type PlantSystems } from "./systems.ts";

/**
 * Released change in, mBOM in the ERP out. Read this first: it is what the product does. It may be run
 * again at any time, for any reason: it reads where things stand and does only what is left.
 */
async function reconcileChange(run: ChangeRun, systems: PlantSystems, hub: ChangeHub): Promise<Next> {
  const underway = await run.planUnderway();
  if (underway !== null) return carryOut(underway, run, systems, hub);

  const sealed = await readAndPlan(run, systems, hub);
  await run.tellSuperseded(sealed.plan.change);
  if (isInStep(sealed.plan)) return inStep(sealed, run, systems, hub);
  if (blockedFindings(sealed.plan).length > 0) return run.block(sealed);
  if (await run.staysRefused(sealed)) return run.remainRefused();

  const turn = await run.takeTurn(sealed.plan);
  if (turn.kind === "waits") return run.waitForTurn(sealed, turn);
  if (turn.kind === "read again") return run.readAgain("another change ended its turn while this one was read");

  // Only what a person or the policy approved is applied, never what would be planned later.
  const decision = await run.decisionOn(sealed, hub.policyFor(sealed.plan));
  if (decision === null) return run.awaitApproval(sealed);
  if (decision === "refuse") return refused(sealed, run, systems);
  const day = waitsFor(sealed.plan, systems, hub);
  if (day !== null) return run.waitForDay(sealed, day);
  if (!(await run.approve(sealed))) return run.readAgain("a change that comes before it took the turn");
  return carryOut(sealed, run, systems, hub);
}

/** The engine's handler for subjects of kind `change`. */
export function changeToErp(hub: ChangeHub): Handler {
  return async (subject, lease) => {
    const systems = hub.plants.get(subject.plant as PlantId);
    if (systems === undefined)
      throw new Error(`heddle.yaml names no plant ${subject.plant}: ${subject.id} cannot be looked at`);
    const run = await changeRun(hub, systems, subject, lease);
    try {
      return await reconcileChange(run, systems, hub);
    } catch (error) {
      if (error instanceof ConnectorError) return failed(error, run);
      throw error;
    }
  };
}

async function readAndPlan(run: ChangeRun, systems: PlantSystems, hub: ChangeHub): Promise<SealedPlan> {
  const today = todayIn(systems, hub.now());
  const erp = erpReader(systems.erp);
  const remember = (items: readonly ItemId[]) => run.remember(items);
  const back = await run.takingBack();
  if (back !== null) return planRollbackFrom(back, systems, erp, today, remember);

  const planned = await planFrom(run.change, systems, plmOf(systems, run), erp, today, remember);
  const withdrawing = await run.withdrawing(planned.plan.change, today);
  return withdrawing === null ? planned : planRollbackFrom(withdrawing, systems, erp, today, remember);
}

/** The day that an approved plan is applied on; null where that is now, or the target itself can say from when. */
function waitsFor({ change: { effectiveFrom } }: ChangePlan, systems: PlantSystems, hub: ChangeHub): Day | null {
  if (effectiveFrom === null || systems.erp.mbom?.holdsEffectivity !== undefined) return null;
  return effectiveFrom > todayIn(systems, hub.now()) ? effectiveFrom : null;
}

/** The PLM, with what the hub knows of the change besides. */
function plmOf({ plm }: PlantSystems, run: ChangeRun): PlmReader {
  const reader = plmReader(plm);
  return { ...reader, changes: { read: async (id) => run.asItStands(await reader.changes.read(id)) } };
}

/** Apply, then verify by reading and planning again: what is left to do is nothing, or was not held. */
async function carryOut(sealed: SealedPlan, run: ChangeRun, systems: PlantSystems, hub: ChangeHub): Promise<Next> {
  const stopped = await applyPlan(sealed, run, systems.erp, () => readAndPlan(run, systems, hub));
  if (stopped !== null) return stopped;

  const left = await readAndPlan(run, systems, hub);
  const notHeld = left.plan.actions.filter(({ id }) => sealed.plan.actions.some((applied) => applied.id === id));
  if (notHeld.length > 0) return run.blockNotHeld(sealed, left, notHeld);
  if (!isInStep(left.plan)) return run.planAgain(sealed, "the systems moved while the plan was applied");
  if (left.plan.change.state !== "released") return run.planAgain(sealed, "nothing of it is left in the plant");

  await acknowledge(sealed, "applied", run, systems.plm);
  return run.applied(sealed, left);
}

async function inStep(sealed: SealedPlan, run: ChangeRun, systems: PlantSystems, hub: ChangeHub): Promise<Next> {
  switch (sealed.plan.change.state) {
    case "released":
      return alreadyThere(sealed, run, systems);
    case "superseded":
      return run.superseded(sealed);
    case "rolled back":
      return run.rolledBack(sealed);
    case "draft":
    case "in review":
    case "cancelled":
      return run.withdrawn(sealed, todayIn(systems, hub.now()));
  }
}

async function alreadyThere(sealed: SealedPlan, run: ChangeRun, systems: PlantSystems): Promise<Next> {
  if (run.wasApplied) return run.applied(null, sealed);
  await run.keepEmptyPlan(sealed);
  await acknowledge(sealed, "in step", run, systems.plm);
  return run.inStep(sealed);
}

async function refused(sealed: SealedPlan, run: ChangeRun, systems: PlantSystems): Promise<Next> {
  await acknowledge(sealed, "refused", run, systems.plm);
  return run.refused(sealed);
}
