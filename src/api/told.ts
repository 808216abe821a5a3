import { NoAnswer } from "../flows/no-answer.ts";
import { ApiError, type ApiErrorCode } from "./problem.ts";

/** What was asked of the hub and its systems. @throws ApiError `not-found`, `never-published`, `system-failed` */
export async function told<Answer>(work: () => Promise<Answer>): Promise<Answer> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof NoAnswer)) throw cause;
    throw new ApiError(CODES[cause.reason], cause.message, { ...cause.detail, cause });
  }
}

const CODES = {
  unknown: "not-found",
  "never published": "never-published",
  "system failed": "system-failed",
} as const satisfies Record<NoAnswer["reason"], ApiErrorCode>;
