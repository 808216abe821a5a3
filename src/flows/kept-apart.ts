import { readApartLine, apartEvent, apartGroups, type ApartEvent, type ApartNote } from "./apart-events.ts";
import type { Told } from "../domain/feedback/told.ts";
import { recordAudit } from "../store/audit.ts";
import type { Database, Transaction } from "../store/database.ts";
import {
  apartLines,
  keepApart,
  settleApart,
  shrinkApart,
  type ApartLines,
  type ApartRow,
} from "../store/kept-apart.ts";
import type { Taken } from "./commit-events.ts";
import type { ShopIntake } from "./shop-intake.ts";

/** A group that waits, as `apartThatMayPass` and `apartLines` give it. */
export type WaitingGroup = { readonly id: string; readonly via: string; readonly lines: readonly string[] };

/** Who settles a group, and why. The hub itself needs no reason and leaves no trail: nothing was decided. */
export type Settler = { readonly who: string; readonly reason: string } | "heddle";

/** How many of a group's events are counted now, were counted already, or are kept apart still. */
export type Replayed = { readonly stored: number; readonly known: number; readonly apart: number };

/**
 * Gives the events of a group to the intake once more. What passes is counted and leaves the group; what is wrong for
 * another reason than before goes into a group with that reason; the rest stays. Safe to repeat, also after a crash in
 * the middle: the intake knows what it has stored.
 *
 * @throws IntakeBusy before anything is done
 */
export async function replayApart(
  intake: Pick<ShopIntake, "take">,
  database: Database,
  { id, via, lines }: WaitingGroup,
  by: Settler,
): Promise<Replayed> {
  const again = lines.map((line) => ({ line, told: readApartLine(line) }));
  // What still cannot be read stays as it is: the intake would only keep it apart a second time.
  const sent = again.filter(({ told }) => told.kind === "event");
  const taken =
    sent.length === 0
      ? NOTHING_TAKEN
      : await intake.take(
          sent.map(({ told }) => told),
          via,
          REPLAY,
        );
  const illegible = again.filter(({ told }) => told.kind === "unreadable");
  const wrong = taken.apart.flatMap((note) => wrongStill(note, sent[note.at]));
  const apart = illegible.length + taken.apart.length;
  await database.transaction(async (tx) => {
    const group = await apartLines(tx, id, { hold: true });
    // Somebody else has settled it, or a part of it, and what became of the rest is on record there.
    if (group?.state !== "waiting" || group.lines.length !== lines.length) return;
    await regroup(tx, group, { illegible: illegible.map(({ line }) => line), wrong }, by);
    if (by === "heddle") return;
    await recordAudit(tx, {
      who: by.who,
      what: "kept-apart events replayed",
      subject: null,
      detail: { group: id, reason: by.reason, stored: taken.stored, known: taken.known, apart },
    });
  });
  return { stored: taken.stored, known: taken.known, apart };
}

const REPLAY = { isReplay: true };
const NOTHING_TAKEN: Taken = { stored: 0, known: 0, apart: [] };

type Wrong = { readonly line: string; readonly event: ApartEvent };

function wrongStill(note: ApartNote, sent: { readonly line: string; readonly told: Told } | undefined): Wrong[] {
  if (sent === undefined) throw new RangeError(`the intake names event ${note.at} of a batch that has no such`);
  const event = { ...apartEvent(note.at, sent.told), note };
  // A newer hub can read what an older one could not: as an event it is new to the intake, which keeps it apart itself.
  return event.line === sent.line ? [{ line: sent.line, event }] : [];
}

async function regroup(
  tx: Transaction,
  group: ApartLines,
  { illegible, wrong }: { readonly illegible: readonly string[]; readonly wrong: readonly Wrong[] },
  by: Settler,
): Promise<void> {
  const [same, others] = partition(wrong, ({ event }) => hasReasonOf(event.note, group));
  const staying = [...illegible, ...same.map(({ line }) => line)];
  await keepApart(tx, apartGroups(others.map(({ event }) => ({ ...event, via: group.via }))));
  if (staying.length === group.lines.length) return;
  if (staying.length > 0) return shrinkApart(tx, group.id, staying);
  const [who, reason] = by === "heddle" ? [by, null] : [by.who, by.reason];
  await settleApart(tx, group.id, { state: "replayed", by: who, reason });
}

function hasReasonOf({ code, field, mayPass }: ApartNote, group: ApartRow): boolean {
  return code === group.code && field === group.field && mayPass === group.mayPass;
}

function partition<Value>(values: readonly Value[], isFirst: (value: Value) => boolean): [Value[], Value[]] {
  return [values.filter(isFirst), values.filter((value) => !isFirst(value))];
}

/** Puts a group aside for good: its events are not counted. False when it does not wait any more. */
export async function dismissApart(
  database: Database,
  id: string,
  { who, reason }: { readonly who: string; readonly reason: string },
): Promise<boolean> {
  return database.transaction(async (tx) => {
    if (!(await settleApart(tx, id, { state: "dismissed", by: who, reason }))) return false;
    const what = "kept-apart events dismissed";
    await recordAudit(tx, { who, what, subject: null, detail: { group: id, reason } });
    return true;
  });
}
