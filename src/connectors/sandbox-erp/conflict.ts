import { ConnectorError } from "../connector-error.ts";
import type { Http } from "../http/http-client.ts";

/** Someone else was there first, found by looking before the write. */
export function conflict(http: Http, doing: string, object: string, cause: string): ConnectorError {
  return new ConnectorError("version conflict", { system: http.system, doing, object, cause });
}
