import { Link } from "@tanstack/react-router";
import type { OrderRow } from "../../src/api/contract.ts";
import { grouped } from "../../src/domain/grouped.ts";
import { clockTime } from "../format.ts";
import { DataTable, type Column } from "../parts/data-table.tsx";
import { Ahead, Moment } from "../parts/moment.tsx";
import { JobStateWord, OrderStateWord, ORDER_STATES, State } from "../parts/state.tsx";

/** Orders as ERP, hub and MES see them, side by side. */
export function OrderTable({ caption, rows }: { caption: string; rows: readonly OrderRow[] }) {
  return (
    <DataTable caption={caption} columns={COLUMNS} rows={rows} rowKey={({ order, plant }) => `${order}@${plant}`} />
  );
}

const COLUMNS: readonly Column<OrderRow>[] = [
  {
    id: "order",
    header: "Order",
    minWidth: 170,
    value: ({ order }) => order,
    cell: ({ order, plant, item, revision, quantity, from }) => (
      <>
        <Link to="/orders/$plant/$order" params={{ order, plant }} className="row-link">
          <span className="id">{order}</span>
        </Link>
        <p>
          {item === "" ? <span className="soft">not read yet</span> : `${grouped(quantity)} of ${item}`}
          {revision === null ? null : <span className="soft"> rev {revision}</span>}
        </p>
        {from === null ? null : (
          <p className="soft small">
            {from.because} of {from.order}
          </p>
        )}
      </>
    ),
  },
  {
    id: "plant",
    header: "Plant",
    value: ({ plant }) => plant,
    cell: ({ plant }) => (
      <Link to="/orders" search={{ plant }} className="row-link" aria-label={`Only orders of plant ${plant}`}>
        {plant}
      </Link>
    ),
  },
  {
    id: "erp",
    header: "ERP",
    minWidth: 110,
    value: ({ erp }) => erp.state,
    cell: ({ erp }) => (
      <>
        <State tone="calm" word={erp.state} />
        {erp.onHold ? (
          <p>
            <State tone="warn" word="on hold" />
          </p>
        ) : null}
      </>
    ),
  },
  {
    id: "hub",
    header: "Heddle",
    minWidth: 260,
    value: ({ state }) => ORDER_STATES.indexOf(state),
    cell: ({ state, reason }) => (
      <>
        <OrderStateWord state={state} />
        {reason === null ? null : (
          <p className="soft small two-lines sentence" title={reason}>
            {reason}
          </p>
        )}
      </>
    ),
  },
  {
    id: "mes",
    header: "MES",
    minWidth: 170,
    value: ({ mes }) => mes?.state ?? "",
    cell: ({ mes, version }) =>
      mes === null ? (
        <span className="soft">–</span>
      ) : (
        <>
          <JobStateWord state={mes.state} />
          <p className="soft small">
            {mes.number}
            {mes.version === version ? "" : `, version ${mes.version} of ${version}`}
          </p>
        </>
      ),
  },
  {
    id: "made",
    header: "Good / scrap",
    align: "right",
    cell: ({ mes }) =>
      mes === null ? <span className="soft">–</span> : `${grouped(number(mes.good))} / ${grouped(number(mes.scrap))}`,
  },
  {
    id: "goes",
    header: "Goes",
    align: "right",
    value: ({ dispatchAt }) => dispatchAt ?? "",
    cell: ({ dispatchAt, shift }) =>
      dispatchAt === null ? (
        <span className="soft">–</span>
      ) : (
        <>
          <Ahead at={dispatchAt} />
          <p className="soft small">{shift?.at === dispatchAt ? shift.name : clockTime(dispatchAt)}</p>
        </>
      ),
  },
  {
    id: "updated",
    header: "Updated",
    align: "right",
    value: ({ updatedAt }) => updatedAt,
    cell: ({ updatedAt }) => <Moment at={updatedAt} />,
  },
];

/** `38 EA` → `38`: the order's own quantity beside it says the unit. */
function number(quantity: string): string {
  return quantity.split(" ")[0] ?? quantity;
}
