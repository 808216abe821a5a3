import { Link } from "@tanstack/react-router";
import type { ConflictRow } from "../../src/api/contract.ts";
import { DataTable, type Column } from "../parts/data-table.tsx";
import { Moment } from "../parts/moment.tsx";
import { CONFLICT_STATES, ConflictStateWord } from "./conflict-state.tsx";
import { Said } from "./said.tsx";

export function ConflictTable({ caption, rows }: { caption: string; rows: readonly ConflictRow[] }) {
  return <DataTable caption={caption} columns={COLUMNS} rows={rows} rowKey={({ id }) => id} />;
}

const COLUMNS: readonly Column<ConflictRow>[] = [
  {
    id: "conflict",
    header: "Conflict",
    minWidth: 190,
    value: ({ item, line }) => `${item} ${line}`,
    cell: ({ id, item, component, field, line, plant }) => (
      <>
        <Link to="/conflicts/$id" params={{ id }} className="row-link">
          <span className="id">{component}</span> in <span className="id">{item}</span>: {field}
        </Link>
        <p className="soft small">
          line {line} · plant {plant} · {id}
        </p>
      </>
    ),
  },
  {
    id: "base",
    header: "Was",
    minWidth: 90,
    cell: ({ said }) => <Said text={said.base} />,
  },
  {
    id: "engineering",
    header: "Engineering wants",
    minWidth: 130,
    cell: ({ said, answer }) => <Said text={said.engineering} stands={answer?.stands === "engineering"} />,
  },
  {
    id: "plant",
    header: "The plant has",
    minWidth: 120,
    cell: ({ said, answer }) => <Said text={said.plant} stands={answer?.stands === "plant"} />,
  },
  {
    id: "state",
    header: "State",
    minWidth: 160,
    value: ({ state }) => CONFLICT_STATES.indexOf(state),
    cell: ({ state, answer }) => (
      <>
        <ConflictStateWord state={state} />
        {answer === null || state === "open" ? null : (
          <p className="soft small two-lines" title={answer.reason}>
            {answer.by}: “{answer.reason}”
          </p>
        )}
      </>
    ),
  },
  {
    id: "change",
    header: "Change",
    minWidth: 110,
    value: ({ change }) => change,
    cell: ({ change, plant }) => (
      <Link to="/changes/$change/$plant" params={{ change, plant }} className="id">
        {change}
      </Link>
    ),
  },
  {
    id: "since",
    header: "Since",
    align: "right",
    value: ({ openedAt }) => openedAt,
    cell: ({ openedAt }) => <Moment at={openedAt} />,
  },
];
