import { conversionFactor } from "../../domain/unit.ts";
import type { Posting, Receipt, Write } from "../port.ts";
import { cyclesOf, movesOf } from "./booking.ts";
import type { Company } from "./company.ts";
import { refusal } from "./conflict.ts";
import { finish, isMade, isRefused, lastIdsOf } from "./finish-posting.ts";
import { readProducts } from "./items.ts";
import { removeNotes } from "./notes.ts";
import { stateOfProduction } from "./order-mapping.ts";
import { ofPlant } from "./plant.ts";
import { addBookedNote, addUnderwayNote } from "./posting-notes.ts";
import { valuesOf } from "./posting-values.ts";
import { readPlace, type Place } from "./production-place.ts";
import { resourceOf } from "./read-orders.ts";
import { actOn, writeRecords } from "./records.ts";
import { part, parts, statesOf } from "./stamps.ts";

/**
 * One transaction makes a posting's moves and cycles and takes the moves off the plan; Tryton's own buttons then do
 * them. A note that was made before names the posting until the note that it is booked takes its place, so that a call
 * whose answer was lost is taken up where it ended.
 */
export function postProduction(company: Company): Write<Posting> {
  return {
    async find(posting) {
      return receiptOf(await readPlace(company, posting.order, doingOf(posting)), posting);
    },
    async write(posting) {
      const doing = doingOf(posting);
      const place = await settled(company, await readPlace(company, posting.order, doing));
      const known = receiptOf(place, posting);
      if (known !== null) return known;
      checkOpen(company, place, posting, doing);
      const booking = await bookingOf(company, place, posting, doing);
      if (booking === null) {
        const note = await addBookedNote(company, resourceOf(place.production), posting, doing);
        return { id: String(note), version: null };
      }
      const free = await unreserved(company, place, posting, doing);
      if (free === null) return await book(company, place, posting, booking, doing);
      // What was planned may have been changed before the reservations were given back.
      return await book(company, free, posting, (await bookingOf(company, free, posting, doing)) ?? {}, doing);
    },
  };
}

function doingOf({ id, order }: Posting): string {
  return `booking ${id} at production order ${order}`;
}

function receiptOf({ notes }: Place, { id }: Posting): Receipt | null {
  const booked = notes.booked.find(({ posting }) => posting.id === id);
  return booked === undefined ? null : { id: String(booked.note.id), version: null };
}

/** Finishes what an earlier call began, or clears away what it announced and did not make. */
export async function settled(company: Company, place: Place): Promise<Place> {
  let now = place;
  for (const underway of place.notes.underway) {
    const doing = doingOf(underway.posting);
    if (receiptOf(now, underway.posting) === null && isMade(now, underway)) {
      await finish(company, now, underway, doing);
    } else {
      await removeNotes(company, [underway.note], doing);
    }
    now = await readPlace(company, place.order, doing);
  }
  return now;
}

/** Tryton's server would take moves at a production that its client shows as closed. */
export function checkOpen(
  company: Company,
  { production }: Place,
  { order, plant }: Pick<Posting, "order" | "plant">,
  doing: string,
): void {
  if (!ofPlant(company, plant)) {
    throw refusal(company, doing, order, "plant", `this connection is plant ${company.plant}, not ${plant}`);
  }
  const state = stateOfProduction(production);
  if (state === "released" || state === "started") return;
  const why = state === "planned" ? "is not released yet" : "takes no more bookings";
  throw refusal(company, doing, order, "state", `the production is ${production.state} and ${why}`);
}

/**
 * Tryton keeps what stock is reserved for from being changed: the reservations of what is used are given back. Null where
 * there are none.
 */
async function unreserved(
  company: Company,
  place: Place,
  { order, consumptions }: Posting,
  doing: string,
): Promise<Place | null> {
  const items = new Set<string | null>(consumptions.map(({ item }) => item));
  const reserved = place.production["inputs."].filter(
    (move) => move.state === "assigned" && items.has(move["product."].code),
  );
  if (reserved.length === 0) return null;
  const ids = reserved.map(({ id }) => id);
  await actOn(company, "stock.move", "draft", ids, { doing, object: order });
  return await readPlace(company, order, doing);
}

/**
 * What to write to the production; null where the posting is for the note only.
 * @throws ConnectorError "rejected" for what Tryton has no record of, or would refuse half-way.
 */
async function bookingOf(company: Company, place: Place, posting: Posting, doing: string): Promise<object | null> {
  const { units } = await company.facts();
  const { order, consumptions } = posting;
  const products = await readProducts(
    company,
    consumptions.map(({ item }) => item),
  );
  for (const { item, quantity } of consumptions) {
    const product = products.get(item);
    if (product === undefined) throw refusal(company, doing, order, "inputs", `Tryton has no item ${item}`);
    const object = `production order ${order}, component ${item}`;
    const own = units.of(product["template."].default_uom, object, "uom");
    if (conversionFactor(quantity.unit, own) === null) {
      throw refusal(company, doing, object, "uom", `${quantity.unit} does not convert to ${own}, its unit in Tryton`);
    }
  }
  const cycles = cyclesOf(posting.confirmations, place);
  const nowhere = cycles.find(({ work }) => work["work_center."] === null)?.work["operation."].name;
  if (nowhere !== undefined) {
    throw refusal(company, doing, order, "works", `the work ${nowhere} has no work center; Tryton wants one to end it`);
  }
  const moves = movesOf(posting, place, units);
  return moves.length + cycles.length === 0 ? null : await valuesOf(company, place, posting, { moves, cycles }, doing);
}

async function book(company: Company, place: Place, posting: Posting, values: object, doing: string): Promise<Receipt> {
  const resource = resourceOf(place.production);
  const noted = await addUnderwayNote(company, resource, posting, lastIdsOf(place), doing);
  const { production } = place;
  const expecting = statesOf([part("production", production), ...parts("stock.move", production["inputs."])]);
  const writing = { doing, object: posting.order, expecting };
  await writeRecords(company, "production", [[production.id], values], writing).catch(async (error: unknown) => {
    if (isRefused(error)) await removeNotes(company, [{ id: noted, resource }], doing);
    throw error;
  });
  const made = await readPlace(company, posting.order, doing);
  const underway = made.notes.underway.find(({ note }) => note.id === noted);
  if (underway === undefined) throw new RangeError(`note ${noted}, which was just made, is not there`);
  return await finish(company, made, underway, doing);
}
