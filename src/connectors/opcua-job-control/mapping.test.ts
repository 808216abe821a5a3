import { describe, expect, it } from "vitest";
import type { SystemId } from "../../domain/ids.ts";
import { quantityText } from "../../domain/quantity.ts";
import { KNOWN_UNITS } from "../../domain/unit.ts";
import { storedOrder } from "./harness.ts";
import { toEntry, toHeldJob, type Listed } from "./mapping.ts";
import { engineeringUnits, unitOf } from "./unit-code.ts";
import type { JobResponse } from "./wire.ts";

const SYSTEM = "line-3" as SystemId;
const ID = "1000:MO-1";

function listed(stateNumber: number, more: object = {}): Listed {
  const entry = toEntry(
    { jobOrder: { ...storedOrder(ID), ...more }, state: [{ stateNumber }] },
    "HeddleVersion",
    SYSTEM,
  );
  if (entry === null) throw new Error("the job order has our version");
  return entry.listed();
}

const response = (more: Partial<JobResponse>): JobResponse => ({ jobOrderID: ID, ...more });
const made = (quantity: string, item = "SMP-101", use = "material produced") => ({
  materialDefinitionID: item,
  materialUse: use,
  quantity,
});

describe("how far a job is", () => {
  it.each([
    [1, "waiting"],
    [2, "ready"],
    [3, "running"],
    [4, "interrupted"],
    [5, "completed"],
    [6, "aborted"],
  ])("is, in state %i, %s", (number, state) => {
    expect(toHeldJob(listed(number), null, SYSTEM).value.state).toBe(state);
  });

  it("is cancelled when it was aborted before it began", () => {
    const never = response({ startTime: "1601-01-01T00:00:00.000Z" });
    expect(toHeldJob(listed(6), never, SYSTEM).value.state).toBe("cancelled");
    const begun = response({ startTime: "2036-03-02T06:00:00.000Z" });
    expect(toHeldJob(listed(6), begun, SYSTEM).value.state).toBe("aborted");
  });

  it("names a state that the specification does not have", () => {
    expect(() => listed(9)).toThrow("field State: the state number 9 is not one of OPC 10031-4");
  });
});

describe("the pieces made", () => {
  it("are those of the response data, whatever their type", () => {
    const data = [
      { ID: "GoodQuantity", value: { value: 3.5 } },
      { ID: "ScrapQuantity", value: { value: "1" } },
    ];
    const { good, scrap } = toHeldJob(listed(3), response({ jobResponseData: data }), SYSTEM).value;
    expect([quantityText(good), quantityText(scrap)]).toEqual(["3.5 EA", "1 EA"]);
  });

  it("are else the material produced of the job's item", () => {
    const materialActuals = [made("2"), made("1.5"), made("9", "SMP-999"), made("9", "SMP-101", "material consumed")];
    const { good, scrap } = toHeldJob(listed(3), response({ materialActuals }), SYSTEM).value;
    expect([quantityText(good), quantityText(scrap)]).toEqual(["3.5 EA", "0 EA"]);
  });

  it.each([
    [
      "GoodQuantity",
      { jobResponseData: [{ ID: "GoodQuantity", value: { value: "many" } }] },
      '"many" is not a quantity',
    ],
    ["GoodQuantity", { jobResponseData: [{ ID: "GoodQuantity", value: { value: -1 } }] }, '"-1" is not a quantity'],
    ["MaterialActuals.Quantity", { materialActuals: [made("")] }, '"" is not a quantity'],
  ])("are refused by the name of a bad %s", (field, more, words) => {
    expect(() => toHeldJob(listed(3), response(more), SYSTEM)).toThrow(`field ${field}: ${words}`);
  });
});

it("tells a job's token by its content and state, and by nothing that a server fills in", () => {
  const { token } = listed(2);
  expect(
    listed(2, { startTime: "1601-01-01T00:00:00.000Z", workMasterID: null, personnelRequirements: [] }).token,
  ).toBe(token);
  expect(listed(2, { priority: 1 }).token).not.toBe(token);
  expect(listed(3).token).not.toBe(token);
});

it("finds every unit again by its number", () => {
  for (const unit of KNOWN_UNITS) expect(unitOf(engineeringUnits(unit))).toBe(unit);
});

it("numbers a unit as OPC 10000-8 does", () => {
  // From UNECE_to_OPCUA.csv: MMT is 5066068, C62 is 4404786.
  expect(engineeringUnits("MMT").unitId).toBe(5_066_068);
  expect(engineeringUnits("C62").unitId).toBe(4_404_786);
});
