import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { changeKnownQuery } from "../queries.ts";

/** A change by its number, as the way to its page where the thread knows it. */
export function ChangeLink({ change, plant }: { change: string; plant: string }) {
  const { data: known = false } = useQuery(changeKnownQuery(change, plant));
  if (!known) return <span className="id">{change}</span>;
  return (
    <Link to="/changes/$change/$plant" params={{ change, plant }} className="id">
      {change}
    </Link>
  );
}
