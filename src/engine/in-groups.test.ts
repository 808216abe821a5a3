import { expect, it } from "vitest";
import { inGroups } from "./in-groups.ts";

it("does what was asked for at the same time in one group, and gives each its own result", async () => {
  const groups: (readonly number[])[] = [];
  const doubled = inGroups(
    (group: readonly number[]) => {
      groups.push(group);
      return Promise.resolve(group.map((one) => one * 2));
    },
    { max: 3 },
  );
  expect(await Promise.all([1, 2, 3, 4].map(doubled))).toEqual([2, 4, 6, 8]);
  expect(groups).toEqual([[1, 2, 3], [4]]);
});

it("gathers what comes while a group is under way", async () => {
  const groups: (readonly string[])[] = [];
  const ends: (() => void)[] = [];
  const done = inGroups(
    async (group: readonly string[]) => {
      groups.push(group);
      await new Promise<void>((resolve) => ends.push(resolve));
      return group;
    },
    { max: 10 },
  );
  const first = done("a");
  await expect.poll(() => ends.length).toBe(1);
  const others = [done("b"), done("c")];
  expect(groups).toEqual([["a"]]);
  ends[0]?.();
  await first;
  await expect.poll(() => ends.length).toBe(2);
  ends[1]?.();
  expect(await Promise.all(others)).toEqual(["b", "c"]);
  expect(groups).toEqual([["a"], ["b", "c"]]);
});

it("fails all of a group that failed, or only the one at fault where that can be told", async () => {
  const together = inGroups(withoutZero, { max: 10 });
  expect((await Promise.allSettled([1, 0, 2].map(together))).map(({ status }) => status)).toEqual([
    "rejected",
    "rejected",
    "rejected",
  ]);
  const apart = inGroups(withoutZero, { max: 10, isOfOne: (error) => error instanceof RangeError });
  expect((await Promise.allSettled([1, 0, 2].map(apart))).map(({ status }) => status)).toEqual([
    "fulfilled",
    "rejected",
    "fulfilled",
  ]);
});

function withoutZero(group: readonly number[]): Promise<readonly number[]> {
  return group.includes(0) ? Promise.reject(new RangeError("0 spoils it")) : Promise.resolve(group);
}
