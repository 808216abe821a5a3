import { useSuspenseInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { filterOf, type ConflictSearch } from "../conflicts/conflict-search.ts";
import { CONFLICT_STATES, CONFLICT_TONES } from "../conflicts/conflict-state.tsx";
import { ConflictTable } from "../conflicts/conflict-table.tsx";
import { Empty } from "../parts/empty.tsx";
import { ShowMore } from "../parts/show-more.tsx";
import { useTitle } from "../parts/title.ts";
import { conflictsQuery } from "../queries.ts";

const route = getRouteApi("/inside/conflicts");

/** What engineering and the plants' planners changed, each differently; each waits for a person's answer. */
export function ConflictsPage() {
  useTitle("Conflicts");
  const search = route.useSearch();
  const filter = filterOf(search);
  const pages = useSuspenseInfiniteQuery(conflictsQuery(filter));
  const rows = pages.data.pages.flatMap(({ conflicts }) => conflicts);
  return (
    <main className="page stack">
      <div className="page-head" style={{ marginBottom: 0 }}>
        <h1>Conflicts</h1>
        <p className="soft">
          What engineering and a plant’s planners changed, each differently. A person answers each.
        </p>
      </div>
      <StateFilter search={search} />
      <NarrowedTo search={search} />
      <section className="panel" aria-label="Conflicts">
        {rows.length === 0 ? (
          <Empty title={filter.state === undefined ? "Nothing was ever in conflict" : `No conflict is ${filter.state}`}>
            An edit of a plant’s planner is kept when engineering changed something else. When both changed the same, it
            is asked here.
          </Empty>
        ) : (
          <ConflictTable caption="Conflicts of engineering’s plans with the plants’ edits" rows={rows} />
        )}
        <ShowMore pages={pages} className="panel-body" />
      </section>
    </main>
  );
}

/** Says what the list is narrowed to, with the way out of it. */
function NarrowedTo({ search: { change, plant, item, state } }: { search: ConflictSearch }) {
  const parts = [
    change === undefined ? null : `change ${change}`,
    item === undefined ? null : `item ${item}`,
    plant === undefined ? null : `plant ${plant}`,
  ].filter((part) => part !== null);
  if (parts.length === 0) return null;
  return (
    <p className="small">
      Only of {parts.join(", ")}.{" "}
      <Link to="/conflicts" search={state === undefined ? {} : { state }}>
        Show all
      </Link>
    </p>
  );
}

function StateFilter({ search: { state = "open", ...others } }: { search: ConflictSearch }) {
  return (
    <nav className="chips" aria-label="By state">
      {CONFLICT_STATES.map((name) => (
        <Link
          key={name}
          to="/conflicts"
          search={name === "open" ? others : { ...others, state: name }}
          activeOptions={{ exact: true }}
          className="chip"
          data-tone={CONFLICT_TONES[name]}
          aria-current={name === state}
        >
          {name}
        </Link>
      ))}
      <Link
        to="/conflicts"
        search={{ ...others, state: "all" }}
        activeOptions={{ exact: true }}
        className="chip"
        aria-current={state === "all"}
      >
        all
      </Link>
    </nav>
  );
}
