import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { planChange } from "../../src/api/testing.ts";
import { leaveThread, SERIALS } from "../../src/api/thread-harness.ts";
import { startConsole } from "../kit/trial-console.ts";
import { accessibilityViolations } from "./accessibility.ts";
import { look } from "./console.ts";

/** A thread as the legs leave it, in a real database behind the real API, and a quality engineer at the built console. */
describe("the thread in the console", () => {
  let trial: Awaited<ReturnType<typeof startConsole>>;
  let url: string;
  let page: Page;

  beforeAll(async () => {
    trial = await startConsole();
    const { api } = trial;
    ({ url } = trial);
    await planChange(api, { change: "ECO-0001" });
    await leaveThread(api.database);
    page = await trial.signedIn("quinn", "viewer");
  });
  afterAll(() => trial.close());

  it("leads from a bad serial number to the change behind it, by keyboard", async () => {
    await page.getByRole("link", { name: "Thread", exact: true }).click();
    await page.getByRole("combobox", { name: "Serial, lot, item" }).fill("SN-003");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Serial SN-003 of FX-110" }).waitFor();
    const back = page.getByRole("region", { name: "Where it came from" });
    await back.getByRole("link", { name: "production order MO-5001", exact: true }).waitFor();
    await back.getByRole("link", { name: "change ECO-0001", exact: true }).first().waitFor();
    await back.getByText("by 4711").first().waitFor();
    await back.getByText(/Lot L-7 of MOT-024 has no origin on record/).waitFor();
    await look(page, "serial");

    await back.getByRole("link", { name: "page of change ECO-0001" }).first().click();
    await page.waitForURL(`${url}/changes/ECO-0001/1000`);
    await page.goBack();
    await page.getByRole("heading", { name: "Serial SN-003 of FX-110" }).waitFor();
  });

  it("shows how a serial was built, line for line beside its design", async () => {
    await page.goto(`${url}/thread?system=1000&kind=serial&id=SN-001%40FX-110`);
    const built = page.getByRole("region", { name: "As built", exact: true });
    await built.getByText("differs from the design").waitFor();
    expect(await built.getByRole("row", { name: /SCR-M4-10/ }).innerText()).toMatch(
      /8 EA[\s\S]*7 EA of SCR-M4-10[\s\S]*1 EA missing/,
    );
    expect(await built.getByRole("row", { name: /SHIM-1/ }).innerText()).toMatch(
      /serial X-1[\s\S]*extra: the design does not/,
    );
    await built.getByRole("row", { name: /ASSY-2/ }).waitFor();
    await built.getByRole("row", { name: /current.*passed/ }).waitFor();
    await look(page, "as-built");
  });

  it("expands forward step by step, page by page, and says how many are left", async () => {
    await page.goto(`${url}/thread?text=L-7`);
    const forward = page.getByRole("region", { name: "What came of it" });
    await forward.getByText(`${SERIALS - 25} more`).waitFor();
    await forward.getByRole("button", { name: "Show more of lot L-7" }).click();
    await forward.getByText(`${SERIALS - 50} more`).waitFor();
    const knot = forward.getByRole("button", { name: "What came of it: serial SN-003 of FX-110" });
    expect(await knot.getAttribute("aria-expanded")).toBe("false");
    await knot.focus();
    await page.keyboard.press("Enter");
    await forward.getByRole("link", { name: "serial M-1 of FX-900" }).waitFor();
    expect(await knot.getAttribute("aria-expanded")).toBe("true");
    await look(page, "lot");
  });

  it("offers what begins so, and lets one choose where several are called so", async () => {
    await page.goto(`${url}/thread?text=SN-001`);
    const choice = page.getByRole("region", { name: "To choose from" });
    await choice.getByRole("link", { name: "serial SN-001 of FX-300" }).click();
    await page.getByRole("heading", { name: "Serial SN-001 of FX-300" }).waitFor();
    expect(page.url()).toContain("id=SN-001%40FX-300");
    await page.getByText(/No record: the shop floor has not told/).waitFor();

    await page.getByRole("combobox", { name: "Serial, lot, item" }).fill("PR-");
    await page.getByRole("option", { name: "problem report PR-0003, in plm" }).click();
    await page.getByRole("heading", { name: "Problem report PR-0003" }).waitFor();
    await page.goto(`${url}/thread?text=NOPE`);
    await page.getByRole("heading", { name: "Nothing is called NOPE, or begins so" }).waitFor();
  });

  it("recalls what was built with a lot, and exports it", async () => {
    await page.goto(`${url}/thread?text=L-7`);
    await page.getByRole("link", { name: "Recall all built with it" }).click();
    await page
      .getByRole("status")
      .getByText(`${SERIALS + 1} serials`)
      .waitFor();
    await page.getByRole("row", { name: /serial SN-001/ }).waitFor();
    await look(page, "recall");
    const download = page.waitForEvent("download");
    await page.getByRole("link", { name: "Export CSV" }).click();
    expect((await download).suggestedFilename()).toBe("recall.csv");
  });

  it("recalls what was built before a change, by its form", async () => {
    await page.goto(`${url}/recall`);
    await page.getByLabel("or before change").fill("ECO-0001");
    await page.getByRole("button", { name: "Find" }).click();
    await page.getByRole("status").getByText("20 serials").waitFor();
    await page.getByLabel("or before change").fill("ECO-404");
    await page.getByRole("button", { name: "Find" }).click();
    await page
      .getByRole("alert")
      .getByText(/No item is known that change ECO-404/)
      .waitFor();
  });

  it("is shown on pages in which axe finds nothing, in light and in dark, and which fit a narrow window", async () => {
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      for (const [path, ready] of PAGES) {
        await page.goto(url + path);
        await page.getByText(ready).first().waitFor();
        expect(await accessibilityViolations(page), `${path} in ${colorScheme}`).toEqual([]);
      }
    }
    await look(page, "dark");
    await page.setViewportSize({ width: 400, height: 800 });
    for (const [path, ready] of PAGES) {
      await page.goto(url + path);
      await page.getByText(ready).first().waitFor();
      expect(await page.evaluate("document.documentElement.scrollWidth"), path).toBeLessThanOrEqual(400);
    }
    await look(page, "narrow");
  });
});

const PAGES = [
  ["/thread", "Where to begin?"],
  ["/thread?text=SN-001", "Several things are called SN-001"],
  ["/thread?text=SN-003", "differs from the design"],
  ["/thread?text=L-7", "35 more"],
  ["/recall?lot=L-7", "61 serials"],
  ["/recall?before=ECO-404", "No item is known"],
] as const;
