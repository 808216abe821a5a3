import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { minus, plus, rationalText, ZERO } from "../rational.ts";
import { passesOf, type Output } from "./passes.ts";
import type { OutputCounted } from "./shop-event.ts";
import { counted, event } from "./testing.ts";

let told = 0;

function output(
  time: string,
  kind: OutputCounted["kind"],
  amount: number,
  { serials = [], reworked = null }: { serials?: readonly string[]; reworked?: boolean | null } = {},
): Output {
  const fact = counted(kind, amount, { reworked });
  return { event: event(`${++told}`, time, fact, { serials }), fact, amount: fact.quantity.amount };
}

/** `["2 of 3 good"]`, in the order in which it happened. */
function firsts(outputs: readonly Output[]): readonly string[] {
  return passesOf(outputs).map(
    ({ fact, amount, first }) => `${rationalText(first)} of ${rationalText(amount)} ${fact.kind}`,
  );
}

describe("first passes", () => {
  it("are told apart by serial numbers", () => {
    expect(
      firsts([
        output("08:00", "rework", 1, { serials: ["F-1"] }),
        output("08:01", "good", 1, { serials: ["F-2"] }),
        output("08:05", "good", 3, { serials: ["F-1", "F-3", "F-4"] }),
      ]),
    ).toEqual(["1 of 1 rework", "1 of 1 good", "2 of 3 good"]);
  });

  it("are what the source says", () => {
    expect(
      firsts([
        output("08:00", "rework", 2),
        output("08:01", "good", 2, { reworked: false }),
        output("08:02", "scrap", 1, { reworked: true }),
        output("08:03", "good", 2),
      ]),
    ).toEqual(["2 of 2 rework", "2 of 2 good", "0 of 1 scrap", "1 of 2 good"]);
  });

  it("are else what is more than was sent to rework before", () => {
    const told3 = [output("08:00", "rework", 2), output("08:05", "good", 5), output("08:10", "good", 5)];
    expect(firsts(told3)).toEqual(["2 of 2 rework", "3 of 5 good", "5 of 5 good"]);
    expect(firsts(told3.toReversed())).toEqual(firsts(told3));
  });

  it("go to rework before they come back, at one instant", () => {
    expect(firsts([output("08:00", "good", 1), output("08:00", "rework", 1)])).toEqual([
      "1 of 1 rework",
      "0 of 1 good",
    ]);
  });
});

it("all pieces without numbers that come back are told apart, in whatever portions", () => {
  const portions = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(portions, portions, (sent, new_) => {
      const back = sent.reduce((a, b) => a + b, 0);
      const outputs = [
        ...sent.map((amount) => output("08:00", "rework", amount)),
        output("08:05", "good", back),
        ...new_.map((amount) => output("08:10", "good", amount)),
      ];
      const again = passesOf(outputs).reduce((sum, { amount, first }) => plus(sum, minus(amount, first)), ZERO);
      expect(rationalText(again)).toBe(`${back}`);
    }),
  );
});
