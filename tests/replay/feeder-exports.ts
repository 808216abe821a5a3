import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadMapping } from "../../src/cli/export-file.ts";
import type { ExportMapping } from "../../src/connectors/files/config.ts";
import type { LiveConnector } from "../../src/connectors/live-connector.ts";
import { makeConnector } from "../../src/connectors/registry.ts";
import type { SystemId } from "../../src/domain/ids.ts";

const MAPPING = join(import.meta.dirname, "../../examples/tape-feeder/mapping.yaml");

/** A watched folder that the feeder's parts lists are put into one by one, and the connector that watches it. */
export type FeederExports = {
  readonly folder: string;
  readonly plm: LiveConnector;
  readonly close: () => Promise<void>;
};

export async function openFeederExports(): Promise<FeederExports> {
  const folder = await mkdtemp(join(tmpdir(), "feeder-exports-"));
  const plm = makeConnector("files", "plm" as SystemId, {
    folder,
    revisionPer: "file",
    name: "{revision}-*.csv",
    settleSeconds: 0,
    mapping: await feederMapping(),
  });
  return { folder, plm, close: () => rm(folder, { recursive: true }) };
}

export async function feederMapping(): Promise<ExportMapping> {
  const loaded = loadMapping(MAPPING, await readFile(MAPPING, "utf8"));
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.mistakes));
  return loaded.value;
}

/** Names of a folder of successive parts lists (`01-….csv`, `02-….csv`), oldest first. */
export async function listsIn(folder: string): Promise<readonly string[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith(".csv")).toSorted();
  if (files.length === 0) throw new Error(`${folder} holds no .csv file`);
  return files;
}
