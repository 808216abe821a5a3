import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { endInstant, instantOf, instantText } from "./instant.ts";

beforeEach(() => vi.stubEnv("TZ", "Europe/Berlin"));
afterEach(() => vi.unstubAllEnvs());

it("takes an instant with its zone, also as it was shown", () => {
  expect(instantOf("2026-11-24T06:00+01:00", "at")).toBe("2026-11-24T05:00:00.000Z");
  expect(instantOf(instantText("2026-11-24T05:00:00.000Z"), "at")).toBe("2026-11-24T05:00:00.000Z");
});

it("takes a day to its end by this machine's time zone, also when the clocks change", () => {
  expect(endInstant("2026-11-24", "--until")).toBe("2026-11-24T23:00:00.000Z");
  expect(endInstant("2026-03-29", "--until")).toBe("2026-03-29T22:00:00.000Z");
  expect(endInstant("2026-12-31T12:00Z", "--until")).toBe("2026-12-31T12:00:00.000Z");
});

it.each(["tomorrow", "2026-02-30", "2026-11-24T05:00", "2026-11-24T25:00Z"])("refuses %s", (text) => {
  expect(() => endInstant(text, "--until")).toThrow(`"${text}" is no point in time`);
});
