/** A refusal as the servers answer it: `{ "error": { code, message, field } }` with an HTTP status. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  readonly code: string;
  /** Path of the member at fault, as `lines[2].unit`; null when it is not about one. */
  readonly field: string | null;

  constructor(status: number, code: string, message: string, field: string | null = null) {
    super(message);
    this.status = status;
    this.code = code;
    this.field = field;
  }
}

export function malformed(message: string, field: string | null): ApiError {
  return new ApiError(400, "MALFORMED", message, field);
}

/** `what` names the kind of record, as `PART` in `PART_UNKNOWN`. */
export function unknownRecord(what: string, number: string): ApiError {
  return new ApiError(404, `${what}_UNKNOWN`, `there is no ${what.toLowerCase().replaceAll("_", " ")} ${number}`);
}

/** The record's state does not allow it. */
export function conflict(code: string, message: string, field: string | null = null): ApiError {
  return new ApiError(409, code, message, field);
}

/** Understood, but the data is refused. */
export function refused(code: string, message: string, field: string | null): ApiError {
  return new ApiError(422, code, message, field);
}
