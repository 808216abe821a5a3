import type { ThreadLink, ThreadNode } from "../domain/thread-link.ts";
import type { Db } from "./database.ts";
import type { SubjectId } from "./subject.ts";

/** Adds edges to the thread, made by the run of `subject`. Idempotent. */
export async function linkThread(db: Db, subject: SubjectId, links: readonly ThreadLink[]): Promise<void> {
  await linkThreads(
    db,
    links.map((link) => ({ subject, ...link })),
  );
}

/** The same for edges that the runs of several subjects made. */
export async function linkThreads(db: Db, links: readonly (ThreadLink & { subject: SubjectId })[]): Promise<void> {
  if (links.length === 0) return;
  const column = (value: (link: ThreadLink & { subject: SubjectId }) => string) => links.map(value);
  await db.query({
    name: "link threads",
    text: `insert into thread_links (subject, from_system, from_kind, from_id, relation, to_system, to_kind, to_id)
     select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
      order by 2, 3, 4, 5, 6, 7, 8 -- one order for all, or two runs that add the same edges deadlock
         on conflict do nothing`,
    values: [
      column((link) => link.subject),
      column((link) => link.from.system),
      column((link) => link.from.kind),
      column((link) => link.from.id),
      column((link) => link.relation),
      column((link) => link.to.system),
      column((link) => link.to.kind),
      column((link) => link.to.id),
    ],
  });
}

/** Edges from and to a node, oldest first. */
export async function threadOf(db: Db, { system, kind, id }: ThreadNode, limit = 200): Promise<ThreadLink[]> {
  const { rows } = await db.query<LinkRow>(
    `select from_system, from_kind, from_id, relation, to_system, to_kind, to_id from (
       select * from thread_links where (from_system, from_kind, from_id) = ($1, $2, $3)
       union
       select * from thread_links where (to_system, to_kind, to_id) = ($1, $2, $3)
     ) links order by id limit $4`,
    [system, kind, id, limit],
  );
  return rows.map((row) => ({
    from: { system: row.from_system, kind: row.from_kind, id: row.from_id },
    relation: row.relation,
    to: { system: row.to_system, kind: row.to_kind, id: row.to_id },
  }));
}

type LinkRow = {
  from_system: string;
  from_kind: ThreadNode["kind"];
  from_id: string;
  relation: ThreadLink["relation"];
  to_system: string;
  to_kind: ThreadNode["kind"];
  to_id: string;
};
