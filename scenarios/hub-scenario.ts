import { Type } from "typebox";
import { readInput } from "../src/cli/input-file.ts";
import type { FilePlan } from "../src/cli/plan-files.ts";
import { loadEbom } from "../src/config/ebom-file.ts";
import { filePlanInput } from "../src/config/file-plan.ts";
import { loadMboms } from "../src/config/mbom-file.ts";
import type { Loaded } from "../src/config/mistake.ts";
import { loadSerialSchedule } from "../src/config/serial-schedule.ts";
import { openSource } from "../src/config/source-file.ts";
import type { ConflictId, Resolution } from "../src/domain/bom/mbom-merge.ts";
import { planMbom } from "../src/domain/bom/plan-mbom.ts";
import type { PlanInput } from "../src/domain/bom/planning.ts";
import type { Day } from "../src/domain/calendar.ts";
import type { EngineeringChange } from "../src/domain/change.ts";
import type { Finding } from "../src/domain/finding.ts";
import type { ChangeId, ItemId } from "../src/domain/ids.ts";
import type { Mbom } from "../src/domain/mbom.ts";
import { planDesign, type DesignedMbom, type Plant } from "../src/domain/plan-design.ts";
import { mergeFindings } from "../src/domain/plan-merge.ts";
import { change, plantItem } from "../src/domain/testing.ts";
import type { Unit } from "../src/domain/unit.ts";

/** What the hub makes of a plan by what it remembers and what the plant has: edits kept, days to come. */
export type HubScenario = {
  readonly mboms: readonly DesignedMbom[];
  readonly findings: readonly Finding[];
};

export type HubFiles = {
  /** The structure that the last publication was planned from, by the same rules; null: nothing was published. */
  readonly before: string | null;
  /** The mBOMs as the plant's planners have left them; null: as they were published. */
  readonly plant: string | null;
  /** What people have answered to conflicts. */
  readonly resolutions: string | null;
  /** When the plant plans to build which serial numbers. */
  readonly schedule: string | null;
  readonly effectiveFrom: Day | null;
};

/** Plans a change of every assembly of the structure as the hub does, for an ERP whose mBOM lines hold days. */
export async function hubScenario({ ebom, rules, today }: FilePlan, files: HubFiles): Promise<HubScenario> {
  const [before, standing, resolutions, schedule] = await Promise.all([
    files.before === null ? null : readInput(files.before, loadEbom),
    files.plant === null ? null : readInput(files.plant, loadMboms),
    files.resolutions === null ? [] : readInput(files.resolutions, loadResolutions),
    files.schedule === null ? [] : readInput(files.schedule, loadSerialSchedule),
  ]);
  const inputs = [ebom, ...(before === null ? [] : [before])].map((read) => filePlanInput(read, rules, today));
  const last = before === null ? [] : planMbom(filePlanInput(before, rules, today)).mboms.map(({ mbom }) => mbom);
  const plant: Plant = {
    items: new Map(inputs.flatMap(itemsOf)),
    mboms: new Map(last.map((mbom) => [mbom.item, held(standing?.mboms.get(mbom.item) ?? mbom)])),
    baselines: new Map(),
    holdsEffectivity: "days",
    schedule,
    published: new Map(last.map((mbom) => [mbom.item, { mbom, ...FIRST }])),
    resolutions: new Map(resolutions.map((answer) => [answer.conflict, answer])),
  };
  const wanted = {
    system: "file",
    change: changeOf(ebom.ebom, files.effectiveFrom),
    ebom: ebom.ebom,
    tops: ebom.tops,
    findings: [],
  };
  const design = planDesign(wanted, plant, rules, today);
  return { mboms: design.mboms, findings: [...design.findings, ...mergeFindings(design, { system: "erp" })] };
}

/** The change that Heddle published last. */
const FIRST = { change: "ECO-1" as ChangeId, releasedAt: "2026-01-01T12:00:00.000Z" };

function changeOf({ assemblies }: FilePlan["ebom"]["ebom"], effectiveFrom: Day | null): EngineeringChange {
  const affected = [...assemblies.values()].map(({ item, revision }) => [item, { to: revision }] as const);
  return { ...change(Object.fromEntries(affected), { effectiveFrom }), id: "ECO-2" as ChangeId };
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
