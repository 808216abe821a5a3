import type { Database } from "../store/database.ts";
import { apartThatMayPass } from "../store/kept-apart.ts";
import { replayApart } from "./kept-apart.ts";
import type { ShopIntake } from "./shop-intake.ts";

const AT_ONCE = 50;

/** Gives what may pass by now to the intake once more: what it names may have come, or the ERP may know it. */
export async function retryApart(intake: Pick<ShopIntake, "take">, database: Database): Promise<void> {
  for (let after = "0"; ;) {
    const groups = await apartThatMayPass(database.pool, after, AT_ONCE);
    for (const group of groups) await replayApart(intake, database, group, "heddle");
    const last = groups.at(-1);
    if (last === undefined) return;
    after = last.id;
  }
}
