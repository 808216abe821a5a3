import { Type } from "typebox";
import { readInput } from "../src/cli/input-file.ts";
import type { FilePlan } from "../src/cli/plan-files.ts";
import { loadEbom } from "../src/config/ebom-file.ts";
import { filePlanInput } from "../src/config/file-plan.ts";
import { loadMboms } from "../src/config/mbom-file.ts";
import type { Loaded } from "../src/config/mistake.ts";
import { openSource } from "../src/config/source-file.ts";
import type { ConflictId, Resolution } from "../src/domain/bom/mbom-merge.ts";
import { planMbom } from "../src/domain/bom/plan-mbom.ts";
import type { Finding } from "../src/domain/finding.ts";
import type { ChangeId } from "../src/domain/ids.ts";
import type { Mbom } from "../src/domain/mbom.ts";
import type { Published } from "../src/domain/plan-change.ts";
import type { Design, DesignedMbom, Plant } from "../src/domain/plan-design.ts";
import { mergedWithPlant, mergeFindings } from "../src/domain/plan-merge.ts";
import type { Held, PublishedMbom } from "../src/domain/plant-item.ts";
import { change } from "../src/domain/testing.ts";

/** Engineering's plan with the plant's own edits since Heddle published it last. */
export type MergedScenario = {
  readonly mboms: readonly DesignedMbom[];
  readonly findings: readonly Finding[];
};

type Files = { readonly before: string; readonly plant: string; readonly resolutions: string | null };

/**
 * Merges a plan as the hub does. `before` is the structure that the last publication was planned from, by the
 * same rules; `plant` the mBOMs as the planners have left them; `resolutions` what people have answered.
 */
export async function mergedScenario({ plan, rules, today }: FilePlan, files: Files): Promise<MergedScenario> {
  const [before, { mboms: standing }, resolutions] = await Promise.all([
    readInput(files.before, loadEbom),
    readInput(files.plant, loadMboms),
    files.resolutions === null ? [] : readInput(files.resolutions, loadResolutions),
  ]);
  const last = planMbom(filePlanInput(before, rules, today)).mboms.map(({ mbom }) => mbom);
  const plant: Plant = {
    items: new Map(),
    mboms: new Map(last.map((mbom) => [mbom.item, held(standing.get(mbom.item) ?? mbom)])),
    baselines: new Map(),
    published: new Map(last.map((mbom) => [mbom.item, published(mbom)])),
    resolutions: new Map(resolutions.map((answer) => [answer.conflict, answer])),
  };
  const mboms = plan.mboms.map((planned) => ({ ...mergedWithPlant(planned, plant, NEXT), before: null }));
  const design: Design = { mboms, items: plan.items, change: NEXT, effects: [], findings: [] };
  return { mboms, findings: mergeFindings(design, { system: "erp" }) };
}

const NEXT = { ...change({}), id: "ECO-2" as ChangeId, releasedAt: "2026-02-01T12:00:00.000Z" };

function published(mbom: Mbom): Published {
  return { mbom, change: "ECO-1" as ChangeId, releasedAt: "2026-01-01T12:00:00.000Z" };
}

function held(mbom: Mbom): Held<PublishedMbom> {
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
