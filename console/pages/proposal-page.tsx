import { useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ProposalView } from "../../src/api/contract.ts";
import { ChangeLink } from "../parts/change-link.tsx";
import { Figures } from "../parts/figures.tsx";
import { Moment } from "../parts/moment.tsx";
import { Fact, SubjectHead } from "../parts/subject-head.tsx";
import { Timeline } from "../parts/timeline.tsx";
import { useTitle } from "../parts/title.ts";
import { plannedText } from "../production/figure-format.ts";
import { proposalQuery } from "../production/production-queries.ts";
import { ProposalButtons } from "../proposals/proposal-buttons.tsx";
import { ProposalStateWord } from "../proposals/proposal-state.tsx";

const route = getRouteApi("/inside/production/proposals/$id");

export function ProposalPage() {
  const { id } = route.useParams();
  const { data: view } = useSuspenseQuery(proposalQuery(id));
  const { row, text, evidence, timeline } = view;
  useTitle(row.title);
  return (
    <main className="page stack">
      <p className="small">
        <Link to="/production/proposals">Proposals</Link> <span className="soft">/ {row.id}</span>
      </p>
      <Head view={view} />
      <ProposedFigures view={view} />
      <section className="panel" aria-labelledby="asked">
        <div className="panel-head">
          <h2 id="asked">What is asked</h2>
        </div>
        <p className="panel-body told">{text}</p>
      </section>
      <section className="panel" aria-labelledby="evidence">
        <div className="panel-head">
          <h2 id="evidence">Evidence</h2>
        </div>
        <ul className="panel-body evidence">
          {evidence.map((line, index) => (
            <li key={index}>{line}</li>
          ))}
        </ul>
      </section>
      <Timeline entries={timeline} leaveOut={["content", "proposal", "title"]} />
    </main>
  );
}

function Head({ view: { row, orders, change } }: { view: ProposalView }) {
  const { plant, item, revision, operation } = row;
  return (
    <SubjectHead
      intro={
        <>
          <span className="id">{row.id}</span>, {row.kind} in plant <span className="id">{plant}</span> · opened{" "}
          <Moment at={row.openedAt} />
        </>
      }
      title={row.title}
      facts={
        <>
          <Fact name="Of">
            <Link
              to="/production"
              search={{
                plant,
                item,
                ...(revision === "-" ? {} : { revision }),
                ...(operation === "-" ? {} : { operation }),
              }}
            >
              {item}
              {revision === "-" ? "" : ` rev ${revision}`}
              {operation === "-" ? "" : `, operation ${operation}`}
            </Link>
          </Fact>
          <Fact name="Trigger">{row.rule}</Fact>
          {change === null ? null : (
            <Fact name="Laid to">
              <ChangeLink change={change} plant={plant} />
            </Fact>
          )}
          {row.receipt === null ? null : (
            <Fact name="In the PLM">
              <Link to="/thread" search={{ text: row.receipt }}>
                {row.receipt}
              </Link>
            </Fact>
          )}
          {orders.length === 0 ? null : (
            <Fact name="Orders">
              {orders.map((order, index) => (
                <span key={order}>
                  {index === 0 ? "" : ", "}
                  <Link to="/orders/$plant/$order" params={{ plant, order }}>
                    {order}
                  </Link>
                </span>
              ))}
            </Fact>
          )}
        </>
      }
      state={<ProposalStateWord state={row.state} />}
      standing={
        <p>
          {row.reason === null ? (
            <span className="soft">{MEANINGS[row.state]}</span>
          ) : row.decidedBy === null ? (
            row.reason
          ) : (
            <>
              {row.decidedBy}
              {row.decidedAt === null ? null : (
                <>
                  , <Moment at={row.decidedAt} />
                </>
              )}
              : “{row.reason}”
            </>
          )}
        </p>
      }
      buttons={<ProposalButtons row={row} />}
    />
  );
}

const MEANINGS: Readonly<Record<ProposalView["row"]["state"], string>> = {
  waiting: "It waits for a person’s answer.",
  approved: "It is agreed and on record.",
  filing: "It is on its way to the PLM.",
  filed: "The PLM has the report.",
  failed: "It could not be filed in the PLM.",
  dismissed: "Nothing follows from it.",
  closed: "Its cause is gone.",
};

function ProposedFigures({ view: { figures } }: { view: ProposalView }) {
  if (figures === null) return null;
  const { unit, planned, proposed } = figures;
  const name = unit === "seconds" ? "Run time for a piece" : "Scrap";
  return (
    <Figures
      figures={[
        { name: `${name}, planned`, value: plannedText(planned, proposed, unit) },
        { name: `${name}, proposed`, value: plannedText(proposed, planned, unit), tone: "warn" },
        { name: "Difference", value: differenceText(planned, proposed) },
      ]}
    />
  );
}

/** As a part of what is planned; nothing can be said of a plan of zero. */
function differenceText(planned: number, proposed: number): string {
  if (planned === 0) return "–";
  const percent = ((proposed - planned) / planned) * 100;
  return `${percent > 0 ? "+" : ""}${percent.toFixed(0)} %`;
}
