/**
 * Every identifier of the domain, in alphabetical order. Branded, so that a `LineId` never lands where
 * an `ItemId` belongs; a connector's mapping is the only place that may make one from bare text.
 */
declare const brand: unique symbol;
type Id<Name extends string> = string & { readonly [brand]: Name };

/** Number of an engineering change (ECO, ECN) as its PLM shows it, for instance `ECO-0001`. */
export type ChangeId = Id<"ChangeId">;
/** SHA-256 of a plan's canonical text, in hexadecimal. */
export type Digest = Id<"Digest">;
/** Number of a part or assembly, without its revision. */
export type ItemId = Id<"ItemId">;
/** Plant and production order, for instance `1000:MO-5001`: see `jobOrderId`. */
export type JobOrderId = Id<"JobOrderId">;
/** Identity of an eBOM line: the PLM's occurrence id, else find number and reference designators. */
export type LineId = Id<"LineId">;
/** Identity of an mBOM line that survives planning again: see `MbomLine.key`. */
export type MbomLineKey = Id<"MbomLineKey">;
/** Operation of a routing, for instance `0020`. */
export type OperationId = Id<"OperationId">;
export type PlantId = Id<"PlantId">;
export type ProductionOrderId = Id<"ProductionOrderId">;
/** Purchase-order number and line, for instance `PO-1007/20`. */
export type PurchaseOrderLineId = Id<"PurchaseOrderLineId">;
/** Engineering revision of an item, for instance `C`. */
export type Revision = Id<"Revision">;
/** Name of a rule in a plant's rule file. */
export type RuleName = Id<"RuleName">;
export type SupplierId = Id<"SupplierId">;
/** Name of a connection in `heddle.yaml`, for instance `erp`. */
export type SystemId = Id<"SystemId">;
export type WorkCenterId = Id<"WorkCenterId">;
