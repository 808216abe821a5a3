import { useState } from "react";
import { useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { Deviation } from "../../src/api/contract.ts";
import { grouped } from "../../src/domain/grouped.ts";
import { api } from "../api.ts";
import { clockTime } from "../format.ts";
import { ChangeLink } from "../parts/change-link.tsx";
import { DataTable, type Column } from "../parts/data-table.tsx";
import { Moment } from "../parts/moment.tsx";
import { ReasonedButton } from "../parts/reasoned-button.tsx";
import { DEVIATION_TONES, State } from "../parts/state.tsx";
import { readAgain, sessionQuery } from "../queries.ts";
import { AskModal } from "./ask-modal.tsx";
import { isApprover } from "./may-ask.ts";

/** Leave to build by a superseded design: who gave it, why, within what limits, and what it has let through. */
export function DeviationsTable({ deviations }: { deviations: readonly Deviation[] }) {
  return <DataTable caption="Deviations" columns={COLUMNS} rows={deviations} rowKey={({ id }) => id} />;
}

const COLUMNS: readonly Column<Deviation>[] = [
  {
    id: "deviation",
    header: "Deviation",
    cell: ({ id, order, plant }) => (
      <>
        <span className="id">{id}</span>
        <p className="soft small">
          {order === null ? (
            `all orders in plant ${plant}`
          ) : (
            <>
              only{" "}
              <Link to="/orders/$plant/$order" params={{ plant, order }}>
                {order}
              </Link>
            </>
          )}
        </p>
      </>
    ),
  },
  {
    id: "state",
    header: "State",
    cell: ({ state }) => <State tone={DEVIATION_TONES[state]} word={state} />,
  },
  {
    id: "design",
    header: "Superseded design",
    cell: ({ item, supersededBy, plant }) => (
      <>
        <span className="id">{item}</span>
        <p className="soft small">
          by <ChangeLink change={supersededBy} plant={plant} />
        </p>
      </>
    ),
  },
  {
    id: "limits",
    header: "Let through",
    cell: ({ used, quantity, until }) => (
      <>
        {quantity === null ? grouped(used) : `${grouped(used)} of ${grouped(quantity)}`}
        <p className="soft small">{until === null ? "no end" : `until ${clockTime(until)}`}</p>
      </>
    ),
  },
  {
    id: "approved",
    header: "Approved by",
    minWidth: 200,
    cell: ({ approvedBy, reason, createdAt }) => (
      <>
        {approvedBy}, <Moment at={createdAt} />
        <p className="soft small">“{reason}”</p>
      </>
    ),
  },
  {
    id: "revoke",
    header: "Take back",
    cell: (deviation) => (deviation.state === "open" ? <Revoke deviation={deviation} /> : null),
  },
];

function Revoke({ deviation: { id } }: { deviation: Deviation }) {
  const { data: session } = useSuspenseQuery(sessionQuery);
  const client = useQueryClient();
  const [isAsked, setAsked] = useState(false);
  return (
    <>
      <ReasonedButton
        variant="default"
        size="compact-sm"
        onClick={() => setAsked(true)}
        disabledReason={
          isApprover(session) ? null : `You are signed in as ${session.role}; an approver revokes deviations.`
        }
      >
        Revoke…
      </ReasonedButton>
      {isAsked ? (
        <AskModal
          title={`Revoke deviation ${id}`}
          sentence="The gate closes again for orders that have not gone to the MES."
          submit="Revoke"
          isGrave
          act={async (reason) => {
            await api.revokeDeviation(id, reason);
            await readAgain(client);
          }}
          close={() => setAsked(false)}
        />
      ) : null}
    </>
  );
}
