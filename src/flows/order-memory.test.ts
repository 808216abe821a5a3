import { describe, expect, it } from "vitest";
import type { ItemId, PlantId, ProductionOrderId } from "../domain/ids.ts";
import type { RememberedOrder } from "../store/orders.ts";
import { memoryOf } from "./order-memory.ts";

const KNOWN: RememberedOrder = {
  plant: "1000" as PlantId,
  order: "MO-1" as ProductionOrderId,
  item: "PUMP" as ItemId,
  fromOrder: null,
  state: "dispatched",
  reason: null,
  shown: { mes: null },
  acknowledged: 1,
  heldByHeddle: false,
  directives: {},
  reported: null,
  dispatchAt: null,
  shiftAt: null,
  shiftName: null,
  shiftDay: null,
  dispatchedAt: "2027-01-11T05:00:00.000Z",
  updatedAt: "2027-01-11T05:00:00.000Z",
  last: { version: 2, content: {}, sentAt: "2027-01-11T06:00:00.000Z", refusal: "the job has begun" },
};
const AT = (at: string) => ({ by: "pia", reason: "now, please", at });

describe("what the MES refused", () => {
  it("stays refused until a person asks for a look", () => {
    expect(memoryOf(KNOWN, { by: null }).refused).toEqual({ version: 2, words: "the job has begun" });
    expect(memoryOf(KNOWN, { by: "pia" }).refused).toBeNull();
  });

  it("is forgotten once the MES has taken it after all", () => {
    expect(memoryOf({ ...KNOWN, acknowledged: 2 }, { by: null }).refused).toBeNull();
  });
});

it("has one dispatch now, not each that comes later", () => {
  const asked = (at: string) =>
    memoryOf({ ...KNOWN, directives: { dispatchNow: AT(at) } }, null).directives.dispatchNow;
  expect(asked("2027-01-11T04:59:00.000Z")).toBeNull();
  expect(asked("2027-01-11T07:00:00.000Z")).toMatchObject({ by: "pia" });
});
