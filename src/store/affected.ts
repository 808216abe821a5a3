import type { ThreadNode, ThreadRelation } from "../domain/thread-link.ts";
import type { Db } from "./database.ts";

/** Something that holds what is recalled: it contains it, belongs to it, consumed it, or was made by what consumed it. */
export type Holder = {
  readonly node: ThreadNode;
  readonly of: ThreadNode;
  readonly relation: ThreadRelation;
  /** The run that noted it: it names the plant. */
  readonly subject: string;
};

/** What is asked for next: the holders of a node, from a place among them on. */
export type Ask = { readonly node: ThreadNode; readonly after: Place };
export type Place = readonly [relation: string, system: string, kind: string, id: string];
export const FIRST: Place = ["", "", "", ""];

export type Answer = {
  readonly holders: readonly Holder[];
  /** Whether pieces are known that it is made up of: the serials of a lot, or what an order made. */
  readonly hasPieces: boolean;
};

/** The relations by which a fault in one thing is a fault in another. */
const HELD_BY = ["consumed", "contains", "made by", "of lot"] as const satisfies readonly ThreadRelation[];

/** The next holders of each node, at most `limit` of each; one answer for each that is asked for, in order. */
export async function holdersOf(db: Db, asks: readonly Ask[], limit: number): Promise<readonly Answer[]> {
  const { rows } = await db.query<Row>(
    `select asks.n::int, has_pieces as "hasPieces", relation, from_system as system, from_kind as kind, from_id as id, subject
       from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[]) with ordinality
            as asks (node_system, node_kind, node_id, after_relation, after_system, after_kind, after_id, n)
      cross join lateral (select exists (
        select from thread_links where (to_system, to_kind, to_id) = (node_system, node_kind, node_id)
           and relation = any('{made by,of lot}')) as has_pieces) pieces
       left join lateral (
        select * from thread_links where (to_system, to_kind, to_id) = (node_system, node_kind, node_id)
           and relation = any($8)
           and (relation, from_system, from_kind, from_id) > (after_relation, after_system, after_kind, after_id)
         order by relation, from_system, from_kind, from_id limit $9) links on true
      order by asks.n, relation, from_system, from_kind, from_id`,
    [
      asks.map(({ node }) => node.system),
      asks.map(({ node }) => node.kind),
      asks.map(({ node }) => node.id),
      ...FIRST.map((_, part) => asks.map(({ after }) => after[part])),
      HELD_BY,
      limit,
    ],
  );
  const byAsk = Map.groupBy(rows, ({ n }) => n);
  return asks.map(({ node: of }, at) => {
    const found = byAsk.get(at + 1) ?? [];
    return {
      hasPieces: found[0]?.hasPieces ?? false,
      holders: found.flatMap(({ relation, system, kind, id, subject }) =>
        relation === null ? [] : [{ node: { system, kind, id }, of, relation, subject }],
      ),
    };
  });
}

type Row = ThreadNode & {
  readonly n: number;
  readonly hasPieces: boolean;
  /** Null where it has no holder. */
  readonly relation: ThreadRelation | null;
  readonly subject: string;
};

export function placeAt({ node, relation }: Holder): Place {
  return [relation, node.system, node.kind, node.id];
}
