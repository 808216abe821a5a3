import type { ThreadKind, ThreadNode, ThreadRelation } from "../thread-link.ts";
import { capital } from "./link-sentence.ts";
import { nodeText } from "./node-name.ts";
import type { Direction, LinkEnd } from "./relations.ts";

/** Whether a node has any link of a relation, standing at one of its ends. */
export type Probe = { readonly end: LinkEnd; readonly relation: ThreadRelation };

/** A link that should be there and is not. */
export type MissingLink = {
  readonly node: ThreadNode;
  /** What is not known, and where to look, in a sentence or two. */
  readonly sentence: string;
};

type Expectation = {
  readonly direction: Direction;
  /** The link is there when any of these is. */
  readonly anyOf: readonly Probe[];
  /** Expected only where one of these is there; without it always. */
  readonly where?: readonly Probe[];
  /** After the node's name: `has no production order on record that made it`. */
  readonly says: string;
};

const at = (end: LinkEnd, ...relations: readonly ThreadRelation[]): readonly Probe[] =>
  relations.map((relation) => ({ end, relation }));

const ORIGIN: Expectation = {
  direction: "back",
  anyOf: at("from", "made by"),
  says:
    "has no origin on record: neither a production order that made it nor a purchase-order line that brought it. " +
    "A part that is bought is traced on by the supplier's papers for it",
};
/** What shows that an order was worked on. */
const WORKED_ON = [...at("to", "made by"), ...at("from", "booked as", "consumed")];

/** What the thread should know of each kind of thing. Where it does not, a trace says so instead of just ending. */
const EXPECTED: Partial<Readonly<Record<ThreadKind, readonly Expectation[]>>> = {
  serial: [
    ORIGIN,
    {
      direction: "back",
      anyOf: at("from", "contains"),
      where: at("from", "made by"),
      says: "has no component lot or serial on record: the shop floor told of none for this piece",
    },
  ],
  lot: [ORIGIN],
  "production order": [
    {
      direction: "back",
      anyOf: at("from", "makes"),
      says: "has no item revision on record: which design it was to make is not known",
    },
    {
      direction: "back",
      anyOf: [...at("from", "built under"), ...at("to", "touches", "re-exploded", "replaced components of")],
      says: "has no engineering change on record: its design is older than what Heddle published, or came another way",
    },
    {
      direction: "forward",
      anyOf: at("from", "dispatched as"),
      where: WORKED_ON,
      says: "was worked on, and Heddle did not dispatch it: the shop floor had it some other way",
    },
  ],
  "item revision": [
    {
      direction: "back",
      anyOf: at("to", "releases", "created", "updated"),
      says: "has no engineering change on record that released it",
    },
  ],
  "job order": [
    {
      direction: "back",
      anyOf: at("to", "dispatched as"),
      says: "has no production order on record that it carries out",
    },
  ],
  posting: [
    { direction: "back", anyOf: at("to", "booked as"), says: "has no production order on record that it books" },
  ],
  nonconformance: [
    {
      direction: "back",
      anyOf: at("from", "found on"),
      says: "has no serial, lot or order on record that it was found on",
    },
  ],
  "problem report": [
    {
      direction: "back",
      anyOf: at("from", "based on", "reports on"),
      says: "has no item revision, order or change on record that it is about",
    },
  ],
};

/** What must be looked up to say what is missing of a node in a direction, each once. */
export function probesOf(node: ThreadNode, direction: Direction): readonly Probe[] {
  const asked = expectedOf(node, direction).flatMap(({ anyOf, where = [] }) => [...anyOf, ...where]);
  return [...new Map(asked.map((probe) => [`${probe.end} ${probe.relation}`, probe])).values()];
}

/** What is missing of a node in a direction, given which of its `probesOf` are there. */
export function missingLinks(
  node: ThreadNode,
  direction: Direction,
  isThere: (probe: Probe) => boolean,
): readonly MissingLink[] {
  return expectedOf(node, direction)
    .filter(({ anyOf, where }) => !anyOf.some(isThere) && (where === undefined || where.some(isThere)))
    .map(({ says }) => ({ node, sentence: capital(`${nodeText(node)} ${says}.`) }));
}

function expectedOf({ kind }: ThreadNode, direction: Direction): readonly Expectation[] {
  return (EXPECTED[kind] ?? []).filter((one) => one.direction === direction);
}
