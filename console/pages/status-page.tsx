import { useSuspenseQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { OrderState, Status } from "../../src/api/contract.ts";
import { ApartNote } from "../apart/apart-note.tsx";
import { ORDER_MEANINGS } from "../orders/order-meanings.ts";
import { DataTable, type Column } from "../parts/data-table.tsx";
import { Empty } from "../parts/empty.tsx";
import { Figures } from "../parts/figures.tsx";
import { Moment } from "../parts/moment.tsx";
import { CONNECTION_TONES, ORDER_STATES, ORDER_TONES, RUN_STATES, RUN_TONES, State } from "../parts/state.tsx";
import { useTitle } from "../parts/title.ts";
import { statusQuery } from "../queries.ts";

export function StatusPage() {
  useTitle("Operations");
  const { data: status } = useSuspenseQuery(statusQuery);
  const { lanes, unknownOutcomes, connections } = status;
  const notUp = connections.filter(({ state }) => state !== "up").length;
  return (
    <main className="page stack">
      <div className="page-head" style={{ marginBottom: 0 }}>
        <h1>Operations</h1>
        <p className="soft">
          Version {status.version} · {status.hub}
        </p>
      </div>
      <Figures
        figures={[
          {
            name: "Connections up",
            value: `${connections.length - notUp} of ${connections.length}`,
            tone: notUp > 0 ? "bad" : undefined,
          },
          { name: "Subjects waiting to be looked at", value: lanes.waiting.toLocaleString("en") },
          { name: "Being looked at now", value: lanes.active.toLocaleString("en") },
          {
            name: "Writes with unknown outcome",
            value: unknownOutcomes.toLocaleString("en"),
            tone: unknownOutcomes > 0 ? "warn" : undefined,
          },
        ]}
      />
      {unknownOutcomes === 0 ? null : (
        <div className="note" data-tone="warn">
          <strong>The answer to {unknownOutcomes === 1 ? "a write" : `${unknownOutcomes} writes`} was lost.</strong>{" "}
          Heddle looks each one up in its system before it goes on, and repeats none blindly.
        </div>
      )}
      <ApartNote />
      <section className="panel">
        <div className="panel-head">
          <h2>Connections</h2>
        </div>
        {connections.length === 0 ? (
          <Empty title="No system is connected">Name PLM, ERP and MES in heddle.yaml and start the hub again.</Empty>
        ) : (
          <DataTable
            caption="Connections"
            columns={CONNECTION_COLUMNS}
            rows={connections}
            rowKey={({ system }) => system}
          />
        )}
      </section>
      <section className="panel">
        <div className="panel-head">
          <h2>Changes by state</h2>
        </div>
        <DataTable
          caption="Changes by state"
          columns={STATE_COLUMNS}
          rows={RUN_STATES.map((state) => ({ state, count: status.states[state] ?? 0 }))}
          rowKey={({ state }) => state}
        />
      </section>
      <section className="panel">
        <div className="panel-head">
          <h2>Orders by state</h2>
        </div>
        <DataTable
          caption="Orders by state"
          columns={ORDER_COLUMNS}
          rows={ORDER_STATES.filter((state) => state !== "not released").map((state) => ({
            state,
            count: status.orders[state] ?? 0,
          }))}
          rowKey={({ state }) => state}
        />
      </section>
    </main>
  );
}

type Connection = Status["connections"][number];

const CONNECTION_COLUMNS: readonly Column<Connection>[] = [
  {
    id: "system",
    header: "System",
    value: ({ system }) => system,
    cell: ({ system }) => <span className="id">{system}</span>,
  },
  { id: "kind", header: "Kind", value: ({ kind }) => kind, cell: ({ kind }) => kind },
  {
    id: "state",
    header: "State",
    value: ({ state }) => state,
    cell: ({ state }) => <State tone={CONNECTION_TONES[state]} word={state} />,
  },
  { id: "error", header: "What is wrong", cell: ({ error }) => error ?? <span className="soft">–</span> },
  {
    id: "seen",
    header: "Last seen",
    align: "right",
    value: ({ lastSeen }) => lastSeen ?? "",
    cell: ({ lastSeen }) => (lastSeen === null ? <span className="soft">never</span> : <Moment at={lastSeen} />),
  },
];

type StateCount = { readonly state: (typeof RUN_STATES)[number]; readonly count: number };

const STATE_COLUMNS: readonly Column<StateCount>[] = [
  {
    id: "state",
    header: "State",
    cell: ({ state }) => <State tone={RUN_TONES[state]} word={state} />,
  },
  { id: "meaning", header: "What it means", cell: ({ state }) => MEANING[state] },
  {
    id: "count",
    header: "Changes",
    align: "right",
    value: ({ count }) => count,
    cell: ({ state, count }) =>
      count === 0 ? (
        <span className="soft">0</span>
      ) : (
        <Link to="/changes" search={{ state }} aria-label={`${count} changes ${state}`}>
          {count.toLocaleString("en")}
        </Link>
      ),
  },
];

type OrderCount = { readonly state: OrderState; readonly count: number };

const ORDER_COLUMNS: readonly Column<OrderCount>[] = [
  { id: "state", header: "State", cell: ({ state }) => <State tone={ORDER_TONES[state]} word={state} /> },
  { id: "meaning", header: "What it means", cell: ({ state }) => ORDER_MEANINGS[state] },
  {
    id: "count",
    header: "Orders",
    align: "right",
    value: ({ count }) => count,
    cell: ({ state, count }) =>
      count === 0 ? (
        <span className="soft">0</span>
      ) : (
        <Link to="/orders" search={{ state }} aria-label={`${count.toLocaleString("en")} orders ${state}`}>
          {count.toLocaleString("en")}
        </Link>
      ),
  },
];

const MEANING: Readonly<Record<StateCount["state"], string>> = {
  "awaiting approval": "The plan is ready; a person decides.",
  blocked: "Something has to be mended first; the change says what.",
  retrying: "A system failed for the moment; Heddle tries again by itself.",
  applying: "The actions of an approved plan are being written.",
  planning: "Source and target are being read and compared.",
  "waiting day": "Approved; it is written on the day that it takes effect.",
  "waiting turn": "An earlier change on the same assembly goes first.",
  applied: "Written, read back and acknowledged to the PLM.",
  "in step": "The plant had everything already; nothing was written.",
  refused: "A person refused the plan; nothing was written.",
  withdrawn: "The change was cancelled in the PLM before it was applied.",
  superseded: "A later change takes its place; it was never applied.",
  "rolled back": "It was applied, and a change of Heddle's own has taken it back.",
};
