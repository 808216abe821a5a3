import { describe, expect, it } from "vitest";
import { refused, toStatus } from "./return-status.ts";

const PLACE = { system: "line-3", doing: "dispatching job 1000:MO-1", object: "1000:MO-1" };
const bit = (...bits: number[]) => bits.reduce((status, at) => status | (1n << BigInt(at)), 0n);

describe("a ReturnStatus", () => {
  it.each([bit(0), 0n])("of %i is a success", (status) => {
    expect(refused(status, PLACE)).toBeNull();
  });

  it.each([
    ["not found", "JobOrderID", bit(1), "the job order is unknown there"],
    ["rejected", undefined, bit(2), "the command cannot be carried out there"],
    ["rejected", "State", bit(3), "the job order's state does not allow it"],
    ["rejected", "JobOrder", bit(4), "the job order cannot be accepted"],
    ["rejected", undefined, bit(32), "the request is invalid"],
    ["rejected", undefined, bit(40), "the server's own code, bit 40"],
    ["rejected", "State", bit(3, 40), "the job order's state does not allow it; the server's own code, bit 40"],
  ])("is %s, field %s", (kind, field, status, words) => {
    const refusal = refused(status, PLACE);
    expect(refusal).toMatchObject({ kind, at: { ...PLACE, cause: expect.stringContaining(words) } });
    expect(refusal?.at.field).toBe(field);
    expect(refusal?.at.cause).toContain(`(ReturnStatus ${status})`);
  });

  it("is read from two halves, the high one first", () => {
    expect(toStatus([0, 1])).toBe(1n);
    expect(toStatus([1, 0])).toBe(1n << 32n);
    expect(toStatus([0x8000_0000, 0])).toBe(1n << 63n);
    expect(toStatus(undefined)).toBeNull();
    expect(toStatus("1")).toBeNull();
  });
});
