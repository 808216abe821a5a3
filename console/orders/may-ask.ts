import type { OrderState, OrderView, Session } from "../../src/api/contract.ts";
import type { OrderAsk } from "../api.ts";

export type Ask = OrderAsk | "release-with-deviation";

type Standing = Pick<OrderView, "gate" | "directives"> & { readonly row: Pick<OrderView["row"], "state" | "mes"> };

/** What it makes sense to ask of an order that stands like this, in the order of the buttons. */
export function asksFor(view: Standing): readonly Ask[] {
  const { row, gate, directives } = view;
  const isKept = directives.hold !== null || directives.cancel !== null;
  const may: readonly (readonly [Ask, boolean])[] = [
    ["look-again", true],
    ["cancel", row.state !== "ended" && directives.cancel === null],
    ["hold", row.state !== "ended" && directives.hold === null],
    ["release", isKept && (row.state !== "ended" || row.mes === null)],
    ["release-with-deviation", row.state !== "ended" && gate.some(({ deviation }) => deviation === null)],
    ["dispatch-now", row.state === "refused" || (row.state !== "ended" && row.mes === null)],
  ];
  return may.flatMap(([ask, makesSense]) => (makesSense ? [ask] : []));
}

/**
 * Why this person cannot ask that now, as a sentence for a disabled button; null when they can.
 * The hub decides; this only spares a click.
 */
export function whyNotAsk(ask: Ask, { row, directives }: Standing, session: Session): string | null {
  const { role } = session;
  if (ask === "release-with-deviation" && !isApprover(session))
    return `You are signed in as ${role}; an approver lets orders through by deviation.`;
  if (role === "viewer") return "You are signed in as viewer; an operator does this.";
  if (ask !== "dispatch-now") return null;
  if (row.state === "scheduled" && directives.dispatchNow !== null)
    return `${directives.dispatchNow.by} asked for it already.`;
  return NOT_NOW[row.state];
}

/** Whether this person may give and revoke deviations. */
export function isApprover({ role }: Session): boolean {
  return role === "approver" || role === "admin";
}

/** Why an order in that state cannot go now. */
const NOT_NOW: Readonly<Record<OrderState, string | null>> = {
  scheduled: null,
  "not released": "The ERP has not released it yet.",
  held: "It is held: release it first.",
  blocked: "Bad data blocks it: mend what the findings name.",
  sending: "It is on its way already.",
  retrying: "It is on its way already; a system is away.",
  dispatched: "The MES has it already.",
  negotiating: "The MES has it already.",
  refused: null,
  ended: "It has ended.",
};
