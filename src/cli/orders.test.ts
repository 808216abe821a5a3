import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { addApiKey } from "../api/give-access.ts";
import { EARLY_SHIFT, job, leaveOrders } from "../api/order-harness.ts";
import { startTestApi, type TestApi } from "../api/testing.ts";
import { quantity } from "../domain/bom/bom-builder.ts";
import { heddle } from "./heddle-harness.ts";

let api: TestApi;
let url: string;
let key: string;

beforeAll(async () => {
  api = await startTestApi();
  url = await api.app.listen({ host: "127.0.0.1", port: 0 });
  await api.signedIn("approver", "ada");
  const asked = { account: "ada", name: "test", role: "approver", days: 1, by: "test" } as const;
  key = (await addApiKey(api.database, asked))!.key;
  vi.stubEnv("HEDDLE_URL", url);
  vi.stubEnv("HEDDLE_API_KEY", key);
  await leaveOrders(api.database, [
    { order: "MO-1", ...EARLY_SHIFT, shown: { quantity: "1200 EA", priority: 3 } },
    {
      order: "MO-2",
      state: "held",
      reason: "ECO-7 has superseded mBOM BOM-000041 of FX-200.",
      ...EARLY_SHIFT,
      shown: {
        gate: [
          {
            item: "FX-200",
            supersededBy: "ECO-7",
            sentence: "ECO-7 has superseded mBOM BOM-000041 of FX-200.",
            deviation: null,
          },
        ],
      },
    },
    {
      order: "MO-3",
      state: "refused",
      reason: "The MES refused version 2 and goes on by version 1: Material is cut.",
      acknowledged: 1,
      shown: { mes: job({ state: "running", good: "12 EA", scrap: "1 EA" }) },
      versions: [{}, { job: { quantity: quantity("50 EA") }, refusal: "Material is cut." }],
    },
    { order: "MO-4", plant: "1000" },
    { order: "MO-4", plant: "2000" },
    { order: "MO-5", state: "not released" },
  ]);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await api.close();
});

describe("heddle orders", () => {
  it("lists them as ERP, hub and MES see them, and why", async () => {
    const { exitCode, out } = await heddle("orders", "--plant", "1000", "--text", "MO-");
    expect(lines(out)).toEqual([
      "Order  Item          Quantity  ERP       Heddle     MES             Goes                     Why",
      "MO-1   FX-200 rev B  1,200 EA  released  scheduled                  early 2126-11-24 05:00Z",
      "MO-2   FX-200 rev B     40 EA  released  held                       early 2126-11-24 05:00Z  ECO-7 has superseded mBOM BOM-000041 of FX-200.",
      "MO-3   FX-200 rev B     40 EA  released  refused    running JOB-77                           The MES refused version 2 and goes on by version 1: Material is cut.",
      "MO-4   FX-200 rev B     40 EA  released  scheduled",
    ]);
    expect(exitCode).toBe(0);
  });

  it("narrows the list, and says it as JSON", async () => {
    const { out } = await heddle("--json", "orders", "--state", "held");
    expect(JSON.parse(out)).toMatchObject({ orders: [{ order: "MO-2", state: "held" }], hasMore: false });
    expect((await heddle("orders", "--state", "not released")).out).toContain("MO-5");
    expect((await heddle("orders", "--limit", "1")).out).toContain("and more: --limit shows them");
    expect((await heddle("orders", "--text", "nothing like it")).out).toBe("no order matches");
  });

  it.each([
    [["--state", "lost"], /ever "lost"[\s\S]*--state[\s\S]*not released, scheduled/],
    [["--limit", "some"], /"some" is no number/],
    [["--shift", "tomorrow"], /"tomorrow" is no point in time[\s\S]*--shift/],
  ])("refuses %s", async (args, message) => {
    const { exitCode, progress } = await heddle("orders", ...args);
    expect(progress).toMatch(message);
    expect(exitCode).toBe(1);
  });
});

it("heddle status counts them by state", async () => {
  const { out } = await heddle("status");
  expect(out).toMatch(/^Orders\n {2}(?=.*3 scheduled)(?=.*1 held)(?=.*1 refused)/m);
});

describe("heddle order", () => {
  it("shows one in full", async () => {
    const { out } = await heddle("order", "MO-3");
    expect(out.replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\dZ/g, "<then>")).toBe(`MO-3 in plant 1000: 40 EA of FX-200 rev B
  standard, priority 0
  refused: The MES refused version 2 and goes on by version 1: Material is cut.

                ERP (erp)                       Heddle   MES (mes)
  state         released                        refused  running
  number        MO-3                                     JOB-77
  version                                       2        1
  built by      mBOM BOM-000041, routing RTG-7
  good / scrap                                           12 EA / 1 EA

Versions, newest first
  2  <then>  refused: Material is cut.
     quantity 40 EA → 50 EA
  1  <then>  acknowledged`);
  });

  it("names the plants where several have the number", async () => {
    const { exitCode, progress } = await heddle("order", "MO-4");
    expect(progress).toMatch(/MO-4 stands in 2 plants: 1000, 2000[\s\S]*--plant[\s\S]*--plant 1000/);
    expect(exitCode).toBe(1);
    expect((await heddle("order", "MO-4", "--plant", "2000")).out).toContain("MO-4 in plant 2000");
    expect((await heddle("order", "MO-9")).progress).toMatch(/knows no order MO-9[\s\S]*npx heddle orders/);
    expect((await heddle("order", "MO-5")).out).toContain("not released");
  });

  it.each([
    ["hold", "hold"],
    ["release", "release"],
    ["dispatch-now", "dispatch"],
    ["cancel", "cancel"],
    ["look-again", "look again at"],
  ])("%s asks that of it", async (ask, verb) => {
    const { exitCode, out } = await heddle("order", ask, "MO-1", "--reason", `Because of ${ask}`);
    expect(out).toBe(`Asked to ${verb} MO-1 in plant 1000. How it went: npx heddle order MO-1 --plant 1000`);
    expect(exitCode).toBe(0);
    expect((await heddle("order", "MO-1")).out).toMatch(new RegExp(`ada  asked: .*Because of ${ask}`));
  });

  it("is let through the gate by a deviation with limits, which is revoked", async () => {
    const reason = ["--reason", "Safe for this customer"];
    const { out } = await heddle("order", "release", "MO-2", "--deviation", ...reason, "--quantity", "50", "--json");
    const [given] = (JSON.parse(out) as { deviations: { id: string }[] }).deviations;
    expect(given).toMatchObject({ order: "MO-2", supersededBy: "ECO-7", quantity: "50", until: null });

    const limited = await heddle("order", "release", "MO-2", "--deviation", ...reason, "--until", "2126-12-01T00:00Z");
    expect(limited.out).toMatch(/^MO-2 in plant 1000 is let through:\n[\s\S]*until 2126-12-01 00:00Z/);

    const id = given?.id ?? "";
    expect((await heddle("deviations", "--item", "FX-200")).out).toMatch(
      new RegExp(`${id}  open +1000 +FX-200 +MO-2 +ECO-7 +0 of 50 +ada +Safe for this customer`),
    );
    expect((await heddle("deviations", "revoke", id, "--reason", "Stock is gone")).exitCode).toBe(0);
    expect((await heddle("deviations")).out).toMatch(new RegExp(`${id}  revoked`));
    expect((await heddle("deviations", "revoke", id, "--reason", "Stock is gone")).progress).toContain(id);
  });

  it("gives a deviation for all orders of an item", async () => {
    const named = [
      "--plant",
      "1000",
      "--item",
      "FX-300",
      "--superseded-by",
      "ECO-8",
      "--reason",
      "Until the tool is there",
    ];
    const { out } = await heddle("deviations", "add", ...named, "--until", "2126-12-01T00:00Z", "--json");
    expect(JSON.parse(out)).toMatchObject({ item: "FX-300", order: null, until: "2126-12-01T00:00:00.000Z" });
  });

  it.each([
    [["order", "hold", "MO-1", "--reason", " x "], /too short for a reason[\s\S]*--reason/],
    [["order", "hold", "MO-1"], /required option '--reason/],
    [
      ["order", "release", "MO-1", "--reason", "why not", "--quantity", "5"],
      /--quantity limits a deviation[\s\S]*--deviation/,
    ],
    [["order", "release", "MO-1", "--deviation", "--reason", "why not"], /No superseded design holds MO-1/],
    [
      ["order", "release", "MO-2", "--deviation", "--reason", "why not", "--until", "soon"],
      /"soon" is no point in time/,
    ],
    [["deviations", "revoke", "DEV-0", "--reason", "why not"], /no deviation DEV-0/],
  ])("refuses %s", async (args, message) => {
    const { exitCode, progress } = await heddle(...args);
    expect(progress).toMatch(message);
    expect(exitCode).toBe(1);
  });
});

describe("heddle shifts", () => {
  it("shows how far each batch is", async () => {
    expect(lines((await heddle("shifts")).out)).toEqual([
      "Starts             Shift              Orders",
      "2126-11-24 05:00Z  early, 2126-11-24       2  ····················   0 %  1 held, 1 scheduled",
    ]);
    expect(JSON.parse((await heddle("shifts", "--json")).out)).toMatchObject({
      batches: [{ shift: "early", orders: 2 }],
    });
  });

  it.each([[["--preview"]], [["2126-11-24 05:00Z"]], [["2126-11-24T06:00+01:00", "--plant", "1000"]]])(
    "lists what goes with it and what does not, and why: %s",
    async (args) => {
      const { out } = await heddle("shifts", ...args);
      expect(lines(out)).toEqual([
        "early of 2126-11-24 in plant 1000, 2126-11-24 05:00Z",
        "1 order does not go with it",
        expect.stringContaining("Order"),
        expect.stringMatching(/^ {2}MO-2 .*ECO-7 has superseded mBOM/),
        "1 order goes with it",
        expect.stringContaining("Order"),
        expect.stringMatching(/^ {2}MO-1 /),
      ]);
    },
  );

  it("says where there is none", async () => {
    expect((await heddle("shifts", "2126-11-24T06:00Z")).progress).toMatch(/no shift starts at 2126-11-24 06:00Z/);
    expect((await heddle("shifts", "--preview", "--plant", "3000")).progress).toMatch(
      /no order waits for a shift's start/,
    );
    expect((await heddle("shifts", "--plant", "3000")).out).toBe(
      "no order waits for a shift's start, and none went with one",
    );
  });
});

/** Sorted, as orders come by when they were touched, which here is all at once; the heading stays first. */
function lines(out: string): readonly string[] {
  const all = out.split("\n");
  const isList = all[0]?.startsWith("Order") ?? false;
  return isList ? [all[0] ?? "", ...all.slice(1).toSorted()] : all;
}
