import { Link } from "@tanstack/react-router";
import type { PlanState } from "../../src/api/contract.ts";
import type { ChangePlan } from "../../src/domain/change-plan.ts";
import { planInWords } from "../../src/domain/plan-in-words.ts";
import type { Plan } from "../api.ts";
import { counted } from "../format.ts";
import { Empty } from "../parts/empty.tsx";
import { useFirst } from "../parts/first-rows.tsx";
import { Findings } from "../parts/findings.tsx";

/** Sentences of one heading that are shown at once; the actions tab has all of them. */
const SENTENCES_MAX = 30;

/** What will be done, in words, and what a person should know before it is. */
export function PlanView({ plan: { plan, state } }: { plan: Plan }) {
  return (
    <div className="stack">
      {plan.findings.length === 0 ? null : <Findings findings={plan.findings} />}
      <section className="panel">
        <div className="panel-head">
          <h2>{HEADINGS[state]}</h2>
          <span className="soft small">in plant {plan.plant}, in this order within each group</span>
        </div>
        <Words plan={plan} />
      </section>
      <section className="panel">
        <div className="panel-head">
          <h2>Affected items</h2>
        </div>
        <Affected plan={plan} />
      </section>
    </div>
  );
}

const HEADINGS: Readonly<Record<PlanState, string>> = {
  proposed: "What will be done",
  blocked: "What is planned so far, and not done as long as findings block it",
  approved: "What is being done",
  applied: "What was done",
  refused: "What was refused, and not done",
  stale: "What was planned, and is planned again",
};

function Words({ plan }: { plan: ChangePlan }) {
  const sections = planInWords(plan);
  if (sections.length === 0 && plan.findings.some(({ severity }) => severity === "blocked")) {
    return <Empty title="Nothing, as long as findings block the plan">Mend what they name, then look again.</Empty>;
  }
  if (sections.length === 0) {
    return (
      <Empty title="Nothing to do">
        Plant {plan.plant} already builds what {plan.change.id} asks for.
      </Empty>
    );
  }
  return (
    <div className="panel-body words">
      {sections.map(({ heading, sentences }) => (
        <section key={heading}>
          <h3>{heading}</h3>
          <ol>
            {sentences.slice(0, SENTENCES_MAX).map((sentence, index) => (
              // Two actions may read the same; their order never changes.
              <li key={index}>{sentence}</li>
            ))}
          </ol>
          {sentences.length <= SENTENCES_MAX ? null : (
            <p className="soft">
              and {counted(sentences.length - SENTENCES_MAX, "more action")}, all of them under{" "}
              <Link
                to="/changes/$change/$plant"
                params={{ change: plan.change.id, plant: plan.plant }}
                search={{ view: "actions" }}
              >
                Actions
              </Link>
            </p>
          )}
        </section>
      ))}
    </div>
  );
}

const AFFECTED_MAX = 30;

function Affected({ plan: { change } }: { plan: ChangePlan }) {
  const [shown, others] = useFirst(change.affected, AFFECTED_MAX);
  if (change.affected.length === 0) return <Empty title="The change names no item" />;
  return (
    <>
      <div className="scroll" tabIndex={0} role="region" aria-label="Affected items">
        <table className="table">
          <caption className="heard">
            Items that the change names, and what becomes of material of the old revision
          </caption>
          <thead>
            <tr>
              {["Item", "Revision", "Stock", "In work", "On order", "Finished"].map((heading) => (
                <th key={heading} scope="col">
                  {heading}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map(({ item, from, to, disposition }) => (
              <tr key={item}>
                <td className="id">{item}</td>
                <td>
                  {from ?? "new"} → {to ?? "retired"}
                </td>
                <td>{disposition.stock}</td>
                <td>{disposition.wip}</td>
                <td>{disposition.onOrder}</td>
                <td>{disposition.finished}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {others}
    </>
  );
}
