import type { ItemId, OperationId, PlantId, ProductionOrderId, Revision, WorkCenterId } from "../ids.ts";
import { parseQuantity, type Quantity } from "../quantity.ts";
import { parseRational, rationalText, ZERO, type Rational } from "../rational.ts";
import { parseUnit } from "../unit.ts";
import type { EventFault } from "./event-fault.ts";
import { isInstant, parseInstant, type Instant } from "./instant.ts";
import type { Occurrence, ShopEvent, ShopEventKey, ShopFact } from "./shop-event.ts";
import { unreadable, type Told } from "./told.ts";

/** Longest name, id or reason that is taken. */
const TEXT_MAX = 500;
/** Most bytes of a name or id in UTF-8: PostgreSQL's indexes take some 2,700, and hold two of them side by side. */
const NAME_BYTES_MAX = 1_000;
/** What is said in words, and stands in no index. */
const WORDS: ReadonlySet<string> = new Set(["reason", "text", "result"]);
/** Most serial numbers in one event. */
const SERIALS_MAX = 10_000;

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads an event from Heddle's JSON of it: the members of `ShopEvent` by their names, where `null` and absent mean the
 * same, an occurrence needs no `kind`, amounts are decimal text or numbers beside their `unit`, and instants are ISO
 * 8601 with an offset. Members that it does not know are a fault: a misspelt one must not be lost in silence.
 */
export function readEvent(json: unknown): Told {
  if (!isFields(json)) {
    return unreadable(textOf(json), [fault("", "It is not a JSON object.", "Send each event as an object.")]);
  }
  const faults: EventFault[] = [];
  const key = { source: text(json, "source", "", faults) ?? "", id: text(json, "id", "", faults) ?? "" };
  need(json, "source", "", faults);
  need(json, "id", "", faults);
  const event = readKind(json, key, faults);
  if (faults.length === 0 && event !== null) return { kind: "event", event };
  return unreadable(textOf(json), faults, { source: key.source || null, id: key.id || null });
}

/** The JSON that `readEvent` reads back; the same event always gives the same text. What is null is left out. */
export function eventJson(event: ShopEvent): Fields {
  const { source, id } = event;
  switch (event.kind) {
    case "occurrence":
      return { source, id, ...occurrenceJson(event) };
    case "correction": {
      const { kind, corrects, at, operator, instead } = event;
      return shown({ source, id, kind, corrects: keyJson(corrects), at, operator, instead: occurrenceJson(instead) });
    }
    case "reversal": {
      const { kind, reverses, at, operator, reason } = event;
      return shown({ source, id, kind, reverses: keyJson(reverses), at, operator, reason });
    }
  }
}

function readKind(json: Fields, key: ShopEventKey, faults: EventFault[]): ShopEvent | null {
  const kind = (json["kind"] ?? "occurrence") as ShopEvent["kind"];
  switch (kind) {
    case "occurrence": {
      const happened = readOccurrence(json, "", faults, OCCURRENCE_EVENT);
      return happened === null ? null : { kind, ...key, ...happened };
    }
    case "correction": {
      onlyKnown(json, CORRECTION, "", faults);
      const corrects = readKey(json, "corrects", faults);
      const at = instant(json, "at", "", faults);
      need(json, "at", "", faults);
      const operator = text(json, "operator", "", faults);
      const instead = json["instead"];
      if (!isFields(instead)) {
        faults.push(fault("instead", "It does not say what is so instead.", "Send all of the event as it should be."));
        return null;
      }
      const happened = readOccurrence(instead, "instead.", faults, OCCURRENCE);
      return happened === null || corrects === null
        ? null
        : { kind, ...key, corrects, at: at ?? "", operator, instead: happened };
    }
    case "reversal": {
      onlyKnown(json, REVERSAL, "", faults);
      const reverses = readKey(json, "reverses", faults);
      const at = instant(json, "at", "", faults);
      need(json, "at", "", faults);
      const [operator, reason] = [text(json, "operator", "", faults), text(json, "reason", "", faults)];
      return reverses === null ? null : { kind, ...key, reverses, at: at ?? "", operator, reason };
    }
    default:
      faults.push(oneOf("kind", kind, ["occurrence", "correction", "reversal"]));
      return null;
  }
}

const OCCURRENCE: ReadonlySet<string> = new Set([
  "since",
  "at",
  "plant",
  "order",
  "job",
  "item",
  "revision",
  "operation",
  "workCenter",
  "station",
  "operator",
  "serials",
  "lot",
  "fact",
]);
const OCCURRENCE_EVENT: ReadonlySet<string> = new Set(["source", "id", "kind", ...OCCURRENCE]);
const CORRECTION: ReadonlySet<string> = new Set(["source", "id", "kind", "corrects", "at", "operator", "instead"]);
const REVERSAL: ReadonlySet<string> = new Set(["source", "id", "kind", "reverses", "at", "operator", "reason"]);

function readOccurrence(json: Fields, of: string, faults: EventFault[], known: ReadonlySet<string>): Occurrence | null {
  onlyKnown(json, known, of, faults);
  need(json, "at", of, faults);
  need(json, "plant", of, faults);
  const named = <Id extends string>(field: string) => text(json, field, of, faults) as Id | null;
  const fact = json["fact"];
  if (!isFields(fact)) {
    faults.push(fault(`${of}fact`, "It does not say what happened.", 'Send a fact, such as { "kind": "good", … }.'));
    return null;
  }
  const read = readFact(fact, `${of}fact.`, faults);
  if (read === null) return null;
  return {
    since: instant(json, "since", of, faults),
    at: instant(json, "at", of, faults) ?? "",
    plant: named<PlantId>("plant") ?? ("" as PlantId),
    order: named<ProductionOrderId>("order"),
    job: named("job"),
    item: named<ItemId>("item"),
    revision: named<Revision>("revision"),
    operation: named<OperationId>("operation"),
    workCenter: named<WorkCenterId>("workCenter"),
    station: named("station"),
    operator: named("operator"),
    serials: texts(json, "serials", of, faults),
    lot: named("lot"),
    fact: read,
  };
}

const FACTS = {
  "operation started": [],
  "setup completed": ["workedMs"],
  good: ["quantity", "unit", "reason", "workedMs", "reworked"],
  scrap: ["quantity", "unit", "reason", "workedMs", "reworked"],
  rework: ["quantity", "unit", "reason", "workedMs", "reworked"],
  consumed: ["item", "revision", "quantity", "unit", "line", "lot", "serials"],
  measured: ["characteristic", "value", "unit", "lower", "upper", "passed"],
  tested: ["test", "passed", "result"],
  nonconformance: ["code", "text", "severity"],
  held: ["reason"],
  resumed: [],
  downtime: ["reason", "planned"],
  "operation completed": ["early"],
} as const satisfies Record<ShopFact["kind"], readonly string[]>;

/** What each kind of fact tells, by the members of its JSON. */
const FACT_KINDS = Object.keys(FACTS) as readonly ShopFact["kind"][];

const FACT_MEMBERS = new Map<unknown, ReadonlySet<string>>(
  FACT_KINDS.map((kind) => [kind, new Set(["kind", ...FACTS[kind]])]),
);

function readFact(json: Fields, of: string, faults: EventFault[]): ShopFact | null {
  const kind = json["kind"] as ShopFact["kind"];
  const members = FACT_MEMBERS.get(kind);
  if (members === undefined) {
    faults.push(oneOf(`${of}kind`, kind, FACT_KINDS));
    return null;
  }
  onlyKnown(json, members, of, faults);
  const said = (field: string) => text(json, field, of, faults);
  const must = (field: string) => {
    need(json, field, of, faults);
    return said(field) ?? "";
  };
  const yes = (field: string, otherwise: boolean) => flag(json, field, of, faults) ?? otherwise;
  switch (kind) {
    case "operation started":
    case "resumed":
      return { kind };
    case "setup completed":
      return { kind, workedMs: milliseconds(json, "workedMs", of, faults) };
    case "good":
    case "scrap":
    case "rework":
      return {
        kind,
        quantity: quantity(json, of, faults),
        reason: said("reason"),
        workedMs: milliseconds(json, "workedMs", of, faults),
        reworked: flag(json, "reworked", of, faults),
      };
    case "consumed":
      return {
        kind,
        item: must("item") as ItemId,
        revision: said("revision") as Revision | null,
        quantity: quantity(json, of, faults),
        line: said("line"),
        lot: said("lot"),
        serials: texts(json, "serials", of, faults),
      };
    case "measured":
      need(json, "passed", of, faults);
      need(json, "value", of, faults);
      return {
        kind,
        characteristic: must("characteristic"),
        value: number(json, "value", of, faults) ?? ZERO,
        unit: must("unit"),
        lower: number(json, "lower", of, faults),
        upper: number(json, "upper", of, faults),
        passed: yes("passed", false),
      };
    case "tested":
      need(json, "passed", of, faults);
      return { kind, test: must("test"), passed: yes("passed", false), result: said("result") };
    case "nonconformance": {
      const severity = said("severity");
      if (severity !== null && !isSeverity(severity)) {
        faults.push(oneOf(`${of}severity`, severity, SEVERITIES));
        return null;
      }
      return { kind, code: must("code"), text: said("text"), severity };
    }
    case "held":
      return { kind, reason: said("reason") };
    case "downtime":
      return { kind, reason: said("reason"), planned: yes("planned", false) };
    case "operation completed":
      return { kind, early: yes("early", false) };
  }
}

const SEVERITIES = ["minor", "major", "critical"] as const;

function isSeverity(severity: string): severity is (typeof SEVERITIES)[number] {
  return (SEVERITIES as readonly string[]).includes(severity);
}

function readKey(json: Fields, field: string, faults: EventFault[]): ShopEventKey | null {
  const key = json[field];
  if (!isFields(key)) {
    faults.push(fault(field, "It does not say which event.", "Send the source and the id of that event."));
    return null;
  }
  onlyKnown(key, KEY, `${field}.`, faults);
  for (const part of KEY) need(key, part, `${field}.`, faults);
  return {
    source: text(key, "source", `${field}.`, faults) ?? "",
    id: text(key, "id", `${field}.`, faults) ?? "",
  };
}

const KEY: ReadonlySet<string> = new Set(["source", "id"]);

function onlyKnown(json: Fields, known: ReadonlySet<string>, of: string, faults: EventFault[]): void {
  for (const field in json) {
    if (known.has(field)) continue;
    faults.push(
      fault(
        `${of}${shortened(field)}`,
        "There is no such member.",
        `Use one of ${[...known].join(", ")}, or leave it out.`,
      ),
    );
  }
}

function need(json: Fields, field: string, of: string, faults: EventFault[]): void {
  const value = json[field];
  if (value !== undefined && value !== null && value !== "") return;
  faults.push(fault(`${of}${field}`, "It is missing.", "Let the source send it with every event of this kind."));
}

function text(json: Fields, field: string, of: string, faults: EventFault[]): string | null {
  const value = json[field];
  if (value === undefined || value === null) return null;
  if (typeof value !== "string") {
    faults.push(fault(`${of}${field}`, `${shortened(textOf(value))} is not text.`, "Send it in quotes."));
    return null;
  }
  const isFit = fits(value, `${of}${field}`, faults) && (WORDS.has(field) || isShort(value, `${of}${field}`, faults));
  return isFit ? value : null;
}

function isShort(value: string, field: string, faults: EventFault[]): boolean {
  if (3 * value.length <= NAME_BYTES_MAX) return true;
  const bytes = utf8Bytes(value);
  if (bytes <= NAME_BYTES_MAX) return true;
  faults.push(fault(field, `It has ${bytes} bytes in UTF-8.`, `Send at most ${NAME_BYTES_MAX}.`));
  return false;
}

function utf8Bytes(value: string): number {
  let bytes = 0;
  for (const character of value) {
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x1_0000 ? 3 : 4;
  }
  return bytes;
}

/** PostgreSQL stores no NUL and no half of a surrogate pair. */
function fits(value: string, field: string, faults: EventFault[]): boolean {
  if (value.length <= TEXT_MAX && !value.includes("\0") && value.isWellFormed()) return true;
  faults.push(
    value.length > TEXT_MAX
      ? fault(field, `It has ${value.length} characters.`, `Send at most ${TEXT_MAX}.`)
      : fault(field, "It holds a NUL or half a surrogate pair.", "Send text that is whole Unicode, without NUL."),
  );
  return false;
}

function texts(json: Fields, field: string, of: string, faults: EventFault[]): readonly string[] {
  const value = json[field];
  if (value === undefined || value === null) return NONE;
  if (
    !Array.isArray(value) ||
    value.length > SERIALS_MAX ||
    value.some((each) => typeof each !== "string" || each === "")
  ) {
    faults.push(
      fault(
        `${of}${field}`,
        "It is not a list of texts.",
        `Send an array of at most ${SERIALS_MAX} texts, none empty.`,
      ),
    );
    return NONE;
  }
  return (value as readonly string[]).every(
    (each) => fits(each, `${of}${field}`, faults) && isShort(each, `${of}${field}`, faults),
  )
    ? (value as readonly string[])
    : NONE;
}

const NONE: readonly string[] = [];

function flag(json: Fields, field: string, of: string, faults: EventFault[]): boolean | null {
  const value = json[field];
  if (value === undefined || value === null) return null;
  if (typeof value === "boolean") return value;
  faults.push(fault(`${of}${field}`, `${shortened(textOf(value))} is neither true nor false.`, "Send true or false."));
  return null;
}

function instant(json: Fields, field: string, of: string, faults: EventFault[]): Instant | null {
  const value = text(json, field, of, faults);
  if (value === null || value === "") return null;
  if (isInstant(value)) return value;
  const read = parseInstant(value);
  if (read === null) {
    const cause = `"${shortened(value)}" is not an instant with its offset.`;
    faults.push(fault(`${of}${field}`, cause, "Send ISO 8601 with an offset, 2026-02-01T12:00:00.000Z."));
  }
  return read;
}

function milliseconds(json: Fields, field: string, of: string, faults: EventFault[]): number | null {
  const value = json[field];
  if (value === undefined || value === null) return null;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  faults.push(fault(`${of}${field}`, `${shortened(textOf(value))} is not a number.`, "Send milliseconds as a number."));
  return null;
}

function number(json: Fields, field: string, of: string, faults: EventFault[]): Rational | null {
  const value = json[field];
  if (value === undefined || value === null) return null;
  const digits = typeof value === "number" ? String(value) : value;
  const read = typeof digits === "string" ? parseRational(digits) : null;
  if (read === null) {
    const cause = `${shortened(textOf(value))} is not a decimal number.`;
    faults.push(fault(`${of}${field}`, cause, 'Send digits with a decimal point, as text: "12.5".'));
  }
  return read;
}

function quantity(json: Fields, of: string, faults: EventFault[]): Quantity {
  need(json, "quantity", of, faults);
  need(json, "unit", of, faults);
  const code = text(json, "unit", of, faults) ?? "";
  const unit = parseUnit(code);
  if (unit === null && code !== "") {
    const cause = `"${shortened(code)}" is not a unit that Heddle knows.`;
    faults.push(fault(`${of}unit`, cause, "Send a code of UN/ECE Recommendation 20, such as EA or KGM."));
  }
  const value = json["quantity"];
  if (typeof value === "string" && unit !== null) {
    const plain = parseQuantity(value, unit);
    if (plain !== null) return plain;
  }
  return { amount: number(json, "quantity", of, faults) ?? ZERO, unit: unit ?? "EA" };
}

function occurrenceJson(event: Occurrence): Fields {
  const { since, at, plant, order, job, item, revision, operation, workCenter, station, operator, serials, lot } =
    event;
  return shown({
    since,
    at,
    plant,
    order,
    job,
    item,
    revision,
    operation,
    workCenter,
    station,
    operator,
    serials: serials.length === 0 ? null : serials,
    lot,
    fact: factJson(event.fact),
  });
}

function factJson(fact: ShopFact): Fields {
  switch (fact.kind) {
    case "good":
    case "scrap":
    case "rework": {
      const { kind, quantity: held, reason, workedMs, reworked } = fact;
      return shown({ kind, ...quantityJson(held), reason, workedMs, reworked });
    }
    case "consumed": {
      const { kind, item, revision, quantity: held, line, lot, serials } = fact;
      return shown({
        kind,
        item,
        revision,
        ...quantityJson(held),
        line,
        lot,
        serials: serials.length === 0 ? null : serials,
      });
    }
    case "measured": {
      const { kind, characteristic, value, unit, lower, upper, passed } = fact;
      return shown({
        kind,
        characteristic,
        value: rationalText(value),
        unit,
        lower: lower === null ? null : rationalText(lower),
        upper: upper === null ? null : rationalText(upper),
        passed,
      });
    }
    case "operation started":
    case "setup completed":
    case "tested":
    case "nonconformance":
    case "held":
    case "resumed":
    case "downtime":
    case "operation completed":
      return shown(fact);
  }
}

function quantityJson({ amount, unit }: Quantity): { readonly quantity: string; readonly unit: string } {
  return { quantity: rationalText(amount), unit };
}

function keyJson({ source, id }: ShopEventKey): ShopEventKey {
  return { source, id };
}

/** Without what is null. A loop, because every event comes through here. */
function shown(fields: Fields): Fields {
  const json: Record<string, unknown> = {};
  for (const field in fields) if (fields[field] !== null) json[field] = fields[field];
  return json;
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function fault(field: string, cause: string, fix: string): EventFault {
  return { field, cause, fix };
}

function oneOf(field: string, value: unknown, choices: readonly string[]): EventFault {
  return fault(field, `${shortened(textOf(value))} is none of its values.`, `Send one of ${choices.join(", ")}.`);
}

function textOf(json: unknown): string {
  return JSON.stringify(json) ?? "nothing";
}

function shortened(value: string): string {
  return value.length <= 80 ? value : `${value.slice(0, 77)}…`;
}
