import type { Config, ConnectionConfig } from "../config/heddle-config.ts";
import { ok, type Check } from "../connectors/check.ts";
import { proveConnection } from "../connectors/prove-connection.ts";
import type { SystemId } from "../domain/ids.ts";
import { lackingFor, SYSTEM_ROLES } from "../flows/readers.ts";
import { openConnection, type OpenConnection } from "../hub/connections.ts";
import type { Environment } from "../hub/secrets.ts";
import { CliFailure } from "./failure.ts";

/** How one connection of `heddle.yaml` fares, step by step. */
export type ConnectionReport = { readonly system: SystemId; readonly kind: string; readonly checks: readonly Check[] };

/** Tests connections, each by itself: what is wrong with one does not keep the others from it. It never writes. */
export async function testConnections(
  config: Config,
  environment: Environment,
  connections: readonly ConnectionConfig[] = config.connections,
): Promise<readonly ConnectionReport[]> {
  return Promise.all(
    connections.map(async (each) => ({
      system: each.system,
      kind: each.kind,
      checks: await connectionChecks(each, config, environment),
    })),
  );
}

async function connectionChecks(
  connection: ConnectionConfig,
  config: Config,
  environment: Environment,
): Promise<readonly Check[]> {
  try {
    await using opened = new AsyncDisposableStack();
    const { settings, webhookSecrets, connector, waivers } = await openConnection(config, environment, connection);
    opened.defer(async () => connector.close?.());
    const { url = null } = settings as { readonly url?: string };
    const plant = config.plants.find((each) => SYSTEM_ROLES.some((role) => each[role] === connection.system));
    return [
      ok("settings", "complete, and every secret is there"),
      ...(await proveConnection({ connector, url, plant: plant?.id ?? null, waivers })),
      ...webhookChecks(connector, webhookSecrets, config),
      ...roleChecks(connector, config),
    ];
  } catch (error) {
    if (!(error instanceof CliFailure)) throw error;
    const { field, fix } = error.detail;
    return [
      { name: "settings", state: "failure", detail: error.message, ...(field === undefined ? {} : { field }), fix },
    ];
  }
}

type Connector = OpenConnection["connector"];

function webhookChecks(
  { system, webhooks }: Connector,
  secrets: readonly string[],
  { pollingSecondsOf }: Config,
): readonly Check[] {
  if (webhooks === undefined) return [];
  const field = `connections.${system}.webhookSecrets`;
  if (secrets.length === 0) {
    return [
      {
        name: "webhooks",
        state: "warning",
        detail: `they are not taken, for want of a secret: changes are seen by polling, every ${pollingSecondsOf(system)} s`,
        field,
        fix: `give it a secret by reference, and have the system sign its webhooks to <hub>/webhooks/${system} with it`,
      },
    ];
  }
  const faulty = secrets.filter((secret) => !/^whsec_[A-Za-z0-9+/]{32,}={0,2}$/.test(secret)).length;
  if (faulty === 0) return [ok("webhooks", `${secrets.length} ${secrets.length === 1 ? "secret" : "secrets"}`)];
  return [
    {
      name: "webhooks",
      state: "failure",
      detail: `${faulty} of ${secrets.length} secrets is not whsec_ and at least 24 bytes in base64`,
      field,
      fix: "make one: whsec_ and what `openssl rand -base64 32` prints",
    },
  ];
}

/** Whether the connection can be to each plant what `heddle.yaml` makes it. */
function roleChecks(connector: Connector, { plants }: Config): readonly Check[] {
  return plants.flatMap(({ id, ...roles }) =>
    SYSTEM_ROLES.filter((role) => roles[role] === connector.system).map((role): Check => {
      const lacking = lackingFor(role, connector);
      const name = `${role.toUpperCase()} of ${id}`;
      if (lacking.length === 0) return ok(name, "it has every ability that this takes");
      return {
        name,
        state: "failure",
        detail: `it lacks ${lacking.join(", ")}`,
        field: `plants.${role}`,
        fix: `give plant ${id} another connection as its ${role.toUpperCase()} in heddle.yaml`,
      };
    }),
  );
}
