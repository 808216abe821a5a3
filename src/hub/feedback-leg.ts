import type { Logger } from "pino";
import type { Config } from "../config/heddle-config.ts";
import { startFeedback, type Feedback } from "../flows/feedback-hub.ts";
import { observeOrders } from "../flows/observe-production.ts";
import { wakeProduction } from "../flows/production-to-erp.ts";
import type { ChangeHub } from "../flows/systems.ts";
import type { Systems } from "./connections.ts";
import { tellChanges } from "./tell-changes.ts";

/** What the shop floor tells, from every system that does, and what follows from it. */
export async function startFeedbackLeg(
  { database, lanes, plants, now }: ChangeHub,
  config: Config,
  { connections }: Systems,
  logger: Logger,
): Promise<Feedback> {
  const told = new Map<string, ReturnType<typeof tellChanges>>();
  return startFeedback({
    database,
    plants,
    now,
    systems: [...connections].map(([system, { connector }]) => ({
      connector,
      everyMs: config.pollingSecondsOf(system) * 1e3,
    })),
    async counted(tx, plant, orders) {
      const systems = plants.get(plant);
      if (systems === undefined) throw new Error(`heddle.yaml names no plant ${plant}`);
      await wakeProduction(lanes, tx, plant, orders, "its events were counted");
      await observeOrders(tx, lanes, systems, orders);
    },
    onError(name, error) {
      const teller = told.get(name) ?? tellChanges(name, logger);
      told.set(name, teller);
      teller.fails(error);
    },
    onWorks: (name) => told.get(name)?.works(),
  });
}
