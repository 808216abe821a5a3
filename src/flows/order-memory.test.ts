import { describe, expect, it } from "vitest";
import type { PlantId } from "../domain/ids.ts";
import type { Directive } from "../domain/orders/plan-order.ts";
import type { RememberedOrder, SentVersion } from "../store/orders.ts";
import { settledOrder } from "../store/testing.ts";
import { memoryOf } from "./order-memory.ts";

const AT = "2026-03-02T06:00:00.000Z";
const LATER = "2026-03-02T07:00:00.000Z";

/** An order whose version 1 the MES has. */
function order(more: Partial<RememberedOrder> = {}): RememberedOrder {
  return {
    ...settledOrder("MO-1", { dispatchedAt: AT }),
    plant: "P1" as PlantId,
    directives: {},
    reported: null,
    updatedAt: AT,
    last: sent(1),
    taken: { name: "v1" },
    ...more,
  };
}

function sent(version: number, refusal: string | null = null): SentVersion {
  return { version, content: { name: `v${version}` }, sentAt: AT, refusal };
}

function said(at: string): Directive {
  return { by: "pia", reason: "", at };
}

describe("what the hub remembers of an order", () => {
  it("is nothing before the first look", () => {
    expect(memoryOf(null, null)).toMatchObject({ version: 0, content: null, acknowledged: 0, taken: null });
  });

  it("is what was sent last and what the MES took last", () => {
    const begun = order({ last: sent(2) });

    expect(memoryOf(begun, null)).toMatchObject({
      version: 2,
      content: { name: "v2" },
      acknowledged: 1,
      taken: { name: "v1" },
    });
  });

  it("counts on from the MES's number where another hub sent it, and knows no content then", () => {
    const adopted = order({ acknowledged: 5, last: sent(2), taken: null });

    expect(memoryOf(adopted, null)).toMatchObject({ version: 5, content: null, acknowledged: 5 });
    expect(memoryOf({ ...adopted, last: null }, null)).toMatchObject({ version: 5, content: null });
  });
});

describe("a version that the MES refused", () => {
  const refused = order({ last: sent(2, "it is half done") });

  it("stays refused for systems that ask for a look, and is opened by a person", () => {
    expect(memoryOf(refused, { by: null }).refused).toEqual({ version: 2, words: "it is half done" });
    expect(memoryOf(refused, { by: "pia" }).refused).toBeNull();
  });

  it("is not refused once the MES has taken it all the same", () => {
    expect(memoryOf({ ...refused, acknowledged: 2 }, null).refused).toBeNull();
  });
});

it("forgets “dispatch now” with the dispatch that it was said of, and no other order of a person", () => {
  expect(memoryOf(order({ directives: { dispatchNow: said(AT) } }), null).directives.dispatchNow).toBeNull();
  expect(memoryOf(order({ directives: { dispatchNow: said(LATER) } }), null).directives.dispatchNow).toEqual(
    said(LATER),
  );
  expect(memoryOf(order({ directives: { hold: said(AT) } }), null).directives.hold).toEqual(said(AT));
});
