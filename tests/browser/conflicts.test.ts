import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Page } from "playwright-core";
import { draftChange, withQuantities } from "../kit/draft-change.ts";
import { planner } from "../kit/planner.ts";
import { sandbox, type Sandbox } from "../kit/sandbox.ts";
import { startConsoleOfHub, type TrialStart } from "../kit/trial-console.ts";
import { accessibilityViolations } from "./accessibility.ts";
import { changeIs, decide, openChange, look, openView, releaseDraft } from "./console.ts";

/** A planner edited in the ERP what engineering changes too: what people then do at the console, in a real browser. */
describe("a conflict in the console", () => {
  let trial: TrialStart;
  let plm: Sandbox;
  let hand: ReturnType<typeof planner>;
  let page: Page;
  /** The change that meets the planner's edits. */
  let next: string;

  beforeAll(async () => {
    trial = await startConsoleOfHub();
    const { at } = trial;
    page = trial.admin;
    plm = sandbox(`http://127.0.0.1:${at.ports.plm}`);
    hand = planner(sandbox(`http://127.0.0.1:${at.ports.erp}`));
    await releaseDraft(page, "ECO-0003");
    await openChange(page, "ECO-0003");
    await changeIs(page, "awaiting approval");
    await decide(page, "Approve", "Checked with the shop");
    await changeIs(page, "applied");

    await hand.edit("FX-211", "SCR-M3-8", { quantity: "9" });
    await hand.edit("FX-211", "GSK-001", { quantity: "2" });
    next = await draftChange(plm, { part: "FX-211", from: "B", to: "C", edit: withQuantities({ "SCR-M3-8": "10" }) });
    await plm.send("POST", `/api/v2/ecos/${next}/release`, { releasedBy: "m.keller" });
    await page.goto(`${trial.url}/changes`);
    await openChange(page, next);
  });

  afterAll(() => trial.close());

  it("blocks the change, which leads to it", async () => {
    await changeIs(page, "blocked");
    await openView(page, "Merge");
    await page.getByRole("row", { name: /SCR-M3-8.*8 EA.*10 EA.*9 EA.*conflict/ }).waitFor();
    await page.getByRole("row", { name: /GSK-001.*1 EA.*1 EA.*2 EA.*the plant’s/ }).waitFor();
    await pleasesAxe();
    await look(page, "change");
    await openView(page, "Account");
    await page.getByText(`${next} is not applied: this is the account of what ECO-0003 published.`).waitFor();
    await pleasesAxe();

    await page.getByRole("link", { name: "Answer its conflict" }).click();
    await page.getByRole("heading", { level: 1, name: "Conflicts" }).waitFor();
    await look(page, "list");
    await page.getByRole("link", { name: "SCR-M3-8 in FX-211: quantity" }).click();
    await page.getByRole("heading", { level: 1, name: "Quantity of SCR-M3-8 in the mBOM of FX-211" }).waitFor();
    expect(await side("Was")).toContain("8 EA");
    expect(await side("Engineering wants")).toContain("10 EA");
    expect(await side("The plant has")).toContain("9 EA");
    await look(page, "open");
  });

  it("is answered by keyboard, and the change goes on by the answer", async () => {
    await page.getByRole("button", { name: "Take engineering’s…" }).focus();
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog");
    await dialog.getByText("stays as the plant has it, 9 EA").waitFor();
    await pleasesAxe();
    await dialog.getByLabel("Reason").and(page.locator(":focus")).waitFor();
    await page.keyboard.type("The ninth screw holds the label");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await dialog.waitFor({ state: "hidden" });
    await page.locator("header .state", { hasText: "answered" }).waitFor();
    await page.locator("header").getByText("awaiting approval").waitFor();
    await pleasesAxe();
    await look(page, "answered");
  });

  it("asks again when the answer is taken back, and is answered anew", async () => {
    await page.getByRole("button", { name: "Take the answer back…" }).click();
    await page.getByRole("dialog").getByText(`${next} is planned again and will ask.`).waitFor();
    await page.getByRole("dialog").getByLabel("Reason").fill("Asked quality first");
    await page.getByRole("button", { name: "Take it back" }).click();
    await page.locator("header").getByText("blocked").waitFor();
    await page.getByRole("link", { name: next }).first().click();
    await changeIs(page, "blocked");
    await openView(page, "Merge");
    await page.getByRole("button", { name: "Keep all of the plant’s…" }).click();
    await page.getByRole("dialog").getByLabel("Reason").fill("Quality agrees with the plant");
    await page.getByRole("button", { name: "Keep the plant’s", exact: true }).click();
    await changeIs(page, "awaiting approval");
    await page.getByRole("link", { name: "admin answered" }).waitFor();
    await look(page, "merge");
  });

  it("leaves the plant's word in the ERP once the change is applied", async () => {
    await openView(page, "Account");
    await decide(page, "Approve", "Both edits are right");
    await changeIs(page, "applied");
    await page.getByText(`published by ${next}`).waitFor(); // the open account follows
    expect(await hand.linesOf("FX-211")).toEqual([
      ["ADH-310", "4"],
      ["GSK-001", "2"],
      ["SCR-M3-8", "9"],
      ["SMP-102", "1"],
      ["SMP-103", "1"],
    ]);
  });

  it("goes with its change when that is rolled back, by a change of its own that needs another person", async () => {
    await page.getByRole("button", { name: "Roll back…" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText(`puts the mBOMs of plant 1000 back to what they were before ${next}`).waitFor();
    await pleasesAxe();
    await dialog.getByLabel("Reason").fill("The cover leaks");
    await dialog.getByRole("button", { name: "Plan the rollback" }).click();
    await page.getByRole("heading", { level: 1, name: `Roll back ${next}` }).waitFor();
    await changeIs(page, "awaiting approval");
    await page.getByText("The cover leaks").first().waitFor();
    expect(await page.getByRole("button", { name: "Approve…" }).getAttribute("aria-disabled")).toBe("true");
    await look(page, "rollback");
  });

  it("is shown on pages in which axe finds nothing, in light and in dark, and which fit a narrow window", async () => {
    await page.goto(`${trial.url}/conflicts?state=all`);
    const href = await page.getByRole("link", { name: "SCR-M3-8 in FX-211: quantity" }).getAttribute("href");
    const paths = ["/conflicts", "/conflicts?state=all", href ?? "none", `/changes/${next}/1000?view=merge`];
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      for (const path of paths) {
        await page.goto(trial.url + path);
        await page.getByRole("heading", { level: 1 }).waitFor();
        expect(await accessibilityViolations(page), `${path} in ${colorScheme}`).toEqual([]);
      }
    }
    await page.goto(trial.url + (href ?? "none"));
    await page.getByRole("heading", { level: 1 }).waitFor();
    await look(page, "dark");
    await page.setViewportSize({ width: 400, height: 800 });
    for (const path of paths) {
      await page.goto(trial.url + path);
      await page.getByRole("heading", { level: 1 }).waitFor();
      expect(await page.evaluate("document.documentElement.scrollWidth"), path).toBeLessThanOrEqual(400);
    }
    await look(page, "narrow");
  }, 120_000);

  function side(name: string): Promise<string> {
    return page.getByRole("region", { name, exact: true }).innerText();
  }

  async function pleasesAxe(): Promise<void> {
    expect(await accessibilityViolations(page)).toEqual([]);
  }
});
