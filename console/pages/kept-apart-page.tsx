import { useSuspenseInfiniteQuery, useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ApartCounts } from "../../src/api/contract.ts";
import type { ApartFilter } from "../api.ts";
import { APART_STATES, APART_TONES } from "../apart/apart-states.tsx";
import { ApartTable } from "../apart/apart-table.tsx";
import { DataTable, type Column } from "../parts/data-table.tsx";
import { Empty } from "../parts/empty.tsx";
import { Moment } from "../parts/moment.tsx";
import { ShowMore } from "../parts/show-more.tsx";
import { useTitle } from "../parts/title.ts";
import { apartCountsQuery, apartQuery } from "../production/production-queries.ts";
import { ProductionNav } from "../production/production-nav.tsx";

const route = getRouteApi("/inside/production/kept-apart");

/** Events of the shop floor that are not counted, with what is wrong with them. */
export function KeptApartPage() {
  useTitle("Kept apart");
  const filter = route.useSearch();
  const { data: counts } = useSuspenseQuery(apartCountsQuery);
  const pages = useSuspenseInfiniteQuery(apartQuery(filter));
  const { data } = pages;
  const groups = data.pages.flatMap((page) => page.groups);
  return (
    <main className="page stack">
      <div className="page-head" style={{ marginBottom: 0 }}>
        <h1>Kept apart</h1>
        <p className="soft">Events that are not counted. Nothing of them is lost, and nothing else waits for them.</p>
        <div className="end">
          <ProductionNav />
        </div>
      </div>
      {counts.counts.length === 0 ? null : <Counts counts={counts.counts} />}
      <Filter filter={filter} />
      <section className="panel" aria-label="Groups">
        {groups.length === 0 ? <NoGroups filter={filter} /> : <ApartTable rows={groups} />}
      </section>
      <ShowMore pages={pages} />
    </main>
  );
}

type Count = ApartCounts["counts"][number];

function Counts({ counts }: { counts: readonly Count[] }) {
  return (
    <section className="panel" aria-labelledby="counts">
      <div className="panel-head">
        <h2 id="counts">Waiting, by source and reason</h2>
      </div>
      <DataTable
        caption="Waiting events by source and reason"
        columns={COLUMNS}
        rows={counts}
        rowKey={({ source, code }) => `${source ?? ""} ${code}`}
      />
    </section>
  );
}

const COLUMNS: readonly Column<Count>[] = [
  {
    id: "source",
    header: "Source",
    value: ({ source }) => source ?? "",
    cell: ({ source }) => source ?? <span className="soft">not legible</span>,
  },
  {
    id: "code",
    header: "Reason",
    value: ({ code }) => code,
    cell: ({ source, code }) => (
      <Link
        to="/production/kept-apart"
        search={{ code, ...(source === null ? {} : { source }) }}
        aria-label={`Only ${code} of ${source ?? "no legible source"}`}
      >
        {code}
      </Link>
    ),
  },
  {
    id: "count",
    header: "Events",
    align: "right",
    value: ({ count }) => count,
    cell: ({ count }) => count.toLocaleString("en"),
  },
  {
    id: "newest",
    header: "Newest",
    align: "right",
    value: ({ newest }) => newest,
    cell: ({ newest }) => <Moment at={newest} />,
  },
];

function Filter({ filter }: { filter: ApartFilter }) {
  const { state = "waiting", source, code } = filter;
  return (
    <nav className="chips" aria-label="Which groups">
      {APART_STATES.map((name) => (
        <Link
          key={name}
          to="/production/kept-apart"
          search={{ ...filter, state: name === "waiting" ? undefined : name }}
          activeOptions={{ exact: true }}
          className="chip"
          data-tone={APART_TONES[name]}
          aria-current={name === state}
        >
          {name}
        </Link>
      ))}
      {source === undefined ? null : (
        <Link to="/production/kept-apart" search={{ ...filter, source: undefined }} className="chip" aria-current>
          {source} <span aria-hidden>×</span>
          <span className="heard">(show all sources)</span>
        </Link>
      )}
      {code === undefined ? null : (
        <Link to="/production/kept-apart" search={{ ...filter, code: undefined }} className="chip" aria-current>
          {code} <span aria-hidden>×</span>
          <span className="heard">(show all reasons)</span>
        </Link>
      )}
    </nav>
  );
}

function NoGroups({ filter: { state = "waiting", source, code } }: { filter: ApartFilter }) {
  if (state === "waiting" && source === undefined && code === undefined) {
    return (
      <Empty title="Nothing is kept apart">
        Every event that came in is counted. What names an unknown order, a time in the future or an absurd quantity
        would stand here with its reason.
      </Empty>
    );
  }
  return (
    <Empty title="No group stands like that">
      <Link to="/production/kept-apart">Show all that wait</Link>
    </Empty>
  );
}
