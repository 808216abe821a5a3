import type { ChangePreview } from "../api/contract.ts";
import { ConnectorError } from "../connectors/connector-error.ts";
import type { ChangePlan } from "../domain/change-plan.ts";
import type { ChangeId, Digest } from "../domain/ids.ts";
import { fromJson } from "../domain/json.ts";
import { previewChange } from "../flows/preview-change.ts";
import { todayIn, type PlantSystems } from "../flows/systems.ts";
import { closeConnections, connectSystems } from "../hub/connections.ts";
import { readConfig } from "../hub/read-config.ts";
import { pathOf } from "./change-in-hub.ts";
import { CliFailure } from "./failure.ts";
import type { HubClient } from "./hub-client.ts";
import { withKnownSandboxKeys } from "./sandbox-keys.ts";

export type LivePlan = { readonly plan: ChangePlan; readonly digest: Digest };

type Asked = { readonly config: string; readonly plant: string | null };

/**
 * Has the hub plan a change as it would plan it now, with all that it remembers.
 *
 * @throws CliFailure, FileMistakes
 */
export async function planInHub(hub: HubClient, change: ChangeId, { config: file, plant }: Asked): Promise<LivePlan> {
  const at =
    plant ??
    thePlant(
      (await readConfig(file)).plants.map(({ id }) => ({ plant: id })),
      null,
      file,
    ).plant;
  const { digest, plan } = await hub.call<ChangePreview>(`GET ${pathOf({ change, plant: at })}/preview`);
  return { digest: digest as Digest, plan: fromJson<ChangePlan>(plan) };
}

/**
 * Plans a change from the systems as they are now. It reads only, and needs neither the hub nor its
 * database, so it knows nothing of what they remember.
 *
 * @throws CliFailure, FileMistakes
 */
export async function planLive(change: ChangeId, { config: file, plant }: Asked): Promise<LivePlan> {
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

function thePlant<Named extends Pick<PlantSystems, "plant">>(
  plants: readonly Named[],
  wanted: string | null,
  file: string,
): Named {
  const found = plants.filter(({ plant }) => wanted === null || plant === wanted);
  const [first] = found;
  if (first !== undefined && found.length === 1) return first;
  const names = plants.map(({ plant }) => plant).join(", ");
  throw new CliFailure(
    first === undefined && wanted !== null ? `${file} has no plant ${wanted}` : `${file} has ${plants.length} plants`,
    { field: "--plant", fix: plants.length === 0 ? `add a plant to ${file}` : `name one of: ${names}` },
  );
}
