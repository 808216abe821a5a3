import { useState } from "react";
import { Group, TextInput } from "@mantine/core";
import { useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { api } from "../api.ts";
import { ReasonedButton } from "../parts/reasoned-button.tsx";
import { readAgain, sessionQuery } from "../queries.ts";
import { AskModal } from "./ask-modal.tsx";
import { givenLimits, LimitFields, NO_LIMITS } from "./limit-fields.tsx";
import { isApprover } from "./may-ask.ts";

/** Gives leave to build all orders of an item by a superseded design. */
export function GiveDeviation() {
  const { data: session } = useSuspenseQuery(sessionQuery);
  const [isAsked, setAsked] = useState(false);
  return (
    <>
      <ReasonedButton
        onClick={() => setAsked(true)}
        disabledReason={isApprover(session) ? null : `You are signed in as ${session.role}; an approver does this.`}
      >
        Give a deviation…
      </ReasonedButton>
      {isAsked ? <GiveModal close={() => setAsked(false)} /> : null}
    </>
  );
}

const FIELDS = [
  ["plant", "Plant", "Its number in the ERP."],
  ["item", "Item", "Whose old design may be built."],
  ["supersededBy", "In spite of", "The change, as the order names it."],
] as const;

function GiveModal({ close }: { close: () => void }) {
  const client = useQueryClient();
  const [named, setNamed] = useState({ plant: "", item: "", supersededBy: "" });
  const [limits, setLimits] = useState(NO_LIMITS);
  return (
    <AskModal
      title="Give a deviation"
      sentence="All orders of the item may be built by the old design, within these limits. You approve it with your name. For one order alone, release that order with deviation."
      submit="Give the deviation"
      act={async (reason) => {
        await api.giveDeviation({ ...named, ...givenLimits(limits), reason });
        await readAgain(client);
      }}
      close={close}
    >
      <Group gap={12} align="flex-start" grow>
        {FIELDS.map(([name, label, description]) => (
          <TextInput
            key={name}
            label={label}
            description={description}
            required
            value={named[name]}
            onChange={({ currentTarget }) => setNamed({ ...named, [name]: currentTarget.value })}
          />
        ))}
      </Group>
      <LimitFields limits={limits} onChange={setLimits} of="In the item’s unit" />
    </AskModal>
  );
}
