import { noFaults } from "../http/faults.ts";
import type { WebhookTarget } from "../http/outbox.ts";
import { listen, newServer, runningServer, type RunningServer, type ServerOptions } from "../http/server.ts";
import { alertRoutes } from "./alert-routes.ts";
import { bomRoutes } from "./bom-routes.ts";
import { itemCostRoutes } from "./item-cost.ts";
import { itemRoutes } from "./item.ts";
import { jobReportRoutes } from "./job-report.ts";
import { productionOrderRoutes } from "./production-order-routes.ts";
import { productionRoutes } from "./production-routes.ts";
import { purchaseOrderRoutes } from "./purchase-order-routes.ts";
import { purchasingInfoRoutes } from "./purchasing-info.ts";
import { routingRoutes } from "./routing.ts";
import { sandboxControls } from "./sandbox-controls.ts";
import { seedErp } from "./seed.ts";
import { openErp } from "./state.ts";
import { supplierRoutes } from "./supplier.ts";
import { completeOlderRecords } from "./upgrade.ts";
import { workCenterRoutes } from "./work-center.ts";

/** Starts the sandbox ERP; `README.md` beside the folder has its wire contract. */
export async function startSandboxErp(
  options: ServerOptions & { readonly webhook?: WebhookTarget },
): Promise<RunningServer> {
  const { webhook } = options;
  const faults = noFaults();
  const erp = openErp(options.folder, webhook !== undefined);
  completeOlderRecords(erp);
  if (options.seed === true) seedErp(erp);

  const app = newServer("sandbox-erp", options.apiKey, faults);
  sandboxControls(app, erp);
  await app.register(
    async (api) => {
      itemRoutes(api, erp);
      supplierRoutes(api, erp);
      purchasingInfoRoutes(api, erp);
      bomRoutes(api, erp);
      workCenterRoutes(api, erp);
      routingRoutes(api, erp);
      itemCostRoutes(api, erp);
      purchaseOrderRoutes(api, erp);
      productionOrderRoutes(api, erp);
      productionRoutes(api, erp);
      jobReportRoutes(api, erp);
      alertRoutes(api, erp);
    },
    { prefix: "/erp/v1" },
  );
  const url = await listen(app, options);
  if (webhook !== undefined) erp.outbox.start(webhook, faults);

  return runningServer(url, async () => {
    await app.close();
    await erp.outbox.stop();
    erp.db.close();
  });
}
