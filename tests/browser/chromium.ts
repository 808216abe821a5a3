import { chromium as playwright, type Browser, type BrowserContextOptions, type Page } from "playwright-core";
import { unpackChromium } from "./unpack-chromium.ts";

/** Silent: no look-ups, no updates, nothing that leaves the machine by itself. */
const FLAGS = [
  // Its sandbox needs rights that containers and root do not have; it only ever opens our own console.
  "--no-sandbox",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
  "--disable-quic",
];

/**
 * Starts the Chromium that npm brought (Linux x64), or the one that `CHROMIUM` names. The first start on
 * a machine unpacks it into the temporary folder, which takes some seconds.
 */
export async function startChromium(): Promise<Browser> {
  const own = process.env["CHROMIUM"];
  if (own !== undefined) return playwright.launch({ executablePath: own, headless: true, args: FLAGS });
  const { executablePath, env } = await unpackChromium();
  return playwright.launch({ executablePath, headless: true, args: FLAGS, env: { ...process.env, ...env } });
}

/** Far more than a page takes on a quiet machine: on one with two busy cores a hub may stand still for long. */
const PATIENCE_MS = 90_000;

/** A new window of a person of its own. Without motion, nothing is looked at half way through a fade. */
export async function openPage(browser: Browser, more: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    reducedMotion: "reduce",
    ...more,
  });
  context.setDefaultTimeout(PATIENCE_MS);
  return context.newPage();
}
