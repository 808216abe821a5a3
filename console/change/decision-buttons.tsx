import { useState, type SubmitEvent } from "react";
import { Button, Group, Modal, Textarea } from "@mantine/core";
import { useMutation, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import type { ChangeRow } from "../../src/api/contract.ts";
import { api, type Plan } from "../api.ts";
import { counted } from "../format.ts";
import { whyNot } from "../may-decide.ts";
import { ProblemNote, problemOf } from "../parts/problem.tsx";
import { ReasonedButton } from "../parts/reasoned-button.tsx";
import { readAgain, sessionQuery } from "../queries.ts";

type Decision = "approve" | "refuse";
type Props = { readonly row: ChangeRow; readonly plan: Plan | null };

const REASON_MIN = 3;
const REASON_MAX = 1_000;

/** Gone once a plan is settled for good: there is nothing left to decide. */
export function DecisionButtons({ row, plan }: Props) {
  const { data: session } = useSuspenseQuery(sessionQuery);
  const [asked, setAsked] = useState<{ readonly decision: Decision; readonly plan: Plan } | null>(null);
  const ask = (decision: Decision) => () => {
    if (plan !== null) setAsked({ decision, plan });
  };
  if (plan?.state === "applied" || row.state === "in step" || row.state === "withdrawn") return null;
  return (
    <>
      <ReasonedButton variant="default" onClick={ask("refuse")} disabledReason={whyNot("refuse", plan, session)}>
        Refuse…
      </ReasonedButton>
      <ReasonedButton onClick={ask("approve")} disabledReason={whyNot("approve", plan, session)}>
        Approve…
      </ReasonedButton>
      <Modal
        opened={asked !== null}
        onClose={() => setAsked(null)}
        title={asked?.decision === "refuse" ? `Refuse the plan of ${row.change}` : `Approve the plan of ${row.change}`}
        closeButtonProps={{ "aria-label": "Close" }}
        size="lg"
      >
        {asked === null ? null : <DecisionForm row={row} {...asked} close={() => setAsked(null)} />}
      </Modal>
    </>
  );
}

type FormProps = { row: ChangeRow; plan: Plan; decision: Decision; close: () => void };

/** Decides on the plan that was on the page when it opened, whatever has come since. */
function DecisionForm({ row: { change, plant, actionRequired }, plan, decision, close }: FormProps) {
  const [reason, setReason] = useState("");
  const client = useQueryClient();
  const decide = useMutation({
    mutationFn: () => api.decide(change, plant, { digest: plan.digest, decision, reason: reason.trim() }),
    onSuccess: async () => {
      close();
      await readAgain(client, change, plant);
    },
  });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (reason.trim().length >= REASON_MIN) decide.mutate();
  };
  return (
    <form className="stack" onSubmit={submit}>
      <p>
        {decision === "approve"
          ? `Exactly ${counted(plan.plan.actions.length, "action")} will be written to plant ${plant}, as shown in the plan${actionRequired === 0 ? "" : `; ${counted(actionRequired, "open order")} then ${actionRequired === 1 ? "asks" : "ask"} for action`}.`
          : `Nothing of this plan will be written to plant ${plant}, and the PLM is told so with your reason.`}
      </p>
      {decide.isError ? <ProblemNote problem={problemOf(decide.error)} /> : null}
      <Textarea
        label="Reason"
        description="Kept with your name in the audit trail."
        required
        data-autofocus
        autosize
        minRows={3}
        maxLength={REASON_MAX}
        value={reason}
        onChange={({ currentTarget }) => setReason(currentTarget.value)}
      />
      <p className="soft small">
        Plan <span className="id">{plan.digest.slice(0, 12)}</span>: what you decide on is bound to it.
      </p>
      <Group justify="flex-end" gap={8}>
        <Button variant="default" onClick={close}>
          Cancel
        </Button>
        <Button
          type="submit"
          color={decision === "refuse" ? "madder" : "woad"}
          loading={decide.isPending}
          disabled={reason.trim().length < REASON_MIN}
        >
          {decision === "approve" ? "Approve and apply" : "Refuse"}
        </Button>
      </Group>
    </form>
  );
}
