import { useState } from "react";
import { useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import type { BookingFinding, BookingView } from "../../src/api/contract.ts";
import { api } from "../api.ts";
import { AskModal } from "../orders/ask-modal.tsx";
import { isApprover } from "../orders/may-ask.ts";
import { Moment } from "../parts/moment.tsx";
import { ReasonedButton } from "../parts/reasoned-button.tsx";
import { State } from "../parts/state.tsx";
import { readAgain, sessionQuery } from "../queries.ts";

type Decision = "post" | "leave out";
type Place = Pick<BookingView["row"], "order" | "plant">;

/** What does not fit the ERP's order, each with what a person said to it, or can. */
export function BookingFindings({ findings, place }: { findings: readonly BookingFinding[]; place: Place }) {
  const open = findings.filter(({ decided }) => decided === null).length;
  return (
    <section className="panel" aria-labelledby="findings">
      <div className="panel-head">
        <h2 id="findings">What does not fit the ERP’s order</h2>
        <span className="soft small">{open === 0 ? "all decided" : `${open} to decide`}</span>
      </div>
      {findings.map((finding) => (
        <Finding key={finding.key} finding={finding} place={place} />
      ))}
    </section>
  );
}

function Finding({ finding, place }: { finding: BookingFinding; place: Place }) {
  const { code, place: where, extent, cause, fix, decided } = finding;
  const [asked, setAsked] = useState<Decision | null>(null);
  return (
    <article className="finding">
      <div>
        <State tone={decided === null ? "warn" : "good"} word={decided === null ? "to decide" : "decided"} />
      </div>
      <div>
        <p>
          <strong>{[where ?? "the whole order", extent].filter((part) => part !== null).join(" · ")}</strong>
        </p>
        <p className="sentence">{cause}</p>
        <p className="fix">
          <span className="soft">To do: </span>
          {fix}
        </p>
        <p className="soft small">{code}</p>
        {decided === null ? null : (
          <p>
            <strong>{decided.decision === "post" ? "Book it anyway" : "Leave it out"}</strong>, said {decided.by},{" "}
            <Moment at={decided.at} />: “{decided.reason}”
          </p>
        )}
        <div className="answers">
          <DecideButton decision="leave out" finding={finding} onAsk={setAsked} />
          <DecideButton decision="post" finding={finding} onAsk={setAsked} />
        </div>
      </div>
      {asked === null ? null : (
        <DecideModal decision={asked} finding={finding} place={place} close={() => setAsked(null)} />
      )}
    </article>
  );
}

const WORDS: Readonly<Record<Decision, string>> = { post: "Book it anyway", "leave out": "Leave it out" };

type ButtonProps = { decision: Decision; finding: BookingFinding; onAsk: (decision: Decision) => void };

/** Who decided may decide otherwise, as long as the order is open. */
function DecideButton({ decision, finding: { decided }, onAsk }: ButtonProps) {
  const { data: session } = useSuspenseQuery(sessionQuery);
  if (decided?.decision === decision) return null;
  return (
    <ReasonedButton
      size="compact-sm"
      variant={decided === null && decision === "post" ? "filled" : "default"}
      onClick={() => onAsk(decision)}
      disabledReason={
        isApprover(session) ? null : `You are signed in as ${session.role}; an approver decides what is booked.`
      }
    >
      {WORDS[decision]}…
    </ReasonedButton>
  );
}

type ModalProps = { decision: Decision; finding: BookingFinding; place: Place; close: () => void };

function DecideModal({ decision, finding: { key, cause }, place: { order, plant }, close }: ModalProps) {
  const client = useQueryClient();
  const follows =
    decision === "post"
      ? "It is booked in the ERP in spite of that."
      : "It is not booked; the shop floor’s own figures keep it.";
  return (
    <AskModal
      title={`${WORDS[decision]}: ${order}`}
      sentence={`${cause} ${follows}`}
      submit={WORDS[decision]}
      act={async (reason) => {
        await api.decideBooking(order, plant, { finding: key, decision, reason });
        await readAgain(client, [{ kind: "production", key: order, plant }]);
      }}
      close={close}
    />
  );
}
