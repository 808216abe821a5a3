import { accountOf, type Account } from "../store/accounts.ts";
import type { Database } from "../store/database.ts";
import { countAttempt, forgetAttempts, forgetOldAttempts } from "../store/sign-in-attempts.ts";
import { passwordMatches } from "./password.ts";
import { ApiError } from "./problem.ts";

const WINDOW_SECONDS = 15 * 60;

/**
 * Attempts in one window. The limit on an account as such is wide, so that a stranger cannot easily lock
 * somebody out, yet bounds what guessing from many addresses at once can reach.
 */
const LIMITS = { "account and address": 10, address: 60, account: 100 } as const;

/**
 * The account, when the password is right. An attempt is counted before the password is looked at, so
 * that many at once count too.
 * @throws ApiError `sign-in-failed`, or `too-many-attempts`.
 */
export async function checkPassword(
  { pool }: Database,
  given: { account: string; password: string; address: string },
): Promise<Account> {
  const name = given.account.trim().toLowerCase();
  const own = `account and address ${name} ${given.address}`;
  await forgetOldAttempts(pool, WINDOW_SECONDS);
  await countWithin(own, LIMITS["account and address"]);
  await countWithin(`address ${given.address}`, LIMITS.address);
  await countWithin(`account ${name}`, LIMITS.account);

  const account = await accountOf(pool, name);
  const right = await passwordMatches(given.password, account?.passwordHash ?? null);
  if (account === null || !right || account.disabled) {
    throw new ApiError("sign-in-failed", "There is no such account, or the password is wrong.");
  }
  await forgetAttempts(pool, own);
  const { passwordHash: _, ...known } = account;
  return known;

  async function countWithin(bucket: string, limit: number): Promise<void> {
    const { attempts, secondsLeft } = await countAttempt(pool, bucket, WINDOW_SECONDS);
    if (attempts <= limit) return;
    throw new ApiError("too-many-attempts", `Too many attempts to sign in; wait ${secondsLeft} seconds.`, {
      retryAfter: secondsLeft,
    });
  }
}
