import type { ConnectorErrorKind } from "../connector-error.ts";
import { REASONS, type Refusal } from "./wire.ts";

/** What becomes of a refusal; the MES's own codes mean that a person must look. */
export function kindOf({ code }: Refusal): ConnectorErrorKind {
  switch (code) {
    case REASONS.busy:
      return "overloaded";
    case REASONS.denied:
      return "access denied";
    case REASONS.versionConflict:
    case REASONS.duplicate:
      return "version conflict";
    case REASONS.notFound:
      return "not found";
    default:
      return "rejected";
  }
}
