import { useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ShiftBatch } from "../../src/api/contract.ts";
import { shiftProgress } from "../../src/domain/shift-progress.ts";
import { clockTime } from "../format.ts";
import { BatchPreview } from "../orders/batch-preview.tsx";
import { BatchProgress } from "../orders/batch-progress.tsx";
import { DataTable, type Column } from "../parts/data-table.tsx";
import { Empty } from "../parts/empty.tsx";
import { Ahead, Moment } from "../parts/moment.tsx";
import { useTitle } from "../parts/title.ts";
import { shiftsQuery } from "../queries.ts";

const route = getRouteApi("/inside/shifts");

export function ShiftsPage() {
  useTitle("Shifts");
  const { plant, at } = route.useSearch();
  const { data } = useSuspenseQuery(shiftsQuery(undefined));
  const { batches } = data;
  const plants = [...new Set(batches.map((batch) => batch.plant))];
  const shown = plant === undefined ? batches : batches.filter((batch) => batch.plant === plant);
  const chosen = batches.find((batch) => batch.at === at && (plant === undefined || batch.plant === plant));
  return (
    <main className="page stack">
      <div className="page-head" style={{ marginBottom: 0 }}>
        <h1>Shifts</h1>
        <p className="soft">Orders that go to the MES together when a shift starts.</p>
      </div>
      {plants.length < 2 ? null : (
        <nav className="chips" aria-label="By plant">
          <Link to="/shifts" className="chip" aria-current={plant === undefined}>
            all plants
          </Link>
          {plants.map((name) => (
            <Link key={name} to="/shifts" search={{ plant: name }} className="chip" aria-current={name === plant}>
              plant {name}
            </Link>
          ))}
        </nav>
      )}
      <section className="panel" aria-label="Batches">
        {shown.length === 0 ? (
          <Empty title="No shift with orders is known">
            Give the plant a shift calendar in heddle.yaml; released orders then wait for their shift and go together.
          </Empty>
        ) : (
          <DataTable
            caption="Batches by shift start"
            columns={COLUMNS}
            rows={shown}
            rowKey={({ plant: place, at: start }) => `${start}@${place}`}
          />
        )}
      </section>
      {chosen === undefined ? null : <BatchPreview key={`${chosen.at}@${chosen.plant}`} batch={chosen} />}
    </main>
  );
}

const COLUMNS: readonly Column<ShiftBatch>[] = [
  {
    id: "shift",
    header: "Shift",
    minWidth: 130,
    value: ({ at }) => at,
    cell: ({ shift, day }) => (
      <>
        <span className="id">{shift}</span>
        <p className="soft small">{day}</p>
      </>
    ),
  },
  { id: "plant", header: "Plant", value: ({ plant }) => plant, cell: ({ plant }) => plant },
  {
    id: "starts",
    header: "Starts",
    value: ({ at }) => at,
    cell: ({ at }) => (
      <>
        {Date.parse(at) > Date.now() ? <Ahead at={at} /> : <Moment at={at} />}
        <p className="soft small">{clockTime(at)}</p>
      </>
    ),
  },
  {
    id: "orders",
    header: "Orders",
    align: "right",
    value: ({ orders }) => orders,
    cell: ({ orders }) => orders.toLocaleString("en"),
  },
  {
    id: "progress",
    header: "Progress",
    minWidth: 300,
    cell: (batch) => <BatchProgress batch={batch} />,
  },
  {
    id: "dispatched",
    header: "Dispatched",
    align: "right",
    cell: ({ firstDispatchedAt, lastDispatchedAt }) =>
      firstDispatchedAt === null || lastDispatchedAt === null ? (
        <span className="soft">–</span>
      ) : (
        <>
          <Moment at={lastDispatchedAt} />
          <p className="soft small">in {duration(firstDispatchedAt, lastDispatchedAt)}</p>
        </>
      ),
  },
  {
    id: "preview",
    header: "Orders in it",
    cell: (batch) => <PreviewLink batch={batch} />,
  },
];

function PreviewLink({ batch: { plant, at, orders, states, shift, day } }: { batch: ShiftBatch }) {
  if (orders === 0) return <span className="soft">none</span>;
  const { stopped } = shiftProgress(states);
  const words = stopped === 0 ? "Preview" : `Preview, ${stopped.toLocaleString("en")} kept back`;
  return (
    <Link
      to="/shifts"
      search={{ plant, at }}
      resetScroll={false}
      aria-label={`${words}: ${shift}, ${day}, plant ${plant}`}
    >
      {words}
    </Link>
  );
}

function duration(from: string, to: string): string {
  const seconds = Math.max(0, (Date.parse(to) - Date.parse(from)) / 1_000);
  return seconds < 60 ? `${seconds.toFixed(1)} s` : `${Math.round(seconds / 60)} min`;
}
