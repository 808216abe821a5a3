import chromium from "@sparticuz/chromium";
import { chromium as playwright, type Browser } from "playwright-core";

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
  const executablePath = process.env["CHROMIUM"] ?? (await chromium.executablePath());
  return playwright.launch({ executablePath, headless: true, args: FLAGS });
}
