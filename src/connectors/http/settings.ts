import { Type, type Static } from "typebox";

/** What every connection over HTTP is told in `heddle.yaml`. Only `url` and `apiKey` have no default. */
export const HttpSettings = Type.Object(
  {
    /** Base address, for instance `https://erp.example.com/api`. No request leaves its origin. */
    url: Type.String({ pattern: "^https?://[^/?#@\\s]+(/[^?#\\s]*)?$", maxLength: 2_000 }),
    /** Sent with each request; never logged. */
    apiKey: Type.String({ minLength: 1, maxLength: 1_000, pattern: "^[\\x21-\\x7e]+$" }),
    /** How long one request may take. */
    timeoutMs: Type.Integer({ minimum: 100, maximum: 600_000, default: 15_000 }),
    /** Requests that are open at the same time. */
    maxConcurrent: Type.Integer({ minimum: 1, maximum: 256, default: 8 }),
    /** Requests begun in one second; 0 is no limit. */
    maxPerSecond: Type.Integer({ minimum: 0, maximum: 10_000, default: 0 }),
    /** How often a request that certainly changed nothing is tried before its failure is told. */
    attempts: Type.Integer({ minimum: 1, maximum: 10, default: 4 }),
    /** Failures in a row after which the connection pauses. */
    failuresToPause: Type.Integer({ minimum: 1, maximum: 1_000, default: 8 }),
    /** How long it pauses before one request tries again. */
    pauseMs: Type.Integer({ minimum: 10, maximum: 3_600_000, default: 5_000 }),
  },
  { additionalProperties: false },
);
export type HttpSettings = Static<typeof HttpSettings>;
