import type { ActionOutcome } from "../../src/api/contract.ts";
import type { Action } from "../../src/domain/change-plan.ts";
import { actionInWords } from "../../src/domain/plan-in-words.ts";
import { useMemo } from "react";
import type { Plan } from "../api.ts";
import { Empty } from "../parts/empty.tsx";
import { Moment } from "../parts/moment.tsx";
import { OUTCOME_TONES, State } from "../parts/state.tsx";
import { actionsDone } from "../plan-progress.ts";
import { VirtualTable, type GridColumn } from "../parts/virtual-table.tsx";

type Row = {
  readonly place: number;
  readonly action: Action;
  readonly words: string;
  readonly outcome: ActionOutcome | null;
};

/** Every write in the order it is done, each with what became of it. */
export function ActionsView({ plan: view }: { plan: Plan }) {
  const { plan, outcomes } = view;
  const sentences = useMemo(() => plan.actions.map((action) => actionInWords(action, plan)), [plan]);
  const rows = useMemo(() => {
    const known = new Map(outcomes.map((outcome) => [outcome.action, outcome]));
    return plan.actions.map((action, index) => ({
      place: index + 1,
      action,
      words: sentences[index] ?? "",
      outcome: known.get(action.id) ?? null,
    }));
  }, [plan, sentences, outcomes]);
  const done = actionsDone(view);

  return (
    <section className="panel">
      <div className="panel-head">
        <h2>Actions</h2>
        <span className="soft" role="status">
          {done} of {rows.length} done
        </span>
        <div
          className="meter end"
          style={{ width: 220 }}
          role="progressbar"
          aria-label="Actions done"
          aria-valuenow={done}
          aria-valuemin={0}
          aria-valuemax={rows.length}
        >
          <div style={{ width: `${rows.length === 0 ? 0 : (100 * done) / rows.length}%` }} />
        </div>
      </div>
      {rows.length === 0 ? (
        <Empty title="Nothing has to be written" />
      ) : (
        <VirtualTable
          caption="Actions"
          columns={COLUMNS}
          rows={rows}
          rowKey={({ action }) => action.id}
          minWidth={860}
          wraps
        />
      )}
    </section>
  );
}

const COLUMNS: readonly GridColumn<Row>[] = [
  {
    id: "place",
    header: "#",
    width: "52px",
    align: "right",
    cell: ({ place }) => <span className="soft">{place}</span>,
  },
  {
    id: "state",
    header: "Outcome",
    width: "124px",
    cell: ({ outcome }) =>
      outcome === null ? (
        <span className="soft">to do</span>
      ) : (
        <State tone={OUTCOME_TONES[outcome.state]} word={outcome.state} moving={outcome.state === "started"} />
      ),
  },
  {
    id: "words",
    header: "Action",
    width: "minmax(300px, 1fr)",
    attributes: ({ words }) => ({ className: "wraps", title: words }),
    cell: ({ words, outcome }) => (
      <>
        {words}
        {outcome?.error ? (
          <div className="note small" data-tone={outcome.state === "refused" ? "bad" : "warn"} style={{ marginTop: 4 }}>
            <strong>{outcome.error.message}</strong>
            {outcome.error.fix === undefined ? null : <p>{outcome.error.fix}</p>}
          </div>
        ) : null}
      </>
    ),
  },
  {
    id: "receipt",
    header: "Receipt",
    width: "150px",
    attributes: ({ outcome }) => (outcome?.receipt ? { title: outcome.receipt } : {}),
    cell: ({ outcome }) => outcome?.receipt ?? <span className="soft">–</span>,
  },
  {
    id: "attempts",
    header: "Attempts",
    width: "84px",
    align: "right",
    cell: ({ outcome }) => outcome?.attempts ?? <span className="soft">–</span>,
  },
  {
    id: "at",
    header: "When",
    width: "110px",
    align: "right",
    cell: ({ outcome }) => (outcome === null ? <span className="soft">–</span> : <Moment at={outcome.at} />),
  },
];
