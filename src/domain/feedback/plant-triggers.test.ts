import { expect, it } from "vitest";
import type { ItemId, OperationId, PlantId, Revision } from "../ids.ts";
import { NO_TRIGGERS, rulesFor, type PlantTrigger } from "./plant-triggers.ts";
import type { Place } from "./trigger-rule.ts";

function trigger(name: string, items: readonly string[] | null, operations: readonly string[] | null): PlantTrigger {
  const often = { opensAt: 0.05, closesAt: 0.02, opensAfter: { times: 3, of: 5 }, closesAfter: 5, piecesLeast: 10 };
  return {
    rule: { name, ...often, watches: "scrap", proposes: ["scrap factor"] },
    items: items as readonly ItemId[] | null,
    operations: operations as readonly OperationId[] | null,
    filesUnasked: false,
  };
}

function namesAt(item: string, operation: string): readonly string[] {
  const triggers = [
    trigger("everywhere", null, null),
    trigger("frames", ["FRAME"], null),
    trigger("saw", null, ["0010"]),
    trigger("frames at the saw", ["FRAME"], ["0010"]),
  ];
  const place: Place = {
    plant: "P1" as PlantId,
    item: item as ItemId,
    revision: "B" as Revision,
    operation: operation as OperationId,
  };
  return rulesFor({ plannedScrapShare: 0, triggers }, place).map(({ name }) => name);
}

it("a rule looks where its items and operations say, and everywhere where they say nothing", () => {
  expect(namesAt("FRAME", "0010")).toEqual(["everywhere", "frames", "saw", "frames at the saw"]);
  expect(namesAt("FRAME", "0020")).toEqual(["everywhere", "frames"]);
  expect(namesAt("DOOR", "0010")).toEqual(["everywhere", "saw"]);
  expect(namesAt("DOOR", "0020")).toEqual(["everywhere"]);
});

it("a plant without a trigger file asks for nothing", () => {
  expect(NO_TRIGGERS).toEqual({ plannedScrapShare: 0, triggers: [] });
});
