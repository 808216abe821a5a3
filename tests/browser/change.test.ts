import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Page } from "playwright-core";
import type { ChangeView, ErrorBody } from "../../src/api/contract.ts";
import type { HeddleFolder, UpCommand } from "../kit/hub-command.ts";
import { everyOne, sandbox, type Sandbox } from "../kit/sandbox.ts";
import { PASSWORD, startConsoleOfHub, type TrialStart } from "../kit/trial-console.ts";
import { until } from "../kit/until.ts";
import { accessibilityViolations } from "./accessibility.ts";
import { openPage } from "./chromium.ts";
import { changeIs, decide, openChange, openView, releaseDraft, signIn, typeReason } from "./console.ts";

/** The one command that `npm start` runs, in a process of its own, and people at its console in a real browser. */
describe("a change in the console", () => {
  let trial: TrialStart;
  let at: HeddleFolder;
  let hub: UpCommand;
  let erp: Sandbox;
  let plm: Sandbox;
  let admin: Page;

  beforeAll(async () => {
    trial = await startConsoleOfHub();
    ({ at, hub, admin } = trial);
    erp = sandbox(`http://127.0.0.1:${at.ports.erp}/erp/v1`);
    plm = sandbox(`http://127.0.0.1:${at.ports.plm}/api/v2`);
  });

  afterAll(() => trial.close());

  it("is shown to nobody before a one-time password has been replaced", async () => {
    const page = await openPage(trial.browser);
    const password = await trial.newAccount("olga", "operator");
    await page.goto(`${hub.url}/changes/ECO-0001/1000`);
    await page.getByRole("heading", { name: "Sign in to Heddle" }).waitFor();
    expect(await accessibilityViolations(page)).toEqual([]);

    await page.getByLabel("Account").fill("olga");
    await page.getByLabel("Password", { exact: false }).first().fill("not the password");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("alert").getByText("the password is wrong").waitFor();

    await page.getByLabel("Password", { exact: false }).first().fill(password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("heading", { name: "Choose your own password" }).waitFor();
    await page.goto(`${hub.url}/changes/ECO-0001/1000`);
    await page.getByRole("heading", { name: "Choose your own password" }).waitFor();
    expect(await accessibilityViolations(page)).toEqual([]);
  });

  it("is read by a viewer, who is offered no decision", async () => {
    const page = await trial.signedIn("vera", "viewer");
    await openChange(page, "ECO-0001");
    await changeIs(page, "awaiting approval");

    await page.getByText("You are signed in as viewer; an approver decides on plans.").waitFor();
    expect(await page.getByRole("button", { name: /Approve|Refuse/ }).count()).toBe(0);
    await openView(page, "Open orders");
    await page.getByRole("row", { name: /PO-1001\/10/ }).waitFor();
    await openView(page, "Account");
    await page.getByRole("heading", { name: "Heddle has published no mBOM of FX-210 yet" }).waitFor();
    expect(await page.getByRole("alert").count()).toBe(0);
  });

  it("is not approved by who released it, but may be refused by them, with a reason", async () => {
    const page = await trial.signedIn("m.keller", "approver");
    await openChange(page, "ECO-0001");
    await changeIs(page, "awaiting approval");

    const approve = page.getByRole("button", { name: "Approve…" });
    expect(await approve.getAttribute("aria-disabled")).toBe("true");
    await page.getByRole("button", { name: "Refuse…" }).focus();
    await page.keyboard.press("Tab");
    await page.getByRole("tooltip").getByText("somebody else has to approve").waitFor();
    expect(await approvedAnyway(page, "ECO-0001")).toMatchObject({ status: 403, code: "own-plan" });

    await decide(page, "Refuse", "The new motor is not qualified yet");
    await changeIs(page, "refused");
    await page.getByText("Refused by m.keller: “The new motor is not qualified yet”").waitFor();
    const told = await everyOne<{ outcome: string }>(plm, "/ecos/ECO-0001/acknowledgements");
    expect(told.map(({ outcome }) => outcome)).toEqual(["REFUSED"]);
    expect(await alertsOn("PO-1001/10")).toEqual([]);
  });

  it("travels from its release to the flagged purchase order", async () => {
    await toList(admin);
    await releaseDraft(admin, "ECO-0002");
    await openChange(admin, "ECO-0002");
    await changeIs(admin, "awaiting approval");

    await openView(admin, "Open orders");
    const line = admin.getByRole("row", { name: /PO-1002\/10/ });
    expect(await line.innerText()).toContain("action required");
    expect(await line.innerText()).toContain("304.39 EUR");

    await openView(admin, "Manufacturing BOMs");
    await admin.getByRole("row", { name: /RAW-DC01-15.*RAW-DC01-20/ }).waitFor();
    await admin.getByRole("button", { name: "Why RAW-DC01-20" }).click();
    await admin.getByRole("dialog").getByText("sheet-in-kilograms", { exact: true }).waitFor();
    expect(await accessibilityViolations(admin)).toEqual([]);
    await admin.keyboard.press("Escape");

    await decide(admin, "Approve", "Checked with purchasing");
    await changeIs(admin, "applied");
    await openView(admin, "Actions");
    await admin.getByText("11 of 11 done").waitFor();
    await openView(admin, "History");
    await admin.getByText("Checked with purchasing", { exact: true }).waitFor();
    await openView(admin, "Account");
    await admin.getByText("balances", { exact: true }).waitFor();
    await admin.getByText("No difference", { exact: true }).waitFor();
    await admin.getByLabel("From", { exact: true }).selectOption({ index: 0 });
    await admin
      .getByRole("row", { name: /is bought complete and goes on mBOM line/ })
      .first()
      .waitFor();
    expect(await alertsOn("PO-1002/10")).toEqual([
      expect.objectContaining({ state: "OPEN", text: expect.stringContaining("ECO-0002") }),
    ]);
  });

  it("with bad data is blocked, and says what to mend and where", async () => {
    await toList(admin);
    await releaseDraft(admin, "ECO-0008");
    await openChange(admin, "ECO-0008");
    await changeIs(admin, "blocked");

    const finding = admin.getByRole("article");
    await finding.getByText("plm · FX-240 · line 70").waitFor();
    expect(await finding.innerText()).toMatch(/FURLONG[\s\S]*To do: .*Recommendation 20/);
    await admin.getByText("mend what they name, then look again").waitFor();
    expect(await admin.getByRole("button", { name: "Approve…" }).getAttribute("aria-disabled")).toBe("true");
    expect(await admin.getByRole("button", { name: "Refuse…" }).getAttribute("aria-disabled")).toBeNull();
  });

  it("waits for an earlier one on the same assembly, and leads there", async () => {
    await toList(admin);
    await releaseDraft(admin, "ECO-0006");
    const later = await draftAfter("HAR-001");
    await plm.send("POST", `/ecos/${later}/release`, { releasedBy: "m.keller" });
    await openChange(admin, later);
    await changeIs(admin, "waiting turn");

    await admin.locator("header").getByRole("link", { name: "ECO-0006" }).click();
    await admin.getByRole("heading", { name: "Motor harness 150 mm longer" }).waitFor();
  });

  it("is shown on pages in which axe finds nothing, in light and in dark", async () => {
    const views = ["plan", "orders", "mbom", "why", "account", "cost", "actions", "history"];
    const change = views.map((view) => [`/changes/ECO-0002/1000?view=${view}`, "Motor bracket"] as const);
    for (const colorScheme of ["light", "dark"] as const) {
      await admin.emulateMedia({ colorScheme });
      for (const [path, heading] of [...LISTS, ...change]) {
        await admin.goto(hub.url + path);
        await admin.getByRole("heading", { level: 1, name: heading }).waitFor();
        expect(await accessibilityViolations(admin), `${path} in ${colorScheme}`).toEqual([]);
      }
    }
  }, 180_000);

  it("fits into a narrow window", async () => {
    const page = await openPage(trial.browser, { viewport: { width: 400, height: 800 } });
    await signIn(page, hub.url, { account: "admin", password: PASSWORD });
    for (const [path, heading] of [...LISTS, ["/changes/ECO-0002/1000", "Motor bracket"] as const]) {
      await page.goto(hub.url + path);
      await page.getByRole("heading", { level: 1, name: heading }).waitFor();
      expect(await page.evaluate("document.documentElement.scrollWidth"), path).toBeLessThanOrEqual(400);
      expect(await accessibilityViolations(page), path).toEqual([]);
    }
  });

  it("is approved by keyboard alone", async () => {
    await toList(admin);
    await releaseDraft(admin, "ECO-0007");
    await openChange(admin, "ECO-0007");
    await changeIs(admin, "awaiting approval");

    await admin.getByRole("button", { name: "Refuse…" }).focus();
    await admin.keyboard.press("Tab");
    await admin.getByRole("button", { name: "Approve…" }).and(admin.locator(":focus")).waitFor();
    await admin.keyboard.press("Enter");
    await typeReason(admin, "ok");
    await admin.keyboard.press("Tab");
    await admin.keyboard.press("Tab");
    await admin.keyboard.press("Enter");
    await admin.getByText("Write at least 3 characters.").waitFor();
    await admin.keyboard.press("Shift+Tab");
    await admin.keyboard.press("Shift+Tab");
    await typeReason(admin, ", agreed with electronics");
    await admin.keyboard.press("Tab");
    await admin.keyboard.press("Tab");
    await admin.keyboard.press("Enter");
    await changeIs(admin, "applied");
  });

  it("goes on after the hub was killed, and the console says so meanwhile", async () => {
    await toList(admin);
    await releaseDraft(admin, "ECO-0003");
    await openChange(admin, "ECO-0003");
    await changeIs(admin, "awaiting approval");

    hub.signal("SIGKILL");
    await hub.ended;
    const away = admin.getByText("The hub does not answer. What you see may be old.");
    await away.waitFor();
    await admin.getByRole("status").getByText("Not connected").waitFor();
    expect(await accessibilityViolations(admin)).toEqual([]);
    await toList(admin);
    await admin.getByRole("link", { name: "ECO-0001", exact: true }).click();
    await admin.getByRole("heading", { name: "This page cannot be shown" }).waitFor();

    await until("the killed hub's ports are free", async () => ((await portsAreFree()) ? true : null));
    hub = await at.up();
    await admin.getByRole("heading", { name: "Fan motor: brushless" }).waitFor();
    await away.waitFor({ state: "hidden" });
    await toList(admin);
    await openChange(admin, "ECO-0003");
    await decide(admin, "Approve", "The hub is back");
    await changeIs(admin, "applied");
  });

  /** What the hub answers to who gets around the console. */
  async function approvedAnyway(page: Page, change: string): Promise<{ status: number; code: string }> {
    const path = `${hub.url}/api/changes/${change}/1000`;
    const { plan } = (await (await page.request.get(path)).json()) as ChangeView;
    const answer = await page.request.post(`${path}/decision`, {
      headers: { "x-heddle": "1" },
      data: { digest: plan?.digest, decision: "approve", reason: "I know what I do" },
    });
    return { status: answer.status(), code: ((await answer.json()) as ErrorBody).error.code };
  }

  function alertsOn(line: string): Promise<{ state: string; text: string }[]> {
    return everyOne(erp, `/alerts?objectType=PURCHASE_ORDER_LINE&objectId=${encodeURIComponent(line)}`);
  }

  /** A draft of the sandbox PLM that revises an item once more, after a change that does so too. */
  async function draftAfter(item: string): Promise<string> {
    const { ecos } = await plm.send<{ ecos: string[] }>("POST", "/import", {
      parts: [{ partNumber: item, revision: "C", basedOn: "B", partType: "harness", description: "Harness, motor" }],
      ecos: [{ title: "Once more", affectedParts: [{ partNumber: item, fromRevision: "B", toRevision: "C" }] }],
    });
    return ecos[0]!;
  }

  async function portsAreFree(): Promise<boolean> {
    const heard = await Promise.allSettled(
      [at.port, ...Object.values(at.ports)].map((port) => fetch(`http://127.0.0.1:${port}/health`)),
    );
    return heard.every(({ status }) => status === "rejected");
  }
});

/** Pages by their address and heading. */
const LISTS = [
  ["/changes", "Engineering changes"],
  ["/status", "Operations"],
  ["/audit", "Audit trail"],
] as const;

async function toList(page: Page): Promise<void> {
  await page.getByRole("link", { name: "Changes", exact: true }).click();
  await page.getByRole("heading", { name: "Engineering changes" }).waitFor();
}
