import { expect, it } from "vitest";
import { DEFAULT_POSTING_RULES } from "../domain/feedback/posting-rules.ts";
import { rationalText } from "../domain/rational.ts";
import { postingRulesOf } from "./posting-rules.ts";

it("reads percent as exact shares, and leaves the rest as by default", () => {
  const tolerance = { consumption: 2.5, underdelivery: 10 };
  const { everyMinutes, completeAfterMinutes, tolerances } = postingRulesOf({ completeAfterMinutes: 0, tolerance });

  expect(completeAfterMinutes).toBe(0);
  expect(everyMinutes).toBe(DEFAULT_POSTING_RULES.everyMinutes);
  expect(Object.values(tolerances).map(rationalText)).toEqual(["0.025", "0", "0.1"]);
  expect(postingRulesOf(undefined)).toEqual(DEFAULT_POSTING_RULES);
});
