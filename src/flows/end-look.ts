import type { ChangePlan } from "../domain/change-plan.ts";
import { moneyText } from "../domain/money-text.ts";
import { noMoney, plus } from "../domain/money.ts";
import type { Next } from "../engine/worker.ts";
import type { Transaction } from "../store/database.ts";
import { recordRun, type Run, type RunPatch } from "../store/runs.ts";
import { yieldTurn } from "../store/turns.ts";
import type { ChangeRun } from "./change-run.ts";
import type { SealedPlan } from "./sealed.ts";
import { beginOf } from "./systems.ts";

/** Raised with each change of what a run's rows mean, so that an older run can be told apart. */
const DEFINITION_VERSION = 1;

/** How a look ends: whether it gives the change's turn back, and what commits with its state. */
type Ending = { readonly yields: boolean; readonly record?: (tx: Transaction) => Promise<void> };

/**
 * The state that ends a look, and what is told of it. Whoever waited for the turn that is given back is woken.
 *
 * @param sealed the plan that the list of changes shows; null where it goes on showing the one before.
 */
export function endLook(
  run: ChangeRun,
  patch: RunPatch & Pick<Run, "state">,
  sealed: SealedPlan | null,
  { yields, record }: Ending,
): Next {
  const { before, subject, lanes, lease, change } = run;
  const facts = sealed === null ? {} : { wakesAt: wakesAt(sealed.plan, run), ...factsOf(sealed.plan) };
  return {
    kind: "settled",
    async record(tx) {
      const next = yields ? await yieldTurn(tx, subject) : [];
      await record?.(tx);
      await recordRun(tx, lease, {
        reason: null,
        waitsFor: [],
        definitionVersion: DEFINITION_VERSION,
        ...facts,
        ...patch,
      });
      const reason = patch.reason ?? null;
      if (before?.state !== patch.state || before.reason !== reason) {
        await run.note(tx, `change is ${patch.state}`, { reason, digest: sealed?.digest ?? null });
      }
      await lanes.wakeAll(tx, next, { why: `${change} has ended its turn` });
    },
  };
}

/** The change is looked at once more, by itself: what was read is old, or the turn is another's now. */
export function readAgain(why: string, { lanes, subject }: ChangeRun): Next {
  return { kind: "settled", record: (tx) => lanes.wakeUp(tx, subject, { why }) };
}

/** What a list of changes shows of a plan. */
export function factsOf({ change, impact }: ChangePlan): RunPatch {
  const open = impact.filter(({ status }) => status === "action required");
  const sums = new Map<string, ReturnType<typeof noMoney>>();
  for (const one of open) {
    if (one.kind !== "purchase") continue;
    const { currency } = one.exposure;
    sums.set(currency, plus(sums.get(currency) ?? noMoney(currency), one.exposure));
  }
  const exposure = [...sums.values()].map(moneyText).join(" + ");
  return { title: change.title, actionRequired: open.length, exposure: exposure === "" ? null : exposure };
}

/** A change that is to take effect later is looked at again on its day, however it stands until then. */
function wakesAt({ change: { state, effectiveFrom } }: ChangePlan, { systems, today }: ChangeRun): string | null {
  const isAhead = state === "released" && effectiveFrom !== null && effectiveFrom > today();
  return isAhead ? beginOf(effectiveFrom, systems) : null;
}
