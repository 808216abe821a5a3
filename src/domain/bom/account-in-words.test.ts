import { expect, it } from "vitest";
import { ebom, exact, line, planInput, rule, sourcing } from "./bom-builder.ts";
import { accountInWords } from "./account-in-words.ts";
import { planMbom } from "./plan-mbom.ts";

it("says where each eBOM quantity went, what rounding and scrap add, and why something is nowhere", () => {
  const structure = ebom(
    {
      FRAME: [line("KIT", "2"), line("PAINT", "1/3 KGM"), line("MANUAL", "1"), line("WIRE", "0.0004 MTR")],
      KIT: [line("BOLT", "4")],
    },
    { PAINT: { unit: "KGM" }, WIRE: { unit: "MTR" } },
  );
  const plan = planMbom(
    planInput(structure, [
      rule("paper", { kind: "exclude", reason: "it is read" }, ["MANUAL"]),
      rule(
        "loss",
        {
          kind: "scrap",
          componentPercent: exact("5"),
          operationPercent: exact("1.5"),
          fixedPerOrder: exact("2"),
        },
        ["BOLT"],
      ),
      ...sourcing({ collapse: ["KIT"], buy: ["BOLT", "PAINT", "WIRE"] }),
    ]),
  );
  expect(plan.mboms[0]?.account.map(accountInWords)).toEqual([
    "2 EA required; 2 EA nowhere: collapsed: its lines stand in its place",
    "8 EA required; 8 EA on mBOM line L10/L10; scrap on top: 5 % and 2 an order, 1.5 %",
    "about 0.333333333 KGM required; 0.334 KGM on mBOM line L20; rounding up adds about 0.000666667 KGM",
    "1 EA required; 1 EA nowhere: excluded: it is read",
    "0.0004 MTR required; 0.001 MTR on mBOM line L40; rounding up adds 0.0006 MTR",
  ]);
});
