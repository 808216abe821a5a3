import { createHash, randomBytes } from "node:crypto";

/** 256 bits nobody can guess. Its hash may be fast: there is no dictionary of random tokens to try. */
export function randomToken(): string {
  return randomBytes(32).toString("base64url");
}

/** What the database keeps of a token. */
export function tokenHash(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}

/** A new API key, `hdl_<id>_<secret>`: the id is shown in lists, the prefix lets secret scanners find it. */
export function newApiKey(): { id: string; key: string } {
  const id = randomBytes(6).toString("hex");
  return { id, key: `hdl_${id}_${randomToken()}` };
}
