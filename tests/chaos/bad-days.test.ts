import { randomUUID } from "node:crypto";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startErrorPage } from "../kit/error-page.ts";
import { startGate, type Gate } from "../kit/gate.ts";
import type { HubProcess } from "../kit/hub-process.ts";
import { draftIntroductions, jigs } from "../kit/jigs.ts";
import { everyOne } from "../kit/sandbox.ts";
import { startTrialPlant, WEBHOOK_SECRET, type TrialPlant } from "../kit/trial-plant.ts";
import { until } from "../kit/until.ts";

describe("systems that are slow, busy and failing", () => {
  let plant: TrialPlant;
  let gate: Gate;
  let hub: HubProcess;
  beforeAll(async () => {
    plant = await startTrialPlant();
    gate = await startGate(plant.erp.url);
    hub = await plant.startHub({ approves: "everything", erpUrl: gate.urls[0] ?? "" });
  });
  afterAll(async () => {
    await plant.close();
    await gate.close();
  });

  it("get what they are to get all the same, once", async () => {
    const changes = await draftIntroductions(plant.plm, jigs(6));
    await plant.erp.misbehave({ latencyMs: 10, tooManyRequestsPercent: 7, serverErrorPercent: 10 });
    await plant.plm.misbehave({ latencyMs: 10, serverErrorPercent: 10 });
    for (const change of changes) await released(change);
    for (const change of changes) await hub.reaches(change, "applied");

    const boms = await bomsOf("JIG-");
    expect(boms.map(({ itemCode, status }) => `${itemCode} ${status}`).toSorted()).toEqual(
      jigs(6).map(({ assembly }) => `${assembly} ACTIVE`),
    );
    expect(answersWith("INTERNAL").length).toBeGreaterThan(0);
  });

  it("are left alone as long as they ask (429 with Retry-After)", () => {
    const busy = answersWith("TOO_MANY_REQUESTS");
    expect(busy.length).toBeGreaterThan(0);
    for (const { until: told } of busy) {
      const tooSoon = gate.passed().filter(({ from }) => from > told + 100 && from < told + 900);
      expect(tooSoon).toEqual([]);
    }
  });

  const answersWith = (code: string) => gate.passed().filter(({ answered }) => answered.includes(`"${code}"`));

  /** The PLM fails its engineers too: they try until it is released. */
  async function released(change: string): Promise<void> {
    await until(`${change} is released`, () =>
      plant.release(change).then(
        () => true,
        () => null,
      ),
    );
  }

  async function bomsOf(prefix: string): Promise<Bom[]> {
    await plant.erp.misbehave({});
    return (await everyOne<Bom>(plant.erp, "/erp/v1/boms")).filter(({ itemCode }) => itemCode.startsWith(prefix));
  }
});

describe("webhooks, where nothing else tells of changes for a day", () => {
  let plant: TrialPlant;
  let hub: HubProcess;
  beforeAll(async () => {
    plant = await startTrialPlant();
    hub = await plant.startHub({ approves: "everything", pollingSeconds: 86_400 });
    await plant.release("ECO-0005");
    await hub.reaches("ECO-0005", "in step"); // the one poll, of the hub's start, is over
    await plant.plm.misbehave({ duplicateWebhooks: true, reorderWebhooks: true });
  });
  afterAll(() => plant.close());

  it("may come twice and in the wrong order", async () => {
    const changes = await draftIntroductions(plant.plm, jigs(6));
    for (const change of changes) await plant.release(change);
    for (const change of changes) {
      await hub.reaches(change, "applied");
      expect(await everyOne(plant.plm, `/api/v2/ecos/${change}/acknowledgements`)).toHaveLength(1);
    }
    const active = await everyOne<Bom>(plant.erp, "/erp/v1/boms?status=ACTIVE");
    expect(active.filter(({ itemCode }) => itemCode.startsWith("JIG-"))).toHaveLength(6);
  });

  it("are taken once each, however often they are sent", async () => {
    const webhook = signed({ type: "eco.released", data: { ecoNumber: "ECO-0003", state: "RELEASED", sequence: 1 } });
    expect(await (await send(webhook)).json()).toEqual({ new: true, subjects: 1 });
    expect(await (await send(webhook)).json()).toEqual({ new: false, subjects: 1 });
  });

  it("are refused when their signature does not hold, and the hub stays up", async () => {
    const webhook = signed({ type: "eco.released", data: { ecoNumber: "ECO-0002", state: "RELEASED", sequence: 1 } });
    const forged = { ...webhook, body: webhook.body.replace("ECO-0002", "ECO-0006") };

    const refused = await send(forged);

    expect(refused.status).toBe(401);
    expect(await refused.json()).toMatchObject({ error: { code: "signature-invalid", system: "plm" } });
    expect(await hub.stateOf("ECO-0006")).toBeNull();
    expect((await send(webhook)).status).toBe(200);
  });

  function send(webhook: ReturnType<typeof signed>): Promise<Response> {
    return fetch(`${hub.url}/webhooks/plm`, webhook);
  }
});

describe("an ERP that is not there", () => {
  let plant: TrialPlant;
  let hub: HubProcess;
  beforeAll(async () => {
    plant = await startTrialPlant();
    await plant.erp.stop();
    hub = await plant.startHub({ approves: "everything" });
  });
  afterAll(() => plant.close());

  it("when the hub starts is waited for", async () => {
    await plant.release("ECO-0003");
    const { reason } = await hub.reaches("ECO-0003", "retrying");
    expect(reason).toContain("erp failed while reading");
    expect(reason).toContain("ECONNREFUSED");

    await plant.erp.start();
    await hub.reaches("ECO-0003", "applied");
  });

  it("with a web page of an error in its place is waited for", async () => {
    await plant.erp.stop();
    const page = await startErrorPage(plant.erp.url, 503);
    await plant.release("ECO-0004");
    const { reason } = await hub.reaches("ECO-0004", "retrying");
    expect(reason).toContain("answered 503");

    await page.close();
    await plant.erp.start();
    await hub.reaches("ECO-0004", "applied");
  });

  it("with a web page in its place that calls itself a success is taken for no answer", async () => {
    await plant.erp.stop();
    const page = await startErrorPage(plant.erp.url, 200);
    await plant.release("ECO-0006");
    const { reason } = await hub.reaches("ECO-0006", "blocked");
    expect(reason).toContain("contract broken: the answer is unreadable");

    await page.close();
    await plant.erp.start();
    await hub.lookAgain("ECO-0006");
    await hub.reaches("ECO-0006", "applied");
  });
});

describe("people who work in the ERP and the PLM meanwhile", () => {
  let plant: TrialPlant;
  let hub: HubProcess;
  beforeAll(async () => {
    plant = await startTrialPlant();
    hub = await plant.startHub();
  });
  afterAll(() => plant.close());

  it("edit the mBOM between plan and approval: the approval is void, and the edit stands", async () => {
    await plant.release("ECO-0003");
    await hub.reaches("ECO-0003", "awaiting approval");
    const approved = await hub.planOf("ECO-0003");

    const { number, etag } = await activeBom("FX-211");
    const addedLine = { position: "0900", componentCode: "NUT-M4", quantity: "2", unit: "EA" };
    await plant.erp.send("POST", `/erp/v1/boms/${number}/lines`, addedLine, `"${etag}"`);
    await hub.approve("ECO-0003");

    const planned = await until("it is planned again", async () => {
      const now = await hub.planOf("ECO-0003");
      return now.digest !== approved.digest && (await hub.stateOf("ECO-0003")) === "awaiting approval" ? now : null;
    });
    expect(planned.decision).toBeNull();
    const { earlierPlans } = await hub.view("ECO-0003");
    expect(earlierPlans).toContainEqual(expect.objectContaining({ digest: approved.digest, state: "stale" }));
    expect((await activeBom("FX-211")).number).toBe(number);
    expect((await activeBom("FX-211")).lines).toContainEqual(expect.objectContaining(addedLine));

    await hub.approve("ECO-0003");
    await hub.reaches("ECO-0003", "applied");
    expect((await activeBom("FX-211")).number).not.toBe(number);
  });

  it("release a second change of an assembly: it waits its turn, and says for which", async () => {
    await plant.release("ECO-0006");
    await hub.reaches("ECO-0006", "awaiting approval");
    const second = await draftShorterHarness();
    await plant.release(second);

    const waiting = await hub.reaches(second, "waiting turn");
    expect(waiting.waitsFor).toEqual(["ECO-0006"]);
    expect(waiting.reason).toBe("It changes the same assembly as ECO-0006, which comes first.");

    await hub.approve("ECO-0006");
    await hub.reaches("ECO-0006", "applied");
    expect((await activeBom("HAR-001")).revisionLevel).toBe("B");
    await hub.reaches(second, "awaiting approval");
    expect(await hub.lookAgain("ECO-0006")).toMatchObject({ state: "applied" });
    await hub.approve(second);
    await hub.reaches(second, "applied");
    expect((await activeBom("HAR-001")).revisionLevel).toBe("C");
    expect(await hub.lookAgain("ECO-0006")).toMatchObject({ state: "applied" });
    expect((await activeBom("HAR-001")).revisionLevel).toBe("C");
  });

  it("receive and cancel what was flagged: the flags are taken back", async () => {
    await plant.release("ECO-0001");
    await hub.reaches("ECO-0001", "awaiting approval");
    await hub.approve("ECO-0001");
    await hub.reaches("ECO-0001", "applied");
    expect((await flags("OPEN")).map(({ objectId }) => objectId)).toEqual([
      "MO-5003",
      "MO-5005",
      "PO-1001/10",
      "PO-1001/20",
    ]);

    await plant.erp.send("POST", "/erp/v1/purchase-orders/PO-1001/lines/10/goods-receipts", {
      quantity: "120",
      deliveryNote: "DN-7",
    });
    const { etag } = await orderLine("PO-1001/20");
    await plant.erp.send(
      "POST",
      "/erp/v1/purchase-orders/PO-1001/lines/20/cancel",
      { reason: "superseded" },
      `"${etag}"`,
    );

    await until("both flags are taken back", async () => (await flags("CLOSED")).length === 2 || null);
    expect(await flags("CLOSED")).toEqual([
      expect.objectContaining({
        objectId: "PO-1001/10",
        closeReason: expect.stringMatching(/^Taken back by Heddle: /),
      }),
      expect.objectContaining({
        objectId: "PO-1001/20",
        closeReason: expect.stringMatching(/^Taken back by Heddle: /),
      }),
    ]);
  });

  it("close a flag: it is not set again", async () => {
    const [flag] = await flags("OPEN");
    expect(flag?.objectId).toBe("MO-5003");
    await plant.erp.send("POST", `/erp/v1/alerts/${flag?.number}/close`, { reason: "the line knows" });

    expect(await hub.lookAgain("ECO-0001")).toMatchObject({ state: "applied" });
    expect((await flags("OPEN")).map(({ objectId }) => objectId)).toEqual(["MO-5005"]);
  });

  it("let a held production order go on: it is not held again", async () => {
    for (const number of ["MO-5003", "MO-5005"]) {
      const { onHold, etag } = await productionOrder(number);
      expect(onHold).toBe(true);
      await plant.erp.send("POST", `/erp/v1/production-orders/${number}/unhold`, {}, `"${etag}"`);
    }

    expect(await hub.lookAgain("ECO-0001")).toMatchObject({ state: "applied" });
    expect(await productionOrder("MO-5003")).toMatchObject({ onHold: false });
    expect(await productionOrder("MO-5005")).toMatchObject({ onHold: false });
  });

  it("cancel the change: its flags are taken back, and what was applied is said to stand", async () => {
    await plant.cancel("ECO-0001");

    const { reason } = await hub.reaches("ECO-0001", "withdrawn");
    expect(reason).toContain("was applied before: release a change that takes it back");
    expect(await flags("OPEN")).toEqual([]);
    expect(await flags("CLOSED")).toContainEqual(
      expect.objectContaining({ objectId: "MO-5005", closeReason: "Taken back by Heddle: ECO-0001 was withdrawn" }),
    );
  });

  async function activeBom(item: string): Promise<Bom> {
    const [bom] = await everyOne<Bom>(plant.erp, `/erp/v1/boms?itemCode=${item}&status=ACTIVE&expand=lines`);
    if (bom === undefined) throw new Error(`${item} has no mBOM in force`);
    return bom;
  }

  /** What ECO-0001 flagged. */
  async function flags(state: "OPEN" | "CLOSED"): Promise<Alert[]> {
    const all = await everyOne<Alert>(plant.erp, `/erp/v1/alerts?state=${state}&externalReferenceStartsWith=ECO-0001`);
    return all.toSorted((a, b) => (a.objectId < b.objectId ? -1 : 1));
  }

  async function orderLine(id: string): Promise<{ etag: string }> {
    const lines = await everyOne<{ etag: string }>(
      plant.erp,
      `/erp/v1/purchase-order-lines?id=${encodeURIComponent(id)}`,
    );
    return lines[0] ?? { etag: "" };
  }

  function productionOrder(number: string): Promise<{ onHold: boolean; etag: string }> {
    return plant.erp.get(`/erp/v1/production-orders/${number}`);
  }

  /** Revision C of the harness that ECO-0006 has just brought to B. */
  async function draftShorterHarness(): Promise<string> {
    const bom = await plant.plm.get<{ usages: { findNumber: string; partNumber: string }[] }>(
      "/api/v2/parts/HAR-001/revisions/B/bom",
    );
    const revised = await plant.plm.send<{ etag: string }>("POST", "/api/v2/parts/HAR-001/revisions", {
      basedOn: "B",
      revision: "C",
    });
    const usages = bom.usages.map((usage) =>
      usage.partNumber.startsWith("WIR-") ? { ...usage, quantity: "0.55" } : usage,
    );
    await plant.plm.send("PUT", "/api/v2/parts/HAR-001/revisions/C/bom", { usages }, `"${revised.etag}"`);
    const { ecoNumber } = await plant.plm.send<{ ecoNumber: string }>("POST", "/api/v2/ecos", {
      title: "Harness 50 mm shorter again",
      affectedParts: [{ partNumber: "HAR-001", fromRevision: "B", toRevision: "C" }],
    });
    return ecoNumber;
  }
});

function signed(content: object) {
  const body = JSON.stringify({ timestamp: new Date().toISOString(), ...content });
  const id = `msg_${randomUUID()}`;
  const now = new Date();
  const headers = {
    "content-type": "application/json",
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(now.getTime() / 1_000)),
    "webhook-signature": new Webhook(WEBHOOK_SECRET).sign(id, now, body),
  };
  return { method: "POST", headers, body };
}

type Bom = {
  number: string;
  itemCode: string;
  revisionLevel: string;
  status: string;
  etag: string;
  lines: { position: string }[];
};
type Alert = { number: string; objectId: string; closeReason: string | null };
