import { incrementalPlanner } from "../domain/bom/incremental-planner.ts";
import type { RuleSet } from "../domain/bom/rules.ts";
import type { Day } from "../domain/calendar.ts";
import type { ChangeId, ItemId } from "../domain/ids.ts";
import { plantBeneath } from "../domain/layers.ts";
import { planChange } from "../domain/plan-change.ts";
import { planDesign } from "../domain/plan-design.ts";
import { withOwnRevisions } from "./own-revisions.ts";
import { namedItems, readPlant, readRecords, type Memory } from "./read-plant.ts";
import { readWanted } from "./read-wanted.ts";
import { erpReader, plmReader, type ErpReader, type PlmReader } from "./readers.ts";
import { sealed, type SealedPlan } from "./sealed.ts";
import type { PlantSystems } from "./systems.ts";

const NOTHING_REMEMBERED: Memory = {
  baselines: new Map(),
  left: new Map(),
  history: new Map(),
  resolutions: new Map(),
};

/**
 * What a change would do to a plant, from the live systems alone, where there is no hub to ask: edits of planners show as
 * overwritten. It writes nothing: it has no writer.
 */
export function previewChange(change: ChangeId, systems: PlantSystems, today: Day): Promise<SealedPlan> {
  return planFrom(change, systems, plmReader(systems.plm), erpReader(systems.erp), today, () =>
    Promise.resolve(NOTHING_REMEMBERED),
  );
}

/** Read and plan, the part of the loop that the hub and a preview share. */
export async function planFrom(
  change: ChangeId,
  {
    plant: id,
    rules,
    currency,
    serialSchedule = [],
    variants = null,
  }: Pick<PlantSystems, "plant" | "rules" | "currency" | "serialSchedule" | "variants">,
  plm: PlmReader,
  erp: ErpReader,
  today: Day,
  remember: (items: readonly ItemId[]) => Promise<Memory>,
): Promise<SealedPlan> {
  const wanted = await withOwnRevisions(await readWanted(change, plm), id, plm, erp);
  const memory = await remember([...namedItems(wanted, rules, variants)]);
  const whole = { ...(await readPlant(wanted, rules, id, erp, memory, variants)), schedule: serialSchedule };
  const plant = plantBeneath(whole, memory.history, wanted.change, today);
  const design = planDesign(wanted, plant, rules, today, plannerBy(rules));
  const records = await readRecords(wanted, design, plant, { plant: id, currency }, erp, memory);
  return sealed(planChange(wanted, design, plant, records, rules, today));
}

/**
 * One for each plant's rules, so at most one plan of each plant is held in memory. A change is looked at several
 * times (before and after approval, and to verify), and most of what it stands in is the same each time.
 */
const planners = new WeakMap<RuleSet, ReturnType<typeof incrementalPlanner>>();

function plannerBy(rules: RuleSet) {
  const known = planners.get(rules) ?? incrementalPlanner();
  planners.set(rules, known);
  return known;
}
