import { Link } from "@tanstack/react-router";
import type { ChangeRow } from "../../src/api/contract.ts";

/** Why a change stands where it stands, with the way to what it waits for. */
export function StandingReason({ row: { reason, waitsFor, plant } }: { row: ChangeRow }) {
  if (waitsFor.length === 0) return <>{reason}</>;
  return (
    <>
      Waits for{" "}
      {waitsFor.map((change, index) => (
        <span key={change}>
          {index === 0 ? "" : ", "}
          <Link to="/changes/$change/$plant" params={{ change, plant }}>
            {change}
          </Link>
        </span>
      ))}
      : the same assembly, and first to change it.
    </>
  );
}
