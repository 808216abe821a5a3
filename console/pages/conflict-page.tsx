import { useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ConflictRow, ConflictView } from "../../src/api/contract.ts";
import { ConflictButtons } from "../conflicts/conflict-buttons.tsx";
import { ConflictStateWord } from "../conflicts/conflict-state.tsx";
import { Said } from "../conflicts/said.tsx";
import { Moment } from "../parts/moment.tsx";
import { RunStateWord } from "../parts/state.tsx";
import { Fact, SubjectHead } from "../parts/subject-head.tsx";
import { Timeline } from "../parts/timeline.tsx";
import { useTitle } from "../parts/title.ts";
import { conflictQuery } from "../queries.ts";

const route = getRouteApi("/inside/conflicts/$id");

export function ConflictPage() {
  const { id } = route.useParams();
  const { data: view } = useSuspenseQuery(conflictQuery(id));
  const { row, around, answers, timeline } = view;
  useTitle(`${row.component} in ${row.item}`);
  return (
    <main className="page stack">
      <p className="small">
        <Link to="/conflicts">Conflicts</Link> <span className="soft">/ {row.id}</span>
      </p>
      <Head row={row} />
      <ThreeSides row={row} />
      <Around lines={around} asked={row.line} />
      <Answers answers={answers} />
      <Timeline entries={timeline} leaveOut={["conflict", "item", "line", "component", "field"]} />
    </main>
  );
}

function Head({ row }: { row: ConflictRow }) {
  const { id, plant, item, line, component, field, openedAt, changes } = row;
  return (
    <SubjectHead
      intro={
        <>
          <span className="id">{id}</span> in plant <span className="id">{plant}</span> · came up{" "}
          <Moment at={openedAt} />
        </>
      }
      title={
        <>
          {field === "line" ? "Whole line" : capital(field)} of {component} in the mBOM of {item}
        </>
      }
      facts={
        <>
          <Fact name="Line">
            <span className="id">{line}</span>
          </Fact>
          {changes.map(({ change, state, asks }) => (
            <Fact key={change} name={asks ? "Asked by" : "Its answer decides in"}>
              <Link to="/changes/$change/$plant" params={{ change, plant }} className="id">
                {change}
              </Link>{" "}
              <RunStateWord state={state} />
            </Fact>
          ))}
          {changes.length > 0 ? null : (
            <Fact name="Came up by">
              <Link to="/changes/$change/$plant" params={{ change: row.change, plant }} className="id">
                {row.change}
              </Link>
            </Fact>
          )}
        </>
      }
      state={<ConflictStateWord state={row.state} />}
      standing={
        <p>
          <Standing row={row} />
        </p>
      }
      buttons={<ConflictButtons row={row} />}
    />
  );
}

function Standing({ row: { state, answer } }: { row: ConflictRow }) {
  if (state === "open") {
    return <span className="soft">Until it is answered, the change waits and the plant keeps what it has.</span>;
  }
  if (answer === null) return <span className="soft">No plan asks it any more.</span>;
  return (
    <>
      {answer.by}, <Moment at={answer.at} />:{" "}
      {answer.stands === "plant" ? "the plant’s word stands" : "engineering’s word stands"}. “{answer.reason}”{" "}
      <span className="soft">
        It holds for later changes as long as the plant says <Said text={answer.plantSaid} />.
      </span>
    </>
  );
}

/** What each says, side by side. */
function ThreeSides({ row: { said, answer, state, change } }: { row: ConflictRow }) {
  const chosen = state === "open" ? null : (answer?.stands ?? null);
  return (
    <div className="three">
      <Side name="Was" note="as published, the plant’s edits apart" text={said.base} />
      <Side
        name="Engineering wants"
        note={`by the plan of ${change}`}
        text={said.engineering}
        isChosen={chosen === "engineering"}
      />
      <Side name="The plant has" note="as it stands in the ERP" text={said.plant} isChosen={chosen === "plant"} />
    </div>
  );
}

type SideProps = {
  readonly name: string;
  readonly note: string;
  readonly text: string | null;
  readonly isChosen?: boolean;
};

function Side({ name, note, text, isChosen = false }: SideProps) {
  return (
    <section className="panel" aria-label={name} data-chosen={isChosen}>
      <div className="panel-head">
        <h2>{name}</h2>
        <span className="soft small">{isChosen ? "its word stands" : note}</span>
      </div>
      <p className="panel-body said">
        <Said text={text} />
      </p>
    </section>
  );
}

function Around({ lines, asked }: { lines: ConflictView["around"]; asked: string }) {
  if (lines.length === 0) return null;
  return (
    <section className="panel">
      <div className="panel-head">
        <h2>Lines around it</h2>
        <span className="soft small">as the mBOM stood when it came up</span>
      </div>
      <div className="scroll" tabIndex={0} role="region" aria-label="Lines around it">
        <table className="table">
          <caption className="heard">Lines of the mBOM around the one in question</caption>
          <thead>
            <tr>
              <th scope="col">Line</th>
              <th scope="col">Component</th>
              <th scope="col" data-align="right">
                Quantity
              </th>
              <th scope="col">Operation</th>
            </tr>
          </thead>
          <tbody>
            {lines.map(({ line, component, quantity, operation }) => (
              <tr key={line} aria-current={line === asked ? "true" : undefined}>
                <td className="id">{line}</td>
                <td className="id">{line === asked ? <strong>{component}</strong> : component}</td>
                <td data-align="right">{quantity}</td>
                <td>{operation ?? <span className="soft">–</span>}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** All that was ever said to it. */
function Answers({ answers }: { answers: ConflictView["answers"] }) {
  if (answers.length === 0) return null;
  return (
    <section className="panel" aria-labelledby="answers">
      <div className="panel-head">
        <h2 id="answers">Answers</h2>
      </div>
      <ul className="panel-body evidence">
        {answers.map(({ stands, plantSaid, engineering, by, at, reason, revokedBy, revokedAt, revokedReason }) => (
          <li key={at}>
            <strong>{stands}</strong> stands, by {by}, <Moment at={at} />, when engineering said{" "}
            <Said text={engineering} /> and the plant <Said text={plantSaid} />: “{reason}”
            {revokedBy === null || revokedAt === null ? null : (
              <span className="soft">
                {" "}
                Taken back by {revokedBy}, <Moment at={revokedAt} />: “{revokedReason}”
              </span>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
