import { expect, it } from "vitest";
import type { Day } from "./calendar.ts";
import { dayInOrder, placeInOrder } from "./change-order.ts";

const dates = (effectiveFrom: string | null, releasedAt: string | null) => ({
  effectiveFrom: effectiveFrom as Day | null,
  releasedAt,
});

it("orders changes by when they take effect, then by when they were released", () => {
  const changes = {
    "in March, released first": dates("2026-03-01", "2026-01-05T08:00:00.000Z"),
    "in February, released last": dates("2026-02-01", "2026-01-20T08:00:00.000Z"),
    "at once, released in the afternoon": dates(null, "2026-01-10T15:00:00.000Z"),
    "at once, released in the morning": dates(null, "2026-01-10T08:00:00.000Z"),
  };
  const inOrder = Object.entries(changes).toSorted(([, a], [, b]) => (placeInOrder(a) < placeInOrder(b) ? -1 : 1));
  expect(inOrder.map(([name]) => name)).toEqual([
    "at once, released in the morning",
    "at once, released in the afternoon",
    "in February, released last",
    "in March, released first",
  ]);
});

it("takes a change whose effectivity was over before its release as one of its release day", () => {
  expect(dayInOrder(dates("2026-01-01", "2026-02-03T10:00:00.000Z"))).toBe("2026-02-03");
  expect(dayInOrder(dates("2026-03-01", null))).toBe("2026-03-01");
  expect(dayInOrder(dates(null, null))).toBeNull();
});
