import { useState } from "react";
import { Modal } from "@mantine/core";
import { useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import type { ChangeRow, PlanState } from "../../src/api/contract.ts";
import { grouped } from "../../src/domain/grouped.ts";
import { ENDED_STATES } from "../../src/domain/run-state.ts";
import { api, type Plan } from "../api.ts";
import { counted } from "../format.ts";
import { whyNot } from "../may-decide.ts";
import { ReasonForm } from "../parts/reason-form.tsx";
import { ReasonedButton } from "../parts/reasoned-button.tsx";
import { readAgain, sessionQuery } from "../queries.ts";

type Decision = "approve" | "refuse";
type Props = { readonly row: ChangeRow; readonly plan: Plan | null };

const DECIDED: readonly PlanState[] = ["approved", "refused", "applied"];

/** Gone once there is nothing left to decide; in their place a sentence where this person can decide neither way. */
export function DecisionButtons({ row, plan }: Props) {
  const { data: session } = useSuspenseQuery(sessionQuery);
  const [asked, setAsked] = useState<{ readonly decision: Decision; readonly plan: Plan } | null>(null);
  const ask = (decision: Decision) => () => {
    if (plan !== null) setAsked({ decision, plan });
  };
  if (plan === null || DECIDED.includes(plan.state) || ENDED_STATES.has(row.state)) return null;
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
  const client = useQueryClient();
  const isApproval = decision === "approve";
  return (
    <ReasonForm
      sentence={
        isApproval
          ? `Exactly ${counted(plan.plan.actions.length, "action")} will be written to plant ${plant}, as shown in the plan${actionRequired === 0 ? "" : `; ${counted(actionRequired, "open order")} then ${actionRequired === 1 ? "asks" : "ask"} for action${exposure === null ? "" : `, with ${grouped(exposure)} at stake`}`}.`
          : `Nothing of this plan will be written to plant ${plant}; the PLM is told so, where the change is one of its own.`
      }
      submit={isApproval ? "Approve and apply" : "Refuse"}
      leave="Cancel"
      isGrave={!isApproval}
      act={(reason) => api.decide(change, plant, { digest: plan.digest, decision, reason })}
      close={close}
      done={async () => {
        close();
        await readAgain(client, [{ kind: "change", key: change, plant }]);
      }}
    >
      <p className="soft small">
        Plan <span className="id">{plan.digest.slice(0, 12)}</span>: what you decide on is bound to it.
      </p>
    </ReasonForm>
  );
}
