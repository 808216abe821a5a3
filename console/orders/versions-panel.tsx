import { useMemo } from "react";
import type { OrderView } from "../../src/api/contract.ts";
import type { JobOperation, JobOrder } from "../../src/domain/job-order.ts";
import { fromJson } from "../../src/domain/json.ts";
import { jobDifferences } from "../../src/domain/orders/job-differences.ts";
import { quantity } from "../format.ts";
import { DataTable, type Column } from "../parts/data-table.tsx";
import { Empty } from "../parts/empty.tsx";
import { Moment } from "../parts/moment.tsx";
import { State, VERSION_TONES } from "../parts/state.tsx";

/** What the MES was told, newest first, each with what it asks for otherwise than the one before. */
export function VersionsPanel({ versions }: Pick<OrderView, "versions">) {
  const sent = useMemo(
    () => versions.map((version) => ({ ...version, jobOrder: fromJson<JobOrder>(version.jobOrder) })),
    [versions],
  );
  const [newest] = sent;
  return (
    <>
      <section className="panel">
        <div className="panel-head">
          <h2>Versions</h2>
          <span className="soft small">what the MES was told, newest first</span>
        </div>
        {newest === undefined ? (
          <Empty title="Nothing has been sent to the MES yet" />
        ) : (
          <ul className="timeline">
            {sent.map(({ version, sentAt, outcome, refusal, jobOrder }, index) => (
              <li key={version}>
                <Moment at={sentAt} />
                <div>
                  <p>
                    <State tone={VERSION_TONES[outcome]} word={outcome} /> version {version}
                    {refusal === null ? null : <>: “{refusal}”</>}
                  </p>
                  <Differences before={sent[index + 1]?.jobOrder ?? null} now={jobOrder} />
                </div>
              </li>
            ))}
          </ul>
        )}
      </section>
      {newest === undefined ? null : (
        <section className="panel">
          <div className="panel-head">
            <h2>Operations of version {newest.version}</h2>
          </div>
          <DataTable
            caption={`Operations of version ${newest.version}`}
            columns={OPERATION_COLUMNS}
            rows={newest.jobOrder.operations}
            rowKey={({ operation }) => operation}
          />
        </section>
      )}
    </>
  );
}

function Differences({ before, now }: { before: JobOrder | null; now: JobOrder }) {
  if (before === null) return <p className="soft">{quantity(now.quantity)}; the first.</p>;
  const differences = jobDifferences(before, now);
  if (differences.length === 0) return <p className="soft">The same as the one before, sent again.</p>;
  return (
    <ul className="differences">
      {differences.map((text) => (
        <li key={text}>{text}</li>
      ))}
    </ul>
  );
}

const OPERATION_COLUMNS: readonly Column<JobOperation>[] = [
  {
    id: "operation",
    header: "Operation",
    cell: ({ operation, name }) => (
      <>
        <span className="id">{operation}</span>
        <p className="soft">{name}</p>
      </>
    ),
  },
  { id: "center", header: "Work center", cell: ({ workCenter }) => workCenter },
  { id: "setup", header: "Setup", align: "right", cell: ({ setupSeconds }) => seconds(setupSeconds) },
  { id: "run", header: "Each piece", align: "right", cell: ({ runSeconds }) => seconds(runSeconds) },
  {
    id: "components",
    header: "Takes",
    minWidth: 220,
    cell: ({ components }) =>
      components.length === 0 ? (
        <span className="soft">–</span>
      ) : (
        components.map(({ line, item, required, lot }) => (
          <p key={line}>
            {quantity(required)} of <span className="id">{item}</span>
            {lot === null ? null : <span className="soft"> lot {lot}</span>}
          </p>
        ))
      ),
  },
];

function seconds(value: number | null) {
  return value === null ? <span className="soft">–</span> : `${value.toLocaleString("en")} s`;
}
