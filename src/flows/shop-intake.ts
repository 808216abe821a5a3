import { contentDigest } from "../domain/feedback/content-digest.ts";
import { checkEvent, type EventFinding, type IntakeContext } from "../domain/feedback/check-event.ts";
import { eventJson, readEvent } from "../domain/feedback/event-json.ts";
import { eventPlace, type EventPlace } from "../domain/feedback/event-place.ts";
import type { FeedbackRules } from "../domain/feedback/feedback-rules.ts";
import type { Occurrence, ShopEvent } from "../domain/feedback/shop-event.ts";
import type { Told } from "../domain/feedback/told.ts";
import type { PlantId } from "../domain/ids.ts";
import { inGroups } from "../engine/in-groups.ts";
import { isDatabaseTrouble, type Database } from "../store/database.ts";
import type { UnknownName } from "../store/shop-orders.ts";
import { apartEvent, type ApartEvent } from "./apart-events.ts";
import { commitBatches, type Batch, type Checked, type NumberedEvent, type Taken } from "./commit-events.ts";
import { eventRates } from "./event-rates.ts";
import { eventTargets } from "./event-targets.ts";
import { nameQuota } from "./name-quota.ts";
import { shopKnowledge } from "./shop-knowledge.ts";

export type ShopIntake = ReturnType<typeof shopIntake>;

export type ShopIntakeHub = {
  readonly database: Database;
  readonly rulesOf: (plant: PlantId) => FeedbackRules;
  /** Whether somebody counts what is told of a plant. */
  readonly isPlant: (plant: PlantId) => boolean;
  readonly now: () => Date;
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

/**
 * Takes in what the shop floor tells, from any way in. What `take` has resolved for is committed: events that are right
 * are stored once by source and id, with the wake-up that has them counted; the others are kept apart with the reason.
 * Batches that come at the same time share a commit.
 */
export function shopIntake({ database, rulesOf, isPlant, now }: ShopIntakeHub) {
  const knowledge = shopKnowledge(database, rulesOf, () => now().getTime());
  const rates = eventRates((plant) => rulesOf(plant).eventsPerSecond);
  const targets = eventTargets(database);
  const commit = inGroups((batches: readonly Batch[]) => commitBatches(database, batches), {
    max: BATCHES_MAX,
    atOnce: 2,
    // What the database does not take of one must not keep the others out.
    isOfOne: (error) => !isDatabaseTrouble(error),
  });
  const quota = nameQuota(() => now().getTime());
  let waiting = 0;

  /** @throws IntakeBusy before anything is done */
  async function take(told: readonly Told[], via: string, { isReplay = false } = {}): Promise<Taken> {
    const weight = told.reduce((sum, each) => sum + weightOf(each), 0);
    if (waiting > 0 && waiting + weight > WAITING_MAX) throw new IntakeBusy(waiting);
    waiting += weight;
    try {
      const batch = await checked(told, via, isReplay);
      try {
        return await commit(batch);
      } catch (error) {
        for (const { event } of batch.right) if (event.kind === "occurrence") knowledge.notCounted(event);
        throw error;
      }
    } finally {
      waiting -= weight;
    }
  }

  async function checked(told: readonly Told[], via: string, isReplay: boolean): Promise<Batch> {
    await knowledge.lookUp(told.flatMap(happeningOf));
    const contexts = contextsAt(now().toISOString());
    const [right, apart, names]: [Checked[], ApartEvent[], UnknownName[]] = [[], [], []];
    const abouts: NumberedEvent[] = [];
    for (const [at, one] of told.entries()) {
      if (one.kind === "unreadable") {
        apart.push(apartEvent(at, one));
        continue;
      }
      const { event } = one;
      const line = JSON.stringify(eventJson(event));
      const odd = oddity(line);
      if (odd !== null) {
        apart.push(apartEvent(at, odd));
        continue;
      }
      const happened = happeningIn(event);
      const finding = plantUnknown(event, happened) ?? (isReplay ? null : tooFast(event, happened));
      const findings = finding ?? checkEvent(event, contexts(happened?.plant ?? NO_PLANT));
      if (findings.length > 0) {
        const [found, name] = explained(findings, happened);
        if (name !== null) names.push(name);
        apart.push(apartEvent(at, one, found));
        continue;
      }
      if (event.kind === "occurrence") {
        knowledge.counted(event);
        right.push(checkedEvent({ at, event, line }, eventPlace(event)));
      } else {
        abouts.push({ at, event, line });
      }
    }
    if (abouts.length > 0) await placeAbouts(abouts, right, apart);
    return { via, right, apart, names: quota(via, names) };
  }

  /** What events are held against, made once for each plant of a batch. */
  function contextsAt(receivedAt: string): (plant: PlantId) => IntakeContext {
    const made = new Map<PlantId, IntakeContext>();
    return (plant) => {
      const known = made.get(plant) ?? knowledge.context(plant, receivedAt);
      made.set(plant, known);
      return known;
    };
  }

  /** Corrections and reversals stand beside what they are about; what is about nothing waits until that comes. */
  async function placeAbouts(abouts: readonly NumberedEvent[], right: Checked[], apart: ApartEvent[]): Promise<void> {
    const placeOf = await targets.placesOf(
      abouts.map(({ event }) => event),
      right,
    );
    for (const about of abouts) {
      const { at, event } = about;
      const place = placeOf(event);
      if (place === null) {
        apart.push(apartEvent(at, { kind: "event", event }, targetUnknown(event)));
        continue;
      }
      const to = event.kind === "correction" ? eventPlace(event.instead) : place;
      const isMoved = to.plant !== place.plant || to.order !== place.order;
      right.push(checkedEvent(about, place, isMoved ? to : null));
      knowledge.forgetOrder(place.plant, place.order); // its operations may not have begun or ended after all
    }
  }

  function plantUnknown(event: ShopEvent, happened: Occurrence | null): readonly EventFinding[] | null {
    if (happened === null || happened.plant === "" || isPlant(happened.plant)) return null;
    const of = event.kind === "correction" ? "instead." : "";
    return [
      {
        code: "plant-unknown",
        field: `${of}plant`,
        cause: `The hub has no plant ${happened.plant}.`,
        fix: "Correct the plant, or add it to heddle.yaml and replay the event.",
        mayPass: false,
      },
    ];
  }

  function tooFast(event: ShopEvent, happened: Occurrence | null): readonly EventFinding[] | null {
    if (happened === null || !rates.isTooFast(event, happened)) return null;
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

  return { take, knowledge, isBusy: () => waiting > 0 };
}

const NO_PLANT = "" as PlantId;

function targetUnknown(event: ShopEvent): EventFinding {
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

function checkedEvent(about: NumberedEvent, place: EventPlace, movedTo: EventPlace | null = null): Checked {
  return { ...about, place, content: contentDigest(about.line), movedTo };
}

/** An event whose every text is shorter than that needs no second look. */
const PLAIN_MAX = 500;

/**
 * What `readEvent` would not take: a connector made it of what its system sends, which may be longer than an index
 * holds, or no text that PostgreSQL stores.
 */
function oddity(line: string): Told | null {
  if (line.length <= PLAIN_MAX && !line.includes("\\u")) return null;
  const told = readEvent(JSON.parse(line));
  return told.kind === "unreadable" ? told : null;
}

/** How many usual events take as much memory: one may name thousands of pieces. */
function weightOf(told: Told): number {
  const [happened] = happeningOf(told);
  if (happened === undefined) return 1;
  const { serials, fact } = happened;
  return 1 + Math.floor((serials.length + (fact.kind === "consumed" ? fact.serials.length : 0)) / 10);
}

function happeningOf(told: Told): readonly Occurrence[] {
  const happened = told.kind === "event" ? happeningIn(told.event) : null;
  return happened === null ? [] : [happened];
}

function happeningIn(event: ShopEvent): Occurrence | null {
  return event.kind === "occurrence" ? event : event.kind === "correction" ? event.instead : null;
}
