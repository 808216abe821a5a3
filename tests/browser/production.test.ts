import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PlantId } from "../../src/domain/ids.ts";
import { TWO_SHIFTS } from "../../src/flows/shop-floor-harness.ts";
import type { TestApi } from "../../src/api/testing.ts";
import { startConsole } from "../kit/trial-console.ts";
import { accessibilityViolations } from "./accessibility.ts";
import { leaveBooking, leaveChange, leaveProduction, leaveProposals } from "./production-seed.ts";

/** What the shop floor told, counted in a real database behind the real API, and people at the built console. */
describe("production in the console", () => {
  let trial: Awaited<ReturnType<typeof startConsole>>;
  let api: TestApi;
  let url: string;
  let page: Page;
  let runTime: string;
  let report: string;
  let booking: Awaited<ReturnType<typeof leaveBooking>>;

  beforeAll(async () => {
    trial = await startConsole({ calendars: new Map([["1000" as PlantId, TWO_SHIFTS]]) });
    ({ api, url } = trial);
    page = await trial.signedIn("ada", "approver");
  });
  afterAll(() => trial.close());

  it("says what will fill its pages before anything was told", async () => {
    for (const [path, words] of EMPTY) {
      await page.goto(url + path);
      await page.getByRole("heading", { name: words }).waitFor();
      expect(await accessibilityViolations(page), path).toEqual([]);
    }
  });

  it("shows items and work centers at a glance, and leads to each", async () => {
    await leaveChange(api);
    await leaveProduction(api);
    await page.getByRole("link", { name: "Production", exact: true }).click();
    await heading("Production");
    await page.getByLabel("From", { exact: true }).fill("2026-01-01");
    const saw = page.getByRole("region", { name: "Work centers" }).getByRole("row", { name: /^SAW/ });
    expect(await saw.innerText()).toContain("1,586 EA");
    await page.getByRole("link", { name: "FX-110", exact: true }).first().click();
    await heading("FX-110");
    expect(page.url()).toContain("item=FX-110");
  });

  it("draws an item's operations from day to day, with the change that came into force", async () => {
    await page.goto(`${url}/production?item=FX-110`);
    const chart = page.getByRole("figure", { name: "Cycle time" });
    const drawing = await chart.getByRole("img").getAttribute("aria-label");
    expect(drawing).toContain("0020: 1.95 min on 2026-02-02, 2.63 min on 2026-03-27");
    expect(drawing).toContain("on 40 days");
    await chart.getByRole("link", { name: "ECO-7" }).waitFor();

    await page.getByLabel("Operation", { exact: true }).selectOption("0020");
    await page.getByRole("heading", { level: 1, name: "FX-110 · 0020" }).waitFor();
    expect(page.url()).toContain("operation=0020");
    await page.getByLabel("Apart by").selectOption("revision");
    await page.getByRole("row", { name: /2026-03-27 B/ }).waitFor();
    await page.reload();
    expect(await page.getByLabel("Apart by").inputValue()).toBe("revision");

    const file = await page.request.get(
      url + (await page.getByRole("link", { name: "CSV of figures by day" }).getAttribute("href")),
    );
    expect(file.headers()["content-type"]).toContain("text/csv");
  });

  it("shows which reasons most of the scrap comes from", async () => {
    await page.goto(`${url}/production?item=FX-110&operation=0020`);
    const losses = page.getByRole("table", { name: "Scrap by reason" });
    await losses.getByRole("row", { name: /^GAP TOO WIDE.* %/ }).waitFor();
    await page.getByRole("link", { name: "Downtime", exact: true }).click();
    await page.getByText("No downtime was told").waitFor();
    await page.goto(`${url}/production?workCenter=WELD&kind=downtime`);
    await page.getByRole("table", { name: "Downtime by reason" }).getByText("GAS").waitFor();
  });

  it("says what a change did, from which serial on, and on which orders that rests", async () => {
    await page.goto(`${url}/changes/ECO-7/1000?view=effect`);
    const cutIn = page.getByRole("article", { name: "Cut-in of FX-110" });
    await cutIn.getByText(/ECO-7 cut in at plant 1000 with FX-000961/).waitFor();
    const runTimes = page.getByRole("article", { name: "Run time at operation 0020 of FX-110" });
    await runTimes.getByText("worse", { exact: true }).waitFor();
    expect(await runTimes.innerText()).toMatch(/Before: 24 orders\. After: 16 orders\./);
    await runTimes.getByText("The orders as a table").click();
    await runTimes.getByRole("row", { name: /MO-6040 after/ }).waitFor();
    await cutIn.getByRole("link", { name: "FX-000961" }).first().click();
    await page.waitForURL(/\/thread\?text=FX-000961/);
  });

  it("asks a person what production's figures call for", async () => {
    [runTime = "", report = ""] = await leaveProposals(api, "MO-6025");
    await page.goto(`${url}/production/proposals`);
    const waiting = page.getByRole("region", { name: "Wait for a person" });
    await waiting.getByRole("link", { name: "Scrap above plan at operation 0020 of FX-110" }).click();
    await page.getByText("MO-6026: 5 of 40 scrapped").waitFor();
    await button("Approve…").click();
    await answer("Approve and file", "The gauge confirms it");
    await page.locator("header .state", { hasText: "filing" }).waitFor();

    await page.goto(`${url}/production/proposals/${runTime}`);
    await page.getByText("155.0 s", { exact: true }).waitFor();
    await button("Dismiss…").click();
    await answer("Dismiss", "no");
    await page.getByText("Write at least 3 characters.").waitFor();
    await answer("Dismiss", "The welder is new; wait a week");
    await page.locator("header .state", { hasText: "dismissed" }).waitFor();
    await page.getByText("“The welder is new; wait a week”").first().waitFor();
  });

  it("lets an approver decide what does not fit the ERP's order", async () => {
    booking = await leaveBooking(api);
    await page.goto(`${url}/production/bookings?state=to+decide`);
    await page.getByRole("link", { name: "MO-1" }).click();
    const tube = page.getByRole("row", { name: /^TUBE/ });
    await tube.waitFor();
    expect(await accessibilityViolations(page)).toEqual([]);
    expect(await tube.innerText()).toMatch(/lot T-1[\s\S]*25 EA[\s\S]*25 EA/);
    await button("Book it anyway…").click();
    await answer("Book it anyway", "Five were bent");
    await page.getByText("“Five were bent”").first().waitFor();
    await booking.look("ada");
    await page.locator("header .state", { hasText: "booked" }).waitFor();
    await tube.getByText("nothing").waitFor();
  });

  it("keeps apart what cannot be counted, for a person to replay or dismiss", async () => {
    await page.goto(`${url}/status`);
    await page.getByText("2 events of the shop floor").waitFor();
    await page.getByRole("link", { name: "See what is wrong with them" }).click();
    await page.getByRole("link", { name: /^Only order-unknown of/ }).click();
    await page.getByRole("link", { name: "order-unknown", exact: true }).last().click();
    await page.getByText('"order": "MO-9"').waitFor();
    expect(await accessibilityViolations(page)).toEqual([]);
    await button("Dismiss…").click();
    await answer("Dismiss", "A test of the terminal");
    await page.locator("header .state", { hasText: "dismissed" }).waitFor();
    await page.getByText("“A test of the terminal”").waitFor();
  });

  it("is read by a viewer, who is told who may do what", async () => {
    const viewer = await trial.signedIn("vera", "viewer");
    const [open = ""] = await leaveProposals(api, "MO-6027");
    await viewer.goto(`${url}/production/proposals/${open}`);
    const approve = viewer.getByRole("button", { name: "Approve…" });
    await approve.focus();
    await viewer.getByRole("tooltip").getByText("an approver answers proposals").waitFor();
    expect(await approve.getAttribute("aria-disabled")).toBe("true");
    await viewer.context().close();
  });

  it("is shown on pages in which axe finds nothing, in light and in dark, and which fit a narrow window", async () => {
    const pages = [
      "/production?from=2026-01-01",
      "/production?item=FX-110",
      "/production?item=FX-110&operation=0020&by=revision",
      "/production?workCenter=WELD&kind=downtime",
      "/changes/ECO-7/1000?view=effect",
      "/production/proposals",
      `/production/proposals/${runTime}`,
      `/production/proposals/${report}`,
      "/production/bookings",
      "/production/bookings/P1/MO-1",
      "/production/kept-apart",
      "/production/kept-apart?state=dismissed",
      "/status",
    ];
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      for (const path of pages) {
        await opened(path);
        expect(await accessibilityViolations(page), `${path} in ${colorScheme}`).toEqual([]);
      }
    }
    await page.setViewportSize({ width: 400, height: 800 });
    for (const path of pages) {
      await opened(path);
      expect(await page.evaluate("document.documentElement.scrollWidth"), path).toBeLessThanOrEqual(400);
    }
    await page.setViewportSize(WINDOW);
  }, 180_000);

  async function opened(path: string): Promise<void> {
    await page.goto(url + path, { waitUntil: "networkidle" });
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.getByText("Reading…").first().waitFor({ state: "detached" });
  }

  async function heading(name: string): Promise<void> {
    await page.getByRole("heading", { level: 1, name }).waitFor();
  }

  function button(name: string) {
    return page.getByRole("button", { name, exact: true });
  }

  async function answer(submit: string, reason: string): Promise<void> {
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Reason").fill(reason);
    await dialog.getByRole("button", { name: submit, exact: true }).click();
  }
});

const WINDOW = { width: 1280, height: 800 };

const EMPTY = [
  ["/production", /^The shop floor has told nothing since 20/],
  ["/production/proposals", "No proposal waits"],
  ["/production/bookings", "Nothing has been made yet that the ERP should hold"],
  ["/production/bookings/1000/MO-1", "Nothing of MO-1 is booked in plant 1000"],
  ["/production/kept-apart", "Nothing is kept apart"],
] as const;
