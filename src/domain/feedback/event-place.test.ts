import { expect, it } from "vitest";
import { eventPlace, isOfNoOrder } from "./event-place.ts";
import { counted, occurrence } from "./testing.ts";

const good = counted("good", 1);

it("an event is counted with its order", () => {
  expect(eventPlace(occurrence("08:00", good))).toEqual({ plant: "P1", order: "MO-1" });
});

it("an event of no order is counted with its work center and day", () => {
  expect(eventPlace(occurrence("08:00", good, { order: null }))).toEqual({ plant: "P1", order: "@SAW 2026-02-02" });
  expect(eventPlace(occurrence("08:00", good, { order: null, workCenter: null })).order).toBe("@ 2026-02-02");
});

it.each([
  ["@SAW 2026-02-02", true],
  ["@ 2026-02-02", true],
  ["@SAW\n1 2026-02-02", true],
  ["@", false],
  ["MO-1", false],
  ["x@SAW 2026-02-02", false],
  ["@SAW 2026-02-02b", false],
  ["@SAW 2026-2-2", false],
])("%j is a place of no order: %s", (order, isNone) => {
  expect(isOfNoOrder(order)).toBe(isNone);
});
