import type { EbomLine, ItemRevisionKey } from "../ebom.ts";
import type { ItemId, MbomLineKey, PlantId, Revision } from "../ids.ts";
import { NO_SCRAP, type Mbom, type MbomLine, type Origin } from "../mbom.ts";
import { plus, quantityText, type Quantity } from "../quantity.ts";
import { countedPerOrder, requirements } from "./accountability.ts";
import { pathKey } from "./path-key.ts";
import { pairedLines } from "./diff-mbom.ts";
import { changedFields } from "./line-fields.ts";
import { explain } from "./explain.ts";
import { isOfGroup } from "./group-mboms.ts";
import { mbomLineText, plainFieldText } from "./mbom-line-text.ts";
import type { Decision } from "./mbom-plan.ts";
import type { RuleSet } from "./rules.ts";
import { calledFor, type Structure } from "./structure.ts";

/** One of the two bills of material that are compared. `name` is what people call it. */
export type BomSide =
  | { readonly kind: "ebom"; readonly name: string; readonly source: ItemRevisionKey; readonly structure: Structure }
  | {
      readonly kind: "mbom";
      readonly name: string;
      readonly mbom: Mbom;
      /** The plan that it came from, which says what became of each eBOM line; null where Heddle planned none. */
      readonly plan: { readonly mbom: Mbom; readonly decisions: readonly Decision[]; readonly rules: RuleSet } | null;
    };
type EbomSide = Extract<BomSide, { readonly kind: "ebom" }>;
type MbomSide = Extract<BomSide, { readonly kind: "mbom" }>;

/** A line by line comparison, in texts that people and programs read. */
export type BomComparison = {
  readonly item: ItemId;
  readonly plant: PlantId;
  readonly from: string;
  readonly to: string;
  readonly lines: readonly ComparedLine[];
};

export type ComparedLine = {
  readonly what: "same" | "changed" | "added" | "removed";
  /** Its identity: path of eBOM line ids, or the mBOM line's key. */
  readonly line: string;
  readonly item: string;
  /** The whole line on each side; null where there is none. */
  readonly from: string | null;
  readonly to: string | null;
  readonly fields: readonly { readonly field: string; readonly from: string; readonly to: string }[];
  /** What became of an eBOM line and why, or where an mBOM line comes from; null where both sides are of a kind. */
  readonly why: string | null;
};

/** Lines are matched as `diffMbom` does; an eBOM with an mBOM by what the plan decided about each line. */
export function compareBoms(from: BomSide, to: BomSide): readonly ComparedLine[] {
  if (from.kind === "ebom") return to.kind === "ebom" ? compareEboms(from, to) : compareWithEbom(from, to);
  return to.kind === "ebom" ? compareWithEbom(to, from).map(turned) : compareMboms(from.mbom, to.mbom, () => []);
}

export function isDifferent(lines: readonly ComparedLine[]): boolean {
  return lines.some(({ what }) => what !== "same");
}

type MoreFields = (from: MbomLine, to: MbomLine) => ComparedLine["fields"];

function compareMboms(from: Mbom, to: Mbom, more: MoreFields): readonly ComparedLine[] {
  const partners = pairedLines(from.lines, to.lines).partners;
  const paired = new Set(partners.values());
  const rows = to.lines.map((line): ComparedLine => {
    const partner = partners.get(line);
    if (partner === undefined) return rowOf("added", null, line, []);
    const fields = [
      ...changedFields(partner, line).map((field) => ({
        field,
        from: plainFieldText(partner, field),
        to: plainFieldText(line, field),
      })),
      ...more(partner, line),
    ];
    return rowOf(fields.length === 0 ? "same" : "changed", partner, line, fields);
  });
  const removed = from.lines.filter((line) => !paired.has(line));
  return [...rows, ...removed.map((line) => rowOf("removed", line, null, []))];
}

function rowOf(
  what: ComparedLine["what"],
  from: MbomLine | null,
  to: MbomLine | null,
  fields: ComparedLine["fields"],
): ComparedLine {
  const [fromText, toText] = [from, to].map((line) => (line === null ? null : mbomLineText(line)));
  const { key: line, item } = to ?? from ?? { key: "", item: "" };
  return { what, line, item, from: fromText ?? null, to: toText ?? null, fields, why: null };
}

/** Two eBOM assemblies as mBOMs that say no more than they do, so that their lines are matched alike. */
function compareEboms(from: EbomSide, to: EbomSide): readonly ComparedLine[] {
  const [a, b] = [linesOf(from), linesOf(to)];
  const [was, is] = [revisionsOf(a), revisionsOf(b)];
  return compareMboms(asMbom(from, a), asMbom(to, b), (one, other) => {
    const [had, has] = [was.get(one.key), is.get(other.key)];
    return had === has || had === undefined || has === undefined ? [] : [{ field: "revision", from: had, to: has }];
  });
}

function revisionsOf(lines: readonly EbomLine[]): ReadonlyMap<string, Revision> {
  return new Map(lines.map(({ id, revision }) => [id, revision]));
}

function linesOf({ structure, source }: EbomSide): readonly EbomLine[] {
  return structure.lines(source) ?? [];
}

function asMbom({ source }: EbomSide, lines: readonly EbomLine[]): Mbom {
  return {
    plant: "" as PlantId,
    item: source as string as ItemId,
    revision: "" as Revision,
    lines: lines.map(asMbomLine),
  };
}

function asMbomLine(line: EbomLine): MbomLine {
  const { item, quantity, referenceDesignators, alternates, effectivity, option } = line;
  return {
    key: line.id as string as MbomLineKey,
    item,
    quantity,
    basis: line.basis === "per lot" ? "per order" : "per assembly",
    operation: null,
    supply: null,
    scrap: NO_SCRAP,
    phantom: false,
    referenceDesignators,
    alternates,
    effectivity,
    ...(option === undefined ? {} : { option }),
    origin: { kind: "planner" },
  };
}

function compareWithEbom(ebom: EbomSide, mbom: MbomSide): readonly ComparedLine[] {
  if (mbom.plan === null || isOfGroup(mbom.plan.mbom, mbom.plan.decisions)) {
    return compareMboms(asMbom(ebom, linesOf(ebom)), mbom.mbom, () => []);
  }
  const standing = standingLines(mbom.plan.mbom, mbom.mbom);
  const { decisions, rules } = mbom.plan;
  const root = ebom.structure.node(ebom.source);
  const requiredOf = requirements(root, ebom.structure, countedPerOrder(decisions, rules));
  const shown = new Set<MbomLine>();
  const decided = new Set<string>();
  const rows = mbom.plan.decisions.flatMap((decision): ComparedLine[] => {
    const required = requiredOf(decision.path);
    if (required === null) return [];
    decided.add(pathKey(decision.path));
    const lines = keysIn(mbom.mbom, decision).flatMap((key) => standing.get(key) ?? []);
    for (const line of lines) shown.add(line);
    const { quantity } = required.line;
    return [useRow(decision, required.line, { ...quantity, amount: required.amount }, lines, mbom)];
  });
  const undecided = linesOf(ebom).filter(({ id }) => !decided.has(pathKey([id])));
  const others = mbom.mbom.lines.filter((line) => !shown.has(line));
  return [
    ...rows,
    ...undecided.map((line) => undecidedRow(line, mbom.name)),
    ...others.map((line) => ({
      ...rowOf("added", null, line, []),
      why: originText(line.origin, ebom.source, decided),
    })),
  ];
}

/** The lines that stand for those of the plan, by the plan's keys. */
function standingLines(planned: Mbom, standing: Mbom): ReadonlyMap<MbomLineKey, MbomLine> {
  if (planned === standing) return new Map(planned.lines.map((line) => [line.key, line]));
  return new Map(
    [...pairedLines(planned.lines, standing.lines).partners].map(([line, partner]) => [partner.key, line]),
  );
}

/** The lines that an eBOM line stands on in the mBOM; none where it is left out, or stands in a group's mBOM. */
function keysIn({ item }: Mbom, { outcome }: Decision): readonly MbomLineKey[] {
  if (!("line" in outcome) || (outcome.in ?? item) !== item) return [];
  return [outcome.line, ...(outcome.further ?? [])];
}

function useRow(
  decision: Decision,
  { item }: EbomLine,
  required: Quantity,
  lines: readonly MbomLine[],
  { name, mbom }: MbomSide,
): ComparedLine {
  const from = quantityText(required);
  const row = { line: decision.path.join("/"), item, from: `${from} ${item}`, why: explain(decision) };
  if (lines.length === 0) {
    const missing = keysIn(mbom, decision).length === 0 ? "" : ` But ${name} has no such line any more.`;
    return { ...row, what: "removed", to: null, fields: [], why: `${row.why}${missing}` };
  }
  const isAlone = lines.every(({ origin }) => origin.kind !== "engineering" || origin.from.length < 2);
  const fields = [
    { field: "item", from: item as string, to: [...new Set(lines.map((line) => line.item))].join(" and ") },
    // Of a merged line this use is a part.
    ...(isAlone ? [{ field: "quantity", from, to: togetherText(lines) }] : []),
  ].filter((field) => field.from !== field.to);
  return {
    ...row,
    what: fields.length === 0 ? "same" : "changed",
    to: lines.map(mbomLineText).join(" and "),
    fields,
  };
}

/** What the lines that a rule split one into hold in all; one by one where planners gave them units of their own. */
function togetherText(lines: readonly MbomLine[]): string {
  const byUnit = Map.groupBy(lines, ({ quantity }) => quantity.unit);
  return [...byUnit.values()]
    .map((alike) => quantityText(alike.map(({ quantity }) => quantity).reduce(plus)))
    .join(" and ");
}

function undecidedRow(line: EbomLine, name: string): ComparedLine {
  const from = `${quantityText(line.quantity)} ${line.item}`;
  const why = `Line ${line.id}, ${calledFor(line)}, is not in the revision that ${name} was planned from.`;
  return { what: "removed", line: line.id, item: line.item, from, to: null, fields: [], why };
}

/** @param decided paths, as keys, of the eBOM's lines that the plan decided about. */
function originText(origin: Origin, source: ItemRevisionKey, decided: ReadonlySet<string>): string {
  switch (origin.kind) {
    case "engineering": {
      const paths = origin.from.map(({ path }) => path.join("/"));
      const isThere = origin.from.every(({ path }) => decided.has(pathKey(path)));
      // Of a change for a day to come the mBOM holds what is built until then, too.
      return isThere
        ? `It stands for line ${paths.join(" and ")} beside what is planned of it now.`
        : `It comes from line ${paths.join(" and ")}, which ${source} does not have.`;
    }
    case "rule":
      return `It is added by rule "${origin.rule}"${origin.driver === null ? "" : ` for line ${origin.driver.join("/")}`}.`;
    case "planner":
      return "It was added by a planner.";
  }
}

/** The comparison the other way round. */
function turned(line: ComparedLine): ComparedLine {
  const what = line.what === "added" ? "removed" : line.what === "removed" ? "added" : line.what;
  const fields = line.fields.map(({ field, from, to }) => ({ field, from: to, to: from }));
  return { ...line, what, from: line.to, to: line.from, fields };
}
