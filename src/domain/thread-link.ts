import type { Instant } from "./feedback/instant.ts";

/** The kinds of thing that the digital thread joins. */
export type ThreadKind = (typeof THREAD_KINDS)[number];

export const THREAD_KINDS = [
  "change",
  "item revision",
  "mBOM",
  "procurement record",
  "standard cost",
  "purchase-order line",
  "production order",
  "job order",
  "plan",
  /** A piece that was made or built in: `SN-0001@FX-110`. */
  "serial",
  /** A lot that was made or built in: `L-7@MOT-024`. */
  "lot",
  /** What the ERP booked: its number of a posting. */
  "posting",
  "problem report",
  /** Heddle's, for a person: a routing time, a scrap factor. */
  "proposal",
  "nonconformance",
] as const;

/** One thing in the thread: the system that holds it, its kind, and its identity there. */
export type ThreadNode = { readonly system: string; readonly kind: ThreadKind; readonly id: string };

/** A typed edge, read as a sentence: `from` `relation` `to`. */
export type ThreadLink = {
  readonly from: ThreadNode;
  readonly relation: ThreadRelation;
  readonly to: ThreadNode;
  /** When it came to be so on the shop floor; absent where that is when the hub noted it. */
  readonly happenedAt?: Instant;
  /** Who did it: an operator's number, an approver's name; absent where the hub did. */
  readonly who?: string;
};

export type ThreadRelation =
  | "touches"
  /** change → change: it takes the place of the earlier one. */
  | "supersedes"
  /** change → change: a rollback, and what it takes back. */
  | "takes back"
  | "published as"
  | "created"
  | "updated"
  | "flagged on"
  | "re-exploded"
  | "replaced components of"
  | "held"
  | "dispatched as"
  /** change → item revision: the revision that the change releases. */
  | "releases"
  /** production order → item revision. */
  | "makes"
  /** production order → change: made with the change in force. */
  | "built under"
  /** serial or lot → production order. */
  | "made by"
  /** serial → the lot that it belongs to. */
  | "of lot"
  /** serial or lot → the serial or lot that was built into it. */
  | "contains"
  /** production order → a lot, or a serial, that it used, where no piece is named. */
  | "consumed"
  /** production order → posting. */
  | "booked as"
  /** nonconformance → serial, lot or production order. */
  | "found on"
  /** problem report or proposal → item revision. */
  | "reports on"
  /** problem report or proposal → production order, change. */
  | "based on";

/** A serial or lot, named with its item: two items may count from the same number. The system is the plant. */
export function pieceNode(plant: string, kind: "serial" | "lot", number: string, item: string): ThreadNode {
  return { system: plant, kind, id: `${number}@${item}` };
}

/** An item revision as a plant's ERP has it: `FX-110 rev B`. The system is the ERP's connection. */
export function revisionNode(erp: string, item: string, revision: string): ThreadNode {
  return { system: erp, kind: "item revision", id: `${item} rev ${revision}` };
}
