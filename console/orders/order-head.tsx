import type { ReactNode } from "react";
import { Link } from "@tanstack/react-router";
import type { OrderView } from "../../src/api/contract.ts";
import { grouped } from "../../src/domain/grouped.ts";
import { clockTime } from "../format.ts";
import { Moment } from "../parts/moment.tsx";
import { OrderStateWord } from "../parts/state.tsx";
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
          {grouped(row.quantity)} of {item}
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
          <Fact name="May begin">
            {row.startAt === null ? "at any time" : <time dateTime={row.startAt}>{clockTime(row.startAt)}</time>}
          </Fact>
        </dl>
      </div>
      <div className="standing">
        <OrderStateWord state={row.state} />
        <p style={{ flex: "1 1 320px" }}>{row.reason ?? <span className="soft">{MEANING[row.state]}</span>}</p>
        <div className="buttons">
          <OrderButtons view={view} />
        </div>
      </div>
    </header>
  );
}

/** What a state means where nothing more is to be said. */
const MEANING: Readonly<Record<OrderView["row"]["state"], string>> = {
  "not released": "The ERP has planned it and not released it yet.",
  scheduled: "It goes to the MES at its time.",
  held: "It does not go to the MES until it is released.",
  blocked: "Something has to be mended first; the findings say what.",
  sending: "It is on its way to the MES.",
  retrying: "A system is away; Heddle tries again by itself.",
  dispatched: "The MES has it, in the version that counts.",
  negotiating: "The MES has been asked, and has not answered yet.",
  refused: "The MES said no; its job goes on as it was.",
  ended: "The job has ended in the MES.",
};

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
