import { expect, it } from "vitest";
import { openCollection } from "./collection.ts";
import { openDatabase } from "./database.ts";
import { trialFolder } from "./trial.ts";

type Bolt = { name: string; size: string };

function bolts(folder = trialFolder()) {
  const db = openDatabase(folder, "bolts");
  return openCollection<Bolt>(
    db,
    "bolts",
    (id) => `B-${id}`,
    ({ name, size }) => [
      ["name", name],
      ["size", size],
    ],
  );
}

const numbers = (found: readonly { number: string }[]) => found.map(({ number }) => number);

it("numbers records itself, and makes two of the same thing posted twice", () => {
  const collection = bolts();
  expect(collection.insert({ name: "hex", size: "M4" }).number).toBe("B-1");
  expect(collection.insert({ name: "hex", size: "M4" }).number).toBe("B-2");
});

it("finds by any of several terms, by all filters at once and by a beginning", () => {
  const collection = bolts();
  for (const [name, size] of [
    ["hex", "M4"],
    ["hex", "M5"],
    ["torx%", "M4"],
  ] as const)
    collection.insert({ name, size });
  expect(numbers(collection.list([{ kind: "name", any: ["hex", "torx%"] }]))).toEqual(["B-1", "B-2", "B-3"]);
  expect(
    numbers(
      collection.list([
        { kind: "name", any: ["hex"] },
        { kind: "size", any: ["M5"] },
      ]),
    ),
  ).toEqual(["B-2"]);
  expect(
    numbers(
      collection.list([
        { kind: "size", any: ["M4"] },
        { kind: "name", startsWith: "torx%" },
      ]),
    ),
  ).toEqual(["B-3"]);
  expect(numbers(collection.list([{ kind: "name", startsWith: "%" }]))).toEqual([]);
});

it("moves a record that is written again to the end of the sequence, under its new terms", () => {
  const collection = bolts();
  const first = collection.insert({ name: "hex", size: "M4" });
  const second = collection.insert({ name: "hex", size: "M5" });
  const again = collection.replace(first, { name: "hex", size: "M6" });

  expect(again.version).toBe(2);
  expect(numbers(collection.since([], 0, 10))).toEqual(["B-2", "B-1"]);
  expect(numbers(collection.since([], second.sequence, 10))).toEqual(["B-1"]);
  expect(collection.list([{ kind: "size", any: ["M4"] }])).toEqual([]);
});

it("forgets the terms of a removed record", () => {
  const collection = bolts();
  collection.remove(collection.insert({ name: "hex", size: "M4" }));
  expect(collection.list([{ kind: "name", any: ["hex"] }])).toEqual([]);
  expect(collection.get("B-1")).toBeNull();
});
