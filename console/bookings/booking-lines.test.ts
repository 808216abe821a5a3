import { expect, it } from "vitest";
import { made, used } from "../../src/domain/feedback/posting-harness.ts";
import { toJson } from "../../src/domain/json.ts";
import { bookingLines, type BookingLine } from "./booking-lines.ts";

const ACTUALS = made({ "0010": "10 good 1 scrap 20 min done", "0020": "4 good" }, [
  used("10 TUBE", "25 EA", "T-1"),
  used("- PAINT", "1 LTR"),
]);

function drawn({ what, detail, made: told, held, outstanding }: BookingLine): string {
  return [what, detail, told, held, outstanding].join(" | ");
}

it("shows what was made beside what the ERP holds, and what its books lack", () => {
  const held = {
    confirmations: made({ "0010": "10 good 1 scrap 20 min done" }).operations.map((each) => ({
      ...each,
      isFinal: each.isComplete,
    })),
    consumptions: [used("10 TUBE", "20 EA", "T-1")],
  };
  const outstanding = { confirmations: [], consumptions: [used("10 TUBE", "5 EA", "T-1")] };
  const { operations, components } = bookingLines({
    actuals: toJson(ACTUALS),
    held: toJson(held),
    outstanding: toJson(outstanding),
  });
  expect(operations.map(drawn)).toEqual([
    "0010 |  | 10 EA good, 1 EA scrap, 20 min run, complete | 10 EA good, 1 EA scrap, 20 min run, complete | ",
    "0020 |  | 4 EA good |  | ",
  ]);
  expect(components.map(drawn)).toEqual([
    "TUBE | line 10 · operation 0010 · lot T-1 | 25 EA | 20 EA | 5 EA",
    "PAINT | not planned · operation 0010 | 1 LTR |  | ",
  ]);
});

it("shows nothing where nothing was counted, and nothing looked at", () => {
  expect(bookingLines({ actuals: null, held: null, outstanding: null })).toEqual({ operations: [], components: [] });
});
