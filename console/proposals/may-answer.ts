import type { ProposalRow, Session } from "../../src/api/contract.ts";
import { isApprover } from "../orders/may-ask.ts";

/** Where a person's answer is still asked for. */
export function isOpen({ state }: Pick<ProposalRow, "state">): boolean {
  return state === "waiting" || state === "failed";
}

/** Why this person cannot answer, as a sentence for a disabled button; null when they can. */
export function whyNotAnswer(row: Pick<ProposalRow, "state">, session: Session): string | null {
  if (!isOpen(row)) return `It is ${row.state} already.`;
  if (isApprover(session)) return null;
  return `You are signed in as ${session.role}; an approver answers proposals.`;
}

/** What follows from an answer, before a person gives its reason. */
export function sentenceOf(decision: "approve" | "dismiss", { kind }: Pick<ProposalRow, "kind">): string {
  if (decision === "dismiss") return "Nothing follows from it. It opens again only when production gives new cause.";
  if (kind === "problem report") return "The report is filed in the PLM, with its evidence and links.";
  return "It is on record as agreed. Heddle does not enter it in the ERP: whoever keeps the master data does.";
}
