import { useQuery } from "@tanstack/react-query";
import type { AsBuiltView, ThreadNodeView } from "../../src/api/contract.ts";
import { nodeName } from "../../src/domain/trace/node-name.ts";
import { ApiFailure } from "../api.ts";
import { clockTime } from "../format.ts";
import { DataTable, type Column } from "../parts/data-table.tsx";
import { ProblemNote, problemOf } from "../parts/problem.tsx";
import { asBuiltQuery } from "../queries.ts";

type Part = AsBuiltView["components"][number];
type Row = {
  readonly key: string;
  readonly line: string;
  readonly item: string;
  readonly required: string;
  readonly isRight: boolean;
  readonly verdict: string;
  readonly parts: readonly { readonly what: string; readonly part: Part }[];
};

/** What was built into a serial or lot, line for line beside its design; nothing of what has no record. */
export function AsBuiltPanel({ node }: { node: ThreadNodeView }) {
  const { name, item } = nodeName(node);
  const { data, error } = useQuery(asBuiltQuery(node.system, item ?? "", node.kind === "lot" ? "lot" : "serial", name));
  if (error instanceof ApiFailure && error.status === 404) {
    return (
      <section className="panel" aria-label="As built">
        <div className="panel-head">
          <h2>As built</h2>
        </div>
        <p className="panel-body soft">
          No record: the shop floor has not told how it was built. What was bought has none here.
        </p>
      </section>
    );
  }
  if (error !== null) return <ProblemNote problem={problemOf(error)} />;
  if (data === undefined) return null;
  return (
    <section className="panel" aria-label="As built">
      <div className="panel-head">
        <h2>As built</h2>
        <Verdict compared={data.compared} />
        <p className="end soft small">
          {data.item} {data.revision === null ? "" : `rev ${data.revision} `}by {data.orders.join(", ")},{" "}
          {clockTime(data.builtAt)}
          {data.changes.length === 0 ? "" : `, under ${data.changes.join(", ")}`}
        </p>
      </div>
      {data.notes.map((note) => (
        <p key={note} className="panel-body soft small">
          {note}
        </p>
      ))}
      <DataTable
        caption="Built in, by line of the design"
        columns={COLUMNS}
        rows={rowsOf(data)}
        rowKey={({ key }) => key}
      />
      {data.operations.length === 0 ? null : (
        <DataTable
          caption="Worked on"
          columns={OPERATIONS}
          rows={data.operations}
          rowKey={({ at, operation, station }) => `${at} ${operation} ${station}`}
        />
      )}
      {data.results.length === 0 ? null : (
        <DataTable
          caption="Tests and measurements"
          columns={RESULTS}
          rows={data.results}
          rowKey={({ at, kind, name: what, text }) => `${at} ${kind} ${what} ${text}`}
        />
      )}
    </section>
  );
}

function Verdict({ compared }: { compared: AsBuiltView["compared"] }) {
  if (compared === null) return null;
  return (
    <span className="state" data-tone={compared.isAsDesigned ? "good" : "warn"}>
      {compared.isAsDesigned ? "as designed" : "differs from the design"}
    </span>
  );
}

/** Lines of the design, then what is extra; without a design what was built in. */
function rowsOf({ compared, components }: AsBuiltView): readonly Row[] {
  if (compared === null) {
    return components.map((part, at) => ({
      key: `part ${at}`,
      line: "",
      item: part.item,
      required: "",
      isRight: true,
      verdict: "not compared",
      parts: [{ what: "", part }],
    }));
  }
  const lines = compared.lines.map((line) => ({
    key: `line ${line.line} ${line.item}`,
    line: line.line,
    item: line.item,
    required: line.required ?? "as required",
    isRight: line.isAsDesigned,
    verdict: verdictOf(line),
    parts: line.fits.map(({ fit, part }) => ({ what: fit, part })),
  }));
  const extra = compared.extra.map(({ part, why }, at) => ({
    key: `extra ${at}`,
    line: "",
    item: part.item,
    required: "none",
    isRight: false,
    verdict: `extra: ${why}`,
    parts: [{ what: "extra", part }],
  }));
  return [...lines, ...extra];
}

function verdictOf({ isAsDesigned, missing, fits }: NonNullable<AsBuiltView["compared"]>["lines"][number]): string {
  if (missing !== null) return `${missing} missing`;
  if (isAsDesigned) return fits.length === 0 ? "none used" : "as designed";
  return [...new Set(fits.map(({ fit }) => fit).filter((fit) => fit !== "as designed"))].join(", ");
}

const COLUMNS: readonly Column<Row>[] = [
  { id: "line", header: "Line", cell: ({ line }) => line },
  { id: "item", header: "Item", value: ({ item }) => item, cell: ({ item }) => <span className="id">{item}</span> },
  { id: "required", header: "Design", align: "right", cell: ({ required }) => required },
  {
    id: "built",
    header: "Built in",
    minWidth: 220,
    cell: ({ parts }) => (
      <>
        {parts.map(({ part }, at) => (
          <p key={at}>{partText(part)}</p>
        ))}
      </>
    ),
  },
  {
    id: "verdict",
    header: "Verdict",
    minWidth: 160,
    value: ({ verdict }) => verdict,
    cell: ({ verdict, isRight }) => (isRight ? verdict : <strong>{verdict}</strong>),
  },
];

function partText({ item, revision, quantity, lot, serial, operation }: Part): string {
  const from = serial === null ? (lot === null ? "" : `, lot ${lot}`) : `, serial ${serial}`;
  const at = operation === null ? "" : `, at ${operation}`;
  return `${quantity} of ${item}${revision === null ? "" : ` rev ${revision}`}${from}${at}`;
}

const OPERATIONS: readonly Column<AsBuiltView["operations"][number]>[] = [
  { id: "at", header: "When", value: ({ at }) => at, cell: ({ at }) => clockTime(at) },
  { id: "operation", header: "Operation", cell: ({ operation }) => operation },
  { id: "place", header: "Station", cell: ({ workCenter, station }) => station ?? workCenter },
  { id: "operator", header: "Operator", cell: ({ operator }) => operator },
];

const RESULTS: readonly Column<AsBuiltView["results"][number]>[] = [
  { id: "at", header: "When", value: ({ at }) => at, cell: ({ at }) => clockTime(at) },
  { id: "what", header: "Test", value: ({ name }) => name, cell: ({ name }) => name },
  {
    id: "passed",
    header: "Result",
    cell: ({ kind, passed }) =>
      kind === "nonconformance" ? "nonconformance" : passed ? "passed" : <strong>failed</strong>,
  },
  { id: "text", header: "Value", cell: ({ text }) => text },
];
