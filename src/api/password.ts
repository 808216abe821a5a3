import { argon2, randomBytes, timingSafeEqual, type Argon2Parameters } from "node:crypto";
import { promisify } from "node:util";

/** OWASP's first choice for Argon2id (Password Storage Cheat Sheet): 19 MiB, 2 passes, 1 lane. */
const COST = { memory: 19_456, passes: 2, parallelism: 1 } as const;
const SALT_BYTES = 16;
const HASH_BYTES = 32;

const derive = promisify((parameters: Argon2Parameters, done: (error: Error | null, hash: Buffer) => void) =>
  argon2("argon2id", parameters, done),
);

/** A password's hash as a PHC string, `$argon2id$v=19$m=…,t=…,p=…$salt$hash`: cost and salt travel with it. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive({ message: password, nonce: salt, tagLength: HASH_BYTES, ...COST });
  const { memory, passes, parallelism } = COST;
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${unpadded(salt)}$${unpadded(hash)}`;
}

/**
 * Whether the password is the one that was hashed. `stored` is null for an account that does not exist:
 * that costs the same work and is never right, so that time does not tell which accounts exist.
 * @throws Error on a stored text that `hashPassword` did not make.
 */
export async function passwordMatches(password: string, stored: string | null): Promise<boolean> {
  const { salt, hash, cost } = stored === null ? NOBODY : parsed(stored);
  const given = await derive({ message: password, nonce: salt, tagLength: hash.length, ...cost });
  return timingSafeEqual(given, hash) && stored !== null;
}

/** A password that a person can copy from a terminal; 120 bits. */
export function oneTimePassword(): string {
  return randomBytes(15)
    .toString("base64url")
    .replace(/.{5}(?=.)/g, "$&.");
}

const NOBODY = { salt: randomBytes(SALT_BYTES), hash: randomBytes(HASH_BYTES), cost: COST };

function parsed(stored: string): { salt: Buffer; hash: Buffer; cost: typeof COST | Record<keyof typeof COST, number> } {
  const match = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([\w+/]+)\$([\w+/]+)$/.exec(stored);
  if (match === null) throw new Error("a stored password hash is not an Argon2id PHC string");
  const [, memory, passes, parallelism, salt = "", hash = ""] = match;
  return {
    salt: Buffer.from(salt, "base64"),
    hash: Buffer.from(hash, "base64"),
    cost: { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) },
  };
}

function unpadded(bytes: Buffer): string {
  return bytes.toString("base64").replaceAll("=", "");
}
