import { decimal, decimalText, compare, parseDecimal, ZERO } from "../erp/decimal.ts";
import { dimensionOf } from "../erp/unit.ts";
import { refused } from "../http/errors.ts";
import type { JobComponent, JobContent, JobOperation, WrittenJob } from "./job.ts";
import type { Mes } from "./state.ts";
import { workCentersOf } from "./work-center.ts";

const PIECES_MAX = 10_000;
const DECIMALS_MAX = 6;

/** What an MES looks at before it takes a job. @throws ApiError 422 that names the member at fault */
export function checkedJob(mes: Mes, written: WrittenJob): JobContent {
  const workCenters = workCentersOf(mes, written.plant);
  if (workCenters.size === 0) {
    throw refused("PLANT_UNKNOWN", `this MES runs no work center in plant ${written.plant}`, "plant");
  }
  checkCountUnit(written.unit);
  const operations = checkedOperations(workCenters, written);
  const start = checkedInstant(written.start ?? null, "start");
  const end = checkedInstant(written.end ?? null, "end");
  if (start !== null && end !== null && end < start) {
    throw refused("DATE_INVALID", `the end ${end} is before the start ${start}`, "end");
  }
  return {
    externalId: written.externalId,
    plant: written.plant,
    order: written.order,
    version: written.version,
    itemCode: written.itemCode,
    revision: written.revision ?? null,
    name: written.name,
    quantity: checkedPieces(written.quantity),
    unit: written.unit,
    priority: written.priority,
    start,
    end,
    orderType: written.orderType ?? null,
    splitFrom: written.splitFrom ?? null,
    reworkOf: written.reworkOf ?? null,
    bomNumber: written.bomNumber ?? null,
    routingNumber: written.routingNumber ?? null,
    operations,
    components: written.components.map((component, at) => checkedComponent(operations, component, at)),
  };
}

function checkedOperations(workCenters: ReadonlySet<string>, { plant, operations }: WrittenJob): JobOperation[] {
  if (operations.length === 0) throw refused("OPERATIONS_MISSING", "a job needs an operation at least", "operations");
  return operations.map(({ operation, name, workCenter, setupSeconds, runSeconds }, at) => {
    const field = (member: string) => `operations[${at}].${member}`;
    if (operations.findIndex((other) => other.operation === operation) < at) {
      throw refused("OPERATION_DUPLICATE", `operation ${operation} comes twice`, field("operation"));
    }
    if (workCenter === null || workCenter === undefined) {
      throw refused("WORK_CENTER_MISSING", `operation ${operation} has no work center`, field("workCenter"));
    }
    if (!workCenters.has(workCenter)) {
      const message = `plant ${plant} has no work center ${workCenter}`;
      throw refused("WORK_CENTER_UNKNOWN", message, field("workCenter"));
    }
    return { operation, name, workCenter, setupSeconds: setupSeconds ?? null, runSeconds: runSeconds ?? null };
  });
}

function checkedComponent(
  operations: readonly JobOperation[],
  { line, operation, itemCode, quantity, unit, supplyType, lot }: WrittenJob["components"][number],
  at: number,
): JobComponent {
  const field = (member: string) => `components[${at}].${member}`;
  if (operation === null || operation === undefined) {
    const message = `component ${itemCode} of line ${line} belongs to no operation`;
    throw refused("OPERATION_MISSING", message, field("operation"));
  }
  if (!operations.some((one) => one.operation === operation)) {
    throw refused("OPERATION_UNKNOWN", `the job has no operation ${operation}`, field("operation"));
  }
  checkUnit(unit, field("unit"));
  const required = checkedQuantity(quantity, field("quantity"));
  return { line, operation, itemCode, quantity: required, unit, supplyType: supplyType ?? null, lot: lot ?? null };
}

function checkUnit(unit: string, field: string): void {
  if (dimensionOf(unit) !== null) return;
  const message = `there is no unit ${unit}; use a UN/ECE Recommendation 20 code such as EA or KGM`;
  throw refused("UNIT_UNKNOWN", message, field);
}

/** The shop makes pieces. */
function checkCountUnit(unit: string): void {
  checkUnit(unit, "unit");
  if (dimensionOf(unit) === "count") return;
  throw refused("UNIT_INCOMPATIBLE", `this MES counts what it makes in pieces, not in ${unit}`, "unit");
}

function checkedPieces(text: string): string {
  const pieces = checkedQuantity(text, "quantity");
  if (decimal(pieces).scale === 0 && Number(pieces) <= PIECES_MAX) return pieces;
  throw refused("QUANTITY_INVALID", `${text} is not a whole number of pieces up to ${PIECES_MAX}`, "quantity");
}

/** Above zero, in plain form. */
function checkedQuantity(text: string, field: string): string {
  const quantity = parseDecimal(text);
  if (quantity === null) throw refused("QUANTITY_INVALID", `"${text}" is not a decimal number`, field);
  if (compare(quantity, ZERO) <= 0) throw refused("QUANTITY_INVALID", `${text} is not above zero`, field);
  if (quantity.scale <= DECIMALS_MAX) return decimalText(quantity);
  throw refused("TOO_MANY_DECIMALS", `${text} has more than ${DECIMALS_MAX} decimals`, field);
}

/** An instant in UTC with milliseconds, however it was written. */
function checkedInstant(text: string | null, field: string): string | null {
  if (text === null) return null;
  const isInstant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/.test(text);
  const at = isInstant ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(at)) return new Date(at).toISOString();
  throw refused("DATE_INVALID", `${text} is not an instant as 2026-03-01T06:00:00.000Z`, field);
}
