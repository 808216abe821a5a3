import type { ItemId, LineId, MbomLineKey } from "../ids.ts";
import type { MbomLine } from "../mbom.ts";
import type { AssemblyDraft, OpenDecision } from "./assembly-draft.ts";
import type { DraftLine } from "./draft-line.ts";
import type { Group } from "./grouped-lines.ts";
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
  const { phases, input, finding, report } = planning;
  const { plant } = input.rules;
  const groups = new Map(lines.flatMap(({ group }) => (group === null ? [] : [[group.number, group] as const])));
  // A group is taken once, whatever a rule for all items rounds to.
  const rounded = (line: DraftLine) => (groups.has(line.item) ? line : roundLine(line, phases, input.decimalsOf));
  // Designators name places in one assembly; those of kits that stood there several times name none.
  const placed = (line: DraftLine): DraftLine => {
    const isMerged = line.origin.kind === "engineering" && line.origin.from.length > 1;
    const repeated = isMerged ? repeatedIn(line.referenceDesignators) : [];
    if (repeated.length === 0) return line;
    report(finding.designatorsRepeated(line.item, line.key, line.group?.number ?? need.item, repeated));
    return { ...line, referenceDesignators: [] };
  };
  // Lines merge within what holds them: the assembly, or one of its groups.
  const holders = Map.groupBy(lines, ({ group }) => group?.number ?? null);
  const final = [...holders].flatMap(([, held]) => mergeLines(held, phases).map((line) => rounded(placed(line))));
  // A source and its decision hold the same path, which finds the line that merging put it in.
  const linesOf: LinesOf = new Map();
  for (const { key, origin, group } of final) {
    if (origin.kind !== "engineering") continue;
    for (const { path } of origin.from) noteLine(path, key as MbomLineKey, group, linesOf);
  }
  const linesIn = (number: ItemId | null) =>
    final.filter(({ group }) => (group?.number ?? null) === number).map(mbomLine);
  return {
    ...(need.configured === undefined ? {} : { configured: need.configured }),
    mbom: { plant, item: need.item, revision: root.revision, lines: linesIn(null) },
    contributors: [...contributors],
    decisions: decisions.map((decision) => settled(decision, linesOf)),
    ...(groups.size === 0
      ? {}
      : {
          groups: [...groups.values()].map(({ number, name, as }) => ({
            mbom: { plant, item: number, revision: root.revision, lines: linesIn(number) },
            contributors: [...contributors],
            decisions: [],
            account: [],
            group: { name, procurement: as },
          })),
        }),
  };
}

function repeatedIn(names: readonly string[]): readonly string[] {
  if (new Set(names).size === names.length) return [];
  return [...new Set(names.filter((name, at) => names.indexOf(name) < at))];
}

/** The lines that hold something of a path, all in the assembly or all in one group. */
type LinesOf = Map<readonly LineId[], { readonly lines: MbomLineKey[]; readonly group: Group | null }>;

function noteLine(path: readonly LineId[], line: MbomLineKey, group: Group | null, linesOf: LinesOf): void {
  const held = linesOf.get(path);
  if (held === undefined) linesOf.set(path, { lines: [line], group });
  else if (!held.lines.includes(line)) held.lines.push(line);
}

function settled(decision: OpenDecision, linesOf: LinesOf): Decision {
  const { outcome } = decision;
  if (outcome.kind !== "placed") return { ...decision, outcome };
  const held = linesOf.get(decision.path);
  const [line, ...further] = held?.lines ?? [];
  if (line === undefined) throw new Error(`the plan lost line ${decision.path.join("/")} of ${decision.item}`);
  return {
    ...decision,
    outcome: {
      kind: outcome.as,
      line,
      ...(further.length === 0 ? {} : { further }),
      ...(held?.group == null ? {} : { in: held.group.number }),
    },
  };
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
