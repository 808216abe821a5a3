import { useState } from "react";
import { useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import type { ConflictRow, MergeSide } from "../../src/api/contract.ts";
import { api } from "../api.ts";
import { AskModal } from "../orders/ask-modal.tsx";
import { ReasonedButton } from "../parts/reasoned-button.tsx";
import { readAgain, sessionQuery } from "../queries.ts";
import { revokeSentence, sentenceOf, whyNotResolve, whyNotRevoke } from "./may-resolve.ts";

/** Both answers while it is open, and the way back from one that was given. */
export function ConflictButtons({ row }: { row: ConflictRow }) {
  if (row.state === "open") return <ResolveButtons row={row} />;
  return row.answer === null ? null : <RevokeButton row={row} />;
}

function ResolveButtons({ row }: { row: ConflictRow }) {
  const { data: session } = useSuspenseQuery(sessionQuery);
  const readConflict = useReadAgain(row);
  // The conflict as it was when the person was asked: the answer is to that, whatever has come since.
  const [asked, setAsked] = useState<{ readonly stands: MergeSide; readonly row: ConflictRow } | null>(null);
  return (
    <>
      <ReasonedButton
        variant="default"
        onClick={() => setAsked({ stands: "plant", row })}
        disabledReason={whyNotResolve("plant", row, session)}
      >
        Keep the plant’s…
      </ReasonedButton>
      <ReasonedButton
        variant="default"
        onClick={() => setAsked({ stands: "engineering", row })}
        disabledReason={whyNotResolve("engineering", row, session)}
      >
        Take engineering’s…
      </ReasonedButton>
      {asked === null ? null : (
        <AskModal
          title={asked.stands === "plant" ? "Keep what the plant has" : "Take what engineering wants"}
          sentence={sentenceOf(asked.stands, asked.row)}
          submit={asked.stands === "plant" ? "Keep the plant’s" : "Take engineering’s"}
          act={async (reason) => {
            const { stands, row: seen } = asked;
            const { engineering: engineeringSaid, plant: plantSaid } = seen.said;
            await api.resolveConflict(seen.id, { stands, engineeringSaid, plantSaid, reason });
            await readConflict();
          }}
          close={() => setAsked(null)}
        />
      )}
    </>
  );
}

function RevokeButton({ row }: { row: ConflictRow }) {
  const { data: session } = useSuspenseQuery(sessionQuery);
  const readConflict = useReadAgain(row);
  const [asked, setAsked] = useState(false);
  return (
    <>
      <ReasonedButton variant="default" onClick={() => setAsked(true)} disabledReason={whyNotRevoke(session)}>
        Take the answer back…
      </ReasonedButton>
      {asked ? (
        <AskModal
          title="Take the answer back"
          sentence={revokeSentence(row)}
          submit="Take it back"
          isGrave
          act={async (reason) => {
            await api.revokeResolution(row.id, reason);
            await readConflict();
          }}
          close={() => setAsked(false)}
        />
      ) : null}
    </>
  );
}

function useReadAgain({ id, plant }: ConflictRow): () => Promise<void> {
  const client = useQueryClient();
  return () => readAgain(client, [{ kind: "conflict", key: id, plant }]);
}
