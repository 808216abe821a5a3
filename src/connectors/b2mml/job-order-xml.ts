import type { JobComponent, JobOperation, JobOrder } from "../../domain/job-order.ts";
import type { Quantity } from "../../domain/quantity.ts";
import { rationalText } from "../../domain/rational.ts";
import { EDITIONS, PARAMETERS, PROPERTIES, type Edition } from "./edition.ts";
import { idXml, textXml, UnsendableError } from "./xml.ts";

/**
 * A work schedule with one work request, the ERP's order, and in it one job order. Written as text: a builder
 * takes ten times as long, and this is the hub's busiest path.
 * @throws UnsendableError names the field that B2MML has no way to hold.
 */
export function workScheduleXml(job: JobOrder, edition: Edition): string {
  const id = idXml("id", job.id);
  const request =
    edition === "7.01"
      ? `<Version>${versionText(job.version)}</Version>` +
        `<OperationsRequestID>${idXml("order", job.order)}</OperationsRequestID>`
      : "";
  return scheduleXml(`<WorkRequest><ID>${id}</ID>${request}${jobOrderXml(job, edition)}</WorkRequest>`);
}

/** Names job orders in a message that says nothing else of them, or gives them a command. */
export function namedJobsXml(ids: readonly string[], command: "Hold" | "Resume" | null = null): string {
  const commandXml = command === null ? "" : `<Command>${command}</Command>`;
  const requests = ids.map((each) => {
    const id = idXml("id", each);
    return `<WorkRequest><ID>${id}</ID><JobOrder><ID>${id}</ID>${commandXml}</JobOrder></WorkRequest>`;
  });
  return scheduleXml(requests.join(""));
}

/** Names the job orders whose performance is asked for. */
export function namedResponsesXml(ids: readonly string[]): string {
  const responses = ids.map((each) => {
    const id = idXml("id", each);
    return `<WorkResponse><ID>${id}</ID><JobResponse><ID>${id}</ID><JobOrderID>${id}</JobOrderID></JobResponse></WorkResponse>`;
  });
  return (
    `<WorkPerformance><ID>${SCHEDULE}</ID><WorkScheduleID>${SCHEDULE}</WorkScheduleID>${responses.join("")}` +
    "</WorkPerformance>"
  );
}

/** Stands for whatever the message's expression selects: the schema wants an ID everywhere. */
export const ANY = "*";

/** One schedule carries each message: B2MML wants it around a work request, and the ERP has no such thing. */
const SCHEDULE = "heddle";

function scheduleXml(requests: string): string {
  return `<WorkSchedule><ID>${SCHEDULE}</ID>${requests}</WorkSchedule>`;
}

function jobOrderXml(job: JobOrder, edition: Edition): string {
  const head = `<JobOrder><ID>${idXml("id", job.id)}</ID><Description>${textXml(job.name)}</Description>`;
  const times = timeXml("StartTime", "start", job.start) + timeXml("EndTime", "end", job.end);
  const scope = scopeXml(job.plant, edition);
  const master =
    `<WorkMasterID>${idXml("item", job.item)}</WorkMasterID>` +
    (job.routing === null ? "" : `<WorkMasterVersion>${idXml("routing", job.routing)}</WorkMasterVersion>`);
  const priority = `<Priority>${wholeText("priority", job.priority)}</Priority>`;
  const parameters =
    (edition === "6"
      ? parameterXml(PARAMETERS.version, versionText(job.version), "integer") +
        parameterXml(PARAMETERS.order, idXml("order", job.order), "Identifier")
      : "") +
    parameterXml(PARAMETERS.type, idXml("type", job.type), "Code") +
    (job.from === null
      ? ""
      : parameterXml(ORIGINS[job.from.because], idXml("from.order", job.from.order), "Identifier")) +
    optionalParameterXml(PARAMETERS.revision, "revision", job.revision) +
    optionalParameterXml(PARAMETERS.mbom, "mbom", job.mbom) +
    optionalParameterXml(PARAMETERS.routing, "routing", job.routing);
  const equipment = job.operations.map((operation, i) => equipmentXml(operation, i + 1, edition)).join("");
  const materials = producedXml(job, edition) + job.operations.map((one) => consumedXml(one, edition)).join("");
  if (edition === "6")
    return `${head}${scope}${WORK_TYPE}${master}${times}${priority}${parameters}${equipment}${materials}</JobOrder>`;

  const version = `<Version>${versionText(job.version)}</Version>`;
  const segments = job.operations.map(
    ({ operation }) => `<SegmentRequirementID>${idXml("operations.operation", operation)}</SegmentRequirementID>`,
  );
  return (
    `${head}${version}${times}${scope}${WORK_TYPE}${master}${priority}${parameters}${equipment}${materials}` +
    `${segments.join("")}</JobOrder>`
  );
}

const ORIGINS = { split: PARAMETERS.splitFrom, rework: PARAMETERS.reworkOf } as const;

const WORK_TYPE = "<WorkType>Production</WorkType>";

/** An operation: the work center that carries it out, its place in the sequence and its times. */
function equipmentXml(step: JobOperation, sequence: number, edition: Edition): string {
  const operation = idXml("operations.operation", step.operation);
  return (
    "<EquipmentRequirement>" +
    (edition === "7.01" ? `<ID>${operation}</ID>` : "") +
    `<EquipmentID>${idXml("operations.workCenter", step.workCenter)}</EquipmentID>` +
    (edition === "7.01" ? "<EquipmentLevel>WorkCenter</EquipmentLevel>" : "") +
    `<Description>${textXml(step.name)}</Description>` +
    propertyXml("Equipment", PROPERTIES.operation, valueXml(operation, "Identifier")) +
    propertyXml("Equipment", PROPERTIES.sequence, valueXml(String(sequence), "integer")) +
    timesOf(step)
      .map(([id, field, seconds]) => propertyXml("Equipment", id, secondsXml(field, seconds)))
      .join("") +
    "</EquipmentRequirement>"
  );
}

/** The times that the ERP keeps of a step. */
function timesOf({
  setupSeconds,
  runSeconds,
}: JobOperation): (readonly [id: string, field: string, seconds: number])[] {
  return [
    ...(setupSeconds === null ? [] : [[PROPERTIES.setup, "operations.setupSeconds", setupSeconds] as const]),
    ...(runSeconds === null ? [] : [[PROPERTIES.run, "operations.runSeconds", runSeconds] as const]),
  ];
}

function producedXml({ item, revision, quantity }: JobOrder, edition: Edition): string {
  return (
    "<MaterialRequirement>" +
    (edition === "7.01" ? "<ID>product</ID>" : "") +
    `<MaterialDefinitionID>${idXml("item", item)}</MaterialDefinitionID><MaterialUse>Produced</MaterialUse>` +
    quantityXml("quantity", quantity) +
    (revision === null
      ? ""
      : propertyXml("Material", PROPERTIES.revision, valueXml(idXml("revision", revision), "Identifier"))) +
    "</MaterialRequirement>"
  );
}

function consumedXml({ operation, components }: JobOperation, edition: Edition): string {
  return components.map((component) => componentXml(component, operation, edition)).join("");
}

function componentXml({ line, item, required, supply, lot }: JobComponent, operation: string, edition: Edition) {
  const id = idXml("components.line", line);
  return (
    "<MaterialRequirement>" +
    (edition === "7.01" ? `<ID>${id}</ID>` : "") +
    `<MaterialDefinitionID>${idXml("components.item", item)}</MaterialDefinitionID>` +
    (lot === null ? "" : `<MaterialLotID>${idXml("components.lot", lot)}</MaterialLotID>`) +
    "<MaterialUse>Consumed</MaterialUse>" +
    quantityXml("components.required", required) +
    propertyXml("Material", PROPERTIES.operation, valueXml(idXml("operations.operation", operation), "Identifier")) +
    (edition === "6" ? propertyXml("Material", PROPERTIES.line, valueXml(id, "Identifier")) : "") +
    (supply === null ? "" : propertyXml("Material", PROPERTIES.supply, valueXml(supply, "Code"))) +
    "</MaterialRequirement>"
  );
}

/**
 * How the item is made, without any one order: its routing. Components are not in it, because an order may
 * need others than the next one of the same routing.
 * @throws UnsendableError
 */
export function workMasterXml(job: JobOrder, edition: Edition): string {
  const item = idXml("item", job.item);
  const steps = job.operations.map((operation, i) => masterStepXml(operation, i + 1, edition)).join("");
  return (
    `<WorkMaster><ID>${item}</ID>${masterVersionXml(job.routing)}<Description>${textXml(job.name)}</Description>` +
    `${scopeXml(job.plant, edition)}${masterTypeXml(edition)}` +
    "<MaterialSpecification>" +
    `<ID>product</ID><MaterialDefinitionID>${item}</MaterialDefinitionID><MaterialUse>Produced</MaterialUse>` +
    `<Quantity><QuantityString>1</QuantityString><DataType>decimal</DataType>` +
    `<UnitOfMeasure>${job.quantity.unit}</UnitOfMeasure></Quantity></MaterialSpecification>${steps}</WorkMaster>`
  );
}

function masterVersionXml(routing: string | null): string {
  return routing === null ? "" : `<Version>${idXml("routing", routing)}</Version>`;
}

function masterTypeXml(edition: Edition): string {
  return edition === "7.01" ? WORK_TYPE : "<WorkType>Work Master</WorkType>";
}

function masterStepXml(step: JobOperation, sequence: number, edition: Edition): string {
  const [element, parameter] =
    edition === "7.01"
      ? (["WorkMasterChild", "ParameterSpecification"] as const)
      : (["WorkMaster", "Parameter"] as const);
  const operation = idXml("operations.operation", step.operation);
  const parameters = [
    [PROPERTIES.sequence, valueXml(String(sequence), "integer")],
    ...timesOf(step).map(([id, field, seconds]) => [id, secondsXml(field, seconds)] as const),
  ].map(([id, value]) => `<${parameter}><ID>${id}</ID>${value}</${parameter}>`);
  return (
    `<${element}><ID>${operation}</ID><Description>${textXml(step.name)}</Description>${masterTypeXml(edition)}` +
    `${parameters.join("")}<EquipmentSpecification>${edition === "7.01" ? `<ID>${operation}</ID>` : ""}` +
    `<EquipmentID>${idXml("operations.workCenter", step.workCenter)}</EquipmentID></EquipmentSpecification></${element}>`
  );
}

function scopeXml(plant: string, edition: Edition): string {
  const { level } = EDITIONS[edition];
  return `<HierarchyScope><EquipmentID>${idXml("plant", plant)}</EquipmentID><${level}>Site</${level}></HierarchyScope>`;
}

function optionalParameterXml(id: string, field: string, value: string | null): string {
  return value === null ? "" : parameterXml(id, idXml(field, value), "Identifier");
}

function parameterXml(id: string, value: string, type: string): string {
  return `<JobOrderParameter><ID>${id}</ID>${valueXml(value, type)}</JobOrderParameter>`;
}

function propertyXml(of: "Equipment" | "Material", id: string, value: string): string {
  return `<${of}RequirementProperty><ID>${id}</ID>${value}</${of}RequirementProperty>`;
}

function valueXml(value: string, type: string): string {
  return `<Value><ValueString>${value}</ValueString><DataType>${type}</DataType></Value>`;
}

function secondsXml(field: string, seconds: number): string {
  return (
    `<Value><ValueString>${decimalText(field, seconds)}</ValueString><DataType>decimal</DataType>` +
    "<UnitOfMeasure>SEC</UnitOfMeasure></Value>"
  );
}

function quantityXml(field: string, { amount, unit }: Quantity): string {
  const text = rationalText(amount);
  if (text.includes("/")) throw new UnsendableError(field, `${text} is no decimal number; round it by a rule`);
  return (
    `<Quantity><QuantityString>${text}</QuantityString><DataType>decimal</DataType>` +
    `<UnitOfMeasure>${unit}</UnitOfMeasure></Quantity>`
  );
}

/** The schema's date and time; a time of the domain is always in UTC. */
const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

function timeXml(element: string, field: string, time: string | null): string {
  if (time === null) return "";
  if (DATE_TIME.test(time)) return `<${element}>${time}</${element}>`;
  throw new UnsendableError(field, `${JSON.stringify(time)} is no date and time in UTC`);
}

function versionText(version: number): string {
  return wholeText("version", version);
}

function wholeText(field: string, number: number): string {
  if (Number.isSafeInteger(number)) return String(number);
  throw new UnsendableError(field, `${number} is no whole number`);
}

/** A decimal without an exponent, which the schema's decimals do not have. */
function decimalText(field: string, number: number): string {
  const text = String(number);
  if (/^\d+(\.\d+)?$/.test(text)) return text;
  if (Number.isFinite(number) && number >= 0 && number < 1) return number.toFixed(20).replace(/\.?0+$/, "");
  throw new UnsendableError(field, `${text} is no number of seconds`);
}
