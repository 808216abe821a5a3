import { expect, it } from "vitest";
import { walkDepthFirst } from "./depth-first.ts";

function graph(edges: Readonly<Record<string, readonly string[]>>) {
  return (node: string) => edges[node] ?? [];
}

it("visits children first and each node once", () => {
  const children = graph({ top: ["left", "right"], left: ["shared"], right: ["shared"] });
  const walk = walkDepthFirst(["top"], children);
  expect(walk.childrenFirst).toEqual(["shared", "left", "right", "top"]);
  expect(walk.cycles).toEqual([]);
  expect(["shared", "left", "right", "top"].map(walk.height)).toEqual([0, 1, 1, 2]);
});

it("names each cycle once, a self-reference too, and which edge closes it", () => {
  const walk = walkDepthFirst(["a"], graph({ a: ["b", "a"], b: ["c"], c: ["b", "b", "a"] }));
  expect(walk.cycles).toEqual([
    ["b", "c", "b"],
    ["a", "b", "c", "a"],
    ["a", "a"],
  ]);
  expect(walk.closes("c", "b")).toBe(true);
  expect(walk.closes("b", "c")).toBe(false);
});

it("walks a chain of any length", () => {
  const walk = walkDepthFirst([0], (node) => (node < 100_000 ? [node + 1] : []));
  expect(walk.childrenFirst.length).toBe(100_001);
});

it("takes a root that is named twice, or stands below another, once", () => {
  const children = graph({ top: ["part"] });
  expect(walkDepthFirst(["top", "part", "top"], children).childrenFirst).toEqual(["part", "top"]);
});

it("measures heights without the edges that close cycles", () => {
  const walk = walkDepthFirst(["a"], graph({ a: ["b", "d"], b: ["c"], c: ["a"] }));
  expect(["a", "b", "c", "d"].map(walk.height)).toEqual([2, 1, 0, 0]);
});
