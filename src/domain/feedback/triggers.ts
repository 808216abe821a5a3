import { plainOrder } from "../natural-order.ts";
import { proposalsFor, type Proposal } from "./trigger-proposal.ts";
import { levelsOf, type Observation, type Place, type TriggerRule } from "./trigger-rule.ts";

/** What the rules remember, by cause; plain data, so that it can be kept as JSON. */
export type TriggerState = Readonly<Record<string, Watch>>;

/** One cause under watch: one rule, at one place, about one thing. */
type Watch = {
  readonly about: string;
  /** The newest last; no more than the rule looks back. */
  readonly recent: readonly Seen[];
  /** The occasion that was raised and is not closed. */
  readonly open: string | null;
  /** The observation that closed the last one: only what came after it counts. */
  readonly after: Moment | null;
};

type Moment = Pick<Observation, "at" | "order">;

/** An observation as one watch remembers it. */
type Seen = Observation & { readonly level: number };

/** What follows from an observation: an occasion for a person, or the end of one. */
export type Raised =
  | { readonly kind: "opened"; readonly occasion: string; readonly proposals: readonly Proposal[] }
  | { readonly kind: "closed"; readonly occasion: string };

/**
 * What the rules make of one more observation, given the state of its place or of more. The same observation again changes nothing; a corrected one takes the old
 * one's place while the rule still looks back at it; one that comes late is sorted in by its instant, and does not count
 * when newer ones have filled the window.
 *
 * An occasion, as `occasion` of a problem report, is the cause and the order it opened with; it is raised once, and the
 * cause raises no other before it has closed.
 */
export function observed(
  rules: readonly TriggerRule[],
  state: TriggerState,
  observation: Observation,
): { readonly state: TriggerState; readonly raised: readonly Raised[] } {
  const next: Record<string, Watch> = { ...state };
  const raised: Raised[] = [];
  for (const rule of rules) {
    if (rule.watches !== observation.reading.kind || observation.pieces < rule.piecesLeast) continue;
    const levels = levelsOf(observation.reading, observation.pieces);
    for (const about of watchedThings(rule, observation.place, levels, state)) {
      const cause = causeOf(rule, observation.place, about);
      const watch = next[cause] ?? { about, recent: [], open: null, after: null };
      const step = stepped(rule, cause, watch, { ...observation, level: levels.get(about) ?? 0 });
      next[cause] = step.watch;
      raised.push(...step.raised);
    }
  }
  return { state: next, raised };
}

/** What the reading names, and what is watched at the place already: that it has not occurred counts as well. */
function watchedThings(
  rule: TriggerRule,
  place: Place,
  levels: ReadonlyMap<string, number>,
  state: TriggerState,
): ReadonlySet<string> {
  if (rule.watches !== "nonconformance" && rule.watches !== "substitution") return new Set(levels.keys());
  const prefix = causeOf(rule, place, "");
  const known = Object.entries(state).flatMap(([cause, { about }]) => (cause.startsWith(prefix) ? [about] : []));
  return new Set([...levels.keys(), ...known]);
}

/** `scrap:1000:FX-110:B:0020:above plan` */
function causeOf({ name }: TriggerRule, { plant, item, revision, operation }: Place, about: string): string {
  return [name, plant, item, revision, operation, about].map(withoutColons).join(":");
}

/** So that no two causes read alike. */
function withoutColons(part: string): string {
  return part.replaceAll("%", "%25").replaceAll(":", "%3A");
}

type Step = { readonly watch: Watch; readonly raised: readonly Raised[] };

function stepped(rule: TriggerRule, cause: string, watch: Watch, seen: Seen): Step {
  if (watch.after !== null && inTime(seen, watch.after) <= 0) return { watch, raised: [] };
  const looksBack = Math.max(rule.opensAfter.of, rule.closesAfter);
  const others = watch.recent.filter(({ order }) => order !== seen.order);
  const recent = [...others, seen].toSorted(inTime).slice(-looksBack);
  if (watch.open === null) return opened(rule, cause, { ...watch, recent });
  return closed(rule, { ...watch, recent }, watch.open);
}

function inTime(a: Moment, b: Moment): number {
  return plainOrder(a.at, b.at) || plainOrder(a.order, b.order);
}

function opened(rule: TriggerRule, cause: string, watch: Watch): Step {
  const window = watch.recent.slice(-rule.opensAfter.of);
  const over = window.filter(({ level }) => level >= rule.opensAt);
  const newest = window.at(-1);
  if (newest === undefined || over.at(-1) !== newest || over.length < rule.opensAfter.times)
    return { watch, raised: [] };
  const occasion = `${cause}:${withoutColons(newest.order)}`;
  const proposals = proposalsFor(rule, watch.about, occasion, newest, window);
  return { watch: { ...watch, open: occasion }, raised: [{ kind: "opened", occasion, proposals }] };
}

function closed(rule: TriggerRule, watch: Watch, occasion: string): Step {
  const last = watch.recent.slice(-rule.closesAfter);
  const newest = last.at(-1);
  const isCalm = last.length === rule.closesAfter && last.every(({ level }) => level <= rule.closesAt);
  if (newest === undefined || !isCalm) return { watch, raised: [] };
  const after = { at: newest.at, order: newest.order };
  return { watch: { ...watch, recent: [], open: null, after }, raised: [{ kind: "closed", occasion }] };
}
