import { useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { BookingView } from "../../src/api/contract.ts";
import { api } from "../api.ts";
import { BookingFindings } from "../bookings/booking-findings.tsx";
import { bookingLines, type BookingLine } from "../bookings/booking-lines.ts";
import { BOOKING_MEANINGS, BookingStateWord } from "../bookings/booking-states.tsx";
import { DataTable, type Column } from "../parts/data-table.tsx";
import { Empty } from "../parts/empty.tsx";
import { LookAgain } from "../parts/look-again.tsx";
import { Moment } from "../parts/moment.tsx";
import { Fact, SubjectHead } from "../parts/subject-head.tsx";
import { ThreadFact } from "../parts/thread-fact.tsx";
import { Timeline } from "../parts/timeline.tsx";
import { useTitle } from "../parts/title.ts";
import { bookingQuery } from "../production/production-queries.ts";

const route = getRouteApi("/inside/production/bookings/$plant/$order");

export function BookingPage() {
  const { order, plant } = route.useParams();
  const { data: view } = useSuspenseQuery(bookingQuery(order, plant));
  useTitle(`Booking of ${order} in ${plant}`);
  return (
    <main className="page stack">
      <p className="small">
        <Link to="/production/bookings">Bookings in the ERP</Link> <span className="soft">/ {order}</span>
      </p>
      {view === null ? (
        <section className="panel">
          <h1 className="heard">Booking of {order}</h1>
          <Empty title={`Nothing of ${order} is booked in plant ${plant}`}>
            The shop floor has told nothing of it yet.{" "}
            <Link to="/orders/$plant/$order" params={{ plant, order }}>
              Look at the order
            </Link>
          </Empty>
        </section>
      ) : (
        <Booking view={view} />
      )}
    </main>
  );
}

function Booking({ view }: { view: BookingView }) {
  const { row, findings, losses, timeline } = view;
  const { operations, components } = bookingLines(view);
  return (
    <>
      <Head view={view} />
      {findings.length === 0 ? null : <BookingFindings findings={findings} place={row} />}
      {losses.length === 0 ? null : (
        <div className="note" data-tone="warn">
          <strong>The ERP has no place for all of it.</strong>
          {losses.map((loss) => (
            <p key={loss}>{loss}</p>
          ))}
        </div>
      )}
      <Lines title="Operations" lines={operations} made="Made" />
      <Lines title="Components" lines={components} made="Used" />
      <Timeline entries={timeline} leaveOut={["at", "by", "extent"]} />
    </>
  );
}

function Head({ view: { row, lookedAt } }: { view: BookingView }) {
  const { order, plant, item, state, reason } = row;
  return (
    <SubjectHead
      intro={
        <>
          Production of{" "}
          <Link to="/orders/$plant/$order" params={{ plant, order }} className="id">
            {order}
          </Link>{" "}
          in plant <span className="id">{plant}</span> · updated <Moment at={row.updatedAt} />
        </>
      }
      title={
        <>
          {order} in the ERP{item === null ? "" : `: ${item}`}
        </>
      }
      facts={
        <>
          <Fact name="Postings">{row.postings.toLocaleString("en")}</Fact>
          <Fact name="ERP looked at">{lookedAt === null ? "not yet" : <Moment at={lookedAt} />}</Fact>
          {item === null ? null : (
            <Fact name="Figures">
              <Link to="/production" search={{ plant, item }}>
                of {item}
              </Link>
            </Fact>
          )}
          <ThreadFact of={order} />
        </>
      }
      state={<BookingStateWord state={state} />}
      standing={<p className="sentence">{reason ?? <span className="soft">{BOOKING_MEANINGS[state]}</span>}</p>}
      buttons={
        <LookAgain
          subject={{ kind: "production", key: order, plant }}
          ask={() => api.lookAgainAtBooking(order, plant)}
        />
      }
    />
  );
}

function Lines({ title, lines, made }: { title: string; lines: readonly BookingLine[]; made: string }) {
  return (
    <section className="panel">
      <div className="panel-head">
        <h2>{title}</h2>
      </div>
      {lines.length === 0 ? (
        <Empty title="Nothing was told of any" />
      ) : (
        <DataTable caption={title} columns={columnsOf(made)} rows={lines} rowKey={({ key }) => key} />
      )}
    </section>
  );
}

function columnsOf(made: string): readonly Column<BookingLine>[] {
  return [
    {
      id: "what",
      header: made === "Made" ? "Operation" : "Component",
      minWidth: 140,
      value: ({ what }) => what,
      cell: ({ what, detail }) => (
        <>
          <span className="id">{what}</span>
          {detail === "" ? null : <p className="soft small">{detail}</p>}
        </>
      ),
    },
    { id: "made", header: made, minWidth: 140, cell: ({ made: text }) => text || <span className="soft">–</span> },
    { id: "held", header: "The ERP holds", minWidth: 140, cell: ({ held }) => held || <span className="soft">–</span> },
    {
      id: "outstanding",
      header: "Still to book",
      minWidth: 140,
      cell: ({ outstanding }) =>
        outstanding === "" ? <span className="soft">nothing</span> : <span className="differs">{outstanding}</span>,
    },
  ];
}
