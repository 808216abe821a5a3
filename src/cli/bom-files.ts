import { filePlanInput } from "../config/file-plan.ts";
import { loadMboms } from "../config/mbom-file.ts";
import { loadRules } from "../config/rule-file.ts";
import { loadVariants } from "../config/variants.ts";
import type { BomVersion } from "../domain/bom/bom-version.ts";
import { compareBoms, type BomComparison, type BomSide } from "../domain/bom/compare-boms.ts";
import type { PlannedMbom } from "../domain/bom/mbom-plan.ts";
import { planMbom } from "../domain/bom/plan-mbom.ts";
import type { RuleSet } from "../domain/bom/rules.ts";
import { structureOf } from "../domain/bom/structure.ts";
import type { Day } from "../domain/calendar.ts";
import { itemRevision } from "../domain/ebom.ts";
import type { ItemId, PlantId } from "../domain/ids.ts";
import { CliFailure } from "./failure.ts";
import { readInput } from "./input-file.ts";
import { readStructure } from "./plan-files.ts";

/** Where the bills of material stand, with no system to ask. */
export type BomFiles = {
  readonly ebom: string | null;
  readonly mapping: string | null;
  readonly rules: string | null;
  readonly variants: string | null;
  readonly against: string | null;
  readonly plant: string | null;
  readonly today: Day;
};

/** @throws CliFailure, FileMistakes */
export async function compareFiles(
  item: ItemId,
  from: BomVersion,
  to: BomVersion,
  files: BomFiles,
): Promise<BomComparison> {
  const planned = await planOf(item, files);
  const sides = [
    await sideOf(from, "--from", item, files, planned),
    await sideOf(to, "--to", item, files, planned),
  ] as const;
  const plant = (planned?.mbom.plant ?? files.plant ?? "") as PlantId;
  return { item, plant, from: sides[0].name, to: sides[1].name, lines: compareBoms(...sides) };
}

type FilePlanned = PlannedMbom & { readonly rules: RuleSet };

/** The item's mBOM by the rules; null where there are no rules to plan by, or they plan none of it. */
async function planOf(
  item: ItemId,
  { ebom, mapping, rules, variants, plant, today }: BomFiles,
): Promise<FilePlanned | null> {
  if (ebom === null || rules === null) return null;
  const ruleSet = await readInput(rules, (file, text) => loadRules(file, text, plant === null ? null : [plant]));
  const plantVariants = variants === null ? null : await readInput(variants, loadVariants);
  const input = filePlanInput(await readStructure(ebom, mapping), ruleSet, today, plantVariants);
  const planned = planMbom(input).mboms.find(({ mbom }) => mbom.item === item);
  return planned === undefined ? null : { ...planned, rules: ruleSet };
}

async function sideOf(
  version: BomVersion,
  field: string,
  item: ItemId,
  files: BomFiles,
  planned: FilePlanned | null,
): Promise<BomSide> {
  switch (version.kind) {
    case "ebom": {
      const file = needed(files.ebom, field, "--ebom", "the engineering structure");
      const { ebom } = await readStructure(file, files.mapping);
      const own = planned?.contributors[0];
      const engineering = own === undefined ? item : (ebom.items.get(own)?.item ?? item);
      const source = itemRevision(engineering, version.revision);
      if (ebom.items.has(source)) return { kind: "ebom", name: `eBOM ${source}`, source, structure: structureOf(ebom) };
      const there = [...ebom.items.values()]
        .filter((each) => each.item === engineering)
        .map(({ revision }) => revision);
      throw new CliFailure(`${file} has no ${source}`, {
        field,
        fix: there.length === 0 ? "check the item's number" : `it has revision ${there.join(", ")}`,
      });
    }
    case "planned": {
      needed(files.ebom, field, "--ebom", "the engineering structure");
      const rules = needed(files.rules, field, "--rules", "the plant's rules");
      if (planned === null) {
        throw new CliFailure(`by ${rules} no mBOM of ${item} is planned`, {
          field,
          fix: "check the number; heddle plan shows what is planned",
        });
      }
      return { kind: "mbom", name: `planned by ${rules}`, mbom: planned.mbom, plan: planned };
    }
    case "erp": {
      const file = needed(files.against, field, "--against", "the plant's mBOMs");
      const mbom = (await readInput(file, loadMboms)).mboms.get(item);
      if (mbom === undefined) {
        throw new CliFailure(`${file} has no mBOM of ${item}`, { field, fix: "check the item's number" });
      }
      return { kind: "mbom", name: file, mbom, plan: planned };
    }
    case "published":
      throw new CliFailure("only the hub knows what was published", {
        field,
        fix: "leave out --ebom and --against to ask the hub, or compare with erp",
      });
  }
}

function needed(file: string | null, field: string, option: string, what: string): string {
  if (file !== null) return file;
  throw new CliFailure(`${field} needs ${what}`, { field: option, fix: `name it: ${option} <file>` });
}
