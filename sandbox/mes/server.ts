import { noFaults } from "../http/faults.ts";
import type { WebhookTarget } from "../http/outbox.ts";
import { listen, newServer, runningServer, type RunningServer, type ServerOptions } from "../http/server.ts";
import { eventRoutes } from "./event.ts";
import { jobRoutes } from "./job-routes.ts";
import { makeRunningClock } from "./running-clock.ts";
import { seedMes } from "./seed.ts";
import { shopControls } from "./shop-controls.ts";
import { advance } from "./shop-floor.ts";
import { openMes } from "./state.ts";
import { workCenterRoutes } from "./work-center.ts";

export type MesOptions = ServerOptions & {
  readonly webhook?: WebhookTarget;
  /** How many times as fast as real time the shop works; 0, the default, only when it is told to advance. */
  readonly speed?: number;
  /** What time it is in a shop that was never opened before: an instant; now by default. */
  readonly clock?: string;
};

/** Starts the sandbox MES; `README.md` beside the folder has its wire contract. */
export async function startSandboxMes(options: MesOptions): Promise<RunningServer> {
  const { webhook, speed = 0, clock: opensAt } = options;
  const faults = noFaults();
  const mes = openMes(options.folder, opensAt === undefined ? Date.now() : Date.parse(opensAt), webhook !== undefined);
  if (options.seed === true) seedMes(mes);

  const app = newServer("sandbox-mes", options.apiKey, faults);
  const clock = makeRunningClock((milliseconds) => advance(mes, milliseconds));
  shopControls(app, mes, clock);
  await app.register(
    async (api) => {
      workCenterRoutes(api, mes);
      jobRoutes(api, mes);
      eventRoutes(api, mes);
    },
    { prefix: "/mes/v1" },
  );
  const url = await listen(app, options);
  if (webhook !== undefined) mes.outbox.start(webhook, faults);
  clock.run(speed);

  return runningServer(url, async () => {
    clock.stop();
    await app.close();
    await mes.outbox.stop();
    mes.db.close();
  });
}
