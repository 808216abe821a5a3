import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { eventJson } from "../../domain/feedback/event-json.ts";
import type { Told } from "../../domain/feedback/told.ts";
import { EDITIONS, type Edition } from "./edition.ts";
import { toTold } from "./event-mapping.ts";
import { hasSchemas, schemaProblems } from "./testing.ts";
import { readXml } from "./xml.ts";

const FIXTURES = ["sync-work-performance", "process-job-response-list", "process-operations-event-information"];

function fixture(name: string, edition: Edition = "7.01"): string {
  return readFileSync(join(import.meta.dirname, "fixtures", `events-${edition}`, `${name}.xml`), "utf8");
}

function toldBy(xml: string, edition: Edition = "7.01"): readonly Told[] {
  const { root, ...rest } = readXml(xml, EDITIONS[edition].namespace);
  if (root === undefined) throw new Error(JSON.stringify(rest));
  const told = toTold(root, "mes");
  if (told === null) throw new Error("it tells nothing");
  return told;
}

/** One line for each thing told, as a foreman would say it. */
function drawn(told: readonly Told[]): readonly string[] {
  return told.map((one) => {
    if (one.kind === "unreadable") {
      const faults = one.faults.map(({ field, cause }) => `${field}: ${cause}`);
      return `${one.source} ${one.id} UNREADABLE ${faults.join("; ")}`;
    }
    const { source, id, at, fact, ...rest } = eventJson(one.event);
    const { kind, ...figures } = fact as Readonly<Record<string, unknown>>;
    const { kind: _kind, plant: _plant, ...place } = rest;
    return `${String(source)} ${String(id)} ${String(at)} ${String(kind)} ${JSON.stringify(figures)} ${JSON.stringify(place)}`;
  });
}

function factsOf(all: readonly Told[]) {
  return all.flatMap((one) => (one.kind === "event" && one.event.kind === "occurrence" ? [one.event.fact] : []));
}

function response(body: string): readonly Told[] {
  return toldBy(`<JobResponse xmlns="${EDITIONS["7.01"].namespace}">${body}</JobResponse>`);
}

describe("work performance", () => {
  it("becomes an event for each thing that a job response tells", () => {
    expect(drawn(toldBy(fixture("sync-work-performance")))).toMatchInlineSnapshot(`
      [
        "mes-1 1000:MO-5001/JR-9001/started 2027-01-11T06:00:00.000Z operation started {} {"order":"MO-5001","operation":"0020","workCenter":"POTTING","station":"POTTING-2","operator":"OP-101"}",
        "mes-1 1000:MO-5001/JR-9001/setup 2027-01-11T06:10:00.000Z setup completed {"workedMs":600000} {"order":"MO-5001","operation":"0020","workCenter":"POTTING","station":"POTTING-2","operator":"OP-101"}",
        "mes-1 1000:MO-5001/JR-9001/material/M1 2027-01-11T08:00:00.000Z good {"quantity":"1","unit":"EA","workedMs":5070000} {"since":"2027-01-11T06:00:00.000Z","order":"MO-5001","item":"FX-200","revision":"C","operation":"0020","workCenter":"POTTING","station":"POTTING-2","operator":"OP-101","serials":["SN-0001"],"lot":"L-FX-31"}",
        "mes-1 1000:MO-5001/JR-9001/material/M1/part/A1 2027-01-11T08:00:00.000Z consumed {"item":"BRG-608","quantity":"2","unit":"EA","lot":"L-BRG-7"} {"order":"MO-5001","operation":"0020","workCenter":"POTTING","station":"POTTING-2","operator":"OP-101","serials":["SN-0001"],"lot":"L-FX-31"}",
        "mes-1 1000:MO-5001/JR-9001/material/M2 2027-01-11T08:00:00.000Z scrap {"quantity":"1","unit":"EA","reason":"VOID-IN-POTTING"} {"order":"MO-5001","item":"FX-200","operation":"0020","workCenter":"POTTING","station":"POTTING-2","operator":"OP-101"}",
        "mes-1 1000:MO-5001/JR-9001/material/M3 2027-01-11T08:00:00.000Z consumed {"item":"WIRE-02","quantity":"2.55","unit":"MTR","line":"20","lot":"L-4711"} {"order":"MO-5001","operation":"0020","workCenter":"POTTING","station":"POTTING-2","operator":"OP-101"}",
        "mes-1 1000:MO-5001/JR-9001/material/M1/test/T1 2027-01-11T07:58:00.000Z tested {"test":"HIPOT","passed":true} {"order":"MO-5001","operation":"0020","workCenter":"POTTING","station":"POTTING-2","operator":"OP-101","serials":["SN-0001"],"lot":"L-FX-31"}",
        "mes-1 1000:MO-5001/JR-9001/state 2027-01-11T08:00:00.000Z operation completed {"early":false} {"order":"MO-5001","operation":"0020","workCenter":"POTTING","station":"POTTING-2","operator":"OP-101"}",
      ]
    `);
  });

  it("tells the same in edition 6, where actuals have no ids", () => {
    const told = toldBy(fixture("sync-work-performance", "6"), "6");
    const newer = factsOf(toldBy(fixture("sync-work-performance"))).filter(({ kind }) => kind !== "tested");
    expect(factsOf(told)).toEqual(newer);
    expect(told.map((one) => (one.kind === "event" ? one.event.id : ""))).toContain("1000:MO-5001/JR-9001/material/2");
  });

  it("tells the same events when the same message comes again", () => {
    const xml = fixture("sync-work-performance");
    expect(toldBy(xml)).toEqual(toldBy(xml));
    const ids = toldBy(xml).map((one) => (one.kind === "event" ? one.event.id : null));
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe("a list of job responses", () => {
  it("keeps apart what cannot be read, and reads the rest", () => {
    expect(drawn(toldBy(fixture("process-job-response-list")))).toMatchInlineSnapshot(`
      [
        "mes-1 1000:MO-5002/JR-9002/started 2027-01-11T10:00:00.000Z operation started {} {"order":"MO-5002","operation":"0010"}",
        "mes-1 1000:MO-5002/JR-9002/state 2027-01-11T10:15:00.000Z held {"reason":"NO-MATERIAL"} {"order":"MO-5002","operation":"0010"}",
        "mes-1 1000:MO-5003/JR-9003 UNREADABLE StartTime: "2027-01-11T09:00:00" is no date and time with its offset from UTC.",
        "mes-1 1000:MO-5004/JR-9004/material/M1 UNREADABLE Quantity.UnitOfMeasure: "ST" is no unit that Heddle knows.",
        "mes-1 1000:MO-5004/JR-9004/material/M2 2027-01-11T10:15:00.000Z good {"quantity":"3","unit":"EA"} {"order":"MO-5004","item":"FX-200","operation":"0010"}",
      ]
    `);
  });
});

describe("operations events", () => {
  it("tell of downtime and nonconformance by their category", () => {
    expect(drawn(toldBy(fixture("process-operations-event-information")))).toMatchInlineSnapshot(`
      [
        "mes-1 EV-1 2027-01-11T10:19:00.000Z downtime {"reason":"PUMP-BLOCKED","planned":false} {"since":"2027-01-11T10:00:00.000Z","workCenter":"POTTING","station":"POTTING-2"}",
        "mes-1 EV-2 2027-01-11T10:05:00.000Z nonconformance {"code":"VOID","text":"Air in the potting compound","severity":"critical"} {"order":"MO-5001","operation":"0020","workCenter":"POTTING","station":"POTTING-2"}",
        "mes-1 EV-3 UNREADABLE Category: Nothing in the event is of a kind that Heddle keeps.",
      ]
    `);
  });
});

describe("an operations event", () => {
  it("tells of the job responses in its records", () => {
    const [told] = toldBy(
      `<OperationsEvent xmlns="${EDITIONS["7.01"].namespace}"><ID>EV-4</ID><Source>LINE-3</Source>
        <OperationsEventRecord><ID>1</ID><OperationsRecordEntry><ID>1</ID><InformationObject><JobResponse>
          <ID>JR-1</ID><StartTime>2027-01-11T10:20:00Z</StartTime><JobOrderID>P:MO-1</JobOrderID>
        </JobResponse></InformationObject></OperationsRecordEntry></OperationsEventRecord>
      </OperationsEvent>`,
    );
    expect(told).toMatchObject({
      event: { source: "LINE-3", id: "P:MO-1/JR-1/started", fact: { kind: "operation started" } },
    });
  });
});

describe("a job response", () => {
  const time = "<EndTime>2027-01-11T10:00:00Z</EndTime>";
  const actual = (body: string) =>
    response(`<ID>1</ID>${time}<JobOrderID>P:MO-1</JobOrderID><MaterialActual>${body}</MaterialActual>`);
  const quantity = "<Quantity><QuantityString>1</QuantityString><UnitOfMeasure>EA</UnitOfMeasure></Quantity>";

  it("may stand by itself, and its order beside a site", () => {
    const site = "<HierarchyScope><EquipmentID>P</EquipmentID><EquipmentLevel>Site</EquipmentLevel></HierarchyScope>";
    const [told] = response(`<ID>1</ID>${time}${site}<JobOrderID>MO-1</JobOrderID><JobState>Aborted</JobState>`);
    expect(told).toMatchObject({
      event: { source: "mes", plant: "P", order: "MO-1", fact: { kind: "operation completed", early: true } },
    });
  });

  it.each([
    ["no ID", response(`${time}<JobOrderID>P:MO-1</JobOrderID>`), "ID"],
    ["no plant", response(`<ID>1</ID>${time}<JobOrderID>MO-1</JobOrderID>`), "HierarchyScope"],
    ["no time at all", response("<ID>1</ID><JobOrderID>P:MO-1</JobOrderID>"), "EndTime"],
    [
      "an end that is not told",
      response(
        `<ID>1</ID><PublishedDate>2027-01-11T10:00:00Z</PublishedDate><JobOrderID>P:MO-1</JobOrderID><JobState>Completed</JobState>`,
      ),
      "EndTime",
    ],
    [
      "an unknown state",
      response(`<ID>1</ID>${time}<JobOrderID>P:MO-1</JobOrderID><JobState>Resting</JobState>`),
      "JobState",
    ],
    [
      "a use that Heddle does not keep",
      actual(`<ID>M</ID><MaterialUse>Retained Sample</MaterialUse>${quantity}`),
      "MaterialUse",
    ],
    ["no item", actual(`<ID>M</ID><MaterialUse>Consumed</MaterialUse>${quantity}`), "MaterialDefinitionID"],
    ["no quantity", actual("<ID>M</ID><MaterialUse>Produced</MaterialUse>"), "Quantity"],
    [
      "two lots of one quantity",
      actual(
        `<ID>M</ID><MaterialLotID>A</MaterialLotID><MaterialLotID>B</MaterialLotID><MaterialUse>Produced</MaterialUse>${quantity}`,
      ),
      "MaterialLotID",
    ],
  ])("with %s is kept apart by field", (_name, told, field) => {
    expect(told).toEqual([
      expect.objectContaining({ kind: "unreadable", faults: [expect.objectContaining({ field })] }),
    ]);
  });

  it("never stops a message, whatever is in it", () => {
    const anyName = fc.constantFrom(
      "ID",
      "StartTime",
      "EndTime",
      "JobOrderID",
      "JobState",
      "MaterialActual",
      "Quantity",
      "constructor",
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 5 },
        fc.constantFrom("", "1", "P:MO-1", "2027-01-11T10:00:00Z", "Completed"),
        fc
          .array(
            fc.tuple(anyName, tie("tree")).map(([name, inner]) => `<${name}>${String(inner)}</${name}>`),
            { maxLength: 4 },
          )
          .map((all) => all.join("")),
      ),
    }));
    fc.assert(
      fc.property(tree, (body) => {
        for (const one of response(body)) expect(["event", "unreadable"]).toContain(one.kind);
      }),
    );
  });
});

it("is not told by what asks, answers or takes back", () => {
  const { root } = readXml(`<GetWorkPerformance xmlns="${EDITIONS["7.01"].namespace}"/>`, EDITIONS["7.01"].namespace);
  expect(root === undefined ? undefined : toTold(root, "mes")).toBeNull();
});

it.skipIf(!hasSchemas).each(FIXTURES)("%s is valid by MESA's schemas", (name) => {
  expect(schemaProblems(fixture(name))).toEqual([]);
});
