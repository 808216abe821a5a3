import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { counted } from "../format.ts";
import { apartCountsQuery } from "../production/production-queries.ts";
import { waitingEvents } from "./waiting-events.ts";

/** One line where events of the shop floor wait; nothing where none do. */
export function ApartNote() {
  const { data } = useQuery(apartCountsQuery);
  const waiting = data === undefined ? 0 : waitingEvents(data);
  if (waiting === 0) return null;
  return (
    <p className="note" data-tone="warn">
      <strong>{counted(waiting, "event")} of the shop floor</strong> {waiting === 1 ? "is" : "are"} not counted.{" "}
      <Link to="/production/kept-apart">See what is wrong with {waiting === 1 ? "it" : "them"}</Link>
    </p>
  );
}
