import { testConnector } from "../../src/connectors/conformance.ts";
import { CONNECTOR_KINDS } from "../../src/connectors/registry.ts";
import { trytonHarness } from "../../src/connectors/tryton/harness.ts";

testConnector("tryton, the real server", () => trytonHarness(), CONNECTOR_KINDS["tryton"]?.waivers ?? {});
