import { Link } from "@tanstack/react-router";
import type { BookingRow } from "../../src/api/contract.ts";
import { DataTable, type Column } from "../parts/data-table.tsx";
import { Ahead, Moment } from "../parts/moment.tsx";
import { BOOKING_MEANINGS, BOOKING_STATES, BookingStateWord } from "./booking-states.tsx";

export function BookingTable({ rows }: { rows: readonly BookingRow[] }) {
  return (
    <DataTable
      caption="Bookings in the ERP"
      columns={COLUMNS}
      rows={rows}
      rowKey={({ order, plant }) => `${order}@${plant}`}
    />
  );
}

const COLUMNS: readonly Column<BookingRow>[] = [
  {
    id: "order",
    header: "Order",
    minWidth: 130,
    value: ({ order }) => order,
    cell: ({ order, plant, item }) => (
      <>
        <Link to="/production/bookings/$plant/$order" params={{ plant, order }} className="row-link">
          <span className="id">{order}</span>
        </Link>
        {item === null ? null : <p>{item}</p>}
      </>
    ),
  },
  { id: "plant", header: "Plant", value: ({ plant }) => plant, cell: ({ plant }) => plant },
  {
    id: "state",
    header: "State",
    minWidth: 280,
    value: ({ state }) => BOOKING_STATES.indexOf(state),
    cell: ({ state, reason }) => (
      <>
        <BookingStateWord state={state} />
        <p className="soft small two-lines sentence" title={reason ?? undefined}>
          {reason ?? BOOKING_MEANINGS[state]}
        </p>
      </>
    ),
  },
  {
    id: "decide",
    header: "To decide",
    align: "right",
    value: ({ toDecide }) => toDecide,
    cell: ({ toDecide }) => (toDecide === 0 ? <span className="soft">–</span> : toDecide),
  },
  {
    id: "postings",
    header: "Postings",
    align: "right",
    value: ({ postings }) => postings,
    cell: ({ postings }) => postings.toLocaleString("en"),
  },
  {
    id: "booked",
    header: "Last booked",
    align: "right",
    value: ({ bookedAt }) => bookedAt ?? "",
    cell: ({ bookedAt }) => (bookedAt === null ? <span className="soft">–</span> : <Moment at={bookedAt} />),
  },
  {
    id: "due",
    header: "Next look",
    align: "right",
    value: ({ dueAt }) => dueAt ?? "",
    cell: ({ dueAt }) => (dueAt === null ? <span className="soft">–</span> : <Ahead at={dueAt} />),
  },
];
