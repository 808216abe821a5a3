import { useState } from "react";
import { TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useSuspenseInfiniteQuery, useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import type { OrderFilter } from "../api.ts";
import { clockTime } from "../format.ts";
import { OrderTable } from "../orders/order-table.tsx";
import { Empty } from "../parts/empty.tsx";
import { ORDER_STATES, ORDER_TONES } from "../parts/state.tsx";
import { ShowMore } from "../parts/show-more.tsx";
import { useTitle } from "../parts/title.ts";
import { ordersQuery, statusQuery } from "../queries.ts";

const route = getRouteApi("/inside/orders");

export function OrdersPage() {
  useTitle("Production orders");
  const filter = route.useSearch();
  const pages = useSuspenseInfiniteQuery(ordersQuery(filter));
  const { data } = pages;
  const rows = data.pages.flatMap(({ orders }) => orders);
  return (
    <main className="page">
      <div className="page-head">
        <h1>Production orders</h1>
        <p className="soft">Each from the ERP to the MES: what every system says of it.</p>
        <div className="end beside-search">
          <Link to="/deviations">Deviations</Link>
          <Search text={filter.text ?? ""} />
        </div>
      </div>
      <div className="stack" style={{ gap: 12 }}>
        <StateFilter filter={filter} />
        <section className="panel" aria-label="Orders">
          {rows.length === 0 ? <NoOrders filter={filter} /> : <OrderTable caption="Production orders" rows={rows} />}
        </section>
        <ShowMore pages={pages} />
      </div>
    </main>
  );
}

function StateFilter({ filter }: { filter: OrderFilter }) {
  const { plant, shift, text } = filter;
  const { data: status } = useSuspenseQuery(statusQuery);
  // They are counted for all plants and shifts together.
  const counts = plant === undefined && shift === undefined && text === undefined ? status.orders : {};
  return (
    <nav className="chips" aria-label="By state">
      <Link
        to="/orders"
        search={{ ...filter, state: undefined }}
        activeOptions={{ exact: true }}
        className="chip"
        aria-current={filter.state === undefined}
      >
        all released
      </Link>
      {ORDER_STATES.map((state) => (
        <Link
          key={state}
          to="/orders"
          search={{ ...filter, state }}
          activeOptions={{ exact: true }}
          className="chip"
          data-tone={ORDER_TONES[state]}
          aria-current={state === filter.state}
        >
          {state}
          {counts[state] === undefined ? null : <span className="number">{counts[state].toLocaleString("en")}</span>}
        </Link>
      ))}
      {plant === undefined ? null : (
        <Link to="/orders" search={{ ...filter, plant: undefined }} className="chip" aria-current>
          plant {plant} <span aria-hidden>×</span>
          <span className="heard">(show all plants)</span>
        </Link>
      )}
      {shift === undefined ? null : (
        <Link to="/orders" search={{ ...filter, shift: undefined }} className="chip" aria-current>
          shift of {clockTime(shift)} <span aria-hidden>×</span>
          <span className="heard">(show all shifts)</span>
        </Link>
      )}
    </nav>
  );
}

/** Typing changes the address a moment later, so that not every letter is asked for. */
function Search({ text }: { text: string }) {
  const navigate = useNavigate({ from: "/orders" });
  const [typed, setTyped] = useState(text);
  const seek = useDebouncedCallback((wanted: string) => {
    void navigate({ search: (search) => ({ ...search, text: wanted || undefined }), replace: true });
  }, 250);
  return (
    <TextInput
      size="xs"
      w={240}
      aria-label="Search in number and item"
      placeholder="Number or item"
      value={typed}
      onChange={({ currentTarget }) => {
        setTyped(currentTarget.value);
        seek(currentTarget.value);
      }}
    />
  );
}

function NoOrders({ filter }: { filter: OrderFilter }) {
  if (Object.values(filter).some((value) => value !== undefined)) {
    return (
      <Empty title="No order matches">
        Choose another state or clear the search. <Link to="/orders">Show all orders</Link>
      </Empty>
    );
  }
  return (
    <Empty title="No released production order yet">
      Release one in the ERP: it appears here at the next poll, and goes to the MES at its time. Operations shows
      whether ERP and MES are connected.
    </Empty>
  );
}
