import { describe, expect, it } from "vitest";
import type { ItemId, OperationId } from "../ids.ts";
import { rational } from "../rational.ts";
import type { BuiltComponent } from "./as-built.ts";
import { usedInstead, type OrderedComponent } from "./used-instead.ts";

function pieces(count: number) {
  return { amount: rational(BigInt(count)), unit: "EA" } as const;
}

function ordered(line: string, item: string, count: number, operation: string): OrderedComponent {
  return { line, item: item as ItemId, required: pieces(count), operation: operation as OperationId };
}

function used(item: string, count: number, operation: string | null): BuiltComponent {
  return {
    item: item as ItemId,
    revision: null,
    quantity: pieces(count),
    unitFactors: [],
    lot: null,
    serial: null,
    operation: operation as OperationId | null,
  };
}

function alternates(item: ItemId): readonly ItemId[] {
  return item === "MOT-024" ? ["MOT-025" as ItemId] : [];
}

function pairs(
  orders: readonly OrderedComponent[],
  ...built: readonly (readonly BuiltComponent[])[]
): readonly string[] {
  const found = usedInstead(
    orders,
    alternates,
    built.map((components) => ({ components })),
  );
  return found.map(
    ({ operation, designed, used: item, times }) => `${item} for ${designed} at ${operation}, ${times} times`,
  );
}

const ORDER = [
  ordered("10", "MOT-024", 2, "0010"),
  ordered("20", "SCR-M3", 8, "0010"),
  ordered("30", "LBL", 2, "0030"),
];

describe("what an order used instead", () => {
  it("is nothing where all was used as ordered, or by the design's alternates", () => {
    expect(pairs(ORDER, [used("MOT-024", 2, "0010"), used("SCR-M3", 8, "0010"), used("LBL", 2, "0030")])).toEqual([]);
    expect(pairs(ORDER, [used("MOT-025", 2, "0010"), used("SCR-M3", 8, "0010"), used("LBL", 2, "0030")])).toEqual([]);
  });

  it("stands in for what is missing at its operation, in as many pieces as have it", () => {
    const serial = [used("MOT-026", 1, "0010"), used("SCR-M3", 4, "0010"), used("LBL", 1, "0030")];
    expect(pairs(ORDER, serial, serial)).toEqual(["MOT-026 for MOT-024 at 0010, 2 times"]);
  });

  it("stands in for the line that lacks as much as was used", () => {
    expect(pairs(ORDER, [used("SCR-M4", 8, "0010"), used("LBL", 2, "0030")])).toEqual([
      "SCR-M4 for SCR-M3 at 0010, 1 times",
    ]);
  });

  it("is found by what is missing where nobody told the operation", () => {
    expect(pairs(ORDER, [used("MOT-024", 2, null), used("SCR-M3", 8, null), used("LBL-FR", 2, null)])).toEqual([
      "LBL-FR for LBL at 0030, 1 times",
    ]);
  });

  it("is an extra and no substitution where nothing is missing, or more than enough was used", () => {
    expect(pairs(ORDER, [used("MOT-024", 2, "0010"), used("SCR-M3", 9, "0010"), used("LBL", 2, "0030")])).toEqual([]);
    expect(
      pairs(ORDER, [
        used("MOT-024", 2, "0010"),
        used("SCR-M3", 8, "0010"),
        used("LBL", 2, "0030"),
        used("TAPE", 1, "0030"),
      ]),
    ).toEqual([]);
  });
});
