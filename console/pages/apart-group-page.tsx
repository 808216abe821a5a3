import { useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ApartGroupView } from "../../src/api/contract.ts";
import { ApartButtons } from "../apart/apart-buttons.tsx";
import { ApartStateWord } from "../apart/apart-states.tsx";
import { counted } from "../format.ts";
import { Moment } from "../parts/moment.tsx";
import { Fact, SubjectHead } from "../parts/subject-head.tsx";
import { useTitle } from "../parts/title.ts";
import { apartGroupQuery } from "../production/production-queries.ts";

const route = getRouteApi("/inside/production/kept-apart/$group");

export function ApartGroupPage() {
  const { group: id } = route.useParams();
  const { data } = useSuspenseQuery(apartGroupQuery(id));
  const { group, events } = data;
  useTitle(`Kept apart: ${group.code}`);
  return (
    <main className="page stack">
      <p className="small">
        <Link to="/production/kept-apart">Kept apart</Link> <span className="soft">/ group {group.id}</span>
      </p>
      <Head group={group} />
      <section className="panel" aria-labelledby="events">
        <div className="panel-head">
          <h2 id="events">As they came</h2>
          <span className="soft small">{counted(events.length, "event")}</span>
        </div>
        <ol className="events">
          {events.map((event, index) => (
            <li key={index}>
              <pre tabIndex={0} role="region" aria-label={`Event ${index + 1}`}>
                {JSON.stringify(event, null, 2)}
              </pre>
            </li>
          ))}
        </ol>
      </section>
    </main>
  );
}

function Head({ group }: { group: ApartGroupView }) {
  const { source, via, plant, order, field, cause, fix, state, reason, settledBy, settledAt } = group;
  return (
    <SubjectHead
      intro={
        <>
          <span className="id">{group.code}</span> · received <Moment at={group.receivedAt} />
        </>
      }
      title={cause}
      lead={
        <p className="fix">
          <span className="soft">To do: </span>
          {fix}
        </p>
      }
      facts={
        <>
          <Fact name="Events">{group.count.toLocaleString("en")}</Fact>
          <Fact name="Field">{field === "" ? "all of it" : field}</Fact>
          <Fact name="Source">{source ?? "not legible"}</Fact>
          <Fact name="Came by">{via}</Fact>
          {plant === null ? null : <Fact name="Plant">{plant}</Fact>}
          {order === null ? null : <Fact name="Order">{order}</Fact>}
        </>
      }
      state={<ApartStateWord state={state} />}
      standing={
        <p>
          {state === "waiting" ? (
            <span className="soft">
              {group.mayPass
                ? "What they name may be on its way: Heddle tries again by itself, and you can too."
                : "They wait for a person: mend what is wrong and replay them, or dismiss them."}
            </span>
          ) : (
            <>
              By {settledBy ?? "Heddle"}
              {settledAt === null ? null : (
                <>
                  , <Moment at={settledAt} />
                </>
              )}
              {reason === null ? "." : `: “${reason}”`}
            </>
          )}
        </p>
      }
      buttons={<ApartButtons group={group} />}
    />
  );
}
