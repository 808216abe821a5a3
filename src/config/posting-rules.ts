import { Type, type Static } from "typebox";
import { DEFAULT_POSTING_RULES, type PostingRules } from "../domain/feedback/posting-rules.ts";
import { dividedBy, parseRational, rational, type Rational } from "../domain/rational.ts";

const Percent = (what: string, byDefault: number) =>
  Type.Optional(
    Type.Number({ minimum: 0, maximum: 1_000, default: byDefault, description: `${what}, in percent of the order.` }),
  );

/** `plants[].production` of `heddle.yaml`. */
export const ProductionEntry = Type.Object(
  {
    everyMinutes: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1_440,
        default: DEFAULT_POSTING_RULES.everyMinutes,
        description:
          "What was made and used is booked with each operation that is complete, and otherwise after so many minutes.",
      }),
    ),
    completeAfterMinutes: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 10_080,
        default: DEFAULT_POSTING_RULES.completeAfterMinutes,
        description:
          "An order whose operations are complete is completed in the ERP once nothing new was told of it for so many minutes: what comes later finds it closed, and waits for a person.",
      }),
    ),
    tolerance: Type.Optional(
      Type.Object(
        {
          consumption: Percent("Consumption above what the order requires of a component", 5),
          overdelivery: Percent("Good pieces above what was ordered", 0),
          underdelivery: Percent("Pieces that are neither good nor scrap when the order is complete", 0),
        },
        { description: "How far production may be from its order before a person is asked." },
      ),
    ),
  },
  { description: "How its production is booked in the ERP." },
);

/** The rules that an entry makes; what it leaves out is as by default. */
export function postingRulesOf(entry: Static<typeof ProductionEntry> | undefined): PostingRules {
  const { everyMinutes, completeAfterMinutes, tolerances } = DEFAULT_POSTING_RULES;
  const { consumption, overdelivery, underdelivery } = entry?.tolerance ?? {};
  return {
    everyMinutes: entry?.everyMinutes ?? everyMinutes,
    completeAfterMinutes: entry?.completeAfterMinutes ?? completeAfterMinutes,
    tolerances: {
      consumption: shareOf(consumption) ?? tolerances.consumption,
      overdelivery: shareOf(overdelivery) ?? tolerances.overdelivery,
      underdelivery: shareOf(underdelivery) ?? tolerances.underdelivery,
    },
  };
}

function shareOf(percent: number | undefined): Rational | null {
  const exact = percent === undefined ? null : parseRational(String(percent));
  return exact === null ? null : dividedBy(exact, rational(100n));
}
