import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { apartCountsQuery, proposalsQuery } from "./production-queries.ts";
import { waitingEvents } from "../apart/waiting-events.ts";

/** The pages about what comes back from the shop floor, and how much waits on each. */
export function ProductionNav() {
  const { data: proposals } = useInfiniteQuery(proposalsQuery("waiting"));
  const { data: apart } = useQuery(apartCountsQuery);
  const first = proposals?.pages[0];
  const waiting = first === undefined ? "" : `${first.proposals.length}${first.next === null ? "" : "+"}`;
  const events = apart === undefined ? 0 : waitingEvents(apart);
  return (
    <nav className="chips" aria-label="Production">
      <Link to="/production" activeOptions={{ exact: true, includeSearch: false }} className="chip">
        Figures
      </Link>
      <Link to="/production/proposals" activeOptions={{ includeSearch: false }} className="chip">
        Proposals <Count text={waiting} />
      </Link>
      <Link to="/production/bookings" activeOptions={{ includeSearch: false }} className="chip">
        Bookings in the ERP
      </Link>
      <Link to="/production/kept-apart" activeOptions={{ includeSearch: false }} className="chip">
        Kept apart <Count text={events.toLocaleString("en")} />
      </Link>
    </nav>
  );
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
