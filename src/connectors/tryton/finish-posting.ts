import type { ProductionOrderId } from "../../domain/ids.ts";
import { minus, plus } from "../../domain/rational.ts";
import { ConnectorError } from "../connector-error.ts";
import type { Receipt } from "../port.ts";
import { isPlanned, originOf } from "./booked-moves.ts";
import { cyclesOf, figureOf } from "./booking.ts";
import type { Company } from "./company.ts";
import { removeNotes } from "./notes.ts";
import { addBookedNote, type UnderwayNote } from "./posting-notes.ts";
import { readPlace, type Place } from "./production-place.ts";
import { resourceOf } from "./read-orders.ts";
import { actOn, writeRecords } from "./records.ts";
import { quantityNumber } from "./values.ts";
import type { Move, Production, WorkCycle } from "./wire.ts";

/** Of what stands at a production before a posting. */
export function lastIdsOf({ production, cycles }: Place): UnderwayNote["after"] {
  return { move: lastOf([...production["inputs."], ...production["outputs."]]), cycle: lastOf(cycles) };
}

type Made = {
  readonly inputs: readonly Move[];
  readonly outputs: readonly Move[];
  readonly cycles: readonly WorkCycle[];
};

/** What a posting made: Heddle's moves since, and cycles of just its times. */
function madeBy(place: Place, { posting, after }: UnderwayNote): Made {
  const isNew = (move: Move) => move.id > after.move && !isPlanned(move);
  const since = place.cycles.filter(({ id }) => id > after.cycle);
  const cycles = cyclesOf(posting.confirmations, place).flatMap(
    ({ work, ms }) => since.find((cycle) => cycle.work === work.id && msOf(cycle) === ms) ?? [],
  );
  const { "inputs.": inputs, "outputs.": outputs } = place.production;
  return { inputs: inputs.filter(isNew), outputs: outputs.filter(isNew), cycles };
}

/** Tryton tells seconds as a float. */
function msOf({ duration }: WorkCycle): number | null {
  return duration === null ? null : Math.round(duration.seconds * 1_000);
}

/** Whether the one transaction of a posting was done. */
export function isMade(place: Place, underway: UnderwayNote): boolean {
  const { inputs, outputs, cycles } = madeBy(place, underway);
  return inputs.length + outputs.length + cycles.length > 0;
}

/** Presses the buttons that are left to press. What Tryton refuses is taken away again. */
export async function finish(company: Company, place: Place, underway: UnderwayNote, doing: string): Promise<Receipt> {
  const { production } = place;
  const { posting, note } = underway;
  const made = madeBy(place, underway);
  const writing = { doing, object: posting.order };
  const moves = [...made.inputs, ...made.outputs].filter(({ state }) => state !== "done");
  if (moves.length > 0) {
    await actOn(company, "stock.move", "do", idsOf(moves), writing).catch(async (error: unknown) => {
      if (isRefused(error)) await undo(company, place, made, underway, doing);
      throw error;
    });
  }
  const cycles = made.cycles.filter(({ state }) => state === "running");
  if (cycles.length > 0) await actOn(company, "production.work.cycle", "do", idsOf(cycles), writing);
  await reserveAgain(company, production, writing);
  const booked = await addBookedNote(company, resourceOf(production), posting, doing);
  await removeNotes(company, [note], doing);
  return { id: String(booked), version: null };
}

/** Tryton has said no: nothing of the call was done. */
export function isRefused(error: unknown): boolean {
  return error instanceof ConnectorError && (error.retry === "after fix" || error.retry === "plan again");
}

/** Puts the plan back as it was, in one transaction. */
async function undo(
  company: Company,
  { production }: Place,
  { inputs, outputs, cycles }: Made,
  { posting, note }: UnderwayNote,
  doing: string,
): Promise<void> {
  const left = production["inputs."].flatMap((move) => {
    const ofIt = (one: Move) => originOf(one) === move.id;
    const used = inputs.filter(ofIt).map(figureOf);
    const back = outputs.filter(ofIt).map(figureOf);
    if (used.length + back.length === 0) return [];
    const quantity = quantityNumber(back.reduce(minus, used.reduce(plus, figureOf(move))));
    return [["write", [move.id], { quantity }]];
  });
  const values = {
    inputs: [...left, ["delete", idsOf(inputs)]],
    outputs: [["delete", idsOf(outputs)]],
    works: cycles.map(({ id, work }) => ["write", [work], { cycles: [["delete", [id]]] }]),
  };
  const writing = { doing, object: posting.order };
  await writeRecords(company, "production", [[production.id], values], writing);
  await reserveAgain(company, production, writing);
  await removeNotes(company, [note], doing);
}

/** Stock was reserved for all of the order; it is again for what is left of it. */
async function reserveAgain(
  company: Company,
  { state }: Production,
  writing: { readonly doing: string; readonly object: ProductionOrderId },
): Promise<void> {
  if (state !== "assigned") return;
  const { production } = await readPlace(company, writing.object, writing.doing);
  const free = production["inputs."].filter((move) => isPlanned(move) && move.state === "draft" && move.quantity > 0);
  if (free.length > 0) await actOn(company, "stock.move", "assign", idsOf(free), writing);
}

function lastOf(records: readonly { readonly id: number }[]): number {
  return idsOf(records).reduce((last, id) => Math.max(last, id), 0);
}

function idsOf(records: readonly { readonly id: number }[]): readonly number[] {
  return records.map(({ id }) => id);
}
