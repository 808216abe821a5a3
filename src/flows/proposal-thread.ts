import { NOT_TOLD } from "../domain/feedback/finished-order.ts";
import { revisionNode, type ThreadLink, type ThreadNode } from "../domain/thread-link.ts";
import type { StoredProposal } from "../store/proposals.ts";
import { subjectOf, type SubjectId } from "../store/subject.ts";
import type { PlantSystems } from "./systems.ts";

type Named = Pick<StoredProposal, "id" | "plant">;
type Rests = Pick<StoredProposal, "id" | "plant" | "item" | "revision" | "orders" | "change">;

/** `proposal:PROP-3f2a9c01d4@1000` */
export function proposalSubject({ id, plant }: Named): SubjectId {
  return subjectOf("proposal", id, plant).id;
}

/** What a proposal of Heddle's reports on and rests on. */
export function proposalLinks(
  proposal: Rests,
  systems: Pick<PlantSystems, "plm" | "erp">,
): (ThreadLink & { readonly subject: SubjectId })[] {
  return linksFrom({ system: "heddle", kind: "proposal", id: proposal.id }, proposal, systems);
}

/** The same for the problem report that it became in the PLM. */
export function reportLinks(
  receipt: string,
  proposal: Rests,
  systems: Pick<PlantSystems, "plm" | "erp">,
): (ThreadLink & { readonly subject: SubjectId })[] {
  return linksFrom({ system: systems.plm.system, kind: "problem report", id: receipt }, proposal, systems);
}

function linksFrom(
  from: ThreadNode,
  { id, plant, item, revision, orders, change }: Rests,
  { plm, erp }: Pick<PlantSystems, "plm" | "erp">,
): (ThreadLink & { readonly subject: SubjectId })[] {
  const subject = proposalSubject({ id, plant });
  const changes: readonly ThreadNode[] = change === null ? [] : [{ system: plm.system, kind: "change", id: change }];
  const made = orders.map((order): ThreadNode => ({ system: erp.system, kind: "production order", id: order }));
  return [
    ...(revision === NOT_TOLD
      ? []
      : [{ subject, from, relation: "reports on" as const, to: revisionNode(erp.system, item, revision) }]),
    ...[...made, ...changes].map((to) => ({ subject, from, relation: "based on" as const, to })),
  ];
}
