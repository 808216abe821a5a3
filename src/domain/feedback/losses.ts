import type { Day } from "../calendar.ts";
import type { OperationId, WorkCenterId } from "../ids.ts";
import { rational, rationalText, ONE, type Rational } from "../rational.ts";
import { elapsed, type Instant } from "./instant.ts";
import type { ShopOccurrence } from "./shop-event.ts";

/** What went wrong once, by its reason, for Pareto charts. */
export type Loss = {
  readonly kind: "scrap" | "rework" | "nonconformance" | "downtime";
  /** Empty where the source gave none. */
  readonly reason: string;
  readonly operation: OperationId | null;
  readonly workCenter: WorkCenterId | null;
  /** The plant's day on which the shift began. */
  readonly day: Day;
  /** An exact number as text: what was lost; of a nonconformance how often; of downtime milliseconds. */
  readonly quantity: string;
  readonly unit: string | null;
};

/** The losses that events tell of, each event with its own. */
export function lossesOf(events: readonly ShopOccurrence[], dayAt: (at: Instant) => Day): readonly Loss[] {
  return events.flatMap((event) => {
    const { fact, operation, workCenter, at, since } = event;
    const loss = (kind: Loss["kind"], reason: string | null, quantity: Rational, unit: string | null): Loss[] => [
      { kind, reason: reason ?? "", operation, workCenter, day: dayAt(at), quantity: rationalText(quantity), unit },
    ];
    switch (fact.kind) {
      case "scrap":
      case "rework":
        return loss(fact.kind, fact.reason, fact.quantity.amount, fact.quantity.unit);
      case "nonconformance":
        return loss("nonconformance", fact.code, ONE, null);
      case "downtime":
        if (fact.planned || since === null) return [];
        return loss("downtime", fact.reason, rational(BigInt(elapsed(since, at))), null);
      case "good":
      case "consumed":
      case "operation started":
      case "setup completed":
      case "measured":
      case "tested":
      case "held":
      case "resumed":
      case "operation completed":
        return [];
    }
  });
}
