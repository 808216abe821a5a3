import { Type, type Static } from "typebox";

/** How a connection spares its system, whatever its protocol: see `makeConnection`. */
export const SPARING = {
  maxPerSecond: Type.Integer({
    minimum: 0,
    maximum: 10_000,
    default: 0,
    description: "Requests begun in one second; 0 is no limit.",
  }),
  failuresToPause: Type.Integer({
    minimum: 1,
    maximum: 1_000,
    default: 8,
    description: "Failures in a row after which the connection pauses.",
  }),
  pauseMs: Type.Integer({
    minimum: 10,
    maximum: 3_600_000,
    default: 5_000,
    description: "How long it pauses before one request tries again, in milliseconds.",
  }),
};

/** What every connection over HTTP is told in `heddle.yaml`. Only `url` and `apiKey` have no default. */
export const HttpSettings = Type.Object(
  {
    url: Type.String({
      pattern: "^https?://[^/?#@\\s]+(/[^?#\\s]*)?$",
      maxLength: 2_000,
      description: "Base address, for instance https://erp.example.com/api. No request leaves its origin.",
    }),
    apiKey: Type.String({
      minLength: 1,
      maxLength: 1_000,
      pattern: "^[\\x21-\\x7e]+$",
      description: "Sent with each request; never logged. Refer to it: ${env:NAME} or ${file:path}.",
    }),
    timeoutMs: Type.Integer({
      minimum: 100,
      maximum: 600_000,
      default: 15_000,
      description: "How long one request may take, in milliseconds.",
    }),
    maxConcurrent: Type.Integer({
      minimum: 1,
      maximum: 256,
      default: 8,
      description: "Requests that are open at the same time.",
    }),
    maxPerSecond: SPARING.maxPerSecond,
    attempts: Type.Integer({
      minimum: 1,
      maximum: 10,
      default: 4,
      description: "How often a request that certainly changed nothing is tried before its failure is told.",
    }),
    failuresToPause: SPARING.failuresToPause,
    pauseMs: SPARING.pauseMs,
  },
  { additionalProperties: false },
);
export type HttpSettings = Static<typeof HttpSettings>;
