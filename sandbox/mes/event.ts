import type { DatabaseSync } from "node:sqlite";
import type { FastifyInstance } from "fastify";
import type { Stored, Term } from "../http/collection.ts";
import { pagedSince, SINCE } from "../http/paging.ts";
import { filtersBy, queryOf } from "../http/query.ts";
import { chance, happens } from "./chance.ts";
import { misreport } from "./misreport.ts";
import type { Mes } from "./state.ts";

/** What can happen on the shop floor. */
type HappeningType =
  | "OPERATION_STARTED"
  | "SETUP_COMPLETED"
  | "GOOD"
  | "SCRAP"
  | "REWORK"
  | "CONSUMED"
  | "MEASURED"
  | "DEFECT"
  | "INTERRUPTED"
  | "RESUMED"
  | "OPERATION_COMPLETED";

export type ShopEventType = HappeningType | "CORRECTION" | "REVERSAL";

/** What an event is known by. */
type EventKey = {
  /** Who reports it: a station, or `TERMINAL` for what a person booked. */
  readonly source: string;
  /** The same whenever it is reported; unique together with `source`. */
  readonly id: string;
};

/**
 * What happened on the shop floor, or that something did not happen as it was reported. Every member is always there;
 * null where it does not apply.
 */
export type ShopEvent = EventKey &
  EventContent<ShopEventType> & {
    /** The event that a correction or reversal is about. */
    readonly about: EventKey | null;
    /** Of a correction: all that is so instead of what the event said. */
    readonly instead: EventContent<HappeningType> | null;
  };

type EventContent<Type extends ShopEventType> = {
  readonly type: Type;
  /** When it happened; of a correction or reversal, when it was made. */
  readonly time: string;
  readonly plant: string;
  readonly order: string;
  readonly jobNumber: string;
  readonly externalId: string;
  readonly jobVersion: number;
  readonly itemCode: string;
  readonly revision: string | null;
  readonly operation: string;
  readonly workCenter: string;
  readonly station: string | null;
  readonly operator: string | null;
  /** Pieces that this event counts, in `unit`; null for an event that counts none. */
  readonly quantities: { readonly good: string; readonly scrap: string; readonly rework: string } | null;
  readonly unit: string;
  /** Seconds of work that it took: of setting up, or on the piece. */
  readonly workSeconds: number | null;
  /** Whether the pieces were worked on again; null for an event that counts none. */
  readonly reworked: boolean | null;
  /** Why pieces are scrapped or worked on again, the job interrupted or ended early, or an event reversed. */
  readonly reason: string | null;
  /** The lot that the pieces belong to, and their serial numbers. */
  readonly lot: string | null;
  readonly serials: readonly string[];
  readonly material: {
    readonly line: string;
    readonly itemCode: string;
    readonly quantity: string;
    readonly unit: string;
    readonly lot: string | null;
    readonly serials: readonly string[];
  } | null;
  readonly measurement: {
    readonly characteristic: string;
    readonly value: string;
    readonly unit: string;
    readonly lower: string;
    readonly upper: string;
    readonly passed: boolean;
  } | null;
  readonly defect: { readonly code: string; readonly text: string; readonly severity: "MINOR" | "MAJOR" } | null;
};

/** What the MES tells of by webhook: up to 100 events at once. */
export type EventsRecorded = {
  readonly type: "events.recorded";
  readonly data: { readonly events: readonly ShownEvent[] };
};
type ShownEvent = ShopEvent & { readonly recordedAt: string; readonly sequence: number };

/** An event as it was reported: two records where it was reported twice. */
export type RecordedEvent = { readonly event: ShopEvent; readonly recordedAt: string };

const EVENTS_PER_WEBHOOK = 100;
const LATE_MS = { least: 60_000, most: 900_000 };
const AGAIN_MS = { least: 5_000, most: 300_000 };

/** Events that happened but did not reach the MES yet, in the order in which they will. */
export type EventsUnderWay = {
  readonly put: (event: ShopEvent, arrivesAt: number) => void;
  /** Takes those out that have arrived. */
  readonly take: (now: number) => readonly { readonly event: ShopEvent; readonly arrivesAt: number }[];
};

export function openEventsUnderWay(db: DatabaseSync): EventsUnderWay {
  db.exec(`
    create table if not exists events_under_way (
      id integer primary key autoincrement, arrives_at integer not null, event text not null
    );
    create index if not exists events_under_way_arrival on events_under_way (arrives_at, id);
  `);
  const insert = db.prepare("insert into events_under_way (arrives_at, event) values (?, ?)");
  const select = db.prepare("select * from events_under_way where arrives_at <= ? order by arrives_at, id");
  const remove = db.prepare("delete from events_under_way where arrives_at <= ?");
  return {
    put: (event, arrivesAt) => void insert.run(arrivesAt, JSON.stringify(event)),
    take(now) {
      const rows = select.all(now);
      remove.run(now);
      return rows.map((row) => ({
        event: JSON.parse(String(row["event"])) as ShopEvent,
        arrivesAt: Number(row["arrives_at"]),
      }));
    },
  };
}

export function eventTerms({ event }: RecordedEvent): Term[] {
  const { externalId, type, plant } = event;
  return Object.entries({ externalId, type, plant }).filter((term): term is [string, string] => isText(term[1]));
}

/** Of an event that was put in by hand, anything may be missing. */
function isText(member: unknown): member is string {
  return typeof member === "string";
}

export function eventRoutes(app: FastifyInstance, mes: Mes): void {
  app.get("/events", (request) => {
    const query = queryOf(request, [...SINCE, "externalId", "type", "plant"]);
    return pagedSince(mes.events, query, filtersBy(query, ["externalId", "type", "plant"]), shownEvent);
  });
}

/** Sends an event on its way, and what puts it right where it is reported wrongly. Call it inside `mes.write`. */
export function report(mes: Mes, event: ShopEvent): void {
  for (const reported of misreport(mes, event) ?? [event]) send(mes, reported);
}

/** Some come late, some twice. */
function send(mes: Mes, event: ShopEvent): void {
  const { seed, latePercent, twicePercent } = mes.shop.rules();
  const at = Date.parse(event.time);
  const late = happens(latePercent, seed, "late", event.id);
  const arrivesAt = late ? at + between(LATE_MS, chance(seed, "how late", event.id)) : at;
  mes.eventsUnderWay.put(event, arrivesAt);
  if (happens(twicePercent, seed, "twice", event.id)) {
    mes.eventsUnderWay.put(event, arrivesAt + between(AGAIN_MS, chance(seed, "when again", event.id)));
  }
}

/** Records what has arrived by now, and tells of it. Call it inside `mes.write`. */
export function recordArrived(mes: Mes, now: number): void {
  const arrived = mes.eventsUnderWay.take(now);
  record(
    mes,
    arrived.map(({ event, arrivesAt }) => ({ event, recordedAt: new Date(arrivesAt).toISOString() })),
  );
}

/** Records events as they are, and tells of them. Call it inside `mes.write`. */
export function record(mes: Mes, reported: readonly RecordedEvent[]): void {
  const recorded = reported.map((one) => mes.events.insert(one));
  for (let at = 0; at < recorded.length; at += EVENTS_PER_WEBHOOK) {
    const events = recorded.slice(at, at + EVENTS_PER_WEBHOOK).map(shownEvent);
    mes.outbox.put({ type: "events.recorded", data: { events } });
  }
}

function shownEvent({ value: { event, recordedAt }, sequence }: Stored<RecordedEvent>): ShownEvent {
  return { ...event, recordedAt, sequence };
}

function between({ least, most }: { readonly least: number; readonly most: number }, share: number): number {
  return Math.round(least + (most - least) * share);
}
