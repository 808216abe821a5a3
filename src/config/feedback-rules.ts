import { Type, type Static } from "typebox";
import { DEFAULT_FEEDBACK_RULES, type FeedbackRules } from "../domain/feedback/feedback-rules.ts";
import type { WorkCenterId } from "../domain/ids.ts";

const YEARS_DAYS = 36_500;

/** `plants[].feedback` of `heddle.yaml`. */
export const FeedbackEntry = Type.Object(
  {
    triggers: Type.Optional(
      Type.String({
        hint: "the path of a trigger file, such as feedback/1000.yaml",
        description:
          "Its trigger file, relative to heddle.yaml: which figures of production call for a person. Left out: none do.",
      }),
    ),
    clockToleranceMinutes: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 5_256_000,
        default: DEFAULT_FEEDBACK_RULES.clockToleranceMinutes,
        description: "Minutes that a source's clock may be off before its events are kept apart.",
      }),
    ),
    longestHours: Type.Optional(
      Type.Number({
        minimum: 1,
        maximum: 24 * YEARS_DAYS,
        default: DEFAULT_FEEDBACK_RULES.longestHours,
        description: "Hours that one event can tell of at most; a longer one is kept apart.",
      }),
    ),
    workCenters: Type.Optional(
      Type.Array(Type.String({ hint: "the number of a work center" }), {
        default: DEFAULT_FEEDBACK_RULES.workCenters,
        description: "Work centers that events may name; others are kept apart. Left out: any.",
      }),
    ),
    eventsPerSecond: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1_000_000,
        default: DEFAULT_FEEDBACK_RULES.eventsPerSecond,
        description: "Events that one source may tell of one second; more of them are kept apart.",
      }),
    ),
    retentionDays: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: YEARS_DAYS,
        default: DEFAULT_FEEDBACK_RULES.retentionDays,
        description: "Days that single events are kept. What they add up to, and what was built, stays.",
      }),
    ),
  },
  { description: "What is made of the events that its shop floor tells." },
);

/** The rules that an entry makes; what it leaves out is as by default. */
export function feedbackRulesOf(entry: Static<typeof FeedbackEntry> | undefined): FeedbackRules {
  const { triggers: _file, workCenters, ...figures } = entry ?? {};
  return {
    ...DEFAULT_FEEDBACK_RULES,
    ...figures,
    ...(workCenters === undefined ? {} : { workCenters: workCenters as WorkCenterId[] }),
  };
}
