import type { ThreadLink, ThreadNode, ThreadRelation } from "../thread-link.ts";

/** Which way a trace goes: back to what a thing came from, or forward to what came of it. */
export type Direction = "back" | "forward";

export type LinkEnd = "from" | "to";

type Reading = {
  /** The end that comes first in the thread: design before order, order before serial, component before its parent. */
  readonly earlier: LinkEnd;
  /** Read from `from`: `MO-5001` **makes** `FX-110 rev B`. */
  readonly says: string;
  /** Read from `to`: `FX-110 rev B` **is made by** `MO-5001`. */
  readonly saysBack: string;
};

/** How each relation reads, and how it runs through the thread. */
export const RELATIONS: Readonly<Record<ThreadRelation, Reading>> = {
  touches: { earlier: "from", says: "touches", saysBack: "is touched by" },
  supersedes: { earlier: "to", says: "supersedes", saysBack: "is superseded by" },
  "takes back": { earlier: "to", says: "takes back", saysBack: "is taken back by" },
  "published as": { earlier: "from", says: "was published as", saysBack: "was published for" },
  created: { earlier: "from", says: "created", saysBack: "was created by" },
  updated: { earlier: "from", says: "updated", saysBack: "was updated by" },
  "flagged on": { earlier: "from", says: "is flagged on", saysBack: "was flagged for" },
  "re-exploded": { earlier: "from", says: "re-exploded", saysBack: "was re-exploded for" },
  "replaced components of": {
    earlier: "from",
    says: "replaced components of",
    saysBack: "had components replaced by",
  },
  held: { earlier: "from", says: "held", saysBack: "was held for" },
  "dispatched as": { earlier: "from", says: "was dispatched as", saysBack: "is the job of" },
  releases: { earlier: "from", says: "releases", saysBack: "was released by" },
  makes: { earlier: "to", says: "makes", saysBack: "is made by" },
  "built under": { earlier: "to", says: "was built under", saysBack: "was in force for" },
  "made by": { earlier: "to", says: "was made by", saysBack: "made" },
  "of lot": { earlier: "to", says: "belongs to", saysBack: "includes" },
  contains: { earlier: "to", says: "contains", saysBack: "was built into" },
  consumed: { earlier: "to", says: "consumed", saysBack: "was consumed by" },
  "booked as": { earlier: "from", says: "was booked as", saysBack: "books" },
  "found on": { earlier: "to", says: "was found on", saysBack: "has" },
  "reports on": { earlier: "to", says: "reports on", saysBack: "is reported on by" },
  "based on": { earlier: "to", says: "is based on", saysBack: "is evidence for" },
};

const ALL = Object.keys(RELATIONS) as ThreadRelation[];

/**
 * The relations by which a node's links lead in a direction, by the end at which the node stands: back, a serial stands
 * at `from` of "made by", and an item revision at `to` of "releases".
 */
export function relationsAt(end: LinkEnd, direction: Direction): readonly ThreadRelation[] {
  return ALL.filter((relation) => (RELATIONS[relation].earlier === end) === (direction === "forward"));
}

/** Which end of its link a node is. */
export function endOf({ from }: ThreadLink, node: ThreadNode): LinkEnd {
  return isSameNode(from, node) ? "from" : "to";
}

export function isSameNode(a: ThreadNode, b: ThreadNode): boolean {
  return a.system === b.system && a.kind === b.kind && a.id === b.id;
}

/** One text for one node, for maps. */
export function nodeKey({ system, kind, id }: ThreadNode): string {
  return JSON.stringify([system, kind, id]);
}
