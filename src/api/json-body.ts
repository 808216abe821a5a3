import type { FastifyInstance, FastifyRequest } from "fastify";
import { tooComplex } from "./limits.ts";
import { ApiError } from "./problem.ts";

/** Reads JSON bodies of requests under our own limits. An empty body is none. */
export function acceptJson(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "string" }, async (_request: FastifyRequest, text: string) =>
    text === "" ? undefined : parseJson(text),
  );
}

/** @throws ApiError when the text is not JSON, too complex, or holds what no database can store. */
export function parseJson(text: string): unknown {
  const complaint = tooComplex(text);
  if (complaint !== null) throw new ApiError("body-too-complex", complaint);
  try {
    return JSON.parse(text, storable);
  } catch (cause) {
    if (cause instanceof ApiError) throw cause;
    throw new ApiError("body-not-json", "The body is not valid JSON.", { cause });
  }
}

/** PostgreSQL stores no NUL and no half of a surrogate pair; `__proto__` is never a name but an attack. */
function storable(key: string, value: unknown): unknown {
  if (key === "__proto__") throw new ApiError("invalid-input", "A key may not be __proto__.");
  for (const text of [key, value]) {
    if (typeof text === "string" && (text.includes("\0") || !text.isWellFormed())) {
      throw new ApiError("invalid-input", "The body holds a NUL or half a surrogate pair.", { field: key });
    }
  }
  return value;
}
