import { Link } from "@tanstack/react-router";
import type { ProposalRow } from "../../src/api/contract.ts";
import { DataTable, type Column } from "../parts/data-table.tsx";
import { Moment } from "../parts/moment.tsx";
import { PROPOSAL_STATES, ProposalStateWord } from "./proposal-state.tsx";

export function ProposalTable({ caption, rows }: { caption: string; rows: readonly ProposalRow[] }) {
  return <DataTable caption={caption} columns={COLUMNS} rows={rows} rowKey={({ id }) => id} />;
}

const COLUMNS: readonly Column<ProposalRow>[] = [
  {
    id: "proposal",
    header: "Proposal",
    minWidth: 240,
    value: ({ title }) => title,
    cell: ({ id, title, kind }) => (
      <>
        <Link to="/production/proposals/$id" params={{ id }} className="row-link">
          {title}
        </Link>
        <p className="soft small">
          {kind} · {id}
        </p>
      </>
    ),
  },
  {
    id: "place",
    header: "Of",
    minWidth: 130,
    value: ({ item }) => item,
    cell: ({ item, revision, operation, plant }) => (
      <>
        <span className="id">{item}</span> {revision === "-" ? null : <span className="soft">rev {revision}</span>}
        <p className="soft small">
          {operation === "-" ? "" : `operation ${operation}, `}plant {plant}
        </p>
      </>
    ),
  },
  {
    id: "state",
    header: "State",
    minWidth: 200,
    value: ({ state }) => PROPOSAL_STATES.indexOf(state),
    cell: ({ state, reason, decidedBy, receipt }) => (
      <>
        <ProposalStateWord state={state} />
        {receipt === null ? null : <p>{receipt}</p>}
        {reason === null ? null : (
          <p className="soft small two-lines" title={reason}>
            {decidedBy === null ? reason : `${decidedBy}: “${reason}”`}
          </p>
        )}
      </>
    ),
  },
  {
    id: "rule",
    header: "Trigger",
    value: ({ rule }) => rule,
    cell: ({ rule }) => <span className="rule">{rule}</span>,
  },
  {
    id: "opened",
    header: "Opened",
    align: "right",
    value: ({ openedAt }) => openedAt,
    cell: ({ openedAt }) => <Moment at={openedAt} />,
  },
];
