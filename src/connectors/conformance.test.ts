import { describe, it } from "vitest";
import { b2mmlOverHttpHarness, b2mmlOverMqttHarness } from "./b2mml/harness.ts";
import { cascadiaHarness } from "./cascadia/harness.ts";
import { testConnector, type Harness } from "./conformance.ts";
import type { ConnectorKind } from "./connector-kind.ts";
import { filesHarness } from "./files/harness.ts";
import { mqttHarness } from "./mqtt/harness.ts";
import { opcuaJobControlHarness } from "./opcua-job-control/harness.ts";
import { CONNECTOR_KINDS } from "./registry.ts";
import { sandboxErpHarness } from "./sandbox-erp/harness.ts";
import { sandboxMesHarness } from "./sandbox-mes/harness.ts";
import { sandboxPlmHarness } from "./sandbox-plm/harness.ts";
import { startFakeTryton } from "./tryton/fake-harness.ts";
import { trytonHarness } from "./tryton/harness.ts";

const HARNESSES: Readonly<Record<string, () => Promise<Harness>>> = {
  "b2mml-http": b2mmlOverHttpHarness,
  "b2mml-mqtt": b2mmlOverMqttHarness,
  cascadia: cascadiaHarness,
  files: filesHarness,
  mqtt: mqttHarness,
  "opcua-job-control": opcuaJobControlHarness,
  "sandbox-erp": sandboxErpHarness,
  "sandbox-mes": sandboxMesHarness,
  "sandbox-plm": sandboxPlmHarness,
  // The real server runs under the same suite by `npm run test:tryton`.
  tryton: () => trytonHarness(startFakeTryton),
};

for (const [name, { waivers }] of Object.entries(CONNECTOR_KINDS).flatMap(withVariants)) {
  const makeHarness = HARNESSES[name];
  if (makeHarness !== undefined) testConnector(name, makeHarness, waivers);
  else
    describe(`the connector ${name}`, () => {
      it("has a harness", () => {
        throw new Error(`write a harness.ts for ${name} and name it in conformance.test.ts`);
      });
    });
}

function withVariants([name, kind]: readonly [string, ConnectorKind]): readonly (readonly [string, ConnectorKind])[] {
  if (kind.variants === undefined) return [[name, kind]];
  return Object.entries(kind.variants).map(([variant, one]) => [`${name}-${variant}`, one] as const);
}
