import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { heddleFolder, type HeddleFolder } from "./kit/hub-command.ts";
import { until } from "./kit/until.ts";

let at: HeddleFolder;

beforeEach(async () => {
  at = await heddleFolder();
});

afterEach(async () => {
  await at.remove();
});

type Status = { readonly changes: readonly { readonly change: string; readonly state: string }[] };

async function stateOf(change: string): Promise<string | undefined> {
  const { out } = await at.heddle("--json", "status");
  const { changes } = JSON.parse(out) as Status;
  return changes.find((each) => each.change === change)?.state;
}

async function answers(port: number): Promise<boolean> {
  try {
    await (await fetch(`http://127.0.0.1:${port}/health`)).body?.cancel();
    return true;
  } catch {
    return false; // nothing listens there
  }
}

const nothingListens = async () =>
  (await Promise.all([at.port, ...Object.values(at.ports)].map(answers))).every((each) => !each);

describe("heddle up --sandbox, as npm start runs it", () => {
  it("gives a first account once, has a first change to look at, and applies it by one more command", async () => {
    const hub = await at.up();
    expect(hub.firstAccount).toMatchObject({ account: "admin", oneTimePassword: expect.stringMatching(/\S{12}/) });
    await until("ECO-0001 is planned", async () => (await stateOf("ECO-0001")) === "awaiting approval" || null);

    const planned = await at.heddle("plan", "ECO-0001");
    expect(planned.out).toContain("Flag purchase-order line PO-1001/10");
    expect(planned.err).not.toContain("No hub was asked");
    const applied = await at.heddle("apply", "ECO-0001", "--reason", "checked");
    expect(applied.out).toContain("ECO-0001 in plant 1000: applied");
    expect(applied.exitCode).toBe(0);

    hub.signal("SIGTERM");
    const { exitCode, err } = await hub.ended;
    expect(exitCode).toBe(0);
    expect(err).not.toMatch(/"level":"?(50|60|error|fatal)/);
    expect(await nothingListens()).toBe(true);

    const again = await at.up();
    expect(again.firstAccount).toBeNull();
    expect(await stateOf("ECO-0001")).toBe("applied");
    expect((await at.heddle("sandbox", "release-order", "MO-5001")).out).toContain("MO-5001 is released");
    const produced = await at.heddle("sandbox", "produce", "HAR-001", "--orders", "2", "--pieces", "3");
    expect(produced.out).toMatch(/^Released in the sandbox ERP, each of 3 HAR-001: MO-\d+, MO-\d+$/m);
    expect((await at.heddle("sandbox", "produce", "GSK-001")).err).toContain("The sandbox ERP does not make GSK-001.");
    again.signal("SIGINT");
    expect((await again.ended).exitCode).toBe(0);
  });

  it("takes its sandboxes and its database with it when it is killed, and goes on where it was", async () => {
    const hub = await at.up();
    await until("ECO-0001 is planned", async () => (await stateOf("ECO-0001")) === "awaiting approval" || null);
    hub.signal("SIGKILL");
    await hub.ended;
    await until("all have ended", async () => (await nothingListens()) || null);

    const again = await at.up();
    expect(await stateOf("ECO-0001")).toBe("awaiting approval");
    expect((await at.heddle("apply", "ECO-0001", "--reason", "checked")).exitCode).toBe(0);
    again.signal("SIGTERM");
    await again.ended;
  });

  it("says what to do where another hub runs already, and leaves that one alone", async () => {
    const hub = await at.up();
    await expect(at.up()).rejects.toThrow(/is taken[\s\S]*npx heddle status/);
    expect((await at.heddle("status")).exitCode).toBe(0);
    hub.signal("SIGTERM");
    await hub.ended;
  });
});

describe("commands for a hub", () => {
  it("say that none runs, and how to start it", async () => {
    const { exitCode, err } = await at.heddle("status");
    expect(exitCode).toBe(1);
    expect(err).toMatch(/no hub answers[\s\S]*next: {3}start it: npx heddle up/);
  });

  it("refuse what cannot be before they do anything", async () => {
    const hub = await at.up();
    const refusals: readonly (readonly [readonly string[], RegExp])[] = [
      [["apply", "ECO-0001", "--reason", "  "], /too short[\s\S]*--reason/],
      [["apply", "ECO-0404", "--reason", "checked"], /knows no change ECO-0404[\s\S]*npx heddle status/],
      [["sandbox", "release", "ECO-0404"], /no draft ECO-0404[\s\S]*heddle sandbox drafts/],
      [["sandbox", "release-order", "MO-5002"], /no planned order MO-5002[\s\S]*MO-5007/],
      [["sandbox", "break", "wms", "--latency", "5"], /no sandbox system wms[\s\S]*plm, erp or mes/],
      [["sandbox", "break", "erp", "--latency", "long"], /"long"[\s\S]*--latency/],
      [["account", "add", "admin", "--role", "viewer"], /the name admin is taken/],
      [["account", "add", "eve", "--role", "owner"], /owner[\s\S]*viewer, operator, approver, admin/],
    ];
    for (const [args, message] of refusals) {
      const { exitCode, err } = await at.heddle(...args);
      expect(err, args.join(" ")).toMatch(message);
      expect(exitCode, args.join(" ")).toBe(1);
    }
    hub.signal("SIGTERM");
    await hub.ended;
  });

  it("say of a key that it waits for its account's first sign-in", async () => {
    const hub = await at.up();
    await at.heddle("account", "add", "mes", "--role", "operator");
    const { out, err } = await at.heddle("key", "add", "--account", "mes", "--role", "operator");
    expect(out).toMatch(/^hdl_/);
    expect(err).toMatch(/somebody has signed in as mes/);
    hub.signal("SIGTERM");
    await hub.ended;
  });
});
