import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { OrderRow } from "../../src/api/contract.ts";
import { BOOKING_MEANINGS, BookingStateWord } from "../bookings/booking-states.tsx";
import { bookingQuery } from "../production/production-queries.ts";

/** What came back of the order from the shop floor, where anything did, and the way to it. */
export function OrderWays({ row: { order, plant, item } }: { row: OrderRow }) {
  const { data: booking } = useQuery(bookingQuery(order, plant));
  if (booking === undefined || booking === null) return null;
  const { state, reason } = booking.row;
  return (
    <section className="panel" aria-label="Production">
      <div className="panel-head">
        <h2>Production in the ERP</h2>
        <BookingStateWord state={state} />
        <span className="soft sentence">{reason ?? BOOKING_MEANINGS[state]}</span>
        <span className="end export">
          <Link to="/production/bookings/$plant/$order" params={{ plant, order }}>
            What was made and booked
          </Link>
          {item === "" ? null : (
            <Link to="/production" search={{ plant, item }}>
              Figures of {item}
            </Link>
          )}
        </span>
      </div>
    </section>
  );
}
