import { expect, it } from "vitest";
import { ebom, exact, line, mbom, mbomLine, sourcing } from "./bom/bom-builder.ts";
import type { Item } from "./item.ts";
import { moneyText } from "./money-text.ts";
import { applied, books, planned, type Books, type Scenario } from "./plan-harness.ts";
import { change, plantItem, source, standardCost } from "./testing.ts";

const COMPONENTS = ["BOLT", "SEAL", "SHEET"];
const RULES = sourcing({ make: ["HUB", "DRUM", "PUMP"], buy: COMPONENTS });

function costs(scenario: Scenario, held: Books): readonly string[] {
  return planned(scenario, held).plan.costs.map(({ item, after }) => `${item} ${moneyText(after)}`);
}

/** PUMP holds a DRUM, that a HUB, that some bolts at 1 EUR; the change touches the pump and the hub. */
const PUMP: Scenario = {
  change: change({ PUMP: {}, HUB: {} }),
  ebom: ebom({
    PUMP: [line("DRUM", "1"), line("SEAL", "1")],
    DRUM: [line("HUB", "2")],
    HUB: [line("BOLT", "6")],
  }),
  rules: RULES,
  tops: ["PUMP"],
};
const PLANT = books({
  items: [
    ...["PUMP", "DRUM", "HUB"].map((item) => plantItem(item, { procurement: "make" })),
    plantItem("BOLT"),
    plantItem("SEAL"),
  ],
  mboms: [
    mbom("HUB", [mbomLine("L10", "BOLT", "4")]),
    mbom("DRUM", [mbomLine("L10", "HUB", "2")]),
    mbom("PUMP", [mbomLine("L10", "DRUM", "1")]),
  ],
  costs: [
    standardCost("BOLT", "1"),
    standardCost("SEAL", "3"),
    standardCost("HUB", "4", "1"),
    standardCost("DRUM", "10"),
    standardCost("PUMP", "10"),
  ],
});

it("rolls up components before assemblies, also through an assembly that the change leaves alone", () => {
  expect(costs(PUMP, PLANT)).toEqual(["HUB 7.00 EUR", "DRUM 14.00 EUR", "PUMP 17.00 EUR"]);
  const { plan } = planned(PUMP, PLANT);
  expect(planned(PUMP, applied(plan, PLANT)).plan.actions).toEqual([]);
});

it("keeps what making an item costs, and writes over the state that was read", () => {
  const [hub] = planned(PUMP, PLANT).plan.actions.filter(({ kind }) => kind === "set standard cost");
  expect(hub).toMatchObject({ cost: standardCost("HUB", "6", "1"), was: standardCost("HUB", "4", "1") });
});

it("warns where a component has no cost, and leaves the assemblies above as they are costed", () => {
  const unpriced = { ...PLANT, costs: PLANT.costs.filter(({ item }) => item !== "SEAL") };
  const { plan } = planned(PUMP, unpriced);
  expect(plan.costs.map(({ item }) => item)).toEqual(["HUB", "DRUM"]);
  expect(plan.findings).toMatchObject([
    {
      severity: "warning",
      code: "cost-missing",
      item: "PUMP",
      cause: "PUMP cannot be costed: SEAL has no standard cost in EUR in erp.",
    },
  ]);
});

/** A first mBOM: 0.5 KGM of a sheet that engineering counts in pieces of 2 KGM each. */
function sheetPump(sheet: Partial<Item>): Scenario {
  const factor = { from: "EA", to: "KGM", factor: exact("2") } as const;
  return {
    change: change({ PUMP: { from: null } }),
    ebom: ebom({ PUMP: [line("SHEET", "0.5 KGM")] }, { SHEET: { unitFactors: [factor], ...sheet } }),
    rules: RULES,
  };
}

it("prices a new bought item by what its preferred source asks", () => {
  const sources = [source("ACME", 7, "12"), source("OTHER", 7, "1")];
  expect(costs(sheetPump({ unit: "KGM", approvedSources: sources }), books())).toEqual([
    "SHEET 12.00 EUR",
    "PUMP 6.00 EUR",
  ]);
});

it("prices it by the plant's unit, where that is not engineering's", () => {
  const inKilograms = { ...books(), items: [plantItem("SHEET", { unit: "KGM", decimals: 3 })] };
  const priced = sheetPump({ approvedSources: [source("ACME", 7, "12")] });
  expect(costs(priced, inKilograms)).toEqual(["SHEET 6.00 EUR", "PUMP 3.00 EUR"]);
});

it("leaves a cost alone that the plant has, and takes no price in another currency", () => {
  const held = {
    ...books(),
    items: [plantItem("SHEET", { unit: "KGM", decimals: 3 })],
    costs: [standardCost("SHEET", "5")],
  };
  expect(costs(sheetPump({ unit: "KGM", approvedSources: [source("ACME", 7, "12")] }), held)).toEqual([
    "PUMP 2.50 EUR",
  ]);
  const dollars = { ...source("ACME", 7, null), price: { amount: exact("12"), currency: "USD" } };
  expect(costs(sheetPump({ unit: "KGM", approvedSources: [dollars] }), books())).toEqual([]);
});
