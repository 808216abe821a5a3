import { ConnectorError } from "../connector-error.ts";
import type { SystemId } from "../../domain/ids.ts";

/** What the operating system said, as a failure of the connection. Its own failures pass through. */
export function fileError(system: SystemId, doing: string, path: string, error: unknown): unknown {
  if (error instanceof ConnectorError || !isSystemError(error)) return error;
  const at = { system, doing, object: path };
  switch (error.code) {
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return new ConnectorError("access denied", { ...at, cause: `${path} may not be used: ${error.code}` }, error);
    case "ENOENT":
    case "ENOTDIR":
      return new ConnectorError("unreachable", { ...at, cause: `${path} does not exist` }, error);
    default:
      return new ConnectorError("unreachable", { ...at, cause: `${path}: ${error.message}` }, error);
  }
}

export function isMissing(error: unknown): boolean {
  return isSystemError(error) && (error.code === "ENOENT" || error.code === "ENOTDIR");
}

export function isDenied(error: unknown): boolean {
  return isSystemError(error) && (error.code === "EACCES" || error.code === "EPERM");
}

export function isSystemError(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && "code" in error && typeof error.code === "string" && "errno" in error;
}
