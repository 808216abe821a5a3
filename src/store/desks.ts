import type { PlantId } from "../domain/ids.ts";
import type { Db, Transaction } from "./database.ts";
import { HOLDERS_PRESENT, LOCK_OF_HOLDER } from "./leases.ts";
import { iso } from "./page.ts";

/** Proof of working off a plant's orders. */
export type DeskToken = { readonly plant: PlantId; readonly fence: number; readonly holder: string };

/** Another hub works off the plant's orders now; what is under way here may write nothing more. */
export class DeskLost extends Error {
  override readonly name = "DeskLost";

  constructor({ plant, fence }: DeskToken) {
    super(`the desk of plant ${plant} (fence ${fence}) is lost: another hub works off its orders`);
  }
}

/** While nobody worked off a plant's orders, as instants; `from` is null where nobody ever had. */
export type Outage = { readonly from: string | null; readonly to: string };

/** Takes the desk when nobody has it, or whoever had it fell silent or lost its connection. Null when it is held. */
export async function takeDesk(
  db: Db,
  { plant, holder, leaseMs }: { plant: PlantId; holder: string; leaseMs: number },
): Promise<(DeskToken & { readonly outage: Outage }) | null> {
  const { rows } = await db.query<{ fence: string } & Outage>(
    `with before as (
       -- The last sign of life: what a lease was given beyond it may have been slept through.
       select until - $3 * interval '1 ms' as heard from desks where plant = $1
     )
     insert into desks (plant, fence, holder, until) values ($1, 1, $2, clock_timestamp() + $3 * interval '1 ms')
         on conflict (plant) do update
        set fence = desks.fence + 1, holder = excluded.holder, until = excluded.until
      where desks.until < clock_timestamp()
         or not exists (select from (${HOLDERS_PRESENT}) present where present.lock = ${LOCK_OF_HOLDER("desks.holder")})
     returning fence, (select ${iso("heard")} from before) as from, ${iso("clock_timestamp()")} as to`,
    [plant, holder, leaseMs],
  );
  const [row] = rows;
  if (row === undefined) return null;
  const { fence, from, to } = row;
  return { plant, fence: Number(fence), holder, outage: { from, to } };
}

/** False when the desk is lost. */
export async function keepDesk(db: Db, { plant, fence, holder }: DeskToken, leaseMs: number): Promise<boolean> {
  const { rowCount } = await db.query(
    "update desks set until = clock_timestamp() + $4 * interval '1 ms' where plant = $1 and fence = $2 and holder = $3",
    [plant, fence, holder, leaseMs],
  );
  return rowCount === 1;
}

/** In a transaction nobody can take the desk over until it ends. @throws DeskLost */
export async function checkDesk(tx: Transaction, desk: DeskToken): Promise<void> {
  const { rowCount } = await tx.query({
    name: "check desk",
    text: "select from desks where plant = $1 and fence = $2 and holder = $3 for share",
    values: [desk.plant, desk.fence, desk.holder],
  });
  if (rowCount !== 1) throw new DeskLost(desk);
}

export async function leaveDesk(db: Db, { plant, fence, holder }: DeskToken): Promise<void> {
  await db.query("update desks set until = clock_timestamp() where plant = $1 and fence = $2 and holder = $3", [
    plant,
    fence,
    holder,
  ]);
}

/** Whether a hub has ever worked off the plant's orders. */
export async function hadDesk(db: Db, plant: PlantId): Promise<boolean> {
  const { rowCount } = await db.query("select from desks where plant = $1", [plant]);
  return rowCount === 1;
}
