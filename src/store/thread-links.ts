import type { ThreadLink, ThreadNode, ThreadRelation } from "../domain/thread-link.ts";
import type { KeptLink } from "../domain/trace/trace.ts";
import type { Db } from "./database.ts";
import { iso } from "./page.ts";
import type { SubjectId } from "./subject.ts";

/** Adds edges to the thread, made by the run of `subject`. Idempotent. */
export async function linkThread(db: Db, subject: SubjectId, links: readonly ThreadLink[]): Promise<void> {
  await linkThreads(
    db,
    links.map((link) => ({ subject, ...link })),
  );
}

type LinkOfRun = ThreadLink & { readonly subject: SubjectId };

/**
 * The same for edges that the runs of several subjects made. An edge that is there stays; when it happened and who did
 * it follow what was told last.
 */
export async function linkThreads(db: Db, links: readonly LinkOfRun[]): Promise<void> {
  if (links.length === 0) return;
  const each = [...new Map(links.map((link) => [edgeKey(link), link])).values()];
  const column = (value: (link: LinkOfRun) => string | null) => each.map(value);
  await db.query({
    name: "link threads",
    text: `insert into thread_links
       (subject, from_system, from_kind, from_id, relation, to_system, to_kind, to_id, happened_at, who)
     select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                          $9::timestamptz[], $10::text[])
      order by 2, 3, 4, 5, 6, 7, 8 -- one order for all, or two runs that add the same edges deadlock
         on conflict (from_system, from_kind, from_id, relation, to_system, to_kind, to_id) do update
        set happened_at = coalesce(excluded.happened_at, thread_links.happened_at),
            who = coalesce(excluded.who, thread_links.who)
      where (excluded.happened_at is not null and excluded.happened_at is distinct from thread_links.happened_at)
         or (excluded.who is not null and excluded.who is distinct from thread_links.who)`,
    values: [
      column((link) => link.subject),
      column((link) => link.from.system),
      column((link) => link.from.kind),
      column((link) => link.from.id),
      column((link) => link.relation),
      column((link) => link.to.system),
      column((link) => link.to.kind),
      column((link) => link.to.id),
      column((link) => link.happenedAt ?? null),
      column((link) => link.who ?? null),
    ],
  });
}

/** Edges from and to a node, oldest first; of all relations, or of one. */
export async function threadOf(
  db: Db,
  { system, kind, id }: ThreadNode,
  { relation = null, limit = 200 }: { readonly relation?: ThreadRelation | null; readonly limit?: number } = {},
): Promise<KeptLink[]> {
  const { rows } = await db.query<LinkRow>(
    `select ${LINK_COLUMNS} from (
       select * from thread_links
        where (from_system, from_kind, from_id) = ($1, $2, $3) and ($5::text is null or relation = $5)
       union
       select * from thread_links
        where (to_system, to_kind, to_id) = ($1, $2, $3) and ($5::text is null or relation = $5)
     ) links order by id limit $4`,
    [system, kind, id, limit, relation],
  );
  return rows.map(keptLink);
}

/** What `keptLink` reads. */
export const LINK_COLUMNS = `subject, from_system, from_kind, from_id, relation, to_system, to_kind, to_id,
  ${iso("at")} as at, ${iso("happened_at")} as happened_at, who`;

export type LinkRow = {
  readonly subject: string;
  readonly from_system: string;
  readonly from_kind: ThreadNode["kind"];
  readonly from_id: string;
  readonly relation: ThreadRelation;
  readonly to_system: string;
  readonly to_kind: ThreadNode["kind"];
  readonly to_id: string;
  readonly at: string;
  readonly happened_at: string | null;
  readonly who: string | null;
};

export function keptLink(row: LinkRow): KeptLink {
  return {
    from: { system: row.from_system, kind: row.from_kind, id: row.from_id },
    relation: row.relation,
    to: { system: row.to_system, kind: row.to_kind, id: row.to_id },
    ...(row.happened_at === null ? {} : { happenedAt: row.happened_at }),
    ...(row.who === null ? {} : { who: row.who }),
    at: row.at,
    subject: row.subject,
  };
}

function edgeKey({ from, relation, to }: ThreadLink): string {
  return JSON.stringify([from.system, from.kind, from.id, relation, to.system, to.kind, to.id]);
}
