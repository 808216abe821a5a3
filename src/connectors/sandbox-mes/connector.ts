import type { SystemId } from "../../domain/ids.ts";
import { openHttp } from "../http/http-client.ts";
import { toldBy } from "../http/told-by.ts";
import type { LiveConnector } from "../live-connector.ts";
import type { SandboxMesSettings } from "./config.ts";
import { jobs } from "./jobs.ts";
import { CONTRACTS, DIALECT } from "./wire.ts";

export function sandboxMes(system: SystemId, settings: SandboxMesSettings): LiveConnector {
  const http = openHttp(system, settings, DIALECT, "x-api-key");
  return {
    ...toldBy(http, { path: "/mes/v1/work-centers", query: { limit: 1 }, answer: CONTRACTS.workCenters }),
    jobs: jobs(http),
  };
}
