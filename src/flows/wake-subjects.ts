import type { Hint } from "../domain/hint.ts";
import type { PlantId, ProductionOrderId } from "../domain/ids.ts";
import type { Transaction } from "../store/database.ts";
import { wakeOrders } from "../store/order-wakes.ts";
import { parseSubject, subjectOf, type SubjectId } from "../store/subject.ts";
import type { PlantSystems } from "./systems.ts";

/** The subjects that a system's hint says to look at: in every plant that it serves. */
export function subjectsOf(plants: Iterable<PlantSystems>, system: string, hint: Hint): SubjectId[] {
  return [...plants].flatMap(({ plant, plm, erp, mes }): SubjectId[] => {
    switch (hint.kind) {
      case "change":
        return plm.system === system ? [subjectOf("change", hint.id, plant).id] : [];
      case "production order":
        return erp.system === system && mes !== null ? [subjectOf("order", hint.id, plant).id] : [];
      case "job":
        return mes?.system === system ? orderOfJob(hint.id, plant) : [];
      case "shop events":
        return []; // they are taken in by polling, and wake what they are about themselves
    }
  });
}

/** Jobs are named by plant and order: see `jobOrderId`. An MES has jobs of others, too. */
function orderOfJob(job: string, plant: PlantId): SubjectId[] {
  const isOurs = job.startsWith(`${plant}:`) && job.length > plant.length + 1;
  return isOurs ? [subjectOf("order", job.slice(plant.length + 1), plant).id] : [];
}

/** The engine's lanes, as far as this needs them. */
type WakesAll = {
  readonly wakeAll: (
    tx: Transaction,
    subjects: readonly SubjectId[],
    wake: { readonly why: string; readonly by?: string | undefined },
  ) => Promise<void>;
};

/** Asks for a look at subjects: orders are looked at by their plant's desk, everything else in its lane. */
export async function wakeSubjects(
  lanes: WakesAll,
  tx: Transaction,
  subjects: readonly SubjectId[],
  wake: { readonly why: string; readonly by?: string | undefined },
): Promise<void> {
  const parsed = subjects.flatMap((id) => parseSubject(id) ?? []);
  await lanes.wakeAll(
    tx,
    parsed.filter(({ kind }) => kind !== "order").map(({ id }) => id),
    wake,
  );
  const orders = parsed.filter(({ kind }) => kind === "order");
  for (const [plant, those] of Map.groupBy(orders, (one) => one.plant)) {
    await wakeOrders(
      tx,
      plant as PlantId,
      those.map(({ key }) => key as ProductionOrderId),
      wake,
    );
  }
}
