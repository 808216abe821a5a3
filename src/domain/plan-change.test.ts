import { describe, expect, it } from "vitest";
import { ebom, line, mbom, mbomLine, quantity, replace, rule, sourcing } from "./bom/bom-builder.ts";
import type { Day, Effectivity } from "./calendar.ts";
import type { ChangeId, ItemId } from "./ids.ts";
import { moneyText } from "./money-text.ts";
import { blockedFindings, isInStep, movesOnlyFlags } from "./plan-change.ts";
import { applied, books, planned, type Books, type Scenario } from "./plan-harness.ts";
import { planInWords } from "./plan-in-words.ts";
import { change, plantItem, productionOrder, purchaseLine, source, standardCost } from "./testing.ts";

/** ECO-1 gives the pump another seal, which the plant does not know yet, and six bolts instead of four. */
const NEW_SEAL: Scenario = {
  change: change({ PUMP: { onOrder: "return" }, "SEAL-2": { from: null } }),
  ebom: ebom(
    {
      PUMP: [line("FRAME", "1"), line("SEAL-2", "2"), line("BOLT", "6"), line("CASE", "1")],
      CASE: [line("SHEET", "0.5 KGM"), line("BOLT", "4")],
    },
    { "SEAL-2": { approvedSources: [source("SEALCO", 14, "3.50")] }, SHEET: { unit: "KGM" } },
  ),
  rules: sourcing({ make: ["CASE"], buy: ["FRAME", "SEAL-2", "BOLT", "SHEET"] }),
  tops: ["PUMP"],
};

const OLD = { FRAME: "10", "SEAL-1": "20", BOLT: "40", CASE: "10" };
const ISSUED = { FRAME: "10", "SEAL-1": "20 of which 20", BOLT: "40", CASE: "10" };

/** The plant builds the pump with the old seal, and two pumps into each station. */
const BEFORE: Books = books({
  items: [
    plantItem("PUMP", { procurement: "make" }),
    plantItem("CASE", { procurement: "make" }),
    plantItem("STATION", { procurement: "make" }),
    plantItem("FRAME"),
    plantItem("SEAL-1"),
    plantItem("BOLT"),
    plantItem("SHEET", { unit: "KGM", decimals: 3 }),
  ],
  mboms: [
    mbom("CASE", [mbomLine("L10", "SHEET", "0.5 KGM"), mbomLine("L20", "BOLT", "4")]),
    mbom("PUMP", [
      mbomLine("L10", "FRAME", "1"),
      mbomLine("L20", "SEAL-1", "2"),
      mbomLine("L30", "BOLT", "4"),
      mbomLine("L40", "CASE", "1"),
    ]),
    mbom("STATION", [mbomLine("10", "PUMP", "2")]),
  ],
  costs: [
    standardCost("FRAME", "40"),
    standardCost("SEAL-1", "3"),
    standardCost("BOLT", "0.1"),
    standardCost("SHEET", "4"),
    standardCost("CASE", "2.4"),
    standardCost("PUMP", "48.8", "20"),
    standardCost("STATION", "137.6"),
  ],
  suppliers: ["SEALCO"],
  purchaseLines: [purchaseLine("PO-7/10", "SEAL-1", "100", { received: quantity("40") })],
  productionOrders: [
    productionOrder("MO-1", "PUMP", "10", "planned", OLD),
    productionOrder("MO-2", "PUMP", "10", "released", OLD),
    productionOrder("MO-3", "PUMP", "10", "started", ISSUED),
    productionOrder("MO-4", "STATION", "1", "released", { PUMP: "2" }),
  ],
});

const AFTER = applied(planned(NEW_SEAL, BEFORE).plan, BEFORE);

describe("the plan of a change", () => {
  it("lists its writes in the order that is safe", () => {
    expect(planned(NEW_SEAL, BEFORE).plan.actions.map(({ id }) => id)).toEqual([
      "update item:PUMP",
      "create item:SEAL-2",
      "hold production order:MO-3",
      "flag purchase-order line:PO-7/10",
      "flag production order:MO-3",
      "flag production order:MO-4",
      "set procurement record:SEAL-2",
      "publish mBOM:PUMP",
      "set standard cost:SEAL-2",
      "set standard cost:PUMP",
      "set standard cost:STATION",
      "re-explode planned order:MO-1",
      "replace order components:MO-2",
    ]);
  });

  it("reads in words", () => {
    const sentences = planInWords(planned(NEW_SEAL, BEFORE).plan).flatMap((section) => section.sentences);
    expect(sentences).toEqual([
      "Update PUMP: revision - → A.",
      "Create SEAL-2 in plant P1: bought, revision A, in EA with whole numbers.",
      "Publish the mBOM of PUMP rev A: SEAL-1 item SEAL-1 → SEAL-2; BOLT quantity 4 EA → 6 EA; 2 lines stay as they are.",
      "Buy SEAL-2 from SEALCO as SEALCO-1 (14 days, 3.50 EUR); no source until now.",
      "Set the standard cost of SEAL-2 to 3.50 EUR (it had none).",
      "Set the standard cost of PUMP to 70.00 EUR (was 68.80 EUR, +1.20 EUR).",
      "Set the standard cost of STATION to 140.00 EUR (was 137.60 EUR, +2.40 EUR).",
      "Flag purchase-order line PO-7/10: ECO-1: SEAL-1 is replaced by SEAL-2 in PUMP. Action required. On order: return.",
      "Hold production order MO-3: ECO-1: BOLT is needed in another quantity in PUMP; PUMP is revised; SEAL-1 is replaced by SEAL-2 in PUMP. The order is started. Material is issued already: return it, or record a deviation.",
      "Flag production order MO-3: ECO-1: BOLT is needed in another quantity in PUMP; PUMP is revised; SEAL-1 is replaced by SEAL-2 in PUMP. Material is issued already: return it, or record a deviation.",
      "Flag production order MO-4: ECO-1: PUMP is revised. For the record; nothing is changed in it.",
      "Work out the components of planned order MO-1 again from the new mBOM.",
      "Replace what released order MO-2 needs: 10 EA FRAME, 20 EA SEAL-2, 60 EA BOLT, 10 EA CASE.",
    ]);
  });

  it("shows the money at stake, before and after", () => {
    const { impact, costs } = planned(NEW_SEAL, BEFORE).plan;
    expect(impact.flatMap((one) => (one.kind === "purchase" ? [moneyText(one.exposure)] : []))).toEqual(["600.00 EUR"]);
    expect(costs.map(({ item, before, after }) => [item, before && moneyText(before), moneyText(after)])).toEqual([
      ["SEAL-2", null, "3.50 EUR"],
      ["PUMP", "68.80 EUR", "70.00 EUR"],
      ["STATION", "137.60 EUR", "140.00 EUR"],
    ]);
  });

  it("is empty once it is applied: in step", () => {
    const { plan } = planned(NEW_SEAL, AFTER);
    expect(plan.actions).toEqual([]);
    expect(isInStep(plan)).toBe(true);
  });

  it("still shows what it changed once it is applied", () => {
    expect(planned(NEW_SEAL, AFTER).plan.mboms.map(({ item, diff }) => [item, diff.changed.length])).toEqual([
      ["PUMP", 2],
    ]);
  });

  it("goes on where a crash stopped it, after whichever write", () => {
    const { plan } = planned(NEW_SEAL, BEFORE);
    for (let done = 0; done <= plan.actions.length; done++) {
      const halfway = applied({ ...plan, actions: plan.actions.slice(0, done) }, BEFORE);
      const rest = planned(NEW_SEAL, halfway).plan;
      expect(planned(NEW_SEAL, applied(rest, halfway)).plan.actions, `after ${done} writes`).toEqual([]);
      expect(rest.actions.map(({ id }) => id)).toEqual(plan.actions.slice(done).map(({ id }) => id));
    }
  });

  it("leaves alone what somebody edits in the plant later, and says so", () => {
    const lines = AFTER.mboms
      .at(-1)
      ?.lines.map((one) => (one.key === "L10" ? { ...one, quantity: quantity("3") } : one));
    const edited = { ...AFTER, mboms: [...AFTER.mboms.slice(0, -1), mbom("PUMP", lines ?? [])] };
    const { plan } = planned(NEW_SEAL, edited);
    // Also orders, their flags and the cost: the edit is none of the change's doing.
    expect(plan.actions).toEqual([]);
    expect(plan.findings).toMatchObject([{ severity: "info", code: "mbom-edit-kept", item: "PUMP" }]);
  });

  it("notes an effectivity that has passed", () => {
    const late = { ...NEW_SEAL, change: { ...NEW_SEAL.change, effectiveFrom: "2026-02-15" as Day } };
    expect(planned(late, BEFORE).plan.findings).toMatchObject([{ severity: "info", code: "effectivity-past" }]);
  });
});

describe("a change that a later one has overtaken", () => {
  const later = { change: "ECO-2" as ChangeId, releasedAt: "2026-02-20T12:00:00.000Z" };
  const newer = mbom("PUMP", [mbomLine("L10", "FRAME", "2"), mbomLine("L20", "SEAL-3", "2")]);
  const overtaken: Books = {
    ...AFTER,
    items: [...AFTER.items, plantItem("SEAL-3")],
    mboms: [...AFTER.mboms.filter(({ item }) => item !== "PUMP"), newer],
    costs: [...AFTER.costs, standardCost("SEAL-3", "1")],
    published: new Map([["PUMP" as ItemId, { mbom: newer, ...later }]]),
    history: new Map(),
  };

  it("is blocked where it was not applied before", () => {
    const { plan } = planned(NEW_SEAL, { ...overtaken, baselines: new Map() });
    expect(plan.findings).toMatchObject([
      {
        severity: "blocked",
        code: "change-superseded",
        cause: "PUMP is already built as ECO-2 wants it, which was released after ECO-1.",
      },
    ]);
    expect(isInStep(plan)).toBe(false);
  });

  it("leaves the mBOM and its orders to the later one where it was, and keeps the flag on what nobody wants", () => {
    const { plan } = planned(NEW_SEAL, overtaken);
    expect(plan.findings).toEqual([]);
    expect(plan.mboms).toEqual([]);
    expect(AFTER.flags[0]).toMatchObject({ id: "F-1", text: expect.stringContaining("SEAL-1 is replaced by SEAL-2") });
    expect(plan.actions.map(({ id }) => id)).toEqual(["take back flag:F-2", "take back flag:F-3"]);
  });
});

/** ECO-1 gives the pump another seal; ECO-2, released later, changes something else of it, or the seal again. */
const second = (...lines: Parameters<typeof ebom>[0][string]): Scenario => ({
  change: { ...change({ PUMP: {} }), id: "ECO-2" as ChangeId, releasedAt: "2026-02-20T12:00:00.000Z" },
  ebom: ebom({ PUMP: lines }),
  rules: sourcing({ buy: ["FRAME", "SEAL-1", "SEAL-2", "SEAL-3"] }),
});
const openOn = ({ flags }: Books) => flags.filter(({ state }) => state === "open").map(({ on }) => on.id);

describe("flags of a change that later ones have overtaken", () => {
  const first = { ...second(line("FRAME", "1"), line("SEAL-2", "2")), change: change({ PUMP: {} }) };
  const before = books({
    items: [
      plantItem("PUMP", { procurement: "make", revision: null }),
      ...["FRAME", "SEAL-1", "SEAL-2", "SEAL-3"].map((item) => plantItem(item)),
    ],
    mboms: [mbom("PUMP", [mbomLine("L10", "FRAME", "1"), mbomLine("L20", "SEAL-1", "2")])],
    purchaseLines: [purchaseLine("PO-1/10", "SEAL-1", "100"), purchaseLine("PO-1/20", "FRAME", "50")],
    productionOrders: [productionOrder("MO-1", "PUMP", "10", "started", { FRAME: "10", "SEAL-1": "20" })],
  });
  const once = applied(planned(first, before).plan, before);
  const lookAgain = (held: Books) => applied(planned(first, held).plan, held);
  /** The later change is applied; what it found before is no baseline of the first. */
  const overtakenBy = (scenario: Scenario): Books => {
    const found = { ...once, baselines: new Map() };
    return { ...applied(planned(scenario, found).plan, found), baselines: once.baselines };
  };
  const then = (scenario: Scenario) => lookAgain(overtakenBy(scenario));
  const flagsAfter = (scenario: Scenario) => openOn(then(scenario));

  it("begin on the old seal, and on the pump that is being built with it", () => {
    expect(openOn(once)).toEqual(["PO-1/10", "MO-1"]);
  });

  it("stand on what only they tell of: the old seal is still not wanted", () => {
    const more = second(line("FRAME", "2"), line("SEAL-2", "2"));
    expect(planned(first, overtakenBy(more)).plan.actions.map(({ id }) => id)).toEqual(["take back flag:F-2"]);
    expect(flagsAfter(more)).toEqual(["PO-1/10", "PO-1/20", "MO-1"]);
  });

  it("come off where the old seal comes back, which the pump that is being built has", () => {
    expect(flagsAfter(second(line("FRAME", "1"), line("SEAL-1", "2")))).toEqual([]);
  });

  it("are taken off what the later one judges itself", () => {
    const third = then(second(line("FRAME", "2"), line("SEAL-2", "2")));
    expect(planned(first, third).plan.actions).toEqual([]);
  });
});

describe("orders built through a phantom", () => {
  const kit: Scenario = {
    change: change({ KIT: {} }),
    ebom: ebom({ KIT: [line("BOLT", "6"), line("NUT", "6")] }),
    rules: sourcing({ buy: ["BOLT", "NUT"] }),
  };
  const plant = books({
    items: [
      plantItem("KIT", { procurement: "phantom" }),
      plantItem("PUMP", { procurement: "make" }),
      plantItem("BOLT"),
      plantItem("NUT"),
    ],
    mboms: [mbom("KIT", [mbomLine("L10", "BOLT", "4")]), mbom("PUMP", [mbomLine("10", "KIT", "2", { phantom: true })])],
    costs: [standardCost("BOLT", "1"), standardCost("NUT", "1")],
    productionOrders: [
      productionOrder("MO-1", "PUMP", "10", "planned", { BOLT: "80" }),
      productionOrder("MO-2", "PUMP", "10", "released", { BOLT: "80" }),
    ],
  });

  it("follow the phantom's new mBOM", () => {
    const { plan } = planned(kit, plant);
    expect(plan.actions.filter(({ kind }) => kind.includes("order"))).toMatchObject([
      { id: "re-explode planned order:MO-1" },
      {
        id: "replace order components:MO-2",
        components: [
          { item: "BOLT", required: quantity("120") },
          { item: "NUT", required: quantity("120") },
        ],
      },
    ]);
    expect(planned(kit, applied(plan, plant)).plan.actions).toEqual([]);
  });
});

it("finds the orders of what the plant has under a number of its own", () => {
  const numbers = rule("plant numbers", replace({ PUMP: ["P-1", "1"], SEAL: ["P-2", "1"] }), () => true);
  const revised: Scenario = {
    change: change({ SEAL: { onOrder: "scrap" } }),
    ebom: ebom({ PUMP: [line("SEAL", "2")] }),
    rules: [...sourcing({ buy: ["SEAL"] }), numbers],
    tops: ["PUMP"],
  };
  const plant = books({
    items: [plantItem("P-1", { procurement: "make" }), plantItem("P-2")],
    mboms: [mbom("P-1", [mbomLine("L10", "P-2", "2")])],
    purchaseLines: [purchaseLine("PO-7/10", "P-2", "100")],
    productionOrders: [productionOrder("MO-1", "P-1", "10", "released", { "P-2": "20" })],
  });
  expect(planned(revised, plant).plan.impact.map(({ text }) => text)).toEqual([
    "P-2 is revised. 100 EA of 100 EA open, 1000.00 EUR. Engineering says: scrap. Cancel or change the line, or agree on it with the supplier.",
    "P-2 is revised. The order is released. For the record; nothing is changed in it.",
  ]);
});

it("works orders out by the day that they start", () => {
  const until: Effectivity = { from: null, until: "2026-05-31" as Day };
  const from: Effectivity = { from: "2026-06-01" as Day, until: null };
  const twoSeals: Scenario = {
    change: change({ PUMP: {} }),
    ebom: ebom({ PUMP: [line("SEAL-1", "2", { effectivity: until }), line("SEAL-2", "2", { effectivity: from })] }),
    rules: sourcing({ buy: ["SEAL-1", "SEAL-2"] }),
  };
  const plant = books({
    items: [plantItem("PUMP", { procurement: "make" }), plantItem("SEAL-1"), plantItem("SEAL-2")],
    mboms: [mbom("PUMP", [mbomLine("L10", "SEAL-1", "2")])],
    costs: [standardCost("SEAL-1", "1"), standardCost("SEAL-2", "9")],
    productionOrders: [
      productionOrder("MO-1", "PUMP", "10", "planned", { "SEAL-1": "20" }, { start: "2026-05-31" as Day }),
      productionOrder("MO-2", "PUMP", "10", "planned", { "SEAL-1": "20" }, { start: "2026-06-01" as Day }),
    ],
  });
  const { plan } = planned(twoSeals, plant);
  const orders = plan.actions.filter(({ kind }) => kind === "re-explode planned order");
  expect(orders.map(({ id }) => id)).toEqual(["re-explode planned order:MO-2"]);
  expect(plan.costs.map(({ item, after }) => [item, moneyText(after)])).toEqual([["PUMP", "2.00 EUR"]]);
  expect(planned(twoSeals, applied(plan, plant)).plan.actions).toEqual([]);
});

describe("what a plan comes to", () => {
  const { plan } = planned(NEW_SEAL, BEFORE);
  const only = (...kinds: readonly string[]) => ({
    ...plan,
    actions: plan.actions.filter(({ kind }) => kinds.includes(kind)),
  });
  const blocked = { ...plan.findings[0], severity: "blocked" } as (typeof plan.findings)[number];

  it("is in step where nothing is to be written and nothing stands in the way", () => {
    expect(isInStep(plan)).toBe(false);
    expect(isInStep({ ...plan, actions: [], findings: [] })).toBe(true);
    expect(isInStep({ ...plan, actions: [], findings: [blocked] })).toBe(false);
    expect(isInStep({ ...plan, findings: [] })).toBe(false);
  });

  it("moves only flags where no record that a plant builds or buys by is written", () => {
    expect(movesOnlyFlags(only("flag purchase-order line", "flag production order", "take back flag"))).toBe(true);
    expect(movesOnlyFlags(only("flag purchase-order line", "publish mBOM"))).toBe(false);
    expect(movesOnlyFlags(only("hold production order"))).toBe(false);
  });

  it("is blocked by what stands in the way alone", () => {
    const warning = { ...blocked, severity: "warning" as const };
    expect(blockedFindings({ ...plan, findings: [warning, blocked] })).toEqual([blocked]);
  });
});
