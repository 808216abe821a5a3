import type { Instant } from "../feedback/instant.ts";
import type { ThreadLink, ThreadNode } from "../thread-link.ts";
import type { MissingLink } from "./missing-links.ts";

/** A link as the hub keeps it. */
export type KeptLink = ThreadLink & {
  /** When the hub noted it. */
  readonly at: Instant;
  /** The run that noted it: `order:MO-5001@1000`. */
  readonly subject: string;
};

/** One step of a trace: from a node that is reached already to another. */
export type TraceStep = {
  /** How many links the other end is away from where the trace began, from 1. */
  readonly depth: number;
  readonly from: ThreadNode;
  readonly to: ThreadNode;
  /** As it is kept; `from` of the step may be either end of it. */
  readonly link: KeptLink;
  /** Whether an earlier step of this trace came to `to`, so that what follows stands there. */
  readonly isKnown: boolean;
};

/** Links of a node that a trace leaves out, to be asked for one page after the other. */
export type MoreSteps = {
  readonly node: ThreadNode;
  /** Where the next page begins. */
  readonly after: string;
  /** How many are left out. */
  readonly count: number;
  /** True where they are so many that they were not counted to the end. */
  readonly isAtLeast: boolean;
};

/** What a node came from, or what came of it, by levels: steps of one depth before those of the next. */
export type Trace = {
  readonly steps: readonly TraceStep[];
  readonly more: readonly MoreSteps[];
  readonly missing: readonly MissingLink[];
  /** Nodes whose own links in this direction were not asked for, because the trace ends at its bounds there. */
  readonly open: readonly ThreadNode[];
};
