import { ApiError } from "./problem.ts";

/** Spaces at its ends are not counted. */
const REASON_LENGTH_MIN = 3;

/** A reason as the trail keeps it. @throws ApiError `invalid-input` when it says nothing */
export function givenReason(reason: string): string {
  const given = reason.trim();
  if (given.length >= REASON_LENGTH_MIN) return given;
  throw new ApiError("invalid-input", "The reason is too short to tell an auditor anything.", {
    field: "body.reason",
    fix: `Say in at least ${REASON_LENGTH_MIN} characters, besides spaces, why.`,
  });
}
