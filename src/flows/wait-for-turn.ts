import { placeInOrder } from "../domain/change-order.ts";
import type { ChangePlan } from "../domain/change-plan.ts";
import { movesOnlyFlags } from "../domain/plan-change.ts";
import type { Next } from "../engine/worker.ts";
import { recordAudit } from "../store/audit.ts";
import { putBackInLine } from "../store/runs.ts";
import type { SubjectId } from "../store/subject.ts";
import { takeTurn, type Turn } from "../store/turns.ts";
import type { ChangeRun } from "./change-run.ts";
import { endLook } from "./end-look.ts";
import { keepPlan } from "./keep-plan.ts";
import type { SealedPlan } from "./sealed.ts";

/**
 * The change's turn on all assemblies that its plan reaches. One that is in force, or over, and moves flags only waits for
 * nobody, and nobody for it: it is at work on no assembly.
 */
export function turnFor(plan: ChangePlan, run: ChangeRun): Promise<Turn> {
  const { subject, plant, change, lanes, readAt } = run;
  const reached = [...plan.mboms, ...plan.change.affected].map(({ item }) => item);
  const isOver = run.wasApplied || plan.change.state !== "released";
  const items = new Set(isOver && movesOnlyFlags(plan) ? [] : reached);
  return run.held(async (tx) => {
    const resources = [...items].map((item) => `${plant}/${item}`);
    const turn = await takeTurn(tx, subject, { resources, place: placeInOrder(plan.change), readAt });
    const reason = waitsBehind([subject]);
    for (const other of await putBackInLine(tx, turn.displaced, { waitsFor: subject, reason })) {
      const detail = { reason: `${change} comes before it, by effectivity and release, and took its turn.` };
      await recordAudit(tx, { who: "heddle", what: "change is waiting turn", subject: other, detail });
    }
    await lanes.wakeAll(tx, turn.wake, { why: `${change} comes before it, or gave a turn back` });
    return turn;
  });
}

export function waitForTurn(sealed: SealedPlan, turn: Turn, run: ChangeRun): Next {
  return endLook(
    run,
    { state: "waiting turn", reason: waitsBehind(turn.for), waitsFor: [...turn.for], planDigest: sealed.digest },
    sealed,
    { yields: false, record: (tx) => keepPlan(tx, sealed, "proposed", run) },
  );
}

function waitsBehind(others: readonly SubjectId[]): string {
  return `It changes the same assembly as ${namesOf(others)}, which ${others.length === 1 ? "comes" : "come"} first.`;
}

/** Changes by their numbers, as a sentence names them. */
export function namesOf(subjects: readonly SubjectId[]): string {
  return subjects.map((other) => other.slice(other.indexOf(":") + 1, other.lastIndexOf("@"))).join(", ");
}
