import type { EventFinding } from "../domain/feedback/check-event.ts";
import { contentDigest } from "../domain/feedback/content-digest.ts";
import type { EventFault } from "../domain/feedback/event-fault.ts";
import { eventJson, readEvent } from "../domain/feedback/event-json.ts";
import type { ShopEvent, ShopEventKey } from "../domain/feedback/shop-event.ts";
import { unreadable, type Told } from "../domain/feedback/told.ts";
import type { ApartGroup } from "../store/kept-apart.ts";

/** What whoever told a batch hears of one of its events that is not counted. */
export type ApartNote = {
  /** Its place in the batch, from 0. */
  readonly at: number;
  readonly source: string | null;
  readonly id: string | null;
  readonly code: string;
  /** Whether it may pass without a new event. */
  readonly mayPass: boolean;
} & EventFault;

/** An event on its way to where it waits for a person, or for what it names. */
export type ApartEvent = {
  readonly note: ApartNote;
  /** Null where it cannot be told from others, so that it is kept as often as it comes. */
  readonly key: (ShopEventKey & { readonly content: number }) | null;
  readonly plant: string | null;
  readonly order: string | null;
  readonly line: string;
};

/** Two names of so many bytes fit into an index. */
const NAME_BYTES_MAX = 999;
/** Most events of one row: enough to keep a mad sensor's rows few, and each small enough to look at. */
const LINES_MAX = 500;

/** `finding` says what is wrong with an event that could be read. */
export function apartEvent(at: number, told: Told, finding?: EventFinding): ApartEvent {
  const line = apartLine(told);
  const named = told.kind === "event" ? told.event : told;
  const [source, id] = [nameOf(named.source), nameOf(named.id)];
  const key =
    source === null || id === null || source === "" || id === "" ? null : { source, id, content: contentDigest(line) };
  const { plant, order } = told.kind === "event" ? placeOf(told.event) : { plant: null, order: null };
  const [fault] = told.kind === "unreadable" ? told.faults : [];
  const { code, field, cause, fix, mayPass } = finding ?? {
    code: "unreadable" as const,
    field: fault?.field ?? "",
    cause: fault?.cause ?? "It cannot be read.",
    fix: fault?.fix ?? "Send it as docs/feedback.md describes.",
    mayPass: false,
  };
  const note = { at, source, id, code, field: storable(field), cause: storable(cause), fix, mayPass };
  return { note, key, plant, order, line };
}

/** No longer than an index takes. */
function nameOf(name: string | null): string | null {
  if (name === null) return null;
  return storable(Buffer.byteLength(name) > NAME_BYTES_MAX ? name.slice(0, NAME_BYTES_MAX / 3) : name);
}

/** As the database can hold it: without NUL and halves of surrogate pairs. */
function storable(text: string): string {
  return text.toWellFormed().replaceAll("\0", "\ufffd");
}

/** By source and reason; of several causes that differ in their figures only, the first stands for all. */
export function apartGroups(events: readonly (ApartEvent & { readonly via: string })[]): readonly ApartGroup[] {
  const groups = Map.groupBy(events, ({ note, via, plant, order }) =>
    JSON.stringify([note.source, via, plant, order, note.code, note.field, note.mayPass]),
  );
  return [...groups.values()].flatMap((all) =>
    chunks(all, LINES_MAX).flatMap((some): ApartGroup[] => {
      const [first] = some;
      if (first === undefined) return [];
      const { source, code, field, cause, fix, mayPass } = first.note;
      const { via, plant, order } = first;
      return [{ source, via, plant, order, code, field, cause, fix, mayPass, lines: some.map(({ line }) => line) }];
    }),
  );
}

/** An event that is kept apart, as one line of text. */
function apartLine(told: Told): string {
  return JSON.stringify(told.kind === "event" ? eventJson(told.event) : { unreadable: told.text });
}

/** Reads such a line again; what could not be read then may be readable by a newer hub. */
export function readApartLine(line: string): Told {
  const json = JSON.parse(line) as unknown;
  if (typeof json !== "object" || json === null || !("unreadable" in json)) return readEvent(json);
  const text = String(json.unreadable);
  try {
    return readEvent(JSON.parse(text));
  } catch {
    // It is not JSON, so it stays what it was.
    const cause = "It is not JSON, or was too long to keep whole.";
    return unreadable(text, [{ field: "", cause, fix: "Let the source send it again, with another id." }]);
  }
}

function placeOf(event: ShopEvent): { readonly plant: string | null; readonly order: string | null } {
  if (event.kind === "reversal") return { plant: null, order: null };
  const { plant, order } = event.kind === "correction" ? event.instead : event;
  return { plant, order };
}

function chunks<Value>(values: readonly Value[], size: number): readonly (readonly Value[])[] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, at) => values.slice(at * size, (at + 1) * size));
}
