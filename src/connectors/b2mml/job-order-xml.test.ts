import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JobOrderId } from "../../domain/ids.ts";
import type { JobOrder } from "../../domain/job-order.ts";
import { quantityText } from "../../domain/quantity.ts";
import { rational } from "../../domain/rational.ts";
import { cancelBod, changeBod, getBod, processBod, syncBod, type Parties } from "./bod.ts";
import { EDITIONS, type Edition } from "./edition.ts";
import { ANY, namedJobsXml, namedResponsesXml, workMasterXml, workScheduleXml } from "./job-order-xml.ts";
import { lossesOf } from "./mapping.ts";
import { anyJob, hasSchemas, sampleJob, schemaProblems } from "./testing.ts";
import { child, childrenOf, isWritable, readXml, textOf, type XmlElement } from "./xml.ts";

const NOW = "2027-01-08T12:00:00.000Z";
const EDITION_NAMES = Object.keys(EDITIONS) as Edition[];

function parties(edition: Edition): Parties {
  return { edition, sender: "heddle", receiver: "mes" };
}

/** Every message there is, about one job. */
function messages(job: JobOrder, edition: Edition, reason: string): Readonly<Record<string, string>> {
  const from = parties(edition);
  const schedule = { id: "key-1", noun: "WorkSchedule", nounXml: workScheduleXml(job, edition), now: NOW } as const;
  const master = { ...schedule, noun: "WorkMaster", nounXml: workMasterXml(job, edition) } as const;
  const command = { ...schedule, nounXml: namedJobsXml([job.id], "Hold"), why: { code: "Hold", reason } };
  return {
    "process-work-schedule": processBod(from, schedule),
    "sync-work-schedule": syncBod(from, schedule, "Add"),
    "sync-replaced": syncBod(from, schedule, "Replaced"),
    "change-work-schedule": changeBod(from, schedule, "Replaced"),
    hold: changeBod(from, command, "Change"),
    "sync-hold": syncBod(from, command, "Change"),
    cancel: cancelBod(from, { ...schedule, nounXml: namedJobsXml([job.id]), why: { code: "Cancel", reason } }),
    "get-work-schedule": getBod(from, { ...schedule, nounXml: namedJobsXml([job.id]) }, null),
    "get-changed": getBod(
      from,
      { ...schedule, nounXml: namedJobsXml([ANY]) },
      `(/WorkSchedule/WorkRequest/JobOrder[PublishedDate > '${NOW}' and ID > '${job.id}'])[position() <= 100]`,
    ),
    "get-work-performance": getBod(
      from,
      { ...master, noun: "WorkPerformance", nounXml: namedResponsesXml([job.id]) },
      null,
    ),
    "process-work-master": processBod(from, master),
    "sync-work-master": syncBod(from, master, "Replaced"),
  };
}

it("is valid by MESA's schemas in edition 7.01, whatever the job", ({ skip }) => {
  skip(!hasSchemas, "the schemas of B2MML 7.01 do not stand beside this checkout");
  fc.assert(
    fc.property(anyJob, (job) => {
      for (const [name, xml] of Object.entries(messages(job, "7.01", job.name)))
        expect(schemaProblems(xml), name).toEqual([]);
    }),
    { numRuns: 150, examples: [[sampleJob("MO-5001")]] },
  );
});

describe.each(EDITION_NAMES)("edition %s", (edition) => {
  it("says all of a job, whatever is in it", () => {
    fc.assert(
      fc.property(anyJob, (job) => {
        const { root } = readXml(
          processBod(parties(edition), { ...BOD, nounXml: workScheduleXml(job, edition) }),
          EDITIONS[edition].namespace,
        );
        if (root === undefined) throw new Error("it was not read");
        expect(saidOf(root, edition)).toEqual(expectedOf(job));
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    "process-work-schedule",
    "sync-work-schedule",
    "change-work-schedule",
    "hold",
    "cancel",
    "process-work-master",
  ])("writes %s as the example shows it", async (name) => {
    const xml = indented(messages(sampleJob("MO-5001"), edition, "ECO-0017 takes its design away")[name] ?? "");
    await expect(xml).toMatchFileSnapshot(`fixtures/messages-${edition}/${name}.xml`);
  });
});

it("shows in README.md a message as it is", () => {
  const [, shown] = /```xml\n([^`]+)```/.exec(contentOf("README.md")) ?? [];
  expect(shown).toBe(contentOf("fixtures/messages-7.01/cancel.xml"));
});

function contentOf(file: string): string {
  return readFileSync(new URL(file, import.meta.url), "utf8");
}

const BOD = { id: "key-1", noun: "WorkSchedule", now: NOW } as const;

describe("what cannot be sent", () => {
  const third = { amount: rational(1n, 3n), unit: "KGM" } as const;
  it.each([
    ["quantity", { quantity: third }],
    ["start", { start: "tomorrow" }],
    ["item", { item: "FX\n200" as JobOrder["item"] }],
    ["priority", { priority: Number.NaN }],
    ["id", { id: "1000:\u0000" as JobOrderId }],
  ] satisfies readonly (readonly [string, Partial<JobOrder>])[])("names the field %s", (field, changes) => {
    expect(() => workScheduleXml(sampleJob("MO-1", changes), "7.01")).toThrow(
      expect.objectContaining({ name: "UnsendableError", field }) as Error,
    );
  });

  it("is declared where it can be known before", () => {
    expect(lossesOf(sampleJob("MO-1"))).toEqual([]);
    expect(lossesOf(sampleJob("MO-1", { quantity: third, name: "Fan\u0007" }))).toEqual([
      "the job's name has characters that XML cannot write; they become U+FFFD.",
      "the quantity is 1/3, which no decimal number writes; the job would be refused.",
    ]);
  });
});

/** A message as a person reads it: one element to a line. */
function indented(xml: string): string {
  let depth = 0;
  return xml
    .replaceAll(/>(?=<)/g, ">\n")
    .split("\n")
    .map((line) => {
      if (line.startsWith("</")) depth -= 1;
      const text = "  ".repeat(depth) + line;
      if (/^<\w/.test(line) && !line.includes("</") && !line.endsWith("/>")) depth += 1;
      return text;
    })
    .join("\n")
    .concat("\n");
}

const raw = (element: XmlElement, name: string) => childrenOf(element, name)[0]?.text ?? null;

/** What a message says of its job, in the job's own words. */
function saidOf(root: XmlElement, edition: Edition) {
  const request = child(child(child(root, "DataArea"), "WorkSchedule"), "WorkRequest");
  const order = child(request, "JobOrder");
  const named = (element: XmlElement, list: string, id: string) =>
    raw(child(childrenOf(element, list).find((one) => raw(one, "ID") === id) ?? NOWHERE, "Value"), "ValueString");
  const quantity = (element: XmlElement) => {
    const one = child(element, "Quantity");
    return `${raw(one, "QuantityString")} ${raw(one, "UnitOfMeasure")}`;
  };
  const parameter = (id: string) => named(order, "JobOrderParameter", id);
  const materials = childrenOf(order, "MaterialRequirement");
  const equipment = childrenOf(order, "EquipmentRequirement");
  const is6 = edition === "6";
  return {
    id: raw(order, "ID"),
    plant: raw(child(order, "HierarchyScope"), "EquipmentID"),
    order: is6 ? parameter("ProductionOrder") : raw(request, "OperationsRequestID"),
    version: Number(is6 ? parameter("Version") : raw(order, "Version")),
    item: raw(order, "WorkMasterID"),
    revision: parameter("ItemRevision"),
    name: raw(order, "Description"),
    type: parameter("OrderType"),
    from: originOf(parameter("SplitFrom"), parameter("ReworkOf")),
    quantity: materials.slice(0, 1).map(quantity)[0],
    priority: Number(raw(order, "Priority")),
    start: textOf(order, "StartTime"),
    end: textOf(order, "EndTime"),
    mbom: parameter("BillOfMaterial"),
    routing: parameter("Routing"),
    operations: equipment.map((one) => ({
      operation: named(one, "EquipmentRequirementProperty", "Operation"),
      name: raw(one, "Description"),
      workCenter: raw(one, "EquipmentID"),
      setupSeconds: numberOf(named(one, "EquipmentRequirementProperty", "SetupTime")),
      runSeconds: numberOf(named(one, "EquipmentRequirementProperty", "RunTimePerUnit")),
    })),
    components: materials.slice(1).map((one) => ({
      line: is6 ? named(one, "MaterialRequirementProperty", "OrderLine") : raw(one, "ID"),
      operation: named(one, "MaterialRequirementProperty", "Operation"),
      item: raw(one, "MaterialDefinitionID"),
      required: quantity(one),
      supply: named(one, "MaterialRequirementProperty", "SupplyType"),
      lot: raw(one, "MaterialLotID"),
    })),
  };
}

function numberOf(text: string | null): number | null {
  return text === null ? null : Number(text);
}

function originOf(split: string | null, rework: string | null) {
  if (split !== null) return { order: split, because: "split" };
  return rework === null ? null : { order: rework, because: "rework" };
}

const NOWHERE: XmlElement = { name: "", attributes: {}, children: [], text: "" };

function closeTo(seconds: number | null): number | null {
  return seconds === null ? null : (expect.closeTo(seconds, 9) as number);
}

function expectedOf({ operations, quantity, name, ...job }: JobOrder) {
  return {
    ...job,
    name: mended(name),
    quantity: quantityText(quantity),
    operations: operations.map(({ components: _components, ...one }) => ({
      ...one,
      name: mended(one.name),
      setupSeconds: closeTo(one.setupSeconds),
      runSeconds: closeTo(one.runSeconds),
    })),
    components: operations.flatMap(({ operation, components }) =>
      components.map((one) => ({ ...one, operation, required: quantityText(one.required) })),
    ),
  };
}

/** The loss that is declared. */
function mended(name: string): string {
  return Array.from(name, (character) => (isWritable(character) ? character : "\ufffd")).join("");
}
