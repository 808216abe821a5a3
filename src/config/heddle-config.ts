import { dirname, resolve } from "node:path";
import { Type, type Static, type TSchema } from "typebox";
import type { FeedbackRules } from "../domain/feedback/feedback-rules.ts";
import type { PlantId, SystemId } from "../domain/ids.ts";
import type { PostingRules } from "../domain/feedback/posting-rules.ts";
import type { OrderRules } from "../domain/orders/order-rules.ts";
import type { PlantVariants } from "../domain/variant/configuration.ts";
import { compilePolicyCondition, type PlanSummary } from "./condition.ts";
import { FeedbackEntry, feedbackRulesOf } from "./feedback-rules.ts";
import type { Loaded } from "./mistake.ts";
import { didYouMean } from "./nearest-word.ts";
import { checkOrders, OrdersEntry, orderRulesOf } from "./order-rules.ts";
import { postingRulesOf, ProductionEntry } from "./posting-rules.ts";
import {
  checkSerialSchedule,
  SerialScheduleEntry,
  serialScheduleOf,
  type SerialScheduleSource,
} from "./serial-schedule.ts";
import { openSource, type SourceFile } from "./source-file.ts";
import { checkVariants, VariantsEntry, variantsOf } from "./variants.ts";

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
  /** How often a system is asked what has changed, in seconds. Webhooks are hints on top of it. */
  readonly pollingSecondsOf: (system: SystemId) => number;
};

/** A kind of connection that cannot be used, and what to do about it. */
export type UnusableKind = { readonly problem: string; readonly fix: string };

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
  /** Null where Heddle brings no orders to an MES. */
  readonly mes: SystemId | null;
  /** Absolute path of its rule file. */
  readonly rules: string;
  /** ISO 4217. */
  readonly currency: string;
  /** IANA name, for instance `Europe/Berlin`. */
  readonly timeZone: string;
  readonly orders: OrderRules;
  readonly feedback: FeedbackRules;
  /** Absolute path of its trigger file; null where no figures of production call for a person. */
  readonly triggers: string | null;
  readonly production: PostingRules;
  readonly serialSchedule: SerialScheduleSource;
  /** Null where it builds no variants of configurable products. */
  readonly variants: PlantVariants | null;
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
const Seconds = { minimum: 1, maximum: 86_400 };

const Connection = Type.Object({
  kind: Type.String({
    hint: "the kind of system, such as sandbox-plm",
    description:
      "Kind of system: one that Heddle brings, or the name of an npm package that is installed beside heddle.yaml.",
  }),
  settings: Type.Optional(
    Type.Record(Type.String(), Type.Unknown(), {
      description: "What the kind's connector needs: address, credentials, limits.",
    }),
  ),
  webhookSecrets: Type.Optional(
    Type.Array(Text, {
      description:
        "Standard Webhooks secrets (whsec_…), by reference; more than one while a secret is being replaced. Without one the system's webhooks are not taken and polling finds its changes.",
    }),
  ),
});

const Plant = Type.Object({
  id: Type.String({ hint: 'the plant\'s number, in quotes: "1000"', description: "The plant's number in the ERP." }),
  plm: Type.String({
    hint: "the name of a connection",
    description: "Connection that its changes and eBOMs come from.",
  }),
  erp: Type.String({
    hint: "the name of a connection",
    description: "Connection that its items, mBOMs and orders are in.",
  }),
  mes: Type.Optional(
    Type.String({
      hint: "the name of a connection",
      description: "Connection that its released orders go to. Left out: they stay in the ERP.",
    }),
  ),
  rules: Type.String({
    hint: "the path of a rule file, such as rules/1000.yaml",
    description: "Its rule file, relative to heddle.yaml: how an eBOM becomes the plant's mBOM.",
  }),
  currency: Type.String({
    pattern: "^[A-Z]{3}$",
    hint: "a currency by its ISO 4217 code, such as EUR",
    description: "Currency of its costs, by ISO 4217 code.",
  }),
  timeZone: Type.String({
    hint: "a time zone, such as Europe/Berlin",
    description: "IANA time zone that its days begin and end by.",
  }),
  orders: Type.Optional(OrdersEntry),
  feedback: Type.Optional(FeedbackEntry),
  production: Type.Optional(ProductionEntry),
  serialSchedule: Type.Optional(SerialScheduleEntry),
  variants: Type.Optional(VariantsEntry),
});

const Hub = Type.Object({
  host: Type.Optional(
    Type.String({ default: DEFAULT_HOST, description: "Address of this machine to listen on; loopback unless set." }),
  ),
  port: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 65_535,
      default: DEFAULT_PORT,
      description: "Port to listen on; 0 takes a free one.",
    }),
  ),
  dataFolder: Type.Optional(
    Type.String({
      default: DEFAULT_FOLDER,
      description:
        "Folder of Heddle's own data, relative to heddle.yaml; PostgreSQL lives in it unless database is set.",
    }),
  ),
  publicUrl: Type.Optional(
    Type.String({
      pattern: "^https?://[^/\\s]+/?$",
      hint: "an address such as https://heddle.example.com",
      description: "Address that people open, where it is not loopback; TLS ends at a proxy before the hub.",
    }),
  ),
});

/** `heddle.yaml` as a whole. Its descriptions are its documentation: `docs/heddle.schema.json` is made of it. */
export const HeddleFile = Type.Object({
  hub: Type.Optional(Hub),
  database: Type.Optional(
    Type.String({
      description:
        "Address of a PostgreSQL server, by reference. Left out or empty: Heddle runs one of its own in its data folder.",
    }),
  ),
  connections: Type.Record(Type.String(), Connection, {
    hint: "the systems that Heddle connects, by name",
    description: "The systems that Heddle connects, by name.",
  }),
  plants: Type.Array(Plant, { hint: "a list of plants", description: "Plants, each with its systems and rules." }),
  policy: Type.Optional(
    Type.Object({
      autoApprove: Type.Object(
        {
          when: Type.String({
            hint: "a condition on the plan",
            default: DEFAULT_POLICY,
            description: "CEL condition over actions, findings, actionRequired and costDelta of a plan.",
          }),
        },
        { description: "Which plans need no person. Everything else waits for somebody who may approve." },
      ),
    }),
  ),
  polling: Type.Optional(
    Type.Object({
      seconds: Type.Integer({
        ...Seconds,
        default: DEFAULT_POLLING_SECONDS,
        description: "How often each system is asked what has changed, in seconds.",
      }),
    }),
  ),
  schedules: Type.Optional(
    Type.Object({
      polling: Type.Optional(
        Type.Record(Type.String(), Type.Integer(Seconds), {
          description: "Seconds between two polls of a connection, by its name, where it is not polling.seconds.",
        }),
      ),
    }),
  ),
});

/** The kinds of connection that a `heddle.yaml` names, each once, as far as it can be read. */
export function kindsNamed(file: string, text: string): readonly string[] {
  const source = openSource(file, text);
  const connections = source.readIfPresent(["connections"], AnyFields) ?? {};
  const kinds = Object.keys(connections).map((system) => source.readIfPresent(["connections", system, "kind"], Text));
  return [...new Set(kinds.filter((kind) => kind !== null))];
}

const AnyFields = Type.Record(Type.String(), Type.Unknown());

/**
 * Reads `heddle.yaml`. All mistakes in one go. `kinds` are the settings that each kind of connection
 * takes; where it is null they are left to the connector to check.
 */
export function loadConfig(
  file: string,
  text: string,
  kinds: Readonly<Record<string, TSchema | UnusableKind>> | null = null,
): Loaded<Config> {
  const source = openSource(file, text);
  const entry = source.read([], HeddleFile);
  const connections = source.readIfPresent(["connections"], AnyFields) ?? {};
  if (kinds !== null) checkSettings(source, Object.keys(connections), kinds);
  checkPlants(source, Object.keys(connections));
  checkSchedules(source, Object.keys(connections));
  const policy = readPolicy(source);
  const mistakes = source.mistakes();
  if (entry === null || policy === null || mistakes.length > 0) return { ok: false, mistakes };
  return { ok: true, value: configOf(entry, resolve(dirname(file)), policy) };
}

function configOf(
  { hub, database, connections, plants, polling, schedules }: Static<typeof HeddleFile>,
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
    plants: plants.map(({ id, plm, erp, mes, rules, orders, feedback, production, variants, ...plant }) => ({
      id: id as PlantId,
      plm: plm as SystemId,
      erp: erp as SystemId,
      mes: mes === undefined ? null : (mes as SystemId),
      rules: resolve(folder, rules),
      currency: plant.currency,
      timeZone: plant.timeZone,
      orders: orderRulesOf(orders, plant.timeZone),
      feedback: feedbackRulesOf(feedback),
      triggers: feedback?.triggers === undefined ? null : resolve(folder, feedback.triggers),
      production: postingRulesOf(production),
      serialSchedule:
        typeof plant.serialSchedule === "string"
          ? { file: resolve(folder, plant.serialSchedule) }
          : serialScheduleOf(plant.serialSchedule ?? []),
      variants: variants === undefined ? null : variantsOf(variants),
    })),
    policy,
    pollingSecondsOf: (system) => schedules?.polling?.[system] ?? polling?.seconds ?? DEFAULT_POLLING_SECONDS,
  };
}

function checkSettings(
  source: SourceFile,
  systems: readonly string[],
  kinds: Readonly<Record<string, TSchema | UnusableKind>>,
): void {
  for (const system of systems) {
    const at = ["connections", system, "kind"];
    const kind = source.readIfPresent(at, Text);
    if (kind === null) continue;
    const known = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
    if (known === undefined) source.mistake(at, `unknown kind "${kind}"`, didYouMean(kind, Object.keys(kinds)));
    else if (isUnusable(known)) source.mistake(at, known.problem, known.fix);
    else source.fits(["connections", system, "settings"], known);
  }
}

function isUnusable(kind: TSchema | UnusableKind): kind is UnusableKind {
  return "problem" in kind && "fix" in kind;
}

function checkSchedules(source: SourceFile, systems: readonly string[]): void {
  const at = ["schedules", "polling"];
  for (const system of Object.keys(source.readIfPresent(at, AnyFields) ?? {})) {
    if (systems.includes(system)) continue;
    source.mistakeAtKey([...at, system], `no connection is called "${system}"`, didYouMean(system, systems));
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
    for (const role of ["plm", "erp", "mes"]) {
      const system = source.readIfPresent([...path, role], Text);
      if (system === null || systems.includes(system)) continue;
      source.mistake([...path, role], `no connection is called "${system}"`, didYouMean(system, systems));
    }
    checkOrders(source, path);
    checkSerialSchedule(source, path);
    checkVariants(source, [...path, "variants"]);
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
