import type { ReactNode } from "react";
import { Link } from "@tanstack/react-router";
import type { OrderView } from "../../src/api/contract.ts";
import { grouped } from "../../src/domain/grouped.ts";
import { clockTime } from "../format.ts";
import { Moment } from "../parts/moment.tsx";
import { OrderStateWord } from "../parts/state.tsx";
import { ORDER_MEANINGS } from "./order-meanings.ts";
import { OrderButtons } from "./order-buttons.tsx";

/** What the order is, where it stands and why, and what this person can do about it. */
export function OrderHead({ view }: { view: OrderView }) {
  const { row } = view;
  const { order, plant, item, revision, from } = row;
  return (
    <header className="panel change-head">
      <div>
        <p className="soft">
          <span className="id">{order}</span> in plant <span className="id">{plant}</span> · updated{" "}
          <Moment at={row.updatedAt} />
        </p>
        <h1>
          {item === "" ? `${order} could not be read yet` : `${grouped(row.quantity)} of ${item}`}
          {revision === null ? "" : ` rev ${revision}`}
        </h1>
        <dl className="facts">
          <Fact name="Type">{row.type}</Fact>
          <Fact name="Priority">{row.priority}</Fact>
          {from === null ? null : (
            <Fact name={from.because === "split" ? "Split from" : "Rework of"}>
              <Link to="/orders/$plant/$order" params={{ order: from.order, plant }}>
                {from.order}
              </Link>
            </Fact>
          )}
          <Fact name="Thread">
            <Link to="/thread" search={{ text: order }}>
              of {order}
            </Link>
          </Fact>
          <Fact name="May begin">
            {row.startAt === null ? "at any time" : <time dateTime={row.startAt}>{clockTime(row.startAt)}</time>}
          </Fact>
        </dl>
      </div>
      <div className="standing">
        <OrderStateWord state={row.state} />
        <p className="sentence" style={{ flex: "1 1 320px" }}>
          {row.reason ?? <span className="soft">{ORDER_MEANINGS[row.state]}</span>}
        </p>
        <div className="buttons">
          <OrderButtons view={view} />
        </div>
      </div>
    </header>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
