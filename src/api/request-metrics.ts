import type { FastifyInstance } from "fastify";
import { Histogram, type Registry } from "prom-client";

/** Times every request, by its route and not its address, so that the number of series stays small. */
export function timeRequests(app: FastifyInstance, metrics: Registry): void {
  const requests = new Histogram({
    name: "heddle_http_request_seconds",
    help: "Time to answer an HTTP request.",
    labelNames: ["method", "route", "status"],
    registers: [metrics],
  });
  app.addHook("onResponse", async (request, reply) => {
    const route = request.routeOptions.url ?? "none";
    requests.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1000);
  });
}
