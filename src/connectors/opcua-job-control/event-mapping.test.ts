import { describe, expect, it } from "vitest";
import { eventJson } from "../../domain/feedback/event-json.ts";
import type { Told } from "../../domain/feedback/told.ts";
import { toTold } from "./event-mapping.ts";
import { engineeringUnits } from "./unit-code.ts";

const EACH = engineeringUnits("EA");
const text = (ID: string, value: unknown) => ({ ID, value: { value } });

/** A job that ended: ten fans potted, one of them scrap. */
const ENDED = {
  jobResponseID: "R-1",
  jobOrderID: "1000:MO-1",
  startTime: "2027-01-11T06:00:00.000Z",
  endTime: "2027-01-11T08:00:00.000Z",
  jobState: [{ stateNumber: 5 }],
  jobResponseData: [
    text("Operation", "0020"),
    { ...text("SetupTime", 10), engineeringUnits: engineeringUnits("MIN") },
    text("RunTime", 5_400),
    text("ScrapQuantity", 1),
    text("ScrapReason", "VOID"),
  ],
  equipmentActuals: [{ ID: "POTTING" }],
  personnelActuals: [{ ID: "OP-101" }],
  materialActuals: [
    {
      materialDefinitionID: "FX-200",
      materialUse: "material produced",
      quantity: "9",
      engineeringUnits: EACH,
      materialSublotID: "SN-1",
      properties: [text("Revision", "C")],
    },
    {
      materialDefinitionID: "WIRE-02",
      materialLotID: "L-7",
      materialUse: "material consumed",
      quantity: "2.5",
      engineeringUnits: engineeringUnits("MTR"),
      properties: [text("Line", "20")],
    },
  ],
};

function drawn(told: readonly Told[]): readonly string[] {
  return told.map((one) => {
    if (one.kind === "unreadable")
      return one.faults.map(({ field, cause }) => `${one.id} ${field}: ${cause}`).join("; ");
    const { id, at, since, fact, operation, serials } = eventJson(one.event);
    const { kind, ...figures } = fact as Readonly<Record<string, unknown>>;
    const parts = [id, since, at, operation, kind].filter((part) => typeof part === "string");
    return [...parts, JSON.stringify(figures), ...(serials === undefined ? [] : [JSON.stringify(serials)])].join(" ");
  });
}

const tell = (more: object = {}, unit: "EA" | null = "EA") => toTold({ ...ENDED, ...more }, "line-3", unit, null);

describe("a job response", () => {
  it("tells at its end what was made and used", () => {
    expect(drawn(tell())).toMatchInlineSnapshot(`
      [
        "1000:MO-1/R-1/started 2027-01-11T06:00:00.000Z 0020 operation started {}",
        "1000:MO-1/R-1/setup 2027-01-11T06:10:00.000Z 0020 setup completed {"workedMs":600000}",
        "1000:MO-1/R-1/scrap 2027-01-11T08:00:00.000Z 0020 scrap {"quantity":"1","unit":"EA","reason":"VOID"}",
        "1000:MO-1/R-1/material/1 2027-01-11T06:00:00.000Z 2027-01-11T08:00:00.000Z 0020 good {"quantity":"9","unit":"EA","workedMs":5400000} ["SN-1"]",
        "1000:MO-1/R-1/material/2 2027-01-11T08:00:00.000Z 0020 consumed {"item":"WIRE-02","quantity":"2.5","unit":"MTR","line":"20","lot":"L-7"}",
        "1000:MO-1/R-1/completed 2027-01-11T08:00:00.000Z 0020 operation completed {"early":false}",
      ]
    `);
  });

  it("tells before its end that it began, and nothing of totals that still move", () => {
    expect(drawn(tell({ jobState: [{ stateNumber: 3 }], endTime: "1601-01-01T00:00:00.000Z" }))).toEqual([
      "1000:MO-1/R-1/started 2027-01-11T06:00:00.000Z 0020 operation started {}",
    ]);
  });

  it("tells of an interruption and its end when the server does", () => {
    const moved = { time: "2027-01-11T07:00:00.000Z", resumes: true };
    const told = (stateNumber: number) => toTold({ ...ENDED, jobState: [{ stateNumber }] }, "line-3", "EA", moved);
    expect(drawn(told(4))[1]).toBe("1000:MO-1/R-1/held@2027-01-11T07:00:00.000Z 2027-01-11T07:00:00.000Z 0020 held {}");
    expect(drawn(told(3))[1]).toContain("resumed");
  });

  it("takes good pieces from its data where it has no actuals", () => {
    const jobResponseData = [text("GoodQuantity", "7.5")];
    expect(drawn(tell({ jobResponseData, materialActuals: [] }))).toContain(
      '1000:MO-1/R-1/good 2027-01-11T06:00:00.000Z 2027-01-11T08:00:00.000Z good {"quantity":"7.5","unit":"EA"}',
    );
  });

  it("tells nothing of a job that was cancelled, nor of another client's", () => {
    expect(tell({ startTime: null, jobState: [{ stateNumber: 6 }] })).toEqual([]);
    expect(tell({ jobOrderID: "4711" })).toEqual([]);
  });

  it("keeps apart by field what cannot be read, and tells the rest", () => {
    expect(
      drawn(
        tell({
          endTime: null,
          materialActuals: [{ materialUse: "by-product produced", quantity: "1", engineeringUnits: EACH }],
        }),
      ),
    ).toEqual(
      expect.arrayContaining([
        '1000:MO-1/R-1/material/1 MaterialUse: Heddle keeps nothing of a material of use "by-product produced".',
        "1000:MO-1/R-1/completed EndTime: The job is over, but not said since when.",
      ]),
    );
    expect(drawn(tell({}, null))).toContain("1000:MO-1/R-1/scrap ScrapQuantity.EngineeringUnits: It has no unit.");
    expect(toTold({ jobOrderID: 7 }, "line-3", null, null)).toMatchObject([
      { kind: "unreadable", faults: [{ field: expect.stringContaining("jobOrderID") }] },
    ]);
  });
});
