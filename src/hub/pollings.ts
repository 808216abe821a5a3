import type { Logger } from "pino";
import type { Config } from "../config/heddle-config.ts";
import type { LiveConnector } from "../connectors/live-connector.ts";
import type { SystemId } from "../domain/ids.ts";
import { startPolling, type Polling } from "../engine/poller.ts";
import type { ChangeHub } from "../flows/systems.ts";
import { wakeOnDays } from "../flows/watch-days.ts";
import { watchErp, watchMes, watchPlm } from "../flows/watch-systems.ts";
import { forgetMessages } from "../store/inbox.ts";
import type { Systems } from "./connections.ts";
import { tellChanges } from "./tell-changes.ts";

/** Copies of a webhook come within minutes; the message itself is of use while somebody looks for what happened. */
const MESSAGES_KEPT_DAYS = 14;
const RETENTION_EVERY_MS = 3_600_000;
/** Changes that wait for their day are looked at within this time after the plant's midnight. */
const DAYS_EVERY_MS = 15_000;

/** Asks the systems again and again for what their webhooks have not told, and the hub for what is due. */
export function startPollings(hub: ChangeHub, config: Config, { connections }: Systems, logger: Logger): Polling[] {
  const { database } = hub;
  const start = (system: SystemId, what: string, watch: (connector: LiveConnector) => Promise<void>) => {
    const connection = connections.get(system);
    if (connection === undefined) return [];
    const everyMs = config.pollingSecondsOf(system) * 1_000;
    const told = tellChanges(`${system}: looking for ${what}`, logger);
    const poll = async () => {
      await watch(connection.connector);
      told.works();
    };
    return [startPolling({ database, name: `${system} ${what}`, everyMs, poll, onError: told.fails })];
  };
  const plms = new Set(config.plants.map(({ plm }) => plm));
  const erps = new Set(config.plants.map(({ erp }) => erp));
  const mesSystems = new Set(config.plants.flatMap(({ mes }) => mes ?? []));
  return [
    ...[...plms].flatMap((system) => start(system, "changes", (plm) => watchPlm(hub, plm))),
    ...[...erps].flatMap((system) => start(system, "orders", (erp) => watchErp(hub, erp))),
    ...[...mesSystems].flatMap((system) => start(system, "jobs", (mes) => watchMes(hub, mes))),
    startPolling({
      database,
      name: "days",
      everyMs: DAYS_EVERY_MS,
      poll: () => wakeOnDays(hub),
      onError: (error) => logger.warn({ err: error }, error.message),
    }),
    startPolling({
      database,
      name: "retention",
      everyMs: RETENTION_EVERY_MS,
      poll: async () => void (await forgetMessages(database.pool, MESSAGES_KEPT_DAYS)),
      onError: (error) => logger.warn({ err: error }, error.message),
    }),
  ];
}
