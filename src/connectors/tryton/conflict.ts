import { ConnectorError } from "../connector-error.ts";
import type { Company } from "./company.ts";

/** Someone else was there first, found by looking before the write. */
export function conflict({ system }: Company, doing: string, object: string, cause: string): ConnectorError {
  return new ConnectorError("version conflict", { system, doing, object, cause });
}

/** Tryton, or its client, would not take it; found before it was sent. */
export function refusal(
  { system }: Company,
  doing: string,
  object: string,
  field: string,
  cause: string,
): ConnectorError {
  return new ConnectorError("rejected", { system, doing, object, field, cause: `${object}, field ${field}: ${cause}` });
}
