import { expect, it } from "vitest";
import type { Day } from "../calendar.ts";
import { lossesOf } from "./losses.ts";
import { clock, counted, event } from "./testing.ts";

const dayAt = (at: string) => at.slice(0, 10) as Day;

it("are what was scrapped, reworked and found, and how long stations stood, each by its reason", () => {
  const losses = lossesOf(
    [
      event("1", "08:00", counted("good", 5)),
      event("2", "08:10", counted("scrap", "0.5")),
      event("3", "08:20", counted("rework", 2, { reason: null })),
      event("4", "08:30", { kind: "nonconformance", code: "SCRATCH", text: null, severity: null }),
      event("5", "08:45", { kind: "downtime", reason: "JAM", planned: false }, { since: clock("08:30") }),
      event("6", "09:45", { kind: "downtime", reason: "SERVICE", planned: true }, { since: clock("08:45") }),
    ],
    dayAt,
  );
  expect(losses.map(({ kind, reason, quantity, unit }) => [kind, reason, quantity, unit])).toEqual([
    ["scrap", "SURFACE", "0.5", "EA"],
    ["rework", "", "2", "EA"],
    ["nonconformance", "SCRATCH", "1", null],
    ["downtime", "JAM", "900000", null],
  ]);
});
