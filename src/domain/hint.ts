import type { ChangeId, JobOrderId, ProductionOrderId } from "./ids.ts";

/** Something that may have moved in the system that says so. Never more than a reason to look. */
export type Hint =
  | { readonly kind: "change"; readonly id: ChangeId }
  | { readonly kind: "production order"; readonly id: ProductionOrderId }
  | { readonly kind: "job"; readonly id: JobOrderId }
  /** The shop floor told something. */
  | { readonly kind: "shop events" };
