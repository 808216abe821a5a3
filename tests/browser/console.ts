import { join } from "node:path";
import type { Page } from "playwright-core";

/**
 * What a person does in the console, each waiting until the page shows that it is done. Everything is
 * found by what is seen and heard (roles and names), so that a test breaks when a person would be lost.
 */

/** Signs in, and replaces a one-time password by `newPassword` where the hub asks for it. */
export async function signIn(
  page: Page,
  address: string,
  { account, password, newPassword }: { account: string; password: string; newPassword?: string },
): Promise<void> {
  await page.goto(`${address}/sign-in`);
  await page.getByLabel("Account").fill(account);
  await page.getByLabel("Password", { exact: false }).first().fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  if (newPassword !== undefined) {
    await page.getByLabel("One-time password").fill(password);
    await page.getByLabel("New password", { exact: false }).first().fill(newPassword);
    await page.getByLabel("New password again").fill(newPassword);
    await page.getByRole("button", { name: "Set password" }).click();
  }
  await page.getByRole("heading", { name: "Engineering changes" }).waitFor();
}

/** Releases a draft of the sandbox PLM and waits until the change is on the list. */
export async function releaseDraft(page: Page, change: string): Promise<void> {
  await page.getByRole("button", { name: `Release ${change}` }).click();
  await page.getByRole("link", { name: change, exact: true }).first().waitFor();
}

/** From the list to the page of a change. */
export async function openChange(page: Page, change: string): Promise<void> {
  await page.getByRole("link", { name: change, exact: true }).first().click();
  await page.getByRole("tab", { name: "Plan" }).waitFor();
}

/** Waits until the open change's page shows the state, live. */
export async function changeIs(page: Page, state: string): Promise<void> {
  await page.locator("header .state", { hasText: state }).waitFor();
}

/** `view` is a tab's name: `Open orders`, `Manufacturing BOMs`, `Why`, `Actions` … */
export async function openView(page: Page, view: string): Promise<void> {
  await page.getByRole("tab", { name: new RegExp(`^${view}`) }).click();
  await page.getByRole("tabpanel").waitFor();
}

/** Approves or refuses the plan on the open change's page, with a reason. */
export async function decide(page: Page, decision: "Approve" | "Refuse", reason: string): Promise<void> {
  await page.getByRole("button", { name: `${decision}…` }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Reason").fill(reason);
  await dialog.getByRole("button", { name: decision === "Approve" ? "Approve and apply" : "Refuse" }).click();
  await dialog.waitFor({ state: "hidden" });
}

/** Waits until the dialog has put the focus into its reason, as it does for a person, and types one. */
export async function typeReason(page: Page, reason: string): Promise<void> {
  await page.getByRole("dialog").getByLabel("Reason").and(page.locator(":focus")).waitFor();
  await page.keyboard.type(reason);
}

/** A picture for who works on the page: `PICTURES=<folder>` keeps them. */
export async function look(page: Page, name: string): Promise<void> {
  const folder = process.env["PICTURES"];
  if (folder !== undefined) await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}
