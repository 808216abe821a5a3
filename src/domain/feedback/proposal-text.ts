import { figure, signed } from "./figure-text.ts";
import type { Proposal } from "./trigger-proposal.ts";

/** `Run time of FX-110 rev B at operation 0020: 75.2 s instead of 60.0 s` */
export function proposalTitle(proposal: Proposal): string {
  switch (proposal.kind) {
    case "routing time":
      return `Run time ${at(proposal)}: ${seconds(proposal.proposedSeconds)} instead of ${seconds(proposal.plannedSeconds)}`;
    case "scrap factor":
      return `Scrap ${at(proposal)}: ${percent(proposal.proposedShare)} of the pieces instead of ${percent(proposal.plannedShare)}`;
    case "problem report":
      return `${proposal.title}, ${proposal.item} rev ${proposal.revision}`;
  }
}

/** What a person is asked, and what follows from a yes. */
export function proposalText(proposal: Proposal): string {
  switch (proposal.kind) {
    case "routing time": {
      const { place, plannedSeconds, proposedSeconds } = proposal;
      const share = plannedSeconds > 0 ? ` (${signed((proposedSeconds / plannedSeconds - 1) * 100, 0)} %)` : "";
      return `Plan ${seconds(proposedSeconds)} for a piece ${at(proposal)} in plant ${place.plant}, where the routing has ${seconds(plannedSeconds)}${share}. ${BY_HAND} Routing: run time of operation ${place.operation} ${figure(proposedSeconds, 1)} s a piece.`;
    }
    case "scrap factor": {
      const { place, plannedShare, proposedShare, proposedPercent } = proposal;
      return `Plan that ${percent(proposedShare)} of the pieces are lost ${at(proposal)} in plant ${place.plant}, where ${percent(plannedShare)} are planned. ${BY_HAND} mBOM: operation scrap ${figure(proposedPercent, 1)} % on top of the net quantity of what operation ${place.operation} uses; or a rule of the plant, which Heddle then publishes.`;
    }
    case "problem report":
      return `${proposal.description} Approved, it is filed in the PLM with the orders below as evidence.`;
  }
}

/** Times and scrap move cost and dates: whoever answers for these enters them. */
const BY_HAND = "Heddle does not enter it in the ERP: approved, it is on record here with who agreed and why.";

function at({ place }: Extract<Proposal, { place: unknown }>): string {
  return `of ${place.item} rev ${place.revision} at operation ${place.operation}`;
}

function seconds(time: number): string {
  return `${figure(time, 1)} s`;
}

function percent(share: number): string {
  return `${figure(share * 100, 1)} %`;
}
