import { ConnectorError } from "../connectors/connector-error.ts";
import type { ChangePlan } from "../domain/change-plan.ts";
import type { ChangeId, Digest } from "../domain/ids.ts";
import { previewChange } from "../flows/preview-change.ts";
import { todayIn, type PlantSystems } from "../flows/systems.ts";
import { closeConnections, connectSystems, readConfig } from "../main.ts";
import { CliFailure } from "./failure.ts";
import { withKnownSandboxKeys } from "./sandbox-keys.ts";

export type LivePlan = { readonly plan: ChangePlan; readonly digest: Digest };

/**
 * Plans a change from the systems as they are now. It reads only, and needs neither the hub nor its
 * database.
 *
 * @throws CliFailure, FileMistakes
 */
export async function planLive(
  change: ChangeId,
  { config: file, plant }: { readonly config: string; readonly plant: string | null },
): Promise<LivePlan> {
  const config = await readConfig(file);
  await using opened = new AsyncDisposableStack();
  const connected = await connectSystems(config, await withKnownSandboxKeys(config.hub.dataFolder, process.env));
  opened.defer(() => closeConnections(connected));
  const systems = thePlant([...connected.plants.values()], plant, file);
  try {
    return await previewChange(change, systems, todayIn(systems, new Date()));
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    throw new CliFailure(error.message, {
      system: error.at.system,
      ...(error.at.field === undefined ? {} : { field: error.at.field }),
      fix: error.fix,
    });
  }
}

function thePlant(plants: readonly PlantSystems[], wanted: string | null, file: string): PlantSystems {
  const found = plants.filter(({ plant }) => wanted === null || plant === wanted);
  const [first] = found;
  if (first !== undefined && found.length === 1) return first;
  const names = plants.map(({ plant }) => plant).join(", ");
  throw new CliFailure(
    first === undefined && wanted !== null ? `${file} has no plant ${wanted}` : `${file} has ${plants.length} plants`,
    { field: "--plant", fix: plants.length === 0 ? `add a plant to ${file}` : `name one of: ${names}` },
  );
}
