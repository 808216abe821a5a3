import type { SystemId } from "../../domain/ids.ts";
import { openHttp } from "../http/http-client.ts";
import { toldBy } from "../http/told-by.ts";
import type { LiveConnector } from "../live-connector.ts";
import type { SandboxErpSettings } from "./config.ts";
import { costs } from "./costs.ts";
import { flags } from "./flags.ts";
import { items } from "./items.ts";
import { mboms } from "./mboms.ts";
import { procurement } from "./procurement.ts";
import { production } from "./production.ts";
import { productionOrders } from "./production-orders.ts";
import { purchaseOrders } from "./purchase-orders.ts";
import { routings } from "./routings.ts";
import { webhooks } from "./webhooks.ts";
import { CONTRACTS, DIALECT } from "./wire.ts";

export function sandboxErp(system: SystemId, settings: SandboxErpSettings): LiveConnector {
  const http = openHttp(system, settings, DIALECT, "x-api-key");
  return {
    ...toldBy(http, { path: "/erp/v1/suppliers", query: { limit: 1 }, answer: CONTRACTS.suppliers }),
    items: items(http),
    procurement: procurement(http),
    routings: routings(http),
    mbom: mboms(http),
    costs: costs(http),
    purchaseOrders: purchaseOrders(http),
    productionOrders: productionOrders(http),
    production: production(http),
    flags: flags(http),
    webhooks: webhooks(system),
  };
}
