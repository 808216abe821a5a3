import { ConnectorError, type FailurePlace } from "./connector-error.ts";

/** A record was read but what it says cannot be used: its owner must correct it before anything goes on. */
export function badData(
  place: FailurePlace & { readonly object: string; readonly field: string; readonly cause: string },
): ConnectorError {
  return new ConnectorError("rejected", { ...place, cause: `${place.object}, field ${place.field}: ${place.cause}` });
}
