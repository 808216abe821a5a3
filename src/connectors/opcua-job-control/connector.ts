import type { SystemId } from "../../domain/ids.ts";
import type { LiveConnector } from "../live-connector.ts";
import type { OpcuaJobControlSettings } from "./config.ts";
import { jobs } from "./jobs.ts";
import { shopEvents } from "./shop-events.ts";
import { openLink, type Link } from "./link.ts";
import { makeShop } from "./shop.ts";

/** A machine or line with OPC UA ISA-95 Job Control (OPC 10031-4, version 2). */
export function opcuaJobControl(system: SystemId, settings: OpcuaJobControlSettings): LiveConnector {
  const shop = makeShop(() => link, settings);
  const told = shopEvents(() => link);
  const link: Link = openLink(system, settings, (event) => {
    shop.onMoved(event);
    told.onMoved(event);
  });
  return {
    system,
    status: link.status,
    async check() {
      await link.list("proving access");
    },
    describe: link.describe,
    jobs: jobs(link, shop, settings),
    ...(settings.responses === null ? {} : { shopEvents: { listen: told.listen } }),
    close: link.close,
  };
}
