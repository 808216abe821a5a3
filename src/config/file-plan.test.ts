import { expect, it } from "vitest";
import { ebom, line, planInput, replace, rule } from "../domain/bom/bom-builder.ts";
import { assumedItems } from "./file-plan.ts";

const WIRE = ebom({ FRAME: [line("WIRE", "2 MTR"), line("BOLT", "1")] }, { WIRE: { unit: "MTR" } });

function assumed(table: Parameters<typeof replace>[0]) {
  const { rules } = planInput(WIRE, [rule("successors", replace(table), () => true)]);
  return Object.fromEntries([...assumedItems(WIRE, rules)].map(([item, { unit }]) => [item, unit]));
}

it("takes a successor to be counted as what it replaces, whatever the order of the rows", () => {
  const chain = { "WIRE-3": "MTR", "WIRE-2": "MTR" };
  expect(assumed({ WIRE: ["WIRE-2", "1"], "WIRE-2": ["WIRE-3", "1"] })).toEqual(chain);
  expect(assumed({ "WIRE-2": ["WIRE-3", "1"], WIRE: ["WIRE-2", "1"] })).toEqual(chain);
});

it("leaves an item of engineering's its own unit, also where it replaces another", () => {
  expect(assumed({ WIRE: ["BOLT", "10"], BOLT: ["BOLT-2", "1"] })).toEqual({ "BOLT-2": "EA" });
});
