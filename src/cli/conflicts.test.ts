import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { blockedBy, quantityConflict } from "../api/conflict-harness.ts";
import type { ConflictView } from "../api/contract.ts";
import { addApiKey } from "../api/give-access.ts";
import { startTestApi, type TestApi } from "../api/testing.ts";
import { heddle } from "./heddle-harness.ts";

let api: TestApi;
let id: string;

beforeAll(async () => {
  api = await startTestApi();
  const url = await api.app.listen({ host: "127.0.0.1", port: 0 });
  await api.signedIn("approver", "ada");
  const key = await addApiKey(api.database, { account: "ada", name: "test", role: "approver", days: 1, by: "test" });
  vi.stubEnv("HEDDLE_URL", url);
  vi.stubEnv("HEDDLE_API_KEY", key?.key ?? "");
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await api.close();
});
beforeEach(async () => {
  await api.database.pool.query("truncate conflicts, conflict_changes, resolutions, runs cascade");
  id = (await blockedBy(api, "ECO-7", [quantityConflict()])).ids[0] ?? "none";
  await api.database.pool.query("update conflicts set opened_at = '2026-02-02T12:00:00Z'");
});

describe("heddle conflicts", () => {
  it("lists what waits for an answer, and with --all the rest", async () => {
    const { out, exitCode } = await heddle("conflicts", "--change", "ECO-7");
    expect(out.split("\n")).toEqual([
      "Id             State  Plant  Item   Line  Component  Field     Was   Engineering  Plant has  Change  Since",
      `${id}  open   1000   FRAME  L10   BOLT       quantity  4 EA  5 EA         6 EA       ECO-7   2026-02-02 12:00Z`,
    ]);
    expect(exitCode).toBe(0);
    expect((await heddle("status")).out).toContain("Conflicts\n  1 to be answered by a person: npx heddle conflicts\n");
    await heddle("conflict", id, "--keep", "plant", "--reason", "the jig needs it");
    expect((await heddle("status")).out).not.toContain("Conflicts");
    expect((await heddle("conflicts")).out).toBe("nothing is in conflict");
    expect((await heddle("conflicts", "--all", "--item", "FRAME")).out).toContain("answered");
    expect((await heddle("conflicts", "--all", "--item", "DOOR")).out).toBe(
      "nothing was ever in conflict in the mBOM of DOOR",
    );
  });

  it("gives all that a change asks one answer", async () => {
    await blockedBy(api, "ECO-7", [quantityConflict(), quantityConflict("DOOR")]);
    const answer = ["--keep", "engineering", "--reason", "agreed in the shop"];
    const { out } = await heddle("conflicts", "--change", "ECO-7", ...answer);
    expect(out).toMatch(/^MC-\w+, MC-\w+: engineering stands. ECO-7 is planned again with it.$/);
    expect((await heddle("conflicts", "--change", "ECO-7", ...answer)).out).toBe(
      "ECO-7 asks nothing that is not answered",
    );
    expect((await heddle("conflicts", ...answer)).progress).toMatch(/one answer to all is for one change/);
  });

  it("answers nothing where --item would seem to narrow what is answered", async () => {
    await blockedBy(api, "ECO-7", [quantityConflict(), quantityConflict("DOOR")]);
    const answer = ["--keep", "engineering", "--reason", "agreed in the shop"];
    const { exitCode, progress } = await heddle("conflicts", "--change", "ECO-7", "--item", "DOOR", ...answer);
    expect(exitCode).toBe(1);
    expect(progress).toMatch(/whatever the item/);
    expect((await heddle("conflicts")).out.split("\n")).toHaveLength(3);
  });
});

describe("heddle conflict", () => {
  it("shows one with the lines around it, and how to answer", async () => {
    const { out } = await heddle("conflict", id);
    expect(out.split("\n")).toEqual([
      `${id}  quantity of BOLT on line L10 in the mBOM of FRAME, plant 1000`,
      "open, came up by ECO-7 2026-02-02 12:00Z",
      "  ECO-7 is blocked and asks it",
      "",
      "  was, as published  4 EA",
      "  engineering wants  5 EA",
      "  the plant has      6 EA",
      "",
      "Lines around it",
      "  >  L10  BOLT  6 EA  operation 0010",
      "     L20  NUT   6 EA  operation 0010",
      "",
      `Answer it: npx heddle conflict ${id} --keep plant --reason "…", or engineering`,
    ]);
    expect((await heddle("conflict", "MC-none")).progress).toMatch(/There is no conflict MC-none/);
  });

  it("answers it, and takes the answer back", async () => {
    const { out, progress } = await heddle("conflict", id, "--keep", "plant", "--reason", "the jig needs it");
    expect(progress).toContain("the plant has      6 EA");
    expect(out).toBe(`${id} is answered: plant stands, by ada: the jig needs it\nplanned again with it: ECO-7`);
    expect((await heddle("conflict", id)).out).toMatch(
      /^ {2}plant stands, by ada \d{4}.*Z, as long as the plant says 6 EA: the jig needs it$/m,
    );
    const other = await heddle("conflict", id, "--keep", "engineering", "--reason", "changed my mind");
    expect(other.progress).toMatch(/ada answered .* plant stands: the jig needs it[\s\S]*--revoke/);
    const back = await heddle("--json", "conflict", id, "--revoke", "--reason", "the jig is gone");
    expect(JSON.parse(back.out) as ConflictView).toMatchObject({
      row: { state: "open", answer: null },
      answers: [{ revokedBy: "ada", revokedReason: "the jig is gone" }],
    });
    await heddle("conflict", id, "--keep", "engineering", "--reason", "changed my mind");
    expect((await heddle("conflict", id, "--revoke", "--reason", "changed it back")).out).toBe(
      `the answer to ${id} is taken back; planned again, and will ask: ECO-7`,
    );
  });

  it.each([
    [["--keep", "both", "--reason", "let us see"], /nobody is called "both"/],
    [["--keep", "plant"], /an answer needs a reason/],
    [["--keep", "plant", "--reason", "no"], /too short for a reason/],
    [["--reason", "because"], /no answer that it is for/],
    [["--revoke"], /an answer needs a reason/],
    [["--revoke", "--keep", "plant", "--reason", "let us see"], /given or taken back, not both/],
  ])("refuses %j before anything is asked", async (args, words) => {
    expect((await heddle("conflict", id, ...args)).progress).toMatch(words);
  });
});
