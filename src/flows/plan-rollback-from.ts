import type { ItemId } from "../domain/ids.ts";
import { planChange } from "../domain/plan-change.ts";
import { planDesign } from "../domain/plan-design.ts";
import {
  itemsOf,
  planRollback,
  rollbackChange,
  untouchedProcurement,
  wantedBack,
  type Footprint,
} from "../domain/plan-rollback.ts";
import type { EngineeringChange } from "../domain/change.ts";
import type { Day } from "../domain/calendar.ts";
import type { Rollback } from "../store/rollbacks.ts";
import { readPlantOf, readRecords, type Memory } from "./read-plant.ts";
import type { ErpReader } from "./readers.ts";
import { sealed, type SealedPlan } from "./sealed.ts";
import type { PlantSystems } from "./systems.ts";

/** What taking a change back would do to a plant: read and plan, as `planFrom` does for a change of the PLM's. */
export async function planRollbackFrom(
  { rollback, footprint }: { readonly rollback: Rollback; readonly footprint: Footprint },
  { plant: id, rules, currency }: Pick<PlantSystems, "plant" | "rules" | "currency">,
  erp: ErpReader,
  today: Day,
  remember: (items: readonly ItemId[]) => Promise<Memory>,
  asItStands: (change: EngineeringChange) => Promise<EngineeringChange>,
): Promise<SealedPlan> {
  const records = await erp.procurement.read([...footprint.procurement.keys()], id);
  const procurement = untouchedProcurement(footprint, (item) => records.get(item)?.value ?? null);
  const trodden = { ...footprint, procurement };
  const items = itemsOf(trodden);
  const memory = await remember(items);
  const plant = await readPlantOf(items, id, erp, memory);
  const asked = { id: rollback.id, reason: rollback.reason, releasedAt: rollback.at, releasedBy: rollback.by };
  const change = await asItStands(rollbackChange(trodden, asked, plant));
  const wanted = wantedBack(trodden, change, plant);
  const design =
    change.state === "released" ? planRollback(trodden, change, plant) : planDesign(wanted, plant, rules, today);
  const held = await readRecords(wanted, design, plant, { plant: id, currency }, erp, memory);
  return sealed(planChange(wanted, design, plant, held, rules, today));
}
