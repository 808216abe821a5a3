import type { Cursor, Page } from "../port.ts";
import { ConnectorError } from "../connector-error.ts";
import type { Company } from "./company.ts";
import { fromRanges, toRanges } from "./id-ranges.ts";
import { readAll, readAllOf, readFirst, type Domain } from "./records.ts";
import { touchedAt } from "./stamps.ts";
import { fromInstant, type Instant } from "./values.ts";
import { CONTRACTS, type Model, type Touched } from "./wire.ts";

/** Records of one model that tell of subjects when they move. */
export type Source<Row extends Touched, Id extends string> = {
  /** Its name in the cursor. */
  readonly name: string;
  readonly model: Model<Row>;
  readonly domain: Domain;
  idsOf(rows: readonly Row[]): Promise<readonly Id[]>;
  /**
   * Tryton keeps no trace of what was deleted. "remembered": the records are kept in mind by number while
   * somebody may still care, and a lost one is told. "all": a lost one is told as a touch of everything that
   * the first source keeps in mind.
   */
  readonly deletions?: "remembered" | "all";
  /** The number that a record is known by, while it is open. */
  remember?(row: Row): string | null;
  /** Ids in the first source that nobody cares for any more. */
  forget?(row: Row): readonly number[];
};

type Limits = {
  /** Rows that a hub takes in one transaction. */
  readonly page: number;
  /** Rows of one answer that is to hold all that is recent. */
  readonly recent: number;
};
const LIMITS: Limits = { page: 200, recent: 500 };
/**
 * A record carries the time at which its transaction began, and is seen when it ends: so long after, what
 * came in between is looked for again.
 */
const LATE_MS = 300_000;

type Place = {
  /** The newest that was read: its time, and its id among those of one time. */
  readonly at: Instant;
  readonly id: number;
  /** Ids, by time, of what was read of the last `LATE_MS`. */
  readonly seen: Readonly<Record<string, string>>;
  /** The highest id that was read. */
  readonly highest: number;
  /** How many records there were up to an id, when they were counted last. */
  readonly countedTo: number;
  readonly count: number;
};
type State = {
  readonly places: Readonly<Record<string, Place>>;
  /** Ids of open records by number. */
  readonly known: Readonly<Record<string, string>>;
};

const START: Place = {
  at: "0001-01-01 00:00:00.000000" as Instant,
  id: 0,
  seen: {},
  highest: 0,
  countedTo: 0,
  count: 0,
};

/**
 * What moved since, by the times that records carry. The clock is the database's alone. The cursor holds all
 * there is to know, so that any hub can go on from it.
 */
export async function pollSources<Id extends string>(
  company: Company,
  doing: string,
  sources: readonly Source<Touched, Id>[],
  subjectOf: (number: string, id: number) => Id,
  cursor: Cursor,
  limits = LIMITS,
): Promise<Page<Id>> {
  const before = readCursor(company, doing, cursor);
  const known = numbersById(before.known);
  const places: Record<string, Place> = { ...before.places };
  const found: Id[] = [];
  let more = false;
  let allTouched = false;

  for (const source of sources) {
    const place = places[source.name] ?? START;
    const ahead =
      (await readRecent(company, doing, source, place, limits)) ??
      (await readInOrder(company, doing, source, place, limits));
    const rows = [...ahead.rows, ...ahead.late];
    found.push(...(await source.idsOf(rows)));
    for (const row of rows) keepInMind(known, source, row);
    const moved = movedOn(place, ahead.rows, ahead.late);
    more ||= ahead.more;
    if (source.deletions === undefined || ahead.more) {
      places[source.name] = moved;
      continue;
    }
    const counted = await countUpTo(company, doing, source, moved.highest);
    // Up to where they were counted before there can only be fewer when some were deleted.
    const stillThere =
      moved.highest === place.countedTo ? counted : await countUpTo(company, doing, source, place.countedTo);
    const lost = stillThere < place.count;
    places[source.name] = { ...moved, countedTo: moved.highest, count: counted };
    if (lost && source.deletions === "all") allTouched = true;
    if (lost && source.deletions === "remembered")
      found.push(...(await takeLost(company, doing, source, known, subjectOf)));
  }
  if (allTouched) for (const [id, number] of known) found.push(subjectOf(number, id));

  const after = writeCursor({ places, known: idsByNumber(known) });
  return { ids: [...new Set(found)], cursor: after === writeCursor(before) ? cursor : after, more };
}

type Rows<Row> = {
  /** The next rows in order of time and id. Time is that of the last write, or of the making where there was none. */
  readonly rows: readonly Row[];
  /** Rows of transactions that ended after later ones had been read. Looked for before the place moves on. */
  readonly late: readonly Row[];
  readonly more: boolean;
};

/** All in one request, as it nearly always is; null when there are too many to be sure that these are all. */
async function readRecent<Row extends Touched>(
  company: Company,
  doing: string,
  { model, domain }: Source<Row, string>,
  place: Place,
  { page, recent: limit }: Limits,
): Promise<Rows<Row> | null> {
  const since = fromInstant(earlier(place.at));
  const recent = [
    "OR",
    ["write_date", ">", since],
    [
      ["write_date", "=", null],
      ["create_date", ">", since],
    ],
  ];
  const found = await readFirst(company, model, doing, [...domain, recent], [["id", "ASC"]], limit);
  if (found.length === limit) return null;
  const rows = found.filter((row) => isAhead(row, place)).toSorted(inTime);
  const more = rows.length > page;
  return { rows: rows.slice(0, page), late: unseen(found, place), more };
}

function isAhead(row: Touched, { at, id }: Place): boolean {
  const touched = touchedAt(row);
  return touched > at || (touched === at && row.id > id);
}

function unseen<Row extends Touched>(rows: readonly Row[], place: Place): readonly Row[] {
  const known = new Map(Object.entries(place.seen).map(([time, ids]) => [time, new Set(fromRanges(ids))]));
  return rows.filter((row) => !isAhead(row, place) && known.get(touchedAt(row))?.has(row.id) !== true);
}

/** However many there are. */
async function readInOrder<Row extends Touched>(
  company: Company,
  doing: string,
  source: Source<Row, string>,
  place: Place,
  limits: Limits,
): Promise<Rows<Row>> {
  const ahead = await readAhead(company, doing, source, place, limits);
  return { ...ahead, late: await readLate(company, doing, source, place) };
}

async function readAhead<Row extends Touched>(
  company: Company,
  doing: string,
  { model, domain }: Source<Row, string>,
  { at, id }: Place,
  { page }: Limits,
): Promise<{ readonly rows: readonly Row[]; readonly more: boolean }> {
  const after = (field: string) => [
    "OR",
    [field, ">", fromInstant(at)],
    [
      [field, "=", fromInstant(at)],
      ["id", ">", id],
    ],
  ];
  const written = await readFirst(company, model, doing, [...domain, after("write_date")], byTime("write_date"), page);
  const unwritten = [...domain, ["write_date", "=", null], after("create_date")];
  const made = await readFirst(company, model, doing, unwritten, byTime("create_date"), page);
  const rows = [...written, ...made].toSorted(inTime);
  return { rows: rows.slice(0, page), more: rows.length > page || written.length === page || made.length === page };
}

/** Rows of transactions that ended after later ones had been read. */
async function readLate<Row extends Touched>(
  company: Company,
  doing: string,
  { model, domain }: Source<Row, string>,
  place: Place,
): Promise<readonly Row[]> {
  const { at } = place;
  if (at === START.at) return [];
  const between = (field: string) => [
    [field, ">", fromInstant(earlier(at))],
    [field, "<=", fromInstant(at)],
  ];
  const written = await readAll(company, model, doing, [...domain, ...between("write_date")]);
  const made = await readAll(company, model, doing, [...domain, ["write_date", "=", null], ...between("create_date")]);
  return unseen([...written, ...made], place);
}

function movedOn(place: Place, ahead: readonly Touched[], late: readonly Touched[]): Place {
  const newest = ahead.at(-1);
  const at = newest === undefined ? place.at : touchedAt(newest);
  const since = earlier(at);
  const seen = new Map(Object.entries(place.seen).map(([time, ids]) => [time, fromRanges(ids)]));
  for (const row of [...ahead, ...late]) {
    const ids = seen.get(touchedAt(row));
    if (ids === undefined) seen.set(touchedAt(row), [row.id]);
    else ids.push(row.id);
  }
  const recent = [...seen].filter(([time]) => time > since).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return {
    at,
    id: newest?.id ?? place.id,
    seen: Object.fromEntries(recent.map(([time, ids]) => [time, toRanges(ids)])),
    highest: Math.max(place.highest, ...[...ahead, ...late].map(({ id }) => id)),
    countedTo: place.countedTo,
    count: place.count,
  };
}

async function countUpTo<Row extends Touched>(
  company: Company,
  doing: string,
  { model, domain }: Source<Row, string>,
  highest: number,
): Promise<number> {
  const params = [[...domain, ["id", "<=", highest]]];
  return await company.read({ doing, method: `model.${model.name}.search_count`, params, answer: CONTRACTS.count });
}

function keepInMind<Row extends Touched>(known: Map<number, string>, source: Source<Row, string>, row: Row): void {
  if (source.remember !== undefined) {
    const number = source.remember(row);
    if (number === null) known.delete(row.id);
    else known.set(row.id, number);
  }
  for (const id of source.forget?.(row) ?? []) known.delete(id);
}

/** Which of the remembered records are gone; they are told once. */
async function takeLost<Row extends Touched, Id extends string>(
  company: Company,
  doing: string,
  { model }: Source<Row, Id>,
  known: Map<number, string>,
  subjectOf: (number: string, id: number) => Id,
): Promise<readonly Id[]> {
  const there = new Set((await readAllOf(company, model, doing, [], "id", [...known.keys()])).map(({ id }) => id));
  const lost = [...known].filter(([id]) => !there.has(id));
  for (const [id] of lost) known.delete(id);
  return lost.map(([id, number]) => subjectOf(number, id));
}

function numbersById(ids: State["known"]): Map<number, string> {
  return new Map(Object.entries(ids).flatMap(([number, own]) => fromRanges(own).map((id) => [id, number] as const)));
}

function idsByNumber(known: ReadonlyMap<number, string>): State["known"] {
  const byNumber = Map.groupBy(known.keys(), (id) => known.get(id) ?? "");
  return Object.fromEntries([...byNumber].map(([number, ids]) => [number, toRanges(ids)]));
}

function byTime(field: string): readonly (readonly [string, "ASC"])[] {
  return [
    [field, "ASC"],
    ["id", "ASC"],
  ];
}

function inTime(a: Touched, b: Touched): number {
  const [first, second] = [touchedAt(a), touchedAt(b)];
  return first === second ? a.id - b.id : first < second ? -1 : 1;
}

/** `LATE_MS` before, with the microseconds as they are. */
function earlier(at: Instant): Instant {
  if (at === START.at) return at;
  const ms = Date.parse(`${at.slice(0, 23).replace(" ", "T")}Z`) - LATE_MS;
  return (new Date(ms).toISOString().slice(0, 23).replace("T", " ") + at.slice(23)) as Instant;
}

function readCursor(company: Company, doing: string, cursor: Cursor): State {
  if (cursor === null) return { places: {}, known: {} };
  try {
    return JSON.parse(cursor) as State;
  } catch (error) {
    const at = {
      system: company.system,
      doing,
      object: "cursor",
      cause: "Heddle's own place in the history cannot be read",
    };
    throw new ConnectorError("contract broken", at, error);
  }
}

function writeCursor(state: State): string {
  return JSON.stringify(state);
}
