import { expect, it } from "vitest";
import { didYouMean, nearestWord } from "./nearest-word.ts";

const WORDS = ["exclude", "collapse", "make", "buy", "merge"];

it.each([
  ["exlude", "exclude"],
  ["EXCLUDE", "exclude"],
  ["colapse", "collapse"],
  ["amke", "make"],
  ["mereg", "merge"],
  ["paint", null],
  ["", null],
])("takes %s for %s", (typed, meant) => {
  expect(nearestWord(typed, WORDS)).toBe(meant);
});

it("names all words where none is near", () => {
  expect(didYouMean("paint", WORDS)).toBe("use one of: exclude, collapse, make, buy, merge");
});
