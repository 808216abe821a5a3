import { useSuspenseInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { BookingFilter } from "../api.ts";
import { BOOKING_STATES, BOOKING_TONES } from "../bookings/booking-states.tsx";
import { BookingTable } from "../bookings/booking-table.tsx";
import { Empty } from "../parts/empty.tsx";
import { ShowMore } from "../parts/show-more.tsx";
import { useTitle } from "../parts/title.ts";
import { ProductionNav } from "../production/production-nav.tsx";
import { bookingsQuery } from "../production/production-queries.ts";

const route = getRouteApi("/inside/production/bookings");

export function BookingsPage() {
  useTitle("Bookings in the ERP");
  const filter = route.useSearch();
  const pages = useSuspenseInfiniteQuery(bookingsQuery(filter));
  const { data } = pages;
  const rows = data.pages.flatMap(({ bookings }) => bookings);
  return (
    <main className="page stack">
      <div className="page-head" style={{ marginBottom: 0 }}>
        <h1>Bookings in the ERP</h1>
        <p className="soft">What was made and used, on its way into the ERP’s orders.</p>
        <div className="end">
          <ProductionNav />
        </div>
      </div>
      <StateFilter filter={filter} />
      <section className="panel" aria-label="Bookings">
        {rows.length === 0 ? <NoBookings filter={filter} /> : <BookingTable rows={rows} />}
      </section>
      <ShowMore pages={pages} />
    </main>
  );
}

function StateFilter({ filter }: { filter: BookingFilter }) {
  return (
    <nav className="chips" aria-label="By state">
      <Link
        to="/production/bookings"
        search={{ ...filter, state: undefined }}
        activeOptions={{ exact: true }}
        className="chip"
        aria-current={filter.state === undefined}
      >
        all
      </Link>
      {BOOKING_STATES.map((state) => (
        <Link
          key={state}
          to="/production/bookings"
          search={{ ...filter, state }}
          activeOptions={{ exact: true }}
          className="chip"
          data-tone={BOOKING_TONES[state]}
          aria-current={state === filter.state}
        >
          {state}
        </Link>
      ))}
      {filter.plant === undefined ? null : (
        <Link to="/production/bookings" search={{ ...filter, plant: undefined }} className="chip" aria-current>
          plant {filter.plant} <span aria-hidden>×</span>
          <span className="heard">(show all plants)</span>
        </Link>
      )}
    </nav>
  );
}

function NoBookings({ filter }: { filter: BookingFilter }) {
  if (filter.state !== undefined || filter.plant !== undefined) {
    return (
      <Empty title="No booking stands like that">
        <Link to="/production/bookings">Show all bookings</Link>
      </Empty>
    );
  }
  return (
    <Empty title="Nothing has been made yet that the ERP should hold">
      When the shop floor tells of an order’s production, Heddle books it in the ERP; it stands here from then on.
    </Empty>
  );
}
