import { Type, type Static, type TSchema } from "typebox";
import { Value } from "typebox/value";
import type { SystemId } from "../domain/ids.ts";
import { contract } from "./http/contract.ts";
import type { LiveConnector } from "./live-connector.ts";
import { PORT_VERSION } from "./port.ts";
import type { Waivers } from "./waivers.ts";

/** A kind of system that Heddle can be connected to. */
export type ConnectorKind = {
  /** The version of the port that it was written for. */
  readonly port: number;
  /** What `heddle.yaml` may say of a connection of this kind. */
  readonly settings: TSchema;
  /** @throws SettingsError */
  readonly make: (system: SystemId, settings: unknown) => LiveConnector;
  /** What it need not keep of what every connector promises, and why. */
  readonly waivers: Waivers;
  /** Where a setting tells kinds of one kind apart, such as a transport: each of them, by the setting's value. */
  readonly variants?: Readonly<Record<string, ConnectorKind>>;
};

/** A connection's settings are wrong. `field` names the one, as in `heddle.yaml`; its value is never shown. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
  readonly system: string;
  readonly field: string;

  constructor(system: string, field: string, problem: string) {
    super(`connection ${system}: ${field} ${problem}`);
    this.system = system;
    this.field = field;
  }
}

/** Makes a kind of what its settings look like, how a connector is made of them, and what it waives. */
export function kind<const Schema extends TSchema>(
  settings: Schema,
  make: (system: SystemId, settings: Static<Schema>) => LiveConnector,
  waivers: Waivers,
): ConnectorKind {
  const check = contract(settings);
  return {
    port: PORT_VERSION,
    settings,
    waivers,
    make(system, given) {
      const read = check(Value.Default(settings, Value.Clone(given)));
      if ("value" in read) return make(system, read.value);
      throw new SettingsError(system, read.field, read.problem);
    },
  };
}

/** A kind whose settings depend on one of them; a mistake is told of the variant that was meant. */
export function variants(setting: string, kinds: Readonly<Record<string, ConnectorKind>>): ConnectorKind {
  const all = Object.values(kinds);
  return {
    port: PORT_VERSION,
    settings: Type.Union(all.map(({ settings }) => settings)),
    waivers: Object.assign({}, ...all.map(({ waivers }) => waivers)) as Waivers,
    variants: kinds,
    make(system, given) {
      const value = (given as Readonly<Record<string, unknown>>)[setting];
      const meant = typeof value === "string" && Object.hasOwn(kinds, value) ? kinds[value] : undefined;
      if (meant !== undefined) return meant.make(system, given);
      throw new SettingsError(system, setting, `must be one of ${Object.keys(kinds).join(", ")}`);
    },
  };
}
