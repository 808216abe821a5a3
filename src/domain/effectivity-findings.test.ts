import { describe, expect, it } from "vitest";
import { quantity } from "./bom/bom-builder.ts";
import type { Day } from "./calendar.ts";
import type { ActionContent } from "./change-plan.ts";
import type { EngineeringChange } from "./change.ts";
import { builtSince, effectivityFindings, type BuiltOrder } from "./effectivity-findings.ts";
import type { ItemId, ProductionOrderId } from "./ids.ts";
import type { ProductionOrder } from "./order.ts";

const TODAY = "2026-03-01" as Day;
const JUNE = "2026-06-01" as Day;
const FEBRUARY = "2026-02-01" as Day;

const PUMP: BuiltOrder = {
  order: "MO-5" as ProductionOrderId,
  item: "PUMP" as ItemId,
  quantity: quantity("5"),
  state: "finished",
};

function change(effectiveFrom: Day | null, state: EngineeringChange["state"] = "released") {
  return { id: "ECO-7", state, effectiveFrom } as EngineeringChange;
}

const costOf = (item: string) => ({ kind: "set standard cost", cost: { item } }) as ActionContent;
const recordOf = (item: string) => ({ kind: "update item", item: { item } }) as ActionContent;

const ANOTHER = { kind: "hold production order" } as ActionContent;

function ahead(following: readonly ActionContent[] | null) {
  return effectivityFindings(change(JUNE), TODAY, { following, built: [] });
}

function past(built: readonly BuiltOrder[]) {
  return effectivityFindings(change(FEBRUARY), TODAY, { following: null, built });
}

function order(id: string, start: string | null, state: ProductionOrder["state"]): ProductionOrder {
  return { id, item: "PUMP", quantity: quantity("5"), start, state } as ProductionOrder;
}

function builtOf(...open: readonly ProductionOrder[]): readonly string[] {
  return builtSince(FEBRUARY, TODAY, open, []).map(({ order: id }) => id);
}

describe("a day to come", () => {
  const about = { system: "heddle", item: null, line: null, field: "effectivity date", severity: "info" };

  it("is waited for, where the ERP's mBOMs hold no days", () => {
    expect(ahead(null)).toEqual([
      {
        ...about,
        code: "effectivity-ahead",
        cause: "ECO-7 takes effect on 2026-06-01, and the ERP's mBOMs hold no days: it is written on that day.",
        fix: "Nothing to do: who approves this plan approves it for that day, as long as nothing else is to be written by then.",
      },
    ]);
  });

  it("asks nothing where all is written ahead", () => {
    expect(ahead([])).toEqual([
      {
        ...about,
        code: "effectivity-ahead",
        cause: "ECO-7 takes effect on 2026-06-01; orders that start before are built as before.",
        fix: "Nothing to do.",
      },
    ]);
  });

  it("names the records that follow on the day, each once, and nothing else", () => {
    const following = [recordOf("SEAL"), costOf("PUMP"), costOf("PUMP"), ANOTHER];
    expect(ahead(following)).toMatchObject([
      {
        cause:
          "ECO-7 takes effect on 2026-06-01; orders that start before are built as before. On that day follow: the record of SEAL, the standard cost of PUMP.",
        fix: "Nothing to do: who approves this plan approves that too, as long as the records are the same by then.",
      },
    ]);
  });
});

describe("a day that has passed", () => {
  it("is for the record where nothing was built since", () => {
    expect(past([])).toMatchObject([
      {
        severity: "info",
        code: "effectivity-past",
        cause: "ECO-7 is effective from 2026-02-01, which has passed: it takes effect when it is published.",
        fix: "Check what was built since then; the order impact lists what is still open.",
      },
    ]);
  });

  it("wants a decision where something was", () => {
    expect(past([PUMP])).toMatchObject([
      {
        severity: "warning",
        cause:
          "ECO-7 is effective from 2026-02-01, which has passed: it takes effect when it is published. Built or begun by the old design since then: MO-5 (5 EA of PUMP, finished).",
        fix: "Decide with quality what becomes of what these orders made, then approve; or correct the day in the PLM.",
      },
    ]);
  });
});

it("says nothing of today, of no day, and of what is not released", () => {
  const facts = { following: null, built: [PUMP] };
  expect(effectivityFindings(change(TODAY), TODAY, facts)).toEqual([]);
  expect(effectivityFindings(change(null), TODAY, facts)).toEqual([]);
  expect(effectivityFindings(change(JUNE, "cancelled"), TODAY, facts)).toEqual([]);
});

describe("what was built since the day", () => {
  it("was begun or ended from that day to today", () => {
    expect(
      builtOf(
        order("MO-1", "2026-01-31", "started"),
        order("MO-2", "2026-02-01", "finished"),
        order("MO-3", "2026-03-01", "started"),
        order("MO-4", "2026-03-02", "started"),
        order("MO-5", null, "started"),
        order("MO-6", "2026-02-10", "released"),
      ),
    ).toEqual(["MO-2", "MO-3"]);
  });

  it("is listed once, by number, as the ERP tells it", () => {
    const known = [PUMP, { ...PUMP, order: "MO-2" as ProductionOrderId }];
    const open = [order("MO-5", "2026-02-10", "started"), order("MO-4", "2026-02-10", "started")];
    expect(builtSince(FEBRUARY, TODAY, open, known).map(({ order: id, state }) => `${id} ${state}`)).toEqual([
      "MO-2 finished",
      "MO-4 started",
      "MO-5 started",
    ]);
  });
});
