import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ChangePlan } from "../src/domain/change-plan.ts";
import { planInWords } from "../src/domain/plan-in-words.ts";
import { startTrialHub, type TrialHub } from "./kit/trial-hub.ts";
import { until } from "./kit/until.ts";

describe("a released change", () => {
  let trial: TrialHub;
  beforeAll(async () => {
    trial = await startTrialHub();
  });
  afterAll(() => trial.close());

  it("waits for a person, with a plan in words", async () => {
    await trial.release("ECO-0001");
    await trial.reaches("ECO-0001", "awaiting approval");
    expect(sentences(await trial.planOf("ECO-0001"))).toEqual(
      expect.arrayContaining([
        "Update FX-210: revision A → B.",
        "Publish the mBOM of FX-210 rev B: MOT-024 item MOT-024 → MOT-026; 7 lines stay as they are.",
        "Buy MOT-026 from VENTEC as VT-92-BL24 (16 days, 27.80 EUR); no source until now.",
        "Work out the components of planned order MO-5001 again from the new mBOM.",
      ]),
    );
  });

  it("is applied, verified and acknowledged once it is approved", async () => {
    await trial.approve("ECO-0001");
    const run = await trial.reaches("ECO-0001", "applied", "blocked");
    expect(run).toMatchObject({ state: "applied", exposure: "6525.00 EUR" });
    const boms = await trial.erp.get<{ value: { number: string; status: string; version: number }[] }>(
      "/erp/v1/boms?itemCode=FX-210&plant=1000",
    );
    const active = boms.value.filter(({ status }) => status === "ACTIVE").map(({ number }) => number);
    expect(active).toHaveLength(1);
    // One was planned and re-exploded, the other released and given other components: both go by the new mBOM now.
    const orders = await trial.erp.get<{ value: { bomNumber: string; revisionLevel: string }[] }>(
      "/erp/v1/production-orders?number=MO-5001&number=MO-5002",
    );
    const byNewMbom = { bomNumber: active[0], revisionLevel: "B" };
    expect(orders.value).toMatchObject([byNewMbom, byNewMbom]);
    const acks = await trial.plm.get<{ value: { outcome: string }[] }>("/api/v2/ecos/ECO-0001/acknowledgements");
    expect(acks.value.map(({ outcome }) => outcome)).toEqual(["APPLIED"]);
  });

  it("that is in force takes its flags back while a later change of the assembly waits for a person", async () => {
    const later = await draftRevisionC(trial, "FX-210");
    await trial.release(later);
    await trial.reaches(later, "awaiting approval");
    expect(await openFlags(trial)).toContain("PO-1001/10");

    const receipt = { quantity: "120", deliveryNote: "DN-7" };
    await trial.erp.send("POST", "/erp/v1/purchase-orders/PO-1001/lines/10/goods-receipts", receipt);
    await trial.watch();
    await until("the flag is taken back", async () => ((await openFlags(trial)).includes("PO-1001/10") ? null : true));
    await trial.reaches("ECO-0001", "applied");
    expect((await trial.reaches(later, "awaiting approval")).waitsFor).toEqual([]);
    await trial.approve(later, "refuse");
    await trial.reaches(later, "refused");
  });

  it("that changes only a document leaves the plant in step", async () => {
    await trial.release("ECO-0005");
    const run = await trial.reaches("ECO-0005", "in step", "awaiting approval", "blocked");
    expect(run.reason).toBe("The plant already builds what this change wants.");
  });

  it("with an unknown unit is blocked, naming system, item, line, field and fix", async () => {
    await trial.release("ECO-0008");
    const run = await trial.reaches("ECO-0008", "blocked");
    const [finding] = (await trial.planOf("ECO-0008")).findings.filter(({ severity }) => severity === "blocked");
    expect(finding).toMatchObject({ code: "data-unreadable", system: "plm", field: "uom" });
    expect(run.reason).toContain("FURLONG");
  });

  it("that a person refuses stays refused until a person asks again", async () => {
    await trial.release("ECO-0003");
    await trial.reaches("ECO-0003", "awaiting approval");
    await trial.approve("ECO-0003", "refuse");
    await trial.reaches("ECO-0003", "refused");
    await trial.lookAgain("ECO-0003", null);
    await trial.reaches("ECO-0003", "refused");

    await trial.lookAgain("ECO-0003", "olga.operator");
    await trial.reaches("ECO-0003", "awaiting approval");
    await trial.approve("ECO-0003");
    await trial.reaches("ECO-0003", "applied");
  });
});

/** Revises an assembly once more, with one line less; gives the change's number. */
async function draftRevisionC({ plm }: TrialHub, partNumber: string): Promise<string> {
  const part = `/api/v2/parts/${partNumber}/revisions`;
  const { usages } = await plm.get<{ usages: object[] }>(`${part}/B/bom`);
  const { etag } = await plm.send<{ etag: string }>("POST", part, { basedOn: "B", revision: "C" });
  await plm.send("PUT", `${part}/C/bom`, { usages: usages.slice(0, -1) }, `"${etag}"`);
  const affectedParts = [{ partNumber, fromRevision: "B", toRevision: "C" }];
  return (await plm.send<{ ecoNumber: string }>("POST", "/api/v2/ecos", { title: "One part less", affectedParts }))
    .ecoNumber;
}

async function openFlags({ erp }: TrialHub): Promise<string[]> {
  const { value } = await erp.get<{ value: { objectId: string }[] }>("/erp/v1/alerts?state=OPEN");
  return value.map(({ objectId }) => objectId);
}

function sentences(plan: ChangePlan): string[] {
  return planInWords(plan).flatMap((section) => section.sentences);
}
