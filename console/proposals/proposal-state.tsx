import type { ProposalRow } from "../../src/api/contract.ts";
import { State, type Tone } from "../parts/state.tsx";

type ProposalState = ProposalRow["state"];

/** In the order in which they ask for attention. */
export const PROPOSAL_STATES = [
  "waiting",
  "failed",
  "filing",
  "filed",
  "approved",
  "dismissed",
  "closed",
] as const satisfies readonly ProposalState[];

export const PROPOSAL_TONES: Readonly<Record<ProposalState, Tone>> = {
  waiting: "warn",
  failed: "bad",
  filing: "busy",
  filed: "good",
  approved: "good",
  dismissed: "calm",
  closed: "calm",
};

export function ProposalStateWord({ state }: { state: ProposalState }) {
  return <State tone={PROPOSAL_TONES[state]} word={state} moving={state === "filing"} />;
}
