import { Link } from "@tanstack/react-router";
import { subjectIn } from "../touched.ts";

/** `change:ECO-7@P1`, `order:MO-1@P1`, `production:MO-1@P1`, `proposal:7@P1` or `conflict:MC-7@P1` as the way to its page; other subjects as they are. */
export function SubjectLink({ subject }: { subject: string | null }) {
  if (subject === null) return <span className="soft">–</span>;
  const found = subjectIn(subject);
  if (found?.kind === "change") {
    return (
      <Link to="/changes/$change/$plant" params={{ change: found.key, plant: found.plant }} className="nowrap">
        {found.key} in {found.plant}
      </Link>
    );
  }
  if (found?.kind === "order") {
    return (
      <Link to="/orders/$plant/$order" params={{ order: found.key, plant: found.plant }} className="nowrap">
        {found.key} in {found.plant}
      </Link>
    );
  }
  if (found?.kind === "production") {
    return (
      <Link
        to="/production/bookings/$plant/$order"
        params={{ order: found.key, plant: found.plant }}
        className="nowrap"
      >
        production of {found.key} in {found.plant}
      </Link>
    );
  }
  if (found?.kind === "proposal") {
    return (
      <Link to="/production/proposals/$id" params={{ id: found.key }} className="nowrap">
        {found.key} in {found.plant}
      </Link>
    );
  }
  if (found?.kind === "conflict") {
    return (
      <Link to="/conflicts/$id" params={{ id: found.key }} className="nowrap">
        {found.key} in {found.plant}
      </Link>
    );
  }
  return <>{subject}</>;
}
