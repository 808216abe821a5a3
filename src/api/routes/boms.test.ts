import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestApi, type Caller, type TestApi } from "../testing.ts";

let api: TestApi;
let viewer: Caller;
beforeAll(async () => {
  api = await startTestApi();
  viewer = await api.signedIn("viewer");
});
afterAll(() => api.close());

it("refuses words that name no bill of material, and says which do", async () => {
  const { status, body } = await viewer("GET /api/boms/1000/FX-210/diff?from=planed&to=erp");
  expect(status).toBe(400);
  expect(body.error).toMatchObject({
    code: "invalid-input",
    field: "querystring.from",
    fix: expect.stringContaining("ebom:<revision>"),
  });
});

it("says what there is not, in which system, and what to do", async () => {
  for (const path of ["diff?from=published&to=erp", "account?format=csv"]) {
    const { status, body } = await viewer(`GET /api/boms/9/${encodeURIComponent("FX/210")}/${path}`);
    expect(status).toBe(404);
    expect(body.error).toMatchObject({ code: "not-found", field: "plant", message: "There is no plant 9." });
  }
});
