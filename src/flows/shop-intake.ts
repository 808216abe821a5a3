import { contentDigest } from "../domain/feedback/content-digest.ts";
import { checkEvent, type EventFinding } from "../domain/feedback/check-event.ts";
import { eventJson } from "../domain/feedback/event-json.ts";
import { eventPlace, type EventPlace } from "../domain/feedback/event-place.ts";
import type { FeedbackRules } from "../domain/feedback/feedback-rules.ts";
import { eventName, type Occurrence, type ShopEvent } from "../domain/feedback/shop-event.ts";
import type { Told } from "../domain/feedback/told.ts";
import type { PlantId } from "../domain/ids.ts";
import { inGroups } from "../engine/in-groups.ts";
import { together, type Database, type Transaction } from "../store/database.ts";
import { claimApart, keepApart } from "../store/kept-apart.ts";
import { claimKeys, noteMoved, storeEvents, takenIn, wakeCounting } from "../store/shop-events.ts";
import { askForNames, type UnknownName } from "../store/shop-orders.ts";
import { apartEvent, apartGroups, type ApartEvent, type ApartNote } from "./apart-events.ts";
import { eventRates } from "./event-rates.ts";
import { eventTargets } from "./event-targets.ts";
import { shopKnowledge } from "./shop-knowledge.ts";

export type ShopIntake = ReturnType<typeof shopIntake>;

export type ShopIntakeHub = {
  readonly database: Database;
  readonly rulesOf: (plant: PlantId) => FeedbackRules;
  readonly now: () => Date;
};

/** What became of a batch: each event of it is stored, was known, or is kept apart. */
export type Taken = {
  readonly stored: number;
  /** Told before, with the same content. */
  readonly known: number;
  /** Kept apart, and why; those that were kept apart before are among them. */
  readonly apart: readonly ApartNote[];
};

/** More is waiting to be committed than the hub takes on: whoever tells it is to come again. */
export class IntakeBusy extends Error {
  override readonly name = "IntakeBusy";
  readonly retryAfterMs = 1_000;

  constructor(waiting: number) {
    super(`${waiting} events wait to be stored; send these again in a second`);
  }
}

/** Events that may wait for their commit, before others are told to come again: some 100 MB. */
const WAITING_MAX = 100_000;
/** Batches that share one commit. */
const BATCHES_MAX = 400;

/** An event that is right, on its way into the store. */
type Checked = {
  readonly at: number;
  readonly event: ShopEvent;
  readonly place: EventPlace;
  readonly line: string;
  readonly content: number;
  /** A correction gave it to another place. */
  readonly movedTo: EventPlace | null;
};

/** An event with its place in the batch. */
type Numbered = { readonly at: number; readonly event: ShopEvent };
type Fast = Numbered & { readonly findings: readonly EventFinding[] };

type Batch = {
  readonly via: string;
  readonly right: readonly Checked[];
  readonly apart: readonly ApartEvent[];
  readonly names: readonly UnknownName[];
};

/**
 * Takes in what the shop floor tells, from any way in. What `take` has resolved for is committed: events that are right
 * are stored once by source and id, with the wake-up that has them counted; the others are kept apart with the reason.
 * Batches that come at the same time share a commit.
 */
export function shopIntake({ database, rulesOf, now }: ShopIntakeHub) {
  const knowledge = shopKnowledge(database, rulesOf, () => now().getTime());
  const rates = eventRates((plant) => rulesOf(plant).eventsPerSecond);
  const targets = eventTargets(database);
  const commit = inGroups((batches: readonly Batch[]) => commitBatches(database, batches), {
    max: BATCHES_MAX,
    atOnce: 2,
  });
  let waiting = 0;

  /** @throws IntakeBusy before anything is done */
  async function take(told: readonly Told[], via: string, { isReplay = false } = {}): Promise<Taken> {
    if (waiting > 0 && waiting + told.length > WAITING_MAX) throw new IntakeBusy(waiting);
    waiting += told.length;
    try {
      return await commit(await checked(told, via, isReplay));
    } catch (error) {
      // Else they would come too fast when they come again.
      for (const source of new Set(told.flatMap(sourceOf))) rates.forget(source);
      throw error;
    } finally {
      waiting -= told.length;
    }
  }

  async function checked(told: readonly Told[], via: string, isReplay: boolean): Promise<Batch> {
    const receivedAt = now().toISOString();
    await knowledge.lookUp(told.flatMap(happeningOf));
    const [right, apart, names]: [Checked[], ApartEvent[], UnknownName[]] = [[], [], []];
    const abouts: Numbered[] = [];
    const fast: Fast[] = [];
    for (const [at, one] of told.entries()) {
      if (one.kind === "unreadable") {
        apart.push(apartEvent(at, one));
        continue;
      }
      const { event } = one;
      const happened = happeningIn(event);
      const tooMany = isReplay ? null : tooFast(event, happened);
      if (tooMany !== null) {
        fast.push({ at, event, findings: tooMany });
        continue;
      }
      const findings = checkEvent(event, knowledge.context(happened?.plant ?? NO_PLANT, receivedAt));
      if (findings.length > 0) {
        const [found, name] = explained(findings, happened);
        if (name !== null) names.push(name);
        apart.push(apartEvent(at, one, found));
        continue;
      }
      if (event.kind === "occurrence") {
        knowledge.counted(event);
        right.push(checkedEvent(at, event, eventPlace(event)));
      } else {
        abouts.push({ at, event });
      }
    }
    if (fast.length > 0) await sortFast(fast, right, abouts, apart);
    if (abouts.length > 0) await placeAbouts(abouts, right, apart);
    return { via, right, apart, names };
  }

  /** A batch that is told once more is no sensor gone mad: what was taken in is known. */
  async function sortFast(
    fast: readonly Fast[],
    right: Checked[],
    abouts: Numbered[],
    apart: ApartEvent[],
  ): Promise<void> {
    const keys = fast.map(({ event }) => ({
      source: event.source,
      id: event.id,
      content: contentDigest(lineOf(event)),
    }));
    const known = await takenIn(database.pool, keys);
    for (const [place, { at, event, findings }] of fast.entries()) {
      if (!known.has(place)) apart.push(apartEvent(at, { kind: "event", event }, findings[0]));
      else if (event.kind === "occurrence") right.push(checkedEvent(at, event, eventPlace(event)));
      else abouts.push({ at, event });
    }
  }

  /** Corrections and reversals stand beside what they are about; what is about nothing waits until that comes. */
  async function placeAbouts(abouts: readonly Numbered[], right: Checked[], apart: ApartEvent[]): Promise<void> {
    const placeOf = await targets.placesOf(
      abouts.map(({ event }) => event),
      right,
    );
    for (const { at, event } of abouts) {
      const place = placeOf(event);
      if (place === null) {
        apart.push(apartEvent(at, { kind: "event", event }, TARGET_UNKNOWN(event)));
        continue;
      }
      const to = event.kind === "correction" ? eventPlace(event.instead) : place;
      const isMoved = to.plant !== place.plant || to.order !== place.order;
      right.push(checkedEvent(at, event, place, isMoved ? to : null));
    }
  }

  function tooFast(event: ShopEvent, happened: Occurrence | null): readonly EventFinding[] | null {
    if (happened === null || !rates.isTooFast(event.source, happened)) return null;
    const limit = rulesOf(happened.plant).eventsPerSecond;
    return [
      {
        code: "source-too-fast",
        field: "at",
        cause: `Source ${event.source} tells of more than ${limit} events in one second.`,
        fix: "Look at the sensor; replay what is real, or raise feedback.eventsPerSecond if it is that fast.",
        mayPass: false,
      },
    ];
  }

  /** What its reason is; for a name that the hub may yet learn, the name. */
  function explained(
    findings: readonly EventFinding[],
    happened: Occurrence | null,
  ): readonly [EventFinding, UnknownName | null] {
    // What will never pass decides, wherever it stands.
    const found = findings.find(({ mayPass }) => !mayPass) ?? findings[0];
    if (found === undefined) throw new RangeError("an event without findings is not kept apart");
    if (happened === null || happened.order === null) return [found, null];
    const { plant, order, fact } = happened;
    if (found.code === "order-unknown" || found.code === "operation-unknown") {
      knowledge.forgetOrder(plant, order);
      return [found, { plant, kind: "order", id: order }];
    }
    const item = fact.kind === "consumed" ? fact.item : knowledge.itemOf({ plant, order });
    if (item === null) return [found, null];
    if (found.code === "item-unknown") return [found, { plant, kind: "item", id: item }];
    if (found.code === "unit-not-convertible" && knowledge.isGuess(plant, item)) {
      return [
        { ...found, mayPass: true },
        { plant, kind: "item", id: item },
      ];
    }
    return [found, null];
  }

  return { take, knowledge };
}

const NO_PLANT = "" as PlantId;

function TARGET_UNKNOWN(event: ShopEvent): EventFinding {
  const [field, of] =
    event.kind === "correction"
      ? ["corrects", event.corrects]
      : ["reverses", "reverses" in event ? event.reverses : event];
  return {
    code: "target-unknown",
    field,
    cause: `Event ${of.id} of ${of.source} has not come.`,
    fix: "It is taken as soon as that event comes; if that never will, dismiss it.",
    mayPass: true,
  };
}

function checkedEvent(at: number, event: ShopEvent, place: EventPlace, movedTo: EventPlace | null = null): Checked {
  const line = lineOf(event);
  return { at, event, place, line, content: contentDigest(line), movedTo };
}

function lineOf(event: ShopEvent): string {
  return JSON.stringify(eventJson(event));
}

function sourceOf(told: Told): readonly string[] {
  return told.kind === "event" ? [told.event.source] : [];
}

function happeningOf(told: Told): readonly Occurrence[] {
  const happened = told.kind === "event" ? happeningIn(told.event) : null;
  return happened === null ? [] : [happened];
}

function happeningIn(event: ShopEvent): Occurrence | null {
  return event.kind === "occurrence" ? event : event.kind === "correction" ? event.instead : null;
}

/** One transaction for all batches. What several of them tell counts for the first. */
async function commitBatches(database: Database, batches: readonly Batch[]): Promise<readonly Taken[]> {
  return database.transaction(async (tx) => {
    const firsts = new Map<string, Checked>();
    const known = batches.map(() => 0);
    const contested: ApartEvent[][] = batches.map(() => []);
    const owners = new Map<Checked, number>();
    for (const [owner, { right }] of batches.entries()) {
      for (const one of right) {
        const name = eventName(one.event);
        const first = firsts.get(name);
        if (first === undefined) {
          firsts.set(name, one);
          owners.set(one, owner);
        } else if (first.content === one.content) known[owner] = (known[owner] ?? 0) + 1;
        else contested[owner]?.push(contestedEvent(one));
      }
    }
    const stored = await storeOnce(tx, [...firsts.values()], (one, isSame) => {
      const owner = owners.get(one) ?? 0;
      if (isSame) known[owner] = (known[owner] ?? 0) + 1;
      else contested[owner]?.push(contestedEvent(one));
    });
    const apart = batches.map((batch, owner) => [...batch.apart, ...(contested[owner] ?? [])]);
    await keepAllApart(tx, batches, apart);
    await askForNames(
      tx,
      batches.flatMap(({ names }) => names),
    );
    const counts = batches.map(() => 0);
    for (const one of stored) counts[owners.get(one) ?? 0] = (counts[owners.get(one) ?? 0] ?? 0) + 1;
    return batches.map((_, owner) => ({
      stored: counts[owner] ?? 0,
      known: known[owner] ?? 0,
      apart: (apart[owner] ?? []).map(({ note }) => note).toSorted((a, b) => a.at - b.at),
    }));
  });
}

/** Stores what no earlier commit took in; tells of the rest whether it had the same content. */
async function storeOnce(
  tx: Transaction,
  checked: readonly Checked[],
  wasKnown: (one: Checked, isSame: boolean) => void,
): Promise<readonly Checked[]> {
  if (checked.length === 0) return [];
  const { intake, before } = await claimKeys(
    tx,
    checked.map(({ event: { source, id }, content }) => ({ source, id, content })),
  );
  const fresh = before.size === 0 ? checked : checked.filter((_, at) => !before.has(at));
  for (const [at, content] of before) {
    const one = checked[at];
    if (one !== undefined) wasKnown(one, one.content === content);
  }
  const moves = fresh.flatMap(({ place, movedTo }) => (movedTo === null ? [] : [{ from: place, to: movedTo }]));
  await together(
    storeEvents(tx, intake, linesByPlace(fresh)),
    noteMoved(tx, moves),
    wakeCounting(
      tx,
      moves.map(({ to }) => to),
    ),
  );
  return fresh;
}

function linesByPlace(checked: readonly Checked[]) {
  const places = new Map<string, Map<string, { readonly place: EventPlace; readonly lines: string[] }>>();
  for (const { place, line } of checked) {
    let orders = places.get(place.plant);
    if (orders === undefined) places.set(place.plant, (orders = new Map()));
    const held = orders.get(place.order);
    if (held === undefined) orders.set(place.order, { place, lines: [line] });
    else held.lines.push(line);
  }
  return [...places.values()].flatMap((orders) =>
    [...orders.values()].map(({ place, lines }) => ({ ...place, count: lines.length, events: lines.join("\n") })),
  );
}

function contestedEvent({ at, event }: Checked): ApartEvent {
  return apartEvent(
    at,
    { kind: "event", event },
    {
      code: "content-differs",
      field: "id",
      cause: `Source ${event.source} told event ${event.id} before, with another content.`,
      fix: "Let the source give a new id to what is new, and send a correction for what was wrong.",
      mayPass: false,
    },
  );
}

async function keepAllApart(
  tx: Transaction,
  batches: readonly Batch[],
  apart: readonly (readonly ApartEvent[])[],
): Promise<void> {
  const all = batches.flatMap(({ via }, owner) => (apart[owner] ?? []).map((one) => ({ ...one, via })));
  if (all.length === 0) return;
  const named = all.filter(({ key }) => key !== null);
  const before = await claimApart(
    tx,
    named.flatMap(({ key }) => key ?? []),
  );
  const again = new Set(named.filter((_, at) => before.has(at)));
  await keepApart(tx, apartGroups(all.filter((one) => !again.has(one))));
}
