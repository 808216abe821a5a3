import type { Day } from "../calendar.ts";
import type { MbomChange } from "../change-plan.ts";
import { itemRevision, type ItemRevisionKey } from "../ebom.ts";
import type { ItemId } from "../ids.ts";
import type { EngineeringSource, Mbom, MbomLine } from "../mbom.ts";
import { quantityText, type Quantity } from "../quantity.ts";
import { compare, isZero, minus, plus, rationalText, ZERO, type Rational } from "../rational.ts";
import { accountFor, type AccountInput } from "./accountability.ts";
import { pathKey } from "./path-key.ts";
import { diffMbom, pairedLines } from "./diff-mbom.ts";
import { explain } from "./explain.ts";
import { isOfGroup } from "./group-mboms.ts";
import type { MbomDiff } from "./mbom-diff.ts";
import { mbomLineText } from "./mbom-line-text.ts";
import type { AccountEntry, Decision } from "./mbom-plan.ts";
import { structureOf } from "./structure.ts";

/** What became of every eBOM quantity, checked against what stands now. Texts, for people and programs. */
export type RecheckedAccount = {
  readonly isBalanced: boolean;
  readonly lines: readonly AccountLine[];
  /** What the plant's planners changed of engineering's plan, before it was published or since, line by line. */
  readonly edits: readonly PlantEdit[];
};

type AccountLine = {
  /** Path of eBOM line ids. */
  readonly line: string;
  readonly item: string;
  readonly required: string;
  /** Where it stands: `8 EA on L10`. */
  readonly placed: readonly string[];
  /** What rounding up added; null for nothing. */
  readonly rounding: string | null;
  /** What is planned on top as scrap: `5 % on L10`. */
  readonly scrap: readonly string[];
  /** What no line holds, with the reason; null when everything is placed. */
  readonly unplaced: string | null;
  readonly why: string;
  /** Why it does not balance; null when it does. */
  readonly problem: string | null;
};

export type PlantEdit = {
  readonly what: "added" | "removed" | "changed";
  /** The planned line's key, or the standing one's where it was added. */
  readonly line: string;
  readonly item: string;
  readonly planned: string | null;
  readonly standing: string | null;
};

/** What Heddle kept of an mBOM when it published it. */
export type KeptAccount = Pick<MbomChange, "key" | "configured" | "decisions" | "from"> & {
  /** As engineering's plan had it, before edits of the plant were merged in. */
  readonly planned: Mbom;
  /** The groups that decisions name by `in`, as they were planned and as they stand; absent where there are none. */
  readonly groups?: readonly { readonly planned: Mbom; readonly standing: Mbom | null }[];
};

/**
 * Works the account of a published mBOM out anew: what the eBOM requires, as `input` has it now, against what
 * the plant's mBOM holds now. A line that a planner changed counts as it stands. Of a change for a day to come,
 * what holds until then is not engineering's to account for any more. The lines of a group are accounted for where it
 * is taken; asked about itself, it shows what planners changed.
 *
 * @param standing the mBOM in force; null where the plant has none any more.
 */
export function recheckAccount(input: AccountInput, kept: KeptAccount, standing: Mbom | null): RecheckedAccount {
  const { decisions, key, configured, groups = [] } = kept;
  const own = sidesOf(kept.planned, standing, kept.from);
  const others = groups.map((group) => sidesOf(group.planned, group.standing, kept.from));
  const contributors = [key];
  const { account, findings } = accountFor(input, {
    mbom: asPublished(own),
    decisions,
    contributors,
    ...(configured === undefined ? {} : { configured }),
    ...(others.length === 0
      ? {}
      : { groups: others.map((group) => ({ mbom: asPublished(group), contributors, decisions: [], account: [] })) }),
  });
  const edits = [own, ...others].flatMap(({ due, now }) => editsOf(diffMbom(due, now)));
  const told = new Map(findings.map(({ line, cause }) => [line, cause]));
  const entries = new Map(account.map((entry) => [pathKey(entry.path), entry]));
  const lines = [
    ...decisions.map((decision) => {
      const entry = entries.get(pathKey(decision.path));
      if (entry === undefined) return gone(decision, key);
      const line = lineOf(entry, decision, edits);
      return { ...line, problem: line.problem ?? told.get(decision.path.join("/")) ?? null };
    }),
    ...(isOfGroup(kept.planned, decisions) ? [] : undecidedLines(input, kept)),
  ];
  return { isBalanced: lines.every(({ problem }) => problem === null), lines, edits };
}

/** What is to stand from the day on, and what does. */
type Sides = { readonly due: Mbom; readonly now: Mbom };

function sidesOf(planned: Mbom, standing: Mbom | null, day: Day | undefined): Sides {
  const due = heldFrom(planned, day);
  return { due, now: heldFrom(standing ?? { ...due, lines: [] }, day) };
}

/** What stands now, each line by the key and origin that it was published with. */
function asPublished({ due, now }: Sides): Mbom {
  const { partners } = pairedLines(due.lines, now.lines);
  return { ...now, lines: [...partners].map(([line, partner]) => originOf(line, partner)) };
}

/** Without the lines that have ended before the day. */
function heldFrom(mbom: Mbom, day: Day | undefined): Mbom {
  if (day === undefined) return mbom;
  return { ...mbom, lines: mbom.lines.filter(({ effectivity: { until } }) => until === null || until >= day) };
}

/** A quantity that was edited is the first source's to answer for, in the line's unit as it was planned. */
function originOf(standing: MbomLine, planned: MbomLine): MbomLine {
  const { origin } = planned;
  if (origin.kind !== "engineering") return { ...standing, key: planned.key, origin };
  const [first, ...others] = origin.from;
  if (first === undefined || standing.quantity.unit !== planned.quantity.unit) {
    return { ...standing, key: planned.key, origin: { kind: "planner" } };
  }
  const edited = minus(standing.quantity.amount, planned.quantity.amount);
  const from: EngineeringSource[] = [
    { ...first, quantity: { ...first.quantity, amount: plus(first.quantity.amount, edited) } },
    ...others,
  ];
  return { ...standing, key: planned.key, origin: { kind: "engineering", from } };
}

function editsOf({ added, removed, changed }: MbomDiff): readonly PlantEdit[] {
  return [
    ...changed.map(({ from, to }): PlantEdit => ({
      what: "changed",
      line: from.key,
      item: from.item,
      planned: mbomLineText(from),
      standing: mbomLineText(to),
    })),
    ...removed.map((line): PlantEdit => edit("removed", line, mbomLineText(line), null)),
    ...added.map((line): PlantEdit => edit("added", line, null, mbomLineText(line))),
  ];
}

function edit(what: PlantEdit["what"], line: MbomLine, planned: string | null, standing: string | null): PlantEdit {
  return { what, line: line.key, item: line.item, planned, standing };
}

function lineOf(entry: AccountEntry, decision: Decision, edits: readonly PlantEdit[]): AccountLine {
  const { required, placed, rounding, unplaced, scrap } = entry;
  return {
    line: entry.path.join("/"),
    item: entry.item,
    required: quantityText(required),
    placed: placed.map(({ line, quantity, in: group }) => {
      const where = group === undefined ? "" : ` of group ${group}`;
      return `${quantityText(quantity)} on ${line}${where}`;
    }),
    rounding: isZero(rounding.amount) ? null : quantityText(rounding),
    scrap: scrap.map(({ line, percent, fixedPerOrder }) => `${scrapWords(percent, fixedPerOrder)} on ${line}`),
    unplaced: unplaced === null ? null : `${quantityText(unplaced.quantity)}: ${unplaced.reason}`,
    why: explain(decision),
    problem: problemOf(entry, decision, edits),
  };
}

function scrapWords(percent: Rational | null, fixed: Rational | null): string {
  const parts = [
    percent === null ? [] : [`${rationalText(percent)} %`],
    fixed === null ? [] : [`${rationalText(fixed)} per order`],
  ];
  return parts.flat().join(" and ");
}

function problemOf(entry: AccountEntry, { outcome }: Decision, edits: readonly PlantEdit[]): string | null {
  const { required, rounding, placed, unplaced } = entry;
  const unit = required.unit;
  const total = placed.reduce((sum, { quantity }) => plus(sum, quantity.amount), ZERO);
  const due = plus(required.amount, rounding.amount);
  const keys = "line" in outcome ? [outcome.line, ...(outcome.further ?? [])] : [];
  const reason = edits.find(({ line }) => keys.some((key) => key === line));
  const because = reason === undefined ? "" : `: ${editWords(reason)}`;
  if (compare(total, due) > 0) return `${amountText(minus(total, due), unit)} too much${because}.`;
  const isMissing = "line" in outcome || outcome.kind === "blocked";
  if (unplaced === null || !isMissing) return null;
  return `${quantityText(unplaced.quantity)} too little${because}.`;
}

function amountText(amount: Rational, unit: Quantity["unit"]): string {
  return quantityText({ amount, unit });
}

/** `a planner changed 8 EA BOLT to 6 EA BOLT` */
export function editWords({ what, planned, standing }: PlantEdit): string {
  if (what === "added") return `a planner added ${standing}`;
  return what === "removed" ? `a planner removed ${planned}` : `a planner changed ${planned} to ${standing}`;
}

/** Released revisions do not change; where one did all the same, the books cannot be closed. */
function gone(decision: Decision, key: ItemRevisionKey): AccountLine {
  const line = decision.path.join("/");
  const problem = `${key} has no line ${line} any more: the released revision was changed in the PLM.`;
  return { ...empty(line, decision.item), why: explain(decision), problem };
}

function undecidedLines({ ebom }: AccountInput, { key, decisions }: KeptAccount): readonly AccountLine[] {
  const decided = new Set(decisions.map(({ path }) => path[0]));
  return (structureOf(ebom).lines(key) ?? [])
    .filter(({ id }) => !decided.has(id))
    .map((line) => ({
      ...empty(line.id, line.item),
      required: quantityText(line.quantity),
      why: `Line ${line.id}, ${itemRevision(line.item, line.revision)}, was not there when the mBOM was planned.`,
      problem: `${quantityText(line.quantity)} too little: the released revision was changed in the PLM.`,
    }));
}

function empty(line: string, item: ItemId) {
  return { line, item, required: "", placed: [], rounding: null, scrap: [], unplaced: null };
}
