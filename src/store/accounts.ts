import type { Db, Transaction } from "./database.ts";

/** What an account may do; each role may do what those before it may. */
export const ROLES = ["viewer", "operator", "approver", "admin"] as const;
export type Role = (typeof ROLES)[number];

export type Account = {
  readonly account: string;
  readonly role: Role;
  readonly mustChangePassword: boolean;
  readonly disabled: boolean;
  readonly createdBy: string;
  readonly createdAt: string;
};

const COLUMNS = `account, role, must_change_password as "mustChangePassword", disabled_at is not null as disabled,
  created_by as "createdBy", to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "createdAt"`;

/** Makes an account with a one-time password; null when there is one of that name. */
export async function createAccount(
  db: Db,
  account: { account: string; role: Role; passwordHash: string; createdBy: string },
): Promise<Account | null> {
  const { rows } = await db.query<Account>(
    `insert into accounts (account, role, password_hash, created_by) values ($1, $2, $3, $4)
     on conflict (account) do nothing returning ${COLUMNS}`,
    [account.account, account.role, account.passwordHash, account.createdBy],
  );
  return rows[0] ?? null;
}

export async function accountOf(db: Db, account: string): Promise<(Account & { passwordHash: string }) | null> {
  const { rows } = await db.query<Account & { passwordHash: string }>(
    `select ${COLUMNS}, password_hash as "passwordHash" from accounts where account = $1`,
    [account],
  );
  return rows[0] ?? null;
}

export async function listAccounts(db: Db): Promise<Account[]> {
  const { rows } = await db.query<Account>(`select ${COLUMNS} from accounts order by account`);
  return rows;
}

export async function countAccounts(db: Db): Promise<number> {
  const { rows } = await db.query<{ count: number }>("select count(*)::int as count from accounts");
  return rows[0]?.count ?? 0;
}

/** Null when there is no such account. `mustChange` marks a one-time password. */
export async function setPassword(
  db: Db,
  account: string,
  password: { hash: string; mustChange: boolean },
): Promise<Account | null> {
  const { rows } = await db.query<Account>(
    `update accounts set password_hash = $2, must_change_password = $3 where account = $1 returning ${COLUMNS}`,
    [account, password.hash, password.mustChange],
  );
  return rows[0] ?? null;
}

/** Null when there is no such account. */
export async function changeAccount(
  tx: Transaction,
  account: string,
  change: { role?: Role | undefined; disabled?: boolean | undefined },
): Promise<Account | null> {
  const { rows } = await tx.query<Account>(
    `update accounts
        set role = coalesce($2, role),
            disabled_at = case when $3::boolean is null then disabled_at
                               when $3 then coalesce(disabled_at, now()) end
      where account = $1 returning ${COLUMNS}`,
    [account, change.role ?? null, change.disabled ?? null],
  );
  return rows[0] ?? null;
}

/**
 * How many admins can sign in. Locks their rows, so that two admins who demote each other at the same
 * moment do not both find the other still there.
 */
export async function countActiveAdmins(tx: Transaction): Promise<number> {
  const { rows } = await tx.query(
    "select account from accounts where role = 'admin' and disabled_at is null order by account for update",
  );
  return rows.length;
}
