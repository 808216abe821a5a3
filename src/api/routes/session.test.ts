import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createAccount } from "../../store/accounts.ts";
import { createFirstAccount, issueOneTimePassword } from "../first-account.ts";
import { hashPassword } from "../password.ts";
import { callerWith, startTestApi, type Answer, type Caller, type TestApi } from "../testing.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

const signIn = (account: string, password: string) => api.stranger("POST /api/session", { account, password });

/** Calls with the cookie that a sign-in set, as a browser would. */
function browserOf({ headers }: Answer<unknown>): Caller {
  const cookie = String(headers["set-cookie"]).split(";")[0] ?? "";
  return callerWith(api.app, { cookie });
}

describe("the first account", () => {
  it("is made once, can do nothing before its one-time password is replaced, and everything after", async () => {
    const first = await createFirstAccount(api.database);
    if (first === null) throw new Error("no first account was made");
    expect(await createFirstAccount(api.database)).toBeNull();

    const entered = await signIn(first.account, first.oneTimePassword);
    expect(entered).toMatchObject({ status: 200, body: { account: "admin", role: "admin", mustChangePassword: true } });
    const browser = browserOf(entered);
    expect(await browser("GET /api/accounts")).toMatchObject({
      status: 403,
      body: { error: { code: "password-change-required" } },
    });

    const next = "a shed and a shuttle";
    const replaced = await browser("PUT /api/session/password", { current: first.oneTimePassword, next });
    expect(replaced).toMatchObject({ status: 200, body: { mustChangePassword: false } });
    expect(await browser("GET /api/accounts")).toMatchObject({ status: 200 });
    expect(await signIn("admin", first.oneTimePassword)).toMatchObject({ status: 401 });
    expect(await signIn("admin", next)).toMatchObject({ status: 200, body: { mustChangePassword: false } });
  });
});

describe("signing in", () => {
  beforeAll(async () => {
    const passwordHash = await hashPassword("correct horse battery");
    for (const account of ["ada", "bea", "cleo"]) {
      await createAccount(api.database.pool, { account, role: "approver", passwordHash, createdBy: "test" });
    }
  });

  it("sets a cookie that scripts cannot read and other sites do not send", async () => {
    const { headers } = await signIn("Ada ", "correct horse battery");
    expect(headers["set-cookie"]).toMatch(/^heddle=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/);
  });

  it("answers an unknown account exactly as a wrong password", async () => {
    const [wrong, unknown] = [await signIn("ada", "wrong"), await signIn("nobody", "wrong")];
    expect(wrong).toMatchObject({ status: 401, body: { error: { code: "sign-in-failed" } } });
    expect(unknown.body).toEqual(wrong.body);
    expect(unknown.status).toBe(wrong.status);
  });

  it("stops after ten wrong passwords, also for the right one, and only for that account", async () => {
    for (let attempt = 0; attempt < 10; attempt++) {
      expect(await signIn("bea", "wrong")).toMatchObject({ status: 401 });
    }
    const refused = await signIn("bea", "correct horse battery");
    expect(refused).toMatchObject({ status: 429, body: { error: { code: "too-many-attempts" } } });
    expect(Number(refused.headers["retry-after"])).toBeGreaterThan(800);
    expect(await signIn("ada", "correct horse battery")).toMatchObject({ status: 200 });
  });

  it("holds until sign-out", async () => {
    const browser = browserOf(await signIn("ada", "correct horse battery"));
    expect(await browser("GET /api/session")).toMatchObject({ body: { account: "ada", role: "approver" } });
    expect(await browser("DELETE /api/session")).toMatchObject({ status: 204 });
    expect(await browser("GET /api/session")).toMatchObject({ status: 401 });
  });

  it("ends everywhere else when the password changes", async () => {
    const [here, there] = [
      await signIn("cleo", "correct horse battery"),
      await signIn("cleo", "correct horse battery"),
    ];
    const change = { current: "correct horse battery", next: "another horse battery" };

    expect(await browserOf(here)("PUT /api/session/password", change)).toMatchObject({ status: 200 });

    expect(await browserOf(here)("GET /api/session")).toMatchObject({ status: 200 });
    expect(await browserOf(there)("GET /api/session")).toMatchObject({ status: 401 });
  });

  it("ends everywhere when an admin issues a new one-time password", async () => {
    const browser = browserOf(await signIn("ada", "correct horse battery"));
    const issued = await issueOneTimePassword(api.database, "ada", "admin");
    expect(await browser("GET /api/session")).toMatchObject({ status: 401 });
    expect(await signIn("ada", issued?.oneTimePassword ?? "")).toMatchObject({ body: { mustChangePassword: true } });
  });

  it("asks for the old password before it takes a new one, which must be long and new", async () => {
    const browser = browserOf(await signIn("cleo", "another horse battery"));
    const change = (current: string, next: string) => browser("PUT /api/session/password", { current, next });
    expect(await change("wrong", "long enough a password")).toMatchObject({
      body: { error: { code: "sign-in-failed" } },
    });
    expect(await change("another horse battery", "short")).toMatchObject({
      body: { error: { code: "invalid-input", field: "body.next" } },
    });
    expect(await change("another horse battery", "another horse battery")).toMatchObject({
      body: { error: { field: "body.next" } },
    });
  });

  it("keeps neither password nor token in the database", async () => {
    const { headers } = await signIn("cleo", "another horse battery");
    const token = /heddle=([\w-]+)/.exec(String(headers["set-cookie"]))?.[1] ?? "no token";
    const { rows } = await api.database.pool.query<{ row: string }>(
      "select a::text as row from accounts a union all select s::text from sessions s",
    );
    const stored = rows.map(({ row }) => row).join("\n");
    expect(stored).toContain("$argon2id$");
    expect(stored).not.toContain("another horse battery");
    expect(stored).not.toContain(token);
    expect(stored).not.toContain(Buffer.from(token).toString("hex"));
  });
});

describe("behind https", () => {
  it("marks the cookie secure and bound to the host", async () => {
    const https = await startTestApi({ publicUrl: "https://heddle.example.com" });
    const passwordHash = await hashPassword("correct horse battery");
    await createAccount(https.database.pool, { account: "ada", role: "viewer", passwordHash, createdBy: "test" });
    const { headers } = await https.stranger(
      "POST /api/session",
      { account: "ada", password: "correct horse battery" },
      { host: "heddle.example.com", origin: "https://heddle.example.com" },
    );
    await https.close();
    expect(headers["set-cookie"]).toMatch(/^__Host-heddle=.*; Path=\/; HttpOnly; Secure; SameSite=Strict$/);
    expect(headers["strict-transport-security"]).toBe("max-age=31536000");
  });
});
