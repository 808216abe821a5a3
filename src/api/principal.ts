import type { FastifyRequest } from "fastify";
import { inGroups } from "../engine/in-groups.ts";
import { apiKeyHolder } from "../store/api-keys.ts";
import type { Db } from "../store/database.ts";
import { sessionHolder, type SessionHolder } from "../store/sessions.ts";
import { ApiError } from "./problem.ts";
import { tokenHash } from "./token.ts";

/** Who is calling. A key acts in its account's name, so nobody is two people to the rules on approval. */
export type Principal = SessionHolder & {
  readonly via:
    | { readonly kind: "session"; readonly tokenHash: Buffer }
    | { readonly kind: "API key"; readonly key: string };
};

declare module "fastify" {
  interface FastifyRequest {
    /** Null on public routes. */
    principal: Principal | null;
  }
}

/** The two names of the session cookie. `__Host-` makes browsers insist on https and on this very host. */
export function sessionCookie(publicUrl: string | null): { name: string; secure: boolean } {
  const secure = publicUrl?.startsWith("https:") ?? false;
  return { name: secure ? "__Host-heddle" : "heddle", secure };
}

/** Who holds keys, by the keys' hashes. Requests that come together with one key ask the database once. */
export function keyHolders(db: Db): (keyHash: Buffer) => ReturnType<typeof apiKeyHolder> {
  return inGroups(
    async (hashes: readonly Buffer[]) => {
      const asked = new Map<string, ReturnType<typeof apiKeyHolder>>();
      return Promise.all(
        hashes.map((hash) => {
          const name = hash.toString("hex");
          const holder = asked.get(name) ?? apiKeyHolder(db, hash);
          asked.set(name, holder);
          return holder;
        }),
      );
    },
    { max: 1_000 },
  );
}

/** Null when the request carries no credentials that are valid now. */
export async function principalOf(
  db: Db,
  request: FastifyRequest,
  cookie: string,
  holderOf: ReturnType<typeof keyHolders>,
): Promise<Principal | null> {
  const bearer = /^Bearer (hdl_\S+)$/i.exec(request.headers.authorization ?? "")?.[1];
  if (bearer !== undefined) {
    const holder = await holderOf(tokenHash(bearer));
    return holder === null ? null : { ...holder, via: { kind: "API key", key: holder.key } };
  }
  const token = request.cookies[cookie];
  if (token === undefined) return null;
  const hash = tokenHash(token);
  const holder = await sessionHolder(db, hash);
  return holder === null ? null : { ...holder, via: { kind: "session", tokenHash: hash } };
}

/** The caller of a route that asks for a sign-in. */
export function signedIn(request: FastifyRequest): Principal {
  if (request.principal === null) throw new ApiError("sign-in-required", "Nobody is signed in.");
  return request.principal;
}

/** The caller, where an API key will not do: what makes new credentials must not be reached with a leaked one. */
export function signedInByPassword(request: FastifyRequest): Principal & { via: { kind: "session" } } {
  const principal = signedIn(request);
  const { via } = principal;
  if (via.kind !== "session") throw new ApiError("session-required", "An API key may not manage credentials.");
  return { ...principal, via };
}
