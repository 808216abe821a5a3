import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { addApiKey } from "../api/give-access.ts";
import { startTestApi, type TestApi } from "../api/testing.ts";
import { made, used } from "../domain/feedback/posting-harness.ts";
import { bookingHubOf, ledger } from "../flows/production-to-erp-harness.ts";
import { heddle } from "./heddle-harness.ts";

let api: TestApi;
let hub: ReturnType<typeof bookingHubOf>;

beforeAll(async () => {
  api = await startTestApi();
  const url = await api.app.listen({ host: "127.0.0.1", port: 0 });
  await api.signedIn("approver", "ada");
  const asked = { account: "ada", name: "test", role: "approver", days: 1, by: "test" } as const;
  const access = await addApiKey(api.database, asked);
  vi.stubEnv("HEDDLE_URL", url);
  vi.stubEnv("HEDDLE_API_KEY", access?.key ?? "");
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await api.close();
});

beforeEach(async () => {
  await api.database.pool.query("truncate runs, bookings, order_production cascade; delete from pgboss.job");
  hub = bookingHubOf(api.database, api.lanes, ledger());
  const consumption = [used("10 TUBE", "25 EA", "T-1"), used("20 WIRE", "1 KGM")];
  await hub.counts(made({ "0010": "9 good 1 scrap 45 min done" }, consumption));
  await hub.look();
});

describe("heddle production", () => {
  it("lists orders, and what waits for a person", async () => {
    const { out } = await heddle("production");
    expect(out).toContain("25 EA of TUBE were used; the order requires 20 EA.");
    expect(out.split("\n")[1]).toMatch(/^MO-1 {3}FRAME {2}to decide {9}1 {2}\d{4}-/);
    expect((await heddle("production", "--state", "booked")).out).toBe("no order matches");
    expect((await heddle("production", "--state", "lost")).progress).toContain('no booking is ever "lost"');
    expect(JSON.parse((await heddle("--json", "production")).out)).toMatchObject({ bookings: [{ toDecide: 1 }] });
  });

  it("shows what was made and used beside what the ERP holds, and how to decide", async () => {
    const { out } = await heddle("production", "MO-1");
    expect(out.split("\n").slice(0, 12)).toEqual([
      "MO-1 in plant P1, FRAME: to decide",
      "  25 EA of TUBE were used; the order requires 20 EA.",
      "",
      "                  Made and used                  In the ERP",
      "operation 0010    9 EA good, 1 EA scrap, 45 min  9 EA good, 1 EA scrap, 45 min",
      "10 TUBE, lot T-1  25 EA",
      "20 WIRE           1 KGM                          1 KGM",
      "",
      "25 EA of TUBE were used; the order requires 20 EA.",
      "  Check what was used; correct it on the shop floor, book it in spite of that, or leave it out.",
      '  npx heddle production decide MO-1 --plant P1 --finding "consumed-beyond-plan 10 TUBE" --post (or --leave-out) --reason "…"',
      "",
    ]);
  });

  it("decides, names what was decided, and has it booked", async () => {
    const { exitCode, out } = await heddle("production", "decide", "MO-1", "--post", "--reason", "five were bent");
    expect([exitCode, out]).toEqual([
      0,
      "Decided: consumed-beyond-plan 10 TUBE is booked. How it went: npx heddle production MO-1",
    ]);
    expect(await hub.look("ada")).toBe("booked");
    const shown = await heddle("production", "MO-1");
    expect(shown.out).toContain("MO-1 in plant P1, FRAME: booked");
  });

  it("says what is missing", async () => {
    const reason = ["--reason", "five were bent"];
    expect((await heddle("production", "decide", "MO-1", ...reason)).progress).toContain("--leave-out");
    expect((await heddle("production", "decide", "MO-1", "--post", "--reason", "x")).progress).toContain("too short");
    expect((await heddle("production", "MO-9")).progress).toContain("nothing of order MO-9 is booked");
    await heddle("production", "decide", "MO-1", "--leave-out", ...reason);
    await hub.look("ada");
    const again = await heddle("production", "decide", "MO-1", "--leave-out", ...reason);
    expect(again.progress).toContain("0 findings of MO-1 wait for a decision");
  });

  it("asks for another look", async () => {
    expect((await heddle("production", "look-again", "MO-1")).out).toContain("Asked to look again at MO-1.");
    expect(await api.lanes.list(api.database.pool)).toMatchObject([{ by: "ada", why: "asked to look again" }]);
  });
});
