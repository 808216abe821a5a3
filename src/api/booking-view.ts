import type { DecidedFinding, PostingDecision } from "../domain/feedback/plan-posting.ts";
import { fromJson } from "../domain/json.ts";
import { quantityText } from "../domain/quantity.ts";
import { auditOf } from "../store/audit.ts";
import { actualsOf, bookingOf, listedBooking, type Booking, type ListedBooking } from "../store/bookings.ts";
import type { Db } from "../store/database.ts";
import { subjectOf, type SubjectId } from "../store/subject.ts";
import type { BookingFinding, BookingRow, BookingView } from "./contract.ts";
import type { OrderPlace } from "./order-view.ts";
import { ApiError } from "./problem.ts";

export function bookingSubject({ plant, order }: OrderPlace): SubjectId {
  return subjectOf("production", order, plant).id;
}

/** What to answer about an order of which nothing was made. */
export function unknownBooking({ plant, order }: OrderPlace): ApiError {
  return new ApiError("not-found", `Heddle has booked nothing of order ${order} in plant ${plant}.`, {
    field: "order",
    fix: "See which orders it books: GET /api/production. An order is there once the shop floor has told of it.",
  });
}

export function bookingRow(listed: ListedBooking): BookingRow {
  const { order, plant, item, state, reason, postings, bookedAt, dueAt, updatedAt } = listed;
  const toDecide = findingsOf(listed).filter(({ decided }) => decided === null).length;
  return { order, plant, item, state, reason, toDecide, postings, bookedAt, dueAt, updatedAt };
}

/** As they stood at the last look. */
export function findingsOf({ findings }: Pick<Booking, "findings">): readonly DecidedFinding[] {
  return findings.map((json) => fromJson<DecidedFinding>(json));
}

/** Everything about one order's booking; null when there is none. */
export async function bookingView(db: Db, place: OrderPlace): Promise<BookingView | null> {
  const [listed, booking, counted, timeline] = await Promise.all([
    listedBooking(db, place),
    bookingOf(db, place),
    actualsOf(db, place),
    auditOf(db, bookingSubject(place)),
  ]);
  if (listed === null || booking === null) return null;
  const decisions = booking.decisions.map((json) => fromJson<PostingDecision>(json));
  const { held, outstanding, lookedAt, losses } = booking;
  return {
    row: bookingRow(listed),
    findings: findingsOf(booking).map((finding) => findingView(finding, decisions)),
    actuals: counted?.actuals ?? null,
    held,
    outstanding,
    lookedAt,
    losses: [...losses],
    timeline,
  };
}

/** With what was said since the last look, too. */
function findingView(finding: DecidedFinding, decisions: readonly PostingDecision[]): BookingFinding {
  const { key, code, place, extent, cause, fix } = finding;
  const said = decisions.find((each) => each.finding === key) ?? finding.decided;
  return {
    key,
    code,
    place,
    extent: extent === null ? null : quantityText(extent),
    cause,
    fix,
    decided: said === null ? null : { decision: said.decision, by: said.by, reason: said.reason, at: said.at },
  };
}
