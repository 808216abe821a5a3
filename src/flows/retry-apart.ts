import { isDatabaseTrouble, type Database } from "../store/database.ts";
import { apartThatMayPass } from "../store/kept-apart.ts";
import { replayApart } from "./kept-apart.ts";
import { IntakeBusy, type ShopIntake } from "./shop-intake.ts";

const AT_ONCE = 50;
/** Then the hub may stop, and what is hastened meanwhile comes first. */
const ROUNDS_MAX = 40;

/**
 * Gives what may pass by now to the intake once more: what it names may have come, or the ERP may know it. A group that
 * cannot be given keeps no other: `onFault` hears of it, and it is due again later.
 */
export async function retryApart(
  intake: Pick<ShopIntake, "take">,
  database: Database,
  onFault: (error: unknown, group: string) => void,
): Promise<void> {
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const groups = await apartThatMayPass(database.pool, AT_ONCE);
    if (groups.length === 0) return;
    for (const group of groups) {
      try {
        await replayApart(intake, database, group, "heddle");
      } catch (error) {
        if (error instanceof IntakeBusy || isDatabaseTrouble(error)) throw error;
        onFault(error, group.id);
      }
    }
  }
}
