import type { SystemId } from "../domain/ids.ts";
import { B2mmlOverHttp, B2mmlOverMqtt } from "./b2mml/config.ts";
import { b2mml } from "./b2mml/connector.ts";
import { B2MML_OVER_HTTP_WAIVERS, B2MML_OVER_MQTT_WAIVERS } from "./b2mml/waivers.ts";
import { kind, SettingsError, variants, type ConnectorKind } from "./connector-kind.ts";
import { CascadiaSettings } from "./cascadia/config.ts";
import { cascadia } from "./cascadia/connector.ts";
import { CASCADIA_WAIVERS } from "./cascadia/waivers.ts";
import { FilesSettings } from "./files/config.ts";
import { filesConnector } from "./files/connector.ts";
import { FILES_WAIVERS } from "./files/waivers.ts";
import type { LiveConnector } from "./live-connector.ts";
import { MqttSettings } from "./mqtt/config.ts";
import { mqtt } from "./mqtt/connector.ts";
import { MQTT_WAIVERS } from "./mqtt/waivers.ts";
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
import { TrytonSettings } from "./tryton/config.ts";
import { tryton } from "./tryton/connector.ts";
import { TRYTON_WAIVERS } from "./tryton/waivers.ts";

/** Every connector there is. One that stands here is run through the conformance suite. */
export const CONNECTOR_KINDS: Readonly<Record<string, ConnectorKind>> = {
  b2mml: variants("transport", {
    http: kind(B2mmlOverHttp, b2mml, B2MML_OVER_HTTP_WAIVERS),
    mqtt: kind(B2mmlOverMqtt, b2mml, B2MML_OVER_MQTT_WAIVERS),
  }),
  cascadia: kind(CascadiaSettings, cascadia, CASCADIA_WAIVERS),
  files: kind(FilesSettings, filesConnector, FILES_WAIVERS),
  mqtt: kind(MqttSettings, mqtt, MQTT_WAIVERS),
  "opcua-job-control": kind(OpcuaJobControlSettings, opcuaJobControl, OPCUA_JOB_CONTROL_WAIVERS),
  "sandbox-erp": kind(SandboxErpSettings, sandboxErp, SANDBOX_ERP_WAIVERS),
  "sandbox-mes": kind(SandboxMesSettings, sandboxMes, SANDBOX_MES_WAIVERS),
  "sandbox-plm": kind(SandboxPlmSettings, sandboxPlm, SANDBOX_PLM_WAIVERS),
  tryton: kind(TrytonSettings, tryton, TRYTON_WAIVERS),
};

/**
 * Connects to a system. Nothing is sent until the connector is used. `kinds` may hold more than Heddle's own.
 * @throws SettingsError for an unknown kind or wrong settings.
 */
export function makeConnector(
  kindName: string,
  system: SystemId,
  settings: unknown,
  kinds: Readonly<Record<string, ConnectorKind>> = CONNECTOR_KINDS,
): LiveConnector {
  const known = Object.hasOwn(kinds, kindName) ? kinds[kindName] : undefined;
  if (known !== undefined) return known.make(system, settings);
  const names = Object.keys(kinds).join(", ");
  throw new SettingsError(system, "kind", `is "${kindName}"; use one of ${names}`);
}
