import { Type } from "typebox";
import { expect, it } from "vitest";
import { contract } from "./contract.ts";

const nullable = Type.Union([Type.String(), Type.Null()]);
const order = contract(
  Type.Object({ id: Type.String(), lines: Type.Array(Type.Object({ unit: nullable, due: nullable })) }),
);
const line = { unit: "EA", due: null };

it.each([
  ["a missing member", { lines: [] }, "id"],
  ["a wrong member", { id: 1, lines: [] }, "id"],
  ["a member of a line", { id: "1", lines: [line, line, { unit: "EA", due: 5 }] }, "lines[2].due"],
  ["a missing member of a line", { id: "1", lines: [{ due: null }] }, "lines[0].unit"],
  ["something else altogether", "text", "the whole answer"],
])("names the field of %s", (_what, body, field) => {
  expect(order(body)).toMatchObject({ field, problem: expect.any(String) });
});

it("gives what is as agreed, and does not mind members it does not know", () => {
  const body = { id: "1", lines: [line], more: true };
  expect(order(body)).toEqual({ value: body });
});
