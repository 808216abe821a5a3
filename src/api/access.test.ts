import fastify from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { changeAccount, ROLES, type Role } from "../store/accounts.ts";
import { guardRoutes } from "./access.ts";
import { ACCESS, reaches } from "./access-table.ts";
import { callerWith, startTestApi, type Caller, type TestApi } from "./testing.ts";

let api: TestApi;
let callers: Record<Role, Caller>;

beforeAll(async () => {
  api = await startTestApi();
  const signedIn = await Promise.all(ROLES.map(async (role) => [role, await api.signedIn(role)] as const));
  callers = Object.fromEntries(signedIn) as Record<Role, Caller>;
});
afterAll(() => api.close());

/** The event stream never ends by itself, so only refusals can be asked of it here. */
const endless = "GET /api/events";

const guarded = Object.entries(ACCESS).filter(([, access]) => !["public", "signed message"].includes(access));
const byRole = guarded.filter((entry): entry is [string, Role] => entry[1] !== "signed in");
const address = (route: string) => route.replaceAll(/:\w+/g, "x");

describe("every route", () => {
  it.each(guarded)("%s refuses who is not signed in", async (route) => {
    expect(await api.stranger(address(route))).toMatchObject({
      status: 401,
      body: { error: { code: "sign-in-required" } },
    });
  });

  it.each(byRole)("%s refuses every role below %s", async (route, least) => {
    for (const role of ROLES.filter((each) => !reaches(each, least))) {
      expect(await callers[role](address(route))).toMatchObject({
        status: 403,
        body: { error: { code: "role-too-low" } },
      });
    }
  });

  it.each(byRole.filter(([route]) => route !== endless))(
    "%s lets %s and above through the door",
    async (route, least) => {
      for (const role of ROLES.filter((each) => reaches(each, least))) {
        const { status } = await callers[role](address(route));
        expect([401, 403]).not.toContain(status);
      }
    },
  );

  it.each(byRole)("%s is closed to a one-time password", async (route) => {
    await api.database.pool.query("update accounts set must_change_password = true where account = 'admin'");
    const answer = await callers.admin(address(route));
    await api.database.pool.query("update accounts set must_change_password = false where account = 'admin'");
    expect(answer).toMatchObject({ status: 403, body: { error: { code: "password-change-required" } } });
  });

  it("stands in the access table, or the hub does not start", async () => {
    const app = fastify();
    guardRoutes(app, { database: api.database, publicUrl: null });
    expect(() => app.get("/api/forgotten", async () => "open to all")).toThrow("missing in access-table.ts");
  });
});

describe("a request with a cookie", () => {
  let cookie: string;
  beforeAll(async () => {
    const { oneTimePassword } = (await callers.admin<{ oneTimePassword: string }>("POST /api/accounts", NEW_ACCOUNT))
      .body;
    const entered = await api.stranger("POST /api/session", { account: "weaver", password: oneTimePassword });
    cookie = String(entered.headers["set-cookie"]).split(";")[0] ?? "";
  });

  const signOut = (headers: Record<string, string>) =>
    api.app.inject({ method: "DELETE", url: "/api/session", headers: { cookie, host: "localhost:4700", ...headers } });

  it.each([["http://evil.example"], ["http://localhost:9999"], ["null"]])("may not act from %s", async (origin) => {
    const answer = await signOut({ origin });
    expect(answer.statusCode).toBe(403);
    expect(answer.json()).toMatchObject({ error: { code: "origin-refused" } });
  });

  it("may not act without an origin or the header that no other site's page can send", async () => {
    expect((await signOut({})).json()).toMatchObject({ error: { code: "origin-refused" } });
  });

  it("may not sign somebody in from another site either", async () => {
    const headers = { origin: "http://evil.example" };
    const answer = await api.app.inject({ method: "POST", url: "/api/session", headers, payload: SIGN_IN });
    expect(answer.json()).toMatchObject({ error: { code: "origin-refused" } });
  });

  it("is never allowed by a preflight from another origin", async () => {
    const headers = { origin: "http://evil.example", "access-control-request-headers": "x-heddle" };
    const answer = await api.app.inject({ method: "OPTIONS", url: "/api/session", headers });
    expect(answer.statusCode).toBe(404);
    expect(answer.headers).not.toHaveProperty("access-control-allow-origin");
  });

  it("may act from the hub's own pages, and was not spent by those that were refused", async () => {
    expect((await signOut({ origin: "http://localhost:4700" })).statusCode).toBe(204);
  });
});

const NEW_ACCOUNT = { account: "weaver", role: "viewer" };
const SIGN_IN = { account: "weaver", password: "whatever it is" };

describe("an API key", () => {
  it("acts in its account's name and needs no origin", async () => {
    const key = await keyOf("operator", "key-owner", "operator");
    const bare = await api.app.inject({
      method: "GET",
      url: "/api/session",
      headers: { authorization: `Bearer ${key}` },
    });
    expect(bare.json()).toEqual({ account: "key-owner", role: "operator", mustChangePassword: false });
  });

  it("has no more rights than its account has left", async () => {
    const key = await keyOf("approver", "demoted", "approver");
    await api.database.transaction((tx) => changeAccount(tx, "demoted", { role: "viewer" }));
    expect(await withKey(key)("GET /api/session")).toMatchObject({ body: { role: "viewer" } });
  });

  it("ends with its expiry and with its account", async () => {
    const expired = await keyOf("viewer", "short-lived", "viewer");
    await api.database.pool.query("update api_keys set expires_at = now() where account = 'short-lived'");
    expect(await withKey(expired)("GET /api/session")).toMatchObject({ status: 401 });

    const orphaned = await keyOf("viewer", "leaver", "viewer");
    await api.database.transaction((tx) => changeAccount(tx, "leaver", { disabled: true }));
    expect(await withKey(orphaned)("GET /api/session")).toMatchObject({ status: 401 });
  });

  it("may not make credentials", async () => {
    const key = await keyOf("admin", "key-admin", "admin");
    const makes = [
      ["POST /api/api-keys", { name: "more", role: "admin", expiresInDays: 1 }],
      ["POST /api/accounts", { account: "back-door", role: "admin" }],
      ["POST /api/accounts/key-admin/one-time-password", undefined],
      ["PATCH /api/accounts/key-admin", { disabled: false }],
    ] as const;
    for (const [request, body] of makes) {
      expect(await withKey(key)(request, body)).toMatchObject({
        status: 403,
        body: { error: { code: "session-required" } },
      });
    }
  });
});

describe("a host name", () => {
  it.each([["localhost:4700"], ["127.0.0.1:4700"], ["[::1]:4700"]])("%s is ours", async (host) => {
    expect(await api.stranger("GET /health/live", undefined, { host })).toMatchObject({ status: 200 });
  });

  it.each([["rebound.example"], ["localhost.evil.example"], ["169.254.1.1"]])(
    "%s is not, whatever is asked",
    async (host) => {
      for (const request of ["GET /health/live", "GET /api/changes", "GET /", "POST /webhooks/plm"]) {
        expect(await api.stranger(request, undefined, { host })).toMatchObject({
          status: 421,
          body: { error: { code: "host-refused" } },
        });
      }
    },
  );
});

function withKey(key: string): Caller {
  return callerWith(api.app, { authorization: `Bearer ${key}` });
}

async function keyOf(accountRole: Role, account: string, role: Role): Promise<string> {
  const caller = await api.signedIn(accountRole, account);
  const { body } = await caller<{ key: string }>("POST /api/api-keys", { name: "ci", role, expiresInDays: 30 });
  expect(body.key).toMatch(/^hdl_[0-9a-f]{12}_[\w-]{43}$/);
  return body.key;
}
