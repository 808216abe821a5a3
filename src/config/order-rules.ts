import { Type, type Static } from "typebox";
import { parseDay, type Day } from "../domain/calendar.ts";
import { DEFAULT_ORDER_RULES, type OrderRules } from "../domain/orders/order-rules.ts";
import { WEEKDAYS } from "../domain/orders/shift-calendar.ts";
import { isReference } from "./secret.ts";
import type { Path, SourceFile } from "./source-file.ts";

const DEFAULT_DAYS = WEEKDAYS.slice(0, 5);

const Timing = Type.Union([Type.Literal("on release"), Type.Literal("shift start")]);

const ShiftEntry = Type.Object({
  name: Type.String({ hint: "a name, such as early", description: "Its name; no other shift of the plant has it." }),
  start: Type.String({
    pattern: "^([01]\\d|2[0-3]):[0-5]\\d$",
    hint: 'a time from 00:00 to 23:59, such as "06:00"',
    description: "When it begins, by the plant's clock.",
  }),
  days: Type.Optional(
    Type.Array(Type.Union(WEEKDAYS.map((day) => Type.Literal(day))), {
      default: DEFAULT_DAYS,
      description: "Days on which it begins: mon, tue, wed, thu, fri, sat, sun.",
    }),
  ),
  hours: Type.Optional(
    Type.Number({
      minimum: 1,
      maximum: 24,
      hint: "hours, such as 7.5",
      description:
        "How long work is planned in it, breaks not counted: what availability is a share of. Left out: until the next shift begins.",
    }),
  ),
});

/** `plants[].orders` of `heddle.yaml`. */
export const OrdersEntry = Type.Object(
  {
    dispatch: Type.Optional(
      Type.Union(Timing.anyOf, {
        default: DEFAULT_ORDER_RULES.dispatch,
        description:
          "When an order goes to the MES: on release, or at shift start, with the batch of the shift that it is planned to start in.",
      }),
    ),
    byType: Type.Optional(
      Type.Record(Type.String(), Timing, {
        description: "The same by the ERP's type of order, for types that go at another time: rework, standard.",
      }),
    ),
    shifts: Type.Optional(
      Type.Array(ShiftEntry, { description: "The plant's shifts, for orders that go at the start of one." }),
    ),
    closed: Type.Optional(
      Type.Array(Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}$", hint: "a day, such as 2026-12-24" }), {
        description: "Days on which no shift begins, each as 2026-12-24.",
      }),
    ),
    urgentFrom: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: Number.MAX_SAFE_INTEGER,
        description: "An order of this priority or a higher one goes on release, whatever its type.",
      }),
    ),
    supersededInMes: Type.Optional(
      Type.Union([Type.Literal("hold"), Type.Literal("flag")], {
        default: DEFAULT_ORDER_RULES.supersededInMes,
        description: "What becomes of a job in the MES once a change supersedes its design: hold it, or only flag it.",
      }),
    ),
  },
  { description: "How its orders go to the MES; only beside mes." },
);

/** The rules that an entry makes at a plant in this time zone; what it leaves out is as by default. */
export function orderRulesOf(entry: Static<typeof OrdersEntry> | undefined, timeZone: string): OrderRules {
  if (entry === undefined) return DEFAULT_ORDER_RULES;
  const { dispatch, byType, shifts, closed, urgentFrom, supersededInMes } = entry;
  return {
    dispatch: dispatch ?? DEFAULT_ORDER_RULES.dispatch,
    byType: new Map(Object.entries(byType ?? {}).map(([type, timing]) => [type.toLowerCase(), timing])),
    calendar:
      shifts === undefined || shifts.length === 0
        ? null
        : {
            timeZone,
            shifts: shifts.map(({ days, ...shift }) => ({ ...shift, days: days ?? DEFAULT_DAYS })),
            closed: (closed ?? []) as Day[], // `checkOrders` made sure
          },
    urgentFrom: urgentFrom ?? DEFAULT_ORDER_RULES.urgentFrom,
    supersededInMes: supersededInMes ?? DEFAULT_ORDER_RULES.supersededInMes,
  };
}

/** Notes what a shape cannot say of the `orders` of the plant at `plant`. */
export function checkOrders(source: SourceFile, plant: Path): void {
  const path = [...plant, "orders"];
  const orders = source.readIfPresent(path, AnyFields);
  if (orders === null) return;
  if (!Object.hasOwn(source.readIfPresent(plant, AnyFields) ?? {}, "mes")) {
    source.mistakeAtKey(path, "the plant has no MES that orders could go to", "add mes: the name of a connection");
  }
  const shifts = listAt(source, [...path, "shifts"]);
  const names = new Set<string>();
  shifts.forEach((shift) => checkShift(source, shift, names));
  for (const day of listAt(source, [...path, "closed"])) {
    const text = source.readIfPresent(day, Text);
    if (text !== null && parseDay(text) === null) {
      source.mistake(day, `"${text}" does not fit here`, "write a day, such as 2026-12-24");
    }
  }
  if (shifts.length > 0) return;
  for (const timing of timings(source, path)) {
    if (source.readIfPresent(timing, Text) !== "shift start") continue;
    source.mistake(
      timing,
      "there is no shift to wait for",
      "add shifts, each with a name and a start, or write on release",
    );
  }
}

const Text = Type.String();
const AnyList = Type.Array(Type.Unknown());
const AnyFields = Type.Record(Type.String(), Type.Unknown());

function checkShift(source: SourceFile, path: Path, names: Set<string>): void {
  const name = source.readIfPresent([...path, "name"], Text);
  if (name !== null && names.has(name)) {
    source.mistake([...path, "name"], `a second shift "${name}"`, "give each shift a name of its own");
  }
  if (name !== null) names.add(name);
  const start = source.readIfPresent([...path, "start"], Text);
  if (start !== null && isReference(start)) {
    source.mistake([...path, "start"], `"${start}" is not resolved here`, "write the time itself");
  }
  const days = [...path, "days"];
  if (source.readIfPresent(days, AnyList)?.length === 0) {
    source.mistake(days, "a shift that begins on no day", "name a day, or leave days out: then it is Monday to Friday");
  }
}

/** Where it is said when orders go. */
function timings(source: SourceFile, path: Path): readonly Path[] {
  const types = Object.keys(source.readIfPresent([...path, "byType"], AnyFields) ?? {});
  return [[...path, "dispatch"], ...types.map((type) => [...path, "byType", type])];
}

/** The paths of a list's entries. */
function listAt(source: SourceFile, path: Path): readonly Path[] {
  return (source.readIfPresent(path, AnyList) ?? []).map((_, index) => [...path, index]);
}
