import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { read, utils } from "@e965/xlsx";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { addApiKey } from "../api/give-access.ts";
import { startTestApi, type TestApi } from "../api/testing.ts";
import { heddle } from "./heddle-harness.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "heddle-bom-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const FILES =
  "--ebom examples/fume-extractor/ebom.yaml --rules rules/1000.yaml --against examples/fume-extractor/mbom.yaml";
const diff = (from: string, to: string, ...more: readonly string[]) =>
  heddle("bom", "diff", "FX-210", "--from", from, "--to", to, ...FILES.split(" "), ...more);

describe("heddle bom diff on files", () => {
  it("shows what differs between what stands and what is planned", async () => {
    const { exitCode, out } = await diff("erp", "planned", "--detailed-exitcode");
    expect(out).toMatchInlineSnapshot(`
      "FX-210 in plant 1000: examples/fume-extractor/mbom.yaml → planned by rules/1000.yaml

           Line        examples/fume-extractor/mbom.yaml  planned by rules/1000.yaml   Differs in
        ~  USG-000013  1 EA MOT-024, at 0010, push        1 EA MOT-026, at 0010, push  item MOT-024 → MOT-026

      1 changed, 7 same."
    `);
    expect(exitCode).toBe(2);
  });

  it("shows what became of each eBOM line", async () => {
    const { exitCode, out } = await diff("ebom:B", "planned");
    expect(out).toMatchInlineSnapshot(`
      "FX-210 in plant 1000: eBOM FX-210 rev B → planned by rules/1000.yaml

           Line                   eBOM FX-210 rev B  planned by rules/1000.yaml          Why
           USG-000013             1 EA MOT-026       1 EA MOT-026, at 0010, push         is bought complete and goes on mBOM line USG-000013 by "buy", "first-operation", "with-the-order".
           USG-000014             1 EA IMP-080       1 EA IMP-080, at 0010, push         is bought complete and goes on mBOM line USG-000014 by "buy", "first-operation", "with-the-order".
           USG-000015             2 EA SMP-101       2 EA SMP-101, at 0010, push         is made here and goes on mBOM line USG-000015 by "make", "first-operation", "with-the-order".
           USG-000016             1 EA FX-211        1 EA FX-211, at 0010, push          is made here and goes on mBOM line USG-000016 by "make", "first-operation", "with-the-order".
           USG-000017             1 EA HAR-001       1 EA HAR-001, at 0010, push         is made here and goes on mBOM line USG-000017 by "make", "first-operation", "with-the-order".
        -  USG-000018             1 EA FX-219                                            is dissolved and the lines below it take its place by "lift-kits", "first-operation".
           USG-000018/USG-000024  8 EA SCR-M4-10     8 EA SCR-M4-10, at 0010, bulk       is bought complete and goes on mBOM line USG-000018/USG-000024 by "buy", "lift-kits", "first-operation", "from-the-shelf".
           USG-000018/USG-000025  8 EA WSH-M4        8 EA WSH-M4, at 0010, bulk          is bought complete and goes on mBOM line USG-000018/USG-000025 by "buy", "lift-kits", "first-operation", "from-the-shelf".
        +  +add-threadlocker                         0.5 GRM LOCTITE-243, at 0010, bulk  It is added by rule "add-threadlocker".

      1 added, 1 removed, 7 same."
    `);
    expect(exitCode).toBe(0);
  });

  it("says all of it as JSON, as CSV and as a workbook", async () => {
    const json = JSON.parse((await diff("erp", "planned", "--format", "json")).out) as { lines: { what: string }[] };
    expect(json.lines.filter(({ what }) => what === "changed")).toMatchObject([
      { item: "MOT-026", fields: [{ field: "item", from: "MOT-024", to: "MOT-026" }] },
    ]);
    expect((await diff("erp", "planned", "--format", "csv")).out.split("\n")[1]).toContain(
      "changed,USG-000013,MOT-026",
    );
    const file = join(folder, "bom.xlsx");
    expect((await diff("erp", "planned", "--output", file)).progress).toBe(`${file} is written`);
    const sheet = read(await readFile(file)).Sheets["bom-diff"];
    expect(sheet === undefined ? [] : utils.sheet_to_json<string[]>(sheet, { header: 1 })[1]).toContain("USG-000013");
  });

  it.each([
    [["ebom:Z", "planned"], "examples/fume-extractor/ebom.yaml has no FX-210 rev Z", "it has revision B"],
    [["published", "planned"], "only the hub knows what was published", "leave out --ebom and --against"],
    [["planed", "erp"], '"planed" names no bill of material', "write one of: ebom:<revision>, planned"],
    [["erp", "planned", "--format", "pdf"], 'there is no format "pdf"', "use one of: text, json, csv, xlsx"],
    [["erp", "planned", "--format", "xlsx"], "a workbook cannot be printed", "--output bom.xlsx"],
  ])("refuses %j and says what to do", async ([from = "", to = "", ...more], problem, fix) => {
    const { exitCode, progress } = await diff(from, to, ...more);
    expect(exitCode).toBe(1);
    expect(progress).toContain(problem);
    expect(progress).toContain(fix);
  });
});

describe("heddle bom at a hub", () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi();
    vi.stubEnv("HEDDLE_URL", await api.app.listen({ host: "127.0.0.1", port: 0 }));
    await api.signedIn("viewer", "ada");
    const asked = { account: "ada", name: "test", role: "viewer", days: 1, by: "test" } as const;
    vi.stubEnv("HEDDLE_API_KEY", (await addApiKey(api.database, asked))?.key);
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await api.close();
  });

  it("tells why there is no answer", async () => {
    const { exitCode, progress } = await heddle("bom", "account", "FX-210", "--plant", "9");
    expect(exitCode).toBe(1);
    expect(progress).toContain("There is no plant 9.");
    const without = await heddle("bom", "diff", "FX-210", "--from", "published", "--to", "erp");
    expect(without.progress).toContain("name it: --plant 1000");
    const stray = await heddle("bom", "diff", "FX-210", "--from", "erp", "--to", "erp", "--rules", "rules/1000.yaml");
    expect(stray.progress).toContain("--rules is for files");
  });
});
