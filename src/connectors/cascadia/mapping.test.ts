import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ItemId, SystemId } from "../../domain/ids.ts";
import { changeState, identified, isReleased, toItem } from "./mapping.ts";
import type { CascadiaSettings } from "./config.ts";
import type { ChangeOrder, Part, Usage } from "./wire.ts";

const SETTINGS = { unitAttribute: "unit", releasedStates: ["Released", "Production"] } as unknown as CascadiaSettings;
const PLM = "plm" as SystemId;
const ITEM = { id: "1", masterId: "m", name: null, designId: null, usageOf: null, attributes: null };

const part = (more: Partial<Part>): Part => ({
  ...ITEM,
  itemNumber: "BOLT",
  revision: "A",
  itemType: "Part",
  state: "Released",
  isCurrent: true,
  ...more,
});
const usage = (findNumber: number | null, itemNumber: string, quantity = "1.000"): Usage => ({
  id: `${findNumber} ${itemNumber} ${quantity}`,
  sourceId: "1",
  targetId: "2",
  quantity,
  findNumber,
  referenceDesignator: null,
  targetItem: part({ itemNumber }),
});

const order = (state: string, closedAt: string | null): ChangeOrder =>
  ({ ...ITEM, itemNumber: "ECO-1", state, closedAt }) as unknown as ChangeOrder;
const idsOf = (usages: readonly Usage[]) => identified(usages, "ASM" as ItemId).map(({ id }) => id);

describe("a change order's state", () => {
  it.each([
    ["Draft", null, "draft"],
    ["InReview", null, "in review"],
    // The state changes before the branches are merged.
    ["Approved", null, "in review"],
    ["Approved", "2026-01-05T08:00:00.000Z", "released"],
    ["complete", "2026-01-05T08:00:00.000Z", "released"],
    ["Cancelled", "2026-01-05T08:00:00.000Z", "cancelled"],
    ["ReviewRejected", "2026-01-05T08:00:00.000Z", "cancelled"],
  ] as const)("%s, closed at %s, is %s", (state, closedAt, expected) => {
    expect(changeState(order(state, closedAt))).toBe(expected);
  });
});

describe("a part", () => {
  it.each([
    ["Released", true, "released"],
    ["Production", true, "released"],
    ["Released", false, "obsolete"],
    ["Superseded", true, "obsolete"],
    ["Obsolete", true, "obsolete"],
    ["Draft", true, "in work"],
    ["Prototype", true, "in work"],
  ] as const)("%s, current %s, is %s", (state, isCurrent, expected) => {
    expect(toItem(part({ state, isCurrent }), PLM, SETTINGS).value?.state).toBe(expected);
    expect(isReleased(part({ state, isCurrent }), SETTINGS)).toBe(expected === "released");
  });

  it("has attributes of any kind as text", () => {
    const attributes = { voltage: "24 V", poles: 4, tested: true, note: null, empty: "" };
    expect(toItem(part({ attributes }), PLM, SETTINGS).value?.attributes).toEqual({
      voltage: "24 V",
      poles: "4",
      tested: "true",
    });
  });
});

describe("the identity of a line", () => {
  it("is the find number, so that another part may take its place", () => {
    expect(idsOf([usage(20, "NUT"), usage(10, "BOLT")])).toEqual(["ASM/10", "ASM/20"]);
  });

  it("is the part where there is no find number, and both where the find number is not alone", () => {
    expect(idsOf([usage(null, "GLUE"), usage(10, "BOLT"), usage(10, "NUT")])).toEqual([
      "ASM/10/BOLT",
      "ASM/10/NUT",
      "ASM/GLUE",
    ]);
  });

  it("is never that of another line, and does not depend on the order", () => {
    const anyUsage = fc
      .tuple(
        fc.option(fc.integer({ min: 1, max: 3 })),
        fc.constantFrom("BOLT", "NUT", "10/NUT"),
        fc.constantFrom("1", "2"),
      )
      .map(([find, item, quantity]) => usage(find, item, quantity));
    fc.assert(
      fc.property(fc.array(anyUsage, { maxLength: 8 }), (usages) => {
        const ids = idsOf(usages);
        expect(new Set(ids).size).toBe(usages.length);
        expect(idsOf(usages.toReversed()).toSorted()).toEqual(ids.toSorted());
      }),
    );
  });
});
