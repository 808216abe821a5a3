import { describe, it } from "vitest";
import { testConnector, type Harness } from "./conformance.ts";
import { opcuaJobControlHarness } from "./opcua-job-control/harness.ts";
import { CONNECTOR_KINDS } from "./registry.ts";
import { sandboxErpHarness } from "./sandbox-erp/harness.ts";
import { sandboxMesHarness } from "./sandbox-mes/harness.ts";
import { sandboxPlmHarness } from "./sandbox-plm/harness.ts";

const HARNESSES: Readonly<Record<string, () => Promise<Harness>>> = {
  "opcua-job-control": opcuaJobControlHarness,
  "sandbox-erp": sandboxErpHarness,
  "sandbox-mes": sandboxMesHarness,
  "sandbox-plm": sandboxPlmHarness,
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
