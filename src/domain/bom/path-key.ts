import type { LineId } from "../ids.ts";

/** A path as a map's key, whatever signs a PLM's line ids have in them; most are of one line. */
export function pathKey(path: readonly LineId[]): string {
  return path.length === 1 && path[0] !== undefined ? path[0] : path.join("\u001f");
}
