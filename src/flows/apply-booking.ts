import { ConnectorError } from "../connectors/connector-error.ts";
import type { IdempotencyKey, Receipt } from "../connectors/port.ts";
import type { Digest } from "../domain/ids.ts";
import type { PostingStep } from "../domain/feedback/plan-posting.ts";
import { applyOnce } from "./apply-once.ts";
import type { BookingRun } from "./booking-run.ts";
import type { Bookkeeper } from "./erp-books.ts";
import { idempotencyKey } from "./idempotency-key.ts";
import { bound, type BoundWrite } from "./writes.ts";

/** A step with the digest that its outcome is kept under. */
export type BegunStep = { readonly digest: Digest; readonly step: Exclude<PostingStep, { kind: "nothing" }> };

/**
 * Books one step exactly once. Null when it is booked; the ERP's refusal when it does not take it, or not any more.
 * @throws ConnectorError for what passes by itself
 */
export async function applyBooking(begun: BegunStep, run: BookingRun, erp: Bookkeeper): Promise<ConnectorError | null> {
  const { digest, step } = begun;
  try {
    await applyOnce({ digest, action: actionOf(step) }, writeOf(begun, erp), run, (tx, receipt: Receipt) =>
      run.recordBooked(tx, begun, receipt, lossesOf(step, erp)),
    );
    return null;
  } catch (error) {
    if (!(error instanceof ConnectorError) || error.retry === "later" || error.retry === "look up") throw error;
    await run.giveUp(begun, error);
    return error;
  }
}

/** `post MO-5001:3` */
export function actionOf(step: BegunStep["step"]): string {
  return step.kind === "post" ? `post ${step.posting.id}` : `complete ${step.completion.order}`;
}

function writeOf({ digest, step }: BegunStep, { production }: Bookkeeper): BoundWrite {
  return step.kind === "post"
    ? bound(production.post, step.posting, keyOf(step.posting.id, digest))
    : bound(production.complete, step.completion, keyOf(step.completion.order, digest));
}

/** A posting that the ERP refused may come again with its number and another content: that is another write. */
function keyOf(id: string, digest: Digest): IdempotencyKey {
  return idempotencyKey(`${id}:${digest.slice(0, 12)}`);
}

function lossesOf(step: BegunStep["step"], { production }: Bookkeeper): readonly string[] {
  return step.kind === "post" ? production.cannotHold(step.posting) : [];
}
