import { describe, it } from "vitest";
import { cascadiaHarness } from "./cascadia/harness.ts";
import { testConnector, type Harness } from "./conformance.ts";
import { filesHarness } from "./files/harness.ts";
import { opcuaJobControlHarness } from "./opcua-job-control/harness.ts";
import { CONNECTOR_KINDS } from "./registry.ts";
import { sandboxErpHarness } from "./sandbox-erp/harness.ts";
import { sandboxMesHarness } from "./sandbox-mes/harness.ts";
import { sandboxPlmHarness } from "./sandbox-plm/harness.ts";
import { startFakeTryton } from "./tryton/fake-harness.ts";
import { trytonHarness } from "./tryton/harness.ts";

const HARNESSES: Readonly<Record<string, () => Promise<Harness>>> = {
  cascadia: cascadiaHarness,
  files: filesHarness,
  "opcua-job-control": opcuaJobControlHarness,
  "sandbox-erp": sandboxErpHarness,
  "sandbox-mes": sandboxMesHarness,
  "sandbox-plm": sandboxPlmHarness,
  // The real server runs under the same suite by `npm run test:tryton`.
  tryton: () => trytonHarness(startFakeTryton),
};

for (const [kind, { waivers }] of Object.entries(CONNECTOR_KINDS)) {
  const makeHarness = HARNESSES[kind];
  if (makeHarness !== undefined) testConnector(kind, makeHarness, waivers);
  else
    describe(`the connector ${kind}`, () => {
      it("has a harness", () => {
        throw new Error(`write src/connectors/${kind}/harness.ts and name it in conformance.test.ts`);
      });
    });
}
