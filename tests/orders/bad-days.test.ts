import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PlantId, ProductionOrderId } from "../../src/domain/ids.ts";
import { DEFAULT_ORDER_RULES } from "../../src/domain/orders/order-rules.ts";
import { askOfOrder, type OrderAsk } from "../../src/flows/ask-of-orders.ts";
import { wakeSubjects } from "../../src/flows/wake-subjects.ts";
import { inGroups } from "../../src/engine/in-groups.ts";
import { subjectOf } from "../../src/store/subject.ts";
import { threadOf } from "../../src/store/thread-links.ts";
import { orderBooks, type ErpOrder, type OrderBooksByHand } from "../kit/order-books.ts";
import { startErrorPage } from "../kit/error-page.ts";
import { startTampering, type Tampering } from "../kit/tampering.ts";
import { startTrialHub, type TrialHub } from "../kit/trial-hub.ts";
import { until } from "../kit/until.ts";

const PLANT = "1000" as PlantId;
/** Written to both sandbox systems by hand. */
const FAULTLESS = {
  latencyMs: 0,
  tooManyRequestsPercent: 0,
  serverErrorPercent: 0,
  cutAfterWritePercent: 0,
  duplicateWebhooks: false,
  reorderWebhooks: false,
};

let trial: TrialHub;
let books: OrderBooksByHand;
let tampering: Tampering;
beforeAll(async () => {
  trial = await startTrialHub({
    orders: DEFAULT_ORDER_RULES,
    mesSettings: { pauseMs: 500 },
    async erpThrough(url) {
      tampering = await startTampering(url);
      return tampering.url;
    },
  });
  books = orderBooks(trial);
  await news();
});
afterAll(async () => {
  await trial.close();
  await tampering.close();
});

/** Asks the systems what moved, and waits until all of it was looked at. */
async function news(): Promise<void> {
  await trial.watch();
  await trial.ordersRest();
}

async function ask(order: string, what: OrderAsk): Promise<void> {
  const asked = { plant: PLANT, order: order as ProductionOrderId, by: "pia.planner", reason: "it was mended" };
  await trial.database.transaction((tx) => askOfOrder(tx, what, { ...asked, at: new Date().toISOString() }));
}

/** Orders looked at again by themselves within so long; it is made to be over. */
async function minutesGoBy(order: string, minutes: number): Promise<void> {
  const { rowCount } = await trial.database.pool.query(
    `update order_wakes set due = clock_timestamp()
      where "order" = $1 and due <= clock_timestamp() + $2 * interval '1 minute'`,
    [order, minutes],
  );
  expect(rowCount, `${order} is looked at again by itself`).toBe(1);
  await trial.ordersRest();
}

/** As a webhook of the ERP does. */
async function wake(number: string): Promise<void> {
  const subject = subjectOf("order", number, PLANT).id;
  const { lanes } = trial.hub;
  await trial.database.transaction((tx) => wakeSubjects(lanes, tx, [subject], { why: "a webhook of erp" }));
}

/** What the pollings do while the MES cannot be asked. */
async function watchErpOnly(): Promise<void> {
  await trial.watch().catch(() => undefined); // the MES is asked last
}

/** Many at once, as a planning run releases them. */
async function releasedMany(count: number, more: (at: number) => object = () => ({})): Promise<ErpOrder[]> {
  const release = inGroups<number, ErpOrder>(
    async (group) => Promise.all(group.map((at) => books.released("FX-210", "1", more(at)))),
    { max: 10, atOnce: 2 },
  );
  return Promise.all(Array.from({ length: count }, (_, at) => release(at)));
}

let items = 0;
/** Something that the plant makes of one screw, without a routing. */
async function newItem({ unit = "EA", operation = null as string | null } = {}): Promise<string> {
  const code = `JIG-${(items += 1)}`;
  const item = {
    code,
    plant: PLANT,
    description: `Jig ${items}`,
    baseUnit: unit,
    decimals: 0,
    procurementType: "MAKE",
  };
  await trial.erp.send("POST", "/erp/v1/items", { ...item, revisionLevel: "A" });
  const lines = [{ position: "0010", componentCode: "MOT-024", quantity: "1", unit: "EA", operation }];
  const bom = { plant: PLANT, itemCode: code, revisionLevel: "A", lines };
  const { number, etag } = await trial.erp.send<{ number: string; etag: string }>("POST", "/erp/v1/boms", bom);
  await trial.erp.send("POST", `/erp/v1/boms/${number}/activate`, { replaces: null }, etag);
  return code;
}

type Routing = { id: string; etag: string };
const step = (workCenter: string | null) => ({
  operation: "0010",
  description: "Assemble",
  workCenter,
  setupSeconds: 60,
  runSeconds: 10,
});
const newRouting = (itemCode: string, workCenter: string | null) =>
  trial.erp.send<Routing>("POST", "/erp/v1/routings", { plant: PLANT, itemCode, operations: [step(workCenter)] });

describe("one order of a batch of 500 that the MES refuses", () => {
  it("keeps the 499 others from nothing, and says what, where and how to go on", async () => {
    await trial.erp.send("POST", "/erp/v1/work-centers", { code: "NEW-9", plant: PLANT, name: "Not in the MES yet" });
    const item = await newItem();
    await newRouting(item, "NEW-9");
    const first = await releasedMany(249);
    const wrong = await books.released(item, "1");
    const rest = await releasedMany(250);
    await news();

    const jobs = await books.jobs();
    const inMes = new Map(jobs.map((job) => [job.order, job]));
    for (const { number } of [...first, ...rest]) expect(inMes.get(number)).toMatchObject({ version: 1 });
    expect(inMes.has(wrong.number)).toBe(false);
    const { reason, shown } = await trial.orderReaches(wrong.number, "refused");
    expect(reason).toContain("The MES refused it");
    expect(reason).toContain("NEW-9");
    expect(reason).toContain("operations[0].workCenter");
    expect(shown).toMatchObject({ erp: { system: "erp" } });
    expect(await books.reportOf(wrong.number)).toMatchObject({ state: "refused", note: reason, jobNumber: null });

    await trial.mes.send("POST", "/mes/v1/work-centers", { code: "NEW-9", plant: PLANT, name: "New", stations: 1 });
    // A person's word counts, also when news come before anybody could look.
    await trial.desk.stop();
    await ask(wrong.number, "look again");
    await wake(wrong.number);
    await trial.desk.start();
    await trial.orderReaches(wrong.number, "dispatched");
    expect(await books.logOf(wrong.number)).toEqual(["RECEIVED"]);
  });

  it("is so for a unit that the MES does not count in", async () => {
    const item = await newItem({ unit: "KGM" });
    await newRouting(item, "ASM-1");
    const wrong = await books.released(item, "3");
    const right = await books.released("FX-210", "1");
    await news();
    const { reason } = await trial.orderReaches(wrong.number, "refused");
    expect(reason).toMatch(/KGM.*\(field unit\)/);
    await trial.orderReaches(right.number, "dispatched");
  });
});

describe("an order that cannot be made as it stands", () => {
  it("is named for its missing routing, its step without a work center and its stray component, until all are mended", async () => {
    const item = await newItem({ operation: "0099" });
    const { number } = await books.released(item, "2");
    await news();
    const blocked = await trial.orderReaches(number, "blocked");
    expect(blocked.reason).toContain(`${item} has no routing`);
    expect(blocked.reason).toContain("in erp");
    expect(await books.reportOf(number)).toMatchObject({ state: "blocked", note: blocked.reason });

    const routing = await newRouting(item, null);
    await minutesGoBy(number, 2);
    const centerless = await trial.orderReaches(number, "blocked");
    expect(centerless.reason).toContain(`Operation 0010 (Assemble) of order ${number} has no work center`);
    expect(centerless.reason).toContain("(and 1 more)");

    const body = { plant: PLANT, itemCode: item, operations: [step("ASM-1")] };
    await trial.erp.send("PUT", `/erp/v1/routings/${routing.id}`, body, routing.etag);
    await minutesGoBy(number, 2);
    const stray = await trial.orderReaches(number, "blocked");
    expect(stray.reason).toContain("takes MOT-024 at operation 0099, which its routing does not have");

    const { etag } = await books.orderOf(number);
    const components = [{ itemCode: "MOT-024", unit: "EA", requiredQuantity: "2", operation: "0010" }];
    await trial.erp.send("PUT", `/erp/v1/production-orders/${number}/components`, { components }, etag);
    await news();
    await trial.orderReaches(number, "dispatched");
    expect(await books.jobOf(number)).toMatchObject({ version: 1, quantity: "2" });
  });

  it("does not spoil its neighbours with text that no database takes", async () => {
    const item = await newItem();
    const operations = [{ ...step(null), description: "Press\u0000fit" }];
    await trial.erp.send("POST", "/erp/v1/routings", { plant: PLANT, itemCode: item, operations });
    const right = await releasedMany(10);
    const wrong = await books.released(item, "1");
    const more = await releasedMany(10);
    await news();
    for (const { number } of [...right, ...more]) await trial.orderReaches(number, "dispatched");
    const { reason } = await trial.orderReaches(wrong.number, "blocked");
    expect(reason).toContain("has no work center");
  });
});

describe("a number that is too great for a database", () => {
  it("is said of its order alone", async () => {
    const orders = await releasedMany(20);
    const { number } = orders[5]!;
    tampering.with((body) => body.replaceAll(new RegExp(`("number":"${number}".*?"priority":)0`, "g"), "$13000000000"));
    await news();
    for (const other of orders) if (other.number !== number) await trial.orderReaches(other.number, "dispatched");
    const { reason } = await trial.orderReaches(number, "blocked");
    expect(reason).toContain("out of range");
    tampering.with(String);
    await minutesGoBy(number, 2);
    await trial.orderReaches(number, "dispatched");
  });
});

describe("an MES that is away", () => {
  it("over a crowd of releases loses none of them, and has them and their later versions in order when it is back", async () => {
    const early = await books.released("FX-210", "9");
    await news();
    await trial.mesServer.stop();
    const orders = await releasedMany(100);
    await books.edit(early.number, { quantity: "8" });
    await watchErpOnly();
    await trial.orderReaches(orders[0]!.number, "retrying");
    await books.edit(early.number, { quantity: "7" });
    for (const { number } of orders.slice(0, 10)) await books.edit(number, { quantity: "3" });
    await books.step(orders[99]!.number, "cancel", { reason: "not needed after all" });
    await watchErpOnly();

    await trial.mesServer.start();
    for (const { number } of orders.slice(0, 99)) await trial.orderReaches(number, "dispatched");
    await until("the older order is at its last quantity", async () =>
      (await books.jobOf(early.number)).quantity === "7" ? true : null,
    );
    expect(await trial.orderReaches(orders[99]!.number, "ended")).toMatchObject({ acknowledged: 0 });
    const inMes = new Map((await books.jobs()).map((job) => [job.order, job]));
    expect(inMes.has(orders[99]!.number)).toBe(false);
    for (const [at, { number }] of orders.slice(0, 99).entries()) {
      expect(inMes.get(number)).toMatchObject({ quantity: at < 10 ? "3" : "1" });
      const log = await books.logOf(number);
      expect(log.filter((action) => action === "RECEIVED")).toHaveLength(1);
    }
    await news();
  });

  it("or slow, or that loses its answers, ends with each job once", async () => {
    await trial.mes.send("PUT", "/_sandbox/faults", {
      ...FAULTLESS,
      latencyMs: 20,
      cutAfterWritePercent: 30,
      serverErrorPercent: 10,
    });
    const orders = await releasedMany(60);
    await watchErpOnly();
    for (const { number } of orders) await trial.orderReaches(number, "dispatched");
    await trial.mes.send("PUT", "/_sandbox/faults", FAULTLESS);
    await news();
    for (const { number } of orders) {
      expect(await books.logOf(number)).toEqual(["RECEIVED"]);
      // The thread knows each job, also where the answer to its dispatch was lost.
      const node = { system: "erp", kind: "production order", id: number } as const;
      expect((await threadOf(trial.database.pool, node)).map(({ relation }) => relation)).toContain("dispatched as");
    }
  });

  it("or behind a proxy that lets nobody in, refuses no order", async () => {
    const { number } = await books.released("FX-210", "1");
    await trial.mesServer.stop();
    const page = await startErrorPage(trial.mes.url, 401);
    await watchErpOnly();
    const { reason } = await trial.orderReaches(number, "blocked");
    expect(reason).toContain("mes failed while dispatching job 1000:");
    expect(reason).toContain("Check the credentials");
    await page.close();
    await trial.mesServer.start();
    await minutesGoBy(number, 2);
    await trial.orderReaches(number, "dispatched");
    expect(await books.logOf(number)).toEqual(["RECEIVED"]);
  });
});

describe("an ERP that fails", () => {
  it("keeps its orders waiting until it is back", async () => {
    const { number } = await books.released("FX-210", "1");
    await trial.erp.send("PUT", "/_sandbox/faults", { ...FAULTLESS, serverErrorPercent: 100 });
    await wake(number);
    expect((await trial.orderReaches(number, "retrying")).reason).toContain("erp failed while");
    await trial.erp.send("PUT", "/_sandbox/faults", FAULTLESS);
    await trial.orderReaches(number, "dispatched");
    await news();
    expect(await books.logOf(number)).toEqual(["RECEIVED"]);
  });

  it("to write one order down as it should does not spoil its neighbours", async () => {
    const orders = await releasedMany(150);
    const { number } = orders[70]!;
    tampering.with((body) => body.replaceAll(new RegExp(`("number":"${number}".*?"unit":)"EA"`, "g"), '$1"ELL"'));
    await news();
    const { reason } = await trial.orderReaches(number, "blocked");
    expect(reason).toContain(`production order ${number}`);
    expect(reason).toContain("field unit");
    expect(reason).toContain("ELL");
    for (const other of orders) if (other.number !== number) await trial.orderReaches(other.number, "dispatched");
    tampering.with((body) => body);
    await minutesGoBy(number, 2);
    await trial.orderReaches(number, "dispatched");
  });
});

describe("a hub that was killed when the MES had just been told of an order", () => {
  it("finds the job, takes a later edit to it, and has it in its trail and thread", async () => {
    const { number } = await books.released("FX-210", "5");
    await news();
    // What stands in the database then: that the version was begun, and nothing of the look that sent it.
    const { pool } = trial.database;
    await pool.query(`delete from orders where "order" = $1`, [number]);
    await pool.query("delete from thread_links where from_id = $1", [number]);
    await books.edit(number, { quantity: "6" });
    await news();
    await trial.orderReaches(number, "dispatched");
    expect(await books.jobOf(number)).toMatchObject({ version: 2, quantity: "6" });
    expect(await books.logOf(number)).toEqual(["RECEIVED", "CHANGED"]);
    const node = { system: "erp", kind: "production order", id: number } as const;
    expect((await threadOf(pool, node)).map(({ relation }) => relation)).toContain("dispatched as");
  });
});

describe("news that come late, twice and in the wrong order", () => {
  it("end as the ERP has it", async () => {
    const { number } = await books.released("FX-210", "5");
    await books.edit(number, { quantity: "6" });
    for (let again = 0; again < 5; again += 1) await wake(number);
    await news();
    await books.edit(number, { quantity: "4" });
    for (let again = 0; again < 5; again += 1) await wake(number);
    await news();
    for (let again = 0; again < 5; again += 1) await wake(number); // of what was told before
    await trial.ordersRest();
    expect(await books.jobOf(number)).toMatchObject({ version: 2, quantity: "4" });
    expect(await books.logOf(number)).toEqual(["RECEIVED", "CHANGED"]);
  });

  it("do not bring back an order that was cancelled before its release was told", async () => {
    const { number } = await books.released("FX-210", "5");
    await books.step(number, "cancel", { reason: "a slip" });
    await wake(number);
    await news();
    await wake(number);
    await trial.ordersRest();
    await expect(books.jobOf(number)).rejects.toThrow("404");
  });
});
