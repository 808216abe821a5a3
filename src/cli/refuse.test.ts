import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { addApiKey } from "../api/give-access.ts";
import { planChange, startTestApi, type TestApi } from "../api/testing.ts";
import { heddle } from "./heddle-harness.ts";

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi();
  vi.stubEnv("HEDDLE_URL", await api.app.listen({ host: "127.0.0.1", port: 0 }));
  await api.signedIn("approver", "ann");
  const key = await addApiKey(api.database, { account: "ann", name: "test", role: "approver", days: 1, by: "test" });
  vi.stubEnv("HEDDLE_API_KEY", key?.key ?? "");
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await api.close();
});

it("refuses a plan with a reason, also one that is blocked", async () => {
  await planChange(api, { change: "ECO-1" });
  await planChange(api, { change: "ECO-2", state: "blocked" });
  for (const change of ["ECO-1", "ECO-2"]) {
    const { out, exitCode } = await heddle("refuse", change, "--reason", "the motors run hot");
    expect(out).toBe(`the plan of ${change} is refused in plant 1000: the motors run hot. Nothing of it is written.`);
    expect(exitCode).toBe(0);
  }
});

it("refuses no plan but the one that was read", async () => {
  await planChange(api, { change: "ECO-3" });
  const { progress, exitCode } = await heddle("refuse", "ECO-3", "--digest", "0".repeat(64), "--reason", "runs hot");
  expect(progress).toContain("This is not the plan of ECO-3 that counts now.");
  expect(exitCode).toBe(1);
  expect((await heddle("refuse", "ECO-3", "--reason", "no")).progress).toContain("too short for a reason");
});
