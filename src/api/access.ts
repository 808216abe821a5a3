import type { FastifyInstance, FastifyRequest } from "fastify";
import { ACCESS, reaches } from "./access-table.ts";
import type { Dependencies } from "./dependencies.ts";
import { keyHolders, principalOf, sessionCookie } from "./principal.ts";
import { ApiError } from "./problem.ts";

/** Lets nobody reach a handler whom `ACCESS` does not let; a route that it does not name cannot exist. */
export function guardRoutes(
  app: FastifyInstance,
  { database, publicUrl }: Pick<Dependencies, "database" | "publicUrl">,
): void {
  const cookie = sessionCookie(publicUrl).name;
  const holderOf = keyHolders(database.pool);
  app.decorateRequest("principal", null);

  app.addHook("onRoute", ({ method, url }) => {
    for (const each of [method].flat()) {
      if (ACCESS[`${each} ${url}`] === undefined) throw new Error(`${each} ${url} is missing in access-table.ts`);
    }
  });

  app.addHook("onRequest", async (request) => {
    const route = request.routeOptions.url;
    if (route === undefined) return; // answered by the not-found handler
    const access = ACCESS[`${request.method} ${route}`];
    if (access === "signed message") return;
    if (!request.headers.authorization) refuseForeignOrigin(request);
    if (access === "public") return;

    const principal = await principalOf(database.pool, request, cookie, holderOf);
    if (principal === null) throw new ApiError("sign-in-required", "This needs a sign-in, and there is no valid one.");
    request.principal = principal;
    if (access === "signed in") return;
    if (principal.mustChangePassword) {
      throw new ApiError("password-change-required", `${principal.account} still has a one-time password.`);
    }
    if (access === undefined || !reaches(principal.role, access)) {
      throw new ApiError(
        "role-too-low",
        `This needs the role ${access}; ${principal.account} is ${principal.role} here.`,
      );
    }
  });
}

const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * Refuses requests to a host name that is not ours. A page of another site can point its own name at
 * this address (DNS rebinding) and would then count as our own page; its Host header gives it away.
 */
export function refuseForeignHosts(app: FastifyInstance, publicUrl: string | null): void {
  const ours = publicUrl === null ? null : new URL(publicUrl).hostname;
  app.addHook("onRequest", async (request) => {
    const name = hostName(request.headers.host);
    if (name === null || !(LOOPBACK.has(name) || name === ours)) {
      throw new ApiError("host-refused", `This hub is not called "${request.headers.host ?? ""}".`);
    }
    if (request.url.includes("%00")) throw new ApiError("invalid-input", "An address holds no NUL.", { field: "url" });
  });
}

/**
 * Keeps other sites from acting with a signed-in person's cookie. Browsers name the page's origin on
 * every request that is not a plain read, and send a header of ours from another origin only after they
 * asked us, which we never allow.
 */
function refuseForeignOrigin({ method, headers }: FastifyRequest): void {
  if (method === "GET" || method === "HEAD" || headers["x-heddle"] !== undefined) return;
  const { origin, host } = headers;
  if (origin === undefined || hostOf(origin) !== host?.toLowerCase()) {
    throw new ApiError("origin-refused", `A request from ${origin ?? "an unknown origin"} may not act here.`);
  }
}

function hostName(host: string | undefined): string | null {
  return host === undefined ? null : (URL.parse(`http://${host}`)?.hostname ?? null);
}

/** Host and port of an origin; null of `null`, which sandboxed pages send. */
function hostOf(origin: string): string | null {
  return URL.parse(origin)?.host ?? null;
}
