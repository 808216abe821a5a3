import type { PostingDecision } from "../domain/feedback/plan-posting.ts";
import { fromJson, toJson } from "../domain/json.ts";
import { recordAudit } from "../store/audit.ts";
import { lockedBooking, storeDecisions } from "../store/bookings.ts";
import type { Database } from "../store/database.ts";
import { bookingSubject, findingsOf, unknownBooking } from "./booking-view.ts";
import type { Lanes } from "./dependencies.ts";
import type { OrderPlace } from "./order-view.ts";
import { ApiError } from "./problem.ts";
import { givenReason } from "./reason.ts";

type Answer = Pick<PostingDecision, "finding" | "decision" | "by" | "reason"> & { readonly now: Date };

/**
 * Notes what a person says to a finding, in place of what was said to it before, and has the order looked at.
 * @throws ApiError `not-found`, `invalid-input`
 */
export async function decideBooking(
  database: Database,
  lanes: Pick<Lanes, "wakeUp">,
  place: OrderPlace,
  { finding: key, decision, by, reason, now }: Answer,
): Promise<void> {
  const given = givenReason(reason);
  const subject = bookingSubject(place);
  await database.transaction(async (tx) => {
    // First, as looks do it: run, then booking.
    await lanes.wakeUp(tx, subject, { why: `${by} decided on ${key}`, by });
    const booking = await lockedBooking(tx, place);
    if (booking === null) throw unknownBooking(place);
    const finding = findingsOf(booking).find((each) => each.key === key);
    if (finding === undefined) throw noSuchFinding(key, place);
    const others = booking.decisions.filter((json) => fromJson<PostingDecision>(json).finding !== key);
    const said: PostingDecision = {
      finding: key,
      decision,
      extent: finding.extent,
      by,
      reason: given,
      at: now.toISOString(),
    };
    await storeDecisions(tx, place, [...others, toJson(said)]);
    await recordAudit(tx, { who: by, what: `booking decided: ${decision}`, subject, detail: toJson(said) });
  });
}

function noSuchFinding(key: string, { order }: OrderPlace): ApiError {
  return new ApiError("not-found", `Nothing of ${order} waits under the name "${key}".`, {
    field: "body.finding",
    fix: "Read the order again: GET /api/production/{plant}/{order} lists what waits, each with its key.",
  });
}
