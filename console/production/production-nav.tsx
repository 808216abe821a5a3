import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { apartCountsQuery, bookingsQuery, proposalsQuery } from "./production-queries.ts";
import { waitingEvents } from "../apart/waiting-events.ts";

/** The pages about what comes back from the shop floor, and how much waits on each. */
export function ProductionNav() {
  const { data: proposals } = useInfiniteQuery(proposalsQuery("waiting"));
  const { data: apart } = useQuery(apartCountsQuery);
  const { data: bookings } = useInfiniteQuery(bookingsQuery({ state: "to decide" }));
  const proposed = proposals?.pages[0];
  const held = bookings?.pages[0];
  const events = apart === undefined ? 0 : waitingEvents(apart);
  return (
    <nav className="chips" aria-label="Production">
      <Link to="/production" activeOptions={{ exact: true, includeSearch: false }} className="chip">
        Figures
      </Link>
      <Link to="/production/proposals" activeOptions={{ includeSearch: false }} className="chip">
        Proposals <Count text={proposed === undefined ? "" : atLeast(proposed.proposals.length, proposed.next)} />
      </Link>
      <Link to="/production/bookings" activeOptions={{ includeSearch: false }} className="chip">
        Bookings in the ERP <Count text={held === undefined ? "" : atLeast(held.bookings.length, held.next)} />
      </Link>
      <Link to="/production/kept-apart" activeOptions={{ includeSearch: false }} className="chip">
        Kept apart <Count text={events.toLocaleString("en")} />
      </Link>
    </nav>
  );
}

/** Of a first page: more may follow. */
function atLeast(count: number, next: string | null): string {
  return next === null ? `${count}` : `${count}+`;
}

function Count({ text }: { text: string }) {
  if (text === "" || text === "0") return null;
  return (
    <span className="number">
      {text}
      <span className="heard"> waiting</span>
    </span>
  );
}
