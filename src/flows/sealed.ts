import { createHash } from "node:crypto";
import { canonicalText } from "../domain/json.ts";
import type { ChangePlan } from "../domain/change-plan.ts";
import type { Finding } from "../domain/finding.ts";
import type { Digest } from "../domain/ids.ts";

/** A plan with the digest that an approval binds to. */
export type SealedPlan = { readonly plan: ChangePlan; readonly digest: Digest };

export function sealed(plan: ChangePlan): SealedPlan {
  const findings = plan.findings.map(withoutGrowth);
  return { plan, digest: sha256(canonicalText({ ...plan, findings })) as Digest };
}

/** Or an approval would be stale by each order that a busy line has built since. */
function withoutGrowth({ grows, ...finding }: Finding): Finding {
  return grows === undefined ? finding : { ...finding, cause: finding.cause.slice(0, -grows.length) };
}

/** SHA-256 in hexadecimal. */
export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
