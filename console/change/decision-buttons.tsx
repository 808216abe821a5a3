import { useState, type SubmitEvent } from "react";
import { Button, Group, Modal, Textarea } from "@mantine/core";
import { useMutation, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import type { ChangeRow, PlanState, RunState } from "../../src/api/contract.ts";
import { grouped } from "../../src/domain/grouped.ts";
import { api, type Plan } from "../api.ts";
import { counted } from "../format.ts";
import { whyNot } from "../may-decide.ts";
import { ProblemNote, problemOf } from "../parts/problem.tsx";
import { ReasonedButton } from "../parts/reasoned-button.tsx";
import { readAgain, sessionQuery } from "../queries.ts";

type Decision = "approve" | "refuse";
type Props = { readonly row: ChangeRow; readonly plan: Plan | null };

const DECIDED: readonly PlanState[] = ["approved", "refused", "applied"];
const ENDED: readonly RunState[] = ["in step", "withdrawn"];

const REASON_MIN = 3;
const REASON_MAX = 1_000;

/** Gone once there is nothing left to decide; in their place a sentence where this person can decide neither way. */
export function DecisionButtons({ row, plan }: Props) {
  const { data: session } = useSuspenseQuery(sessionQuery);
  const [asked, setAsked] = useState<{ readonly decision: Decision; readonly plan: Plan } | null>(null);
  const ask = (decision: Decision) => () => {
    if (plan !== null) setAsked({ decision, plan });
  };
  if (plan === null || DECIDED.includes(plan.state) || ENDED.includes(row.state)) return null;
  const mayNotRefuse = whyNot("refuse", plan, session);
  const mayNotApprove = whyNot("approve", plan, session);
  if (mayNotRefuse !== null && mayNotApprove !== null) return <p className="soft small">{mayNotApprove}</p>;
  return (
    <>
      <ReasonedButton variant="default" onClick={ask("refuse")} disabledReason={mayNotRefuse}>
        Refuse…
      </ReasonedButton>
      <ReasonedButton onClick={ask("approve")} disabledReason={mayNotApprove}>
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
function DecisionForm({ row: { change, plant, actionRequired, exposure }, plan, decision, close }: FormProps) {
  const [reason, setReason] = useState("");
  const [tooShort, setTooShort] = useState(false);
  const client = useQueryClient();
  const decide = useMutation({
    mutationFn: () => api.decide(change, plant, { digest: plan.digest, decision, reason: reason.trim() }),
    onSuccess: async () => {
      close();
      await readAgain(client, [{ kind: "change", key: change, plant }]);
    },
  });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const isEnough = reason.trim().length >= REASON_MIN;
    setTooShort(!isEnough);
    if (isEnough) decide.mutate();
  };
  return (
    <form className="stack" onSubmit={submit}>
      <p>
        {decision === "approve"
          ? `Exactly ${counted(plan.plan.actions.length, "action")} will be written to plant ${plant}, as shown in the plan${actionRequired === 0 ? "" : `; ${counted(actionRequired, "open order")} then ${actionRequired === 1 ? "asks" : "ask"} for action${exposure === null ? "" : `, with ${grouped(exposure)} at stake`}`}.`
          : `Nothing of this plan will be written to plant ${plant}, and the PLM is told so.`}
      </p>
      {decide.isError ? <ProblemNote problem={problemOf(decide.error)} /> : null}
      <Textarea
        label="Reason"
        description="Kept with your name in the audit trail."
        required
        data-autofocus
        error={tooShort ? `Write at least ${REASON_MIN} characters.` : null}
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
        <Button type="submit" color={decision === "refuse" ? "madder" : "woad"} loading={decide.isPending}>
          {decision === "approve" ? "Approve and apply" : "Refuse"}
        </Button>
      </Group>
    </form>
  );
}
