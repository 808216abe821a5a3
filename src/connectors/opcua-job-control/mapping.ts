import { createHash } from "node:crypto";
import type { JobOrderId, SystemId } from "../../domain/ids.ts";
import type { Job, JobComponent, JobOperation, JobOrder, JobState } from "../../domain/job-order.ts";
import { canonicalText } from "../../domain/json.ts";
import type { Held, VersionToken } from "../../domain/plant-item.ts";
import { quantityText, type Quantity } from "../../domain/quantity.ts";
import { parseRational, plus, type Rational, rationalText, sign, ZERO } from "../../domain/rational.ts";
import { KNOWN_UNITS, type Unit } from "../../domain/unit.ts";
import { badData } from "../bad-data.ts";
import type { SystemDescription } from "../port.ts";
import { engineeringUnits, unitOf } from "./unit-code.ts";
import { CONTRACTS } from "./wire.ts";
import type * as Wire from "./wire.ts";

/** ANSI/ISA-95 part 2's words for what a material is for. */
export const PRODUCED = "material produced";
export const CONSUMED = "material consumed";
/** Priorities are of 16 bits. */
const PRIORITY_MAX = 32_767;
/** The names that OPC 40001-3 gives to ISO 22400's quantities. */
export const GOOD = "GoodQuantity";
export const SCRAP = "ScrapQuantity";

/** By the state's number in `ISA95JobOrderReceiverObjectType`. */
const STATE: ReadonlyMap<number, JobState> = new Map([
  [1, "waiting"],
  [2, "ready"],
  [3, "running"],
  [4, "interrupted"],
  [5, "completed"],
  [6, "aborted"],
]);

/** What the server's status says, where it says it. */
export function toDescription(version?: unknown, now?: unknown): SystemDescription {
  return {
    version: typeof version === "string" && version !== "" ? version : null,
    now: now instanceof Date ? now.toISOString() : null,
  };
}

export function toJobId({ jobOrderID }: { readonly jobOrderID: string }): JobOrderId {
  return jobOrderID as JobOrderId;
}

/** A job in the server's list, not looked into yet: one that cannot be read spoils no other. */
export type Entry = {
  readonly id: JobOrderId;
  /** Moves with content and state, not with the pieces that are made, so that a running job can be held. */
  readonly token: VersionToken;
  /** @throws ConnectorError "rejected", naming the field that cannot be read. */
  readonly listed: () => Listed;
};

export type Listed = {
  readonly id: JobOrderId;
  readonly version: number;
  readonly state: JobState;
  readonly content: string;
  readonly token: VersionToken;
  readonly order: Wire.JobOrder;
};

/** Null for a job order without our version: another client's. */
export function toEntry(listed: unknown, versionParameter: string, system: SystemId): Entry | null {
  const read = CONTRACTS.jobOrderAndState(listed);
  if ("value" in read) return entryOf(read.value.jobOrder, read.value.state, versionParameter, system);
  const named = CONTRACTS.named(listed);
  if (!("value" in named)) return null;
  const { jobOrder } = named.value;
  return {
    id: toJobId(jobOrder),
    token: digest(JSON.stringify(listed)),
    listed() {
      throw faults(system, jobOrder)(read.field, read.problem);
    },
  };
}

function entryOf(order: Wire.JobOrder, states: Wire.States, versionParameter: string, system: SystemId): Entry | null {
  const setting = order.jobOrderParameters?.find(({ ID }) => ID === versionParameter);
  if (setting === undefined) return null;
  const id = toJobId(order);
  const content = contentOf(order);
  const state = toState(states);
  const token = tokenOf(content, state);
  return {
    id,
    token,
    listed() {
      const version = Number(setting.value?.value);
      const fault = faults(system, order);
      if (!Number.isSafeInteger(version) || version < 1) {
        const found = JSON.stringify(setting.value?.value ?? null);
        throw fault(versionParameter, `the version ${found} is not a count from 1`);
      }
      if (state === null) throw fault("State", `the state number ${states[0]?.stateNumber} is not one of OPC 10031-4`);
      return { id, version, state, content, token, order };
    },
  };
}

/** Null for a number that the specification does not have. */
export function toState(states: Wire.States): JobState | null {
  return STATE.get(states[0]?.stateNumber ?? 0) ?? null;
}

export function tokenOf(content: string, state: JobState | null): VersionToken {
  return digest(`${state}\n${content}`);
}

function digest(of: string): VersionToken {
  return createHash("sha256").update(of).digest("hex").slice(0, 32);
}

/** What a job order says that is to be done, as text to compare, whoever wrote it and however it was filled up. */
export function contentOf(order: Wire.JobOrder): string {
  return canonicalText({
    name: order.description?.[0]?.text ?? null,
    workMasters: (order.workMasterID ?? []).map(({ ID, description, parameters }) => ({
      ID,
      name: description?.text ?? null,
      parameters: settings(parameters),
    })),
    start: instant(order.startTime),
    end: instant(order.endTime),
    priority: order.priority ?? 0,
    parameters: settings(order.jobOrderParameters),
    equipment: (order.equipmentRequirements ?? []).map(({ ID, equipmentUse }) => [ID, equipmentUse ?? null]),
    materials: (order.materialRequirements ?? []).map((material) => ({
      item: material.materialDefinitionID ?? null,
      lot: emptyAsNull(material.materialLotID),
      use: material.materialUse ?? null,
      quantity: material.quantity ?? null,
      unit: material.engineeringUnits?.unitId ?? null,
      properties: settings(material.properties),
    })),
  });
}

function settings(all: readonly Wire.Setting[] | null | undefined) {
  return (all ?? []).map(({ ID, value, engineeringUnits: unit }) => [
    ID,
    JSON.stringify(value?.value ?? null),
    unit?.unitId ?? null,
  ]);
}

/** A DateTime that is not set is the year 1601 on the wire. */
function instant(at: string | null | undefined): string | null {
  return at == null || at.startsWith("1601-01-01") ? null : at;
}

function emptyAsNull(given: string | null | undefined): string | null {
  return given == null || given === "" ? null : given;
}

/** A job with how far it is; null for a server that does not tell. */
export function toHeldJob(
  { id, version, state, token, order }: Listed,
  response: Wire.JobResponse | null,
  system: SystemId,
): Held<Job> {
  const unit = unitMade(order, system);
  const good = response === null ? ZERO : (amountOf(response, GOOD, system) ?? amountMade(response, order, system));
  const scrap = response === null ? ZERO : (amountOf(response, SCRAP, system) ?? ZERO);
  const value: Job = {
    id,
    number: order.jobOrderID,
    version,
    state: state === "aborted" && response !== null && instant(response.startTime) === null ? "cancelled" : state,
    good: { amount: good, unit },
    scrap: { amount: scrap, unit },
    cancellation: null,
    refusal: null,
  };
  return { value, version: token };
}

function unitMade(order: Wire.JobOrder, system: SystemId): Unit {
  const made = order.materialRequirements?.find(({ materialUse }) => materialUse === PRODUCED);
  const unit = made?.engineeringUnits == null ? null : unitOf(made.engineeringUnits);
  if (unit !== null) return unit;
  const found = made?.engineeringUnits?.unitId ?? "none";
  throw faults(system, order)(
    "MaterialRequirements.EngineeringUnits",
    `the unit of what is produced has the id ${found}; Heddle knows ${KNOWN_UNITS.join(", ")}`,
  );
}

/** Null when the response does not say. */
function amountOf(response: Wire.JobResponse, name: string, system: SystemId): Rational | null {
  const value = response.jobResponseData?.find(({ ID }) => ID === name)?.value?.value;
  if (value == null) return null;
  return toAmount(typeof value === "string" ? value : JSON.stringify(value), response, name, system);
}

function amountMade(response: Wire.JobResponse, order: Wire.JobOrder, system: SystemId): Rational {
  const item = order.materialRequirements?.find(({ materialUse }) => materialUse === PRODUCED)?.materialDefinitionID;
  return (response.materialActuals ?? [])
    .filter((made) => made.materialUse === PRODUCED && made.materialDefinitionID === item)
    .map(({ quantity }) => toAmount(quantity ?? "", response, "MaterialActuals.Quantity", system))
    .reduce(plus, ZERO);
}

function toAmount(given: string, response: Wire.JobResponse, field: string, system: SystemId): Rational {
  const amount = parseRational(given);
  if (amount !== null && sign(amount) >= 0) return amount;
  throw faults(system, response)(field, `"${given}" is not a quantity`);
}

/** A job order in the server's words. @throws ConnectorError "rejected" for a figure that it cannot write. */
export function fromJobOrder(job: JobOrder, versionParameter: string, system: SystemId) {
  const parameter = (ID: string, value: string | null) => (value === null ? [] : [text(ID, value)]);
  return {
    jobOrderID: job.id,
    description: [{ text: job.name }],
    workMasterID: job.operations.map(fromOperation),
    ...(job.start === null ? {} : { startTime: toInstant(job.start, "start", job, system) }),
    ...(job.end === null ? {} : { endTime: toInstant(job.end, "end", job, system) }),
    priority: Math.min(job.priority, PRIORITY_MAX),
    jobOrderParameters: [
      { ID: versionParameter, value: { dataType: "UInt32", value: job.version } },
      text("Plant", job.plant),
      text("ProductionOrder", job.order),
      text("OrderType", job.type),
      ...(job.from === null ? [] : [text(ORIGINS[job.from.because], job.from.order)]),
      ...parameter("Bom", job.mbom),
      ...parameter("Routing", job.routing),
    ],
    equipmentRequirements: job.operations.map(({ workCenter, operation }) => ({
      ID: workCenter,
      equipmentUse: operation,
    })),
    materialRequirements: [
      {
        materialDefinitionID: job.item,
        materialUse: PRODUCED,
        ...quantityOf(job.quantity, "quantity", job, system),
        properties: parameter("Revision", job.revision),
      },
      ...job.operations.flatMap(({ operation, components }) =>
        components.map((component) => fromComponent(component, operation, job, system)),
      ),
    ],
  };
}
export type SentOrder = ReturnType<typeof fromJobOrder>;

const ORIGINS = { split: "SplitFrom", rework: "ReworkOf" } as const;

function fromOperation({ operation, name, setupSeconds, runSeconds }: JobOperation) {
  return {
    ID: operation,
    description: { text: name },
    parameters: [...seconds("SetupTime", setupSeconds), ...seconds("RunTimePerUnit", runSeconds)],
  };
}

/** Nothing where the ERP keeps no time. */
function seconds(ID: string, value: number | null) {
  return value === null
    ? []
    : [{ ID, value: { dataType: "Double", value }, engineeringUnits: engineeringUnits("SEC") }];
}

function fromComponent(
  { line, item, required, supply, lot }: JobComponent,
  operation: string,
  job: JobOrder,
  system: SystemId,
) {
  return {
    materialDefinitionID: item,
    ...(lot === null ? {} : { materialLotID: lot }),
    materialUse: CONSUMED,
    ...quantityOf(required, `quantity of component line ${line}`, job, system),
    properties: [
      text("Line", line),
      text("Operation", operation),
      ...(supply === null ? [] : [text("SupplyType", supply)]),
    ],
  };
}

function text(ID: string, value: string) {
  return { ID, value: { dataType: "String", value } };
}

/** Rounding is not a connector's to decide. */
function quantityOf({ amount, unit }: Quantity, field: string, job: JobOrder, system: SystemId) {
  const quantity = rationalText(amount);
  if (!quantity.includes("/")) return { quantity, engineeringUnits: engineeringUnits(unit) };
  throw writing(job, system)(field, `no decimal number writes ${quantity}; round it by a rule`);
}

function toInstant(given: string, field: string, job: JobOrder, system: SystemId): string {
  const at = Date.parse(given);
  if (!Number.isNaN(at)) return new Date(at).toISOString();
  throw writing(job, system)(field, `"${given}" is not an instant`);
}

function writing({ id }: JobOrder, system: SystemId) {
  return (field: string, cause: string) =>
    badData({ system, doing: `writing job ${id}`, object: `job ${id}`, field, cause });
}

function faults(system: SystemId, { jobOrderID }: { readonly jobOrderID: string }) {
  return (field: string, cause: string) =>
    badData({ system, doing: `reading job ${jobOrderID}`, object: `job ${jobOrderID}`, field, cause });
}

/** What of a job OPC UA Job Control has no place for. */
export function cannotHold(job: JobOrder): readonly string[] {
  const losses: string[] = [];
  if (job.priority > PRIORITY_MAX) {
    losses.push(`Priorities go up to ${PRIORITY_MAX}; job ${job.id} has ${job.priority}.`);
  }
  const required = job.operations.flatMap(({ components }) => components.map((component) => component.required));
  for (const quantity of [job.quantity, ...required]) {
    if (!rationalText(quantity.amount).includes("/")) continue;
    losses.push(`Job ${job.id} has ${quantityText(quantity)}, which no decimal number writes; round it.`);
  }
  return losses;
}
