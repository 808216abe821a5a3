import { useMemo, useState } from "react";
import { useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ConflictRow, MergeSide } from "../../src/api/contract.ts";
import { api, type Plan } from "../api.ts";
import { Said } from "../conflicts/said.tsx";
import { whyNotResolve } from "../conflicts/may-resolve.ts";
import { counted } from "../format.ts";
import { AskModal } from "../orders/ask-modal.tsx";
import { Empty } from "../parts/empty.tsx";
import { ReasonedButton } from "../parts/reasoned-button.tsx";
import { State } from "../parts/state.tsx";
import { VirtualTable, type GridColumn } from "../parts/virtual-table.tsx";
import { conflictsOfQuery, readAgain, sessionQuery } from "../queries.ts";
import type { MergedLine } from "./merged-lines.ts";

/** Where the plant's planners edited what Heddle had published, and what becomes of it in this plan. */
export function MergeView({ plan, lines }: { plan: Plan; lines: readonly MergedLine[] }) {
  const { change, plant } = plan.plan;
  const { data: known } = useSuspenseQuery(conflictsOfQuery(change.id, plant));
  const columns = useMemo(() => columnsFor(new Map(known.map((row) => [row.question, row]))), [known]);
  const asked = lines.filter(({ stands }) => stands === null).length;
  if (lines.length === 0) {
    return (
      <div className="panel">
        <Empty title="The plant edited nothing">
          Where a planner edits an mBOM that Heddle published, the edit is kept, and shown here.
        </Empty>
      </div>
    );
  }
  return (
    <section className="panel">
      <div className="panel-head">
        <h2>The plant’s own edits</h2>
        <span className="soft small">
          {asked === 0 ? "all of them decided" : `${counted(asked, "conflict")} to answer`}
        </span>
        {asked === 0 ? null : (
          <div className="end" style={{ display: "flex", flexWrap: "wrap", gap: 8 }}>
            <ResolveAllButtons plan={plan} asked={asked} />
          </div>
        )}
      </div>
      <VirtualTable
        caption="Edits of the plant’s planners"
        columns={columns}
        rows={lines}
        rowKey={({ item, line, field }) => `${item} ${line} ${field}`}
        minWidth={980}
        wraps
      />
    </section>
  );
}

/** One answer to all that this very plan asks. */
function ResolveAllButtons({ plan: { digest, plan }, asked }: { plan: Plan; asked: number }) {
  const { change, plant } = plan;
  const { data: session } = useSuspenseQuery(sessionQuery);
  const client = useQueryClient();
  const [stands, setStands] = useState<MergeSide | null>(null);
  const concerned = { changes: [{ change: change.id, asks: true, releasedBy: change.releasedBy }] };
  return (
    <>
      {(["plant", "engineering"] as const).map((side) => (
        <ReasonedButton
          key={side}
          size="xs"
          variant="default"
          onClick={() => setStands(side)}
          disabledReason={whyNotResolve(side, concerned, session)}
        >
          {side === "plant" ? "Keep all of the plant’s…" : "Take all of engineering’s…"}
        </ReasonedButton>
      ))}
      {stands === null ? null : (
        <AskModal
          title={stands === "plant" ? "Keep what the plant has" : "Take what engineering wants"}
          sentence={
            stands === "plant"
              ? `All ${counted(asked, "conflict")} of this plan that nobody has answered: the plant keeps what it has.`
              : `All ${counted(asked, "conflict")} of this plan that nobody has answered: the plant’s edits there are gone.`
          }
          submit={stands === "plant" ? "Keep the plant’s" : "Take engineering’s"}
          act={async (reason) => {
            await api.resolveConflicts(change.id, plant, { digest, stands, reason });
            await readAgain(client, [
              { kind: "change", key: change.id, plant },
              { kind: "conflict", key: "", plant },
            ]);
          }}
          close={() => setStands(null)}
        />
      )}
    </>
  );
}

function columnsFor(conflicts: ReadonlyMap<string, ConflictRow>): readonly GridColumn<MergedLine>[] {
  const conflictOf = ({ question }: MergedLine) => (question === null ? undefined : conflicts.get(question));
  return [
    {
      id: "line",
      header: "Line",
      width: "minmax(130px, 1fr)",
      attributes: () => ({ className: "wraps" }),
      cell: ({ item, line }) => (
        <>
          <span className="number">{line}</span> <span className="soft">of {item}</span>
        </>
      ),
    },
    {
      id: "component",
      header: "Component",
      width: "minmax(110px, 0.8fr)",
      cell: ({ component }) => <span className="id">{component}</span>,
    },
    { id: "field", header: "Field", width: "minmax(90px, 0.6fr)", attributes: wraps, cell: ({ field }) => field },
    {
      id: "base",
      header: "Was",
      width: "minmax(90px, 0.9fr)",
      attributes: wraps,
      cell: ({ base }) => <Said text={base} />,
    },
    {
      id: "engineering",
      header: "Engineering wants",
      width: "minmax(120px, 0.9fr)",
      attributes: wraps,
      cell: ({ engineering, stands }) => <Said text={engineering} stands={stands === "engineering"} />,
    },
    {
      id: "plant",
      header: "The plant has",
      width: "minmax(110px, 0.9fr)",
      attributes: wraps,
      cell: ({ plant, stands }) => <Said text={plant} stands={stands === "plant"} />,
    },
    {
      id: "stands",
      header: "What stands",
      width: "minmax(190px, 1.4fr)",
      attributes: wraps,
      cell: (line) => <Standing line={line} conflict={conflictOf(line)} />,
    },
  ];
}

const wraps = () => ({ className: "wraps" });

function Standing({ line, conflict }: { line: MergedLine; conflict: ConflictRow | undefined }) {
  if (line.stands === null) {
    return (
      <>
        <State tone="warn" word="conflict" />{" "}
        {conflict === undefined ? null : (
          <Link to="/conflicts/$id" params={{ id: conflict.id }} aria-label={`Answer ${line.component} ${line.field}`}>
            Answer
          </Link>
        )}
      </>
    );
  }
  const side = line.stands === "plant" ? "the plant’s" : "engineering’s";
  if (line.question === null) {
    return <>{line.stands === "plant" ? `${side}: engineering changed nothing there` : `${side}: both added it`}</>;
  }
  if (conflict === undefined) return <>{side}, as a person answered</>;
  const { id, answer } = conflict;
  return (
    <>
      {side}, as{" "}
      <Link to="/conflicts/$id" params={{ id }}>
        {answer === null ? "was answered" : `${answer.by} answered`}
      </Link>
      {answer === null ? "; taken back since" : `: “${answer.reason}”`}
    </>
  );
}
