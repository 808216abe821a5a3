import { useState } from "react";
import { Modal } from "@mantine/core";
import { useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { ChangeRow, RunState } from "../../src/api/contract.ts";
import { api } from "../api.ts";
import { ReasonForm } from "../parts/reason-form.tsx";
import { ReasonedButton } from "../parts/reasoned-button.tsx";
import { readAgain, sessionQuery } from "../queries.ts";

/** Where something of a change may stand in the plant. */
const WRITTEN: readonly RunState[] = ["applied", "withdrawn"];

/** Has a change of Heddle's own planned that takes an applied one back, and goes to it. */
export function RollBack({ row: { change, plant, state } }: { readonly row: ChangeRow }) {
  const { data: session } = useSuspenseQuery(sessionQuery);
  const [asked, setAsked] = useState(false);
  const client = useQueryClient();
  const navigate = useNavigate();
  if (!WRITTEN.includes(state)) return null;
  const close = () => setAsked(false);
  return (
    <>
      <ReasonedButton
        variant="default"
        onClick={() => setAsked(true)}
        disabledReason={session.role === "viewer" ? "You are signed in as viewer; an operator may ask for it." : null}
      >
        Roll back…
      </ReasonedButton>
      <Modal
        opened={asked}
        onClose={close}
        title={`Roll ${change} back`}
        closeButtonProps={{ "aria-label": "Close" }}
        size="lg"
      >
        <ReasonForm
          sentence={`A new change is planned that puts the mBOMs of plant ${plant} back to what they were before ${change}, with everything that was done since. Nothing is written before another person approves it.`}
          submit="Plan the rollback"
          act={async (reason) => {
            const made = await api.rollBack(change, plant, reason);
            await navigate({ to: "/changes/$change/$plant", params: { change: made.change, plant: made.plant } });
          }}
          close={close}
          done={async () => {
            close();
            await readAgain(client, [{ kind: "change", key: change, plant }]);
          }}
        />
      </Modal>
    </>
  );
}
