import { accountOf, createAccount, setPassword, type Role } from "../store/accounts.ts";
import { createApiKey, listApiKeys, type ApiKey } from "../store/api-keys.ts";
import { recordAudit } from "../store/audit.ts";
import type { Database } from "../store/database.ts";
import type { Credentials } from "./first-account.ts";
import { hashPassword, oneTimePassword } from "./password.ts";
import { newApiKey, randomToken, tokenHash } from "./token.ts";

/** In whose name the hub itself acts in the audit trail. */
const RESERVED = "heddle";

/** Makes an account with a one-time password; null when the name is taken. */
export async function addAccount(
  database: Database,
  { account, role, by }: { account: string; role: Role; by: string },
): Promise<Credentials | null> {
  if (account === RESERVED) return null;
  const password = oneTimePassword();
  const passwordHash = await hashPassword(password);
  return database.transaction(async (tx) => {
    if ((await createAccount(tx, { account, role, passwordHash, createdBy: by })) === null) return null;
    await recordAudit(tx, { who: by, what: "account created", subject: null, detail: { account, role } });
    return { account, oneTimePassword: password };
  });
}

/**
 * Makes an API key that acts in an account's name; null when there is no such account, or it was disabled. It may do
 * nothing while the account has its one-time password still: `mustChangePassword`.
 */
export async function addApiKey(
  database: Database,
  { account, name, role, days, by }: { account: string; name: string; role: Role; days: number; by: string },
): Promise<{ readonly apiKey: ApiKey; readonly key: string; readonly mustChangePassword: boolean } | null> {
  const { id, key } = newApiKey();
  return database.transaction(async (tx) => {
    const holder = await accountOf(tx, account);
    if (holder === null || holder.disabled) return null;
    const detail = { id, name, account, role, expiresInDays: days };
    await recordAudit(tx, { who: by, what: "API key created", subject: null, detail });
    return {
      key,
      mustChangePassword: holder.mustChangePassword,
      apiKey: await createApiKey(tx, { id, keyHash: tokenHash(key), name, account, role, lifetimeDays: days }),
    };
  });
}

const LOCAL = { account: "cli", role: "approver" } as const;
const LOCAL_KEY_DAYS = 366;
/** A key with less left is replaced: a hub may run for weeks until it looks again. */
const DAYS_LEFT_MIN = 60;

/**
 * The API key of the account `cli`, which stands for whoever runs the hub on its machine: `known` while it
 * is good, else a new one. Nobody can sign in with a password as `cli`. Null once an admin has disabled it.
 */
export async function keepLocalKey(database: Database, known: string | null): Promise<string | null> {
  const { account, role } = LOCAL;
  await makeLocalAccount(database);
  const keys = await listApiKeys(database.pool, account);
  const id = known?.split("_")[1];
  const isGood = keys.some((key) => key.id === id && daysLeft(key) > DAYS_LEFT_MIN);
  const holder = await accountOf(database.pool, account);
  if (holder === null || holder.disabled) return null;
  if (known !== null && isGood) return known;
  const made = await addApiKey(database, { account, name: "this machine", role, days: LOCAL_KEY_DAYS, by: RESERVED });
  return made?.key ?? null;
}

async function makeLocalAccount(database: Database): Promise<void> {
  const { account, role } = LOCAL;
  if ((await accountOf(database.pool, account)) !== null) return;
  const passwordHash = await hashPassword(randomToken()); // which nobody knows
  await database.transaction(async (tx) => {
    if ((await createAccount(tx, { account, role, passwordHash, createdBy: RESERVED })) === null) return; // another hub was faster
    await setPassword(tx, account, { hash: passwordHash, mustChange: false });
    await recordAudit(tx, { who: RESERVED, what: "account created", subject: null, detail: { account, role } });
  });
}

function daysLeft({ expiresAt }: ApiKey): number {
  return (Date.parse(expiresAt) - Date.now()) / 86_400_000;
}
