import { describe, expect, it } from "vitest";
import { ebom, line, mbom, mbomLine, quantity, sourcing } from "./bom/bom-builder.ts";
import type { Day } from "./calendar.ts";
import { effectivityText } from "./effectivity-text.ts";
import type { BuiltOrder } from "./effectivity-findings.ts";
import type { ItemId, ProductionOrderId } from "./ids.ts";
import { isInStep, planChange } from "./plan-change.ts";
import { applied, books, planned, type Books, type Planned, type Scenario } from "./plan-harness.ts";
import { planInWords } from "./plan-in-words.ts";
import { change, PLANT, plantItem, productionOrder, source, standardCost } from "./testing.ts";

const JUNE = "2026-06-01" as Day;
const TODAY = "2026-03-01" as Day;

/** From June on the pump has another seal, in the plant already. The ERP's lines hold days. */
const JUNE_SEAL: Scenario = {
  change: change({ PUMP: {} }, { effectiveFrom: JUNE }),
  ebom: ebom({ PUMP: [line("FRAME", "1"), line("SEAL-2", "2")] }),
  rules: sourcing({ buy: ["FRAME", "SEAL-2"] }),
  tops: ["PUMP"],
  target: { holdsEffectivity: "days" },
};

const order = (id: string, start: string, more: Parameters<typeof productionOrder>[5] = {}) =>
  productionOrder(id, "PUMP", "10", "planned", { FRAME: "10", "SEAL-1": "20" }, { start: start as Day, ...more });

const BEFORE: Books = books({
  items: [plantItem("PUMP", { procurement: "make" }), plantItem("FRAME"), plantItem("SEAL-1"), plantItem("SEAL-2")],
  mboms: [mbom("PUMP", [mbomLine("L10", "FRAME", "1"), mbomLine("L20", "SEAL-1", "2")])],
  costs: [
    standardCost("FRAME", "40"),
    standardCost("SEAL-1", "3"),
    standardCost("SEAL-2", "4"),
    standardCost("PUMP", "46"),
  ],
  productionOrders: [order("MO-MAY", "2026-05-29"), order("MO-JUNE", "2026-06-02")],
});

const on = (today: string, scenario: Scenario = JUNE_SEAL): Scenario => ({ ...scenario, today: today as Day });
const ids = ({ plan }: Planned) => plan.actions.map(({ id }) => id);
const pump = ({ mboms }: Books) =>
  mboms
    .find(({ item }) => item === "PUMP")
    ?.lines.map(({ item, effectivity }) => `${item} ${effectivityText(effectivity)}`);

const AHEAD = planned(on(TODAY), BEFORE);
const PUBLISHED = applied(AHEAD.plan, BEFORE, TODAY);

describe("a change that takes effect on a day to come", () => {
  it("is published with its day, and works out again only the orders that start by then", () => {
    expect(ids(AHEAD)).toEqual(["publish mBOM:PUMP", "re-explode planned order:MO-JUNE"]);
    expect(pump(PUBLISHED)).toEqual(["FRAME always", "SEAL-1 until 2026-05-31", "SEAL-2 from 2026-06-01"]);
    const needs = PUBLISHED.productionOrders.map(({ id, components }) => [id, ...components.map(({ item }) => item)]);
    expect(needs).toEqual([
      ["MO-MAY", "FRAME", "SEAL-1"],
      ["MO-JUNE", "FRAME", "SEAL-2"],
    ]);
  });

  it("leaves the item's revision and its cost for the day, and says so", () => {
    expect(AHEAD.plan.later).toMatchObject({
      day: JUNE,
      actions: [{ id: "update item:PUMP" }, { id: "set standard cost:PUMP" }],
    });
    expect(AHEAD.plan.findings).toMatchObject([
      {
        severity: "info",
        code: "effectivity-ahead",
        cause:
          "ECO-1 takes effect on 2026-06-01; orders that start before are built as before. On that day follow: the record of PUMP, the standard cost of PUMP.",
      },
    ]);
  });

  it("writes at once what nobody has to wait with: a new item, its first cost and its source", () => {
    const scenario: Scenario = {
      ...JUNE_SEAL,
      change: change({ PUMP: {}, "SEAL-2": { from: null } }, { effectiveFrom: JUNE }),
      ebom: ebom(
        { PUMP: [line("FRAME", "1"), line("SEAL-2", "2")] },
        { "SEAL-2": { approvedSources: [source("SEALCO", 14, "3.50")] } },
      ),
    };
    const held = {
      ...BEFORE,
      suppliers: ["SEALCO"],
      items: BEFORE.items.filter(({ item }) => item !== "SEAL-2"),
      costs: BEFORE.costs.filter(({ item }) => item !== "SEAL-2"),
    };
    const { plan } = planned(on(TODAY, scenario), held);
    expect(plan.actions.map(({ id }) => id)).toEqual([
      "create item:SEAL-2",
      "set procurement record:SEAL-2",
      "publish mBOM:PUMP",
      "set standard cost:SEAL-2",
      "re-explode planned order:MO-JUNE",
    ]);
    expect(plan.later?.actions.map(({ id }) => id)).toEqual(["update item:PUMP", "set standard cost:PUMP"]);
  });

  it("is one that takes effect today where its day has come: nothing is left for later", () => {
    const { plan } = planned(on(JUNE), BEFORE);
    expect(plan.later).toBeUndefined();
    expect(plan.actions.map(({ id }) => id)).toContain("update item:PUMP");
    expect(plan.findings.filter(({ code }) => code.startsWith("effectivity"))).toEqual([]);
  });

  it("says in words what is written now and what on the day", () => {
    expect(planInWords(AHEAD.plan)).toEqual([
      {
        heading: "Manufacturing BOMs",
        sentences: [
          "Publish the mBOM of PUMP rev A, to be built from 2026-06-01 on: SEAL-1 item SEAL-1 → SEAL-2; 1 line stays as it is.",
        ],
      },
      {
        heading: "Open production orders",
        sentences: ["Work out the components of planned order MO-JUNE again from the new mBOM."],
      },
      {
        heading: "On 2026-06-01, when it takes effect",
        sentences: [
          "Update PUMP: revision - → A.",
          "Set the standard cost of PUMP to 48.00 EUR (was 46.00 EUR, +2.00 EUR).",
        ],
      },
    ]);
  });

  it.each(["2026-03-02", "2026-05-31"])("is in step until then: nothing is written on %s", (today) => {
    const again = planned(on(today), PUBLISHED);
    expect(isInStep(again.plan)).toBe(true);
    expect(again.plan).toEqual(planned(on("2026-03-15"), PUBLISHED).plan);
  });

  it("on the day writes just what was left for it, and then nothing any more", () => {
    const onTheDay = planned(on(JUNE), PUBLISHED);
    expect(onTheDay.plan.actions).toEqual(AHEAD.plan.later?.actions);
    const done = applied(onTheDay.plan, PUBLISHED, JUNE);
    for (const today of [JUNE, "2026-06-02", "2027-01-01"]) {
      expect(ids(planned(on(today), done))).toEqual([]);
    }
    expect(pump(done)).toEqual(pump(PUBLISHED));
  });

  it("that is moved moves its dates", () => {
    const july = on("2026-03-02", {
      ...JUNE_SEAL,
      change: { ...JUNE_SEAL.change, effectiveFrom: "2026-07-01" as Day },
    });
    const moved = planned(july, PUBLISHED);
    expect(ids(moved)).toEqual(["publish mBOM:PUMP"]);
    expect(pump(applied(moved.plan, PUBLISHED))).toEqual([
      "FRAME always",
      "SEAL-1 until 2026-06-30",
      "SEAL-2 from 2026-07-01",
    ]);
  });

  it("leaves a started order that began before the day alone, and its flag goes", () => {
    const started = order("MO-MAY", "2026-05-29", { state: "started" });
    const flags = [
      { id: "F-1", on: { kind: "production order", id: started.id }, text: "ECO-1: …", state: "open" },
    ] as const;
    const { plan } = planned(on("2026-06-03"), { ...PUBLISHED, productionOrders: [started], flags });
    expect(plan.impact).toEqual([]);
    expect(plan.actions).toMatchObject([
      { kind: "update item" },
      { kind: "take back flag" },
      { kind: "set standard cost" },
    ]);
  });

  it("is planned whole where the ERP holds no dates: it waits for its day", () => {
    const { target: _holdsDays, ...without } = JUNE_SEAL;
    const whole = planned(on(TODAY, without), BEFORE);
    expect(ids(whole)).toEqual([
      "update item:PUMP",
      "publish mBOM:PUMP",
      "set standard cost:PUMP",
      "re-explode planned order:MO-JUNE",
    ]);
    expect(whole.plan.later).toBeUndefined();
    const byThen = planned(on(JUNE, without), BEFORE).plan;
    expect(byThen.actions).toEqual(whole.plan.actions);
  });
});

function built(at: number): BuiltOrder {
  return {
    order: `MO-${100 + at}` as ProductionOrderId,
    item: "PUMP" as ItemId,
    quantity: quantity("5"),
    state: "finished",
  };
}

describe("a change whose day has passed", () => {
  const FEBRUARY = { ...JUNE_SEAL, change: change({ PUMP: {} }, { effectiveFrom: "2026-02-01" as Day }) };
  function findingOf(held: Books, known: readonly BuiltOrder[] = []) {
    const { wanted, design, plant, records } = planned(FEBRUARY, held);
    const rules = { plant: PLANT, version: "1", rules: FEBRUARY.rules };
    const plan = planChange(wanted, design, plant, { ...records, built: known }, rules, TODAY);
    return plan.findings.find(({ code }) => code === "effectivity-past");
  }

  it("takes effect when it is published, and names the orders that were built in the gap", () => {
    const started = order("MO-5", "2026-02-10", { state: "started" });
    const earlier = order("MO-4", "2026-01-10", { state: "started" });
    expect(findingOf({ ...BEFORE, productionOrders: [started, earlier] }, [built(1)])).toMatchObject({
      severity: "warning",
      cause:
        "ECO-1 is effective from 2026-02-01, which has passed: it takes effect when it is published. Built or begun by the old design since then: MO-101 (5 EA of PUMP, finished), MO-5 (10 EA of PUMP, started).",
    });
  });

  it("counts those beyond the first ten", () => {
    const cause = findingOf(
      BEFORE,
      Array.from({ length: 13 }, (_, at) => built(at)),
    )?.cause;
    expect(cause).toContain("MO-109 (5 EA of PUMP, finished) and 3 more.");
  });

  it("holds no dates: the new design is built at once", () => {
    const late = planned(FEBRUARY, BEFORE).plan;
    expect(pump(applied(late, BEFORE))).toEqual(["FRAME always", "SEAL-2 always"]);
  });

  it("says no more of it once it is published", () => {
    const done = applied(planned(FEBRUARY, BEFORE).plan, BEFORE);
    expect(findingOf(done, [built(1)])).toMatchObject({ severity: "info" });
  });
});
