import { Type } from "typebox";
import { readInput } from "../src/cli/input-file.ts";
import type { FilePlan } from "../src/cli/plan-files.ts";
import { CliFailure } from "../src/cli/failure.ts";
import { loadEbom, type EbomFile } from "../src/config/ebom-file.ts";
import { filePlanInput } from "../src/config/file-plan.ts";
import { loadMboms } from "../src/config/mbom-file.ts";
import type { Loaded } from "../src/config/mistake.ts";
import { loadSerialSchedule } from "../src/config/serial-schedule.ts";
import { openSource } from "../src/config/source-file.ts";
import type { ConflictId, Resolution } from "../src/domain/bom/mbom-merge.ts";
import type { PlanInput } from "../src/domain/bom/planning.ts";
import type { Day } from "../src/domain/calendar.ts";
import type { EngineeringChange } from "../src/domain/change.ts";
import type { Finding } from "../src/domain/finding.ts";
import type { ChangeId, ItemId } from "../src/domain/ids.ts";
import type { Mbom } from "../src/domain/mbom.ts";
import { planDesign, type Design, type DesignedMbom, type Plant } from "../src/domain/plan-design.ts";
import { mergeFindings } from "../src/domain/plan-merge.ts";
import { planRollback, rollbackChange, type Footprint } from "../src/domain/plan-rollback.ts";
import { change, plantItem } from "../src/domain/testing.ts";
import type { Unit } from "../src/domain/unit.ts";

/** What the hub makes of a plan by what it remembers and what the plant has: edits kept, days to come. */
export type HubScenario = {
  readonly mboms: readonly DesignedMbom[];
  readonly findings: readonly Finding[];
};

export type HubFiles = {
  /** The structure that Heddle published first; null: nothing was published. */
  readonly before: string | null;
  /** The structure of a change that it has published since, perhaps for a day to come. */
  readonly between: string | null;
  /** The mBOMs as the plant's planners have left them; null: as they were published. */
  readonly plant: string | null;
  /** What people have answered to conflicts. */
  readonly resolutions: string | null;
  /** When the plant plans to build which serial numbers. */
  readonly schedule: string | null;
  readonly betweenFrom: Day | null;
  readonly effectiveFrom: Day | null;
  /** Whether the change in between is to be taken back, after the structure that is planned was published. */
  readonly rollBack: boolean;
};

type Published = { readonly design: Design; readonly change: EngineeringChange };

/** Plans a change of every assembly of the structure as the hub does, for an ERP whose mBOM lines hold days. */
export async function hubScenario({ ebom, rules, today }: FilePlan, files: HubFiles): Promise<HubScenario> {
  const [before, between, standing, resolutions, schedule] = await Promise.all([
    files.before === null ? null : readInput(files.before, loadEbom),
    files.between === null ? null : readInput(files.between, loadEbom),
    files.plant === null ? null : readInput(files.plant, loadMboms),
    files.resolutions === null ? [] : readInput(files.resolutions, loadResolutions),
    files.schedule === null ? [] : readInput(files.schedule, loadSerialSchedule),
  ]);
  const structures = [before, between, ebom].filter((read) => read !== null);
  const empty: Plant = {
    items: new Map(structures.flatMap((read) => itemsOf(filePlanInput(read, rules, today)))),
    mboms: new Map(),
    baselines: new Map(),
    holdsEffectivity: "days",
    schedule,
    published: new Map(),
    resolutions: new Map(resolutions.map((answer) => [answer.conflict, answer])),
  };
  const plan = (read: EbomFile, on: Plant, number: number, effectiveFrom: Day | null): Published => {
    const made = changeOf(read, number, effectiveFrom);
    const wanted = { system: "file", change: made, ebom: read.ebom, tops: read.tops, findings: [] };
    return { design: planDesign(wanted, on, rules, today), change: made };
  };

  const first = before === null ? null : plan(before, empty, 1, null);
  const afterFirst = first === null ? empty : afterPublishing(first, empty);
  const second = between === null ? null : plan(between, afterFirst, 2, files.betweenFrom);
  const afterSecond = second === null ? afterFirst : afterPublishing(second, afterFirst);
  if (!files.rollBack) {
    return found(plan(ebom, edited(afterSecond, standing?.mboms), 3, files.effectiveFrom).design);
  }
  if (second === null) throw new CliFailure("nothing to roll back", { fix: "add ebom-between.yaml" });
  const now = edited(afterPublishing(plan(ebom, afterSecond, 3, null), afterSecond), standing?.mboms);
  const back = rollbackChange(footprintOf(second), { ...second.change, id: "ROLLBACK-ECO-2-1" as ChangeId }, now);
  return found(planRollback(footprintOf(second), back, now));
}

function found(design: Design): HubScenario {
  return { mboms: design.mboms, findings: [...design.findings, ...mergeFindings(design, { system: "erp" })] };
}

function changeOf({ ebom }: EbomFile, number: number, effectiveFrom: Day | null): EngineeringChange {
  const affected = [...ebom.assemblies.values()].map(({ item, revision }) => [item, { to: revision }] as const);
  const releasedAt = `2026-01-0${number}T12:00:00.000Z`;
  return { ...change(Object.fromEntries(affected), { effectiveFrom, releasedAt }), id: `ECO-${number}` as ChangeId };
}

/** What plant and hub hold once a change is published and nobody has touched it. */
function afterPublishing({ design, change: made }: Published, plant: Plant): Plant {
  return {
    ...plant,
    mboms: new Map([...plant.mboms, ...design.mboms.map(({ mbom }) => [mbom.item, held(mbom)] as const)]),
    published: new Map([
      ...(plant.published ?? []),
      ...design.mboms.map(({ mbom, engineering }) => {
        const said = engineering === undefined ? {} : { engineering };
        const day = made.effectiveFrom === null ? {} : { effectiveFrom: made.effectiveFrom };
        return [mbom.item, { mbom, ...said, change: made.id, releasedAt: made.releasedAt ?? "", ...day }] as const;
      }),
    ]),
  };
}

function edited(plant: Plant, standing: ReadonlyMap<ItemId, Mbom> = new Map()): Plant {
  return {
    ...plant,
    mboms: new Map([...plant.mboms].map(([item, had]) => [item, held(standing.get(item) ?? had.value)])),
  };
}

function footprintOf({ design, change: made }: Published): Footprint {
  return {
    change: made,
    mboms: new Map(design.mboms.map(({ mbom, before }) => [mbom.item, { before, left: mbom }])),
    items: new Map(),
    procurement: new Map(),
  };
}

/** Everything that structure and rules name, with the decimals that files alone give it. */
function itemsOf({ ebom, plantItems, decimalsOf }: PlanInput) {
  const named: readonly Known[] = [
    ...ebom.items.values(),
    ...[...plantItems].map(([item, { unit }]) => ({ item, unit })),
  ];
  return named.map(({ item, unit }) => {
    const value = plantItem(item, { unit, decimals: decimalsOf(item, unit) });
    return [item, { value, version: "1" }] as const;
  });
}

type Known = { readonly item: ItemId; readonly unit: Unit };

function held(mbom: Mbom) {
  return { value: { ...mbom, number: mbom.item }, version: "1" };
}

const Answers = Type.Object({
  resolutions: Type.Array(
    Type.Object({
      conflict: Type.String({ hint: "the conflict's name, as its finding gives it" }),
      stands: Type.Union([Type.Literal("engineering"), Type.Literal("plant")]),
      plantSaid: Type.String({ hint: "what the plant said when it was answered" }),
    }),
  ),
});

function loadResolutions(file: string, text: string): Loaded<readonly Resolution[]> {
  const source = openSource(file, text);
  const entry = source.read([], Answers);
  if (entry === null) return { ok: false, mistakes: source.mistakes() };
  return {
    ok: true,
    value: entry.resolutions.map((answer) => ({ ...answer, conflict: answer.conflict as ConflictId })),
  };
}
