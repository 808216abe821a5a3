import type { Json } from "../domain/json.ts";
import type { Db } from "./database.ts";

/** A message as a system sent it; `id` is the sender's own. */
export type Message = { readonly source: string; readonly id: string; readonly body: Json };

/** Stores a message, in the transaction that wakes its subjects. False when it had come before. */
export async function acceptMessage(db: Db, { source, id, body }: Message): Promise<boolean> {
  const { rowCount } = await db.query(
    "insert into inbox (source, id, body) values ($1, $2, $3) on conflict (source, id) do nothing",
    [source, id, JSON.stringify(body)],
  );
  return rowCount === 1;
}

/** Drops old messages; gives how many. A copy that arrives later than this counts as new, and is harmless. */
export async function forgetMessages(db: Db, olderThanDays: number): Promise<number> {
  const { rowCount } = await db.query("delete from inbox where received_at < now() - $1 * interval '1 day'", [
    olderThanDays,
  ]);
  return rowCount ?? 0;
}
