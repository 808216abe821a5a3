import { join } from "node:path";
import { vi } from "vitest";
import type { Browser, Page } from "playwright-core";
import type { Role } from "../../src/api/contract.ts";
import type { Dependencies } from "../../src/api/dependencies.ts";
import { addAccount } from "../../src/api/give-access.ts";
import { startTestApi, type TestApi } from "../../src/api/testing.ts";
import { openPage, startChromium } from "../browser/chromium.ts";
import { signIn } from "../browser/console.ts";
import { heddleFolder, type HeddleFolder, type UpCommand } from "./hub-command.ts";
import { SANDBOX_KEY } from "./sandbox.ts";

/** The built console in a real browser, and people at it, each in a window of their own. */
export type TrialConsole = {
  readonly url: string;
  readonly browser: Browser;
  readonly signedIn: (account: string, role: Role) => Promise<Page>;
  readonly close: () => Promise<void>;
};

/** What everybody chooses in place of a one-time password. */
export const PASSWORD = "warp and weft, well kept";

/** Over the real API and a real database, which hold what the test leaves there: no system, and nobody at work. */
export async function startConsole(
  given: Partial<Dependencies> = {},
): Promise<TrialConsole & { readonly api: TestApi }> {
  const consoleFolder = join(import.meta.dirname, "..", "..", "console", "dist");
  const [api, browser] = await Promise.all([startTestApi({ consoleFolder, ...given }), startChromium()]);
  const url = await api.app.listen({ host: "127.0.0.1", port: 0 });
  return {
    api,
    url,
    browser,
    async signedIn(account, role) {
      const made = await addAccount(api.database, { account, role, by: "test" });
      if (made === null) throw new Error(`there is an account ${account} already`);
      return enter(browser, url, account, made.oneTimePassword);
    },
    async close() {
      await browser.close();
      await api.close();
    },
  };
}

/** What a console of `npm start` has besides. */
export type TrialStart = TrialConsole & {
  readonly at: HeddleFolder;
  readonly hub: UpCommand;
  /** The window of the account that a new hub starts with. */
  readonly admin: Page;
  /** A new account's one-time password. */
  readonly newAccount: (account: string, role: Role) => Promise<string>;
};

/** Over the one command that `npm start` runs, in a process, a folder and at ports of its own. */
export async function startConsoleOfHub(): Promise<TrialStart> {
  vi.stubEnv("SANDBOX_API_KEY", SANDBOX_KEY);
  const at = await heddleFolder();
  const [hub, browser] = await Promise.all([at.up(), startChromium()]);
  if (hub.firstAccount === null) throw new Error("a new hub has given no first account");
  const { account, oneTimePassword } = hub.firstAccount;
  const newAccount = async (name: string, role: Role) => {
    const { out } = await at.heddle("--json", "account", "add", name, "--role", role);
    return (JSON.parse(out) as { oneTimePassword: string }).oneTimePassword;
  };
  return {
    at,
    hub,
    url: hub.url,
    browser,
    admin: await enter(browser, hub.url, account, oneTimePassword),
    newAccount,
    signedIn: async (name, role) => enter(browser, hub.url, name, await newAccount(name, role)),
    async close() {
      await browser.close();
      await at.remove();
      vi.unstubAllEnvs();
    },
  };
}

async function enter(browser: Browser, url: string, account: string, password: string): Promise<Page> {
  const page = await openPage(browser, { acceptDownloads: true });
  await signIn(page, url, { account, password, newPassword: PASSWORD });
  return page;
}
