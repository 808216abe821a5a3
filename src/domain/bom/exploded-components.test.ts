import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Day } from "../calendar.ts";
import type { ItemId, OperationId } from "../ids.ts";
import type { Mbom, MbomLine } from "../mbom.ts";
import { NO_SCRAP } from "../mbom.ts";
import type { PlantItem } from "../plant-item.ts";
import { quantityText } from "../quantity.ts";
import { compare, times } from "../rational.ts";
import { plantItem } from "../testing.ts";
import { exact, mbom, mbomLine } from "./bom-builder.ts";
import { effectiveOutputs, explodedComponents, explodedThrough } from "./exploded-components.ts";

const TODAY = "2026-03-01" as Day;
const phantom = { phantom: true } as const;
const perOrder = { basis: "per order" } as const;

/** `2 EA FRAME`, for an order of so many of the first mBOM's item. */
function needs(
  amount: string,
  mboms: readonly [Mbom, ...Mbom[]],
  items: readonly PlantItem[] = [],
  day = TODAY,
): readonly string[] {
  return explodedComponents(mboms[0], exact(amount), day, {
    mbomOf: (item) => mboms.find((one) => one.item === item) ?? null,
    itemOf: (item) => items.find((one) => one.item === item) ?? null,
  }).map(({ item, required, operation }) =>
    [quantityText(required), item, ...(operation === null ? [] : ["at", operation])].join(" "),
  );
}

function lossy(scrap: Partial<MbomLine["scrap"]>): Pick<MbomLine, "scrap"> {
  return { scrap: { ...NO_SCRAP, ...scrap } };
}

describe("what an order of 10 pumps needs", () => {
  it("is quantity × order quantity, or once where it is per order", () => {
    const pump = mbom("PUMP", [
      mbomLine("L10", "SEAL", "2", { operation: "0020" as OperationId }),
      mbomLine("L20", "MASK", "1", perOrder),
    ]);
    expect(needs("10", [pump])).toEqual(["20 EA SEAL at 0020", "1 EA MASK"]);
  });

  it("has the operation's and the component's scrap on top, and what every order loses", () => {
    const pump = mbom("PUMP", [
      mbomLine("L10", "SEAL", "2", lossy({ componentPercent: exact("5") })),
      mbomLine("L20", "WIRE", "1", lossy({ componentPercent: exact("10"), operationPercent: exact("10") })),
      mbomLine("L30", "BOLT", "4", lossy({ fixedPerOrder: exact("3") })),
    ]);
    expect(needs("10", [pump])).toEqual(["21 EA SEAL", "12.1 EA WIRE", "43 EA BOLT"]);
  });

  it("is nothing of what comes out, also where that is exploded elsewhere", () => {
    const pump = mbom("PUMP", [
      mbomLine("L10", "SEAL", "2"),
      mbomLine("+swarf", "SWARF", "1", { output: "by-product", phantom: true }),
      mbomLine("+kit", "KIT", "1", { output: "co-product" }),
    ]);
    const kit = mbom("KIT", [mbomLine("L10", "BOLT", "4")]);
    expect(needs("10", [pump, kit], [plantItem("KIT", { procurement: "phantom" })])).toEqual(["20 EA SEAL"]);
  });

  it("is in each component's own unit, up to its own precision", () => {
    const pump = mbom("PUMP", [mbomLine("L10", "WIRE", "33.33 CMT"), mbomLine("L20", "SEAL", "0.25")]);
    const items = [plantItem("WIRE", { unit: "MTR", decimals: 2 }), plantItem("SEAL")];
    expect(needs("10", [pump], items)).toEqual(["3.34 MTR WIRE", "3 EA SEAL"]);
  });

  it("takes a phantom's components in its place, also where only the item says that it is one", () => {
    const pump = mbom("PUMP", [mbomLine("L10", "KIT", "2", phantom), mbomLine("L20", "BAG", "1")]);
    const kit = mbom("KIT", [mbomLine("L10", "BOLT", "4"), mbomLine("L20", "LABEL", "1", perOrder)]);
    const bag = mbom("BAG", [mbomLine("L10", "FOIL", "3")]);
    const items = [plantItem("BAG", { procurement: "phantom" })];
    expect(needs("10", [pump, kit, bag], items)).toEqual(["80 EA BOLT", "1 EA LABEL", "30 EA FOIL"]);
  });

  it("counts a phantom in its own unit", () => {
    const pump = mbom("PUMP", [mbomLine("L10", "KIT", "1 DZN", phantom)]);
    const kit = mbom("KIT", [mbomLine("L10", "BOLT", "4")]);
    expect(needs("10", [pump, kit], [plantItem("KIT")])).toEqual(["480 EA BOLT"]);
  });

  it("takes a phantom without an mBOM as it is, and one below itself as well", () => {
    const pump = mbom("PUMP", [mbomLine("L10", "KIT", "1", phantom), mbomLine("L20", "BAG", "1", phantom)]);
    const kit = mbom("KIT", [mbomLine("L10", "KIT", "2", phantom)]);
    expect(needs("10", [pump, kit])).toEqual(["20 EA KIT", "10 EA BAG"]);
  });

  it("leaves out lines that do not hold on its day", () => {
    const until = { effectivity: { from: null, until: "2026-03-31" as Day } };
    const from = { effectivity: { from: "2026-04-01" as Day, until: null } };
    const pump = mbom("PUMP", [mbomLine("L10", "SEAL-1", "2", until), mbomLine("L20", "SEAL-2", "2", from)]);
    expect(needs("10", [pump], [], "2026-03-31" as Day)).toEqual(["20 EA SEAL-1"]);
    expect(needs("10", [pump], [], "2026-04-01" as Day)).toEqual(["20 EA SEAL-2"]);
  });
});

it("never needs less than quantity × order quantity", () => {
  const amounts = fc.constantFrom("1", "0.0004", "1/3", "2.5", "7");
  const percents = fc.constantFrom(null, "0", "2.5", "100");
  fc.assert(
    fc.property(amounts, amounts, percents, percents, fc.nat(4), (each, ordered, component, operation, decimals) => {
      const scrap = {
        componentPercent: component === null ? null : exact(component),
        operationPercent: operation === null ? null : exact(operation),
        fixedPerOrder: null,
      };
      const pump = mbom("PUMP", [mbomLine("L10", "SEAL", each, { scrap })]);
      const [need] = explodedComponents(pump, exact(ordered), TODAY, {
        mbomOf: () => null,
        itemOf: () => plantItem("SEAL", { decimals }),
      });
      expect(need && compare(need.required.amount, times(exact(each), exact(ordered)))).toBeGreaterThanOrEqual(0);
    }),
  );
});

it("knows whose orders are built from an mBOM through phantoms", () => {
  const kit = mbom("KIT", [mbomLine("L10", "BOLT", "4")]);
  const users = [
    mbom("BAG", [mbomLine("L10", "KIT", "1", phantom), mbomLine("L20", "FOIL", "3")]),
    mbom("PUMP", [mbomLine("L10", "BAG", "1", phantom)]),
    mbom("STATION", [mbomLine("L10", "PUMP", "2")]),
  ];
  expect(explodedThrough([kit], users, () => null)).toEqual(["BAG", "PUMP"] as ItemId[]);
});

it("has what comes out on its day", () => {
  const from = { effectivity: { from: "2026-04-01" as Day, until: null } };
  const pump = mbom("PUMP", [
    mbomLine("L10", "SEAL", "2"),
    mbomLine("+swarf", "SWARF", "1", { output: "by-product" }),
    mbomLine("+cap", "CAP", "1", { output: "co-product", ...from }),
  ]);
  const outputs = (day: string) => effectiveOutputs(pump, day as Day).map(({ item }) => item);
  expect(outputs("2026-03-31")).toEqual(["SWARF"]);
  expect(outputs("2026-04-01")).toEqual(["SWARF", "CAP"]);
});

it("leaves a quantity in the line's unit where the item's cannot be reached", () => {
  const pump = mbom("PUMP", [mbomLine("L10", "GLUE", "0.25 KGM")]);
  expect(needs("10", [pump], [plantItem("GLUE", { unit: "EA", decimals: 1 })])).toEqual(["2.5 KGM GLUE"]);
});
