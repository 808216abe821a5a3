import { bomDesk } from "../../src/flows/bom-desk.ts";
import { previewDesk } from "../../src/flows/preview-in-hub.ts";
import { pino } from "pino";
import { Registry } from "prom-client";
import { keepLocalKey } from "../../src/api/give-access.ts";
import { makeApi } from "../../src/api/server.ts";
import { runHeddle } from "../../src/cli/heddle.ts";
import { DEFAULT_FEEDBACK_RULES } from "../../src/domain/feedback/feedback-rules.ts";
import { shopIntake } from "../../src/flows/shop-intake.ts";
import type { TrialHub } from "./trial-hub.ts";

/** The API of a trial hub, and the command line that talks to it, as an approver uses it. */
export type TrialApi = {
  /** Runs a command, which must do its work, and gives what it says. */
  readonly heddle: (...args: readonly string[]) => Promise<string>;
  readonly close: () => Promise<void>;
};

export async function startTrialApi({ database, hub }: Pick<TrialHub, "database" | "hub">): Promise<TrialApi> {
  const intake = { database, rulesOf: () => DEFAULT_FEEDBACK_RULES, isPlant: () => true, now: hub.now };
  const app = await makeApi({
    database,
    lanes: hub.lanes,
    version: "trial",
    hub: "trial",
    connections: async () => [],
    timeZones: new Map([...hub.plants].map(([plant, { timeZone }]) => [plant, timeZone])),
    webhooks: new Map(),
    subjectsOf: () => [],
    shopEvents: { take: shopIntake(intake).take, askNow: async () => {}, readers: new Map() },
    calendars: new Map(),
    boms: bomDesk(hub),
    preview: previewDesk(hub),
    sandbox: null,
    publicUrl: null,
    consoleFolder: null,
    metrics: new Registry(),
    logger: pino({ level: "silent" }),
  });
  const url = await app.listen({ host: "127.0.0.1", port: 0 });
  const key = await keepLocalKey(database, null);
  if (key === null) throw new Error("the trial's database gives no key to its own machine");
  return {
    async heddle(...args) {
      const said: string[] = [];
      const tell = (text: string) => said.push(text);
      const exitCode = await runHeddle([...args, "--url", url, "--key", key], { out: tell, progress: tell });
      if (exitCode !== 0) throw new Error(`heddle ${args.join(" ")} ended with ${exitCode}: ${said.join("\n")}`);
      return said.join("\n");
    },
    close: () => app.close(),
  };
}
