import type {
  FastifyError,
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  FastifySchemaValidationError,
} from "fastify";
import { NoSuchPlace } from "../store/page.ts";
import { API_ERRORS, ApiError, problemOf, type ApiErrorCode } from "./problem.ts";

/** Turns everything that is thrown into the one shape of error. */
export function answerErrors(app: FastifyInstance): void {
  app.setErrorHandler<FastifyError | ApiError>(sendError);
}

/** What we did not foresee says nothing but its id. */
export function sendError(thrown: FastifyError | ApiError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const error = thrown instanceof ApiError ? thrown : foreseen(thrown, request.id);
  const { status } = API_ERRORS[error.code];
  if (status >= 500) request.log.error({ err: thrown }, `${request.method} ${request.url} failed`);
  if (error.details.retryAfter !== undefined) reply.header("retry-after", error.details.retryAfter);
  return reply.code(status).send({ error: problemOf(error) });
}

function foreseen(error: FastifyError, id: string): ApiError {
  const [complaint] = error.validation ?? [];
  if (complaint !== undefined) {
    const field = [error.validationContext, ...complaint.instancePath.split("/").slice(1)].join(".");
    return new ApiError("invalid-input", `${field} ${inWords(complaint)}.`, { field });
  }
  if (error instanceof NoSuchPlace)
    return new ApiError("invalid-input", error.message, { field: "querystring.after", cause: error });
  const code = FRAMEWORK[error.code];
  if (code !== undefined) return new ApiError(code, error.message, { cause: error });
  if (isDatabaseGone(error.code))
    return new ApiError("unavailable", "The database cannot be reached.", { cause: error });
  return new ApiError("internal-error", `Something unforeseen happened; request ${id}.`, { cause: error });
}

/** Fastify's own refusals in our words. */
const FRAMEWORK: Readonly<Record<string, ApiErrorCode>> = {
  FST_ERR_BAD_URL: "invalid-input",
  FST_ERR_MAX_PARAM_LENGTH: "invalid-input",
  FST_ERR_CTP_BODY_TOO_LARGE: "body-too-large",
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: "invalid-input",
  FST_ERR_CTP_INVALID_MEDIA_TYPE: "media-type-unsupported",
  FST_ERR_CTP_INVALID_JSON_BODY: "body-not-json",
  FST_ERR_CTP_EMPTY_JSON_BODY: "body-not-json",
};

/** PostgreSQL classes 08 (connection) and 57P0x (shutting down), and the socket's own errors. */
function isDatabaseGone(code: string | undefined): boolean {
  return code !== undefined && /^(08\w{3}|57P0\d|ECONNREFUSED|ECONNRESET|EPIPE)$/.test(code);
}

/** A key that a schema leaves out is, to the validator, one whose schema is `false`. */
function inWords({ keyword, message, params }: FastifySchemaValidationError): string {
  if (keyword === "boolean") return "is not known here";
  const missing = params["requiredProperties"];
  return Array.isArray(missing) ? `lacks ${missing.join(", ")}` : (message ?? "is not valid");
}
