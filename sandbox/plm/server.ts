import { noFaults } from "../http/faults.ts";
import type { WebhookTarget } from "../http/outbox.ts";
import { listen, newServer, runningServer, type RunningServer, type ServerOptions } from "../http/server.ts";
import { acknowledgementRoutes } from "./acknowledgement-routes.ts";
import { bomRoutes } from "./bom-routes.ts";
import { ecoRoutes } from "./eco-routes.ts";
import { importRoute } from "./import.ts";
import { partRoutes } from "./part-routes.ts";
import { problemReportRoutes } from "./problem-report-routes.ts";
import { sandboxControls } from "./sandbox-controls.ts";
import { seedPlm } from "./seed.ts";
import { openPlm } from "./state.ts";

/** Starts the sandbox PLM; `README.md` beside the folder has its wire contract. */
export async function startSandboxPlm(
  options: ServerOptions & { readonly webhook?: WebhookTarget },
): Promise<RunningServer> {
  const { webhook } = options;
  const faults = noFaults();
  const plm = openPlm(options.folder, webhook !== undefined);
  if (options.seed === true) seedPlm(plm);

  const app = newServer("sandbox-plm", options.apiKey, faults);
  sandboxControls(app, plm);
  await app.register(
    async (api) => {
      partRoutes(api, plm);
      bomRoutes(api, plm);
      ecoRoutes(api, plm);
      acknowledgementRoutes(api, plm);
      problemReportRoutes(api, plm);
      importRoute(api, plm);
    },
    { prefix: "/api/v2" },
  );
  const url = await listen(app, options);
  if (webhook !== undefined) plm.outbox.start(webhook, faults);

  return runningServer(url, async () => {
    await app.close();
    await plm.outbox.stop();
    plm.db.close();
  });
}
