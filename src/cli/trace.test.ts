import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { addApiKey } from "../api/give-access.ts";
import { startTestApi, type TestApi } from "../api/testing.ts";
import { leaveThread } from "../api/thread-harness.ts";
import { heddle } from "./heddle-harness.ts";

let api: TestApi;
let folder: string;

beforeAll(async () => {
  api = await startTestApi();
  folder = await mkdtemp(join(tmpdir(), "heddle-recall-"));
  const url = await api.app.listen({ host: "127.0.0.1", port: 0 });
  await api.signedIn("viewer", "vera");
  const key = await addApiKey(api.database, { account: "vera", name: "test", role: "viewer", days: 1, by: "test" });
  vi.stubEnv("HEDDLE_URL", url);
  vi.stubEnv("HEDDLE_API_KEY", key!.key);
  await leaveThread(api.database);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
  await api.close();
});

describe("heddle trace", () => {
  it("leads from a bad serial number to the change behind it, and shows how it was built", async () => {
    const { exitCode, out } = await heddle("trace", "SN-003");
    expect(out.replaceAll(/noted \d{4}-\d\d-\d\d \d\d:\d\dZ/g, "noted then")).toBe(`Serial SN-003 of FX-110, in 1000

Came from
  contains lot L-7 of MOT-024 (2026-02-01 06:00Z, by 4711)
    ! Lot L-7 of MOT-024 has no origin on record: neither a production order that made it nor a purchase-order line that brought it. A part that is bought is traced on by the supplier's papers for it.
  was made by production order MO-5001 (2026-02-01 06:00Z, by 4711)
    was built under change ECO-0001 (noted then)
    makes item FX-110 rev B (noted then)
      was released by change ECO-0001 (noted then, see above)

Led to
  was built into serial M-1 of FX-900 (noted then)

As built
  Serial SN-003 against FX-110 rev B: 1 of 3 lines differ, and 0 of what was built in is extra.
    10 MOT-024, 1 EA: 1 EA as designed, lot L-7 at operation 0010
    20 SCR-M4-10, 8 EA: 7 EA as designed, at operation 0010; 1 EA missing
    30 GREASE, as required: none used
  ! The ERP does not say from which mBOM the order's components came: alternates are not known and show as extra.
  Worked on
    2026-02-01 06:00Z  0010  ASSY ASSY-2  by 4711
  Results
    2026-02-01 06:00Z  measured  current  passed  1.2 A, 1 to 1.5`);
    expect(exitCode).toBe(0);
  });

  it("says how many more there are, and takes one direction", async () => {
    const { out } = await heddle("trace", "L-7", "--forward", "--depth", "1", "--limit", "2");
    expect(out).toMatch(/^Lot L-7 of MOT-024, in 1000\n\nLed to\n {2}was built into serial SN-001 of FX-110 \(/);
    expect(out).toContain("… 58 more");
    expect(out).not.toContain("Came from");
    const { out: json } = await heddle("trace", "PR-0003", "--json");
    expect(JSON.parse(json)).toMatchObject({ node: { kind: "problem report" }, forward: { steps: [] }, asBuilt: null });
  });

  it.each([
    [
      ["SN-001"],
      /2 things are called SN-001:\n +serial SN-001 of FX-110, in 1000\n +serial SN-001 of FX-300[\s\S]*--kind/,
    ],
    [["SN-404"], /nothing is called SN-404: looked for serials, lots.* in the thread of the hub at http/],
    [["MO-50"], /nothing is called MO-50.*these begin so:\n +production order MO-5001, in erp/],
    [["SN-003", "--plant", "2000"], /nothing is called SN-003 in plant 2000/],
    [["SN-003", "--kind", "rumour"], /Allowed choices are/],
    [["SN-003", "--depth", "all"], /"all" is no number for --depth/],
  ])("refuses %s", async (args, message) => {
    const { exitCode, progress } = await heddle("trace", ...args);
    expect(progress).toMatch(message);
    expect(exitCode).toBe(1);
  });
});

describe("heddle recall", () => {
  it("lists, counts and writes what was built with a lot", async () => {
    const { out } = await heddle("recall", "--lot", "L-7", "--limit", "2");
    expect(out).toBe(`built with lot L-7 of MOT-024: the first 2
  Kind    Number  Item          Plant  Order    Built              Changes  Why
  serial  SN-001  FX-110 rev B  1000   MO-5001  2026-02-01 06:00Z           contains lot L-7 of MOT-024
  serial  SN-002  FX-110 rev B  1000   MO-5001  2026-02-01 06:00Z           contains lot L-7 of MOT-024
and more: --limit lists them, --csv writes all, --count counts them`);
    expect((await heddle("recall", "--lot", "L-7", "--count")).out).toBe("built with lot L-7 of MOT-024: 61 serials");
    const file = join(folder, "recall.csv");
    expect((await heddle("recall", "--lot", "L-7", "--csv", file)).progress).toBe(`wrote 61 units to ${file}`);
    expect((await readFile(file, "utf8")).split("\r\n")[1]).toMatch(/^1000,serial,SN-001,FX-110,B/);
    expect((await heddle("recall", "--serial", "SN-003", "--csv", "-")).out).toContain("1000,serial,M-1,FX-900");
  });

  it("lists what was built before a change", async () => {
    const { out } = await heddle("recall", "--before", "ECO-0001", "--json", "--limit", "7");
    expect(JSON.parse(out)).toMatchObject({ hasMore: true, units: Array.from({ length: 7 }, () => ({ changes: [] })) });
    expect((await heddle("recall", "--before", "ECO-0001", "--count")).out).toBe(
      "FX-110 in plant 1000: built without change ECO-0001: 20 serials",
    );
  });

  it.each([
    [[], /one lot, one serial or one change[\s\S]*--lot, --serial and --before/],
    [["--lot", "L-9"], /Several items have a lot L-9: GEAR-1 in plant 1000, MOT-024 in plant 1000/],
    [["--before", "ECO-404"], /No item is known that change ECO-404 designs anew/],
    [["--lot", "L-7", "--csv", "/no/such/folder/x.csv"], /cannot write/],
  ])("refuses %s", async (args, message) => {
    const { exitCode, progress } = await heddle("recall", ...args);
    expect(progress).toMatch(message);
    expect(exitCode).toBe(1);
  });
});
