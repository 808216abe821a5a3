import type { ItemId } from "../../domain/ids.ts";
import { conversionFactor } from "../../domain/unit.ts";
import { ConnectorError } from "../connector-error.ts";
import type { Posting, Receipt, Write } from "../port.ts";
import { mainOutput, originNaming, originOf, isPlanned } from "./booked-moves.ts";
import { cyclesOf, figureOf, movesOf, plannedAfter, type BookedMove, type Booking } from "./booking.ts";
import type { Company } from "./company.ts";
import { refusal } from "./conflict.ts";
import { readProducts } from "./items.ts";
import { findLot } from "./lots.ts";
import { removeNotes } from "./notes.ts";
import { stateOfProduction } from "./order-mapping.ts";
import { ofPlant } from "./plant.ts";
import { addBookedNote, addUnderwayNote, type UnderwayNote } from "./posting-notes.ts";
import { readPlace, type Place } from "./production-place.ts";
import { resourceOf } from "./read-orders.ts";
import { actOn, readAllOf, writeRecords } from "./records.ts";
import { part, parts, statesOf } from "./stamps.ts";
import { minus, plus, rationalText, times } from "../../domain/rational.ts";
import { fromRational, quantityNumber, toRational, type WireDecimal } from "./values.ts";
import { fromCost } from "./mapping.ts";
import { MODELS, type Move, type Product, type WorkCycle } from "./wire.ts";

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
      const ready = await unreserved(company, place, posting, doing);
      const booking = await bookingOf(company, ready, posting, doing);
      if (booking.moves.length === 0 && booking.cycles.length === 0) {
        return {
          id: String(await addBookedNote(company, resourceOf(ready.production), posting, doing)),
          version: null,
        };
      }
      return await book(company, ready, posting, booking, doing);
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

/** Tryton keeps what stock is reserved for from being changed: the reservations of what is used are given back. */
async function unreserved(company: Company, place: Place, { order, consumptions }: Posting, doing: string) {
  const items = new Set<string | null>(consumptions.map(({ item }) => item));
  const reserved = place.production["inputs."].filter(
    (move) => move.state === "assigned" && items.has(move["product."].code),
  );
  if (reserved.length === 0) return place;
  const ids = reserved.map(({ id }) => id);
  await actOn(company, "stock.move", "draft", ids, { doing, object: order });
  return await readPlace(company, order, doing);
}

/** @throws ConnectorError "rejected" for what Tryton has no record of, or would refuse half-way. */
async function bookingOf(company: Company, place: Place, posting: Posting, doing: string): Promise<Booking> {
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
  return { moves: movesOf(posting, place, units), cycles };
}

async function book(
  company: Company,
  place: Place,
  posting: Posting,
  booking: Booking,
  doing: string,
): Promise<Receipt> {
  const values = await valuesOf(company, place, posting, booking, doing);
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

/** All that the posting makes, nested in one write of the production. */
async function valuesOf(
  company: Company,
  place: Place,
  { order, consumptions }: Posting,
  { moves, cycles }: Booking,
  doing: string,
): Promise<object> {
  const products = await readProducts(
    company,
    consumptions.map(({ item }) => item),
  );
  const made = await Promise.all(moves.map((move) => moveValues(company, place, move, products, doing)));
  const of = (direction: BookedMove["direction"]) => made.filter((_, index) => moves[index]?.direction === direction);
  const left = [...plannedAfter(moves)].map(([id, quantity]) => ["write", [id], { quantity: floatOf(quantity) }]);
  const works = cycles.map(({ work, ms }) => {
    const duration = { __class__: "timedelta", seconds: ms / 1_000 };
    return ["write", [work.id], { cycles: [["create", [{ duration, state: "running" }]]] }];
  });
  return {
    ...(moves.length === 0 ? {} : { inputs: [...left, ["create", of("in")]] }),
    ...(of("back").length === 0 ? {} : { outputs: [["create", of("back")]] }),
    ...(works.length === 0 ? {} : { works }),
  };

  function floatOf(quantity: BookedMove["quantity"]): number {
    const float = quantityNumber(quantity);
    if (float !== null) return float;
    throw refusal(company, doing, order, "quantity", `Tryton keeps no number as long as ${rationalText(quantity)}`);
  }
}

async function moveValues(
  company: Company,
  { production, order }: Place,
  { direction, item, quantity, uom, lot, planned }: BookedMove,
  products: ReadonlyMap<ItemId, Product>,
  doing: string,
): Promise<object> {
  const facts = await company.facts();
  const origin = planned ?? mainOutput(production);
  if (origin === undefined) throw refusal(company, doing, order, "outputs", "the production has no output");
  const warehouse = production["warehouse."];
  const store = warehouse.production_picking_location ?? warehouse.storage_location;
  const product = products.get(item)?.id;
  return {
    company: facts.id,
    currency: facts.currencyId,
    product,
    uom,
    quantity: quantityNumber(quantity),
    origin: originNaming(origin.id),
    ...(lot === null || !facts.modules.has("stock_lot")
      ? {}
      : { lot: await findLot(company, item, lot, order, doing) }),
    ...(direction === "in"
      ? { from_location: store, to_location: production.location }
      : {
          from_location: production.location,
          to_location: store,
          unit_price: await costOf(company, item, uom, doing),
        }),
  };
}

/** Tryton wants to know what comes out of a production at what it is worth: what went in. */
async function costOf(company: Company, item: ItemId, uom: number, doing: string): Promise<WireDecimal> {
  const { units } = await company.facts();
  const [held] = await readAllOf(company, MODELS.productCost, doing, [], "code", [item]);
  const [product] = (await readProducts(company, [item])).values();
  const cost = held?.cost_price == null ? null : toRational(held.cost_price);
  if (cost === null || product === undefined) return { __class__: "Decimal", decimal: "0" };
  const object = `item ${item}`;
  const factor = conversionFactor(
    units.of(uom, object, "uom"),
    units.of(product["template."].default_uom, object, "uom"),
  );
  return fromRational(fromCost(factor === null ? cost : times(cost, factor)));
}

function lastIdsOf({ production, cycles }: Place): UnderwayNote["after"] {
  const last = (records: readonly { readonly id: number }[]) => records.reduce((most, { id }) => Math.max(most, id), 0);
  return { move: last([...production["inputs."], ...production["outputs."]]), cycle: last(cycles) };
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

function isMade(place: Place, underway: UnderwayNote): boolean {
  const { inputs, outputs, cycles } = madeBy(place, underway);
  return inputs.length + outputs.length + cycles.length > 0;
}

/** Presses the buttons that are left to press. What Tryton refuses is taken away again. */
async function finish(company: Company, place: Place, underway: UnderwayNote, doing: string): Promise<Receipt> {
  const { production } = place;
  const { posting, note } = underway;
  const made = madeBy(place, underway);
  const writing = { doing, object: posting.order };
  const moves = [...made.inputs, ...made.outputs].filter(({ state }) => state !== "done").map(({ id }) => id);
  if (moves.length > 0) {
    await actOn(company, "stock.move", "do", moves, writing).catch(async (error: unknown) => {
      if (isRefused(error)) await undo(company, place, made, underway, doing);
      throw error;
    });
  }
  const cycles = made.cycles.filter(({ state }) => state === "running").map(({ id }) => id);
  if (cycles.length > 0) await actOn(company, "production.work.cycle", "do", cycles, writing);
  const free = production["inputs."].filter((move) => isPlanned(move) && move.state === "draft" && move.quantity > 0);
  if (production.state === "assigned" && free.length > 0) {
    await actOn(
      company,
      "stock.move",
      "assign",
      free.map(({ id }) => id),
      writing,
    );
  }
  const booked = await addBookedNote(company, resourceOf(production), posting, doing);
  await removeNotes(company, [note], doing);
  return { id: String(booked), version: null };
}

/** Tryton has said no: nothing of the call was done. */
function isRefused(error: unknown): boolean {
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
  const idsOf = (records: readonly { readonly id: number }[]) => records.map(({ id }) => id);
  const values = {
    inputs: [...left, ["delete", idsOf(inputs)]],
    outputs: [["delete", idsOf(outputs)]],
    works: cycles.map(({ id, work }) => ["write", [work], { cycles: [["delete", [id]]] }]),
  };
  await writeRecords(company, "production", [[production.id], values], { doing, object: posting.order });
  await removeNotes(company, [note], doing);
}
