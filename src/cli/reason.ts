import { CliFailure } from "./failure.ts";

const REASON_LENGTH_MIN = 3;

/** Before anything is asked or shown: the hub would refuse it after all of that. `what` completes "say why". */
export function refuseShortReason(reason: string, what: string): void {
  if (reason.trim().length >= REASON_LENGTH_MIN) return;
  throw new CliFailure(`"${reason}" is too short for a reason`, {
    field: "--reason",
    fix: `say in at least ${REASON_LENGTH_MIN} characters why ${what}; the audit keeps it`,
  });
}
