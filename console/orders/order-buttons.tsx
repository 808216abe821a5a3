import { useState } from "react";
import { useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import type { OrderRow, OrderView } from "../../src/api/contract.ts";
import { api } from "../api.ts";
import { ReasonedButton } from "../parts/reasoned-button.tsx";
import { readAgain, sessionQuery } from "../queries.ts";
import { AskModal } from "./ask-modal.tsx";
import { givenLimits, LimitFields, NO_LIMITS } from "./limit-fields.tsx";
import { asksFor, whyNotAsk, type Ask } from "./may-ask.ts";

const WORDS: Readonly<Record<Ask, { readonly button: string; readonly title: string; readonly submit: string }>> = {
  "look-again": { button: "Look again…", title: "Look again at", submit: "Look again" },
  cancel: { button: "Cancel…", title: "Cancel", submit: "Cancel the order" },
  hold: { button: "Hold…", title: "Hold", submit: "Hold" },
  release: { button: "Release…", title: "Release", submit: "Release" },
  "release-with-deviation": {
    button: "Release with deviation…",
    title: "Release with deviation",
    submit: "Release with deviation",
  },
  "dispatch-now": { button: "Dispatch now…", title: "Dispatch now:", submit: "Dispatch now" },
};

/** What this person can ask of the order, each with a reason. */
export function OrderButtons({ view }: { view: OrderView }) {
  const { data: session } = useSuspenseQuery(sessionQuery);
  const [asked, setAsked] = useState<Ask | null>(null);
  const asks = asksFor(view);
  const primary = asks.findLast((ask) => whyNotAsk(ask, view, session) === null && PRIMARY.includes(ask));
  return (
    <>
      {asks.map((ask) => (
        <ReasonedButton
          key={ask}
          variant={ask === primary ? "filled" : "default"}
          onClick={() => setAsked(ask)}
          disabledReason={whyNotAsk(ask, view, session)}
        >
          {WORDS[ask].button}
        </ReasonedButton>
      ))}
      {asked === null ? null : asked === "release-with-deviation" ? (
        <DeviationModal view={view} close={() => setAsked(null)} />
      ) : (
        <OrderAskModal row={view.row} ask={asked} close={() => setAsked(null)} />
      )}
    </>
  );
}

/** What moves an order on; the last of these that can be asked stands out. */
const PRIMARY: readonly Ask[] = ["release", "release-with-deviation", "dispatch-now"];

type AskProps = { row: OrderRow; ask: Exclude<Ask, "release-with-deviation">; close: () => void };

function OrderAskModal({ row, ask, close }: AskProps) {
  const act = useAct(row);
  const { title, submit } = WORDS[ask];
  return (
    <AskModal
      title={`${title} ${row.order}`}
      sentence={sentenceOf(ask, row)}
      submit={submit}
      isGrave={ask === "cancel"}
      act={(reason) => act(api.askOfOrder(row.order, row.plant, ask, reason))}
      close={close}
    />
  );
}

function sentenceOf(ask: AskProps["ask"], { order, plant, mes }: OrderRow): string {
  switch (ask) {
    case "look-again":
      return `${order} is read in the ERP and in the MES again, and what is left to do is done.`;
    case "hold":
      return mes === null
        ? `${order} does not go to the MES of plant ${plant} until somebody releases it here.`
        : `The MES has job ${mes.number} for ${order}: it is asked to hold it until somebody releases it here.`;
    case "release":
      return `What people held or cancelled of ${order} here is taken back. The gate and a hold in the ERP still count.`;
    case "cancel":
      return mes === null
        ? `${order} does not go to the MES of plant ${plant} any more.`
        : `The MES is asked to cancel job ${mes.number}. It answers: done, partly done, or too late; the ERP is told which.`;
    case "dispatch-now":
      return `${order} goes to the MES of plant ${plant} now and does not wait for its shift. The gate still counts.`;
  }
}

/** Lets the order through everything that holds it at the gate now, within limits. */
function DeviationModal({ view: { row, gate }, close }: { view: OrderView; close: () => void }) {
  const act = useAct(row);
  const [limits, setLimits] = useState(NO_LIMITS);
  const closing = gate.filter(({ deviation }) => deviation === null);
  return (
    <AskModal
      title={`Release ${row.order} with deviation`}
      sentence={`${row.order} may be built by a design that ${closing.map(({ supersededBy }) => supersededBy).join(" and ")} superseded. You approve it with your name.`}
      submit="Release with deviation"
      act={(reason) => act(api.releaseWithDeviation(row.order, row.plant, { reason, ...givenLimits(limits) }))}
      close={close}
    >
      <LimitFields limits={limits} onChange={setLimits} of={`Of ${row.quantity}`} />
    </AskModal>
  );
}

/** Waits for the hub's answer and has the order read again. */
function useAct({ order, plant }: OrderRow): (answer: Promise<unknown>) => Promise<void> {
  const client = useQueryClient();
  return async (answer) => {
    await answer;
    await readAgain(client, [{ kind: "order", key: order, plant }]);
  };
}
