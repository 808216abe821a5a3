import { expect, it } from "vitest";
import { subjectIn, touchedKeys } from "./touched.ts";

it("reads a subject's id", () => {
  expect(subjectIn("order:MO-5001@1000")).toEqual({ kind: "order", key: "MO-5001", plant: "1000" });
  expect(subjectIn("change:ECO:7@x@P1")).toEqual({ kind: "change", key: "ECO:7@x", plant: "P1" });
  expect(subjectIn("MO-5001")).toBeNull();
});

it("has each list read once, however many orders moved", () => {
  const orders = Array.from({ length: 500 }, (_, index) => subjectIn(`order:MO-${index}@1000`));
  const keys = touchedKeys(orders);
  expect(keys.filter(([name]) => name === "orders")).toEqual([["orders"]]);
  expect(keys).toContainEqual(["order", "MO-7", "1000"]);
  expect(keys).toContainEqual(["shifts"]);
  expect(keys).not.toContainEqual(["changes"]);
});

it("has every order's page read when many of a plant moved at once", () => {
  expect(touchedKeys([subjectIn("orders@1000")])).toEqual([
    ["orders"],
    ["shifts"],
    ["deviations"],
    ["order"],
    ["status"],
    ["audit"],
  ]);
});

it("has an order's booking read when its production was booked, and proposals when one was answered", () => {
  expect(touchedKeys([subjectIn("production:MO-1@1000"), subjectIn("proposal:PROP-7@1000")])).toEqual([
    ["bookings"],
    ["production", "MO-1", "1000"],
    ["proposals"],
    ["proposal"],
    ["proposal", "PROP-7", "1000"],
    ["status"],
    ["audit"],
  ]);
});

it("has conflicts and their pages read when one opened, was answered or went", () => {
  expect(touchedKeys([subjectIn("conflict:MC-7@1000")])).toEqual([
    ["conflicts"],
    ["conflict"],
    ["conflict", "MC-7", "1000"],
    ["status"],
    ["audit"],
  ]);
});

it("has a change's own page and lists read, and everything when it is not known what moved", () => {
  expect(touchedKeys([subjectIn("change:ECO-7@1000")])).toEqual([
    ["changes"],
    ["sandbox"],
    ["conflicts"],
    ["conflict"],
    ["change", "ECO-7", "1000"],
    ["status"],
    ["audit"],
  ]);
  for (const unknown of [null, subjectIn("poll:erp@1000")]) {
    expect(touchedKeys([subjectIn("order:MO-1@1000"), unknown])).toEqual(touchedKeys([null]));
  }
});
