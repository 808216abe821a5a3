import type { ThreadNode } from "../domain/thread-link.ts";
import { missingLinks, probesOf, type MissingLink, type Probe } from "../domain/trace/missing-links.ts";
import { endOf, nodeKey, relationsAt, type Direction, type LinkEnd } from "../domain/trace/relations.ts";
import type { KeptLink, MoreSteps, Trace, TraceStep } from "../domain/trace/trace.ts";
import type { Db } from "./database.ts";
import { NoSuchPlace } from "./page.ts";
import { keptLink, LINK_COLUMNS, type LinkRow } from "./thread-links.ts";

export type TraceBounds = {
  readonly direction: Direction;
  /** How many links away from the node at most. */
  readonly depth: number;
  /** How many links of one node; the rest is `more`. */
  readonly perNode: number;
  /** How many steps in all, as far as the first level allows. */
  readonly steps: number;
  /** Where the first level begins: `after` of an earlier page's `more` of the same node; null at its first link. */
  readonly after: string | null;
};

/** Steps of one answer to a person, give or take the links of a few things. */
export const STEPS_SHOWN = 250;
/** Links that are counted of what is left out: of the node itself, and of each that the trace comes to. */
const COUNTED_OF_NODE = 20_000;
const COUNTED_OF_OTHERS = 1_000;
/** Nodes of one level whose links are counted; of the others a trace says only that there are more. */
const COUNTED_NODES = 10;
/** Nodes that one statement asks for at least; by so many times `perNode` a trace may pass its bound. */
const ASKED_AT_ONCE = 50;

/**
 * What a node came from or what came of it, level by level: a few statements for each level, whatever its width.
 * @throws NoSuchPlace when `after` is no place in a node's links
 */
export async function traceFrom(db: Db, node: ThreadNode, bounds: TraceBounds): Promise<Trace> {
  const walk: Walk = { reached: new Map([[nodeKey(node), node]]), steps: [], more: [], open: [] };
  let level: readonly ThreadNode[] = [node];
  for (let depth = 1; depth <= bounds.depth && level.length > 0; depth++) {
    level = await walkLevel(db, walk, { nodes: level, depth }, bounds);
  }
  const { reached, steps, more, open } = walk;
  const missing = await missingOf(db, [...reached.values()], bounds.direction);
  return { steps, more, missing, open: [...open, ...level] };
}

/** How far a trace has come. */
type Walk = {
  readonly reached: Map<string, ThreadNode>;
  readonly steps: TraceStep[];
  readonly more: MoreSteps[];
  readonly open: ThreadNode[];
};

type Level = { readonly nodes: readonly ThreadNode[]; readonly depth: number };

/** Takes the steps from the nodes of one level. Gives those of the next: what no step came to before. */
async function walkLevel(
  db: Db,
  walk: Walk,
  { nodes, depth }: Level,
  { direction, perNode, steps: stepsMax, after }: TraceBounds,
): Promise<readonly ThreadNode[]> {
  const next: ThreadNode[] = [];
  const cut: Cut[] = [];
  const begin = placeOf(depth === 1 ? after : null);
  let asked = 0;
  while (asked < nodes.length && walk.steps.length < stepsMax) {
    const room = Math.max(ASKED_AT_ONCE, Math.floor((stepsMax - walk.steps.length) / perNode));
    const some = nodes.slice(asked, asked + room);
    asked += some.length;
    for (const [from, links] of await linksOf(db, some, { direction, limit: perNode + 1, begin })) {
      const steps = links.slice(0, perNode).map((link) => takeStep(walk, depth, from, link));
      walk.steps.push(...steps);
      next.push(...steps.filter(({ isKnown }) => !isKnown).map(({ to }) => to));
      const last = steps.at(-1);
      if (links.length > perNode && last !== undefined) cut.push({ node: from, place: placeAfter(from, last.link) });
    }
  }
  walk.open.push(...nodes.slice(asked));
  walk.more.push(...(await countMore(db, cut, direction, depth === 1 ? COUNTED_OF_NODE : COUNTED_OF_OTHERS)));
  return next;
}

function takeStep({ reached }: Walk, depth: number, from: ThreadNode, link: KeptLink): TraceStep {
  const to = endOf(link, from) === "from" ? link.to : link.from;
  const key = nodeKey(to);
  const isKnown = reached.has(key);
  reached.set(key, to);
  return { depth, from, to, link, isKnown };
}

/** Where nodes of the thread lack a link in a direction that they should have. */
async function missingOf(db: Db, nodes: readonly ThreadNode[], direction: Direction): Promise<readonly MissingLink[]> {
  const asked = nodes.flatMap((node, n) => probesOf(node, direction).map((probe) => ({ n, node, probe })));
  const { rows } = await db.query<{ at: number }>(
    `select place::int as at
       from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])
            with ordinality as asked (node_system, node_kind, node_id, link_end, asked_relation, place)
      where case link_end
            when 'from' then exists (select from thread_links
              where (from_system, from_kind, from_id, relation) = (node_system, node_kind, node_id, asked_relation))
            else exists (select from thread_links
              where (to_system, to_kind, to_id, relation) = (node_system, node_kind, node_id, asked_relation)) end`,
    [
      asked.map(({ node }) => node.system),
      asked.map(({ node }) => node.kind),
      asked.map(({ node }) => node.id),
      asked.map(({ probe }) => probe.end),
      asked.map(({ probe }) => probe.relation),
    ],
  );
  const there = new Set(rows.flatMap(({ at }) => (asked[at - 1] === undefined ? [] : [probeKey(asked[at - 1]!)])));
  return nodes.flatMap((node, n) => missingLinks(node, direction, (probe) => there.has(probeKey({ n, probe }))));
}

function probeKey({ n, probe: { end, relation } }: { readonly n: number; readonly probe: Probe }): string {
  return `${n} ${end} ${relation}`;
}

/** A place among a node's links: they stand in order of their end, relation, and other end. */
type Place = { readonly end: LinkEnd; readonly link: readonly [relation: string, ...other: [string, string, string]] };

const BEGIN: Place = { end: "from", link: ["", "", "", ""] };

function placeOf(cursor: string | null): Place {
  if (cursor === null) return BEGIN;
  const read = parsed(Buffer.from(cursor, "base64url").toString());
  const [end, ...link] = Array.isArray(read) ? (read as unknown[]) : [];
  const [relation, system, kind, id] = link;
  const isPlace = (end === "from" || end === "to") && link.length === 4;
  if (isPlace && isText(relation) && isText(system) && isText(kind) && isText(id))
    return { end, link: [relation, system, kind, id] };
  throw new NoSuchPlace(cursor, "a node's links");
}

function isText(part: unknown): part is string {
  return typeof part === "string";
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // the caller says what a cursor should be
  }
}

function placeAfter(node: ThreadNode, link: KeptLink): Place {
  const end = endOf(link, node);
  const { system, kind, id } = end === "from" ? link.to : link.from;
  return { end, link: [link.relation, system, kind, id] };
}

/** The first links of each node in a direction, those that have any. */
async function linksOf(
  db: Db,
  nodes: readonly ThreadNode[],
  { direction, limit, begin }: { readonly direction: Direction; readonly limit: number; readonly begin: Place },
): Promise<ReadonlyMap<ThreadNode, readonly KeptLink[]>> {
  if (nodes.length === 0) return new Map();
  const { rows } = await db.query<LinkRow & { n: number }>(
    `select nodes.n::int, ${LINK_COLUMNS}
       from unnest($1::text[], $2::text[], $3::text[]) with ordinality as nodes (node_system, node_kind, node_id, n)
      cross join lateral (
        (select 1 as part, * from thread_links ${FROM_NODE}
          order by relation, to_system, to_kind, to_id limit $10)
        union all
        (select 2 as part, * from thread_links ${TO_NODE}
          order by relation, from_system, from_kind, from_id limit $15)) links
      order by nodes.n, part, relation, case part when 1 then to_system else from_system end,
               case part when 1 then to_kind else from_kind end, case part when 1 then to_id else from_id end`,
    [...columnsOf(nodes), ...boundsOf(direction, begin, limit)],
  );
  const byNode = Map.groupBy(rows, ({ n }) => n);
  return new Map(
    nodes.flatMap((node, at) => {
      const found = byNode.get(at + 1);
      return found === undefined ? [] : [[node, found.slice(0, limit).map(keptLink)] as const];
    }),
  );
}

const FROM_NODE = `where (from_system, from_kind, from_id) = (node_system, node_kind, node_id) and relation = any($4)
            and (relation, to_system, to_kind, to_id) > ($6, $7, $8, $9)`;
const TO_NODE = `where (to_system, to_kind, to_id) = (node_system, node_kind, node_id) and relation = any($5)
            and (relation, from_system, from_kind, from_id) > ($11, $12, $13, $14)`;

/** $4 to $15 of the statements about links of nodes. */
function boundsOf(direction: Direction, { end, link }: Place, limit: number): readonly unknown[] {
  const relations = [relationsAt("from", direction), relationsAt("to", direction)];
  const isPast = end === "to"; // all links at the other end came before
  const [from, to] = isPast ? [BEGIN.link, link] : [link, BEGIN.link];
  return [...relations, ...from, isPast ? 0 : limit, ...to, limit];
}

function columnsOf(nodes: readonly ThreadNode[]): readonly unknown[] {
  return [nodes.map(({ system }) => system), nodes.map(({ kind }) => kind), nodes.map(({ id }) => id)];
}

type Cut = { readonly node: ThreadNode; readonly place: Place };

/** How many links come after a place; index entries only are counted, and no more of them than `most`. */
async function countMore(
  db: Db,
  cuts: readonly Cut[],
  direction: Direction,
  most: number,
): Promise<readonly MoreSteps[]> {
  const counted = cuts.slice(0, COUNTED_NODES);
  if (counted.length === 0) return [];
  const { rows } = await db.query<{ count: number }>(
    `select (select count(*) from (select from thread_links
              where (from_system, from_kind, from_id) = (node_system, node_kind, node_id) and relation = any($9)
                and place_end = 'from'
                and (relation, to_system, to_kind, to_id) > (place_relation, place_system, place_kind, place_id)
              limit $8) links)::int
          + (select count(*) from (select from thread_links
              where (to_system, to_kind, to_id) = (node_system, node_kind, node_id) and relation = any($10)
                and (relation, from_system, from_kind, from_id) > (
                  case place_end when 'to' then place_relation else '' end, case place_end when 'to' then place_system else '' end,
                  case place_end when 'to' then place_kind else '' end, case place_end when 'to' then place_id else '' end)
              limit $8) links)::int as count
       from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $11::text[])
            with ordinality as cuts (node_system, node_kind, node_id,
                                     place_relation, place_system, place_kind, place_id, place_end, n)
      order by n`,
    [
      ...columnsOf(counted.map(({ node }) => node)),
      ...[0, 1, 2, 3].map((part) => counted.map(({ place }) => place.link[part])),
      most,
      relationsAt("from", direction),
      relationsAt("to", direction),
      counted.map(({ place }) => place.end),
    ],
  );
  return cuts.map(({ node, place }, at) => {
    const count = rows[at]?.count ?? 1; // where it was not counted, there is one at least
    return {
      node,
      after: cursorAt(place),
      count: Math.min(count, most),
      isAtLeast: at >= COUNTED_NODES || count >= most,
    };
  });
}

function cursorAt({ end, link }: Place): string {
  return Buffer.from(JSON.stringify([end, ...link])).toString("base64url");
}
