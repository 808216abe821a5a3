import type { EventFault } from "../../domain/feedback/event-fault.ts";
import { parseInstant, type Instant } from "../../domain/feedback/instant.ts";
import type { Occurrence, ShopFact } from "../../domain/feedback/shop-event.ts";
import { unreadable, type Told } from "../../domain/feedback/told.ts";
import type { ItemId, OperationId, PlantId, ProductionOrderId, Revision, WorkCenterId } from "../../domain/ids.ts";
import type { Quantity } from "../../domain/quantity.ts";
import { parseRational, rational, roundedHalfUp, times, toNumber } from "../../domain/rational.ts";
import { conversionFactor, KNOWN_UNITS, type Unit } from "../../domain/unit.ts";
import { CONSUMED, GOOD, PRODUCED, SCRAP } from "./mapping.ts";
import { unitOf } from "./unit-code.ts";
import { CONTRACTS, type JobResponse, type Material, type Setting } from "./wire.ts";

/** By the state's number in `ISA95JobOrderReceiverObjectType`. */
export const STATE_NUMBERS = { running: 3, interrupted: 4, ended: 5, aborted: 6 } as const;

/** Words for what a material is for, beside those of ISA-95. */
const SCRAPPED = "material scrapped";
const REWORK = "material rework";

/** Why one thing of a response cannot be read. */
class Unclear extends Error {
  readonly fault: EventFault;

  constructor(field: string, cause: string, fix: string) {
    super(cause);
    this.fault = { field, cause, fix };
  }
}

/** What an event of the server says of a job that moved. */
export type Moved = { readonly time: Instant | null; readonly resumes: boolean };

type Response = {
  readonly key: string;
  readonly place: Omit<Occurrence, "since" | "at" | "serials" | "lot" | "fact">;
  readonly start: Instant | null;
  readonly end: Instant | null;
  readonly isOver: boolean;
  readonly data: ReadonlyMap<string, Setting>;
};

type Piece = { readonly id: string; readonly read: () => Partial<Occurrence> | null };

/**
 * The events that a job response tells, with ids made of its own. What it counts are totals until the job is over, so
 * quantities, materials and times are told at its end, and only then. `unit` is that of what the job makes, where the
 * job order is known. `moved` is null for a response that was asked for.
 */
export function toTold(json: unknown, source: string, unit: Unit | null, moved: Moved | null): readonly Told[] {
  const read = CONTRACTS.jobResponse(json);
  if (!("value" in read)) {
    const fault = { field: read.field, cause: `It ${read.problem}.`, fix: "Let the server keep to OPC 10031-4." };
    return [unreadable(JSON.stringify(json), [fault], { source })];
  }
  const { value } = read;
  const job = /^([^:]+):(.+)$/.exec(value.jobOrderID);
  if (job === null) return []; // another client's job
  const [, plant = "", order = ""] = job;
  const key = `${value.jobOrderID}/${value.jobResponseID ?? ""}`;
  try {
    const response = readResponse(value, key, plant as PlantId, order as ProductionOrderId);
    return piecesOf(value, response, unit, moved).flatMap((piece) => toldPiece(piece, response, source, value));
  } catch (error) {
    return [notRead(error, value, source, key)];
  }
}

function toldPiece({ id, read }: Piece, { key, place, end, start }: Response, source: string, json: JobResponse) {
  const name = `${key}/${id}`;
  try {
    const told = read();
    if (told === null) return [];
    const defaults = { since: null, at: end ?? start ?? "", serials: [], lot: null };
    const occurrence = { ...place, ...defaults, ...told } as Occurrence;
    return [{ kind: "event", event: { kind: "occurrence", source, id: name, ...occurrence } } as const];
  } catch (error) {
    return [notRead(error, json, source, name)];
  }
}

function notRead(error: unknown, json: JobResponse, source: string, id: string): Told {
  if (!(error instanceof Unclear)) throw error;
  return unreadable(JSON.stringify(json), [error.fault], { source, id });
}

function readResponse(response: JobResponse, key: string, plant: PlantId, order: ProductionOrderId): Response {
  const data = new Map((response.jobResponseData ?? []).map((one) => [one.ID, one] as const));
  const [equipment] = response.equipmentActuals ?? [];
  const [person] = response.personnelActuals ?? [];
  const operation = textOf(data.get("Operation")) ?? emptyAsNull(equipment?.equipmentUse);
  const state = response.jobState?.[0]?.stateNumber;
  return {
    key,
    place: {
      plant,
      order,
      job: null,
      item: null,
      revision: null,
      operation: operation as OperationId | null,
      workCenter: emptyAsNull(equipment?.ID) as WorkCenterId | null,
      station: null,
      operator: emptyAsNull(person?.ID),
    },
    start: instantOf("StartTime", response.startTime),
    end: instantOf("EndTime", response.endTime),
    isOver: state === STATE_NUMBERS.ended || state === STATE_NUMBERS.aborted,
    data,
  };
}

function piecesOf(json: JobResponse, response: Response, unit: Unit | null, moved: Moved | null): readonly Piece[] {
  const { start, data } = response;
  const pieces: Piece[] = [
    { id: "started", read: () => (start === null ? null : { at: start, fact: { kind: "operation started" } }) },
  ];
  const state = json.jobState?.[0]?.stateNumber;
  const time = moved?.time ?? null;
  if (time !== null && state === STATE_NUMBERS.interrupted) {
    pieces.push({
      id: `held@${time}`,
      read: () => ({ at: time, fact: { kind: "held", reason: textOf(data.get("Reason")) } }),
    });
  }
  if (time !== null && moved?.resumes === true && state === STATE_NUMBERS.running) {
    pieces.push({ id: `resumed@${time}`, read: () => ({ at: time, fact: { kind: "resumed" } }) });
  }
  // What was never begun was cancelled: nothing was made, and nothing is over.
  if (!response.isOver || start === null) return pieces;
  const materials = json.materialActuals ?? [];
  const isCounted = materials.some(({ materialUse }) => materialUse === PRODUCED);
  return [
    ...pieces,
    { id: "setup", read: () => setupOf(response) },
    ...(isCounted ? [] : [{ id: "good", read: () => totalOf("good", GOOD, response, unit, true) }]),
    { id: "scrap", read: () => totalOf("scrap", SCRAP, response, unit, false) },
    ...materials.map((material, at) => ({
      id: `material/${at + 1}`,
      read: () =>
        materialOf(material, response, unit, materials.findIndex((one) => one.materialUse === PRODUCED) === at),
    })),
    { id: "completed", read: () => completed(response, state === STATE_NUMBERS.aborted) },
  ];
}

function setupOf({ data, start }: Response): Partial<Occurrence> | null {
  const setting = data.get("SetupTime");
  if (setting === undefined || start === null) return null;
  const workedMs = durationOf(setting);
  return { at: new Date(Date.parse(start) + workedMs).toISOString(), fact: { kind: "setup completed", workedMs } };
}

function totalOf(
  kind: "good" | "scrap",
  name: string,
  { data, start }: Response,
  unit: Unit | null,
  isTimed: boolean,
): Partial<Occurrence> | null {
  const setting = data.get(name);
  const text = textOf(setting);
  if (setting === undefined || text === null || text === "0") return null;
  const quantity = quantityOf(name, text, setting.engineeringUnits, unit);
  const run = isTimed ? data.get("RunTime") : undefined;
  const reason = kind === "good" ? null : textOf(data.get("ScrapReason"));
  const workedMs = run === undefined ? null : durationOf(run);
  return { since: isTimed ? start : null, fact: { kind, quantity, reason, workedMs, reworked: null } };
}

function materialOf(material: Material, response: Response, unit: Unit | null, isTimed: boolean): Partial<Occurrence> {
  const property = (ID: string) => textOf(material.properties?.find((one) => one.ID === ID));
  const operation = (property("Operation") ?? response.place.operation) as OperationId | null;
  const use = material.materialUse ?? "";
  const own = use === CONSUMED ? null : unit;
  const quantity = quantityOf("MaterialActuals.Quantity", material.quantity ?? "", material.engineeringUnits, own);
  const item = emptyAsNull(material.materialDefinitionID) as ItemId | null;
  const revision = property("Revision") as Revision | null;
  const lot = emptyAsNull(material.materialLotID);
  const serials = [emptyAsNull(material.materialSublotID), property("SerialNumber")].filter((one) => one !== null);
  if (use === CONSUMED) {
    if (item === null) throw new Unclear("MaterialDefinitionID", "It is missing.", "Name the item that was used.");
    return { operation, fact: { kind: "consumed", item, revision, quantity, line: property("Line"), lot, serials } };
  }
  const kind = KINDS.get(use);
  if (kind === undefined) {
    const words = [CONSUMED, ...KINDS.keys()].join(", ");
    throw new Unclear("MaterialUse", `Heddle keeps nothing of a material of use "${use}".`, `Send one of ${words}.`);
  }
  const run = isTimed ? response.data.get("RunTime") : undefined;
  const fact: ShopFact = {
    kind,
    quantity,
    reason: kind === "good" ? null : property("Reason"),
    workedMs: run === undefined ? null : durationOf(run),
    reworked: null,
  };
  return { since: isTimed ? response.start : null, item, revision, operation, lot, serials, fact };
}

const KINDS: ReadonlyMap<string, "good" | "scrap" | "rework"> = new Map([
  [PRODUCED, "good"],
  [SCRAPPED, "scrap"],
  [REWORK, "rework"],
]);

function completed({ end }: Response, early: boolean): Partial<Occurrence> {
  if (end !== null) return { at: end, fact: { kind: "operation completed", early } };
  throw new Unclear("EndTime", "The job is over, but not said since when.", "Set EndTime at the end of a job.");
}

function quantityOf(
  field: string,
  text: string,
  units: Setting["engineeringUnits"] | null | undefined,
  otherwise: Unit | null,
): Quantity {
  const unit = units == null ? otherwise : unitOf(units);
  if (unit === null) {
    const cause =
      units == null ? "It has no unit." : `Its unit has the id ${units.unitId}, which Heddle does not know.`;
    throw new Unclear(`${field}.EngineeringUnits`, cause, `Set the unit to one of ${KNOWN_UNITS.join(", ")}.`);
  }
  const amount = parseRational(text);
  if (amount !== null) return { amount, unit };
  throw new Unclear(field, `"${text}" is no decimal number.`, "Set it to digits with a decimal point.");
}

/** Whole milliseconds; without a unit it is in seconds, as in job orders. */
function durationOf(setting: Setting): number {
  const unit = setting.engineeringUnits == null ? "SEC" : unitOf(setting.engineeringUnits);
  const factor = unit === null ? null : conversionFactor(unit, "SEC");
  const text = textOf(setting) ?? "";
  const amount = parseRational(text);
  if (factor !== null && amount !== null) {
    return toNumber(roundedHalfUp(times(times(amount, factor), rational(1_000n)), 0));
  }
  throw new Unclear(
    setting.ID,
    `"${text}" is no time in a unit.`,
    "Set a number, with seconds or minutes as its unit.",
  );
}

/** A DateTime that is not set is the year 1601 on the wire. */
function instantOf(field: string, text: string | null | undefined): Instant | null {
  if (text == null || text.startsWith("1601-01-01")) return null;
  const at = parseInstant(text);
  if (at !== null) return at;
  throw new Unclear(field, `"${text}" is no date and time.`, "Let the server send a DateTime.");
}

function textOf(setting: Setting | undefined): string | null {
  const value = setting?.value?.value;
  if (value == null || value === "") return null;
  return typeof value === "string" ? value : JSON.stringify(value);
}

function emptyAsNull(given: string | null | undefined): string | null {
  return given == null || given === "" ? null : given;
}
