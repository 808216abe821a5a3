import type { ItemId } from "../domain/ids.ts";
import { plantBeneath } from "../domain/layers.ts";
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
import { readPlantOf, readRecords, type Memory } from "./read-plant.ts";
import type { ErpReader } from "./readers.ts";
import { sealed, type SealedPlan } from "./sealed.ts";
import type { PlantSystems } from "./systems.ts";

/** What is to be taken back, and by which change: one of Heddle's own, or the one itself that was cancelled. */
export type TakingBack = {
  readonly footprint: Footprint;
  readonly by: Pick<EngineeringChange, "id" | "reason" | "releasedAt" | "releasedBy">;
  readonly asItStands: (change: EngineeringChange) => Promise<EngineeringChange>;
};

/** Read and plan, as `planFrom` does for a change of the PLM's. */
export async function planRollbackFrom(
  { footprint, by, asItStands }: TakingBack,
  { plant: id, rules, currency }: Pick<PlantSystems, "plant" | "rules" | "currency">,
  erp: ErpReader,
  today: Day,
  remember: (items: readonly ItemId[]) => Promise<Memory>,
): Promise<SealedPlan> {
  const records = await erp.procurement.read([...footprint.procurement.keys()], id);
  const procurement = untouchedProcurement(footprint, (item) => records.get(item)?.value ?? null);
  const trodden = { ...footprint, procurement };
  const items = itemsOf(trodden);
  const remembered = await remember(items);
  const isWithdrawn = by.id === footprint.change.id;
  const memory = isWithdrawn ? withoutOwn(remembered) : remembered;
  const whole = await readPlantOf(items, id, erp, memory);
  const change = await asItStands(rollbackChange(trodden, by, whole));
  // What is published for days after that of the change is engineering's word for those days, and stays over it.
  const { effectiveFrom } = footprint.change;
  const place = { ...change, state: "released", effectiveFrom: effectiveFrom ?? today } as const;
  const plant = plantBeneath(whole, memory.history, place, today);
  const wanted = wantedBack(trodden, change, plant);
  const isOver = change.state !== "released" && !isWithdrawn;
  const design = isOver ? planDesign(wanted, plant, rules, today) : planRollback(trodden, change, plant);
  const held = await readRecords(wanted, design, plant, { plant: id, currency }, erp, memory);
  // What stood there when this was asked for is merged, whatever its day; only what came after that is another's.
  const since = isWithdrawn
    ? []
    : [...held.published].filter(([, { releasedAt }]) => releasedAt > (by.releasedAt ?? ""));
  const judged = { ...held, published: new Map(since) };
  return sealed(planChange(wanted, design, plant, judged, rules, today));
}

/** A change that withdraws what it published begins from what stands there, not from what stood before it. */
function withoutOwn(memory: Memory): Memory {
  return { ...memory, baselines: new Map(), left: new Map() };
}
