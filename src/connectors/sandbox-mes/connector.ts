import type { SystemId } from "../../domain/ids.ts";
import { ConnectorError } from "../connector-error.ts";
import { openHttp } from "../http/http-client.ts";
import { toldBy } from "../http/told-by.ts";
import type { LiveConnector } from "../live-connector.ts";
import type { Webhooks } from "../port.ts";
import type { SandboxMesSettings } from "./config.ts";
import { jobs } from "./jobs.ts";
import { toJobId } from "./mapping.ts";
import { shopEvents } from "./shop-events.ts";
import { CONTRACTS, DIALECT } from "./wire.ts";

export function sandboxMes(system: SystemId, settings: SandboxMesSettings): LiveConnector {
  const http = openHttp(system, settings, DIALECT, "x-api-key");
  return {
    ...toldBy(http, { path: "/mes/v1/work-centers", query: { limit: 1 }, answer: CONTRACTS.workCenters }),
    jobs: jobs(http),
    shopEvents: shopEvents(http),
    webhooks: webhooks(system),
  };
}

function webhooks(system: SystemId): Webhooks {
  return {
    subjects(body) {
      const read = CONTRACTS.webhook(body);
      if ("value" in read) {
        const isOfEvents = read.value.type === "events.recorded";
        return [isOfEvents ? { kind: "shop events" } : { kind: "job", id: toJobId(read.value.data) }];
      }
      const cause = `${read.field} of the webhook ${read.problem}`;
      throw new ConnectorError("contract broken", { system, doing: "reading a webhook", field: read.field, cause });
    },
  };
}
