import type { ChangePlan } from "../domain/change-plan.ts";
import type { ChangeId, ItemId } from "../domain/ids.ts";
import { toJson } from "../domain/json.ts";
import { newerDesigns } from "../domain/orders/newer-designs.ts";
import type { ThreadLink, ThreadNode } from "../domain/thread-link.ts";
import type { Transaction } from "../store/database.ts";
import { recordDesigns } from "../store/designs.ts";
import { wakeOrdersOf } from "../store/order-wakes.ts";
import { storePlan, type NewPlan } from "../store/plans.ts";
import { linkThread } from "../store/thread-links.ts";
import type { ChangeRun } from "./change-run.ts";
import { noteConflicts } from "./note-conflicts.ts";
import type { SealedPlan } from "./sealed.ts";
import type { PlantSystems } from "./systems.ts";

/** Keeps a plan, for people to see and to answer: with its questions, its thread, and what it says to orders at the gate. */
export async function keepPlan(
  tx: Transaction,
  { plan, digest }: SealedPlan,
  state: NewPlan["state"],
  run: ChangeRun,
): Promise<void> {
  const { subject, plant, change, lease } = run;
  const requestedBy = lease.by ?? plan.change.releasedBy ?? "heddle";
  await storePlan(tx, { subject, digest, plan: toJson(plan), state, requestedBy });
  await noteConflicts(tx, subject, plan);
  await linkThread(tx, subject, [...touches(plan, run.systems), ...takesBack(run)]);
  await wakeOrdersAtGate(tx, await recordDesigns(tx, plant, change, newerDesigns(plan)), "planned", run);
}

/** The orders of what a change designs pass the gate anew. */
export async function wakeOrdersAtGate(
  tx: Transaction,
  items: readonly ItemId[],
  what: string,
  { plant, change }: ChangeRun,
): Promise<void> {
  await wakeOrdersOf(tx, plant, items, `${change} was ${what}`);
}

export function changeNode({ plm }: PlantSystems, id: ChangeId): ThreadNode {
  return { system: plm.system, kind: "change", id };
}

function takesBack({ systems, change, rollback }: ChangeRun): ThreadLink[] {
  if (rollback === null) return [];
  const [from, to] = [changeNode(systems, change), changeNode(systems, rollback.change)];
  return [{ from, relation: "takes back", to }];
}

/** Which orders a change touches: the way back from an order that moved to the changes that judged it. */
function touches({ change, impact }: ChangePlan, systems: PlantSystems): ThreadLink[] {
  const { erp } = systems;
  const from = changeNode(systems, change.id);
  return impact.map((one) => ({
    from,
    relation: "touches",
    to:
      one.kind === "purchase"
        ? { system: erp.system, kind: "purchase-order line", id: one.line }
        : { system: erp.system, kind: "production order", id: one.order },
  }));
}
