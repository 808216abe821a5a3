import type { Connector } from "../connectors/port.ts";
import type { RuleSet } from "../domain/bom/rules.ts";
import type { Day } from "../domain/calendar.ts";
import type { ChangePlan } from "../domain/change-plan.ts";
import type { PlantTriggers } from "../domain/feedback/plant-triggers.ts";
import type { PlantId } from "../domain/ids.ts";
import type { PlantVariants } from "../domain/variant/configuration.ts";
import type { FeedbackRules } from "../domain/feedback/feedback-rules.ts";
import type { NumberSchedule } from "../domain/number-schedule.ts";
import type { OrderRules } from "../domain/orders/order-rules.ts";
import type { Lanes } from "../engine/lanes.ts";
import type { Database } from "../store/database.ts";

/** One plant: the systems that its product data flows between, and the rules it flows by. */
export type PlantSystems = {
  readonly plant: PlantId;
  readonly plm: Connector;
  readonly erp: Connector;
  /** Null where its orders go to no MES. */
  readonly mes: Connector | null;
  readonly rules: RuleSet;
  /** Variants that it builds of configurable products; absent where it has none. */
  readonly variants?: PlantVariants | null;
  /** ISO 4217. */
  readonly currency: string;
  /** IANA name; a day begins and ends by it. */
  readonly timeZone: string;
  readonly orders: OrderRules;
  readonly feedback: FeedbackRules;
  readonly triggers: PlantTriggers;
  /** When it plans to build which serial and unit numbers; left out, nobody has said. */
  readonly serialSchedule?: NumberSchedule;
};

/** What the change leg works with. `main.ts` composes it. */
export type ChangeHub = {
  readonly database: Database;
  readonly lanes: Lanes;
  readonly plants: ReadonlyMap<PlantId, PlantSystems>;
  /** The policy that lets a plan through without a person, in its author's words; null when none does. */
  readonly policyFor: (plan: ChangePlan) => string | null;
  readonly now: () => Date;
};

/** When a day begins where the plant is. */
export function beginOf(day: Day, { timeZone }: Pick<PlantSystems, "timeZone">): string {
  return Temporal.PlainDate.from(day).toZonedDateTime(timeZone).toInstant().toString({ smallestUnit: "millisecond" });
}

/** Today where the plant is. */
export function todayIn({ timeZone }: Pick<PlantSystems, "timeZone">, now: Date): Day {
  return new Intl.DateTimeFormat("en-CA", { timeZone, dateStyle: "short" }).format(now) as Day;
}
