import type { Role } from "./accounts.ts";
import type { Db } from "./database.ts";

/** Whose session it is, with the role that the account has now. */
export type SessionHolder = { readonly account: string; readonly role: Role; readonly mustChangePassword: boolean };

export async function createSession(
  db: Db,
  session: { tokenHash: Buffer; account: string; lifetimeSeconds: number },
): Promise<void> {
  await db.query(
    `insert into sessions (token_hash, account, expires_at)
     values ($1, $2, now() + make_interval(secs => $3))`,
    [session.tokenHash, session.account, session.lifetimeSeconds],
  );
}

/** Null when the session ended, expired, or its account was disabled. */
export async function sessionHolder(db: Db, tokenHash: Buffer): Promise<SessionHolder | null> {
  const { rows } = await db.query<SessionHolder>(
    `select a.account, a.role, a.must_change_password as "mustChangePassword"
       from sessions s join accounts a using (account)
      where s.token_hash = $1 and s.expires_at > now() and a.disabled_at is null`,
    [tokenHash],
  );
  return rows[0] ?? null;
}

export async function endSession(db: Db, tokenHash: Buffer): Promise<void> {
  await db.query("delete from sessions where token_hash = $1", [tokenHash]);
}

/** Signs an account out everywhere, but for the session with the hash `except`. */
export async function endSessionsOf(db: Db, account: string, except: Buffer | null = null): Promise<void> {
  await db.query("delete from sessions where account = $1 and token_hash is distinct from $2", [account, except]);
}

export async function forgetExpiredSessions(db: Db): Promise<void> {
  await db.query("delete from sessions where expires_at <= now()");
}
