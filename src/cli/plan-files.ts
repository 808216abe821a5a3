import { loadEbom, type EbomFile } from "../config/ebom-file.ts";
import { assumedItems, filePlanInput } from "../config/file-plan.ts";
import { loadMboms, type MbomFile } from "../config/mbom-file.ts";
import { loadRules } from "../config/rule-file.ts";
import { loadVariants } from "../config/variants.ts";
import { diffMbom, sameMbom } from "../domain/bom/diff-mbom.ts";
import type { MbomDiff } from "../domain/bom/mbom-diff.ts";
import type { MbomPlan } from "../domain/bom/mbom-plan.ts";
import { planMbom } from "../domain/bom/plan-mbom.ts";
import type { RuleSet } from "../domain/bom/rules.ts";
import type { Day } from "../domain/calendar.ts";
import type { ItemId } from "../domain/ids.ts";
import type { Mbom } from "../domain/mbom.ts";
import { isTable, readExportFile } from "./export-file.ts";
import { CliFailure } from "./failure.ts";
import { readInput, readInputs } from "./input-file.ts";

/** A plan made from files alone, with no system asked and no database. */
export type FilePlan = {
  readonly ebomFile: string;
  readonly rulesFile: string;
  readonly againstFile: string | null;
  readonly today: Day;
  readonly ebom: EbomFile;
  readonly rules: RuleSet;
  readonly plan: MbomPlan;
  /** Items that the rules name and the eBOM does not: taken to exist, because there is no ERP to ask. */
  readonly assumed: readonly ItemId[];
  /** Null where there was nothing to compare with. */
  readonly comparison: Comparison | null;
};

export type Comparison = {
  /** By item, for every planned mBOM that is not in step with what stands. */
  readonly changed: ReadonlyMap<ItemId, { readonly before: Mbom | null; readonly diff: MbomDiff }>;
  readonly inStep: readonly ItemId[];
  /** Items that have an mBOM and are not planned any more. Heddle leaves such mBOMs as they are. */
  readonly notPlanned: readonly ItemId[];
};

export type PlanFilesOptions = {
  readonly ebom: string;
  /** How the columns of `ebom` are read, where it is an export: CSV or Excel. */
  readonly mapping: string | null;
  readonly rules: string;
  readonly against: string | null;
  /** The plant that is meant; null takes the one of the rules. */
  readonly plant: string | null;
  /** The plant's variants of configurable products. */
  readonly variants: string | null;
  readonly today: Day;
};

/** @throws CliFailure, FileMistakes */
export async function planFiles(options: PlanFilesOptions): Promise<FilePlan> {
  const { ebom, mapping, rules, against, plant, variants, today } = options;
  const [structure, ruleSet, standing, plantVariants] = await readInputs(
    readStructure(ebom, mapping),
    readInput(rules, (file, text) => loadRules(file, text, plant === null ? null : [plant])),
    against === null ? Promise.resolve(null) : readInput(against, loadMboms),
    variants === null ? Promise.resolve(null) : readInput(variants, loadVariants),
  );
  if (standing !== null && against !== null && standing.plant !== ruleSet.plant) {
    throw new CliFailure(`${against} is of plant ${standing.plant}, ${rules} of plant ${ruleSet.plant}`, {
      field: "plant",
      fix: "compare with the mBOMs of the plant that the rules are for",
    });
  }
  const plan = planMbom(filePlanInput(structure, ruleSet, today, plantVariants));
  return {
    ebomFile: ebom,
    rulesFile: rules,
    againstFile: against,
    today,
    ebom: structure,
    rules: ruleSet,
    plan,
    assumed: usedItems(plan, assumedItems(structure.ebom, ruleSet)),
    comparison: standing === null ? null : compare(plan, standing),
  };
}

/** @throws CliFailure, FileMistakes */
export async function readStructure(ebom: string, mapping: string | null): Promise<EbomFile> {
  if (mapping !== null) return readExportFile(ebom, mapping);
  if (!isTable(ebom)) return readInput(ebom, loadEbom);
  throw new CliFailure(`nothing says how to read the columns of ${ebom}`, {
    field: "--mapping",
    fix: "name a mapping file: --mapping mapping.yaml; src/connectors/files/README.md describes it",
  });
}

function compare(plan: MbomPlan, { mboms: standing }: MbomFile): Comparison {
  const planned = plan.mboms.map(({ mbom }) => mbom);
  const differing = planned.filter((mbom) => !isInStep(mbom, standing));
  return {
    changed: new Map(
      differing.map((mbom) => {
        const before = standing.get(mbom.item) ?? null;
        return [mbom.item, { before, diff: diffMbom(before, mbom) }];
      }),
    ),
    inStep: planned.filter((mbom) => isInStep(mbom, standing)).map(({ item }) => item),
    notPlanned: [...standing.keys()].filter((item) => !planned.some((mbom) => mbom.item === item)),
  };
}

function isInStep(mbom: Mbom, standing: MbomFile["mboms"]): boolean {
  return sameMbom(standing.get(mbom.item) ?? null, mbom);
}

function usedItems({ items }: MbomPlan, assumed: ReadonlyMap<ItemId, unknown>): readonly ItemId[] {
  return items.filter(({ item }) => assumed.has(item)).map(({ item }) => item);
}
