import type { BookingFinding, BookingRow, BookingView } from "../api/contract.ts";
import type { ConsumptionActuals, OrderActuals } from "../domain/feedback/order-actuals.ts";
import type { PostingLines } from "../domain/feedback/posting-sums.ts";
import { grouped } from "../domain/grouped.ts";
import { fromJson } from "../domain/json.ts";
import type { MaterialConsumption, OperationConfirmation } from "../domain/posting.ts";
import { quantityText, type Quantity } from "../domain/quantity.ts";
import { instantText } from "./instant.ts";
import { table } from "./table.ts";
import { isZero } from "../domain/rational.ts";

/** Orders whose production is booked, a line for each. */
export function drawBookings(bookings: readonly BookingRow[]): string {
  const manyPlants = new Set(bookings.map(({ plant }) => plant)).size > 1;
  const rows = bookings.map(({ order, plant, item, state, postings, bookedAt, reason }) => [
    order,
    manyPlants ? plant : "",
    item ?? "",
    state,
    String(postings),
    bookedAt === null ? "" : instantText(bookedAt),
    reason ?? "",
  ]);
  const head = ["Order", manyPlants ? "Plant" : "", "Item", "Booking", "Postings", "Last", "Why"];
  return table([head, ...rows], { right: [4] });
}

/** One order: what was made and used beside what the ERP holds, and what waits for a person. */
export function drawBooking({ row, actuals, held, findings, losses, lookedAt }: BookingView): string {
  const made = actuals === null ? null : fromJson<OrderActuals>(actuals);
  const books = held === null ? NO_BOOKS : fromJson<PostingLines>(held);
  const dueAt = row.dueAt === null ? [] : [`The ERP is asked again at ${instantText(row.dueAt)}.`];
  return [
    `${row.order} in plant ${row.plant}${row.item === null ? "" : `, ${row.item}`}: ${row.state}`,
    ...(row.reason === null ? [] : [`  ${row.reason}`]),
    "",
    ...(made === null ? ["The shop floor has told of nothing."] : [drawSums(made, books)]),
    ...findings.flatMap((finding) => ["", ...drawFinding(finding, row)]),
    ...(losses.length === 0 ? [] : ["", "The ERP has no place for:", ...losses.map((loss) => `  ${loss}`)]),
    "",
    lookedAt === null ? "The ERP was not looked at yet." : `In the ERP as of ${instantText(lookedAt)}.`,
    ...dueAt,
  ].join("\n");
}

const NO_BOOKS: PostingLines = { confirmations: [], consumptions: [] };

function drawSums({ operations, consumption }: OrderActuals, { confirmations, consumptions }: PostingLines): string {
  const names = new Set([...operations, ...confirmations].map(({ operation }) => operation));
  const work = [...names].map((name) => {
    const actual = operations.find(({ operation }) => operation === name);
    const booked = confirmations.find(({ operation }) => operation === name);
    return [
      `operation ${name}`,
      actual === undefined ? "" : workText(actual),
      booked === undefined ? "" : workText(booked),
    ];
  });
  const places = new Map([...consumption, ...consumptions].map((each) => [placeText(each), each]));
  const used = [...places.keys()].map((place) => [place, amountAt(consumption, place), amountAt(consumptions, place)]);
  return table([["", "Made and used", "In the ERP"], ...work, ...used], { right: [] });
}

/** `9 EA good, 1 EA scrap, 45 min` */
function workText({
  good,
  scrap,
  rework,
  setupMs,
  runMs,
}: Omit<OperationConfirmation, "operation" | "isFinal">): string {
  const amounts: readonly (readonly [Quantity, string])[] = [
    [good, "good"],
    [scrap, "scrap"],
    [rework, "to rework"],
  ];
  const parts = amounts
    .filter(([{ amount }, name]) => name === "good" || !isZero(amount))
    .map(([quantity, name]) => `${grouped(quantityText(quantity))} ${name}`);
  const minutes = Math.round((setupMs + runMs) / 60_000);
  return [...parts, ...(minutes === 0 ? [] : [`${minutes} min`])].join(", ");
}

type Used = ConsumptionActuals | MaterialConsumption;

/** `10 TUBE, lot T-1` */
function placeText({ line, item, lot }: Used): string {
  return `${line === null ? item : `${line} ${item}`}${lot === null ? "" : `, lot ${lot}`}`;
}

function amountAt(all: readonly Used[], place: string): string {
  return all
    .filter((each) => placeText(each) === place)
    .map(({ quantity }) => grouped(quantityText(quantity)))
    .join(" + ");
}

function drawFinding({ key, cause, fix, decided }: BookingFinding, { order, plant }: BookingRow): readonly string[] {
  if (decided !== null) {
    const what = decided.decision === "post" ? "booked in spite of it" : "left out";
    return [cause, `  ${what}, ${decided.by} said: ${decided.reason}`];
  }
  const command = `npx heddle production decide ${order} --plant ${plant} --finding "${key}"`;
  return [cause, `  ${fix}`, `  ${command} --post (or --leave-out) --reason "…"`];
}
