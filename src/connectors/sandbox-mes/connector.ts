import type { SystemId } from "../../domain/ids.ts";
import { openHttp } from "../http/http-client.ts";
import type { LiveConnector } from "../live-connector.ts";
import type { SandboxMesSettings } from "./config.ts";
import { jobs } from "./jobs.ts";
import { CONTRACTS, DIALECT } from "./wire.ts";

export function sandboxMes(system: SystemId, settings: SandboxMesSettings): LiveConnector {
  const http = openHttp(system, settings, DIALECT, "x-api-key");
  const check = async () => {
    await http.read({
      doing: "proving access",
      path: "/mes/v1/work-centers",
      query: { limit: 1 },
      answer: CONTRACTS.workCenters,
    });
  };
  return {
    system,
    status: http.status,
    check,
    async describe() {
      await check();
      return { version: null, now: http.systemTime() };
    },
    jobs: jobs(http),
  };
}
