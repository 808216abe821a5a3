import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { largeProduct } from "./large-product.ts";
import { median, medianTimes, slope } from "./measure.ts";
import { report } from "./report.ts";

describe("the benchmark kit", () => {
  it("takes the middle figure, or the mean of the two in the middle", () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 100, 2])).toBe(3);
    expect(() => median([])).toThrow(RangeError);
  });

  it("runs every task as often, in turn, after one round to warm up", () => {
    const order: string[] = [];
    const times = medianTimes({ a: () => "a", b: () => "b" }, 2, (result) => order.push(String(result)));
    expect(order.join("")).toBe("ababab");
    expect(Object.keys(times)).toEqual(["a", "b"]);
    expect(Math.min(times.a, times.b)).toBeGreaterThanOrEqual(0);
  });

  it("fits the exponent of a power law", () => {
    const linear = [1, 10, 100].map((x) => ({ x, y: 3 * x }));
    const square = [1, 10].map((x) => ({ x, y: x * x }));
    expect(slope(linear)).toBeCloseTo(1);
    expect(slope(square)).toBeCloseTo(2);
    expect(() => slope(linear.slice(0, 1))).toThrow(RangeError);
  });

  it("prints name, figure, unit and ratio", () => {
    const figures = [
      { name: "plan.full", figure: 412.4, unit: "ms", ratio: 4.12 },
      { name: "plan.diff", figure: 0.12345, unit: "ms", ratio: 12.34 },
    ];
    expect(report(figures, false)).toBe("plan.full 412 ms 4.12\nplan.diff 0.123 ms 12.3");
    expect(JSON.parse(report(figures, true))).toEqual([
      { name: "plan.full", figure: 412, unit: "ms", ratio: 4.12 },
      { name: "plan.diff", figure: 0.123, unit: "ms", ratio: 12.3 },
    ]);
  });

  it("makes the same product each time, of as many lines as asked", () => {
    const [one, other] = [largeProduct(2_000), largeProduct(2_000)];
    expect(one.lines).toBe(2_000);
    expect([...one.ebom.assemblies]).toEqual([...other.ebom.assemblies]);
  });
});

it("bench/plan.ts ends with its figures", () => {
  const script = fileURLToPath(new URL("../plan.ts", import.meta.url));
  const printed = execFileSync(process.execPath, [script, "--lines", "400"], { encoding: "utf8", stdio: "pipe" });
  const names = printed
    .trim()
    .split("\n")
    .slice(-4)
    .map((line) => line.replace(/ [\d.]+ (ms|MB|exponent) [\d.]+$/, " n $1 n"));
  expect(names).toEqual([
    "plan.full n ms n",
    "plan.incremental n ms n",
    "plan.peak-memory n MB n",
    "plan.slope n exponent n",
  ]);
});
