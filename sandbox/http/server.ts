import { createHash, timingSafeEqual } from "node:crypto";
import Fastify, { type FastifyError, type FastifyInstance } from "fastify";
import { ApiError } from "./errors.ts";
import { installFaults, type FaultSwitches } from "./faults.ts";

/** Large enough for the import of a product of 20,000 lines. */
const BODY_BYTES_MAX = 32 * 1024 * 1024;

export type ServerOptions = {
  /** Where the server keeps its database. */
  readonly folder: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly host?: string;
  readonly apiKey: string;
  /** Fill an empty database with the example product. */
  readonly seed?: boolean;
};

/** A server that runs, and how to stop it; the database stays. */
export type RunningServer = { readonly url: string; readonly close: () => Promise<void> };

/** What both sandbox systems share: API key, error bodies, health and fault switches. */
export function newServer(system: string, apiKey: string, faults: FaultSwitches): FastifyInstance {
  const app = Fastify({
    bodyLimit: BODY_BYTES_MAX,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 400 },
  });

  app.setErrorHandler<FastifyError | ApiError>((error, _request, reply) => {
    const { status, code, message, field } = asApiError(error);
    if (status === 500 && !(error instanceof ApiError)) console.error(`${system}:`, error);
    return reply.status(status).send({ error: { code, message, field } });
  });
  app.setNotFoundHandler((request, reply) => {
    const message = `there is no route ${request.method} ${request.url}`;
    return reply.status(404).send({ error: { code: "ROUTE_UNKNOWN", message, field: null } });
  });
  app.addHook("onRequest", async (request) => {
    if (request.url !== "/health" && !sameKey(request.headers["x-api-key"], apiKey)) {
      throw new ApiError(401, "UNAUTHORIZED", "send the API key in the header X-Api-Key", "X-Api-Key");
    }
  });

  acceptEmptyJson(app);
  app.get("/health", () => ({ status: "ok", system }));
  installFaults(app, faults);
  return app;
}

/** A server that runs; closing it twice closes it once. */
export function runningServer(url: string, stop: () => Promise<void>): RunningServer {
  let stopped: Promise<void> | null = null;
  return { url, close: () => (stopped ??= stop()) };
}

export async function listen(app: FastifyInstance, { port, host = "127.0.0.1" }: ServerOptions): Promise<string> {
  return await app.listen({ port, host });
}

/** Clients that always send a JSON content type may leave the body of a bare POST empty. */
function acceptEmptyJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser("error", "error");
  app.removeContentTypeParser("application/json");
  app.addContentTypeParser<string>("application/json", { parseAs: "string" }, (request, body, done) => {
    if (body === "") done(null, {});
    else void parse(request, body, done);
  });
}

function asApiError(error: FastifyError | ApiError): ApiError {
  if (error instanceof ApiError) return error;
  const status = error.statusCode ?? 500;
  if (status === 500) return new ApiError(500, "INTERNAL", "the server failed; its log says why");
  return new ApiError(status, status === 413 ? "TOO_LARGE" : "MALFORMED", error.message);
}

function sameKey(given: string | string[] | undefined, wanted: string): boolean {
  return typeof given === "string" && timingSafeEqual(digest(given), digest(wanted));
}

/** Two texts of any length become comparable in constant time. */
function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
