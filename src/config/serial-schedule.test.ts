import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { scheduledText, type NumberSchedule } from "../domain/number-schedule.ts";
import { loadConfig } from "./heddle-config.ts";
import { mistakeText, type Loaded } from "./mistake.ts";
import { loadSerialSchedule, type SerialScheduleSource } from "./serial-schedule.ts";

/** A plant with this schedule; it begins in line 3. */
function configured(schedule: string): Loaded<SerialScheduleSource> {
  const plant = `id: "1000", plm: plm, erp: plm, rules: r.yaml, currency: EUR, timeZone: Europe/Berlin`;
  const text = `connections: { plm: { kind: plm } }\nplants:\n  - { ${plant}, serialSchedule: ${schedule} }\n`;
  const loaded = loadConfig("heddle.yaml", text);
  const [first] = loaded.ok ? loaded.value.plants : [];
  if (!loaded.ok) return loaded;
  if (first === undefined) throw new Error("the plant was read");
  return { ok: true, value: first.serialSchedule };
}

function mistakesOf(loaded: Loaded<unknown>): readonly string[] {
  return loaded.ok ? [] : loaded.mistakes.map(mistakeText);
}

function said(loaded: Loaded<NumberSchedule>): readonly string[] {
  return loaded.ok ? loaded.value.map(scheduledText) : mistakesOf(loaded);
}

describe("a plant's serial schedule in heddle.yaml", () => {
  it("says when which serial or unit is planned", () => {
    expect(
      configured(
        `[{ endItem: FX-200, serial: SN-120, day: 2026-04-03 }, { endItem: TRAIN, unit: 5, day: 2026-05-01 }]`,
      ),
    ).toEqual({
      ok: true,
      value: [
        { counts: "serial", of: "FX-200", number: "SN-120", day: "2026-04-03" },
        { counts: "unit", of: "TRAIN", number: "5", day: "2026-05-01" },
      ],
    });
  });

  it("may be a file, and left out", () => {
    expect(configured("schedules/1000.csv")).toEqual({ ok: true, value: { file: resolve("schedules/1000.csv") } });
    expect(configured("[]")).toEqual({ ok: true, value: [] });
  });

  it("is checked as it is loaded, each mistake with its place", () => {
    const rows = [
      "{ endItem: FX-200, serial: SN-9, day: 2026-04-03 }",
      "{ endItem: FX-200, serial: SN-10, day: 2026-04-02 }",
      "{ endItem: FX-200, serial: SN-9, day: 2026-04-03 }",
      "{ endItem: FX-200, day: 2026-04-02 }",
      "{ endItem: FX-200, serial: SN-1, unit: 1, day: 2026-04-02 }",
      "{ endItem: FX-200, serial: SN-20, day: 2026-02-30 }",
    ];
    expect(mistakesOf(configured(`[\n${rows.map((row) => `      ${row}`).join(",\n")}\n    ]`))).toEqual([
      "heddle.yaml:5:46 serial SN-10 is planned for 2026-04-02, before SN-9 on 2026-04-03; correct one of the two days",
      "heddle.yaml:6:34 serial SN-9 of FX-200 is planned twice; keep one row",
      "heddle.yaml:7:18 neither a serial nor a unit number; give a row one of the two",
      "heddle.yaml:8:46 both a serial and a unit number; give a row one of the two",
      'heddle.yaml:9:46 "2026-02-30" is not a day; write it as 2026-03-31',
    ]);
  });
});

describe("a plant's serial schedule in a CSV file", () => {
  it("is read by its header, whatever stands between the fields", () => {
    const expected = [
      "serial SN-100 of FX-200 is planned for 2026-04-01",
      "serial SN-120 of FX-200 is planned for 2026-04-03",
      "unit 5 of TRAIN is planned for 2026-05-01",
    ];
    const rows = ["FX-200,SN-100,,2026-04-01", "FX-200,SN-120,,2026-04-03", "TRAIN,,5,2026-05-01", ""];
    const text = ["endItem,serial,unit,day", ...rows].join("\r\n");
    expect(said(loadSerialSchedule("plan.csv", text))).toEqual(expected);
    expect(said(loadSerialSchedule("plan.csv", `\uFEFF${text.replaceAll(",", ";")}`))).toEqual(expected);
  });

  it("may have quoted fields, with separators and quotes in them", () => {
    const rows = ['"FAN, ""large""",SN-100,,2026-04-01', '"FX-200",SN-1,,2026-04-02'];
    expect(said(loadSerialSchedule("plan.csv", ["endItem,serial,unit,day", ...rows].join("\n")))).toEqual([
      'serial SN-100 of FAN, "large" is planned for 2026-04-01',
      "serial SN-1 of FX-200 is planned for 2026-04-02",
    ]);
    const open = loadSerialSchedule("plan.csv", 'endItem,serial,day\n"FX-200,SN-1,2026-04-02');
    expect(said(open)[0]).toMatch(/^plan\.csv:2:1 the table cannot be read: .*; correct the quotes of the row$/);
  });

  it("needs its columns", () => {
    expect(said(loadSerialSchedule("plan.csv", "item,serial,date\nFX-200,1,2026-04-01"))).toEqual([
      'plan.csv:1:1 the header row is "item,serial,date"; write it as endItem,serial,unit,day',
    ]);
  });

  it("is checked row by row", () => {
    const text = "endItem,serial,day\nFX-200,SN-9,2026-04-03\n,SN-10,2026-04-04\nFX-200,SN-10,1.4.2026\n";
    expect(said(loadSerialSchedule("plan.csv", text))).toEqual([
      "plan.csv:3:1 no end item; name the end item",
      'plan.csv:4:3 "1.4.2026" is not a day; write it as 2026-03-31',
    ]);
  });
});
