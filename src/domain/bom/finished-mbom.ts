import type { ItemId, MbomLineKey } from "../ids.ts";
import type { EngineeringSource, MbomLine } from "../mbom.ts";
import type { Quantity } from "../quantity.ts";
import type { Rational } from "../rational.ts";
import type { AssemblyDraft, OpenDecision } from "./assembly-draft.ts";
import type { DraftLine, DraftSource } from "./draft-line.ts";
import type { Group } from "./grouped-lines.ts";
import type { Decision, PlannedMbom } from "./mbom-plan.ts";
import { mergeLines } from "./merge-lines.ts";
import { roundLine } from "./round-lines.ts";
import { addLine } from "./ruling.ts";

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
  const groups = groupsOf(lines);
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
  const holders = groups.size === 0 ? [lines] : Map.groupBy(lines, ({ group }) => group?.number ?? null).values();
  const final: DraftLine[] = [];
  for (const held of holders) for (const line of mergeLines(held, phases)) final.push(rounded(placed(line)));
  for (const line of final) tellSources(line);
  const linesIn = (number: ItemId | null) => {
    const own = groups.size === 0 ? final : final.filter(({ group }) => (group?.number ?? null) === number);
    return own.map(mbomLine);
  };
  return {
    ...(need.configured === undefined ? {} : { configured: need.configured }),
    mbom: { plant, item: need.item, revision: root.revision, lines: linesIn(null) },
    contributors: [...contributors],
    decisions: decisions.map(settled),
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

function groupsOf(lines: readonly DraftLine[]): ReadonlyMap<ItemId, Group> {
  const groups = new Map<ItemId, Group>();
  for (const { group } of lines) if (group !== null) groups.set(group.number, group);
  return groups;
}

function repeatedIn(names: readonly string[]): readonly string[] {
  if (new Set(names).size === names.length) return [];
  return [...new Set(names.filter((name, at) => names.indexOf(name) < at))];
}

/** What each use of an eBOM line came to be, for its decision. */
function tellSources({ key, origin, group }: DraftLine): void {
  if (origin.kind !== "engineering") return;
  for (const { ruling } of origin.from) addLine(ruling, key as MbomLineKey, group);
}

function settled({ path, item, ruling, outcome }: OpenDecision): Decision {
  const rules = ruling.rules.names;
  if (outcome.kind !== "placed") return { path, item, rules, outcome };
  const { lines, group } = ruling;
  const [line] = lines;
  if (line === undefined) throw new Error(`the plan lost line ${path.join("/")} of ${item}`);
  const { as: kind } = outcome;
  if (lines.length === 1 && group === null) return { path, item, rules, outcome: { kind, line } };
  const further = lines.slice(1);
  return {
    path,
    item,
    rules,
    outcome: {
      kind,
      line,
      ...(further.length === 0 ? {} : { further }),
      ...(group === null ? {} : { in: group.number }),
    },
  };
}

function mbomLine(line: DraftLine): MbomLine {
  const { item, basis, operation, supply, scrap, phantom, referenceDesignators, alternates, effectivity } = line;
  const { option, output, usage } = line;
  const quantity = quantityOf(line.amount, line);
  const plain: MbomLine = {
    key: line.key as MbomLineKey,
    item,
    quantity,
    basis,
    operation,
    supply,
    scrap,
    phantom,
    referenceDesignators,
    alternates,
    effectivity,
    origin: originOf(line, quantity),
  };
  if (option === null && output === null && usage === null) return plain;
  return {
    ...plain,
    ...(option === null ? {} : { option }),
    ...(output === null ? {} : { output }),
    ...(usage === null ? {} : { usage }),
  };
}

function originOf(line: DraftLine, quantity: Quantity): MbomLine["origin"] {
  const { origin } = line;
  if (origin.kind === "rule") return origin;
  return { kind: "engineering", from: origin.from.map((source) => sourceOf(source, line, quantity)) };
}

function sourceOf(
  { path, amount, ruling, variantOf }: DraftSource,
  line: DraftLine,
  whole: Quantity,
): EngineeringSource {
  const quantity = amount === whole.amount ? whole : quantityOf(amount, line);
  const source: EngineeringSource = { path, quantity, rules: ruling.rules.names };
  return variantOf === undefined ? source : { ...source, variantOf };
}

/** The quantity that engineering gave where it is still that: most lines come out as they went in. */
function quantityOf(amount: Rational, { unit, facts }: DraftLine): Quantity {
  const given = facts.line?.quantity;
  return given !== undefined && given.amount === amount && given.unit === unit ? given : { amount, unit };
}
