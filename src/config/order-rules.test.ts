import { describe, expect, it } from "vitest";
import type { OrderRules } from "../domain/orders/order-rules.ts";
import { loadConfig } from "./heddle-config.ts";
import { mistakeText } from "./mistake.ts";

/** A plant whose lines after the sixth are `lines`, at the plant's indentation. */
function plantWith(...lines: readonly string[]): string {
  return [
    "connections: { plm: { kind: x }, erp: { kind: x }, shopfloor: { kind: x } }",
    "plants:",
    '  - id: "1000"',
    "    plm: plm",
    "    erp: erp",
    "    rules: r.yaml",
    "    currency: EUR",
    "    timeZone: Europe/Berlin",
    ...lines.map((line) => `    ${line}`),
    "",
  ].join("\n");
}

function read(...lines: readonly string[]): { readonly mes: string | null; readonly orders: OrderRules } {
  const loaded = loadConfig("heddle.yaml", plantWith(...lines));
  if (!loaded.ok) throw new Error(loaded.mistakes.map(mistakeText).join("\n"));
  const [plant] = loaded.value.plants;
  if (plant === undefined) throw new Error("no plant was read");
  return plant;
}

function mistakesOf(...lines: readonly string[]): readonly string[] {
  const loaded = loadConfig("heddle.yaml", plantWith(...lines));
  return loaded.ok ? [] : loaded.mistakes.map(mistakeText);
}

describe("orders of a plant", () => {
  it("stay in the ERP where the plant has no MES", () => {
    expect(read().mes).toBeNull();
  });

  it("go with shifts whose hours are planned, where the plant says how many", () => {
    const { orders } = read(
      "mes: shopfloor",
      "orders:",
      "  shifts:",
      '    - { name: early, start: "06:00", hours: 7.5 }',
      '    - { name: late, start: "14:00" }',
    );
    expect(orders.calendar?.shifts.map(({ name, hours }) => [name, hours])).toEqual([
      ["early", 7.5],
      ["late", undefined],
    ]);
    expect(mistakesOf("mes: shopfloor", "orders:", '  shifts: [{ name: early, start: "06:00", hours: 25 }]')).toEqual([
      expect.stringContaining("25 is out of range"),
    ]);
  });

  it("go on release, and are held once superseded, where nothing else is said", () => {
    expect(read("mes: shopfloor")).toMatchObject({
      mes: "shopfloor",
      orders: {
        dispatch: "on release",
        byType: new Map(),
        calendar: null,
        urgentFrom: null,
        supersededInMes: "hold",
      },
    });
  });

  it("go as heddle.yaml says, by the plant's own clock", () => {
    const { orders } = read(
      "mes: shopfloor",
      "orders:",
      "  dispatch: shift start",
      "  byType: { Rework: on release }",
      "  shifts:",
      "    - { name: early, start: 06:00 }",
      '    - { name: weekend, start: "08:30", days: [sat, sun] }',
      "  closed: [2026-12-24, 2026-12-25]",
      "  urgentFrom: 90",
      "  supersededInMes: flag",
    );
    expect(orders).toEqual({
      dispatch: "shift start",
      byType: new Map([["rework", "on release"]]), // as the ERP's types reach us, in small letters
      calendar: {
        timeZone: "Europe/Berlin",
        shifts: [
          { name: "early", start: "06:00", days: ["mon", "tue", "wed", "thu", "fri"] },
          { name: "weekend", start: "08:30", days: ["sat", "sun"] },
        ],
        closed: ["2026-12-24", "2026-12-25"],
      },
      urgentFrom: 90,
      supersededInMes: "flag",
    });
  });
});

describe("mistakes in orders", () => {
  it("are told with their place and what to write", () => {
    expect(
      mistakesOf(
        "mes: shopflor",
        "orders:",
        "  dispatch: shift begin",
        "  byType: { rework: at once }",
        "  shifts:",
        "    - { name: early, start: 6 Uhr }",
        '    - { name: early, start: "24:00", days: [monday] }',
        "    - { name: idle, start: 07:00, days: [] }",
        "    - { start: '${env:START}' }",
        "  closed: [2026-02-29, Christmas]",
        "  urgentFrom: high",
        "  supersededInMes: ignore",
      ),
    ).toEqual([
      'heddle.yaml:9:10 no connection is called "shopflor"; did you mean "shopfloor"?',
      'heddle.yaml:11:17 "shift begin" is not known here; use one of: on release, shift start',
      'heddle.yaml:12:25 "at once" is not known here; use one of: on release, shift start',
      'heddle.yaml:14:33 "6 Uhr" does not fit here; write a time from 00:00 to 23:59, such as "06:00"',
      'heddle.yaml:15:19 a second shift "early"; give each shift a name of its own',
      'heddle.yaml:15:33 "24:00" does not fit here; write a time from 00:00 to 23:59, such as "06:00"',
      'heddle.yaml:15:49 "monday" is not known here; use one of: mon, tue, wed, thu, fri, sat, sun',
      "heddle.yaml:16:45 a shift that begins on no day; name a day, or leave days out: then it is Monday to Friday",
      "heddle.yaml:17:11 missing name; add name: a name, such as early",
      'heddle.yaml:17:20 "${env:START}" is not resolved here; write the time itself',
      'heddle.yaml:18:16 "2026-02-29" does not fit here; write a day, such as 2026-12-24',
      'heddle.yaml:18:28 "Christmas" does not fit here; write a day, such as 2026-12-24',
      'heddle.yaml:19:19 expected a whole number, found "high"; write a whole number',
      'heddle.yaml:20:24 "ignore" is not known here; use one of: hold, flag',
    ]);
  });

  it.each([
    [["  dispatch: shift start"], "heddle.yaml:11:17"],
    [["  shifts: []", "  byType: { rework: shift start }"], "heddle.yaml:12:25"],
  ])("%j waits for a shift, and there is none", (lines, place) => {
    expect(mistakesOf("mes: shopfloor", "orders:", ...lines)).toEqual([
      `${place} there is no shift to wait for; add shifts, each with a name and a start, or write on release`,
    ]);
  });

  it("begin with an MES that is missing", () => {
    expect(mistakesOf("orders: { urgentFrom: 90 }")).toEqual([
      "heddle.yaml:9:5 the plant has no MES that orders could go to; add mes: the name of a connection",
    ]);
  });
});
