import type { ThreadKind, ThreadNode } from "../domain/thread-link.ts";
import { nodeKey } from "../domain/trace/relations.ts";
import type { Db } from "./database.ts";

/** Narrows a look-up. */
export type NodeFilter = { readonly kind?: ThreadKind | undefined; readonly plant?: string | undefined };

export type FoundNodes = {
  readonly nodes: readonly ThreadNode[];
  /** `name`: they are called so. `beginning`: none is, and these begin so. */
  readonly by: "name" | "beginning";
};

/** After every text that begins with what stands before it. */
const LAST = "\u{10FFFF}";
/** What is looked through before kind and plant narrow it. */
const LOOKED_THROUGH = 200;

/**
 * What in the thread is called `text` (`SN-1`, `L-7`, `FX-110`, `MO-5001`, or a node's whole id), in whatever system; if
 * nothing is, what begins so, at most `limit` of it. A small letter stands for the capital too when nothing is written
 * as typed.
 */
export async function findNodes(db: Db, text: string, filter: NodeFilter, limit: number): Promise<FoundNodes> {
  const asTyped = await findWritten(db, text, filter, limit);
  const capitals = text.toUpperCase();
  return asTyped.nodes.length > 0 || capitals === text ? asTyped : findWritten(db, capitals, filter, limit);
}

async function findWritten(db: Db, text: string, filter: NodeFilter, limit: number): Promise<FoundNodes> {
  const named = await Promise.all([
    nodesBetween(db, text, `${text}\u0001`, LOOKED_THROUGH),
    nodesBetween(db, `${text}@`, `${text}@${LAST}`, LOOKED_THROUGH),
    nodesBetween(db, `${text} rev `, `${text} rev ${LAST}`, LOOKED_THROUGH),
    unitsLike(db, escaped(text), LOOKED_THROUGH),
    ordersNamed(db, text),
  ]);
  const called = await narrowed(db, named.flat(), filter);
  if (called.length > 0) return { nodes: called.slice(0, limit), by: "name" };
  const begun = await Promise.all([
    nodesBetween(db, text, text + LAST, Math.max(limit, LOOKED_THROUGH)),
    unitsLike(db, `${escaped(text)}%`, limit),
  ]);
  return { nodes: (await narrowed(db, begun.flat(), filter)).slice(0, limit), by: "beginning" };
}

/**
 * Ends of links whose id lies between two texts. Goes from one thing straight to the next through the index: a lot with
 * 100,000 links costs as much as one with a single link.
 */
async function nodesBetween(db: Db, low: string, high: string, limit: number): Promise<ThreadNode[]> {
  const { rows } = await db.query<ThreadNode>(
    `with recursive ${nextNodes("from")}, ${nextNodes("to")}
     select id, kind, system
       from ((select * from from_nodes limit $3) union (select * from to_nodes limit $3)) nodes
      order by id collate "C", system collate "C", kind collate "C" limit $3`,
    [low, high, limit],
  );
  return rows;
}

function nextNodes(end: "from" | "to"): string {
  const [id, system, kind] = [`${end}_id`, `${end}_system`, `${end}_kind`];
  const order = `${id} collate "C", ${system} collate "C", ${kind} collate "C"`;
  return `${end}_nodes as (
    (select ${id} as id, ${system} as system, ${kind} as kind from thread_links
      where ${id} collate "C" >= $1 and ${id} collate "C" < $2 order by ${order} limit 1)
    union all
    select following.* from ${end}_nodes before cross join lateral (
      select ${id}, ${system}, ${kind} from thread_links
       where (${order}) > (before.id, before.system, before.kind) and ${id} collate "C" < $2
       order by ${order} limit 1) following)`;
}

/** What was built is found even where its links are missing. */
async function unitsLike(db: Db, pattern: string, limit: number): Promise<ThreadNode[]> {
  const { rows } = await db.query<ThreadNode>(
    `select distinct plant as system, kind, id || '@' || item as id
       from (select * from built_units where id like $1 and kind <> 'order' limit $2) units`,
    [pattern, limit],
  );
  return rows;
}

/** Orders that the hub knows from their ERP, linked or not. */
async function ordersNamed(db: Db, order: string): Promise<ThreadNode[]> {
  const { rows } = await db.query<ThreadNode>(
    `select distinct shown->'erp'->>'system' as system, 'production order' as kind, "order" as id
       from orders where "order" = $1 and shown->'erp'->>'system' is not null limit ${LOOKED_THROUGH}`,
    [order],
  );
  return rows;
}

/** Each once, of the kind and plant that were asked for. */
async function narrowed(db: Db, found: readonly ThreadNode[], { kind, plant }: NodeFilter): Promise<ThreadNode[]> {
  const each = [...new Map(found.map((node) => [nodeKey(node), node])).values()];
  const ofKind = each.filter((node) => kind === undefined || node.kind === kind);
  return plant === undefined ? ofKind : inPlant(db, ofKind, plant);
}

/** Serials and lots name their plant; of anything else the runs that linked it do. */
async function inPlant(db: Db, nodes: readonly ThreadNode[], plant: string): Promise<ThreadNode[]> {
  const { rows } = await db.query<{ n: number }>(
    `select n::int from unnest($1::text[], $2::text[], $3::text[]) with ordinality as nodes (system, kind, node_id, n)
      where exists (select from thread_links where (from_system, from_kind, from_id) = (system, kind, node_id)
               and right(subject, length($4) + 1) = '@' || $4)
         or exists (select from thread_links where (to_system, to_kind, to_id) = (system, kind, node_id)
               and right(subject, length($4) + 1) = '@' || $4)
         or (kind = 'production order' and exists (select from orders where plant = $4 and "order" = node_id))`,
    [nodes.map(({ system }) => system), nodes.map(({ kind }) => kind), nodes.map(({ id }) => id), plant],
  );
  const there = new Set(rows.map(({ n }) => nodes[n - 1]));
  return nodes.filter((node) =>
    node.kind === "serial" || node.kind === "lot" ? node.system === plant : there.has(node),
  );
}

function escaped(text: string): string {
  return text.replaceAll(/[\\%_]/g, String.raw`\$&`);
}
