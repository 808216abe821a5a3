import type { VersionToken } from "../../domain/plant-item.ts";

/**
 * A version names the record too: two mBOMs of one item, one after the other, may both carry the ETag
 * `v2`, and the ERP's own number saves a look-up before the write.
 */
export function versionOf(id: string, etag: string): VersionToken {
  return `${id} ${etag}`;
}

export function partsOf(version: VersionToken): { readonly id: string; readonly etag: string } {
  const space = version.lastIndexOf(" ");
  return { id: version.slice(0, space), etag: version.slice(space + 1) };
}
