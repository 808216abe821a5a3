import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startCascadia, type RunningCascadia } from "../src/connectors/cascadia/harness.ts";
import type { Cursor } from "../src/connectors/port.ts";
import { planInWords } from "../src/domain/plan-in-words.ts";
import { moveCursor } from "../src/store/cursors.ts";
import { startTrialHub, type TrialHub } from "./kit/trial-hub.ts";

const PLANT = "1000";

/** A change made in Cascadia goes all the way. With `CASCADIA_URL` and `CASCADIA_API_KEY` it is a real one. */
describe("a change in Cascadia", () => {
  let cascadia: RunningCascadia;
  let trial: TrialHub;
  const rows: Record<string, string> = {};
  const number = (name: string) => cascadia.desk.numbered(name);

  beforeAll(async () => {
    cascadia = await startCascadia();
    trial = await startTrialHub({ rules: "examples/cascadia-tryton/rules.yaml", seed: false, plm: cascadia.connector });
    // A server that is not new has changes from before, which are none of this test's.
    const to = await newestCursor();
    const { system } = cascadia.connector;
    await moveCursor(trial.database.pool, { system, capability: "changes", from: null, to });
  });
  afterAll(async () => {
    await trial.close();
    await cascadia.close();
  });

  async function newestCursor(): Promise<Cursor> {
    for (let cursor: Cursor = null; ;) {
      const page = await cascadia.connector.changes.changedSince(cursor);
      cursor = page.cursor;
      if (!page.more) return cursor;
    }
  }

  async function planned(change: string): Promise<readonly string[]> {
    await trial.watch();
    const run = await trial.reaches(change, "awaiting approval", "blocked", "in step");
    expect(run).toMatchObject({ state: "awaiting approval" });
    const prefix = cascadia.desk.numbered("");
    return planInWords(await trial.planOf(change)).flatMap(({ sentences }) =>
      sentences.map((sentence) => sentence.replaceAll(prefix, "")),
    );
  }

  async function applied(change: string): Promise<void> {
    await trial.approve(change);
    expect(await trial.reaches(change, "applied", "blocked")).toMatchObject({ state: "applied" });
  }

  it("that releases a product for the first time makes items and mBOMs in the ERP, and is told so", async () => {
    const { desk } = cascadia;
    for (const [name, more] of [
      ["FEEDER", { partType: "Manufacture" }],
      ["DRIVE", { partType: "Manufacture" }],
      ["MOTOR", {}],
      ["SCREW", {}],
      ["CABLE", { attributes: { unit: "MTR" } }],
    ] as const) {
      rows[name] = await desk.newPart(number(name), more);
    }
    await desk.addLine(rows["FEEDER"]!, rows["DRIVE"]!, { quantity: "1", findNumber: 10 });
    await desk.addLine(rows["DRIVE"]!, rows["MOTOR"]!, { quantity: "1", findNumber: 10, referenceDesignator: "M1" });
    await desk.addLine(rows["DRIVE"]!, rows["SCREW"]!, { quantity: "2", findNumber: 20 });
    await desk.addLine(rows["DRIVE"]!, rows["CABLE"]!, { quantity: "0.35", findNumber: 30 });
    const change = await desk.released(Object.values(rows));

    expect(await planned(change)).toEqual(
      expect.arrayContaining([
        "Create CABLE in plant 1000: bought, revision A, in MTR with 4 decimals.",
        "Publish the first mBOM of DRIVE rev A: 3 lines.",
        "Publish the first mBOM of FEEDER rev A: 1 line.",
      ]),
    );
    await applied(change);
    const filters = encodeURIComponent(JSON.stringify({ itemNumber: [change] }));
    type Found = { items: { attributes: Record<string, string> }[] };
    const { items } = await desk.send<Found>("GET", `/items?itemType=ChangeOrder&columnFilters=${filters}`);
    expect(items[0]?.attributes["heddle.1000"]).toMatch(/^applied: Applied in the ERP\./);
  });

  it("that revises it changes the mBOM and flags what is on order", async () => {
    const { desk } = cascadia;
    await trial.erp.send("POST", "/erp/v1/suppliers", { code: "MOTOCO", name: "Motor Company", currency: "EUR" });
    await trial.erp.send("POST", "/erp/v1/purchase-orders", {
      plant: PLANT,
      supplierCode: "MOTOCO",
      buyer: "b.buyer",
      orderedOn: "2026-11-20",
      lines: [
        {
          itemCode: number("MOTOR"),
          revisionLevel: "A",
          unit: "EA",
          orderedQuantity: "50",
          price: "12.50",
          currency: "EUR",
          dueDate: "2026-12-10",
        },
      ],
    });
    const change = await desk.newChange("Stronger motor on a bracket");
    const [drive] = await desk.affect(change.id, "revise", [rows["DRIVE"]!, rows["MOTOR"]!]);
    rows["DRIVE B"] = drive?.workingCopyId ?? "";
    type Designs = { designs: { branchId: string }[] };
    const { designs } = await desk.send<Designs>("GET", `/change-orders/${change.id}/designs`);
    const bracket = await desk.newPart(number("BRACKET"), { branchId: designs[0]?.branchId });
    const bom = `/change-orders/${change.id}/bom-changes`;
    const parentItemId = rows["DRIVE B"];
    await desk.send("POST", bom, { parentItemId, childItemId: bracket, quantity: 2, findNumber: 40 });
    await desk.send("POST", bom, { parentItemId, childItemId: rows["SCREW"], quantity: 3, findNumber: 20 });
    await desk.release(change.id);

    expect(await planned(change.number)).toEqual(
      expect.arrayContaining([
        "Update DRIVE: revision A → B.",
        "Publish the mBOM of DRIVE rev B: add 2 EA BRACKET; SCREW quantity 2 EA → 3 EA; 2 lines stay as they are.",
        expect.stringMatching(/^Flag purchase-order line PO-\d+\/10: .* MOTOR is revised in DRIVE\. Action required\./),
      ]),
    );
    await applied(change.number);
    rows["change"] = change.number;
  });

  it("whose released BOM is then edited in place waits for a person again", async () => {
    await cascadia.desk.editLine(rows["DRIVE B"]!, 20, "7");
    // In the words of the whole change: from before it, not from its first look.
    expect(await planned(rows["change"]!)).toEqual([
      "Publish the mBOM of DRIVE rev B: add 2 EA BRACKET; SCREW quantity 2 EA → 7 EA; 2 lines stay as they are.",
    ]);
  });
});
