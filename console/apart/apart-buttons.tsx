import { useState } from "react";
import { notifications } from "@mantine/notifications";
import { useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import type { ApartGroupView } from "../../src/api/contract.ts";
import { api } from "../api.ts";
import { counted } from "../format.ts";
import { AskModal } from "../orders/ask-modal.tsx";
import { ReasonedButton } from "../parts/reasoned-button.tsx";
import { readAgain, sessionQuery } from "../queries.ts";

type Act = "replay" | "dismiss";

/** What this person can do with a group that waits. */
export function ApartButtons({ group }: { group: ApartGroupView }) {
  const { data: session } = useSuspenseQuery(sessionQuery);
  const client = useQueryClient();
  const [asked, setAsked] = useState<Act | null>(null);
  if (group.state !== "waiting") return null;
  const disabledReason =
    session.role === "viewer" ? "You are signed in as viewer; an operator replays and dismisses events." : null;
  const events = counted(group.count, "event");
  return (
    <>
      <ReasonedButton variant="default" onClick={() => setAsked("dismiss")} disabledReason={disabledReason}>
        Dismiss…
      </ReasonedButton>
      <ReasonedButton onClick={() => setAsked("replay")} disabledReason={disabledReason}>
        Replay…
      </ReasonedButton>
      {asked === null ? null : (
        <AskModal
          title={asked === "replay" ? `Replay ${events}` : `Dismiss ${events}`}
          sentence={
            asked === "replay"
              ? `${events} come in once more: what is right now is counted, the rest stays apart with the reason that holds then.`
              : `${events} will never be counted. They stay on record with your reason.`
          }
          submit={asked === "replay" ? "Replay" : "Dismiss"}
          isGrave={asked === "dismiss"}
          act={async (reason) => {
            await (asked === "replay" ? replay(group.id, reason) : api.dismissApart(group.id, reason));
            await readAgain(client);
          }}
          close={() => setAsked(null)}
        />
      )}
    </>
  );
}

async function replay(id: string, reason: string): Promise<void> {
  const { stored, known, apart } = await api.replayApart(id, reason);
  notifications.show({
    title: `${counted(stored, "event")} counted`,
    message: `${known.toLocaleString("en")} known before, ${apart.toLocaleString("en")} still kept apart.`,
    autoClose: 10_000,
  });
}
