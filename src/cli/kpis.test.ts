import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { ApartPage, KpiReport } from "../api/contract.ts";
import { addApiKey } from "../api/give-access.ts";
import { startTestApi, type TestApi } from "../api/testing.ts";
import type { PlantId } from "../domain/ids.ts";
import { openShopFloor, TWO_SHIFTS, type ShopFloor } from "../flows/shop-floor-harness.ts";
import { heddle } from "./heddle-harness.ts";

let api: TestApi;
let floor: ShopFloor;
let folder: string;

beforeAll(async () => {
  api = await startTestApi({ calendars: new Map([["1000" as PlantId, TWO_SHIFTS]]) });
  vi.stubEnv("HEDDLE_URL", await api.app.listen({ host: "127.0.0.1", port: 0 }));
  await api.signedIn("operator", "ada");
  const asked = { account: "ada", name: "test", role: "operator", days: 1, by: "test" } as const;
  vi.stubEnv("HEDDLE_API_KEY", (await addApiKey(api.database, asked))?.key);
  folder = await mkdtemp(join(tmpdir(), "heddle-kpis-"));
  floor = await openShopFloor(api.database);
  const operations = {
    "0010": { workCenter: "SAW", runMinutes: 3 },
    "0020": { workCenter: "ASSY", runMinutes: null },
  };
  await floor.learn({ order: "MO-1", item: "FX-200", quantity: "100", operations });
  await floor.tell(
    out("1", "0010", "SAW", { kind: "good", quantity: "96", workedMs: 96 * 216_000 }),
    out("2", "0010", "SAW", { kind: "scrap", quantity: "4", workedMs: 4 * 216_000 }),
    out("3", "0020", "ASSY", { kind: "good", quantity: "96", workedMs: 96 * 45_000 }),
    { ...out("4", "0010", "SAW", { kind: "good", quantity: "1" }), order: "MO-9" },
  );
  await floor.count();
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
  await api.close();
});

function out(id: string, operation: string, workCenter: string, fact: object) {
  return { id, order: "MO-1", operation, workCenter, at: "2026-02-02T09:00:00.000Z", fact: { unit: "EA", ...fact } };
}

describe("heddle kpis", () => {
  it("shows an item's operations as a production engineer reads them", async () => {
    expect((await heddle("kpis", "FX-200")).out).toMatchInlineSnapshot(`
      "Plant  Operation  Orders   Good  Scrap  Rework  First pass  Cycle p50      p90  Setup  Effective
      1000   0010            1  96 EA  4.0 %   0.0 %      96.0 %    3.6 min  3.6 min  0.0 %     83.3 %
      1000   0020            1  96 EA  0.0 %   0.0 %     100.0 %     44.8 s   44.8 s  0.0 %"
    `);
  });

  it("shows work centers with what they were available, where no item is named", async () => {
    const { out: shown } = await heddle("kpis", "--from", "2026-02-02", "--by", "workCenter,day,shift");
    expect(shown).toMatchInlineSnapshot(`
      "Plant  Work center  Day         Shift  Orders   Good  Scrap  Rework  First pass  Cycle p50      p90  Setup  Effective  Available     OEE
      1000   ASSY         2026-02-02  early       1  96 EA  0.0 %   0.0 %     100.0 %     44.8 s   44.8 s  0.0 %                15.0 %
      1000   SAW          2026-02-02  early       1  96 EA  4.0 %   0.0 %      96.0 %    3.6 min  3.6 min  0.0 %     83.3 %     75.0 %  60.0 %"
    `);
  });

  it("gives the same as JSON", async () => {
    const { out: shown } = await heddle("kpis", "FX-200", "--operation", "0010", "--json");
    const { rows } = JSON.parse(shown) as KpiReport;
    expect(rows.map(({ operation, kpis }) => [operation, kpis.scrapRatio])).toEqual([["0010", 0.04]]);
  });

  it("writes files", async () => {
    const [csv, xlsx] = [join(folder, "kpis.csv"), join(folder, "kpis.xlsx")];
    expect((await heddle("kpis", "FX-200", "--csv", csv, "--xlsx", xlsx)).exitCode).toBe(0);
    expect((await readFile(csv, "utf8")).split("\r\n")).toHaveLength(4);
    expect((await readFile(xlsx)).subarray(0, 2).toString()).toBe("PK");
  });

  it("says when there is nothing, and what it does not understand", async () => {
    expect((await heddle("kpis", "FX-999")).out).toBe("nothing was told of such production");
    const wrong = await heddle("kpis", "FX-200", "--by", "colour");
    expect(wrong.exitCode).toBe(1);
    expect(wrong.progress).toContain("querystring.by");
    const lost = await heddle("kpis", "FX-200", "--csv", join(folder, "none", "kpis.csv"));
    expect(lost.progress).toContain("cannot write");
  });
});

async function group(): Promise<string> {
  const { out: shown } = await heddle("kept-apart", "--json");
  return (JSON.parse(shown) as ApartPage).groups[0]?.id ?? "";
}

describe("heddle kept-apart", () => {
  it("lists what waits, and shows a group with what to do and its events", async () => {
    expect((await heddle("kept-apart")).out).toContain("Plant 1000 has no order MO-9.");
    const { out: shown } = await heddle("kept-apart", "show", await group());
    expect(shown).toContain("Do: Correct the order, or replay the event once the hub knows it.");
    expect(shown).toContain('"order":"MO-9"');
  });

  it("replays and dismisses with a reason", async () => {
    const id = await group();
    expect((await heddle("kept-apart", "replay", id, "--reason", "it")).progress).toContain("too short");
    expect((await heddle("kept-apart", "replay", id, "--reason", "let us see")).out).toBe(
      "0 counted now, 0 counted before, 1 kept apart still",
    );
    expect((await heddle("kept-apart", "dismiss", id, "--reason", "a typing error")).out).toContain("is dismissed");
    expect((await heddle("kept-apart")).out).toBe("nothing of that kind is kept apart");
    expect((await heddle("kept-apart", "show", id)).out).toContain("by ada: a typing error");
  });
});
