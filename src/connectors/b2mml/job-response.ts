import type { Instant } from "../../domain/feedback/instant.ts";
import type { Occurrence, OutputCounted, ShopFact } from "../../domain/feedback/shop-event.ts";
import type { Told } from "../../domain/feedback/told.ts";
import type { ItemId, OperationId, PlantId, ProductionOrderId, Revision, WorkCenterId } from "../../domain/ids.ts";
import { PARAMETERS, PROPERTIES } from "./edition.ts";
import {
  ACTUAL_PROPERTIES,
  time,
  onlyOne,
  serialsOf,
  quantityOf,
  durationOf,
  truthOf,
  valueOf,
  propertyOf,
  Unclear,
} from "./event-fields.ts";
import {
  GIVE_IDS,
  levelIn,
  narrowed,
  notRead,
  plantAndOrder,
  scopeChain,
  WORK_CENTERS,
  WORK_UNITS,
  type Around,
} from "./event-place.ts";
import { SCRAPPED } from "./mapping.ts";
import { child, childrenOf, textOf, type XmlElement } from "./xml.ts";

/** Names of `JobResponseData`, beside those of job orders in `PARAMETERS` and `PROPERTIES`. */
const RESPONSE_DATA = {
  /** Time that setting up took, and time of processing without setup and waiting; with a unit of time or as PT5M. */
  setup: "SetupTime",
  run: "RunTime",
  reason: "Reason",
} as const;

/** How `MaterialActual` says that pieces go to rework, for which the schema has no use of its own. */
const REWORK = "Rework";

/** What each event of a response has in common. */
type Response = {
  readonly id: string;
  readonly source: string;
  readonly place: Omit<Occurrence, "since" | "at" | "serials" | "lot" | "fact">;
  readonly start: Instant | null;
  readonly end: Instant | null;
  /** When its figures were so: its end, or when it was told. */
  readonly at: Instant;
  readonly data: ReadonlyMap<string, XmlElement>;
};

/** One thing that a response tells, before it is known whether it can be read. */
type Piece = { readonly id: string; readonly from: XmlElement; readonly read: () => Partial<Occurrence> | null };

/** The events of one response to a job order, by what it tells. */
export function jobResponse(element: XmlElement, around: Around): readonly Told[] {
  const id = textOf(element, "ID");
  const name = [textOf(element, "JobOrderID"), id].filter((part) => part !== null).join("/");
  const key = { source: around.source, id: id === null ? null : name };
  try {
    if (id === null)
      throw new Unclear("ID", "The response has no ID, so its events could not be told from others.", GIVE_IDS);
    const response = readResponse(element, name, narrowed(element, around));
    return piecesOf(element, response).flatMap((piece) => toldPiece(piece, response));
  } catch (error) {
    return [notRead(error, element, key)];
  }
}

function toldPiece({ id, from, read }: Piece, response: Response): readonly Told[] {
  const key = { source: response.source, id: `${response.id}/${id}` };
  try {
    const told = read();
    if (told === null) return [];
    const { place, at } = response;
    const occurrence = { ...place, since: null, at, serials: [], lot: null, ...told } as Occurrence;
    return [{ kind: "event", event: { kind: "occurrence", ...key, ...occurrence } }];
  } catch (error) {
    return [notRead(error, from, key)];
  }
}

function readResponse(element: XmlElement, id: string, { source, told, scopes }: Around): Response {
  const start = time(element, "StartTime");
  const end = time(element, "EndTime");
  const at = end ?? told ?? start;
  if (at === null) {
    const cause = "Neither the response nor the message says when it was.";
    throw new Unclear("EndTime", cause, "Send EndTime, PublishedDate or the message's CreationDateTime.");
  }
  const data = new Map(
    childrenOf(element, "JobResponseData").flatMap((one) => {
      const name = textOf(one, "ID");
      return name === null ? [] : [[name, one] as const];
    }),
  );
  return { id, source, place: placeOf(element, data, scopes), start, end, at, data };
}

function placeOf(
  element: XmlElement,
  data: ReadonlyMap<string, XmlElement>,
  scopes: readonly XmlElement[],
): Response["place"] {
  const told = (name: string) => valueOf(data.get(name));
  const equipment = childrenOf(element, "EquipmentActual");
  const near = [...scopes, ...equipment.flatMap(scopeChain)];
  const { plant, order } = plantAndOrder(
    textOf(element, "JobOrderID"),
    told(PARAMETERS.order),
    levelIn(near, ["Site"]),
  );
  const used = equipment.map((one) => textOf(one, "EquipmentID")).find((one) => one !== null) ?? null;
  const center = levelIn(near, WORK_CENTERS);
  const operation = told(PROPERTIES.operation) ?? equipment.map((one) => propertyOf(one, PROPERTIES.operation))[0];
  const persons = childrenOf(element, "PersonnelActual").map((one) => textOf(one, "PersonID"));
  return {
    plant: plant as PlantId,
    order: order as ProductionOrderId | null,
    job: told(PARAMETERS.number),
    item: null,
    revision: null,
    operation: (operation ?? null) as OperationId | null,
    workCenter: (center ?? used) as WorkCenterId | null,
    station: levelIn(near, WORK_UNITS) ?? (center === null || used === center ? null : used),
    operator: persons.find((one) => one !== null) ?? null,
  };
}

function piecesOf(element: XmlElement, response: Response): readonly Piece[] {
  const { start, data } = response;
  const started: Piece = {
    id: "started",
    from: element,
    read: () => (start === null ? null : { at: start, fact: { kind: "operation started" } }),
  };
  const setup = data.get(RESPONSE_DATA.setup);
  const setUp: Piece = {
    id: "setup",
    from: setup ?? element,
    read() {
      if (setup === undefined) return null;
      const workedMs = durationOf(setup, RESPONSE_DATA.setup);
      const at = start === null ? response.at : new Date(Date.parse(start) + workedMs).toISOString();
      return { at, fact: { kind: "setup completed", workedMs } };
    },
  };
  const state: Piece = { id: "state", from: element, read: () => stateOf(element, response) };
  return [started, setUp, ...materialPieces(element, response), ...testPieces(element), state];
}

/** That it stands or is over. That it runs is told by its start. */
function stateOf(element: XmlElement, { end, data }: Response): Partial<Occurrence> | null {
  const state = child(element, "JobState");
  const word = state.text.trim();
  const said = word === "Other" ? (state.attributes["OtherValue"] ?? word) : word;
  switch (said.toLowerCase()) {
    case "":
    case "waiting":
    case "ready":
    case "running":
      return null;
    case "held":
    case "holding":
    case "paused":
    case "suspended":
      return { fact: { kind: "held", reason: valueOf(data.get(RESPONSE_DATA.reason)) } };
    case "completed":
    case "closed":
      return ended(end, false);
    case "aborted":
    case "cancelled":
      return ended(end, true);
    default:
      throw new Unclear("JobState", `"${said}" is no state of B2MML.`, "Send Running, Held, Completed or Aborted.");
  }
}

function ended(end: Instant | null, early: boolean): Partial<Occurrence> {
  if (end !== null) return { at: end, fact: { kind: "operation completed", early } };
  throw new Unclear("EndTime", "The job is over, but not said since when.", "Send EndTime with the end of a job.");
}

function materialPieces(element: XmlElement, response: Response): readonly Piece[] {
  const actuals = childrenOf(element, "MaterialActual");
  // The time of all pieces together is told once, with the first of them.
  const timed = actuals.find((one) => useOf(one) === "good") ?? actuals.find((one) => isOutput(useOf(one)));
  return actuals.flatMap((one, at) => actualPieces(one, nameOf(one, "material", at), one === timed, null, response));
}

/** Edition 6 has no id of an actual, so its place in the response stands for it. */
function nameOf(element: XmlElement, kind: string, at: number): string {
  return `${kind}/${textOf(element, "ID") ?? at + 1}`;
}

/** An actual, and what went into its pieces: that is consumed of them and nobody else's. */
function actualPieces(
  actual: XmlElement,
  id: string,
  isTimed: boolean,
  into: XmlElement | null,
  response: Response,
): readonly Piece[] {
  const parts = childrenOf(actual, "AssemblyActual").flatMap((part, at) =>
    actualPieces(part, `${id}/${nameOf(part, "part", at)}`, false, actual, response),
  );
  return [{ id, from: actual, read: () => readActual(actual, isTimed, into, response) }, ...parts];
}

type Use = "good" | "scrap" | "rework" | "consumed";

function isOutput(use: Use | null): use is OutputCounted["kind"] {
  return use !== null && use !== "consumed";
}

/** Null for a use of which Heddle keeps nothing. */
function useOf(actual: XmlElement): Use | null {
  const use = child(actual, "MaterialUse");
  switch (use.text.trim()) {
    case "Produced":
    case "Material Produced":
    case "Yield Produced":
      return "good";
    case "Consumed":
    case "Material Consumed":
    case "Consumable":
      return "consumed";
    case "Other":
      if (use.attributes["OtherValue"] === SCRAPPED) return "scrap";
      return use.attributes["OtherValue"] === REWORK ? "rework" : null;
    default:
      return null;
  }
}

function readActual(
  actual: XmlElement,
  isTimed: boolean,
  into: XmlElement | null,
  { place, data, start, end }: Response,
): Partial<Occurrence> {
  const use = into === null ? useOf(actual) : "consumed";
  if (use === null) {
    const said = child(actual, "MaterialUse").text.trim();
    throw new Unclear("MaterialUse", `Heddle keeps nothing of a material of use "${said}".`, USES);
  }
  const operation = (propertyOf(actual, PROPERTIES.operation) ?? place.operation) as OperationId | null;
  const item = onlyOne(actual, "MaterialDefinitionID") as ItemId | null;
  const revision = propertyOf(actual, PROPERTIES.revision) as Revision | null;
  const quantity = quantityOf(actual);
  const lot = onlyOne(actual, "MaterialLotID");
  const serials = serialsOf(actual);
  if (use === "consumed") {
    if (item === null) throw new Unclear("MaterialDefinitionID", "It is missing.", "Name the item that was used.");
    const line = propertyOf(actual, PROPERTIES.line);
    const fact: ShopFact = { kind: use, item, revision, quantity, line, lot, serials };
    return into === null
      ? { operation, fact }
      : { operation, serials: serialsOf(into), lot: onlyOne(into, "MaterialLotID"), fact };
  }
  const run = isTimed ? data.get(RESPONSE_DATA.run) : undefined;
  const fact: ShopFact = {
    kind: use,
    quantity,
    reason:
      use === "good" ? null : (propertyOf(actual, ACTUAL_PROPERTIES.reason) ?? valueOf(data.get(RESPONSE_DATA.reason))),
    workedMs: run === undefined ? null : durationOf(run, RESPONSE_DATA.run),
    reworked: truthOf(actual, ACTUAL_PROPERTIES.reworked),
  };
  return { since: isTimed && end !== null ? start : null, item, revision, operation, lot, serials, fact };
}

const USES = `Send Produced, Consumed, or Other with OtherValue ${SCRAPPED} or ${REWORK}.`;

/** Results of tests of what was made. */
function testPieces(element: XmlElement): readonly Piece[] {
  return childrenOf(element, "MaterialActual").flatMap((actual, at) =>
    childrenOf(actual, "TestResult").map((result, nth): Piece => ({
      id: `${nameOf(actual, "material", at)}/${nameOf(result, "test", nth)}`,
      from: result,
      read: () => testOf(result, actual),
    })),
  );
}

function testOf(result: XmlElement, actual: XmlElement): Partial<Occurrence> {
  const test = textOf(result, "OperationsTestRequirementID") ?? textOf(result, "ID");
  if (test === null) throw new Unclear("OperationsTestRequirementID", "It is missing.", "Name the test.");
  const values = childrenOf(result, "PropertyMeasurement").flatMap(
    (one) => textOf(child(one, "Value"), "ValueString") ?? [],
  );
  const passed = TEST_WORDS.get((textOf(result, "EvaluatedCriterionResult") ?? "").toLowerCase());
  if (passed === undefined) {
    const cause = "It does not say whether the test was passed.";
    throw new Unclear("EvaluatedCriterionResult", cause, `Send one of ${[...TEST_WORDS.keys()].join(", ")}.`);
  }
  const at = time(result, "EvaluationDate");
  return {
    ...(at === null ? {} : { at }),
    lot: onlyOne(actual, "MaterialLotID"),
    serials: serialsOf(actual),
    fact: { kind: "tested", test, passed, result: values.length === 0 ? null : values.join("; ") },
  };
}

const TEST_WORDS: ReadonlyMap<string, boolean> = new Map([
  ["pass", true],
  ["passed", true],
  ["true", true],
  ["fail", false],
  ["failed", false],
  ["false", false],
]);
