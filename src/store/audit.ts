import type { Json } from "../domain/json.ts";
import type { Db } from "./database.ts";
import { iso, NoSuchPlace } from "./page.ts";
import type { SubjectId } from "./subject.ts";

/** Who did what, when. The table takes additions only. */
export type AuditEntry = {
  readonly id: string;
  readonly at: string;
  /** An account, an API key's name, or `heddle`. */
  readonly who: string;
  readonly what: string;
  readonly subject: SubjectId | null;
  readonly detail: Json;
};

const COLUMNS = `id::text as id, ${iso("at")} as at, who, what, subject, detail`;
/** bigint's largest: every id comes before it. */
const PAST_THE_END = "9223372036854775807";

/** Live views of the subject are told. */
export async function recordAudit(
  db: Db,
  { who, what, subject, detail }: Omit<AuditEntry, "id" | "at">,
): Promise<void> {
  await db.query("insert into audit (who, what, subject, detail) values ($1, $2, $3, $4)", [
    who,
    what,
    subject,
    JSON.stringify(detail),
  ]);
}

/** Many at once. */
export async function recordAudits(db: Db, entries: readonly Omit<AuditEntry, "id" | "at">[]): Promise<void> {
  if (entries.length === 0) return;
  await db.query({
    name: "record audits",
    text: `insert into audit (who, what, subject, detail)
     select who, what, subject, detail from json_to_recordset($1) as entry (who text, what text, subject text, detail jsonb)`,
    values: [JSON.stringify(entries)],
  });
}

/** Newest first. */
export async function auditOf(db: Db, subject: SubjectId, limit = 100): Promise<AuditEntry[]> {
  const { rows } = await db.query<AuditEntry>(
    `select ${COLUMNS} from audit where subject = $1 order by audit.id desc limit $2`,
    [subject, limit],
  );
  return rows;
}

/** A page of everything, newest first. @throws NoSuchPlace on an `after` that is not one of ours */
export async function listAudit(
  db: Db,
  { after, limit }: { after?: string | undefined; limit: number },
): Promise<{ entries: AuditEntry[]; next: string | null }> {
  if (after !== undefined && !/^\d{1,18}$/.test(after)) {
    throw new NoSuchPlace(after, "the audit trail");
  }
  const { rows } = await db.query<AuditEntry>(
    `select ${COLUMNS} from audit where id < $1 order by audit.id desc limit $2`,
    [after ?? PAST_THE_END, limit + 1],
  );
  const entries = rows.slice(0, limit);
  return { entries, next: rows.length > limit ? (entries.at(-1)?.id ?? null) : null };
}
