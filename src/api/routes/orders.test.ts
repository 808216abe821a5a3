import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { quantity } from "../../domain/bom/bom-builder.ts";
import type { ProductionOrderId } from "../../domain/ids.ts";
import { dueOrders } from "../../store/order-wakes.ts";
import { useDeviations } from "../../store/deviations.ts";
import type { Deviation, DeviationList, OrderPage, OrderView, ShiftBatches } from "../contract.ts";
import { EARLY_SHIFT, job, leaveOrders } from "../order-harness.ts";
import { startTestApi, type Caller, type TestApi } from "../testing.ts";

let api: TestApi;
let viewer: Caller;
let operator: Caller;
let approver: Caller;

beforeAll(async () => {
  api = await startTestApi();
  [viewer, operator, approver] = await Promise.all([
    api.signedIn("viewer"),
    api.signedIn("operator", "olga"),
    api.signedIn("approver", "ada"),
  ]);
});
afterAll(() => api.close());

let count = 0;
let order: string;
/** Each test has a plant of its own, so that none sees another's orders. */
let plant: string;
beforeEach(() => {
  order = `MO-${5000 + ++count}`;
  plant = String(1000 + count);
});

const why = { reason: "The tool is worn." };
const closed = (supersededBy: string) => ({
  item: "FX-200",
  supersededBy,
  sentence: `${supersededBy} has superseded mBOM BOM-000041 of FX-200.`,
  deviation: null,
});

async function view(): Promise<OrderView> {
  return (await viewer<OrderView>(`GET /api/orders/${plant}/${order}`)).body;
}

function releasing(limits: object = why) {
  return approver<DeviationList>(`POST /api/orders/${plant}/${order}/release-with-deviation`, limits);
}

async function woken(): Promise<string[]> {
  const due = await dueOrders(api.database.pool, plant as never, { limit: 10, except: [] });
  return due.map((one) => one.order);
}

describe("orders", () => {
  it("are listed as ERP, hub and MES see them, narrowed by plant, state, shift and text", async () => {
    await leaveOrders(api.database, [
      { plant, order, ...EARLY_SHIFT, shown: { priority: 3, startAt: "2126-11-24T06:00:00.000Z" } },
      { plant, order: "MO-B", item: "PUMP", state: "held", reason: "It is on hold in the ERP.", ...EARLY_SHIFT },
      { plant, order: "MO-C", state: "dispatched", acknowledged: 1, shown: { mes: job() }, versions: [{}] },
      { plant, order: "MO-D", state: "not released" },
    ]);
    const numbers = async (query: string) => {
      const { body } = await viewer<OrderPage>(`GET /api/orders?plant=${plant}${query}`);
      return body.orders.map((row) => row.order).toSorted();
    };

    expect(await numbers("")).toEqual([order, "MO-B", "MO-C"].toSorted());
    expect(await numbers("&state=held")).toEqual(["MO-B"]);
    expect(await numbers("&state=not%20released")).toEqual(["MO-D"]);
    expect(await numbers(`&shift=${EARLY_SHIFT.shiftAt}`)).toEqual([order, "MO-B"].toSorted());
    expect(await numbers("&text=pum")).toEqual(["MO-B"]);
    const { body } = await viewer<OrderPage>(`GET /api/orders?plant=${plant}&text=${order}`);
    expect(body).toMatchObject({
      orders: [
        {
          order,
          plant,
          item: "FX-200",
          revision: "B",
          quantity: "40 EA",
          priority: 3,
          startAt: "2126-11-24T06:00:00.000Z",
          state: "scheduled",
          erp: { system: "erp", state: "released", mbom: "BOM-000041" },
          version: 0,
          mes: null,
          dispatchAt: EARLY_SHIFT.dispatchAt,
          shift: { name: "early", day: "2126-11-24", at: EARLY_SHIFT.shiftAt },
        },
      ],
      next: null,
    });
    const inMes = await viewer<OrderPage>(`GET /api/orders?plant=${plant}&state=dispatched`);
    expect(inMes.body.orders).toMatchObject([{ version: 1, mes: { number: "JOB-77", state: "ready" }, shift: null }]);
  });

  it("come in pages, each once", async () => {
    const numbers = ["MO-1", "MO-2", "MO-3"];
    await leaveOrders(
      api.database,
      numbers.map((number) => ({ plant, order: number })),
    );
    const seen: string[] = [];
    let after: string | null = "";
    while (after !== null) {
      const from: string = after && `&after=${encodeURIComponent(after)}`;
      const { body }: { body: OrderPage } = await viewer<OrderPage>(`GET /api/orders?plant=${plant}&limit=1${from}`);
      seen.push(...body.orders.map((row) => row.order));
      after = body.next;
    }
    expect(seen.toSorted()).toEqual(numbers);
  });

  it("are shown with gate, findings, versions and what happened", async () => {
    const finding = {
      severity: "info",
      code: "component-without-operation",
      system: "erp",
      item: "FX-200",
      line: "20",
      field: "operation",
      cause: "Line 20 names no operation.",
      fix: "Name one.",
    } as const;
    await leaveOrders(api.database, [
      {
        plant,
        order,
        state: "refused",
        reason: "The MES refused version 3 and goes on by version 2.",
        acknowledged: 2,
        shown: { mes: job({ version: 2, state: "running" }), gate: [closed("ECO-7")], findings: [finding as never] },
        versions: [
          {},
          { job: { quantity: quantity("50 EA") } },
          { job: { quantity: quantity("60 EA") }, refusal: "Material is cut." },
        ],
      },
    ]);

    expect(await view()).toMatchObject({
      row: { order, state: "refused", version: 3, mes: { version: 2, state: "running" } },
      findings: [finding],
      gate: [{ supersededBy: "ECO-7", deviation: null }],
      deviations: [],
      directives: { hold: null, dispatchNow: null, cancel: null },
      versions: [
        { version: 3, outcome: "refused", refusal: "Material is cut.", jobOrder: { version: 3 } },
        { version: 2, outcome: "acknowledged", refusal: null },
        { version: 1, outcome: "acknowledged", jobOrder: { order, quantity: { amount: { $exact: "40" } } } },
      ],
      timeline: [],
    });
  });

  it("that Heddle does not know are not found, and none are asked for with an instant or a place that is none", async () => {
    for (const request of [`GET /api/orders/${plant}/MO-0`]) {
      expect(await viewer(request)).toMatchObject({ status: 404, body: { error: { field: "order" } } });
    }
    for (const ask of ["hold", "release", "cancel", "dispatch-now", "look-again"]) {
      expect(await operator(`POST /api/orders/${plant}/MO-0/${ask}`, why), ask).toMatchObject({ status: 404 });
    }
    expect(await approver(`POST /api/orders/${plant}/MO-0/release-with-deviation`, why)).toMatchObject({ status: 404 });
    expect(await viewer("GET /api/orders?shift=tomorrow")).toMatchObject({
      status: 400,
      body: { error: { field: "querystring.shift" } },
    });
    expect(await viewer("GET /api/orders?after=nowhere")).toMatchObject({
      status: 400,
      body: { error: { field: "querystring.after" } },
    });
    expect(await viewer("GET /api/orders/10@00/MO-0")).toMatchObject({ status: 400 });
  });
});

describe("asking something of an order", () => {
  const asking = (ask: string, body: object = why) => operator(`POST /api/orders/${plant}/${order}/${ask}`, body);

  it.each([
    ["hold", { hold: { by: "olga", reason: why.reason } }, "asked: hold"],
    ["dispatch-now", { dispatchNow: { by: "olga", reason: why.reason } }, "asked: dispatch now"],
    ["cancel", { cancel: { by: "olga", reason: why.reason } }, "asked: cancel"],
    ["look-again", {}, "asked: look again"],
  ])("%s: is noted with the reason, and wakes it", async (ask, directives, what) => {
    await leaveOrders(api.database, [{ plant, order }]);

    expect(await asking(ask)).toMatchObject({ status: 202, body: { subject: `order:${order}@${plant}` } });

    const none = { hold: null, dispatchNow: null, cancel: null };
    expect(await view()).toMatchObject({
      directives: { ...none, ...directives },
      timeline: [{ who: "olga", what, detail: why }],
    });
    expect(await woken()).toEqual([order]);
  });

  it("release takes back what was held or cancelled, and nothing else", async () => {
    await leaveOrders(api.database, [{ plant, order }]);
    expect(await asking("release")).toMatchObject({ status: 409, body: { error: { code: "not-held" } } });
    await asking("hold");
    await asking("cancel");
    await asking("dispatch-now");

    expect((await asking("release")).status).toBe(202);

    expect((await view()).directives).toMatchObject({ hold: null, cancel: null, dispatchNow: { by: "olga" } });
  });

  it("is refused for an order that has ended, but to look again", async () => {
    await leaveOrders(api.database, [{ plant, order, state: "ended", reason: "Its job was aborted in the MES." }]);
    for (const ask of ["hold", "cancel", "dispatch-now"]) {
      expect(await asking(ask), ask).toMatchObject({ status: 409, body: { error: { code: "order-ended" } } });
    }
    expect((await asking("look-again")).status).toBe(202);
  });

  it("is not for a viewer, and needs a reason", async () => {
    await leaveOrders(api.database, [{ plant, order }]);
    expect(await viewer(`POST /api/orders/${plant}/${order}/hold`, why)).toMatchObject({ status: 403 });
    expect(await operator(`POST /api/orders/${plant}/${order}/release-with-deviation`, why)).toMatchObject({
      status: 403,
    });
    for (const reason of ["ok", "     "]) {
      expect(await asking("hold", { reason })).toMatchObject({
        status: 400,
        body: { error: { field: "body.reason" } },
      });
    }
    expect(await woken()).toEqual([]);
  });
});

describe("deviations", () => {
  it("let an order through all that closes the gate for it, each design once", async () => {
    const through = { ...closed("ECO-6"), deviation: "DEV-1" };
    await leaveOrders(api.database, [
      { plant, order, state: "held", shown: { gate: [closed("ECO-7"), closed("ECO-7"), closed("ECO-8"), through] } },
    ]);

    const { status, body } = await releasing({ ...why, quantity: "50", until: "2126-12-01T00:00:00Z" });

    const limits = { order, quantity: "50", used: "0", until: "2126-12-01T00:00:00.000Z", state: "open" };
    expect({ status, body }).toMatchObject({
      status: 201,
      body: {
        deviations: [
          { ...limits, supersededBy: "ECO-7", item: "FX-200", approvedBy: "ada", reason: why.reason },
          { ...limits, supersededBy: "ECO-8" },
        ],
      },
    });
    const after = await view();
    expect(after.deviations.map(({ id }) => id).toSorted()).toEqual(body.deviations.map(({ id }) => id).toSorted());
    expect(after.timeline).toMatchObject([
      { what: "asked: release" },
      { what: "gave a deviation" },
      { what: "gave a deviation" },
    ]);
    expect(await woken()).toEqual([order]);
  });

  it("are not given where the gate is open, without end already, or for nothing", async () => {
    await leaveOrders(api.database, [{ plant, order, state: "held", reason: "olga holds it." }]);
    expect(await releasing()).toMatchObject({ status: 409, body: { error: { code: "gate-open" } } });
    await leaveOrders(api.database, [{ plant, order, state: "held", shown: { gate: [closed("ECO-7")] } }]);
    for (const [field, limit] of Object.entries({ quantity: "0", until: "2020-01-01T00:00:00Z" })) {
      expect(await releasing({ ...why, [field]: limit }), field).toMatchObject({
        status: 400,
        body: { error: { field: `body.${field}` } },
      });
    }
    expect((await view()).deviations).toEqual([]);
  });

  it("for an item show how much of them is used, and wake its orders", async () => {
    await leaveOrders(api.database, [{ plant, order, state: "held", shown: { gate: [closed("ECO-7")] } }]);
    const asked = { plant, item: "FX-200", supersededBy: "ECO-7", quantity: "60", ...why };
    const { status, body } = await approver<Deviation>("POST /api/deviations", asked);
    expect({ status, body }).toMatchObject({ status: 201, body: { order: null, quantity: "60", state: "open" } });
    expect(await woken()).toEqual([order]);

    const use = (number: string, taken: string) =>
      api.database.transaction((tx) =>
        useDeviations(tx, [{ deviation: body.id, order: number as ProductionOrderId, quantity: taken }]),
      );
    await use(order, "40");
    expect((await view()).deviations).toMatchObject([{ used: "40", state: "open" }]);
    await use("MO-B", "20");
    expect((await view()).deviations).toMatchObject([{ used: "60", state: "used up" }]);
  });

  it("are revoked once, with a reason, which wakes the orders of the item", async () => {
    await leaveOrders(api.database, [{ plant, order, state: "held", shown: { gate: [closed("ECO-7")] } }]);
    const { body } = await releasing();
    const [{ id } = { id: "" }] = body.deviations;
    const revoke = `POST /api/deviations/${id}/revoke`;
    expect(await operator(revoke, why)).toMatchObject({ status: 403 });

    expect(await approver(revoke, why)).toMatchObject({ status: 200, body: { id, state: "revoked" } });

    expect(await approver(revoke, why)).toMatchObject({ status: 404, body: { error: { field: "id" } } });
    expect((await view()).timeline[0]).toMatchObject({ who: "ada", what: "revoked a deviation", detail: why });
    const listed = await viewer<DeviationList>(`GET /api/deviations?plant=${plant}&item=FX-200`);
    expect(listed.body.deviations).toMatchObject([{ id, state: "revoked" }]);
    expect((await viewer<DeviationList>(`GET /api/deviations?plant=${plant}&item=OTHER`)).body.deviations).toEqual([]);
  });
});

describe("shifts", () => {
  it("show how far each batch is", async () => {
    const sent = { ...EARLY_SHIFT, dispatchAt: null, dispatchedAt: "2126-11-24T05:00:01.500Z" };
    await leaveOrders(api.database, [
      { plant, order: "MO-1", state: "dispatched", ...sent },
      { plant, order: "MO-2", state: "dispatched", ...sent, dispatchedAt: "2126-11-24T05:00:03.000Z" },
      { plant, order: "MO-3", state: "held", ...EARLY_SHIFT },
      { plant: `${plant}0`, order: "MO-4", ...EARLY_SHIFT },
    ]);
    const { body } = await viewer<ShiftBatches>(`GET /api/shifts?plant=${plant}`);
    expect(body).toEqual({
      batches: [
        {
          plant,
          shift: "early",
          day: "2126-11-24",
          at: EARLY_SHIFT.shiftAt,
          orders: 3,
          states: { dispatched: 2, held: 1 },
          firstDispatchedAt: "2126-11-24T05:00:01.500Z",
          lastDispatchedAt: "2126-11-24T05:00:03.000Z",
        },
      ],
    });
    expect((await viewer<ShiftBatches>("GET /api/shifts")).body.batches.length).toBeGreaterThanOrEqual(2);
  });
});
