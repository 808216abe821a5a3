import { dirname, resolve } from "node:path";
import { Type, type Static, type TSchema } from "typebox";
import type { PlantId, SystemId } from "../domain/ids.ts";
import { compilePolicyCondition, type PlanSummary } from "./condition.ts";
import type { Loaded } from "./mistake.ts";
import { didYouMean } from "./nearest-word.ts";
import { openSource, type SourceFile } from "./source-file.ts";

/** What `heddle.yaml` says. References to secrets are not resolved in it: `withSecrets` does, when they are used. */
export type Config = {
  /** Folder of the file: secrets by `${file:…}` are relative to it. */
  readonly folder: string;
  readonly hub: HubConfig;
  /** Address of a PostgreSQL server; null, or empty once its reference is resolved, means Heddle's own. */
  readonly databaseUrl: string | null;
  readonly connections: readonly ConnectionConfig[];
  readonly plants: readonly PlantConfig[];
  readonly policy: Policy;
  /** How often the systems are asked what has changed. Webhooks are hints on top of it. */
  readonly pollingSeconds: number;
};

export type HubConfig = {
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** Absolute path of the folder that holds Heddle's own data. */
  readonly dataFolder: string;
  /** The address people open, where it is not loopback. */
  readonly publicUrl: string | null;
};

export type ConnectionConfig = {
  readonly system: SystemId;
  readonly kind: string;
  /** As the kind's connector reads it, once `withSecrets` has resolved it. */
  readonly settings: unknown;
  /** Standard Webhooks secrets, by reference; more than one while a secret is being replaced. */
  readonly webhookSecrets: readonly string[];
};

type PlantConfig = {
  readonly id: PlantId;
  readonly plm: SystemId;
  readonly erp: SystemId;
  /** Absolute path of its rule file. */
  readonly rules: string;
  /** ISO 4217. */
  readonly currency: string;
  /** IANA name, for instance `Europe/Berlin`. */
  readonly timeZone: string;
};

/** Which plans need no person. */
type Policy = {
  /** The condition as its author wrote it, for the audit. */
  readonly when: string;
  readonly approves: (plan: PlanSummary) => boolean;
};

/** Only a plan that does no more than take flags back, and has nothing to warn of, goes through by itself. */
const DEFAULT_POLICY = `findings.blocked == 0 && findings.warning == 0 && actions.all(kind, kind == "take back flag")`;

const DEFAULT_HOST = "127.0.0.1";
const DEFAULT_PORT = 4700;
const DEFAULT_FOLDER = ".heddle";
const DEFAULT_POLLING_SECONDS = 30;

const Text = Type.String();

const Connection = Type.Object({
  kind: Type.String({ hint: "the kind of system, such as sandbox-plm" }),
  settings: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  webhookSecrets: Type.Optional(Type.Array(Text)),
});

const Plant = Type.Object({
  id: Type.String({ hint: 'the plant\'s number, in quotes: "1000"' }),
  plm: Type.String({ hint: "the name of a connection" }),
  erp: Type.String({ hint: "the name of a connection" }),
  rules: Type.String({ hint: "the path of a rule file, such as rules/1000.yaml" }),
  currency: Type.String({ pattern: "^[A-Z]{3}$", hint: "a currency by its ISO 4217 code, such as EUR" }),
  timeZone: Type.String({ hint: "a time zone, such as Europe/Berlin" }),
});

const Entry = Type.Object({
  hub: Type.Optional(
    Type.Object({
      host: Type.Optional(Text),
      port: Type.Optional(Type.Integer({ minimum: 0, maximum: 65_535 })),
      dataFolder: Type.Optional(Text),
      publicUrl: Type.Optional(
        Type.String({ pattern: "^https?://[^/\\s]+/?$", hint: "an address such as https://heddle.example.com" }),
      ),
    }),
  ),
  database: Type.Optional(Text),
  connections: Type.Record(Type.String(), Connection, { hint: "the systems that Heddle connects, by name" }),
  plants: Type.Array(Plant, { hint: "a list of plants" }),
  policy: Type.Optional(
    Type.Object({ autoApprove: Type.Object({ when: Type.String({ hint: "a condition on the plan" }) }) }),
  ),
  polling: Type.Optional(Type.Object({ seconds: Type.Integer({ minimum: 1, maximum: 86_400 }) })),
});

/**
 * Reads `heddle.yaml`. All mistakes in one go. `kinds` are the settings that each kind of connection
 * takes; where it is null they are left to the connector to check.
 */
export function loadConfig(
  file: string,
  text: string,
  kinds: Readonly<Record<string, TSchema>> | null = null,
): Loaded<Config> {
  const source = openSource(file, text);
  const entry = source.read([], Entry);
  const connections = source.readIfPresent(["connections"], Type.Record(Type.String(), Type.Unknown())) ?? {};
  if (kinds !== null) checkSettings(source, Object.keys(connections), kinds);
  checkPlants(source, Object.keys(connections));
  const policy = readPolicy(source);
  const mistakes = source.mistakes();
  if (entry === null || policy === null || mistakes.length > 0) return { ok: false, mistakes };
  return { ok: true, value: configOf(entry, resolve(dirname(file)), policy) };
}

function configOf(
  { hub, database, connections, plants, polling }: Static<typeof Entry>,
  folder: string,
  policy: Policy,
): Config {
  return {
    folder,
    hub: {
      host: hub?.host ?? DEFAULT_HOST,
      port: hub?.port ?? DEFAULT_PORT,
      dataFolder: resolve(folder, hub?.dataFolder ?? DEFAULT_FOLDER),
      publicUrl: hub?.publicUrl ?? null,
    },
    databaseUrl: database ?? null,
    connections: Object.entries(connections).map(([system, { kind, settings, webhookSecrets }]) => ({
      system: system as SystemId,
      kind,
      settings: settings ?? {},
      webhookSecrets: webhookSecrets ?? [],
    })),
    plants: plants.map(({ id, plm, erp, rules, currency, timeZone }) => ({
      id: id as PlantId,
      plm: plm as SystemId,
      erp: erp as SystemId,
      rules: resolve(folder, rules),
      currency,
      timeZone,
    })),
    policy,
    pollingSeconds: polling?.seconds ?? DEFAULT_POLLING_SECONDS,
  };
}

function checkSettings(source: SourceFile, systems: readonly string[], kinds: Readonly<Record<string, TSchema>>): void {
  for (const system of systems) {
    const kind = source.readIfPresent(["connections", system, "kind"], Text);
    if (kind === null) continue;
    const schema = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
    if (schema === undefined) {
      source.mistake(["connections", system, "kind"], `unknown kind "${kind}"`, didYouMean(kind, Object.keys(kinds)));
      continue;
    }
    source.fits(["connections", system, "settings"], schema);
  }
}

function checkPlants(source: SourceFile, systems: readonly string[]): void {
  const plants = source.readIfPresent(["plants"], Type.Array(Type.Unknown())) ?? [];
  const ids = new Set<string>();
  plants.forEach((_, index) => {
    const path = ["plants", index];
    const id = source.readIfPresent([...path, "id"], Text);
    if (id !== null && ids.has(id)) source.mistake([...path, "id"], `a second plant "${id}"`, "keep one of the two");
    if (id !== null) ids.add(id);
    for (const role of ["plm", "erp"]) {
      const system = source.readIfPresent([...path, role], Text);
      if (system === null || systems.includes(system)) continue;
      source.mistake([...path, role], `no connection is called "${system}"`, didYouMean(system, systems));
    }
    const timeZone = source.readIfPresent([...path, "timeZone"], Text);
    if (timeZone !== null && !isTimeZone(timeZone)) {
      source.mistake(
        [...path, "timeZone"],
        `unknown time zone "${timeZone}"`,
        didYouMean(timeZone, Intl.supportedValuesOf("timeZone")).replace(
          /^use one of: .*/s,
          "write it as Europe/Berlin or America/Chicago",
        ),
      );
    }
  });
}

function readPolicy(source: SourceFile): Policy | null {
  const path = ["policy", "autoApprove", "when"];
  const when = source.readIfPresent(path, Text) ?? DEFAULT_POLICY;
  const condition = compilePolicyCondition(when);
  if (condition.ok) return { when, approves: condition.holds };
  source.mistake(path, condition.message, condition.fix, condition.offset);
  return null;
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false; // the runtime has no other way to say so
  }
}
