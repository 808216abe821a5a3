import { useEffect, useRef } from "react";
import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { OrderState, ShiftBatch } from "../../src/api/contract.ts";
import { shiftProgress } from "../../src/domain/shift-progress.ts";
import { clockTime, counted } from "../format.ts";
import { ProblemNote, problemOf } from "../parts/problem.tsx";
import { ORDER_STATES } from "../parts/state.tsx";
import { ordersQuery } from "../queries.ts";
import { OrderTable } from "./order-table.tsx";

/** What goes with a shift's start, and first of all what does not and why. */
export function BatchPreview({ batch }: { batch: ShiftBatch }) {
  const { plant, shift, day, at, states } = batch;
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const shown = ORDER_STATES.filter((state) => (states[state] ?? 0) > 0);
  const { stopped } = shiftProgress(states);
  return (
    <section className="stack" aria-labelledby="preview">
      <div className="page-head" style={{ marginBottom: 0 }}>
        <h2 id="preview" ref={heading} tabIndex={-1} className="preview-head">
          {shift}, {day}, plant {plant}
        </h2>
        <p className="soft">
          {clockTime(at)} ·{" "}
          {stopped === 0 ? "nothing keeps an order of it back" : `${counted(stopped, "order")} kept back`}
        </p>
        <p className="end">
          <Link to="/orders" search={{ plant, shift: at }}>
            As a list with search
          </Link>
        </p>
      </div>
      {shown.map((state) => (
        <StateGroup key={state} batch={batch} state={state} count={states[state] ?? 0} />
      ))}
    </section>
  );
}

type GroupProps = { batch: ShiftBatch; state: OrderState; count: number };

function StateGroup({ batch: { plant, at }, state, count }: GroupProps) {
  const { data, error, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery(
    ordersQuery({ plant, shift: at, state }),
  );
  const rows = data?.pages.flatMap(({ orders }) => orders) ?? [];
  return (
    <section className="panel">
      <div className="panel-head">
        <h3>{HEADINGS[state]}</h3>
        <span className="soft small">{counted(count, "order")}</span>
      </div>
      {error === null ? null : <ProblemNote problem={problemOf(error)} />}
      {data === undefined ? (
        <p className="panel-body soft">Reading…</p>
      ) : (
        <OrderTable caption={HEADINGS[state]} rows={rows} />
      )}
      {hasNextPage ? (
        <div className="panel-body">
          <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            Show more
          </Button>
        </div>
      ) : null}
    </section>
  );
}

const HEADINGS: Readonly<Record<OrderState, string>> = {
  held: "Held: do not go",
  blocked: "Blocked by bad data: do not go",
  refused: "Refused by the MES",
  negotiating: "In the MES, and waiting for its answer",
  retrying: "Under way, and a system is away",
  sending: "Under way",
  scheduled: "Go at the shift’s start",
  dispatched: "In the MES",
  ended: "Ended in the MES",
  "not released": "Not released yet",
};
