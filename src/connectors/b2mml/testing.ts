import { existsSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { XmlDocument, XmlValidateError, XsdValidator } from "libxml2-wasm";
import { xmlRegisterFsInputProviders } from "libxml2-wasm/lib/nodejs.mjs";
import type { ItemId, OperationId, PlantId, ProductionOrderId, Revision, WorkCenterId } from "../../domain/ids.ts";
import { jobOrderId, type JobComponent, type JobOperation, type JobOrder } from "../../domain/job-order.ts";
import type { SupplyType } from "../../domain/mbom.ts";
import type { Quantity } from "../../domain/quantity.ts";
import { rational } from "../../domain/rational.ts";
import { KNOWN_UNITS } from "../../domain/unit.ts";
import { EDITIONS } from "./edition.ts";

/** MESA's schemas of edition 7.01 stand beside a checkout of the project; they are not ours to ship. */
const SCHEMAS = join(import.meta.dirname, "../../../../shared/contracts/b2mml-0701/Schema");
const PARTS = [
  "WorkSchedule",
  "WorkDefinition",
  "WorkPerformance",
  "ConfirmBOD",
  "OperationsEvent",
  "InformationObject",
];

export const hasSchemas = existsSync(SCHEMAS);

let made: XsdValidator | undefined;

/** What MESA's schemas have against a message of edition 7.01; nothing when it is valid. Needs `hasSchemas`. */
export function schemaProblems(xml: string): readonly string[] {
  const document = XmlDocument.fromString(xml);
  try {
    made ??= makeValidator();
    made.validate(document);
    return [];
  } catch (error) {
    if (error instanceof XmlValidateError) return [error.message];
    throw error;
  } finally {
    document.dispose();
  }
}

function makeValidator(): XsdValidator {
  xmlRegisterFsInputProviders();
  const parts = PARTS.map((part) => `<xsd:include schemaLocation="${join(SCHEMAS, `B2MML-${part}.xsd`)}"/>`).join("");
  const schema = XmlDocument.fromString(
    `<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema" targetNamespace="${EDITIONS["7.01"].namespace}">` +
      `${parts}</xsd:schema>`,
  );
  const validator = XsdValidator.fromDoc(schema);
  schema.dispose();
  return validator;
}

const PLANT = "1000" as PlantId;

/** Ten of a fan, made in two operations of two components. */
export function sampleJob(order: string, changes: Partial<JobOrder> = {}): JobOrder {
  return {
    id: jobOrderId(PLANT, order as ProductionOrderId),
    plant: PLANT,
    order: order as ProductionOrderId,
    version: 1,
    item: "FX-200" as ItemId,
    revision: "C" as Revision,
    name: "Axial fan <200 mm> & guard",
    type: "standard",
    from: null,
    quantity: { amount: rational(10n), unit: "EA" },
    priority: 5,
    start: "2027-01-11T05:00:00.000Z",
    end: null,
    mbom: "BOM-000047",
    routing: "RTG-000012",
    operations: [
      operation("0010", "Press the bearings", "PRESS-1", 600, 90.5, [component("10", "BRG-608", "20", "push", null)]),
      operation("0020", "Wind and pot", "POTTING", 0, 240, [component("20", "WIRE-02", "12.5", "backflush", "L-4711")]),
    ],
    ...changes,
  };
}

function operation(
  id: string,
  name: string,
  workCenter: string,
  setupSeconds: number,
  runSeconds: number,
  components: readonly JobComponent[],
): JobOperation {
  return {
    operation: id as OperationId,
    name,
    workCenter: workCenter as WorkCenterId,
    setupSeconds,
    runSeconds,
    components,
  };
}

function component(line: string, item: string, amount: string, supply: SupplyType, lot: string | null): JobComponent {
  const [whole = "0", decimals = ""] = amount.split(".");
  const required: Quantity = {
    amount: rational(BigInt(whole + decimals), 10n ** BigInt(decimals.length)),
    unit: decimals === "" ? "EA" : "MTR",
  };
  return { line, item: item as ItemId, required, supply, lot };
}

/** The text of systems that were filled in by people: markup, controls, astral and right-to-left characters. */
const anyName = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.string({ unit: "grapheme", maxLength: 40 }),
  fc.constantFrom("]]><!--", "&amp;&#0;%xxe;", "<!DOCTYPE a>", "\r\n\t ", "\u0000\u0007", "\ud800", "تجربة", '🛠️ 1/2"'),
);

/** Whatever an identifier may be: XML can write it, and it is one line. */
const anyId = fc.oneof(
  fc.string({ unit: fc.constantFrom(...Array.from("AZaz09-_.:/ &<>\"'äß漢🛠]")), minLength: 1, maxLength: 12 }),
  fc.constantFrom("]]>", "&lt;", "<x/>", "'\"'"),
);

const anyDecimal = fc
  .tuple(fc.bigInt(0n, 10n ** 15n), fc.integer({ min: 0, max: 9 }))
  .map(([digits, decimals]) => rational(digits, 10n ** BigInt(decimals)));
const anyQuantity: fc.Arbitrary<Quantity> = fc.record({ amount: anyDecimal, unit: fc.constantFrom(...KNOWN_UNITS) });
const anySeconds = fc.oneof(fc.nat(), fc.double({ min: 0, max: 1e9, noNaN: true, noDefaultInfinity: true }));
const anyTime = fc
  .date({ min: new Date("1990-01-01"), max: new Date("2100-01-01"), noInvalidDate: true })
  .map((date) => date.toISOString());
const orNull = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });

const anyComponent = fc.record({
  line: anyId,
  item: anyId,
  required: anyQuantity,
  supply: orNull(fc.constantFrom("push", "pull", "bulk", "backflush")),
  lot: orNull(anyId),
}) as fc.Arbitrary<unknown> as fc.Arbitrary<JobComponent>;

const anyOperation = fc.record({
  operation: anyId,
  name: anyName,
  workCenter: anyId,
  setupSeconds: orNull(anySeconds),
  runSeconds: orNull(anySeconds),
  components: fc.array(anyComponent, { maxLength: 3 }),
}) as fc.Arbitrary<unknown> as fc.Arbitrary<JobOperation>;

export const anyJob = fc.record({
  id: anyId,
  plant: anyId,
  order: anyId,
  version: fc.integer({ min: 1, max: 1_000_000 }),
  item: anyId,
  revision: orNull(anyId),
  name: anyName,
  type: anyId,
  from: orNull(fc.record({ order: anyId, because: fc.constantFrom("split", "rework") })),
  quantity: anyQuantity,
  priority: fc.nat(),
  start: orNull(anyTime),
  end: orNull(anyTime),
  mbom: orNull(anyId),
  routing: orNull(anyId),
  operations: fc.array(anyOperation, { maxLength: 4 }),
}) as fc.Arbitrary<unknown> as fc.Arbitrary<JobOrder>;
