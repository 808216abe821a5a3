import { assert as always, property, string } from "fast-check";
import { expect, it } from "vitest";
import { parseSubject, subjectOf } from "./subject.ts";

it("names a thing in a plant", () => {
  expect(subjectOf("change", "ECO-0001", "1000").id).toBe("change:ECO-0001@1000");
  expect(parseSubject("change:ECO@2:b@1000")).toEqual({
    id: "change:ECO@2:b@1000",
    kind: "change",
    key: "ECO@2:b",
    plant: "1000",
  });
});

it.each(["", "change", "change:ECO-0001", "ECO-0001@1000", ":ECO@1000", "change:@1000", "change:ECO@"])(
  "is not made of %j",
  (text) => {
    expect(parseSubject(text)).toBeNull();
  },
);

it("reads back what it made, or refuses to make it", () => {
  always(
    property(string(), string(), string(), (kind, key, plant) => {
      try {
        expect(parseSubject(subjectOf(kind, key, plant).id)).toMatchObject({ kind, key, plant });
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
      }
    }),
  );
});
