import { Link } from "@tanstack/react-router";
import type { OrderView } from "../../src/api/contract.ts";
import { grouped } from "../../src/domain/grouped.ts";
import { clockTime } from "../format.ts";
import { Moment } from "../parts/moment.tsx";
import { OrderStateWord } from "../parts/state.tsx";
import { Fact, SubjectHead } from "../parts/subject-head.tsx";
import { ThreadFact } from "../parts/thread-fact.tsx";
import { ORDER_MEANINGS } from "./order-meanings.ts";
import { OrderButtons } from "./order-buttons.tsx";

/** What the order is, where it stands and why, and what this person can do about it. */
export function OrderHead({ view }: { view: OrderView }) {
  const { row } = view;
  const { order, plant, item, revision, from } = row;
  return (
    <SubjectHead
      intro={
        <>
          <span className="id">{order}</span> in plant <span className="id">{plant}</span> · updated{" "}
          <Moment at={row.updatedAt} />
        </>
      }
      title={
        <>
          {item === "" ? `${order} could not be read yet` : `${grouped(row.quantity)} of ${item}`}
          {revision === null ? "" : ` rev ${revision}`}
        </>
      }
      facts={
        <>
          <Fact name="Type">{row.type}</Fact>
          <Fact name="Priority">{row.priority}</Fact>
          {from === null ? null : (
            <Fact name={from.because === "split" ? "Split from" : "Rework of"}>
              <Link to="/orders/$plant/$order" params={{ order: from.order, plant }}>
                {from.order}
              </Link>
            </Fact>
          )}
          <ThreadFact of={order} />
          <Fact name="May begin">
            {row.startAt === null ? "at any time" : <time dateTime={row.startAt}>{clockTime(row.startAt)}</time>}
          </Fact>
        </>
      }
      state={<OrderStateWord state={row.state} />}
      standing={<p className="sentence">{row.reason ?? <span className="soft">{ORDER_MEANINGS[row.state]}</span>}</p>}
      buttons={<OrderButtons view={view} />}
    />
  );
}
