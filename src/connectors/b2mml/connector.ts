import type { SystemId } from "../../domain/ids.ts";
import type { LiveConnector } from "../live-connector.ts";
import type { B2mmlSettings } from "./config.ts";
import { httpTransport } from "./http-transport.ts";
import { jobs } from "./jobs.ts";
import { openMes } from "./mes.ts";
import { mqttTransport } from "./mqtt-transport.ts";
import { shopEvents } from "./shop-events.ts";

/** An MES that speaks B2MML. */
export function b2mml(system: SystemId, settings: B2mmlSettings): LiveConnector {
  const transport = settings.transport === "http" ? httpTransport(settings) : mqttTransport(settings);
  const { version: edition, receiver = null, verbs, workMasters, sender } = settings;
  const mes = openMes(system, { edition, sender, receiver, verbs, workMasters }, transport);
  return {
    system,
    status: transport.status,
    close: transport.close,
    async check() {
      await mes.changed(null, 1);
    },
    jobs: jobs(mes),
    shopEvents: shopEvents(system, settings),
  };
}
