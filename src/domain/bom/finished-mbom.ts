import type { LineId, MbomLineKey } from "../ids.ts";
import type { MbomLine } from "../mbom.ts";
import type { AssemblyDraft, OpenDecision } from "./assembly-draft.ts";
import type { DraftLine } from "./draft-line.ts";
import type { Decision, PlannedMbom } from "./mbom-plan.ts";
import { mergeLines } from "./merge-lines.ts";
import { roundLine } from "./round-lines.ts";

/** The last phases, merge and round, and the mBOM in its final form. */
export function finished({
  need,
  root,
  planning,
  lines,
  decisions,
  contributors,
}: AssemblyDraft): Omit<PlannedMbom, "account"> {
  const { phases, input } = planning;
  const final = mergeLines(lines, phases).map((line) => roundLine(line, phases, input.decimalsOf));
  // A source and its decision hold the same path, which finds the line that merging put it in.
  const linesOf = new Map<readonly LineId[], MbomLineKey[]>();
  for (const { key, origin } of final) {
    if (origin.kind === "engineering") for (const { path } of origin.from) noteLine(path, key as MbomLineKey, linesOf);
  }
  return {
    ...(need.configured === undefined ? {} : { configured: need.configured }),
    mbom: { plant: input.rules.plant, item: need.item, revision: root.revision, lines: final.map(mbomLine) },
    contributors: [...contributors],
    decisions: decisions.map((decision) => settled(decision, linesOf)),
  };
}

function noteLine(path: readonly LineId[], line: MbomLineKey, linesOf: Map<readonly LineId[], MbomLineKey[]>): void {
  const held = linesOf.get(path);
  if (held === undefined) linesOf.set(path, [line]);
  else if (!held.includes(line)) held.push(line);
}

function settled(decision: OpenDecision, linesOf: ReadonlyMap<readonly LineId[], readonly MbomLineKey[]>): Decision {
  const { outcome } = decision;
  if (outcome.kind !== "placed") return { ...decision, outcome };
  const [line, ...further] = linesOf.get(decision.path) ?? [];
  if (line === undefined) throw new Error(`the plan lost line ${decision.path.join("/")} of ${decision.item}`);
  return { ...decision, outcome: { kind: outcome.as, line, ...(further.length === 0 ? {} : { further }) } };
}

function mbomLine(line: DraftLine): MbomLine {
  const { item, amount, unit, basis, operation, supply, scrap, phantom, referenceDesignators, alternates } = line;
  const { effectivity, option, origin, output, usage } = line;
  return {
    key: line.key as MbomLineKey,
    item,
    quantity: { amount, unit },
    basis,
    operation,
    supply,
    scrap,
    phantom,
    referenceDesignators,
    alternates,
    effectivity,
    ...(option === null ? {} : { option }),
    origin:
      origin.kind === "rule"
        ? origin
        : {
            kind: "engineering",
            from: origin.from.map((source) => ({
              path: source.path,
              quantity: { amount: source.amount, unit },
              rules: source.rules,
              ...(source.variantOf === undefined ? {} : { variantOf: source.variantOf }),
            })),
          },
    ...(output === null ? {} : { output }),
    ...(usage === null ? {} : { usage }),
  };
}
