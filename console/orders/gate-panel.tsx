import type { OrderView } from "../../src/api/contract.ts";
import { ChangeLink } from "../parts/change-link.tsx";
import { State } from "../parts/state.tsx";

/** Which newer designs close the gate for the order, and what lets it through all the same. */
export function GatePanel({ view: { row, gate } }: { view: OrderView }) {
  const isClosed = gate.some(({ deviation }) => deviation === null);
  return (
    <section className="panel" aria-label="Gate">
      <div className="panel-head">
        <h2>{isClosed ? "Why the gate is closed" : "Let through by deviation"}</h2>
      </div>
      {gate.map(({ item, supersededBy, sentence, deviation }) => (
        <article className="finding" key={`${item} ${supersededBy}`}>
          <div>
            <State tone={deviation === null ? "warn" : "good"} word={deviation === null ? "closed" : "let through"} />
          </div>
          <div>
            <p>
              <strong>{item}</strong> superseded by <ChangeLink change={supersededBy} plant={row.plant} />
            </p>
            <p className="sentence">{sentence}</p>
            <p className="soft">
              {deviation === null
                ? "To do: have the ERP plan the order by the new design, or let an approver release it with a deviation."
                : `Deviation ${deviation} lets it through.`}
            </p>
          </div>
        </article>
      ))}
    </section>
  );
}
