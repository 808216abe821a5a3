import { CliFailure } from "../cli/failure.ts";
import { readInput, readInputs } from "../cli/input-file.ts";
import type { Config, ConnectionConfig } from "../config/heddle-config.ts";
import { loadRules } from "../config/rule-file.ts";
import { loadSerialSchedule } from "../config/serial-schedule.ts";
import { loadTriggers } from "../config/trigger-file.ts";
import { SettingsError, type ConnectorKind } from "../connectors/connector-kind.ts";
import type { LiveConnector } from "../connectors/live-connector.ts";
import { makeConnector } from "../connectors/registry.ts";
import type { Waivers } from "../connectors/waivers.ts";
import { NO_TRIGGERS, type PlantTriggers } from "../domain/feedback/plant-triggers.ts";
import type { PlantId, SystemId } from "../domain/ids.ts";
import type { NumberSchedule } from "../domain/number-schedule.ts";
import type { PlantSystems } from "../flows/systems.ts";
import { kindsOf } from "./read-config.ts";
import { resolved, type Environment } from "./secrets.ts";

/** The connections with their secrets, for whoever is about to use them. @throws CliFailure naming a secret that is missing. */
export async function resolveConnections(
  config: Config,
  environment: Environment,
): Promise<readonly ConnectionConfig[]> {
  return resolved(config.connections, config, environment);
}

/** A connection with its secrets, and what it is reached by. */
export type OpenConnection = ConnectionConfig & { readonly connector: LiveConnector; readonly waivers: Waivers };

/** Makes the connector of one connection; whoever did closes it. Nothing is sent to the system. @throws CliFailure */
export async function openConnection(
  config: Config,
  environment: Environment,
  connection: ConnectionConfig,
): Promise<OpenConnection> {
  const known = await resolved(connection, config, environment);
  const kinds = await kindsOf(config);
  return { ...known, connector: connectorOf(known, kinds), waivers: kinds[known.kind]?.waivers ?? {} };
}

export type Systems = {
  readonly connections: ReadonlyMap<SystemId, { readonly config: ConnectionConfig; readonly connector: LiveConnector }>;
  readonly plants: ReadonlyMap<PlantId, PlantSystems>;
};

/** Connectors and rules, by connection and by plant. Nothing is sent to any system. @throws CliFailure, FileMistakes */
export async function connectSystems(config: Config, environment: Environment): Promise<Systems> {
  const resolvedConnections = await resolveConnections(config, environment);
  const kinds = await kindsOf(config);
  const connections = new Map(
    resolvedConnections.map((each) => [each.system, { config: each, connector: connectorOf(each, kinds) }]),
  );
  const connectorNamed = (system: SystemId): LiveConnector => {
    const connection = connections.get(system);
    if (connection === undefined) throw new Error(`the configuration was read without a connection ${system}`);
    return connection.connector;
  };
  const rules = await readInputs(
    ...config.plants.map((plant) => readInput(plant.rules, (file, text) => loadRules(file, text, [plant.id]))),
  );
  const triggers = await readInputs(...config.plants.map(readTriggers));
  const schedules = await readInputs(...config.plants.map(readSerialSchedule));
  const plants = config.plants.flatMap(({ id, plm, erp, mes, ...plant }, index): [PlantId, PlantSystems][] => {
    const [ruleSet, plantTriggers] = [rules[index], triggers[index]];
    if (ruleSet === undefined || plantTriggers === undefined) return [];
    const { currency, timeZone, orders, feedback, variants } = plant;
    const systems = {
      plm: connectorNamed(plm),
      erp: connectorNamed(erp),
      mes: mes === null ? null : connectorNamed(mes),
    };
    const own = {
      rules: ruleSet,
      currency,
      timeZone,
      orders,
      feedback,
      triggers: plantTriggers,
      variants,
      serialSchedule: schedules[index] ?? [],
    };
    return [[id, { plant: id, ...systems, ...own }]];
  });
  return { connections, plants: new Map(plants) };
}

async function readTriggers({ id, triggers }: Config["plants"][number]): Promise<PlantTriggers> {
  if (triggers === null) return NO_TRIGGERS;
  return readInput(triggers, (file, text) => loadTriggers(file, text, [id]));
}

async function readSerialSchedule({ serialSchedule }: Config["plants"][number]): Promise<NumberSchedule> {
  return "file" in serialSchedule ? readInput(serialSchedule.file, loadSerialSchedule) : serialSchedule;
}

/** Ends the connections that are kept open. */
export async function closeConnections({ connections }: Systems): Promise<void> {
  await Promise.all([...connections.values()].map(async ({ connector }) => connector.close?.()));
}

function connectorOf(
  { kind, system, settings }: ConnectionConfig,
  kinds: Readonly<Record<string, ConnectorKind>>,
): LiveConnector {
  try {
    return makeConnector(kind, system, settings, kinds);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    throw new CliFailure(error.message, {
      system: error.system,
      field: `connections.${error.system}.settings.${error.field}`,
      fix: "correct it in heddle.yaml, or the secret that it refers to",
    });
  }
}
