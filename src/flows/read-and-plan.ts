import type { ItemId } from "../domain/ids.ts";
import type { ChangeReading } from "./change-run.ts";
import { planRollbackFrom } from "./plan-rollback-from.ts";
import { planFrom } from "./preview-change.ts";
import { erpReader, plmReader, type PlmReader } from "./readers.ts";
import { remember } from "./remember.ts";
import type { SealedPlan } from "./sealed.ts";
import { asItStands } from "./as-it-stands.ts";
import { takingBack, withdrawing } from "./take-back.ts";

/** Reads where things stand in all systems and in the hub's memory, and plans what is left to do. */
export async function readAndPlan(run: ChangeReading): Promise<SealedPlan> {
  const { systems } = run;
  const today = run.today();
  const erp = erpReader(systems.erp);
  const memoryOf = (items: readonly ItemId[]) => remember(items, run);
  const back = await takingBack(run);
  if (back !== null) return planRollbackFrom(back, systems, erp, today, memoryOf);

  const planned = await planFrom(run.change, systems, plmOf(run), erp, today, memoryOf);
  const withdrawn = await withdrawing(planned.plan.change, run);
  return withdrawn === null ? planned : planRollbackFrom(withdrawn, systems, erp, today, memoryOf);
}

/** The PLM, with what the hub knows of the change besides. */
function plmOf(run: ChangeReading): PlmReader {
  const reader = plmReader(run.systems.plm);
  return { ...reader, changes: { read: async (id) => asItStands(await reader.changes.read(id), run) } };
}
