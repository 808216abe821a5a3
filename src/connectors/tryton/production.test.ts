import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ItemId, OperationId, ProductionOrderId, SystemId } from "../../domain/ids.ts";
import { parseQuantity, quantityText, type Quantity } from "../../domain/quantity.ts";
import { rationalText } from "../../domain/rational.ts";
import type { Unit } from "../../domain/unit.ts";
import { startFaultProxy, type FaultProxy } from "../fault-proxy.ts";
import type {
  Connector,
  IdempotencyKey,
  MaterialConsumption,
  OperationConfirmation,
  OrderCompletion,
  Posting,
} from "../port.ts";
import { makeConnector } from "../registry.ts";
import { PLANT } from "../trial-records-harness.ts";
import { startFakeTryton } from "./fake-harness.ts";
import { isTrytonWrite } from "./harness.ts";
import { DATABASE, furnish, PASSWORD, startTryton, type TrytonServer, type TrytonWorld } from "./server-harness.ts";

/** By `npm run test:tryton` the same tests run against a real server. */
const isReal = process.env["HEDDLE_TRYTON"] === "real";

let server: TrytonServer;
let world: TrytonWorld;
let proxy: FaultProxy;
let erp: Required<Connector>;

beforeAll(async () => {
  server = await (isReal ? startTryton() : startFakeTryton());
  world = await furnish(server.url);
  proxy = await startFaultProxy(server.url, isTrytonWrite);
  erp = makeConnector("tryton", "erp" as SystemId, {
    url: proxy.url,
    database: DATABASE,
    user: "admin",
    password: PASSWORD,
    plant: PLANT,
    attempts: 1,
    failuresToPause: 1_000,
  }) as unknown as Required<Connector>;
  for (const item of ["SHEET", "SCREW", "GLUE", "TAPE"]) {
    await world.item(item, { cost: "2", unit: item === "GLUE" ? "kg" : "u" });
  }
});
afterAll(async () => {
  await proxy.stop();
  await server.close();
});

let tests = 0;
/** Each test has an order of five of a made item of its own, which take a sheet, four screws and some glue each. */
let item: string;
beforeEach(async () => {
  tests += 1;
  item = `PART-${tests}`;
  await world.item(item, { made: true });
  await world.bom(item, [
    ["SHEET", 1],
    ["SCREW", 4],
    ["GLUE", 0.1, "kg"],
  ]);
  await world.routing(item, [
    ["0010 Cut", "Laser 1"],
    ["0020 Weld", "Robot 1"],
  ]);
});

type Order = { readonly id: number; readonly order: ProductionOrderId };
async function release(state: "draft" | "waiting" | "assigned" | "running" = "waiting"): Promise<Order> {
  const { id, order } = await world.production(item, 5, state === "draft" ? "draft" : "waiting");
  if (state === "assigned" || state === "running") await world.rpc("model.production.assign_force", [id]);
  if (state === "running") await world.rpc("model.production.run", [id]);
  return { id, order: order as ProductionOrderId };
}

const amount = (text: string, unit: Unit = "EA"): Quantity => parseQuantity(text, unit)!;
const MINUTE = 60_000;
const confirmed = (operation: string, good: string, runMs: number, more: Partial<OperationConfirmation> = {}) => ({
  operation: operation as OperationId,
  good: amount(good),
  scrap: amount("0"),
  rework: amount("0"),
  setupMs: 0,
  runMs,
  isFinal: false,
  ...more,
});
const used = (of: string, quantity: Quantity, more: Partial<MaterialConsumption> = {}): MaterialConsumption => ({
  line: null,
  item: of as ItemId,
  operation: null,
  quantity,
  lot: null,
  serials: [],
  ...more,
});
const posting = (order: Order, nth: number, more: Partial<Posting>): Posting => ({
  id: `${order.order}:${nth}`,
  order: order.order,
  plant: PLANT,
  at: "2026-03-02T10:00:00.000Z",
  confirmations: [],
  consumptions: [],
  ...more,
});
const completion = (order: Order, more: Partial<OrderCompletion> = {}): OrderCompletion => ({
  order: order.order,
  plant: PLANT,
  at: "2026-03-02T16:00:00.000Z",
  good: amount("5"),
  scrap: amount("0"),
  lot: null,
  serials: [],
  ...more,
});
/** Something of everything; the glue is no whole number of grams. */
const whole = (order: Order, nth: number): Posting =>
  posting(order, nth, {
    confirmations: [confirmed("0010", "3", 30 * MINUTE, { scrap: amount("1"), rework: amount("0.5"), isFinal: true })],
    consumptions: [
      used("SHEET", amount("2"), { operation: "0010" as OperationId, serials: ["S-1", "S-2"] }),
      used("GLUE", amount("1/3", "KGM")),
    ],
  });
const keyOf = (name: string) => name as IdempotencyKey;
const post = (one: Posting) => erp.production.post.write(one, keyOf(one.id));
const complete = (one: OrderCompletion) => erp.production.complete.write(one, keyOf(`complete:${one.order}`));
const held = async ({ order }: Order) => (await erp.production.read([order])).get(order)!.value;
async function lot(of: string): Promise<string> {
  const number = `LOT-${tests}`;
  await world.create("stock.lot", { number, product: (await world.product(of)).id });
  return number;
}

type WireMove = {
  readonly state: string;
  readonly quantity: number;
  readonly "product.": { readonly code: string };
  readonly "uom.": { readonly symbol: string };
  readonly "lot.": { readonly number: string } | null;
};
const MOVE = ["state", "quantity", "product.code", "uom.symbol", "lot.number"];
/** `4 u SCREW LOT-1 done`, in and out. */
async function movesOf({ id }: Order, side: "production_input" | "production_output" = "production_input") {
  const moves = await world.search<WireMove>("stock.move", [[side, "=", id]], MOVE);
  const texts = moves
    .filter(({ quantity }) => quantity > 0)
    .map((move) => [
      move.quantity,
      move["uom."].symbol,
      move["product."].code,
      ...(move["lot."] === null ? [] : [move["lot."].number]),
      move.state,
    ]);
  return texts.map((text) => text.join(" ")).toSorted();
}
const UNTOUCHED = ["0.5 kg GLUE draft", "20 u SCREW draft", "5 u SHEET draft"];
const RESERVED = UNTOUCHED.map((move) => move.replace("draft", "assigned"));
async function worksOf({ id }: Order): Promise<readonly string[]> {
  const works = await world.search<{
    readonly state: string;
    readonly "operation.": { readonly name: string };
    readonly "cycles.": readonly { readonly state: string; readonly duration: { readonly seconds: number } | null }[];
  }>("production.work", [["production", "=", id]], ["state", "operation.name", "cycles.state", "cycles.duration"]);
  return works.map(({ state, "operation.": { name }, "cycles.": cycles }) =>
    [name, state, ...cycles.map((cycle) => `${cycle.duration?.seconds} s ${cycle.state}`)].join(", "),
  );
}
async function stateOf({ id }: Order): Promise<string | undefined> {
  return (await world.search<{ state: string }>("production", [["id", "=", id]], ["state"]))[0]?.state;
}
async function notesAt({ id }: Order): Promise<readonly string[]> {
  const notes = await world.search<{ message: string }>(
    "ir.note",
    [["resource", "=", `production,${id}`]],
    ["message"],
  );
  return notes.map(({ message }) => message);
}
const componentsOf = async ({ order }: Order) =>
  (await erp.productionOrders.read([order]))[0]!.value.components
    .map(({ item: of, required, issued }) => `${of}: ${rationalText(issued.amount)} of ${quantityText(required)}`)
    .toSorted();

describe("confirmations", () => {
  it("book the time of an operation as a cycle of its work, setup and run together", async () => {
    const order = await release();
    const first = confirmed("0010", "3", 30 * MINUTE, { setupMs: 5 * MINUTE + 250 });
    await post(posting(order, 1, { confirmations: [first] }));
    await post(posting(order, 2, { confirmations: [confirmed("0010", "2", 20 * MINUTE)] }));
    expect(await worksOf(order)).toEqual(["0010 Cut, finished, 2100.25 s done, 1200 s done", "0020 Weld, request"]);
    expect((await held(order)).state).toBe("started");
  });

  it("take time back", async () => {
    const order = await release();
    await post(posting(order, 1, { confirmations: [confirmed("0010", "3", 30 * MINUTE)] }));
    await post(posting(order, 2, { confirmations: [confirmed("0010", "-1", -10 * MINUTE)] }));
    expect((await worksOf(order))[0]).toBe("0010 Cut, finished, 1800 s done, -600 s done");
  });

  it("of quantities only, or of an operation that Tryton does not know, are for the note", async () => {
    const order = await release();
    const confirmations = [confirmed("0010", "3", 0, { scrap: amount("1") }), confirmed("0099", "3", MINUTE)];
    await post(posting(order, 1, { confirmations }));
    expect(await worksOf(order)).toEqual(["0010 Cut, request", "0020 Weld, request"]);
    const [note = ""] = await notesAt(order);
    expect(note.split("\n").slice(0, 3)).toEqual([
      `Booked from the MES: ${order.order}:1, as of 2026-03-02T10:00:00.000Z`,
      "Operation 0010: 3 EA good, 1 EA scrap",
      "Operation 0099: 3 EA good, 1 min run",
    ]);
  });

  it("are refused where a person took the work center away", async () => {
    const order = await release();
    const works = await world.search<{ id: number }>("production.work", [["production", "=", order.id]], []);
    const ids = works.map(({ id }) => id);
    await world.rpc("model.production.work.write", ids, { work_center: null });
    await expect(post(posting(order, 1, { confirmations: [confirmed("0010", "3", MINUTE)] }))).rejects.toMatchObject({
      kind: "rejected",
      at: { cause: expect.stringContaining("0010 Cut has no work center") },
    });
    expect(await notesAt(order)).toEqual([]);
  });
});

describe("consumption", () => {
  it("is taken off the plan, with its lot, and the order needs as much as before", async () => {
    const order = await release();
    const number = await lot("SHEET");
    const consumptions = [used("SHEET", amount("2"), { lot: number }), used("SCREW", amount("8"))];
    await post(posting(order, 1, { consumptions }));
    expect(await movesOf(order)).toEqual([
      "0.5 kg GLUE draft",
      "12 u SCREW draft",
      `2 u SHEET LOT-${tests} done`,
      "3 u SHEET draft",
      "8 u SCREW done",
    ]);
    expect(await componentsOf(order)).toEqual(["GLUE: 0 of 0.5 KGM", "SCREW: 8 of 20 EA", "SHEET: 2 of 5 EA"]);
    expect(await stateOf(order)).toBe("waiting");
  });

  it("names the order's line where an item is planned twice", async () => {
    const order = await release();
    const planned = await world.search<{ id: number }>(
      "stock.move",
      [
        ["production_input", "=", order.id],
        ["product.code", "=", "SHEET"],
      ],
      [],
    );
    const { order: number, id } = order;
    await world.rpc("model.production.write", [id], {
      inputs: [
        [
          "create",
          [
            {
              product: (await world.product("SHEET")).id,
              uom: world.unit("u"),
              quantity: 7,
              from_location: world.place("STO"),
              to_location: world.place("PROD"),
              company: world.company,
              currency: world.currency,
            },
          ],
        ],
      ],
    });
    const lines = (await erp.productionOrders.read([number]))[0]!.value.components.filter(
      (one) => one.item === "SHEET",
    );
    const second = lines.find(({ line }) => line !== String(planned[0]?.id))!.line;
    await post(posting(order, 1, { consumptions: [used("SHEET", amount("3"), { line: second })] }));
    const after = (await erp.productionOrders.read([number]))[0]!.value.components;
    expect(after.find(({ line }) => line === second)?.issued).toEqual(amount("3"));
  });

  it("of more than is planned, or of what is not planned, is booked beside the plan", async () => {
    const order = await release();
    await post(posting(order, 1, { consumptions: [used("SHEET", amount("7")), used("TAPE", amount("1"))] }));
    expect(await movesOf(order)).toEqual([
      "0.5 kg GLUE draft",
      "1 u TAPE done",
      "2 u SHEET done",
      "20 u SCREW draft",
      "5 u SHEET done",
    ]);
    expect(await componentsOf(order)).toEqual(["GLUE: 0 of 0.5 KGM", "SCREW: 0 of 20 EA", "SHEET: 5 of 5 EA"]);
  });

  it("below zero goes back into stock, and back to the plan", async () => {
    const order = await release();
    const number = await lot("SHEET");
    await post(posting(order, 1, { consumptions: [used("SHEET", amount("7"), { lot: number })] }));
    await post(posting(order, 2, { consumptions: [used("SHEET", amount("-4"), { lot: number })] }));
    expect(await movesOf(order, "production_output")).toEqual([`4 u SHEET LOT-${tests} done`, `5 u ${item} draft`]);
    expect(await componentsOf(order)).toContain("SHEET: 1 of 5 EA");
    await post(posting(order, 3, { consumptions: [used("SHEET", amount("4"))] }));
    expect(await componentsOf(order)).toContain("SHEET: 5 of 5 EA");
  });

  it("in many small amounts comes to their sum in Tryton's digits", async () => {
    const order = await release();
    for (const nth of [1, 2, 3, 4]) {
      await post(posting(order, nth, { consumptions: [used("GLUE", amount("4", "GRM"))] }));
    }
    expect(await componentsOf(order)).toContain("GLUE: 0.02 of 0.5 KGM");
  });

  it("of what a person issued by Run is not issued again, until it is more", async () => {
    const order = await release("running");
    await post(posting(order, 1, { consumptions: [used("SHEET", amount("4"))] }));
    expect(await movesOf(order)).toEqual(["0.5 kg GLUE done", "20 u SCREW done", "5 u SHEET done"]);
    await post(posting(order, 2, { consumptions: [used("SHEET", amount("2"))] }));
    expect(await movesOf(order)).toContain("1 u SHEET done");
    await post(posting(order, 3, { consumptions: [used("SHEET", amount("-3"))] }));
    expect(await movesOf(order, "production_output")).toContain("1 u SHEET done");
  });

  it("leaves what is reserved for the rest of the order reserved", async () => {
    const order = await release("assigned");
    await post(posting(order, 1, { consumptions: [used("SHEET", amount("2"))] }));
    expect(await stateOf(order)).toBe("assigned");
    expect(await movesOf(order)).toEqual([
      "0.5 kg GLUE assigned",
      "2 u SHEET done",
      "20 u SCREW assigned",
      "3 u SHEET assigned",
    ]);
  });

  it.each([
    ["a lot", used("SHEET", amount("1"), { lot: "NO-SUCH-LOT" }), "Tryton has no lot NO-SUCH-LOT of it"],
    ["an item", used("NO-SUCH-ITEM", amount("1")), "Tryton has no item NO-SUCH-ITEM"],
    ["a unit", used("SHEET", amount("1", "KGM")), "KGM does not convert to EA"],
  ])("names %s that Tryton does not know, and books nothing", async (_, consumption, cause) => {
    const order = await release("assigned");
    const consumptions = [used("SCREW", amount("4")), consumption];
    await expect(post(posting(order, 1, { consumptions }))).rejects.toMatchObject({
      kind: "rejected",
      at: { cause: expect.stringContaining(cause) },
    });
    expect([await movesOf(order), await notesAt(order)]).toEqual([RESERVED, []]);
  });

  it("that Tryton refuses half-way leaves nothing behind, and is taken once it is right", async () => {
    const { template } = await world.product("SHEET");
    await world.rpc("model.product.template.write", [template], { lot_required: ["production"] });
    try {
      const order = await release("assigned");
      const number = await lot("SHEET");
      const confirmations = [confirmed("0010", "1", MINUTE)];
      await expect(
        post(posting(order, 1, { confirmations, consumptions: [used("SHEET", amount("1"))] })),
      ).rejects.toMatchObject({ kind: "rejected", at: { cause: expect.stringMatching(/lot/i) } });
      expect([await movesOf(order), await notesAt(order)]).toEqual([RESERVED, []]);
      expect(await worksOf(order)).toEqual(["0010 Cut, request", "0020 Weld, request"]);
      await post(posting(order, 1, { confirmations, consumptions: [used("SHEET", amount("1"), { lot: number })] }));
      expect(await movesOf(order)).toContain(`1 u SHEET LOT-${tests} done`);
    } finally {
      await world.rpc("model.product.template.write", [template], { lot_required: [] });
    }
  });
});

describe("postings", () => {
  it("are read back exactly, the oldest first, and what is not told is not there", async () => {
    const order = await release();
    const [first, second] = [whole(order, 1), posting(order, 2, { consumptions: [used("SHEET", amount("1"))] })];
    await post(first);
    await post(second);
    expect((await held(order)).postings).toEqual([first, second]);
    expect(await erp.production.read(["MO-99999" as ProductionOrderId, "other" as ProductionOrderId])).toEqual(
      new Map(),
    );
  });

  it.each(["after", "before"] as const)(
    "come out right once, whichever call is cut off %s it was done",
    async (when) => {
      for (let nth = 1; ; nth += 1) {
        const order = await release("assigned");
        const one = whole(order, 1);
        if (when === "after") proxy.cutAfterWrite(nth);
        else proxy.cutBeforeWrite(nth);
        const lost = await post(one).then(
          () => false,
          () => true,
        );
        proxy.calm();
        const receipt = (await erp.production.post.find(one, keyOf(one.id))) ?? (await post(one));
        expect(await erp.production.post.find(one, keyOf(one.id)), `answer ${nth}`).toEqual(receipt);
        expect((await held(order)).postings, `answer ${nth}`).toEqual([one]);
        expect(await movesOf(order), `answer ${nth}`).toEqual([
          "0.17 kg GLUE assigned",
          "0.33 kg GLUE done",
          "2 u SHEET done",
          "20 u SCREW assigned",
          "3 u SHEET assigned",
        ]);
        expect(await worksOf(order), `answer ${nth}`).toEqual([
          "0010 Cut, finished, 1800 s done",
          "0020 Weld, request",
        ]);
        if (!lost) {
          expect(nth).toBeGreaterThan(6);
          return;
        }
        await post(posting(order, 2, {}));
        expect(
          (await notesAt(order)).filter((note) => note.startsWith("Being booked")),
          `answer ${nth}`,
        ).toEqual([]);
      }
    },
  );

  it("that were cut off are finished as they were before the next is booked", async () => {
    const order = await release();
    const first = whole(order, 1);
    // The note, then the write of the production.
    proxy.cutAfterWrite(2);
    await expect(post(first)).rejects.toMatchObject({ kind: "answer lost" });
    const second = posting(order, 2, { consumptions: [used("SHEET", amount("1"))] });
    await post(second);
    expect((await held(order)).postings).toEqual([first, second]);
    expect(await componentsOf(order)).toContain("SHEET: 3 of 5 EA");
  });

  it("stop where a note was changed past Tryton's client, and name it", async () => {
    const order = await release();
    await post(posting(order, 1, {}));
    const [note] = await world.search<{ id: number; message: string }>(
      "ir.note",
      [["resource", "=", `production,${order.id}`]],
      ["message"],
    );
    await world.rpc("model.ir.note.write", [note?.id], { message: note?.message.replace('":', "") });
    await expect(held(order)).rejects.toMatchObject({
      kind: "rejected",
      at: { object: `note ${note?.id} at production,${order.id}`, field: "message" },
    });
  });

  it("say what Tryton has no place for", async () => {
    expect(erp.production.cannotHold(whole(await release(), 1))).toEqual([
      "Tryton counts no good, scrap and rework of an operation; they stand in the note (0010)",
      "Tryton knows no serial numbers; those of components stand in the note (SHEET)",
      "Tryton does not say at which operation a component was used; the note does (SHEET)",
    ]);
  });

  it.each([
    ["draft", [], "is draft and is not released yet"],
    ["cancelled", ["draft", "cancel"], "is cancelled and takes no more bookings"],
    ["done", ["assign_force", "run"], "is done and takes no more bookings"],
  ] as const)("are refused by an order that is %s", async (state, buttons, cause) => {
    const order = await release(state === "draft" ? "draft" : "waiting");
    for (const button of buttons) await world.rpc(`model.production.${button}`, [order.id]);
    if (state === "done") await complete(completion(order));
    const error = { kind: "rejected", at: { cause: expect.stringContaining(cause) } };
    await expect(post(posting(order, 1, { consumptions: [used("SHEET", amount("1"))] }))).rejects.toMatchObject(error);
    if (state !== "done") await expect(complete(completion(order))).rejects.toMatchObject(error);
    expect((await held(order)).postings).toEqual([]);
  });

  it("leave no order open for other components", async () => {
    const order = await release();
    await post(posting(order, 1, { consumptions: [used("SHEET", amount("1"))] }));
    const [{ version } = { version: "" }] = await erp.productionOrders.read([order.order]);
    const components = [{ item: "TAPE" as ItemId, required: amount("5"), operation: null }];
    await expect(
      erp.productionOrders.replaceComponents.write({ order: order.order, components, expected: version }, keyOf("r")),
    ).rejects.toMatchObject({ kind: "rejected", at: { field: "state" } });
  });
});

describe.skipIf(isReal)("a Tryton without works and lots", () => {
  it("takes consumption without its lot, and the rest into the note", async () => {
    const bare = await startFakeTryton(["production_work", "stock_lot"]);
    try {
      const own = await furnish(bare.url);
      await own.item("SHEET");
      await own.item("PLATE", { made: true });
      await own.bom("PLATE", [["SHEET", 1]]);
      const settings = { url: bare.url, database: DATABASE, user: "admin", password: PASSWORD, plant: PLANT };
      const there = makeConnector("tryton", "erp" as SystemId, settings) as unknown as Required<Connector>;
      const { id, order } = await own.production("PLATE", 5, "waiting");
      const one = posting({ id, order: order as ProductionOrderId }, 1, {
        confirmations: [confirmed("0010", "1", MINUTE)],
        consumptions: [used("SHEET", amount("1"), { lot: "COIL-1" })],
      });
      await there.production.post.write(one, keyOf(one.id));
      const done = completion({ id, order: one.order }, { lot: "MADE-1" });
      await there.production.complete.write(done, keyOf("c"));
      expect((await there.production.read([one.order])).get(one.order)?.value).toEqual({
        order,
        state: "finished",
        postings: [one],
      });
    } finally {
      await bare.close();
    }
  });
});

describe("completion", () => {
  it("puts what is good into stock, ends every work, and issues no more of what the MES told of", async () => {
    const order = await release("assigned");
    const confirmations = [confirmed("0010", "4", 30 * MINUTE)];
    await post(posting(order, 1, { confirmations, consumptions: [used("SCREW", amount("17"))] }));
    await complete(completion(order, { good: amount("4"), scrap: amount("1"), lot: `MADE-${tests}` }));
    expect(await stateOf(order)).toBe("done");
    expect(await movesOf(order)).toEqual(["0.5 kg GLUE done", "17 u SCREW done", "5 u SHEET done"]);
    expect(await movesOf(order, "production_output")).toEqual([`4 u ${item} MADE-${tests} done`]);
    expect(await worksOf(order)).toEqual(["0010 Cut, done, 1800 s done", "0020 Weld, done, 0 s done"]);
    expect((await held(order)).state).toBe("finished");
    const [value] = (await erp.productionOrders.read([order.order])).map((read) => read.value);
    expect(quantityText(value!.completed)).toBe("4 EA");
    expect((await notesAt(order)).at(-1)).toMatch(/^Completed in the MES: 4 EA good, 1 EA scrap, at 2026-03-02T16/);
  });

  it("ends what a person has started", async () => {
    const order = await release("running");
    await complete(completion(order, { good: amount("6") }));
    expect(await movesOf(order, "production_output")).toEqual([`6 u ${item} done`]);
  });

  it("makes an output where the order has none", async () => {
    const order = await release();
    const outputs = await world.search<{ id: number }>("stock.move", [["production_output", "=", order.id]], []);
    await world.rpc(
      "model.stock.move.delete",
      outputs.map(({ id }) => id),
    );
    await complete(completion(order, { good: amount("3") }));
    expect(await movesOf(order, "production_output")).toEqual([`3 u ${item} done`]);
  });

  it("twice, or after a lost answer, is once", async () => {
    for (let nth = 1; ; nth += 1) {
      const order = await release("assigned");
      await post(posting(order, 1, { consumptions: [used("SHEET", amount("4"))] }));
      const wanted = completion(order, { lot: `MADE-${tests}-${nth}` });
      const find = () => erp.production.complete.find(wanted, keyOf("c"));
      expect(await find()).toBeNull();
      proxy.cutAfterWrite(nth);
      const lost = await complete(wanted).then(
        () => false,
        () => true,
      );
      proxy.calm();
      const receipt = (await find()) ?? (await complete(wanted));
      expect(await complete(wanted), `answer ${nth}`).toEqual(receipt);
      expect(await movesOf(order, "production_output"), `answer ${nth}`).toEqual([
        `5 u ${item} MADE-${tests}-${nth} done`,
      ]);
      expect(await movesOf(order), `answer ${nth}`).toEqual(["0.5 kg GLUE done", "20 u SCREW done", "4 u SHEET done"]);
      expect(
        (await notesAt(order)).filter((note) => note.startsWith("Completed")),
        `answer ${nth}`,
      ).toHaveLength(1);
      if (lost) continue;
      expect(nth).toBeGreaterThan(7);
      return;
    }
  });

  it("is refused while a person still works on it, before anything was booked", async () => {
    const order = await release();
    const [work] = await world.search<{ id: number }>("production.work", [["production", "=", order.id]], []);
    await world.rpc("model.production.work.start", [work?.id]);
    await expect(complete(completion(order))).rejects.toMatchObject({
      kind: "rejected",
      at: { cause: expect.stringContaining("0010 Cut has a cycle that a person has not ended") },
    });
    expect([await movesOf(order), await notesAt(order), await stateOf(order)]).toEqual([UNTOUCHED, [], "waiting"]);
  });
});
