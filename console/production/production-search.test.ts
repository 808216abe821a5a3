import { expect, it } from "vitest";
import { groupOf, kpiParts, readSearch } from "./production-search.ts";

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

it("asks for the parts that the group needs", () => {
  expect(kpiParts("none", "day")).toEqual(["day"]);
  expect(kpiParts("shift", "day")).toEqual(["day", "shift"]);
});
