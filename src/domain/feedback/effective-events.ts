import { canonicalText } from "../json.ts";
import { plainOrder } from "../natural-order.ts";
import { byInstant, eventName, type ShopEvent, type ShopEventKey, type ShopOccurrence } from "./shop-event.ts";

export type EffectiveEvents = {
  /** What counts, by instant: each under its own key, with what its corrections say instead. */
  readonly occurrences: readonly ShopOccurrence[];
  /** Corrections and reversals of nothing that counts, with the reason. They may come to count later. */
  readonly idle: readonly IdleEvent[];
  /** Keys under which two contents came, of which one counts: always the same one, not the first. */
  readonly contested: readonly ShopEventKey[];
};

type IdleEvent = {
  readonly event: ShopEvent;
  /** `waiting`: what it names, or what that names, has not come; `circular`: they name one another. */
  readonly because: "waiting" | "circular" | "corrects a reversal";
};

/**
 * What happened, after all that was said about it. It depends on which events there are, not on the order in which
 * they came nor on how often:
 *
 * - a reversal takes out what it names; a reversal of it puts that back;
 * - a correction replaces the content of what it names; of several the last one made counts, unless it is reversed;
 * - a correction of a correction replaces what that says;
 * - what is both corrected and reversed does not count.
 */
export function effectiveEvents(events: readonly ShopEvent[]): EffectiveEvents {
  const { distinct, contested } = onceEach(events);
  const about = groupedByTarget(distinct);
  const connected = fromOccurrences(distinct, about);
  return {
    occurrences: occurrencesThatCount(connected, about).toSorted(byInstant),
    idle: idleEvents(distinct, connected),
    contested,
  };
}

type Distinct = ReadonlyMap<string, ShopEvent>;
/** Corrections and reversals by the name of what they are about. */
type About = ReadonlyMap<string, readonly ShopEvent[]>;

function onceEach(events: readonly ShopEvent[]): { readonly distinct: Distinct; readonly contested: ShopEventKey[] } {
  const distinct = new Map<string, ShopEvent>();
  const contested = new Map<string, ShopEventKey>();
  for (const event of events) {
    const name = eventName(event);
    const known = distinct.get(name);
    if (known === event) continue;
    const order = known === undefined ? -1 : plainOrder(canonicalText(event), canonicalText(known));
    if (order < 0) distinct.set(name, event);
    if (known !== undefined && order !== 0) contested.set(name, { source: event.source, id: event.id });
  }
  return { distinct, contested: inOrder(contested) };
}

function groupedByTarget(distinct: Distinct): About {
  const about = new Map<string, ShopEvent[]>();
  for (const event of distinct.values()) {
    const target = targetOf(event);
    if (target === null) continue;
    const name = eventName(target);
    const others = about.get(name);
    if (others === undefined) about.set(name, [event]);
    else others.push(event);
  }
  return about;
}

function targetOf(event: ShopEvent): ShopEventKey | null {
  switch (event.kind) {
    case "occurrence":
      return null;
    case "correction":
      return event.corrects;
    case "reversal":
      return event.reverses;
  }
}

/** Occurrences and all that is about them, however far; each before what is about it. */
function fromOccurrences(distinct: Distinct, about: About): ReadonlySet<ShopEvent> {
  const reached = new Set<ShopEvent>();
  for (const event of distinct.values()) if (event.kind === "occurrence") reached.add(event);
  for (const event of reached) {
    for (const later of about.get(eventName(event)) ?? []) {
      // A reversal has no content that could be another.
      if (event.kind !== "reversal" || later.kind === "reversal") reached.add(later);
    }
  }
  return reached;
}

/** From the last said to the first: whether an event counts is known before that of the one it names. */
function occurrencesThatCount(connected: ReadonlySet<ShopEvent>, about: About): readonly ShopOccurrence[] {
  const counting = new Map<ShopEvent, ShopEvent>();
  const occurrences: ShopOccurrence[] = [];
  for (const event of [...connected].toReversed()) {
    const said = (about.get(eventName(event)) ?? []).filter((each) => counting.has(each));
    if (said.some(({ kind }) => kind === "reversal")) continue;
    const last = said.toSorted(byInstant).at(-1);
    const content = last === undefined ? event : (counting.get(last) ?? last);
    counting.set(event, content);
    if (event.kind === "occurrence") occurrences.push(withContentOf(event, content));
  }
  return occurrences;
}

function withContentOf(event: ShopOccurrence, content: ShopEvent): ShopOccurrence {
  if (content.kind !== "correction") return event;
  return { ...content.instead, kind: "occurrence", source: event.source, id: event.id };
}

function idleEvents(distinct: Distinct, connected: ReadonlySet<ShopEvent>): readonly IdleEvent[] {
  const reasons = new Map<ShopEvent, IdleEvent["because"]>();
  for (const event of distinct.values()) {
    if (!connected.has(event)) findReason(event, distinct, connected, reasons);
  }
  return [...reasons].map(([event, because]) => ({ event, because })).toSorted((a, b) => byInstant(a.event, b.event));
}

/** Follows what it names to where that ends; the reason there is the reason of all on the way. */
function findReason(
  event: ShopEvent,
  distinct: Distinct,
  connected: ReadonlySet<ShopEvent>,
  reasons: Map<ShopEvent, IdleEvent["because"]>,
): void {
  const onTheWay = new Set<ShopEvent>();
  let because: IdleEvent["because"] | undefined;
  for (let at = event; because === undefined;) {
    onTheWay.add(at);
    const target = targetOf(at);
    const next = target === null ? undefined : distinct.get(eventName(target));
    if (next === undefined) because = "waiting";
    else if (connected.has(next)) because = "corrects a reversal";
    else if (onTheWay.has(next)) because = "circular";
    else [because, at] = [reasons.get(next), next];
  }
  for (const each of onTheWay) reasons.set(each, because);
}

function inOrder(keys: ReadonlyMap<string, ShopEventKey>): ShopEventKey[] {
  return [...keys].toSorted(([a], [b]) => plainOrder(a, b)).map(([, key]) => key);
}
