import { sameMbom } from "./bom/diff-mbom.ts";
import { explainEdit } from "./bom/explain-merge.ts";
import type { KeptEdit, MergeConflict } from "./bom/mbom-merge.ts";
import type { AccountEntry, PlannedMbom } from "./bom/mbom-plan.ts";
import { mergeMbom } from "./bom/merge-mbom.ts";
import type { EngineeringChange } from "./change.ts";
import type { Finding } from "./finding.ts";
import type { MbomLineKey } from "./ids.ts";
import { isLater } from "./later-publication.ts";
import type { PlantRecords } from "./plan-change.ts";
import type { Design, DesignedMbom, Plant } from "./plan-design.ts";

/**
 * Engineering's plan of one mBOM with the plant's edits since Heddle published it last. As planned where Heddle
 * never published it, and where a later change did: then it is not this one's to merge.
 */
export function mergedWithPlant(
  planned: PlannedMbom,
  { published, resolutions, mboms, asHeld, typedFields }: Plant,
  change: EngineeringChange,
): Omit<DesignedMbom, "before" | "design"> {
  const { mbom, account } = planned;
  const last = published?.get(mbom.item);
  if (last === undefined) return planned;
  const { mbom: sent, engineering: base = sent } = last;
  if (isLater(last, change)) return planned;
  const read = { sent, held: asHeld?.(sent) ?? sent, ...(typedFields === undefined ? {} : { typedFields }) };
  const plant = mboms.get(mbom.item)?.value ?? null;
  const { mbom: merged, kept, conflicts } = mergeMbom(base, mbom, plant, resolutions ?? new Map(), read);
  if (kept.length + conflicts.length === 0) return planned;
  return {
    ...planned,
    mbom: merged,
    account: withEdits(account, kept),
    ...(sameMbom(merged, mbom) ? {} : { engineering: mbom }),
    merge: { kept, conflicts },
  };
}

/** The account of what engineering requires, with what the plant's planners made of the lines it stands on. */
function withEdits(account: readonly AccountEntry[], kept: readonly KeptEdit[]): readonly AccountEntry[] {
  const standing = kept.filter(({ stands }) => stands === "plant");
  const editsOf = Map.groupBy<MbomLineKey, KeptEdit>(standing, ({ line }) => line);
  return account.map((entry) => {
    const edited = entry.placed.flatMap(({ line }) => editsOf.get(line) ?? []);
    return edited.length === 0 ? entry : { ...entry, edited };
  });
}

/** What a person should know of the merges: questions that stop the plan, and edits that it keeps. */
export function mergeFindings({ mboms }: Pick<Design, "mboms">, { system }: Pick<PlantRecords, "system">): Finding[] {
  return mboms.flatMap(({ mbom, merge }) => {
    if (merge === undefined) return [];
    const { kept, conflicts } = merge;
    return [
      ...conflicts.map((conflict) => conflictFinding(conflict, system)),
      ...(kept.length === 0 ? [] : [keptFinding(mbom.item, kept, system)]),
    ];
  });
}

function conflictFinding({ id, item, line, component, field, said }: MergeConflict, system: string): Finding {
  const what = field === "line" ? "" : ` (${field})`;
  return {
    severity: "blocked",
    code: "merge-conflict",
    system,
    item,
    line,
    field: field === "line" ? null : field,
    cause: `Line ${line}, ${component}, of ${item}${what} was changed by engineering and in ${system}: published ${says(said.base)}, engineering ${says(said.engineering)}, plant ${says(said.plant)}.`,
    fix: `Say which stands: heddle conflict ${id} --keep engineering or --keep plant, or on the console's page Conflicts; heddle conflicts lists all.`,
  };
}

function says(text: string | null): string {
  return text ?? "no such line";
}

/** More would be a list, which the plan holds. */
const EDITS_NAMED = 3;

function keptFinding(item: DesignedMbom["mbom"]["item"], kept: readonly KeptEdit[], system: string): Finding {
  const named = kept.slice(0, EDITS_NAMED).map(explainEdit).join("; ");
  const more = kept.length > EDITS_NAMED ? `; and ${kept.length - EDITS_NAMED} more` : "";
  return {
    severity: "info",
    code: "mbom-edit-kept",
    system,
    item,
    line: null,
    field: null,
    cause: `The mBOM of ${item} was edited in ${system} since Heddle published it: ${named}${more}.`,
    fix: "Nothing has to be done; have what is to hold in every plant released in engineering.",
  };
}
