import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { addApiKey } from "../api/give-access.ts";
import { applyChange, planChange, startTestApi, type TestApi } from "../api/testing.ts";
import { heddle } from "./heddle-harness.ts";

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi();
  const url = await api.app.listen({ host: "127.0.0.1", port: 0 });
  await api.signedIn("operator", "olga");
  const key = await addApiKey(api.database, { account: "olga", name: "test", role: "operator", days: 1, by: "test" });
  vi.stubEnv("HEDDLE_URL", url);
  vi.stubEnv("HEDDLE_API_KEY", key?.key ?? "");
  await applyChange(api, "ECO-1", await planChange(api, { change: "ECO-1" }));
  await planChange(api, { change: "ECO-2" });
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await api.close();
});

describe("heddle rollback", () => {
  it("has a change planned that takes another one back, and says who approves it and how", async () => {
    const { out, exitCode } = await heddle("rollback", "ECO-1", "--reason", "the motors run hot");
    expect(out.split("\n")).toEqual([
      "ROLLBACK-ECO-1-1 is planned to take ECO-1 back in plant 1000; another person approves it.",
      "See it: npx heddle plan ROLLBACK-ECO-1-1 --plant 1000",
      'Approve it: npx heddle apply ROLLBACK-ECO-1-1 --plant 1000 --reason "…"',
    ]);
    expect(exitCode).toBe(0);
  });

  it("says what keeps a change from being taken back", async () => {
    const { progress, exitCode } = await heddle("rollback", "ECO-2", "--reason", "the motors run hot");
    expect(progress).toMatch(/Nothing of ECO-2 was written to plant 1000[\s\S]*Refuse its plan instead/);
    expect(exitCode).toBe(1);
    expect((await heddle("rollback", "ECO-3", "--reason", "hot")).progress).toContain("the hub knows no change ECO-3");
  });

  it("asks for a reason before it asks the hub", async () => {
    expect((await heddle("rollback", "ECO-1")).progress).toMatch(/a rollback needs a reason[\s\S]*--reason/);
    expect((await heddle("rollback", "ECO-1", "--reason", "no")).progress).toContain("too short for a reason");
  });
});
