import { expect, it } from "vitest";
import type { ChangeId, ItemId, OperationId, PlantId, ProductionOrderId, Revision } from "../ids.ts";
import { parseQuantity } from "../quantity.ts";
import { builtUnits } from "./built-units.ts";
import { productionLinks } from "./production-links.ts";
import type { ShopFact, ShopOccurrence } from "./shop-event.ts";
import { counted, event } from "./testing.ts";
import { rational } from "../rational.ts";

function sentences(
  events: readonly ShopOccurrence[],
  serials: readonly string[],
  { lots = [], revision = "B" }: { lots?: readonly string[]; revision?: string | null } = {},
): readonly string[] {
  const operation = "0010" as OperationId;
  const units = builtUnits("MO-1", "B" as Revision, events, { serials, lots, lastOperation: operation }, () => []);
  const order = {
    plant: "P1" as PlantId,
    order: "MO-1" as ProductionOrderId,
    item: "FRAME" as ItemId,
    revision: revision as Revision | null,
    changes: ["ECO-1" as ChangeId],
    systems: { plm: "plm", erp: "erp" },
  };
  return productionLinks(order, units, events).map(
    ({ from, relation, to, happenedAt, who }) =>
      `${from.kind} ${from.id} ${relation} ${to.kind} ${to.id}${happenedAt === undefined ? "" : ` at ${happenedAt.slice(11, 16)}`}${who === undefined ? "" : ` by ${who}`}`,
  );
}

function used(item: string, lot: string): ShopFact {
  const quantity = parseQuantity("4", "EA");
  if (quantity === null) throw new Error("4 is an amount");
  return { kind: "consumed", item: item as ItemId, revision: null, quantity, line: null, lot, serials: [] };
}

it("keep apart what went into a piece that was scrapped: it is in no other piece of the order", () => {
  const events = [
    event("1", "08:10", used("BOLT", "L-7"), { serials: ["F-1"] }),
    event("2", "08:20", used("BOLT", "L-8"), { serials: ["F-2"] }),
    event("3", "08:30", counted("good", 1), { serials: ["F-1"] }),
    event("4", "08:40", counted("scrap", 1), { serials: ["F-2"] }),
  ];
  expect(sentences(events, ["F-1"]).slice(2)).toEqual([
    "serial F-1@FRAME made by production order MO-1 at 08:30 by OP-101",
    "serial F-2@FRAME made by production order MO-1 at 08:40",
    "serial F-1@FRAME contains lot L-7@BOLT at 08:10 by OP-101",
    "serial F-2@FRAME contains lot L-8@BOLT at 08:20 by OP-101",
  ]);
});

it("join an order with its design, its changes, its pieces and what went into them", () => {
  const events = [
    event("1", "08:10", used("BOLT", "L-7"), { serials: ["F-1"] }),
    event("2", "08:20", used("PAINT", "P-1")),
    event("3", "08:30", counted("good", 1), { serials: ["F-1"], lot: "FR-9" }),
    event("4", "08:40", { kind: "nonconformance", code: "SCRATCH", text: null, severity: null }, { serials: ["F-1"] }),
  ];
  expect(sentences(events, ["F-1"])).toEqual([
    "production order MO-1 makes item revision FRAME rev B",
    "production order MO-1 built under change ECO-1",
    "serial F-1@FRAME made by production order MO-1 at 08:30 by OP-101",
    "serial F-1@FRAME of lot lot FR-9@FRAME at 08:30",
    "lot FR-9@FRAME made by production order MO-1 at 08:30",
    "serial F-1@FRAME contains lot L-7@BOLT at 08:10 by OP-101",
    "production order MO-1 consumed lot P-1@PAINT at 08:20 by OP-101",
    'nonconformance SCRATCH ["SAW/1","4"] found on serial F-1@FRAME at 08:40 by OP-101',
  ]);
});

it("join a lot as they join a piece, and what is told of it", () => {
  const scratch: ShopFact = { kind: "nonconformance", code: "SCRATCH", text: null, severity: null };
  const events = [
    event("1", "08:10", used("BOLT", "L-7"), { lot: "FR-9" }),
    event("2", "08:20", used("PAINT", "P-1"), { lot: "FR-0" }),
    event("3", "08:30", counted("good", 4), { lot: "FR-9" }),
    event("4", "08:40", scratch, { lot: "FR-9" }),
    event("5", "08:50", scratch, { lot: "FR-0" }),
  ];
  expect(sentences(events, [], { lots: ["FR-9"] }).slice(2)).toEqual([
    "lot FR-9@FRAME made by production order MO-1 at 08:30 by OP-101",
    "lot FR-9@FRAME contains lot L-7@BOLT at 08:10 by OP-101",
    "production order MO-1 consumed lot P-1@PAINT at 08:20 by OP-101",
    'nonconformance SCRATCH ["SAW/1","4"] found on lot FR-9@FRAME at 08:40 by OP-101',
    'nonconformance SCRATCH ["SAW/1","5"] found on production order MO-1 at 08:50 by OP-101',
  ]);
});

it("join an order of which no piece has a name by what it used", () => {
  const motor = { ...used("MOTOR", "L-1"), lot: null, serials: ["M-1", "M-2"] } as ShopFact;
  const events = [event("1", "08:10", motor, { operator: null }), event("2", "08:30", counted("good", 1))];
  expect(sentences(events, [], { revision: null })).toEqual([
    "production order MO-1 built under change ECO-1",
    "production order MO-1 consumed serial M-1@MOTOR at 08:10",
    "production order MO-1 consumed serial M-2@MOTOR at 08:10",
  ]);
});

it("name who made a piece last, where anybody is named, and its lot once", () => {
  const about = { serials: ["F-1"], lot: "FR-9" };
  const events = [
    event("1", "08:10", counted("good", 1), { ...about, operator: "OP-7", station: "SAW/2" }),
    event("2", "08:30", counted("good", 1), { ...about, operator: null }),
    event("3", "08:40", counted("good", 1), { serials: ["F-2"], lot: "FR-9", operator: null }),
  ];
  expect(sentences(events, ["F-1", "F-2"]).slice(2)).toEqual([
    "serial F-1@FRAME made by production order MO-1 at 08:30 by OP-7",
    "serial F-1@FRAME of lot lot FR-9@FRAME at 08:30",
    "serial F-2@FRAME made by production order MO-1 at 08:40",
    "serial F-2@FRAME of lot lot FR-9@FRAME at 08:40",
    "lot FR-9@FRAME made by production order MO-1 at 08:30",
  ]);
});

it("do not join nothing", () => {
  const nothing = { ...used("BOLT", "L-7"), quantity: { amount: rational(0), unit: "EA" as const } } as ShopFact;
  expect(sentences([event("1", "08:10", nothing)], []).slice(2)).toEqual([]);
});

it("do not join what was taken out again", () => {
  const back = {
    ...used("BOLT", "L-7"),
    quantity: { amount: rational(-4n, 1n), unit: "EA" as const },
  };
  expect(sentences([event("1", "08:10", back as ShopFact)], []).some((each) => each.includes("L-7"))).toBe(false);
});
