import { proposalText } from "../domain/feedback/proposal-text.ts";
import type { Proposal } from "../domain/feedback/trigger-proposal.ts";
import { proposalSubject } from "../flows/proposal-thread.ts";
import { auditOf } from "../store/audit.ts";
import type { Db } from "../store/database.ts";
import type { StoredProposal } from "../store/proposals.ts";
import type { ProposalRow, ProposalView } from "./contract.ts";

export function proposalRow(stored: StoredProposal): ProposalRow {
  const { content, occasion: _occasion, orders: _orders, change: _change, trouble, ...row } = stored;
  return { ...row, kind: content.kind, reason: trouble ?? row.reason };
}

export async function proposalView(db: Db, stored: StoredProposal): Promise<ProposalView> {
  const { content, orders, change } = stored;
  return {
    row: proposalRow(stored),
    text: proposalText(content),
    evidence: content.evidence.split("\n"),
    orders: [...orders],
    change,
    figures: figuresOf(content),
    timeline: await auditOf(db, proposalSubject(stored)),
  };
}

function figuresOf(content: Proposal): ProposalView["figures"] {
  switch (content.kind) {
    case "routing time":
      return { unit: "seconds", planned: content.plannedSeconds, proposed: content.proposedSeconds };
    case "scrap factor":
      return { unit: "share", planned: content.plannedShare, proposed: content.proposedShare };
    case "problem report":
      return null;
  }
}
