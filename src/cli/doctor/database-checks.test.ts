import { expect, it } from "vitest";
import { stateChecks } from "./database-checks.ts";

const WELL = { versionNumber: 180_001, version: "18.1", encoding: "UTF8", aheadMs: 0, pending: [], mismatch: null };

function wrong(state: Partial<typeof WELL> | { mismatch: string } | { pending: string[] }): readonly string[] {
  const checks = stateChecks({ ...WELL, ...state }, "a server of yours").filter((check) => check.state !== "ok");
  return checks.map(({ name, state: how, detail }) => `${how} ${name}: ${detail}`);
}

it("finds nothing wrong with a database that is as it should be", () => {
  expect(wrong({})).toEqual([]);
});

it.each([
  [{ versionNumber: 130_014, version: "13.14" }, "failure PostgreSQL: version 13.14 is too old"],
  [{ encoding: "SQL_ASCII" }, "failure encoding: SQL_ASCII cannot hold every name that a PLM has"],
  [{ pending: ["0002_access.sql"] }, "warning migrations: 1 still to run: 0002_access.sql"],
  [{ mismatch: "it was made by a newer Heddle" }, "failure migrations: it was made by a newer Heddle"],
  [{ aheadMs: -90_000 }, "warning database clock: 90 s behind ours"],
])("names %j", (state, expected) => {
  expect(wrong(state)).toEqual([expected]);
});
