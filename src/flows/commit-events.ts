import type { EventPlace } from "../domain/feedback/event-place.ts";
import type { ShopEvent } from "../domain/feedback/shop-event.ts";
import { together, type Database, type Transaction } from "../store/database.ts";
import { claimApart, keepApart } from "../store/kept-apart.ts";
import { claimKeys, countMoved, retiredAmong, storeEvents } from "../store/shop-events.ts";
import { askForNames, type UnknownName } from "../store/shop-orders.ts";
import { apartEvent, apartGroups, type ApartEvent, type ApartNote } from "./apart-events.ts";

/** An event by its place in the batch, and as the line that is stored. */
export type NumberedEvent = { readonly at: number; readonly event: ShopEvent; readonly line: string };

/** An event that is right, on its way into the store. */
export type Checked = NumberedEvent & {
  readonly place: EventPlace;
  readonly content: number;
  /** A correction gave it to another place. */
  readonly movedTo: EventPlace | null;
};

export type Batch = {
  readonly via: string;
  readonly right: readonly Checked[];
  readonly apart: readonly ApartEvent[];
  readonly names: readonly UnknownName[];
};

/** What became of a batch: each event of it is stored, was known, or is kept apart. */
export type Taken = {
  readonly stored: number;
  /** Told before, with the same content. */
  readonly known: number;
  /** Kept apart, and why; those that were kept apart before are among them. */
  readonly apart: readonly ApartNote[];
};

/** One transaction for all batches. What several of them tell counts for the first. */
export async function commitBatches(database: Database, batches: readonly Batch[]): Promise<readonly Taken[]> {
  return database.transaction(async (tx) => {
    const firsts = new Map<string, Checked>();
    const known = batches.map(() => 0);
    const refused: ApartEvent[][] = batches.map(() => []);
    const isRetired = await retiredPlaces(tx, batches);
    const owners = new Map<Checked, number>();
    for (const [owner, { right }] of batches.entries()) {
      for (const one of right) {
        if (isRetired(one)) {
          refused[owner]?.push(retiredEvent(one));
          continue;
        }
        const name = `${one.event.source}\0${one.event.id}`; // no name holds a NUL
        const first = firsts.get(name);
        if (first === undefined) {
          firsts.set(name, one);
          owners.set(one, owner);
        } else if (first.content === one.content) known[owner] = (known[owner] ?? 0) + 1;
        else refused[owner]?.push(contestedEvent(one));
      }
    }
    const stored = await storeOnce(tx, [...firsts.values()], (one, isSame) => {
      const owner = owners.get(one) ?? 0;
      if (isSame) known[owner] = (known[owner] ?? 0) + 1;
      else refused[owner]?.push(contestedEvent(one));
    });
    const apart = batches.map((batch, owner) => [...batch.apart, ...(refused[owner] ?? [])]);
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
    countMoved(
      tx,
      fresh.flatMap(({ event, place }) => (event.kind === "occurrence" ? [] : [place])),
      moves,
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

/** Whether an event is of a place, or was given to one, that is not counted any more. */
async function retiredPlaces(tx: Transaction, batches: readonly Batch[]): Promise<(one: Checked) => boolean> {
  const places = new Map<string, EventPlace>();
  for (const { right } of batches) {
    for (const { place, movedTo } of right) {
      places.set(placeName(place), place);
      if (movedTo !== null) places.set(placeName(movedTo), movedTo);
    }
  }
  const retired = new Set((await retiredAmong(tx, [...places.values()])).map(placeName));
  const isIn = (place: EventPlace) => retired.has(placeName(place));
  return retired.size === 0 ? () => false : (one) => isIn(one.place) || (one.movedTo !== null && isIn(one.movedTo));
}

function placeName({ plant, order }: EventPlace): string {
  return `${plant}\n${order}`;
}

function retiredEvent({ at, event, place }: Checked): ApartEvent {
  return apartEvent(
    at,
    { kind: "event", event },
    {
      code: "events-retired",
      field: event.kind === "occurrence" ? "order" : event.kind === "correction" ? "corrects" : "reverses",
      cause: `The events of order ${place.order}, or of the one that it is given to, were let go after their time.`,
      fix: "Note it at an order of today; dismiss it, or raise feedback.retentionDays for the orders to come.",
      mayPass: false,
    },
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
