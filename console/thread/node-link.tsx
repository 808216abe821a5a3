import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ThreadNodeView } from "../../src/api/contract.ts";
import { nodeText } from "../../src/domain/trace/node-name.ts";
import { changeKnownQuery } from "../queries.ts";
import { subjectIn } from "../touched.ts";

/** A thing in the thread, as the way to its own trace. */
export function NodeLink({ node }: { node: ThreadNodeView }) {
  return (
    <Link to="/thread" search={{ system: node.system, kind: node.kind, id: node.id }}>
      {nodeText(node)}
    </Link>
  );
}

/** The way to the page of its own that a change or an order has, in the plant of the run that linked it. */
export function OwnPage({ node, subject }: { node: ThreadNodeView; subject: string }) {
  const run = subjectIn(subject);
  if (run === null) return null;
  if (node.kind === "change") return <ChangePageLink change={node.id} plant={run.plant} />;
  if (node.kind !== "production order" || run.kind !== "order" || run.key !== node.id) return null;
  return (
    <Link to="/orders/$plant/$order" params={{ order: run.key, plant: run.plant }} className="small nowrap">
      page of order {run.key}
    </Link>
  );
}

/** Nothing where the hub does not know the change in the plant. */
function ChangePageLink({ change, plant }: { change: string; plant: string }) {
  const { data: known = false } = useQuery(changeKnownQuery(change, plant));
  if (!known) return null;
  return (
    <Link to="/changes/$change/$plant" params={{ change, plant }} className="small nowrap">
      page of change {change}
    </Link>
  );
}
