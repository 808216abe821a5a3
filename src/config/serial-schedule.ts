import { Type, type Static } from "typebox";
import { parseDay } from "../domain/calendar.ts";
import type { ItemId } from "../domain/ids.ts";
import { naturalOrder } from "../domain/natural-order.ts";
import type { NumberSchedule, ScheduledNumber } from "../domain/number-schedule.ts";
import { csvRows } from "./csv-rows.ts";
import type { Loaded, Mistake } from "./mistake.ts";
import type { Path, SourceFile } from "./source-file.ts";

const Row = Type.Object({
  endItem: Type.String({ hint: "the end item", description: "The end item whose numbers count." }),
  serial: Type.Optional(Type.String({ description: "The first serial number that is built on the day." })),
  unit: Type.Optional(Type.String({ description: "Or the first unit number." })),
  day: Type.String({ hint: "a day, such as 2026-04-03", description: "The day that it is planned for." }),
});

/** `plants[].serialSchedule` of `heddle.yaml`: rows, or the path of a CSV file. */
export const SerialScheduleEntry = Type.Union(
  [
    Type.Array(Row, { description: "End item, first serial or unit number, and the first day it is built." }),
    Type.String({
      hint: "a list, or the path of a CSV file such as schedules/1000.csv",
      description: "A CSV file with the columns endItem, serial, unit and day, relative to heddle.yaml.",
    }),
  ],
  {
    description:
      "When the plant plans to build which numbers of its end items: lines that engineering releases for serials or units get days by it, where the ERP knows days only.",
  },
);

/** What `heddle.yaml` says of a plant's schedule: its rows, or the absolute path of the file that has them. */
export type SerialScheduleSource = NumberSchedule | { readonly file: string };

/** Notes what is wrong with rows that stand in `heddle.yaml` itself. */
export function checkSerialSchedule(source: SourceFile, plant: Path): void {
  const path = [...plant, "serialSchedule"];
  const rows = source.readIfPresent(path, Type.Unknown());
  if (!Array.isArray(rows)) return;
  const read = source.readIfPresent(path, Type.Array(Row));
  const named = (read ?? []).map((row, at) => ({ row, at: [...path, at] as Path }));
  const { faults } = scheduleOf(named);
  for (const { at, field, message, fix } of faults) source.mistake([...at, field], message, fix);
}

/** Rows as the planner reads them; `checkSerialSchedule` has said what is wrong with them. */
export function serialScheduleOf(rows: readonly Static<typeof Row>[]): NumberSchedule {
  return scheduleOf(rows.map((row) => ({ row, at: null }))).schedule;
}

/** Reads a schedule from a CSV file with a header row; comma, semicolon or tab between the fields. */
export function loadSerialSchedule(file: string, text: string): Loaded<NumberSchedule> {
  const { rows: all, fault } = csvRows(text);
  if (fault !== null) return { ok: false, mistakes: [{ file, column: 1, ...fault }] };
  const [head, ...records] = all;
  const names = head?.cells ?? [];
  const missing = ["endItem", "day"].filter((name) => !names.includes(name));
  if (missing.length > 0 || !(names.includes("serial") || names.includes("unit"))) {
    const message = `the header row is "${names.join(",")}"`;
    return {
      ok: false,
      mistakes: [{ file, line: head?.line ?? 1, column: 1, message, fix: `write it as ${COLUMNS.join(",")}` }],
    };
  }
  const rows = records.map(({ line, cells }) => {
    const field = (name: string) => cells[names.indexOf(name)] ?? "";
    const row = { endItem: field("endItem"), serial: field("serial"), unit: field("unit"), day: field("day") };
    return { row, at: line };
  });
  const { schedule, faults } = scheduleOf(rows);
  const mistakes = faults.map(({ at, field, message, fix }): Mistake => ({
    file,
    line: at,
    column: Math.max(names.indexOf(field), 0) + 1,
    message,
    fix,
  }));
  return mistakes.length > 0 ? { ok: false, mistakes } : { ok: true, value: schedule };
}

const COLUMNS = ["endItem", "serial", "unit", "day"] as const;

type Given<At> = { readonly row: Static<typeof Row>; readonly at: At };
type Fault<At> = {
  readonly at: At;
  readonly field: (typeof COLUMNS)[number];
  readonly message: string;
  readonly fix: string;
};

function scheduleOf<At>(given: readonly Given<At>[]): {
  readonly schedule: NumberSchedule;
  readonly faults: readonly Fault<At>[];
} {
  const faults: Fault<At>[] = [];
  const read = given.flatMap(({ row, at }) => {
    const scheduled = scheduledNumber(row, at, faults);
    return scheduled === null ? [] : [{ scheduled, at }];
  });
  for (const same of Map.groupBy(read, ({ scheduled: { counts, of } }) => `${counts} ${of}`).values()) {
    faults.push(...orderFaults(same));
  }
  return { schedule: read.map(({ scheduled }) => scheduled), faults };
}

function scheduledNumber<At>(row: Static<typeof Row>, at: At, faults: Fault<At>[]): ScheduledNumber | null {
  const [serial = "", unit = ""] = [row.serial, row.unit];
  const day = parseDay(row.day);
  const before = faults.length;
  if (row.endItem === "") faults.push({ at, field: "endItem", message: "no end item", fix: "name the end item" });
  if ((serial === "") === (unit === "")) {
    const message = serial === "" ? "neither a serial nor a unit number" : "both a serial and a unit number";
    faults.push({ at, field: serial === "" ? "endItem" : "unit", message, fix: "give a row one of the two" });
  }
  if (day === null) {
    faults.push({ at, field: "day", message: `"${row.day}" is not a day`, fix: "write it as 2026-03-31" });
  }
  if (day === null || faults.length > before) return null;
  const counts = serial === "" ? "unit" : "serial";
  return { counts, of: row.endItem as ItemId, number: serial === "" ? unit : serial, day };
}

/** Later numbers are built on the same day or later. */
function orderFaults<At>(
  rows: readonly { readonly scheduled: ScheduledNumber; readonly at: At }[],
): readonly Fault<At>[] {
  const ordered = rows.toSorted((a, b) => naturalOrder(a.scheduled.number, b.scheduled.number));
  return ordered.flatMap(({ scheduled: { counts, of, number, day }, at }, index): Fault<At>[] => {
    const before = ordered[index - 1]?.scheduled;
    if (before === undefined) return [];
    if (before.number === number) {
      return [{ at, field: counts, message: `${counts} ${number} of ${of} is planned twice`, fix: "keep one row" }];
    }
    if (day >= before.day) return [];
    const message = `${counts} ${number} is planned for ${day}, before ${before.number} on ${before.day}`;
    return [{ at, field: "day", message, fix: "correct one of the two days" }];
  });
}
