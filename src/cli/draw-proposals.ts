import type { ProposalRow, ProposalView } from "../api/contract.ts";
import { instantText } from "./instant.ts";
import { table } from "./table.ts";

/** A line for each. */
export function drawProposals(proposals: readonly ProposalRow[]): string {
  const rows = proposals.map((row) => [
    row.id,
    row.state,
    row.kind,
    row.plant,
    row.title,
    instantText(row.openedAt),
    row.receipt ?? row.reason ?? "",
  ]);
  return table([["Id", "State", "Kind", "Plant", "Proposal", "Opened", "Report or reason"], ...rows], { right: [] });
}

export function drawProposal({ row, text, evidence, change }: ProposalView): string {
  return [
    `${row.id}  ${row.title}`,
    `${row.kind}, plant ${row.plant}, by trigger ${row.rule}, opened ${instantText(row.openedAt)}`,
    standing(row),
    ...(change === null ? [] : [`Laid to ${change}: npx heddle effect ${change} --plant ${row.plant}`]),
    "",
    text,
    "",
    "Evidence",
    ...evidence.map((line) => `  ${line}`),
    ...(row.state === "waiting" || row.state === "failed"
      ? ["", `Answer it: npx heddle proposal ${row.id} --approve --reason "…", or --dismiss`]
      : []),
  ].join("\n");
}

/** `filed as PR-12; approved by q.meier 2026-02-02 12:00Z: seen at the line` */
function standing({ state, reason, decidedBy, decidedAt, receipt }: ProposalRow): string {
  const filed = receipt === null ? state : `${state} as ${receipt}`;
  const by =
    decidedBy === null ? "" : `; decided by ${decidedBy}${decidedAt === null ? "" : ` ${instantText(decidedAt)}`}`;
  return `${filed}${by}${reason === null ? "" : `: ${reason}`}`;
}
