import { promisify } from "node:util";
import { deflate, inflate } from "node:zlib";
import type { Digest } from "../domain/ids.ts";
import type { Json } from "../domain/json.ts";
import type { Db } from "./database.ts";
import { iso } from "./page.ts";
import type { SubjectId } from "./subject.ts";

export type PlanState = "proposed" | "blocked" | "approved" | "refused" | "stale" | "applied";

/** A plan without its content, which may be megabytes. */
export type PlanRow = {
  readonly digest: Digest;
  readonly subject: SubjectId;
  readonly state: PlanState;
  readonly requestedBy: string;
  readonly createdAt: string;
};

export type NewPlan = Pick<PlanRow, "digest" | "subject" | "requestedBy"> & {
  readonly plan: Json;
  readonly state: "proposed" | "blocked" | "approved";
};

const COLUMNS = `digest, subject, state, requested_by as "requestedBy", ${iso("created_at")} as "createdAt"`;
/** A plan of 100,000 lines is some 50 MB of text; more than this is not one of ours. */
const CONTENT_BYTES_MAX = 512 * 1024 * 1024;

const compress = promisify(deflate);
const decompress = promisify<Buffer, { maxOutputLength: number }, Buffer>(inflate);

/**
 * Keeps a plan under its digest. The same plan again changes nothing, except that one which had become
 * stale counts again (as approved, when it had been). Other plans of the subject that nobody has answered
 * become stale.
 */
export async function storePlan(db: Db, { digest, subject, requestedBy, plan, state }: NewPlan): Promise<PlanRow> {
  const { rows } = await db.query<PlanRow>(
    `with overtaken as (
       update plans set state = 'stale' where subject = $2 and digest <> $1 and state in ('proposed', 'blocked')
     )
     insert into plans (digest, subject, state, requested_by, content) values ($1, $2, $3, $4, $5)
         on conflict (digest) do update
        set state = case
              when plans.state <> 'stale' then plans.state
              when exists (select from decisions where decisions.digest = $1 and decision = 'approve') then 'approved'
              when exists (select from decisions where decisions.digest = $1 and decision = 'refuse') then 'refused'
              else excluded.state end
     returning ${COLUMNS}`,
    [digest, subject, state, requestedBy, await compress(JSON.stringify(plan))],
  );
  return one(rows, digest);
}

export async function readPlan(db: Db, digest: Digest): Promise<(PlanRow & { readonly plan: Json }) | null> {
  const { rows } = await db.query<PlanRow & { content: Buffer }>(
    `select ${COLUMNS}, content from plans where digest = $1`,
    [digest],
  );
  const [row] = rows;
  if (row === undefined) return null;
  const { content, ...plan } = row;
  const text = await decompress(content, { maxOutputLength: CONTENT_BYTES_MAX });
  return { ...plan, plan: JSON.parse(text.toString()) as Json };
}

/** Newest first, without content. */
export async function plansOf(db: Db, subject: SubjectId, limit = 50): Promise<PlanRow[]> {
  const { rows } = await db.query<PlanRow>(
    `select ${COLUMNS} from plans where subject = $1 order by id desc limit $2`,
    [subject, limit],
  );
  return rows;
}

/** Whether any plan of the subject was carried out to its end, however many came after it. */
export async function isApplied(db: Db, subject: SubjectId): Promise<boolean> {
  const { rows } = await db.query("select from plans where subject = $1 and state = 'applied' limit 1", [subject]);
  return rows.length > 0;
}

/** @throws RangeError when no plan has the digest */
export async function setPlanState(db: Db, digest: Digest, state: PlanState): Promise<void> {
  const { rowCount } = await db.query("update plans set state = $2 where digest = $1", [digest, state]);
  if (rowCount !== 1) throw new RangeError(`no plan has the digest ${digest}`);
}

/** The plan that was approved and is not yet applied to the end, given up or overtaken; the newest of them. */
export async function planUnderway(db: Db, subject: SubjectId): Promise<PlanRow | null> {
  const { rows } = await db.query<PlanRow>(
    `select ${COLUMNS} from plans where subject = $1 and state = 'approved' order by id desc limit 1`,
    [subject],
  );
  return rows[0] ?? null;
}

function one(rows: readonly PlanRow[], digest: Digest): PlanRow {
  const [row] = rows;
  if (row === undefined) throw new Error(`plan ${digest} was not stored`);
  return row;
}
