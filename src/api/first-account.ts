import { countAccounts, createAccount, setPassword } from "../store/accounts.ts";
import { recordAudit } from "../store/audit.ts";
import type { Database } from "../store/database.ts";
import { endSessionsOf } from "../store/sessions.ts";
import { hashPassword, oneTimePassword } from "./password.ts";

export type Credentials = { readonly account: string; readonly oneTimePassword: string };

/** The account that a new hub starts with: `admin`. Null when there is an account already. */
export async function createFirstAccount(database: Database): Promise<Credentials | null> {
  if ((await countAccounts(database.pool)) > 0) return null;
  const password = oneTimePassword();
  const passwordHash = await hashPassword(password);
  return database.transaction(async (tx) => {
    const made = await createAccount(tx, { account: "admin", role: "admin", passwordHash, createdBy: "heddle" });
    if (made === null) return null; // another hub was faster
    await recordAudit(tx, {
      who: "heddle",
      what: "account created",
      subject: null,
      detail: { account: "admin", role: "admin" },
    });
    return { account: made.account, oneTimePassword: password };
  });
}

/** Gives an account a new one-time password and signs it out everywhere; null when there is none of that name. */
export async function issueOneTimePassword(
  database: Database,
  account: string,
  by: string,
): Promise<Credentials | null> {
  const password = oneTimePassword();
  const hash = await hashPassword(password);
  return database.transaction(async (tx) => {
    if ((await setPassword(tx, account, { hash, mustChange: true })) === null) return null;
    await endSessionsOf(tx, account);
    await recordAudit(tx, { who: by, what: "one-time password issued", subject: null, detail: { account } });
    return { account, oneTimePassword: password };
  });
}
