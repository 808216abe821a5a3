import type { ChangeId, Revision } from "../ids.ts";

/** Which bill of material of an item is meant, in the words of `heddle bom diff --from … --to …`. */
export type BomVersion =
  | { readonly kind: "ebom"; readonly revision: Revision }
  /** The newest plan, or the plan of one change. */
  | { readonly kind: "planned"; readonly change: ChangeId | null }
  /** What Heddle published so many times before the last, or by one change. */
  | { readonly kind: "published"; readonly back: number }
  | { readonly kind: "published"; readonly change: ChangeId }
  | { readonly kind: "erp" };

export const BOM_VERSION_WORDS =
  "ebom:<revision>, planned, planned:<change>, published, published:<n back or change>, erp";

/** Null for words that name none. */
export function parseBomVersion(text: string): BomVersion | null {
  const [, kind = "", of = null] = /^([a-z]+)(?::(.+))?$/s.exec(text) ?? [];
  if (kind === "ebom" && of !== null) return { kind, revision: of as Revision };
  if (kind === "planned") return { kind, change: of as ChangeId | null };
  if (kind === "published" && of === null) return { kind, back: 0 };
  if (kind === "published" && of !== null) {
    return /^\d{1,4}$/.test(of) ? { kind, back: Number(of) } : { kind, change: of as ChangeId };
  }
  return kind === "erp" && of === null ? { kind } : null;
}
