import { createHash } from "node:crypto";
import { canonicalText } from "../domain/json.ts";
import type { ChangePlan } from "../domain/change-plan.ts";
import type { Digest } from "../domain/ids.ts";

/** A plan with the digest that an approval binds to. */
export type SealedPlan = { readonly plan: ChangePlan; readonly digest: Digest };

export function sealed(plan: ChangePlan): SealedPlan {
  return { plan, digest: sha256(canonicalText(plan)) as Digest };
}

/** SHA-256 in hexadecimal. */
export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
