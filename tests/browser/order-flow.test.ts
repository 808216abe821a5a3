import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sandbox, type Sandbox } from "../kit/sandbox.ts";
import { startConsoleOfHub, type TrialStart } from "../kit/trial-console.ts";
import { changeIs, decide } from "./console.ts";

/** A planner at the console of the one command that `npm start` runs, between sandbox PLM, ERP and MES. */
describe("an order on its way to the MES", () => {
  let trial: TrialStart;
  let page: Page;
  let mes: Sandbox;

  beforeAll(async () => {
    trial = await startConsoleOfHub();
    page = trial.admin;
    mes = sandbox(`http://127.0.0.1:${trial.at.ports.mes}/mes/v1`);
  });
  afterAll(() => trial.close());

  it("is held in the MES by a planner, and released again", async () => {
    await page.getByRole("link", { name: "Orders", exact: true }).click();
    await page
      .getByRole("row", { name: /^MO-5008.*dispatched/ })
      .getByRole("link", { name: "MO-5008" })
      .click();
    await changeIs(page, "dispatched");

    await ask("Hold", "The crimping tool is worn");
    await changeIs(page, "held");
    await page.locator("header").getByText("admin holds it: The crimping tool is worn").waitFor();
    await inTheMes("waiting");
    expect((await jobOf("MO-5008")).state).toBe("NOT_ALLOWED_TO_START");

    await ask("Release", "The tool was changed");
    await changeIs(page, "dispatched");
    await inTheMes("ready");
  });

  it("is held at the gate by a change, and goes on once that is applied", async () => {
    await page.goto(`${trial.url}/orders/1000/MO-5002`);
    await changeIs(page, "held");
    const before = await jobOf("MO-5002");
    await page.getByRole("region", { name: "Gate" }).getByRole("link", { name: "ECO-0001" }).click();
    await changeIs(page, "awaiting approval");
    await decide(page, "Approve", "Checked with the planner");
    await changeIs(page, "applied");

    await page.goto(`${trial.url}/orders/1000/MO-5002`);
    await changeIs(page, "dispatched");
    await page.getByRole("heading", { level: 1, name: "25 EA of FX-210 rev B" }).waitFor();
    await page.getByRole("heading", { name: "Operations of version 2" }).waitFor();
    expect((await jobOf("MO-5002")).version).toBe(before.version + 1);
  });

  it("is cancelled in the MES, which says that it is done", async () => {
    await page.goto(`${trial.url}/orders/1000/MO-5006`);
    await changeIs(page, "dispatched");
    await ask("Cancel", "The customer does not want it any more", "Cancel the order");
    await changeIs(page, "ended");
    await inTheMes("cancelled");
    await page.getByText("The order is still open in the ERP.", { exact: false }).first().waitFor();
  });

  async function ask(button: string, reason: string, submit = button): Promise<void> {
    await page.getByRole("button", { name: `${button}…`, exact: true }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Reason").fill(reason);
    await dialog.getByRole("button", { name: submit, exact: true }).click();
    await dialog.waitFor({ state: "hidden" });
  }

  async function inTheMes(state: string): Promise<void> {
    await page.getByRole("region", { name: "MES" }).locator(".state", { hasText: state }).waitFor();
  }

  function jobOf(order: string): Promise<{ state: string; version: number }> {
    return mes.get(`/job-orders/1000:${order}`);
  }
});
