import cookie from "@fastify/cookie";
import fastify, { LogController, type FastifyInstance } from "fastify";
import { guardRoutes, refuseForeignHosts } from "./access.ts";
import { serveConsole } from "./console-files.ts";
import type { Dependencies } from "./dependencies.ts";
import { answerErrors, sendError } from "./errors.ts";
import { acceptJson } from "./json-body.ts";
import { BODY_LIMITS } from "./limits.ts";
import { describeRoutes } from "./openapi.ts";
import { timeRequests } from "./request-metrics.ts";
import type { RouteGroup } from "./route-group.ts";
import { accountRoutes } from "./routes/accounts.ts";
import { apiKeyRoutes } from "./routes/api-keys.ts";
import { auditRoutes } from "./routes/audit.ts";
import { bomRoutes } from "./routes/boms.ts";
import { changeRoutes } from "./routes/changes.ts";
import { conflictRoutes } from "./routes/conflicts.ts";
import { deviationRoutes } from "./routes/deviations.ts";
import { eventRoutes } from "./routes/events.ts";
import { effectRoutes } from "./routes/effects.ts";
import { healthRoutes } from "./routes/health.ts";
import { keptApartRoutes } from "./routes/kept-apart.ts";
import { kpiRoutes } from "./routes/kpis.ts";
import { metricsRoutes } from "./routes/metrics.ts";
import { orderRoutes } from "./routes/orders.ts";
import { planRoutes } from "./routes/plans.ts";
import { productionRoutes } from "./routes/production.ts";
import { proposalRoutes } from "./routes/proposals.ts";
import { recallRoutes } from "./routes/recall.ts";
import { sandboxRoutes } from "./routes/sandbox.ts";
import { sessionRoutes } from "./routes/session.ts";
import { shopEventRoutes } from "./routes/shop-events.ts";
import { shiftRoutes } from "./routes/shifts.ts";
import { statusRoutes } from "./routes/status.ts";
import { traceRoutes } from "./routes/trace.ts";
import { webhookRoutes } from "./routes/webhooks.ts";
import { sendSecurityHeaders } from "./security-headers.ts";
import { validate } from "./validation.ts";

const GROUPS: readonly RouteGroup[] = [
  sessionRoutes,
  accountRoutes,
  apiKeyRoutes,
  bomRoutes,
  changeRoutes,
  conflictRoutes,
  effectRoutes,
  orderRoutes,
  deviationRoutes,
  proposalRoutes,
  shiftRoutes,
  shopEventRoutes,
  kpiRoutes,
  keptApartRoutes,
  planRoutes,
  productionRoutes,
  statusRoutes,
  auditRoutes,
  traceRoutes,
  recallRoutes,
  eventRoutes,
  sandboxRoutes,
  webhookRoutes,
  healthRoutes,
  metricsRoutes,
];

/** The hub's HTTP server, not yet listening. `close()` ends event streams and waits for open requests. */
export async function makeApi(dependencies: Dependencies): Promise<FastifyInstance> {
  const { publicUrl, consoleFolder, version, logger, metrics } = dependencies;
  const app = fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMITS.bytes,
    requestTimeout: 30_000,
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: 500 }, // change numbers are the PLM's to choose
    frameworkErrors: (error, request, reply) => void sendError(error, request, reply),
  });
  app.setValidatorCompiler(validate);
  timeRequests(app, metrics);
  acceptJson(app);
  answerErrors(app);
  sendSecurityHeaders(app, publicUrl);
  refuseForeignHosts(app, publicUrl);
  await app.register(cookie);
  guardRoutes(app, dependencies);
  await describeRoutes(app, version);
  for (const group of GROUPS) await app.register(group(dependencies));
  await serveConsole(app, consoleFolder);
  return app;
}
