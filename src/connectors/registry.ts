import type { Static, TSchema } from "typebox";
import { Value } from "typebox/value";
import type { SystemId } from "../domain/ids.ts";
import { contract } from "./http/contract.ts";
import type { LiveConnector } from "./live-connector.ts";
import { OpcuaJobControlSettings } from "./opcua-job-control/config.ts";
import { opcuaJobControl } from "./opcua-job-control/connector.ts";
import { OPCUA_JOB_CONTROL_WAIVERS } from "./opcua-job-control/waivers.ts";
import { SandboxErpSettings } from "./sandbox-erp/config.ts";
import { sandboxErp } from "./sandbox-erp/connector.ts";
import { SANDBOX_ERP_WAIVERS } from "./sandbox-erp/waivers.ts";
import { SandboxMesSettings } from "./sandbox-mes/config.ts";
import { sandboxMes } from "./sandbox-mes/connector.ts";
import { SANDBOX_MES_WAIVERS } from "./sandbox-mes/waivers.ts";
import { SandboxPlmSettings } from "./sandbox-plm/config.ts";
import { sandboxPlm } from "./sandbox-plm/connector.ts";
import { SANDBOX_PLM_WAIVERS } from "./sandbox-plm/waivers.ts";
import type { Waivers } from "./waivers.ts";

/** A kind of system that Heddle can be connected to. */
export type ConnectorKind = {
  /** What `heddle.yaml` may say of a connection of this kind. */
  readonly settings: TSchema;
  /** @throws SettingsError */
  readonly make: (system: SystemId, settings: unknown) => LiveConnector;
  /** What it need not keep of what every connector promises, and why. */
  readonly waivers: Waivers;
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

/** Every connector there is. One that stands here is run through the conformance suite. */
export const CONNECTOR_KINDS: Readonly<Record<string, ConnectorKind>> = {
  "opcua-job-control": kind(OpcuaJobControlSettings, opcuaJobControl, OPCUA_JOB_CONTROL_WAIVERS),
  "sandbox-erp": kind(SandboxErpSettings, sandboxErp, SANDBOX_ERP_WAIVERS),
  "sandbox-mes": kind(SandboxMesSettings, sandboxMes, SANDBOX_MES_WAIVERS),
  "sandbox-plm": kind(SandboxPlmSettings, sandboxPlm, SANDBOX_PLM_WAIVERS),
};

/**
 * Connects to a system. Nothing is sent until the connector is used.
 * @throws SettingsError for an unknown kind or wrong settings.
 */
export function makeConnector(kindName: string, system: SystemId, settings: unknown): LiveConnector {
  const known = Object.hasOwn(CONNECTOR_KINDS, kindName) ? CONNECTOR_KINDS[kindName] : undefined;
  if (known !== undefined) return known.make(system, settings);
  const names = Object.keys(CONNECTOR_KINDS).join(", ");
  throw new SettingsError(system, "kind", `is "${kindName}"; use one of ${names}`);
}

function kind<const Schema extends TSchema>(
  settings: Schema,
  make: (system: SystemId, settings: Static<Schema>) => LiveConnector,
  waivers: Waivers,
): ConnectorKind {
  const check = contract(settings);
  return {
    settings,
    waivers,
    make(system, given) {
      const read = check(Value.Default(settings, Value.Clone(given)));
      if ("value" in read) return make(system, read.value);
      throw new SettingsError(system, read.field, read.problem);
    },
  };
}
