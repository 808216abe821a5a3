import { useState } from "react";
import { useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import type { ProposalRow } from "../../src/api/contract.ts";
import { api } from "../api.ts";
import { AskModal } from "../orders/ask-modal.tsx";
import { ReasonedButton } from "../parts/reasoned-button.tsx";
import { readAgain, sessionQuery } from "../queries.ts";
import { isOpen, sentenceOf, whyNotAnswer } from "./may-answer.ts";

type Decision = "approve" | "dismiss";

/** Gone once nothing is left to answer. */
export function ProposalButtons({ row }: { row: ProposalRow }) {
  const { data: session } = useSuspenseQuery(sessionQuery);
  const client = useQueryClient();
  const [asked, setAsked] = useState<Decision | null>(null);
  if (!isOpen(row)) return null;
  const disabledReason = whyNotAnswer(row, session);
  const { id, kind, plant } = row;
  const approve = kind === "problem report" ? "Approve and file" : "Approve";
  return (
    <>
      <ReasonedButton variant="default" onClick={() => setAsked("dismiss")} disabledReason={disabledReason}>
        Dismiss…
      </ReasonedButton>
      <ReasonedButton onClick={() => setAsked("approve")} disabledReason={disabledReason}>
        {row.state === "failed" ? "File again…" : "Approve…"}
      </ReasonedButton>
      {asked === null ? null : (
        <AskModal
          title={asked === "approve" ? `${approve}: ${row.title}` : `Dismiss: ${row.title}`}
          sentence={sentenceOf(asked, row)}
          submit={asked === "approve" ? approve : "Dismiss"}
          isGrave={asked === "dismiss"}
          act={async (reason) => {
            await api.answerProposal(id, asked, reason);
            await readAgain(client, [{ kind: "proposal", key: id, plant }]);
          }}
          close={() => setAsked(null)}
        />
      )}
    </>
  );
}
