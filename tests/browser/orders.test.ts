import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EARLY_SHIFT, job, leaveOrders, type OrderLeft } from "../../src/api/order-harness.ts";
import { planChange, type TestApi } from "../../src/api/testing.ts";
import { quantity } from "../../src/domain/bom/bom-builder.ts";
import { dueOrders } from "../../src/store/order-wakes.ts";
import { startConsole } from "../kit/trial-console.ts";
import { accessibilityViolations } from "./accessibility.ts";
import { typeReason } from "./console.ts";

/** Orders as the flow leaves them, in a real database behind the real API, and people at the built console. */
describe("orders in the console", () => {
  let trial: Awaited<ReturnType<typeof startConsole>>;
  let api: TestApi;
  let url: string;
  let approver: Page;

  beforeAll(async () => {
    trial = await startConsole();
    ({ api, url } = trial);
    await planChange(api, { change: "ECO-0002" });
    await leaveOrders(api.database, ORDERS);
    approver = await trial.signedIn("ada", "approver");
  });
  afterAll(() => trial.close());

  it("stand side by side as ERP, hub and MES see them, narrowed by what the address says", async () => {
    await approver.getByRole("link", { name: "Orders", exact: true }).click();
    await heading("Production orders");
    await approver.getByRole("link", { name: "Only orders of plant 2000" }).first().click();
    await approver.getByRole("link", { name: "plant 2000 (show all plants)" }).waitFor();
    await approver.goto(`${url}/orders?plant=1000`);
    const running = approver.getByRole("row", { name: /^MO-5003/ });
    expect(await running.innerText()).toMatch(/started[\s\S]*dispatched[\s\S]*running[\s\S]*JOB-77[\s\S]*12 \/ 1/);
    expect(await approver.getByRole("row", { name: /^MO-5008/ }).count()).toBe(0);

    await approver.getByRole("link", { name: "held", exact: true }).click();
    await approver.getByRole("row", { name: /^MO-5003/ }).waitFor({ state: "detached" });
    await approver.getByRole("row", { name: /^MO-5002/ }).waitFor();
    expect(approver.url()).toContain("state=held");

    await approver.goto(`${url}/orders?text=mo-5006`);
    await approver.getByRole("row", { name: /^MO-5006/ }).waitFor();
    expect(await approver.getByRole("row").count()).toBe(2);
    await approver.getByLabel("Search in number and item").fill("no such order");
    await approver.getByRole("heading", { name: "No order matches" }).waitFor();
  });

  it("move on the page as they move in the hub", async () => {
    await approver.goto(`${url}/orders`);
    await approver.getByRole("status").getByText("Live").waitFor();
    await leaveOrders(api.database, [{ order: "MO-5009", state: "sending" }]);
    await approver.getByRole("row", { name: /MO-5009.*sending/ }).waitFor();
    await leaveOrders(api.database, [
      { order: "MO-5009", state: "dispatched", acknowledged: 1, shown: { mes: job() }, versions: [{}] },
    ]);
    await approver.getByRole("row", { name: /MO-5009.*dispatched/ }).waitFor();
  });

  it("say why the gate is closed, and lead to the change that superseded their design", async () => {
    await openOrder("MO-5002");
    const gate = approver.getByRole("region", { name: "Gate" });
    await gate.getByText("ECO-0002 has superseded mBOM BOM-000041 of FX-200 by BOM-000058.").waitFor();
    await gate.getByRole("link", { name: "ECO-0002" }).click();
    await approver.waitForURL(`${url}/changes/ECO-0002/1000`);
  });

  it("show what differed from version to version, and what the MES said", async () => {
    await openOrder("MO-5006");
    await approver.getByText("quantity 40 EA → 60 EA").waitFor();
    await approver.getByText("version 2: “Material is cut for 40.”").waitFor();
    await approver.getByText("the hub sent version 2").waitFor();
  });

  it("with bad data say what to mend and where", async () => {
    await openOrder("MO-5005");
    const finding = approver.getByRole("article");
    await finding.getByText("erp · FX-300 · routing").waitFor();
    await finding.getByText("Give FX-300 a routing in erp").waitFor();
    expect(await button("Dispatch now…").getAttribute("aria-disabled")).toBe("true");
  });

  it("are held and released by keyboard, each with a reason", async () => {
    await openOrder("MO-5001");
    await button("Hold…").focus();
    await approver.keyboard.press("Enter");
    await typeReason(approver, "The tool is worn");
    await approver.keyboard.press("Tab");
    await approver.keyboard.press("Tab");
    await approver.keyboard.press("Enter");
    await approver.getByText("“The tool is worn”").waitFor();
    expect(await woken()).toContain("MO-5001");

    await button("Release…").click();
    await answer("Release", "ok");
    await approver.getByText("Write at least 3 characters.").waitFor();
    await answer("Release", "The tool was changed");
    await button("Hold…").waitFor();
    await approver.getByText("asked: release by ada").waitFor();
  });

  it("go through the gate by a deviation with limits, which can be revoked", async () => {
    await openOrder("MO-5002");
    await button("Release with deviation…").click();
    const dialog = approver.getByRole("dialog");
    await dialog.getByLabel("At most").fill("0");
    await answer("Release with deviation", "The old bracket is safe for this customer");
    await dialog.getByText("lets nothing through").waitFor();
    await dialog.getByLabel("At most").fill("50");
    await dialog.getByLabel("Until the end of").fill("2126-12-01");
    await answer("Release with deviation", "The old bracket is safe for this customer");

    const given = approver.getByRole("region", { name: "Deviations" }).getByRole("row").nth(1);
    await given.getByText("0 of 50").waitFor();
    expect(await given.innerText()).toMatch(/only MO-5002[\s\S]*open[\s\S]*until 2126-12-0[12][\s\S]*ada/);
    await given.getByRole("button", { name: "Revoke…" }).click();
    await answer("Revoke", "The stock of old brackets is gone");
    await given.getByText("revoked").waitFor();
  });

  it("go through the gate by a deviation for all orders of their item", async () => {
    await approver.goto(`${url}/orders`);
    await approver.getByRole("link", { name: "Deviations", exact: true }).click();
    await heading("Deviations");
    await button("Give a deviation…").click();
    const dialog = approver.getByRole("dialog");
    await dialog.getByLabel("Plant").fill("1000");
    await dialog.getByLabel("Item", { exact: false }).first().fill("FX-200");
    await dialog.getByLabel("In spite of").fill("ECO-0002");
    await answer("Give the deviation", "Until the new bracket is there");
    await approver.getByRole("row", { name: /all orders in plant 1000 open FX-200/ }).waitFor();
    expect(await woken()).toContain("MO-5002");
  });

  it("are read by a viewer, who is told who may do what", async () => {
    const viewer = await trial.signedIn("vera", "viewer");
    await viewer.goto(`${url}/orders/1000/MO-5002`);
    const hold = viewer.getByRole("button", { name: "Hold…" });
    await hold.focus();
    await viewer.getByRole("tooltip").getByText("You are signed in as viewer; an operator does this.").waitFor();
    expect(await hold.getAttribute("aria-disabled")).toBe("true");
    const deviate = viewer.getByRole("button", { name: "Release with deviation…" });
    expect(await deviate.getAttribute("aria-disabled")).toBe("true");
    await viewer.context().close();
  });

  it("go in batches whose progress shows, and whose preview says what stays behind and why", async () => {
    await approver.getByRole("link", { name: "Shifts", exact: true }).click();
    await heading("Shifts");
    const big = approver.getByRole("row", { name: /late/ });
    await big.getByText("9,000 in the MES").waitFor();
    await big.getByText("1,000 ahead").waitFor();
    expect(await big.getByRole("progressbar").getAttribute("aria-valuenow")).toBe("9000");

    await approver.getByRole("link", { name: /Preview, 2 kept back: early/ }).click();
    await approver.getByRole("region", { name: "Held: do not go" }).getByText("ECO-0002 has superseded").waitFor();
    await approver
      .getByRole("region", { name: "Blocked by bad data: do not go" })
      .getByRole("link", { name: "MO-5005" })
      .waitFor();
    await approver
      .getByRole("region", { name: "Go at the shift’s start" })
      .getByRole("link", { name: "MO-5001" })
      .waitFor();
    expect(approver.url()).toContain("at=2126-11-24T05%3A00%3A00.000Z");
    await approver.reload();
    await approver.getByRole("region", { name: "Held: do not go" }).getByRole("link", { name: "MO-5002" }).waitFor();
  });

  it("are shown on pages in which axe finds nothing, in light and in dark, and which fit a narrow window", async () => {
    for (const colorScheme of ["light", "dark"] as const) {
      await approver.emulateMedia({ colorScheme });
      for (const [path, title] of PAGES) {
        await approver.goto(url + path);
        await heading(title);
        expect(await accessibilityViolations(approver), `${path} in ${colorScheme}`).toEqual([]);
      }
    }
    await approver.setViewportSize({ width: 400, height: 800 });
    for (const [path, title] of PAGES) {
      await approver.goto(url + path);
      await heading(title);
      expect(await approver.evaluate("document.documentElement.scrollWidth"), path).toBeLessThanOrEqual(400);
    }
    await approver.setViewportSize(WINDOW);
  }, 120_000);

  async function openOrder(order: string): Promise<void> {
    await approver.goto(`${url}/orders/1000/${order}`);
    await approver.locator("header").getByText(order, { exact: true }).waitFor();
  }

  async function heading(name: string): Promise<void> {
    await approver.getByRole("heading", { level: 1, name }).waitFor();
  }

  function button(name: string) {
    return approver.getByRole("button", { name, exact: true });
  }

  async function answer(submit: string, reason: string): Promise<void> {
    const dialog = approver.getByRole("dialog");
    await dialog.getByLabel("Reason").fill(reason);
    await dialog.getByRole("button", { name: submit, exact: true }).click();
  }

  async function woken(): Promise<string[]> {
    const due = await dueOrders(api.database.pool, "1000" as never, { limit: 100, except: [] });
    return due.map(({ order }) => order);
  }
});

const WINDOW = { width: 1280, height: 800 };

const PAGES = [
  ["/orders", "Production orders"],
  ["/orders?state=held&plant=1000", "Production orders"],
  ["/orders/1000/MO-5002", "40 EA of FX-200"],
  ["/orders/1000/MO-5006", "60 EA of FX-200"],
  ["/deviations", "Deviations"],
  ["/shifts?plant=1000&at=2126-11-24T05:00:00.000Z", "Shifts"],
] as const;

const LATE_SHIFT = { shiftAt: "2126-11-24T13:00:00.000Z", shiftName: "late", shiftDay: "2126-11-24" };

const ORDERS: readonly OrderLeft[] = [
  { order: "MO-5001", ...EARLY_SHIFT, shown: { quantity: "25 EA", startAt: "2126-11-24T06:30:00.000Z" } },
  {
    order: "MO-5002",
    state: "held",
    reason: "ECO-0002 has superseded mBOM BOM-000041 of FX-200 by BOM-000058.",
    ...EARLY_SHIFT,
    shown: {
      gate: [
        {
          item: "FX-200",
          supersededBy: "ECO-0002",
          sentence: "ECO-0002 has superseded mBOM BOM-000041 of FX-200 by BOM-000058.",
          deviation: null,
        },
      ],
    },
  },
  {
    order: "MO-5003",
    item: "FX-210",
    state: "dispatched",
    acknowledged: 1,
    dispatchedAt: "2026-11-23T05:00:02.000Z",
    shown: {
      erp: { system: "erp", state: "started", onHold: false, mbom: "BOM-000044", routing: "RTG-3" },
      mes: job({ state: "running", good: "12 EA", scrap: "1 EA" }),
    },
    versions: [{}],
  },
  {
    order: "MO-5005",
    item: "FX-300",
    state: "blocked",
    reason: "Order MO-5005 has no operations and FX-300 has no routing, so no MES can carry it out.",
    ...EARLY_SHIFT,
    shown: {
      findings: [
        {
          severity: "blocked",
          code: "routing-missing",
          system: "erp",
          item: "FX-300" as never,
          line: null,
          field: "routing",
          cause: "Order MO-5005 has no operations and FX-300 has no routing, so no MES can carry it out.",
          fix: "Give FX-300 a routing in erp, or the order operations of its own.",
        },
      ],
    },
  },
  {
    order: "MO-5006",
    state: "refused",
    reason: "The MES refused version 2 and goes on by version 1: Material is cut for 40.",
    acknowledged: 1,
    shown: {
      quantity: "60 EA",
      from: { order: "MO-5003" as never, because: "split" },
      mes: job({ number: "JOB-80", state: "running", good: "30 EA" }),
    },
    versions: [{}, { job: { quantity: quantity("60 EA") }, refusal: "Material is cut for 40." }],
  },
  { order: "MO-5008", state: "not released" },
  // A batch that is on its way.
  ...Array.from({ length: 10_000 }, (_, index): OrderLeft => {
    const isGone = index < 9_000;
    return {
      plant: "2000",
      order: `MO-${20_000 + index}`,
      ...LATE_SHIFT,
      ...(isGone
        ? { state: "dispatched", acknowledged: 1, dispatchedAt: "2126-11-24T13:00:04.200Z" }
        : { dispatchAt: LATE_SHIFT.shiftAt }),
    };
  }),
];
