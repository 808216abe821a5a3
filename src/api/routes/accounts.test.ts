import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestApi, type Caller, type TestApi } from "../testing.ts";

let api: TestApi;
let admin: Caller;
beforeAll(async () => {
  api = await startTestApi();
  admin = await api.signedIn("admin");
});
afterAll(() => api.close());

describe("accounts", () => {
  it("are made with a one-time password that signs in", async () => {
    const made = await admin<{ oneTimePassword: string }>("POST /api/accounts", { account: "ada", role: "approver" });
    expect(made.status).toBe(201);
    const entered = await api.stranger("POST /api/session", { account: "ada", password: made.body.oneTimePassword });
    expect(entered).toMatchObject({ status: 200, body: { role: "approver", mustChangePassword: true } });
  });

  it.each([["ada"], ["heddle"]])("are not made twice, nor in the hub's own name: %s", async (account) => {
    await admin("POST /api/accounts", { account: "ada", role: "viewer" });
    expect(await admin("POST /api/accounts", { account, role: "viewer" })).toMatchObject({
      status: 409,
      body: { error: { code: "account-exists", field: "body.account" } },
    });
  });

  it.each([["Ada"], ["a b"], [""], ["-x"], ["a".repeat(65)]])("have plain names, not %j", async (account) => {
    expect(await admin("POST /api/accounts", { account, role: "viewer" })).toMatchObject({
      status: 400,
      body: { error: { code: "invalid-input", field: "body.account" } },
    });
  });

  it("that are disabled are signed out at once, and may come back", async () => {
    const leaver = await api.signedIn("viewer", "leaver");
    expect(await admin("PATCH /api/accounts/leaver", { disabled: true })).toMatchObject({ body: { disabled: true } });
    expect(await leaver("GET /api/session")).toMatchObject({ status: 401 });
    expect(await admin("PATCH /api/accounts/leaver", { disabled: false })).toMatchObject({ body: { disabled: false } });
  });

  it("change role at once", async () => {
    const riser = await api.signedIn("viewer", "riser");
    expect(await admin("PATCH /api/accounts/riser", { role: "operator" })).toMatchObject({
      body: { role: "operator" },
    });
    expect(await riser("GET /api/session")).toMatchObject({ body: { role: "operator" } });
  });

  it.each([[{ disabled: true }], [{ role: "viewer" }]])("never lose their last admin: %j", async (change) => {
    expect(await admin("PATCH /api/accounts/admin", change)).toMatchObject({
      status: 409,
      body: { error: { code: "last-admin" } },
    });
    expect(await admin("GET /api/session")).toMatchObject({ body: { role: "admin" } });
  });

  it("never lose their last two admins to each other at the same moment", async () => {
    const other = await api.signedIn("admin", "other-admin");
    const answers = await Promise.all([
      admin("PATCH /api/accounts/other-admin", { role: "viewer" }),
      other("PATCH /api/accounts/admin", { role: "viewer" }),
    ]);
    // The slower one finds itself the last admin, or no admin any more.
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, expect.toBeOneOf([403, 409])]);
    const { rows } = await api.database.pool.query("select account from accounts where role = 'admin'");
    expect(rows).toHaveLength(1);
    await api.database.pool.query("update accounts set role = 'admin' where account = 'admin'");
  });

  it("that do not exist are not found", async () => {
    expect(await admin("PATCH /api/accounts/nobody", { disabled: true })).toMatchObject({ status: 404 });
    expect(await admin("POST /api/accounts/nobody/one-time-password")).toMatchObject({ status: 404 });
  });

  it("leave a trail of who changed what", async () => {
    await admin("POST /api/accounts", { account: "traced", role: "viewer" });
    const { body } = await admin<{ entries: unknown[] }>("GET /api/audit");
    expect(body.entries).toContainEqual(
      expect.objectContaining({ who: "admin", what: "account created", detail: { account: "traced", role: "viewer" } }),
    );
    expect(JSON.stringify(body)).not.toContain('assword":');
  });
});

describe("API keys", () => {
  type Made = { apiKey: { id: string }; key: string };
  const request = { name: "nightly", role: "viewer", expiresInDays: 7 };

  it("are listed without their secret, to their owner and to admins only", async () => {
    const owner = await api.signedIn("operator", "owner");
    const other = await api.signedIn("operator", "bystander");
    const { body } = await owner<Made>("POST /api/api-keys", request);

    expect(await owner("GET /api/api-keys")).toMatchObject({
      body: { apiKeys: [{ id: body.apiKey.id, name: "nightly" }] },
    });
    expect(await other("GET /api/api-keys")).toMatchObject({ body: { apiKeys: [] } });
    const all = await admin("GET /api/api-keys");
    expect(all.body).toMatchObject({
      apiKeys: expect.arrayContaining([expect.objectContaining({ account: "owner" })]),
    });
    expect(JSON.stringify(all.body)).not.toContain(body.key);
  });

  it("are never stronger than who makes them", async () => {
    const operator = await api.signedIn("operator", "climber");
    expect(await operator("POST /api/api-keys", { ...request, role: "approver" })).toMatchObject({
      status: 403,
      body: { error: { code: "role-too-low" } },
    });
  });

  it("stop when revoked, by their owner but by no other", async () => {
    const owner = await api.signedIn("viewer", "revoker");
    const other = await api.signedIn("viewer", "meddler");
    const { body } = await owner<Made>("POST /api/api-keys", request);
    const authorization = `Bearer ${body.key}`;

    expect(await other(`DELETE /api/api-keys/${body.apiKey.id}`)).toMatchObject({ status: 404 });
    expect(await api.stranger("GET /api/session", undefined, { authorization })).toMatchObject({ status: 200 });
    expect(await owner(`DELETE /api/api-keys/${body.apiKey.id}`)).toMatchObject({ status: 204 });
    expect(await api.stranger("GET /api/session", undefined, { authorization })).toMatchObject({ status: 401 });
  });
});
