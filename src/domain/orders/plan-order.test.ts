import { describe, expect, it } from "vitest";
import { exact, quantity } from "../bom/bom-builder.ts";
import type { ItemId, SystemId } from "../ids.ts";
import { jobOrderId, type Job, type JobState } from "../job-order.ts";
import type { ProductionOrder } from "../order.ts";
import type { Held } from "../plant-item.ts";
import { PLANT, productionOrder, routing } from "../testing.ts";
import type { GateVerdict } from "./deviation.ts";
import { planJobContent, type JobContentPlan } from "./job-content.ts";
import { planOrder, type Directive, type OrderFacts, type OrderMemory, UNSENT } from "./plan-order.ts";

const NOW = "2026-03-02T06:00:00.000Z";
const LATER = "2026-03-02T14:00:00.000Z";

function order(amount = "40", more: Partial<ProductionOrder> = {}): ProductionOrder {
  return productionOrder("MO-1", "FRAME", amount, "released", { BOLT: "160" }, more);
}

function wanted(of: ProductionOrder): JobContentPlan {
  return planJobContent(of, routing("FRAME", { "0010": "SAW" }), "Frame", "erp" as SystemId);
}

/** What the MES was told of an order of 40. */
const FORTY = wanted(order()).content;
const SIXTY = wanted(order("60")).content;

/** Version 1 of 40 pieces was sent and taken. */
const SENT: OrderMemory = { ...UNSENT, version: 1, content: FORTY, acknowledged: 1, taken: FORTY, lastState: "ready" };

function job(state: JobState, more: Partial<Job> = {}): Held<Job> {
  const value: Job = {
    id: jobOrderId(PLANT, order().id),
    number: "WO-7",
    version: 1,
    state,
    good: quantity("0"),
    scrap: quantity("0"),
    cancellation: null,
    refusal: null,
    ...more,
  };
  return { value, version: "token" };
}

type Given = Partial<OrderFacts> & { readonly directives?: Partial<OrderMemory["directives"]> };

function facts({ directives = {}, ...given }: Given): OrderFacts {
  const { content, findings } = wanted(given.order ?? order());
  const memory = given.memory ?? UNSENT;
  return {
    order: order(),
    content,
    findings,
    gate: [],
    supersededInMes: "hold",
    waitsForParent: null,
    dispatchAt: NOW,
    job: null,
    now: NOW,
    ...given,
    memory: { ...memory, directives: { ...memory.directives, ...directives } },
  };
}

/** `dispatch v1 (sending)`, `held: It is on hold in the ERP.` */
function plan(given: Given): string {
  const { action, state, reason } = planOrder(facts(given));
  const why = reason === null ? "" : `: ${reason}`;
  if (action.kind === "nothing") return `${state}${why}`;
  return `${action.kind}${"job" in action ? ` v${action.job.version}` : ""} (${state}${why})`;
}

const SAID: Directive = { by: "pia", reason: "the line is down", at: NOW };

const CLOSED: GateVerdict = {
  item: "FRAME" as ItemId,
  what: "mBOM",
  supersededBy: "ECO-1",
  sentence: "ECO-1 has superseded mBOM BOM-1 of FRAME by BOM-2.",
  deviation: null,
  shortfall: null,
  wasOpen: false,
};

const DEVIATION: GateVerdict["deviation"] = {
  id: "DEV-1",
  plant: PLANT,
  item: "FRAME" as ItemId,
  supersededBy: "ECO-1",
  order: null,
  reason: "old brackets are used up first",
  approvedBy: "grete",
  quantity: null,
  used: exact("0"),
  taken: false,
  until: null,
  revoked: false,
};

const LET_THROUGH: GateVerdict = { ...CLOSED, deviation: DEVIATION };

describe("an order that the MES does not have", () => {
  it("goes when it is released", () => {
    expect(plan({})).toBe("dispatch v1 (sending)");
    expect(plan({ order: order("40", { state: "started" }) })).toBe("dispatch v1 (sending)");
  });

  it("does not go before", () => {
    expect(plan({ order: order("40", { state: "planned" }) })).toBe("not released");
  });

  it("waits for its shift, unless a person says now", () => {
    expect(plan({ dispatchAt: LATER })).toBe("scheduled");
    expect(plan({ dispatchAt: LATER, directives: { dispatchNow: SAID } })).toBe("dispatch v1 (sending)");
    expect(plan({ dispatchAt: LATER, now: LATER })).toBe("dispatch v1 (sending)");
  });

  it("is held by a person, by the ERP, by the order that it was split from, and by the gate", () => {
    expect(plan({ directives: { hold: SAID } })).toBe("held: pia holds it: the line is down");
    expect(plan({ order: order("40", { onHold: true }) })).toBe("held: It is on hold in the ERP.");
    expect(plan({ waitsForParent: "It was split from MO-0." })).toBe("held: It was split from MO-0.");
    expect(plan({ gate: [CLOSED] })).toBe("held: ECO-1 has superseded mBOM BOM-1 of FRAME by BOM-2.");
  });

  it("is held by the gate whatever becomes of jobs in the MES, and although a person says now", () => {
    expect(plan({ gate: [CLOSED], supersededInMes: "flag", directives: { dispatchNow: SAID } })).toMatch(
      /^held: ECO-1/,
    );
  });

  it("is let through by a deviation; one that does not suffice is told", () => {
    expect(plan({ gate: [LET_THROUGH] })).toBe("dispatch v1 (sending)");
    expect(plan({ gate: [{ ...CLOSED, shortfall: "The deviation of grete was revoked." }] })).toBe(
      "held: ECO-1 has superseded mBOM BOM-1 of FRAME by BOM-2. The deviation of grete was revoked.",
    );
  });

  it("is blocked by data that no MES could carry out, with what to do about it", () => {
    const blocked = planJobContent(order(), null, "Frame", "erp" as SystemId);
    expect(plan({ ...blocked })).toBe(
      "blocked: Order MO-1 has no operations and FRAME has no routing, so no MES can carry it out. Give FRAME a routing in erp, or the order operations of its own.",
    );
  });

  it("has ended when the ERP or a person has cancelled it, or the ERP finished it", () => {
    expect(plan({ order: order("40", { state: "cancelled" }) })).toBe("ended: The ERP has cancelled the order.");
    expect(plan({ order: order("40", { state: "finished" }) })).toBe("ended: The ERP has finished the order.");
    expect(plan({ directives: { cancel: SAID } })).toBe("ended: pia cancelled it: the line is down");
  });
});

describe("a version that was begun and whose answer was lost", () => {
  const begun: OrderMemory = { ...UNSENT, version: 1, content: FORTY };

  it("is sent again with its number, as it was", () => {
    expect(plan({ memory: begun })).toBe("dispatch v1 (sending)");
  });

  it("gives way to a new number when the order was changed meanwhile: a number never says two things", () => {
    expect(plan({ memory: begun, order: order("60") })).toBe("dispatch v2 (sending)");
  });

  it("is sent again as a change, too", () => {
    const memory = { ...SENT, version: 2, content: SIXTY };
    expect(plan({ memory, order: order("60"), job: job("ready") })).toBe("change v2 (sending)");
  });

  it("is not sent again when the MES turns out to have it", () => {
    const memory = { ...SENT, version: 2, content: SIXTY, acknowledged: 2 };
    expect(plan({ memory, order: order("60"), job: job("ready", { version: 2 }) })).toBe("dispatched");
  });
});

describe("a version that the MES refused", () => {
  const refused: OrderMemory = {
    ...UNSENT,
    version: 1,
    content: FORTY,
    refused: { version: 1, words: "no such item" },
  };

  it("is not sent again by itself", () => {
    expect(plan({ memory: refused })).toBe("refused: The MES refused it: no such item");
    expect(plan({ memory: refused, directives: { dispatchNow: SAID } })).toBe(
      "refused: The MES refused it: no such item",
    );
  });

  it("is followed by another one when the order was changed", () => {
    expect(plan({ memory: refused, order: order("60") })).toBe("dispatch v2 (sending)");
  });

  it("is sent again when a person opens it", () => {
    expect(plan({ memory: { ...refused, refused: null } })).toBe("dispatch v1 (sending)");
  });
});

describe("a job that has not begun", () => {
  it("is left alone when nothing has changed", () => {
    expect(plan({ memory: SENT, job: job("ready") })).toBe("dispatched");
    expect(plan({ memory: SENT, job: job("waiting") })).toBe("dispatched");
  });

  it("is changed with its order, under the next number", () => {
    expect(plan({ memory: SENT, job: job("ready"), order: order("60") })).toBe("change v2 (sending)");
  });

  it("is held and released with its order", () => {
    const held = { ...SENT, heldByHeddle: true };
    expect(plan({ memory: SENT, job: job("ready"), directives: { hold: SAID } })).toMatch(/^hold \(held: pia holds it/);
    expect(plan({ memory: held, job: job("waiting"), directives: { hold: SAID } })).toMatch(/^held: pia holds it/);
    expect(plan({ memory: held, job: job("waiting") })).toBe("release (dispatched)");
  });

  it("is changed before it is released", () => {
    const held = { ...SENT, heldByHeddle: true };
    expect(plan({ memory: held, job: job("waiting"), order: order("60") })).toBe("change v2 (sending)");
  });

  it("is not released when the shop floor holds it", () => {
    expect(plan({ memory: SENT, job: job("waiting") })).toBe("dispatched");
  });

  it("does not wait for the order that it was split from: it is there already", () => {
    expect(plan({ memory: SENT, job: job("ready"), waitsForParent: "It was split from MO-0." })).toBe("dispatched");
  });

  it("goes on as it was told while the order's data is broken, and that is said", () => {
    const blocked = planJobContent(order(), null, "Frame", "erp" as SystemId);
    expect(plan({ ...blocked, memory: SENT, job: job("ready") })).toMatch(/^blocked: Order MO-1 has no operations/);
  });
});

describe("a change of an order whose job is running is negotiated:", () => {
  const changed = { order: order("60") };
  const stopped: OrderMemory = { ...SENT, heldByHeddle: true };
  const sixty: OrderMemory = { ...stopped, version: 2, content: SIXTY };

  it("the job is stopped,", () => {
    expect(plan({ ...changed, memory: SENT, job: job("running") })).toBe(
      "hold (negotiating: The job has begun; it is stopped to be changed: quantity 40 EA → 60 EA.)",
    );
  });

  it("changed,", () => {
    expect(plan({ ...changed, memory: stopped, job: job("interrupted") })).toBe(
      "change v2 (negotiating: The MES was asked to change a job that has begun: quantity 40 EA → 60 EA.)",
    );
  });

  it("and goes on by the new version when the MES took it;", () => {
    const taken = { ...changed, memory: { ...sixty, acknowledged: 2 } };
    expect(plan({ ...taken, job: job("interrupted", { version: 2 }) })).toBe("release (dispatched)");
    expect(plan({ ...taken, job: job("running", { version: 2 }) })).toBe("dispatched");
  });

  it("by the old one when the MES refused, and the planner is told,", () => {
    const refused = { ...changed, memory: { ...sixty, refused: { version: 2, words: "it is half done" } } };
    expect(plan({ ...refused, job: job("interrupted") })).toBe("release (refused)");
    expect(plan({ ...refused, job: job("running") })).toBe(
      "refused: The MES refused version 2 and goes on by version 1: it is half done",
    );
  });

  it("An order that is set back to what the MES works by is in step: it is not asked for that", () => {
    const refused = { ...sixty, refused: { version: 2, words: "it is half done" } };
    expect(plan({ memory: refused, job: job("interrupted") })).toBe("release (dispatched)");
    expect(plan({ memory: refused, job: job("running") })).toBe("dispatched");
    expect(plan({ memory: { ...refused, taken: null }, job: job("running") })).toMatch(/^hold \(negotiating/);
    expect(plan({ memory: sixty, job: job("interrupted") })).toMatch(/^change v3/); // version 2 may still arrive
  });

  it("A version that was begun before the hub died is told by its number", () => {
    expect(plan({ ...changed, memory: { ...SENT, version: 2, content: SIXTY }, job: job("running") })).toBe(
      "hold (negotiating: The job has begun; it is stopped to be changed: version 2 was begun.)",
    );
  });

  it("and what it refused is asked again only when it says something else.", () => {
    const refused = { memory: { ...sixty, refused: { version: 2, words: "it is half done" } }, job: job("running") };
    expect(plan({ ...refused, order: order("60") })).toMatch(/^refused/);
    expect(plan({ ...refused, order: order("50") })).toMatch(/^hold \(negotiating/);
    expect(plan({ ...refused, job: job("interrupted"), order: order("50") })).toMatch(/^change v3 \(negotiating/);
  });
});

describe("a design that is superseded while its job is in the MES", () => {
  it("holds the job, begun or not, where the policy is to hold", () => {
    expect(plan({ memory: SENT, job: job("ready"), gate: [CLOSED] })).toMatch(/^hold \(held: ECO-1/);
    expect(plan({ memory: SENT, job: job("running"), gate: [CLOSED] })).toMatch(/^hold \(held: ECO-1/);
    expect(plan({ memory: SENT, job: job("waiting"), gate: [CLOSED] })).toMatch(/^held: ECO-1/);
  });

  it("is only told of, where the policy is to flag", () => {
    expect(plan({ memory: SENT, job: job("running"), gate: [CLOSED], supersededInMes: "flag" })).toBe(
      "dispatched: ECO-1 has superseded mBOM BOM-1 of FRAME by BOM-2.",
    );
  });

  it("is built on by a deviation, which is told", () => {
    expect(plan({ memory: SENT, job: job("ready"), gate: [LET_THROUGH] })).toBe(
      "dispatched: It is built by deviation: grete: old brackets are used up first.",
    );
    expect(plan({ memory: { ...SENT, heldByHeddle: true }, job: job("waiting"), gate: [LET_THROUGH] })).toBe(
      "release (dispatched)",
    );
  });
});

describe("a deviation that no longer holds", () => {
  const ended: GateVerdict = { ...CLOSED, shortfall: "The deviation of grete was revoked." };
  const tooSmall: GateVerdict = { ...CLOSED, shortfall: "The deviation of grete is for 10 EA: not enough for 40." };

  it("does not stop what was begun by it", () => {
    const begun = { memory: SENT, gate: [{ ...ended, wasOpen: true }] };
    expect(plan({ ...begun, job: job("running") })).toBe(
      "dispatched: ECO-1 has superseded mBOM BOM-1 of FRAME by BOM-2. The deviation of grete was revoked.",
    );
    expect(plan({ ...begun, memory: { ...SENT, heldByHeddle: true }, job: job("interrupted") })).toMatch(/^release/);
  });

  it("holds what was not begun", () => {
    expect(plan({ memory: SENT, job: job("ready"), gate: [{ ...ended, wasOpen: true }] })).toMatch(
      /^hold \(held: ECO-1/,
    );
  });

  it("holds what another change supersedes besides", () => {
    const gate = [
      { ...ended, wasOpen: true },
      { ...CLOSED, supersededBy: "ECO-2" },
    ];
    expect(plan({ memory: SENT, job: job("running"), gate })).toMatch(/^hold/);
  });

  it("lets nothing go on that it never let through", () => {
    const stopped = { memory: { ...SENT, heldByHeddle: true }, job: job("interrupted") };
    expect(plan({ ...stopped, gate: [tooSmall] })).toMatch(/^held: ECO-1/);
    expect(plan({ ...stopped, gate: [ended] })).toMatch(/^held: ECO-1/);
    expect(plan({ memory: SENT, job: job("running"), gate: [tooSmall] })).toMatch(/^hold \(held/);
  });
});

it("keeps a job from starting while the ERP has taken the order's release back", () => {
  const unreleased = { order: order("40", { state: "planned" }), memory: SENT } as const;
  expect(plan({ ...unreleased, job: job("ready") })).toBe("hold (held: Its release was taken back in the ERP.)");
  const held = { memory: { ...SENT, heldByHeddle: true }, job: job("waiting") } as const;
  expect(plan({ ...unreleased, ...held })).toBe("held: Its release was taken back in the ERP.");
  expect(plan(held)).toMatch(/^release/);
});

describe("cancelling a job is a handshake:", () => {
  const cancelled = { order: order("40", { state: "cancelled" }), memory: SENT } as const;

  it("the MES is asked, for a cancelled order or by a person,", () => {
    expect(plan({ ...cancelled, job: job("ready") })).toBe(
      "cancel (negotiating: The MES was asked to cancel the job: the ERP has cancelled the order.)",
    );
    expect(plan({ memory: SENT, job: job("running"), directives: { cancel: SAID } })).toMatch(
      /^cancel \(negotiating: .*pia cancelled it/,
    );
  });

  it("has taken note,", () => {
    expect(plan({ ...cancelled, job: job("running", { cancellation: "asked" }) })).toBe(
      "negotiating: The MES was asked to cancel the job and has not ended it yet: the ERP has cancelled the order.",
    );
  });

  it("has done it,", () => {
    expect(plan({ ...cancelled, job: job("cancelled", { cancellation: "done" }) })).toBe(
      "ended: Its job was cancelled in the MES, 0 good, 0 scrap.",
    );
  });

  it("says that it is too late,", () => {
    const tooLate = { cancellation: "too late", refusal: "all is made" } as const;
    expect(plan({ ...cancelled, job: job("running", tooLate) })).toBe(
      "refused: The MES says that it is too late to cancel: all is made",
    );
    expect(plan({ ...cancelled, job: job("completed", tooLate) })).toBe(
      "ended: Its job was completed: too late to cancel (all is made).",
    );
  });

  it("or does part of it.", () => {
    const partly = { cancellation: "partly done", good: quantity("12.5"), scrap: quantity("1") } as const;
    expect(plan({ ...cancelled, job: job("running", partly) })).toBe(
      "negotiating: The MES ends the job: what was begun is finished, the rest is not made.",
    );
    expect(plan({ ...cancelled, job: job("aborted", partly) })).toBe(
      "ended: Its job was aborted in the MES, cancelled when part of it was done, 12.5 good, 1 scrap.",
    );
  });

  it("A held order is cancelled, not held", () => {
    const held = { ...cancelled, order: order("40", { state: "cancelled", onHold: true }), gate: [CLOSED] };
    expect(plan({ ...held, job: job("running") })).toMatch(/^cancel/);
  });
});

describe("a job that is over", () => {
  it("ends its order", () => {
    expect(plan({ memory: SENT, job: job("completed") })).toBe("ended");
  });

  it("is told of where the ERP still counts on it", () => {
    expect(plan({ memory: SENT, job: job("aborted", { good: quantity("12"), scrap: quantity("3") }) })).toBe(
      "ended: Its job was aborted in the MES, 12 good, 3 scrap. The order is still open in the ERP.",
    );
  });

  it("is not changed any more", () => {
    expect(plan({ memory: SENT, job: job("completed"), order: order("60") })).toBe("ended");
  });

  it("is for a person, the other way round: the ERP has finished what the MES still makes", () => {
    expect(plan({ memory: SENT, job: job("running"), order: order("40", { state: "finished" }) })).toBe(
      "refused: The ERP has finished the order while its job goes on in the MES. End one of the two.",
    );
  });
});

describe("a job that the MES had and no longer shows", () => {
  it("is for a person: it may have been made", () => {
    expect(plan({ memory: SENT })).toMatch(/^refused: The MES had the job and no longer shows it\./);
  });

  it("is sent again under a new number when a person says so", () => {
    expect(plan({ memory: SENT, directives: { dispatchNow: SAID } })).toBe("dispatch v2 (sending)");
  });

  it("passes the gate then like any other, and is sent once", () => {
    const now = { memory: SENT, directives: { dispatchNow: SAID } };
    expect(plan({ ...now, gate: [CLOSED] })).toMatch(/^held: ECO-1/);
    expect(plan({ ...now, order: order("40", { onHold: true }) })).toBe("held: It is on hold in the ERP.");
    const refused = { ...SENT, version: 2, refused: { version: 2, words: "it is archived" } };
    expect(plan({ ...now, memory: refused })).toBe("refused: The MES refused it: it is archived");
    expect(plan({ ...now, memory: { ...SENT, version: 2 } })).toBe("dispatch v2 (sending)");
  });

  it("has ended when it was over before, or when nobody wants it any more", () => {
    expect(plan({ memory: { ...SENT, lastState: "completed" } })).toBe("ended: Its job is completed.");
    expect(plan({ memory: SENT, order: order("40", { state: "cancelled" }) })).toBe(
      "ended: The ERP has cancelled the order.",
    );
    expect(plan({ memory: SENT, order: order("40", { state: "planned" }) })).toBe("ended");
  });
});

describe("a job that the MES has and the hub knows nothing of, because its database was lost,", () => {
  const adopted: OrderMemory = { ...UNSENT, version: 5, acknowledged: 5 };

  it("is told everything anew, under the next number", () => {
    expect(plan({ memory: adopted, job: job("ready", { version: 5 }) })).toBe("change v6 (sending)");
  });

  it("is cancelled with its order", () => {
    expect(
      plan({ memory: adopted, job: job("ready", { version: 5 }), order: order("40", { state: "cancelled" }) }),
    ).toMatch(/^cancel/);
  });

  it("is held at the gate", () => {
    expect(plan({ memory: adopted, job: job("running", { version: 5 }), gate: [CLOSED] })).toMatch(/^hold/);
  });
});
