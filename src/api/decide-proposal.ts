import { toJson } from "../domain/json.ts";
import { proposalSubject } from "../flows/proposal-thread.ts";
import { recordAudit } from "../store/audit.ts";
import type { Database, Transaction } from "../store/database.ts";
import { lockProposal, moveProposal, type ProposalState, type StoredProposal } from "../store/proposals.ts";
import type { Lanes } from "./dependencies.ts";
import { ApiError } from "./problem.ts";
import { givenReason } from "./reason.ts";

type Answer = {
  readonly id: string;
  readonly decision: "approve" | "dismiss";
  readonly reason: string;
  readonly by: string;
};

/**
 * Records a person's answer to a proposal. An approved problem report is on its way to the PLM with it; other approved
 * proposals are agreed and on record.
 *
 * @throws ApiError `invalid-input`, `not-found`, `already-decided`
 */
export async function decideProposal(database: Database, lanes: Lanes, answer: Answer): Promise<StoredProposal> {
  const { id, decision, by } = answer;
  const reason = givenReason(answer.reason);
  return database.transaction(async (tx) => {
    const proposal = await lockProposal(tx, id);
    if (proposal === null) throw unknownProposal(id);
    if (proposal.state !== "waiting" && proposal.state !== "failed") throw settledAlready(proposal);
    const moved = await moveProposal(tx, id, { state: stateAfter(decision, proposal), reason, decidedBy: by });
    await recordAudit(tx, {
      who: by,
      what: decision === "approve" ? "proposal approved" : "proposal dismissed",
      subject: proposalSubject(proposal),
      detail: toJson({ proposal: id, title: proposal.title, decision, reason, content: proposal.content }),
    });
    if (moved.state === "filing") await wake(tx, lanes, moved, by);
    return moved;
  });
}

function stateAfter(decision: Answer["decision"], { content }: StoredProposal): ProposalState {
  if (decision === "dismiss") return "dismissed";
  return content.kind === "problem report" ? "filing" : "approved";
}

function wake(tx: Transaction, lanes: Lanes, proposal: StoredProposal, by: string): Promise<void> {
  return lanes.wakeUp(tx, proposalSubject(proposal), { why: `${by} approved it`, by });
}

export function unknownProposal(id: string): ApiError {
  return new ApiError("not-found", `There is no proposal ${id}.`, {
    field: "id",
    fix: "See which there are: GET /api/proposals.",
  });
}

function settledAlready({ id, state, decidedBy, reason }: StoredProposal): ApiError {
  const who = decidedBy === null ? "" : ` by ${decidedBy}`;
  const why = reason === null ? "" : `: ${reason}`;
  return new ApiError("already-decided", `Proposal ${id} is ${state}${who}${why}`, {
    fix: `Read it again: GET /api/proposals/${id}. Only one that is waiting, or that failed, can be decided.`,
  });
}
