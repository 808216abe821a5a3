import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ebom, exact, line, rule } from "./bom/bom-builder.ts";
import { explodedComponents } from "./bom/exploded-components.ts";
import type { Rule } from "./bom/rules.ts";
import type { Day } from "./calendar.ts";
import type { Action, ChangePlan } from "./change-plan.ts";
import type { Ebom } from "./ebom.ts";
import type { ItemId } from "./ids.ts";
import { canonicalText } from "./json.ts";
import { minus, noMoney, plus } from "./money.ts";
import type { OrderComponent, ProductionOrder } from "./order.ts";
import { applied, books, planned, type Books, type Scenario } from "./plan-harness.ts";
import { rolledUpMaterial, wholeCost } from "./rolled-up-cost.ts";
import { change, productionOrder, purchaseLine, source } from "./testing.ts";

const TODAY = "2026-03-01" as Day;
const MADE = ["A", "B", "C", "D"] as const;
const BOUGHT = ["BOLT", "NUT", "WIRE"] as const;

/** Each assembly has lines to assemblies after it and to bought items, so that there is no cycle. */
const structures = fc.tuple(...MADE.map((_, at) => fc.array(anyLine(at), { minLength: 1, maxLength: 4 })));

type Lines = readonly (readonly ReturnType<typeof line>[])[];

function built(lines: Lines): Ebom {
  return ebom(
    Object.fromEntries(MADE.map((item, at) => [item, lines[at] ?? []])),
    Object.fromEntries(BOUGHT.map((item, at) => [item, { approvedSources: [source("ACME", 7, `${at + 1}.25`)] }])),
  );
}

function anyLine(at: number) {
  const amounts = fc.constantFrom("1", "2", "3", "2.5", "1 DZN");
  const basis = fc.constantFrom("per assembly" as const, "per assembly" as const, "per lot" as const);
  return fc
    .tuple(fc.constantFrom(...MADE.slice(at + 1), ...BOUGHT), amounts, basis)
    .map(([item, amount, counted]) => line(item, amount, { basis: counted }));
}

const ruleSets = fc
  .subarray(["B", "C", "D"])
  .map((phantoms): Rule[] => [
    rule("phantoms", { kind: "phantom" }, phantoms),
    rule("made", { kind: "make" }, MADE),
    rule("bought", { kind: "buy" }, BOUGHT),
  ]);

const states = fc.constantFrom<ProductionOrder["state"]>("planned", "released", "started", "finished");
const orders = fc.array(fc.tuple(fc.constantFrom(...MADE), states, fc.boolean()), { maxLength: 5 });
const purchases = fc.subarray([...BOUGHT]);

type Drawn = { readonly first: Scenario; readonly second: Scenario; readonly plant: Books };

/** A plant that was brought in step with a structure, has open orders, and is to follow where some of it changes. */
const drawn: fc.Arbitrary<Drawn> = fc
  .tuple(structures, structures, fc.subarray([...MADE], { minLength: 1 }), ruleSets, orders, purchases)
  .map(([before, other, changed, rules, made, bought]) => {
    const after = MADE.map((item, at) => (changed.includes(item) ? other : before)[at] ?? []);
    const first = scenario(built(before), rules, MADE, null);
    const second = scenario(built(after), rules, changed, "-");
    const inStep = applied(planned(first, EMPTY).plan, EMPTY);
    const plant = {
      ...inStep,
      baselines: new Map(),
      productionOrders: made.map(([item, state, issued], at) => openOrder(`MO-${at}`, item, state, issued, inStep)),
      purchaseLines: bought.map((item, at) => purchaseLine(`PO-1/${at}`, item, "100")),
    };
    return { first, second, plant };
  });

const EMPTY = books({ suppliers: ["ACME"] });

function scenario(structure: Ebom, rules: readonly Rule[], affected: readonly string[], from: string | null): Scenario {
  const by = change(Object.fromEntries(affected.map((item) => [item, { from }])));
  return { ebom: structure, change: by, rules, today: TODAY, tops: MADE };
}

function openOrder(
  id: string,
  item: string,
  state: ProductionOrder["state"],
  issued: boolean,
  { mboms, items }: Books,
): ProductionOrder {
  const mbomOf = (wanted: ItemId) => mboms.find((mbom) => mbom.item === wanted) ?? null;
  const itemOf = (wanted: ItemId) => items.find((one) => one.item === wanted) ?? null;
  const own = mbomOf(item as ItemId);
  const needs = own === null ? [] : explodedComponents(own, exact("10"), TODAY, { mbomOf, itemOf });
  const components = needs.map((need, at): OrderComponent => {
    const hasIssue = issued && at === 0 && state !== "planned";
    const taken = hasIssue ? need.required : { ...need.required, amount: exact("0") };
    return { ...need, line: `${at}`, issued: taken, supply: null, lot: null };
  });
  return { ...productionOrder(id, item, "10", state), components };
}

function planOf({ second, plant }: Drawn): ChangePlan {
  return planned(second, plant).plan;
}

describe("the plan of any change", () => {
  it("is empty once it is applied", () => {
    fc.assert(
      fc.property(drawn, (one) => {
        const plan = planOf(one);
        expect(plan.findings.filter(({ severity }) => severity === "blocked")).toEqual([]);
        expect(planned(one.second, applied(plan, one.plant)).plan.actions).toEqual([]);
      }),
    );
  });

  it("goes on to the same end from wherever it was stopped", () => {
    fc.assert(
      fc.property(drawn, fc.boolean(), fc.nat(30), ({ first, second, plant }, anew, done) => {
        const [scenarioOf, start] = anew ? [first, EMPTY] : [second, plant];
        const { plan } = planned(scenarioOf, start);
        const halfway = applied({ ...plan, actions: plan.actions.slice(0, done) }, start);
        const rest = planned(scenarioOf, halfway).plan;
        expect(rest.actions.map(({ id }) => id)).toEqual(plan.actions.slice(done).map(({ id }) => id));
      }),
    );
  });

  it("is the same each time, whatever order the systems answer in", () => {
    fc.assert(
      fc.property(drawn, (one) => {
        const text = canonicalText(planOf(one));
        expect(canonicalText(planOf(one))).toBe(text);
        expect(canonicalText(planOf({ ...one, second: reversed(one.second), plant: shuffled(one.plant) }))).toBe(text);
      }),
    );
  });

  it("does nothing before what it depends on", () => {
    fc.assert(
      fc.property(drawn, ({ first, plant, second }) => {
        for (const { actions } of [planned(first, EMPTY).plan, planned(second, plant).plan]) {
          expect(new Set(actions.map(({ id }) => id)).size).toBe(actions.length);
          actions.forEach((action, at) => {
            const later = new Set(actions.slice(at).map(({ id }) => id));
            expect(dependenciesOf(action).filter((id) => later.has(id))).toEqual([]);
          });
        }
      }),
    );
  });

  it("moves costs by what components cost, and says by how much", () => {
    fc.assert(
      fc.property(drawn, (one) => {
        const plan = planOf(one);
        const after = applied(plan, one.plant);
        const costOf = (item: ItemId) => after.costs.find((cost) => cost.item === item) ?? null;
        const itemOf = (item: ItemId) => after.items.find((held) => held.item === item) ?? null;
        for (const mbom of after.mboms) {
          const { material } = rolledUpMaterial(mbom, { costOf, itemOf, currency: "EUR", day: TODAY });
          expect(costOf(mbom.item)?.material).toEqual(material);
        }
        expect(totalOf(after)).toEqual(
          plan.costs.reduce(
            (sum, { before, after: now }) => plus(sum, minus(now, before ?? noMoney("EUR"))),
            totalOf(one.plant),
          ),
        );
      }),
    );
  });
});

function totalOf({ costs }: Books) {
  return costs.map(wholeCost).reduce(plus, noMoney("EUR"));
}

function reversed({ ebom: structure, ...same }: Scenario): Scenario {
  const assemblies = [...structure.assemblies].map(
    ([key, assembly]) => [key, { ...assembly, lines: assembly.lines.toReversed() }] as const,
  );
  const items = new Map([...structure.items].toReversed());
  return { ...same, ebom: { assemblies: new Map(assemblies.toReversed()), items } };
}

/** Orders aside, which the flow brings into one order itself. */
function shuffled(held: Books): Books {
  return {
    ...held,
    items: held.items.toReversed(),
    mboms: held.mboms.toReversed(),
    procurement: held.procurement.toReversed(),
    costs: held.costs.toReversed(),
    flags: held.flags.toReversed(),
  };
}

/** Ids of what must be done before, where the plan does it at all. */
function dependenciesOf(action: Action): readonly string[] {
  switch (action.kind) {
    case "publish mBOM":
      return [
        `create item:${action.mbom.item}`,
        ...action.mbom.lines.flatMap(({ item }) => [`create item:${item}`, `publish mBOM:${item}`]),
      ];
    case "set procurement record":
      return [`create item:${action.record.item}`];
    case "set standard cost":
      return [`create item:${action.cost.item}`, `publish mBOM:${action.cost.item}`];
    case "replace order components":
      return [
        `hold production order:${action.order}`,
        ...action.components.flatMap(({ item }) => [`create item:${item}`, `publish mBOM:${item}`]),
      ];
    case "re-explode planned order":
      return MADE.map((item) => `publish mBOM:${item}`);
    case "create item":
    case "update item":
    case "flag purchase-order line":
    case "flag production order":
    case "take back flag":
    case "hold production order":
      return [];
  }
}
