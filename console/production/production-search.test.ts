import { expect, it } from "vitest";
import { choicesOf, groupOf, kpiParts, readSearch, withDays } from "./production-search.ts";

it("takes from an address what it can mean, and nothing else", () => {
  const search = { plant: 1000, item: "FX-110", from: "2026-02-02", until: "soon", by: "revision", kind: "lost" };
  expect(readSearch(search)).toEqual({ plant: "1000", item: "FX-110", from: "2026-02-02", by: "revision" });
});

it("tells an item's operations apart, unless one was chosen or something else is asked for", () => {
  expect(groupOf({ item: "FX-110" })).toBe("operation");
  expect(groupOf({ item: "FX-110", operation: "0020" })).toBe("none");
  expect(groupOf({ item: "FX-110", by: "changes" })).toBe("changes");
  expect(groupOf({ workCenter: "WELD" })).toBe("none");
});

it("shows everything of the last 30 days, and an item of all days, unless days are chosen", () => {
  const now = Date.parse("2026-03-31T12:00:00Z");
  expect(withDays({}, now)).toEqual({ from: "2026-03-01" });
  expect(withDays({ until: "2026-02-28" }, now)).toEqual({ until: "2026-02-28", from: "2026-01-29" });
  expect(withDays({ from: "2026-01-01" }, now)).toEqual({ from: "2026-01-01" });
  expect(withDays({ item: "FX-110" }, now)).toEqual({ item: "FX-110" });
  expect(choicesOf({ item: "FX-110" }, now)).toEqual({ from: "2026-03-01" });
});

it("asks for the parts that the group needs", () => {
  expect(kpiParts("none", "day")).toEqual(["day"]);
  expect(kpiParts("shift", "day")).toEqual(["day", "shift"]);
});
