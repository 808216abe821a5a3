import { ConnectorError } from "../connectors/connector-error.ts";
import type { ProblemReport } from "../connectors/port.ts";
import { NOT_TOLD } from "../domain/feedback/finished-order.ts";
import type { Digest, PlantId } from "../domain/ids.ts";
import { canonicalText, toJson } from "../domain/json.ts";
import type { RunState } from "../domain/run-state.ts";
import type { Lease } from "../engine/lease.ts";
import type { Handler, Next } from "../engine/worker.ts";
import { recordAudit } from "../store/audit.ts";
import type { Transaction } from "../store/database.ts";
import { checkLease } from "../store/leases.ts";
import { setPlanState, storePlan } from "../store/plans.ts";
import { moveProposal, proposalOf, type ProposalState, type StoredProposal } from "../store/proposals.ts";
import { recordRun } from "../store/runs.ts";
import { linkThreads } from "../store/thread-links.ts";
import { applyOnce } from "./apply-once.ts";
import { failed } from "./failed.ts";
import { idempotencyKey } from "./idempotency-key.ts";
import { proposalSubject, reportLinks } from "./proposal-thread.ts";
import { sha256 } from "./sealed.ts";
import type { ChangeHub, PlantSystems } from "./systems.ts";
import { bound } from "./writes.ts";

type PlmHub = Pick<ChangeHub, "database" | "plants">;

/**
 * An approved problem report in, a record in the PLM out, once. It may be run again at any time: what is filed stays
 * filed, and a report whose answer was lost is looked up by its occasion before anything is sent again.
 */
async function fileReport(
  proposal: StoredProposal,
  systems: PlantSystems,
  { database }: PlmHub,
  lease: Lease,
): Promise<Next> {
  const report = reportOf(proposal);
  const cannot = whyNot(proposal, report, systems);
  const { problemReports } = systems.plm;
  if (report === null || problemReports === undefined || cannot !== null)
    return ended(proposal, lease, "failed", cannot);

  const digest = sha256(canonicalText({ proposal: proposal.id, report })) as Digest;
  await database.transaction(async (tx) => {
    await checkLease(tx, lease);
    const requestedBy = proposal.decidedBy ?? "heddle";
    await storePlan(tx, { digest, subject: lease.subject, requestedBy, plan: toJson(report), state: "approved" });
    await recordRun(tx, lease, { state: "applying", reason: null, title: proposal.title, planDigest: digest });
  });
  const write = bound(problemReports.file, report, idempotencyKey(proposal.id));
  await applyOnce({ digest, action: "file problem report" }, write, { database, lease }, async (tx, receipt) => {
    await moveProposal(tx, proposal.id, { state: "filed", receipt: receipt.id });
    await setPlanState(tx, digest, "applied");
    await linkThreads(tx, reportLinks(receipt.id, proposal, systems));
    await note(tx, proposal, "problem report filed", { report: receipt.id, in: systems.plm.system });
  });
  return { kind: "settled", record: (tx) => settled(tx, lease, "applied", null) };
}

/** The engine's handler for subjects of kind `proposal`. */
export function productionToPlm(hub: PlmHub): Handler {
  return async (subject, lease) => {
    const systems = hub.plants.get(subject.plant as PlantId);
    if (systems === undefined)
      throw new Error(`heddle.yaml names no plant ${subject.plant}: ${subject.id} cannot be filed`);
    const proposal = await proposalOf(hub.database.pool, subject.key);
    // Whoever woke it may have been overtaken: it is filed already, or was never approved.
    if (proposal?.state !== "filing") return { kind: "settled" };
    try {
      return await fileReport(proposal, systems, hub, lease);
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error;
      return failed(error, {
        lease,
        retry: (afterMs, why) => ({ kind: "retry", afterMs, why }),
        blockFailure: (why) => ended(proposal, lease, "failed", `${why} Then approve it again.`),
      });
    }
  };
}

function reportOf({ content }: StoredProposal): ProblemReport | null {
  if (content.kind !== "problem report") return null;
  const { item, revision, title, description, evidence, occasion } = content;
  return { item, revision, title, description, evidence, occasion };
}

/** Why it cannot be filed whatever is tried; null where it can. */
function whyNot(
  { content }: StoredProposal,
  report: ProblemReport | null,
  { plm, plant }: PlantSystems,
): string | null {
  if (report === null) return `A ${content.kind} is no problem report: it is entered in the ERP by a person.`;
  if (plm.problemReports === undefined)
    return `The PLM of plant ${plant}, connection ${plm.system}, does not take problem reports from Heddle. File it there by hand with the evidence, then dismiss it here with its number.`;
  if (report.revision !== NOT_TOLD) return null;
  return `Nobody told which revision of ${report.item} was built, and a problem report is on a revision. Have the ERP's order or the shop floor name it.`;
}

function ended(proposal: StoredProposal, lease: Lease, state: ProposalState, reason: string | null): Next {
  return {
    kind: "settled",
    async record(tx) {
      await moveProposal(tx, proposal.id, { state, reason });
      await settled(tx, lease, "blocked", reason);
      await note(tx, proposal, "problem report not filed", { reason });
    },
  };
}

async function settled(tx: Transaction, lease: Lease, state: RunState, reason: string | null): Promise<void> {
  await recordRun(tx, lease, { state, reason });
}

function note(tx: Transaction, proposal: StoredProposal, what: string, detail: object): Promise<void> {
  const subject = proposalSubject(proposal);
  return recordAudit(tx, { who: "heddle", what, subject, detail: toJson({ proposal: proposal.id, ...detail }) });
}
