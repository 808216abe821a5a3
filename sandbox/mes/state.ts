import type { DatabaseSync } from "node:sqlite";
import { openCollection, type Collection } from "../http/collection.ts";
import { openDatabase, transaction } from "../http/database.ts";
import { openOutbox, type Outbox } from "../http/outbox.ts";
import {
  eventTerms,
  openEventsUnderWay,
  type EventsRecorded,
  type EventsUnderWay,
  type RecordedEvent,
} from "./event.ts";
import { stockTerm, type FinishedLot, type Item, type SerialNumber } from "./item.ts";
import { jobTerms, type Job, type JobLogEntry, type JobMoved } from "./job.ts";
import { openShop, type Shop } from "./shop-rules.ts";
import type { WorkCenter } from "./work-center.ts";

/** Everything the MES remembers, in one database. */
export type Mes = {
  readonly db: DatabaseSync;
  readonly workCenters: Collection<WorkCenter>;
  readonly items: Collection<Item>;
  readonly serials: Collection<SerialNumber>;
  readonly finishedLots: Collection<FinishedLot>;
  readonly jobs: Collection<Job>;
  readonly jobLog: Collection<JobLogEntry>;
  readonly events: Collection<RecordedEvent>;
  readonly eventsUnderWay: EventsUnderWay;
  readonly shop: Shop;
  readonly outbox: Outbox<JobMoved | EventsRecorded>;
  /** Hands out numbers of a kind, each once: `EVT-000001`. */
  readonly nextNumber: (prefix: string) => string;
  /** Counts up from 1, apart for each kind. */
  readonly nextCount: (kind: string) => number;
  /** Does all of `work` or nothing, then sends what it put in the outbox. */
  readonly write: <T>(work: () => T) => T;
};

/** @param clock what time it is in a shop that was never opened before, in milliseconds. */
export function openMes(folder: string, clock: number, sendsWebhooks: boolean): Mes {
  const db = openDatabase(folder, "mes");
  db.exec("create table if not exists numbers (prefix text primary key, last integer not null)");
  const next = db.prepare("insert into numbers values (?, 1) on conflict do update set last = last + 1 returning last");
  const nextCount = (kind: string) => Number(next.get(kind)?.["last"]);
  const outbox = openOutbox<JobMoved | EventsRecorded>(db, "sandbox-mes", sendsWebhooks);
  return {
    db,
    workCenters: openCollection<WorkCenter>(
      db,
      "work_centers",
      (_id, { code }) => code,
      ({ code, plant }) => [
        ["code", code],
        ["plant", plant],
      ],
    ),
    items: openCollection<Item>(
      db,
      "items",
      (_id, { code }) => code,
      () => [],
    ),
    serials: openCollection<SerialNumber>(
      db,
      "serials",
      (_id, { serial }) => serial,
      (piece) => (piece.usedIn === null ? [["stock", stockTerm(piece)]] : []),
    ),
    finishedLots: openCollection<FinishedLot>(
      db,
      "finished_lots",
      (_id, { lot }) => lot,
      (lot) => (lot.pieces > 0 ? [["stock", stockTerm(lot)]] : []),
    ),
    jobs: openCollection<Job>(db, "jobs", (id) => numbered("JOB", id), jobTerms),
    jobLog: openCollection<JobLogEntry>(
      db,
      "job_log",
      (id) => numbered("LOG", id),
      ({ job, reference }) => [["job", job], ...(reference === null ? [] : [["reference", reference] as const])],
    ),
    events: openCollection<RecordedEvent>(db, "events", (id) => numbered("REC", id), eventTerms),
    eventsUnderWay: openEventsUnderWay(db),
    shop: openShop(db, clock),
    outbox,
    nextNumber: (prefix) => numbered(prefix, nextCount(prefix)),
    nextCount,
    write(work) {
      const result = transaction(db, work);
      outbox.wake();
      return result;
    },
  };
}

function numbered(prefix: string, id: number): string {
  return `${prefix}-${String(id).padStart(6, "0")}`;
}
