import { setTimeout as pause } from "node:timers/promises";
import type { Status } from "../api/contract.ts";
import type { LiveConnector } from "../connectors/live-connector.ts";
import type { Lanes } from "../engine/lanes.ts";
import { lookAtConnection } from "../flows/answering-systems.ts";
import type { Database } from "../store/database.ts";
import type { Systems } from "./connections.ts";

/** How old news of a connection may be, before somebody who asks makes us look. */
const NEWS_MS_MAX = 60_000;
/** Longest time that somebody who asks is kept waiting for it. */
const LOOK_MS_MAX = 1_000;

/** Connections as this process sees them; a hub that leaves polling to another asks them itself. */
export async function connectionStates(
  { connections }: Systems,
  lanes: Lanes,
  database: Database,
): Promise<Status["connections"]> {
  const looks = [...connections.values()]
    .filter(({ connector }) => isOldNews(connector))
    .map(({ connector }) => lookAtConnection(connector));
  if (looks.length > 0) await Promise.race([Promise.all(looks), pause(LOOK_MS_MAX)]);
  const pauses = new Map((await lanes.paused(database.pool)).map((each) => [each.system, each]));
  return [...connections].map(([system, { config, connector }]) => {
    const status = { system, kind: config.kind, ...connector.status() };
    const held = pauses.get(system);
    if (held === undefined) return status;
    return { ...status, state: "paused" as const, error: `paused by ${held.by}: ${held.reason}` };
  });
}

function isOldNews(connector: LiveConnector): boolean {
  const { lastSeen } = connector.status();
  return lastSeen === null || Date.now() - Date.parse(lastSeen) > NEWS_MS_MAX;
}
