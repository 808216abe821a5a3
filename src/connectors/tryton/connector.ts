import type { SystemId } from "../../domain/ids.ts";
import type { LiveConnector } from "../live-connector.ts";
import { openCompany, proveAccess } from "./company.ts";
import type { TrytonSettings } from "./config.ts";
import { costs } from "./costs.ts";
import { flags } from "./flags.ts";
import { items } from "./items.ts";
import { openRpc } from "./json-rpc.ts";
import { mboms } from "./mboms.ts";
import { procurement } from "./procurement.ts";
import { production } from "./production.ts";
import { productionOrders } from "./production-orders.ts";
import { purchaseOrders } from "./purchase-orders.ts";
import { routings } from "./routings.ts";

export function tryton(system: SystemId, settings: TrytonSettings): LiveConnector {
  const rpc = openRpc(system, settings);
  const company = openCompany(rpc, settings);
  const check = () => proveAccess(rpc, company);
  return {
    system,
    status: rpc.status,
    check,
    async describe() {
      await check();
      return { version: null, now: rpc.systemTime() };
    },
    items: items(company),
    procurement: procurement(company),
    routings: routings(company),
    mbom: mboms(company),
    costs: costs(company),
    purchaseOrders: purchaseOrders(company),
    productionOrders: productionOrders(company),
    production: production(company),
    flags: flags(company),
  };
}
