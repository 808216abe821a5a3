import { dirname, resolve } from "node:path";
import type { TSchema } from "typebox";
import { readInput } from "../cli/input-file.ts";
import { kindsNamed, loadConfig, type Config, type UnusableKind } from "../config/heddle-config.ts";
import type { ConnectorKind } from "../connectors/connector-kind.ts";
import { isPackageName, loadPackageKind } from "../connectors/package-kinds.ts";
import { CONNECTOR_KINDS } from "../connectors/registry.ts";

/**
 * Reads `heddle.yaml`, with the settings of every kind of connection checked, also of kinds in other packages.
 * @throws CliFailure, FileMistakes
 */
export async function readConfig(file: string): Promise<Config> {
  const folder = resolve(dirname(file));
  const named = await readInput(file, (name, text) => ({ ok: true, value: kindsNamed(name, text) }));
  const packages = await Promise.all(
    named.filter(isPackageName).map(async (kind) => [kind, await settingsOf(kind, folder)] as const),
  );
  const own = Object.entries(CONNECTOR_KINDS).map(([kind, { settings }]) => [kind, settings] as const);
  const kinds = Object.fromEntries([...own, ...packages]);
  return readInput(file, (name, text) => loadConfig(name, text, kinds));
}

async function settingsOf(kind: string, folder: string): Promise<TSchema | UnusableKind> {
  const loaded = await loadPackageKind(kind, folder);
  return loaded.ok ? loaded.kind.settings : loaded;
}

/** Kinds of connection by name: Heddle's own, and those of packages that the configuration names. */
export async function kindsOf({ connections, folder }: Config): Promise<Readonly<Record<string, ConnectorKind>>> {
  const packages = connections.map(({ kind }) => kind).filter(isPackageName);
  const loaded = await Promise.all(packages.map((name) => loadPackageKind(name, folder)));
  const usable = loaded.flatMap((each, at) => (each.ok ? [[packages[at] ?? "", each.kind] as const] : []));
  return { ...CONNECTOR_KINDS, ...Object.fromEntries(usable) };
}
