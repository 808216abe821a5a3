import { Link } from "@tanstack/react-router";
import type { ApartGroupView } from "../../src/api/contract.ts";
import { DataTable, type Column } from "../parts/data-table.tsx";
import { Moment } from "../parts/moment.tsx";
import { State } from "../parts/state.tsx";
import { ApartStateWord } from "./apart-states.tsx";

/** Events that are not counted, by what is wrong with them. */
export function ApartTable({ rows }: { rows: readonly ApartGroupView[] }) {
  return <DataTable caption="Groups of events" columns={COLUMNS} rows={rows} rowKey={({ id }) => id} />;
}

const COLUMNS: readonly Column<ApartGroupView>[] = [
  {
    id: "what",
    header: "What is wrong",
    minWidth: 300,
    value: ({ code }) => code,
    cell: ({ id, code, cause }) => (
      <>
        <Link to="/production/kept-apart/$group" params={{ group: id }} className="row-link">
          {code}
        </Link>
        <p>{cause}</p>
      </>
    ),
  },
  {
    id: "source",
    header: "Source",
    value: ({ source }) => source ?? "",
    cell: ({ source, via }) => (
      <>
        {source ?? <span className="soft">not legible</span>}
        <p className="soft small">by {via}</p>
      </>
    ),
  },
  {
    id: "order",
    header: "Order",
    value: ({ order }) => order ?? "",
    cell: ({ order, plant }) => (
      <>
        {order ?? <span className="soft">–</span>}
        {plant === null ? null : <p className="soft small">plant {plant}</p>}
      </>
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
    id: "state",
    header: "State",
    value: ({ state }) => state,
    cell: ({ state, mayPass }) =>
      state === "waiting" && mayPass ? (
        <State tone="busy" word="tried again by itself" />
      ) : (
        <ApartStateWord state={state} />
      ),
  },
  {
    id: "received",
    header: "Received",
    align: "right",
    value: ({ receivedAt }) => receivedAt,
    cell: ({ receivedAt }) => <Moment at={receivedAt} />,
  },
];
