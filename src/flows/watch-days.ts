import { takeDue } from "../store/runs.ts";
import type { ChangeHub } from "./systems.ts";

/**
 * Wakes what waits for a day that has begun. The day is taken off and the wake-up put in by one transaction: a hub that
 * dies in between, or was down over midnight, loses none, and two hubs wake nothing twice.
 */
export async function wakeOnDays({
  database,
  lanes,
  now,
}: Pick<ChangeHub, "database" | "lanes" | "now">): Promise<void> {
  await database.transaction(async (tx) => {
    await lanes.wakeAll(tx, await takeDue(tx, now()), { why: "the day has come that it waited for" });
  });
}
