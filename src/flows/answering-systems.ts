import { ConnectorError } from "../connectors/connector-error.ts";
import type { LiveConnector } from "../connectors/live-connector.ts";
import type { PlantId } from "../domain/ids.ts";
import type { Database } from "../store/database.ts";
import { hastenRetries } from "../store/order-wakes.ts";
import { pauseAmong } from "../store/pauses.ts";

/** Whether the systems that orders need are in use and answer. One that was away is asked first, by one cheap read. */
export async function areReady(
  database: Database,
  plant: PlantId,
  systems: readonly LiveConnector[],
): Promise<boolean> {
  const names = systems.map(({ system }) => system);
  if ((await pauseAmong(database.pool, names)) !== null) return false;
  const away = systems.filter(({ status }) => status().state === "paused");
  if (away.length === 0) return true;
  const answers = await Promise.all(away.map(answersAgain));
  if (answers.includes(false)) return false;
  await hastenRetries(database.pool, plant);
  return true;
}

async function answersAgain(connector: LiveConnector): Promise<boolean> {
  await lookAtConnection(connector);
  return connector.status().state !== "paused";
}

/** Asks a system whether it is there; what it says stands in the connection's status. */
export async function lookAtConnection(connector: LiveConnector): Promise<void> {
  try {
    await connector.check();
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error; // what went wrong stands in its status
  }
}
