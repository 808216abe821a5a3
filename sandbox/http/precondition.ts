import type { FastifyReply, FastifyRequest } from "fastify";
import type { Stored } from "./collection.ts";
import { ApiError } from "./errors.ts";

export function etagOf({ version }: Pick<Stored<unknown>, "version">): string {
  return `v${version}`;
}

/** Answers with one record's ETag. */
export function withEtag<Body>(reply: FastifyReply, stored: Pick<Stored<unknown>, "version">, body: Body): Body {
  void reply.header("etag", `"${etagOf(stored)}"`);
  return body;
}

/** @throws ApiError 428 without `If-Match`, 412 when it names another version than the record's. */
export function requireMatch(request: FastifyRequest, stored: Stored<unknown>): void {
  if (request.headers["if-match"] === undefined) {
    throw new ApiError(428, "IF_MATCH_REQUIRED", `send If-Match with the ETag of ${stored.number}`, "If-Match");
  }
  allowMatch(request, stored);
}

/** As `requireMatch`, but the header may be left out. */
export function allowMatch(request: FastifyRequest, stored: Stored<unknown>): void {
  const given = request.headers["if-match"];
  if (given === undefined || given === "*") return;
  const matches = given.split(",").some((one) => one.trim().replaceAll('"', "") === etagOf(stored));
  if (matches) return;
  throw new ApiError(
    412,
    "VERSION_MISMATCH",
    `${stored.number} is at "${etagOf(stored)}", not ${given}: it was changed after it was read`,
    "If-Match",
  );
}
