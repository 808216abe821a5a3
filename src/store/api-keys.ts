import { ROLES, type Role } from "./accounts.ts";
import type { Db } from "./database.ts";
import type { SessionHolder } from "./sessions.ts";

/** A key without its secret, which nobody can read back. */
export type ApiKey = {
  readonly id: string;
  readonly name: string;
  /** In whose name it acts. */
  readonly account: string;
  readonly role: Role;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly lastUsedAt: string | null;
};

const instant = (column: string, as: string) =>
  `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "${as}"`;
const COLUMNS = `id, name, account, role, ${instant("created_at", "createdAt")}, ${instant("expires_at", "expiresAt")},
  ${instant("last_used_at", "lastUsedAt")}`;

export async function createApiKey(
  db: Db,
  key: { id: string; keyHash: Buffer; name: string; account: string; role: Role; lifetimeDays: number },
): Promise<ApiKey> {
  const { rows } = await db.query<ApiKey>(
    `insert into api_keys (id, key_hash, name, account, role, expires_at)
     values ($1, $2, $3, $4, $5, now() + make_interval(days => $6)) returning ${COLUMNS}`,
    [key.id, key.keyHash, key.name, key.account, key.role, key.lifetimeDays],
  );
  const [made] = rows;
  if (made === undefined) throw new Error(`the insert of API key ${key.id} returned no row`);
  return made;
}

/**
 * In whose name a key acts, with the lesser of the key's and the account's role; null when the key is
 * unknown, revoked or expired, or its account was disabled. Notes the use, to the minute.
 */
export async function apiKeyHolder(db: Db, keyHash: Buffer): Promise<(SessionHolder & { key: string }) | null> {
  const { rows } = await db.query<SessionHolder & { key: string }>(
    `with used as (
       update api_keys set last_used_at = now()
        where key_hash = $1 and (last_used_at is null or last_used_at < now() - interval '1 minute')
     )
     select k.name as key, a.account, a.must_change_password as "mustChangePassword",
            ($2::text[])[least(array_position($2, k.role), array_position($2, a.role))] as role
       from api_keys k join accounts a using (account)
      where k.key_hash = $1 and k.expires_at > now() and a.disabled_at is null`,
    [keyHash, ROLES],
  );
  return rows[0] ?? null;
}

/** The keys of one account, or of all with null; newest first. */
export async function listApiKeys(db: Db, account: string | null): Promise<ApiKey[]> {
  const { rows } = await db.query<ApiKey>(
    `select ${COLUMNS} from api_keys where $1::text is null or account = $1 order by api_keys.created_at desc, id`,
    [account],
  );
  return rows;
}

/** Null when there is no such key, or it is not of `account` (null: anyone's). */
export async function revokeApiKey(db: Db, id: string, account: string | null): Promise<ApiKey | null> {
  const { rows } = await db.query<ApiKey>(
    `delete from api_keys where id = $1 and ($2::text is null or account = $2) returning ${COLUMNS}`,
    [id, account],
  );
  return rows[0] ?? null;
}
