/** The kinds of thing that the digital thread joins. */
export type ThreadKind =
  | "change"
  | "item revision"
  | "mBOM"
  | "procurement record"
  | "standard cost"
  | "purchase-order line"
  | "production order"
  | "job order"
  | "plan";

/** One thing in the thread: the system that holds it, its kind, and its identity there. */
export type ThreadNode = { readonly system: string; readonly kind: ThreadKind; readonly id: string };

/** A typed edge, read as a sentence: `from` `relation` `to`. */
export type ThreadLink = {
  readonly from: ThreadNode;
  readonly relation:
    | "touches"
    | "published as"
    | "created"
    | "updated"
    | "flagged on"
    | "re-exploded"
    | "replaced components of"
    | "held"
    | "dispatched as";
  readonly to: ThreadNode;
};
