import { setTimeout as pause } from "node:timers/promises";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { Type, type Static } from "typebox";
import { parsedBody } from "./body.ts";
import { ApiError } from "./errors.ts";

const Percent = Type.Integer({ minimum: 0, maximum: 100 });

/** How a server misbehaves, until it is told otherwise or restarted. */
const Faults = Type.Object(
  {
    latencyMs: Type.Integer({ minimum: 0, maximum: 60_000 }),
    tooManyRequestsPercent: Percent,
    serverErrorPercent: Percent,
    cutAfterWritePercent: Percent,
    duplicateWebhooks: Type.Boolean(),
    reorderWebhooks: Type.Boolean(),
    /** So many next successful writes are committed and then not answered. Counts down. */
    cutAfterNextWrites: Type.Optional(Type.Integer({ minimum: 0 })),
  },
  { additionalProperties: false },
);
type Faults = Static<typeof Faults>;

export type FaultSwitches = { current: Faults };

export function noFaults(): FaultSwitches {
  return {
    current: {
      latencyMs: 0,
      tooManyRequestsPercent: 0,
      serverErrorPercent: 0,
      cutAfterWritePercent: 0,
      duplicateWebhooks: false,
      reorderWebhooks: false,
      cutAfterNextWrites: 0,
    },
  };
}

/** Adds the switches' routes, and the faults themselves to every other route below `/api` or `/erp`. */
export function installFaults(app: FastifyInstance, faults: FaultSwitches): void {
  app.get("/_sandbox/faults", () => faults.current);
  app.put("/_sandbox/faults", (request) => {
    faults.current = { cutAfterNextWrites: 0, ...parsedBody(Faults, request.body) };
    return faults.current;
  });

  app.addHook("preHandler", async (request, reply) => {
    if (isSpared(request)) return;
    const { latencyMs, tooManyRequestsPercent, serverErrorPercent } = faults.current;
    if (latencyMs > 0) await pause(latencyMs);
    if (happens(tooManyRequestsPercent)) {
      void reply.header("retry-after", "1");
      throw new ApiError(429, "TOO_MANY_REQUESTS", "too many requests; wait as Retry-After says");
    }
    if (happens(serverErrorPercent)) throw new ApiError(500, "INTERNAL", "the sandbox was told to fail");
  });

  // The handler has committed by now; only its answer is still to be sent.
  app.addHook("onSend", async (request, reply, payload) => {
    if (!isSpared(request) && isWrite(request) && reply.statusCode < 300 && isCut(faults)) {
      request.raw.socket.destroy();
    }
    return payload;
  });
}

function isSpared({ url }: FastifyRequest): boolean {
  return url.startsWith("/_sandbox/") || url === "/health";
}

function isWrite({ method, url }: FastifyRequest): boolean {
  return method !== "GET" && method !== "HEAD" && !url.split("?")[0]?.endsWith("/query");
}

function isCut(faults: FaultSwitches): boolean {
  const left = faults.current.cutAfterNextWrites ?? 0;
  if (left === 0) return happens(faults.current.cutAfterWritePercent);
  faults.current = { ...faults.current, cutAfterNextWrites: left - 1 };
  return true;
}

function happens(percent: number): boolean {
  return percent > 0 && Math.random() * 100 < percent;
}
