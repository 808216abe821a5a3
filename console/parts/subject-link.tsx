import { Link } from "@tanstack/react-router";

/** `change:ECO-7@P1` as the way to its page; other subjects as they are. */
export function SubjectLink({ subject }: { subject: string | null }) {
  if (subject === null) return <span className="soft">–</span>;
  const [, change, plant] = /^change:(.+)@([^@]+)$/.exec(subject) ?? [];
  if (change === undefined || plant === undefined) return <>{subject}</>;
  return (
    <Link to="/changes/$change/$plant" params={{ change, plant }} className="nowrap">
      {change} in {plant}
    </Link>
  );
}
