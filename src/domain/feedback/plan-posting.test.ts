import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exact, quantity } from "../bom/bom-builder.ts";
import { canonicalText } from "../json.ts";
import type { OperationId, ProductionOrderId } from "../ids.ts";
import type { Posting } from "../posting.ts";
import { productionOrder } from "../testing.ts";
import type { OrderActuals } from "./order-actuals.ts";
import { awaitsDecision, planPosting, type PostingDecision, type PostingInput } from "./plan-posting.ts";
import { differenceOf, isNothing, sumsOf } from "./posting-sums.ts";
import { drawLines, drawStep, fivePercent, frames, made, postingInput, used } from "./posting-harness.ts";

const issuedByPeople = {
  ...frames,
  components: frames.components.map((each) => ({ ...each, issued: { ...each.required } })),
};

/** Books until nothing is left, as an ERP that takes all of it. */
function bookAll(actuals: OrderActuals, postings: readonly Posting[] = [], more: Partial<PostingInput> = {}) {
  const booked = [...postings];
  for (let tries = 0; tries < 5; tries++) {
    const { step } = planPosting(postingInput(actuals, booked, more));
    if (step.kind !== "post") return booked;
    booked.push(step.posting);
  }
  throw new Error("it never comes to an end");
}

function steps(actuals: OrderActuals, postings: readonly Posting[], more: Partial<PostingInput> = {}) {
  return drawStep(planPosting(postingInput(actuals, postings, more)));
}

function findings(input: PostingInput): readonly string[] {
  return planPosting(input).findings.map(({ code, cause }) => `${code}: ${cause}`);
}

function says(finding: string, decision: "post" | "leave out", extent: string | null = null): PostingDecision {
  const answer = { finding, decision, extent: extent === null ? null : quantity(extent) };
  return { ...answer, by: "ada", reason: "counted again", at: "2026-02-02T13:00:00.000Z" };
}

/** Where a piece that was used is booked: line, item, operation. */
function placesOf(at: string): readonly unknown[] {
  const decisions = ["item-not-planned PIPE", "item-not-planned 30 TUBE", "item-not-planned TUBE"].map((finding) =>
    says(finding, "post", "9 EA"),
  );
  const { step } = planPosting(postingInput(made({}, [used(at, "1 EA")]), [], { decisions }));
  if (step.kind !== "post") return [];
  return step.posting.consumptions.map(({ line, item, operation }) => [line, item, operation]);
}

/** Whether a person is asked of a closed order, after what `left` says was left out of it. */
function asksOfClosed(operations: Readonly<Record<string, string>>, left: string | null): boolean {
  const actuals = made(operations, [used("10 TUBE", "4 EA")]);
  const erpOrder = { ...frames, state: "finished" } as const;
  return awaitsDecision(
    planPosting(postingInput(actuals, [], { erpOrder, decisions: [says("order-closed", "leave out", left)] })),
  );
}

describe("what is booked", () => {
  it("is the difference between what was made and used and what the ERP holds", () => {
    const first = made({ "0010": "5 good 1 scrap 20 min" }, [used("10 TUBE", "12 EA", "T-1")]);
    const booked = bookAll(first);
    expect(booked.flatMap(drawLines)).toEqual(["0010: 5 EA good 1 EA scrap 20 min", "10 TUBE: 12 EA of T-1"]);

    const later = made({ "0010": "9 good 1 scrap 35 min done", "0020": "2 good 10 min" }, [
      used("10 TUBE", "12 EA", "T-1"),
      used("10 TUBE", "8 EA", "T-2"),
    ]);
    expect(steps(later, booked)).toEqual([
      "MO-1:2",
      "0010: 4 EA good 15 min final",
      "0020: 2 EA good 10 min",
      "10 TUBE: 8 EA of T-2",
    ]);
  });

  it("is below zero where the shop floor corrected itself, and opens an operation again", () => {
    const booked = bookAll(made({ "0010": "5 good 20 min done" }, [used("10 TUBE", "10 EA")]));
    const corrected = made({ "0010": "4 good 1 scrap 20 min" }, [used("10 TUBE", "9 EA")]);

    expect(steps(corrected, booked)).toEqual(["MO-1:2", "0010: -1 EA good 1 EA scrap", "10 TUBE: -1 EA"]);
    expect(steps(corrected, bookAll(corrected, booked))).toEqual(["nothing"]);
  });

  it("takes a place back first where other serial numbers were used", () => {
    const booked = bookAll(made({}, [used("10 TUBE", "2 EA", null, ["A", "B"])]));
    const corrected = made({}, [used("10 TUBE", "2 EA", null, ["A", "C"])]);

    expect(bookAll(corrected, booked).flatMap(drawLines)).toEqual([
      "10 TUBE: 2 EA A B",
      "10 TUBE: -2 EA A B",
      "10 TUBE: 2 EA A C",
    ]);
  });

  it("is in the ERP's precision: sums are rounded, so that the parts add up", () => {
    const inGrams = { decimalsOf: () => 3 };
    const third = made({}, [used("20 WIRE", "1/3 KGM")]);
    const twoThirds = made({}, [used("20 WIRE", "2/3 KGM")]);
    const booked = bookAll(twoThirds, bookAll(third, [], inGrams), inGrams);

    expect(booked.flatMap(drawLines)).toEqual(["20 WIRE: 0.333 KGM", "20 WIRE: 0.334 KGM"]);
    expect(steps(made({}, [used("20 WIRE", "1/9999 KGM")]), [], inGrams)).toEqual(["MO-1:1", "20 WIRE: 0.001 KGM"]);
  });

  it("is nothing of an operation that has only begun, and all of one that is told of", () => {
    expect(steps(made({ "0010": "" }), [])).toEqual(["nothing"]);
    for (const text of ["1 good", "1 scrap", "1 rework", "5 min"]) {
      expect(steps(made({ "0010": text }), [])).toEqual(["MO-1:1", expect.stringMatching(/^0010: /)]);
    }
    expect(steps(made({ "0010": "done" }), [])).toEqual(["MO-1:1", "0010: final"]);
    const [saw] = made({ "0010": "" }).operations;
    if (saw === undefined) throw new Error("there is no operation");
    expect(steps(made({}, [], { operations: [{ ...saw, setupMs: 60_000 }] }), [])).toEqual(["MO-1:1", "0010: "]);
  });

  it("is as exact as it was told, where nobody knows the item that the order makes", () => {
    const [saw] = made({ "0010": "1 good" }).operations;
    if (saw === undefined) throw new Error("there is no operation");
    const third = made({}, [], { operations: [{ ...saw, good: quantity("1/3 EA") }] });
    expect(steps(third, [], { item: null, decimalsOf: () => 0 })).toEqual(["MO-1:1", "0010: 1/3 EA good"]);
    expect(steps(third, [], { decimalsOf: () => 2 })).toEqual(["MO-1:1", "0010: 0.33 EA good"]);
  });

  it("takes back a little, too, and never nothing of it", () => {
    const inGrams = { decimalsOf: () => 3 };
    expect(steps(made({}, [used("20 WIRE", "-1/9999 KGM")]), [], inGrams)).toEqual(["MO-1:1", "20 WIRE: -0.001 KGM"]);
  });

  it("stands at no line that the order has not", () => {
    expect(placesOf("10 TUBE")).toEqual([["10", "TUBE", "0010"]]);
    expect(placesOf("30 TUBE")).toEqual([[null, "TUBE", "0010"]]);
    expect(placesOf("10 PIPE")).toEqual([[null, "PIPE", "0010"]]);
  });

  it("names when it was told last, be it nothing", () => {
    const { step } = planPosting(postingInput(made({ "0010": "1 good" }, [], { lastAt: null })));
    expect(step.kind === "post" && step.posting.at).toBe("");
  });

  it("keeps the end of a long order number, so that a posting's id fits", () => {
    const order = `PLANT-1000-${"0".repeat(40)}-5001` as ProductionOrderId;
    const { step } = planPosting(postingInput(made({ "0010": "1 good" }), [], { order }));

    expect(step.kind === "post" && [step.posting.id.length, step.posting.id.slice(-7)]).toEqual([48, "-5001:1"]);
  });
});

describe("the order's end", () => {
  const done = made({ "0010": "10 good done", "0020": "9 good 1 scrap done" }, [], { serials: ["S1"], lots: ["L-7"] });

  it("comes when all is booked, with what went into stock", () => {
    const booked = bookAll(done);
    const { step } = planPosting(postingInput(done, booked));

    expect(step.kind === "complete" && step.completion).toMatchObject({
      good: quantity("9 EA"),
      scrap: quantity("1 EA"),
      lot: "L-7",
      serials: ["S1"],
    });
    expect(steps(done, booked, { erpOrder: { ...frames, state: "finished" } })).toEqual(["nothing"]);
  });

  it("comes also of an order that was only released, and not of one that is planned", () => {
    const booked = bookAll(done);
    expect(steps(done, booked, { erpOrder: { ...frames, state: "released" } })).toEqual(["complete with 9 EA"]);
    expect(steps(done, booked, { erpOrder: { ...frames, state: "planned" } })).toEqual(["nothing"]);
    expect(steps(done, [], { erpOrder: null })).toEqual(["nothing"]);
  });

  it("names no lot where there is none, and nothing good where the last operation told nothing", () => {
    const nothing = made({ "0010": "2 scrap done" }, [], { isComplete: true, lots: [] });
    const decisions = [says("completed-short", "post", "8 EA")];
    const { step } = planPosting(postingInput(nothing, bookAll(nothing), { decisions }));
    expect(step.kind === "complete" && step.completion).toMatchObject({
      good: quantity("0 EA"),
      scrap: quantity("2 EA"),
      lot: null,
    });
    const { step: nowhere } = planPosting(
      postingInput({ ...nothing, lastOperation: null }, bookAll(nothing), { decisions }),
    );
    expect(nowhere.kind === "complete" && nowhere.completion.good).toEqual(quantity("0 EA"));
  });

  it("waits for a person while something is not decided, and is not awaited once it is booked", () => {
    const late = made({ "0010": "10 good done", "0020": "10 good done", "0015": "1 good" });
    const booked = bookAll(late);
    const plan = planPosting(postingInput(late, booked));
    expect([plan.step.kind, plan.awaitsQuiet]).toEqual(["nothing", false]);
    const left = { decisions: [says("operation-not-in-order 0015", "leave out")] };
    expect(steps(late, booked, left)).toEqual(["complete with 10 EA"]);
    expect(planPosting(postingInput(late, booked, left)).awaitsQuiet).toBe(false);
    expect(planPosting(postingInput(late, [])).awaitsQuiet).toBe(false);
  });

  it("waits for a person where pieces are missing, or belong to several lots", () => {
    const short = { ...made({ "0020": "6 good 1 scrap done" }), lots: ["L-7", "L-8"] };
    const booked = bookAll(short);

    expect(findings(postingInput(short, booked))).toEqual([
      "completed-short: The shop floor is done: 6 EA good and 1 EA scrap of 10 EA ordered.",
      "lots-several: The pieces belong to several lots, and an order is completed into one: L-7, L-8.",
    ]);
    expect(steps(short, booked)).toEqual(["nothing"]);
    const both = [says("completed-short", "post", "3 EA"), says("lots-several", "post")];
    expect(steps(short, booked, { decisions: both })).toEqual(["complete with 6 EA"]);
    const left = [says("completed-short", "leave out", "3 EA"), says("lots-several", "post")];
    expect(steps(short, booked, { decisions: left })).toEqual(["nothing"]);
  });
});

describe("what a person must see", () => {
  it("asks nobody about an order's end while more of it may come", () => {
    const short = made({ "0010": "10 good done", "0020": "8 good done" });
    const booked = bookAll(short, [], { isQuiet: false });
    const plan = planPosting(postingInput(short, booked, { isQuiet: false }));

    expect(plan).toMatchObject({ step: { kind: "nothing" }, awaitsQuiet: true, findings: [] });
    expect(findings(postingInput(short, booked))).toEqual([expect.stringContaining("completed-short")]);
  });

  it.each<[what: string, input: PostingInput, finding: string]>([
    [
      "a component used beyond what the order requires",
      postingInput(made({}, [used("10 TUBE", "21 EA")])),
      "consumed-beyond-plan: 21 EA of TUBE were used; the order requires 20 EA.",
    ],
    [
      "a component that others issued in the ERP as well",
      postingInput(made({}, [used("10 TUBE", "4 EA")]), [], { issuesOnTop: true, erpOrder: issuedByPeople }),
      "consumed-beyond-plan: 4 EA of TUBE were used, and others issued 20 EA in the ERP; the order requires 20 EA.",
    ],
    [
      "more good pieces than were ordered",
      postingInput(made({ "0020": "11 good" })),
      "made-beyond-order: 11 EA came out good; 10 EA were ordered.",
    ],
    [
      "an order that was closed meanwhile",
      postingInput(made({ "0010": "1 good" }), [], { erpOrder: { ...frames, state: "cancelled" } }),
      "order-closed: MO-1 is cancelled in the ERP, and what was made or used for it is not booked completely.",
    ],
    [
      "an order that is not released",
      postingInput(made({ "0010": "1 good" }), [], { erpOrder: { ...frames, state: "planned" } }),
      "order-not-released: MO-1 is not released in the ERP, but was worked on.",
    ],
    [
      "an order that the ERP does not know",
      postingInput(made({ "0010": "1 good" }), [], { erpOrder: null }),
      "order-not-in-erp: The ERP does not know the order.",
    ],
    [
      "an operation that the order does not have",
      postingInput(made({ "0015": "1 good" })),
      "operation-not-in-order: The ERP's order has no operation 0015, but work was reported on it.",
    ],
    [
      "an item that the order does not plan, be it in another's place",
      postingInput(made({}, [used("10 PIPE", "2 EA")])),
      "item-not-planned: 2 EA of PIPE were used, which the ERP's order does not plan.",
    ],
    [
      "a unit that cannot be converted",
      postingInput(made({}, [used("20 WIRE", "3 MTR")])),
      "unit-not-convertible: WIRE was counted in MTR; the order needs it in KGM.",
    ],
    [
      "an order that counts in another unit now",
      postingInput(made({ "0010": "1 good" }), [], { erpOrder: productionOrder("MO-1", "FRAME", "10 KGM", "started") }),
      "unit-not-convertible: Pieces were counted in EA; the order now counts in KGM.",
    ],
  ])("%s", (_, input, finding) => {
    const plan = planPosting(input);

    expect(findings(input)).toEqual([finding]);
    expect(drawStep(plan)).toEqual(["nothing"]);
    expect(awaitsDecision(plan)).toBe(true);
    expect(isNothing(plan.outstanding)).toBe(false);

    const [key = ""] = plan.findings.map((each) => each.key);
    const extent = plan.findings[0]?.extent ?? null;
    const answer = (decision: "post" | "leave out") => ({
      ...input,
      decisions: [{ ...says(key, decision), extent }],
    });
    expect(planPosting(answer("post")).step.kind).toBe("post");
    expect(planPosting(answer("leave out")).step.kind).toBe("nothing");
    expect(awaitsDecision(planPosting(answer("leave out")))).toBe(false);
  });

  it.each<[what: string, input: PostingInput, place: string | null, fix: string]>([
    [
      "a component used beyond the plan",
      postingInput(made({}, [used("10 TUBE", "21 EA")])),
      "component 10 TUBE",
      "Check what was used; correct it on the shop floor, book it in spite of that, or leave it out.",
    ],
    [
      "more good pieces than were ordered",
      postingInput(made({ "0020": "11 good" })),
      "operation 0020",
      "Check the count on the shop floor; correct it there, book it, or leave it out.",
    ],
    [
      "an order that was closed meanwhile",
      postingInput(made({ "0010": "1 good" }), [], { erpOrder: { ...frames, state: "finished" } }),
      null,
      "Open the order again in the ERP and book it, or leave it out and correct stock by hand.",
    ],
    [
      "an order that is not released",
      postingInput(made({ "0010": "1 good" }), [], { erpOrder: { ...frames, state: "planned" } }),
      null,
      "Release the order in the ERP, then look again.",
    ],
    [
      "an order that the ERP does not know",
      postingInput(made({ "0010": "1 good" }), [], { erpOrder: null }),
      null,
      "Find out which order was worked on; leave it out, or book it by hand on the right order.",
    ],
    [
      "an operation that the order does not have",
      postingInput(made({ "0015": "1 good" })),
      "operation 0015",
      "Add the operation to the order in the ERP and look again, or leave it out.",
    ],
    [
      "an item that the order does not plan",
      postingInput(made({}, [used("- PAINT", "2 LTR")])),
      "component PAINT",
      "Add it to the order in the ERP and look again, book it in spite of that, or leave it out.",
    ],
    [
      "a unit that cannot be converted",
      postingInput(made({}, [used("20 WIRE", "3 MTR")])),
      "component 20 WIRE",
      "Give the item a conversion to KGM, or have the source count in it.",
    ],
    [
      "an order that counts in another unit now",
      postingInput(made({ "0010": "1 good" }), [], { erpOrder: productionOrder("MO-1", "FRAME", "10 KGM", "started") }),
      null,
      "Give the order the unit back that it was released in, then look again.",
    ],
    [
      "pieces that are missing at the end",
      postingInput(made({}, [], { isComplete: true })),
      null,
      "Complete the order short, or leave that to the planner in the ERP.",
    ],
    [
      "several lots at the end",
      postingInput(made({}, [], { isComplete: true, lots: ["L-10", "L-9"] }), [], {
        erpOrder: { ...frames, quantity: quantity("0 EA") },
      }),
      null,
      "Complete it without a lot, or receive the lots in the ERP by hand.",
    ],
  ])("has a place and something to do: %s", (_, input, place, fix) => {
    expect(planPosting(input).findings).toMatchObject([{ place, fix, decided: null }]);
  });

  it("asks nothing of what is within the order to the last piece", () => {
    expect(findings(postingInput(made({ "0020": "10 good" })))).toEqual([]);
    expect(findings(postingInput(made({}, [used("10 TUBE", "20 EA")])))).toEqual([]);
    expect(findings(postingInput(made({ "0010": "10 good" }), [], { operations: null }))).toEqual([]);
  });

  it("asks nothing more of pieces beyond the order once they are booked", () => {
    const decisions = [says("made-beyond-order", "post", "2 EA")];
    const twelve = made({ "0020": "12 good" });
    const booked = bookAll(twelve, [], { decisions });
    expect(booked.flatMap(drawLines)).toEqual(["0020: 12 EA good"]);
    expect(findings(postingInput(made({ "0020": "12 good 1 scrap" }), booked))).toEqual([]);
    expect(findings(postingInput(made({ "0020": "13 good" }), booked))).toEqual([
      "made-beyond-order: 13 EA came out good; 10 EA were ordered.",
    ]);
  });

  it("takes no answer in another unit, nor to another question", () => {
    const tubes = made({}, [used("10 TUBE", "22 EA")]);
    const asks = (decision: PostingDecision) =>
      awaitsDecision(planPosting(postingInput(tubes, [], { decisions: [decision] })));
    expect(asks(says("consumed-beyond-plan 10 TUBE", "post", "2 KGM"))).toBe(true);
    expect(asks(says("consumed-beyond-plan 20 WIRE", "post", "2 EA"))).toBe(true);
    expect(asks(says("consumed-beyond-plan 10 TUBE", "post", "2 EA"))).toBe(false);
  });

  it("holds each place and operation back by itself", () => {
    const actuals = made({ "0010": "5 good", "0020": "11 good" }, [used("20 WIRE", "1 KGM")]);
    expect(steps(actuals, [])).toEqual(["MO-1:1", "0010: 5 EA good", "20 WIRE: 1 KGM"]);
    const booked = bookAll(made({ "0010": "5 good", "0020": "8 good" }));
    const more = made({ "0010": "6 good", "0020": "11 good" });
    expect(steps(more, booked)).toEqual(["MO-1:2", "0010: 1 EA good"]);
  });

  it("counts used pieces of one line and item together, whatever lot they are of", () => {
    const lots = made({}, [used("10 TUBE", "12 EA", "T-1"), used("10 TUBE", "9 EA", "T-2")]);
    expect(findings(postingInput(lots))).toEqual([
      "consumed-beyond-plan: 21 EA of TUBE were used; the order requires 20 EA.",
    ]);
    const apart = made({}, [used("10 TUBE", "12 EA"), used("- TUBE", "9 EA"), used("20 WIRE", "3 KGM")]);
    expect(findings(postingInput(apart))).toEqual([
      "item-not-planned: 9 EA of TUBE were used, which the ERP's order does not plan.",
    ]);
  });

  it("lets what is within the tolerance through", () => {
    const actuals = made({}, [used("10 TUBE", "21 EA")]);
    const tolerances = { consumption: fivePercent, overdelivery: exact("0"), underdelivery: exact("0") };

    expect(findings(postingInput(actuals, [], { tolerances }))).toEqual([]);
  });

  it("lets what people issued be used up, be it more than the order requires", () => {
    const [tube, wire] = frames.components;
    const generous = { ...frames, components: [{ ...tube!, issued: quantity("25 EA") }, wire!] };

    expect(findings(postingInput(made({}, [used("10 TUBE", "4 EA")]), [], { erpOrder: issuedByPeople }))).toEqual([]);
    expect(findings(postingInput(made({}, [used("10 TUBE", "24 EA")]), [], { erpOrder: generous }))).toEqual([]);
  });

  it("books what was used at an operation that the order does not have at none", () => {
    const { step } = planPosting(
      postingInput(made({}, [used("10 TUBE", "4 EA")]), [], { operations: ["0020"] as OperationId[] }),
    );

    expect(step.kind === "post" && step.posting.consumptions).toMatchObject([{ line: "10", operation: null }]);
  });

  it("books all else meanwhile", () => {
    const actuals = made({ "0010": "5 good" }, [used("10 TUBE", "25 EA", "T-1"), used("20 WIRE", "1 KGM")]);

    expect(steps(actuals, [])).toEqual(["MO-1:1", "0010: 5 EA good", "20 WIRE: 1 KGM"]);
  });

  it("asks again when it goes further than what was decided", () => {
    const decisions = [says("consumed-beyond-plan 10 TUBE", "post", "2 EA")];

    expect(awaitsDecision(planPosting(postingInput(made({}, [used("10 TUBE", "22 EA")]), [], { decisions })))).toBe(
      false,
    );
    expect(awaitsDecision(planPosting(postingInput(made({}, [used("10 TUBE", "23 EA")]), [], { decisions })))).toBe(
      true,
    );
  });

  it("asks again when more was made for a closed order than what was left out", () => {
    expect(asksOfClosed({ "0010": "2 good 1 scrap" }, "3 EA")).toBe(false);
    expect(asksOfClosed({ "0010": "2 good 1 scrap", "0020": "1 good" }, "3 EA")).toBe(true);
    expect(asksOfClosed({}, null)).toBe(false);
    expect(asksOfClosed({ "0010": "1 good" }, null)).toBe(true);
  });

  it("asks no more once it is booked, or corrected", () => {
    const decisions = [says("consumed-beyond-plan 10 TUBE", "post", "2 EA")];
    const booked = bookAll(made({}, [used("10 TUBE", "22 EA")]), [], { decisions });

    expect(findings(postingInput(made({}, [used("10 TUBE", "22 EA")]), booked))).toEqual([]);
    expect(steps(made({}, [used("10 TUBE", "20 EA")]), booked)).toEqual(["MO-1:2", "10 TUBE: -2 EA"]);
  });

  it("leaves what stands on a line alone when the order loses the line", () => {
    const actuals = made({}, [used("10 TUBE", "4 EA")]);
    const booked = bookAll(actuals);
    const withoutTube = { ...frames, components: frames.components.slice(1) };

    expect(steps(actuals, booked, { erpOrder: withoutTube })).toEqual(["nothing"]);
  });
});

const anyActuals: fc.Arbitrary<OrderActuals> = fc
  .record({
    saw: fc.option(fc.nat(10)),
    weld: fc.option(fc.nat(10)),
    scrap: fc.nat(3),
    minutes: fc.nat(90),
    isDone: fc.boolean(),
    tubes: fc.uniqueArray(fc.constantFrom("A", "B", "C", "D")),
    loose: fc.integer({ min: -3, max: 9 }),
    wire: fc.integer({ min: -2, max: 6 }),
  })
  .map(({ saw, weld, scrap, minutes, isDone, tubes, loose, wire }) =>
    made(
      {
        ...(saw === null ? {} : { "0010": `${saw} good ${scrap} scrap ${minutes} min` }),
        ...(weld === null ? {} : { "0020": `${weld} good ${isDone ? "done" : ""}` }),
      },
      [used("10 TUBE", `${tubes.length + loose} EA`, "T-1", tubes), used("20 WIRE", `${wire}/7 KGM`)],
    ),
  );

describe("whatever is told, in whatever parts", () => {
  it("comes to the actual sums, and then to nothing", () => {
    fc.assert(
      fc.property(fc.array(anyActuals, { minLength: 1, maxLength: 6 }), (told) => {
        const last = told.at(-1) ?? made({});
        const tolerances = { consumption: exact("100"), overdelivery: exact("100"), underdelivery: exact("1") };
        const booked = told.reduce<Posting[]>((held, actuals) => bookAll(actuals, held, { tolerances }), []);
        const atOnce = bookAll(last, [], { tolerances });

        expect(isNothing(differenceOf(sumsOf(atOnce), sumsOf(booked)))).toBe(true);
        expect(planPosting(postingInput(last, booked, { tolerances })).step.kind).not.toBe("post");
        expect(booked.map(({ id }) => id)).toEqual(booked.map((_, at) => `MO-1:${at + 1}`));
      }),
    );
  });

  it("is planned the same twice", () => {
    fc.assert(
      fc.property(anyActuals, (actuals) => {
        const input = postingInput(actuals);
        expect(canonicalText(planPosting(input))).toBe(canonicalText(planPosting(copied(input))));
      }),
    );
  });
});

/** The same content in other objects. */
function copied(input: PostingInput): PostingInput {
  return {
    ...input,
    actuals: structuredClone(input.actuals),
    operations: [...(input.operations ?? [])] as OperationId[],
  };
}
