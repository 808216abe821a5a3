import { expect, it } from "vitest";
import { loadMboms } from "./mbom-file.ts";
import { mistakeText } from "./mistake.ts";
import { rational } from "../domain/rational.ts";

it("reads what a plant builds, by item", () => {
  const loaded = loadMboms(
    "mbom.yaml",
    `plant: 1000
mboms:
  - item: PUMP
    revision: B
    lines:
      - { key: U-1, item: OIL, quantity: 0.25, unit: LTR, operation: 0010, supply: bulk, scrap: { component: 2.5 } }
      - { item: BOLT, quantity: 4, phantom: true, basis: per order }
`,
  );
  expect(loaded.ok && loaded.value.plant).toBe("1000");
  expect(loaded.ok && [...loaded.value.mboms.values()]).toMatchObject([
    {
      item: "PUMP",
      revision: "B",
      lines: [
        {
          key: "U-1",
          item: "OIL",
          quantity: {
            amount: rational(1n, 4n),
            unit: "LTR",
          },
          operation: "0010",
          supply: "bulk",
          scrap: {
            componentPercent: rational(5n, 2n),
          },
        },
        { key: "position 2", item: "BOLT", phantom: true, basis: "per order", operation: null },
      ],
    },
  ]);
});

it("says every mistake with its place", () => {
  const loaded = loadMboms(
    "mbom.yaml",
    `plant: "1000"
mboms:
  - { item: PUMP, lines: [{ item: OIL, quantity: 1, unit: LITRE, scrap: { component: -1 } }] }
  - { item: PUMP, lines: [] }
`,
  );
  expect(loaded.ok ? [] : loaded.mistakes.map(mistakeText)).toEqual([
    expect.stringContaining('mbom.yaml:3:59 unknown unit "LITRE"; '),
    'mbom.yaml:3:86 component "-1" is not zero or above; write a number zero or above',
    "mbom.yaml:4:13 a second mBOM of PUMP; keep the one that is in force",
  ]);
});
