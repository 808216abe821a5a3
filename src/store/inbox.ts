import type { Json } from "../domain/json.ts";
import type { Db } from "./database.ts";

/** A message as a system sent it; `id` is the sender's own. */
export type Message = { readonly source: string; readonly id: string; readonly body: Json };

/** Stores messages, in the transaction that wakes their subjects. Gives those that had not come before, each once. */
export async function acceptMessages<One extends Message>(db: Db, messages: readonly One[]): Promise<readonly One[]> {
  const { rows } = await db.query<{ source: string; id: string }>({
    name: "accept messages",
    text: `insert into inbox (source, id, body)
     select source, id, body from json_to_recordset($1) as message (source text, id text, body jsonb) order by source, id
         on conflict (source, id) do nothing returning source, id`,
    values: [JSON.stringify(messages.map(({ source, id, body }) => ({ source, id, body })))],
  });
  const fresh = new Set(rows.map(({ source, id }) => JSON.stringify([source, id])));
  return messages.filter(({ source, id }) => fresh.delete(JSON.stringify([source, id])));
}

/** Drops old messages; gives how many. A copy that arrives later than this counts as new, and is harmless. */
export async function forgetMessages(db: Db, olderThanDays: number): Promise<number> {
  const { rowCount } = await db.query("delete from inbox where received_at < now() - $1 * interval '1 day'", [
    olderThanDays,
  ]);
  return rowCount ?? 0;
}
