import type { Digest } from "../domain/ids.ts";
import type { Db } from "./database.ts";
import { iso } from "./page.ts";
import type { SubjectId } from "./subject.ts";

/** A person's or the policy's answer to a plan. It binds to the digest: to exactly what was shown. */
export type PlanDecision = {
  readonly digest: Digest;
  readonly decision: "approve" | "refuse";
  readonly by: string;
  readonly reason: string;
  /** What the signature stands for, for instance `approval to change plant 1000`. */
  readonly meaning: string;
  readonly at: string;
};

const COLUMNS = `digest, decision, by, reason, meaning, ${iso("at")} as at`;

/** Gives an answer, unless there is one: the first counts, and what counts is returned. */
export async function decide(
  db: Db,
  { digest, decision, by, reason, meaning }: Omit<PlanDecision, "at">,
): Promise<PlanDecision> {
  await db.query(
    `insert into decisions (digest, decision, by, reason, meaning) values ($1, $2, $3, $4, $5)
         on conflict (digest) do nothing`,
    [digest, decision, by, reason, meaning],
  );
  const counts = await decisionOf(db, digest);
  if (counts === null) throw new Error(`the decision on plan ${digest} was not stored`);
  return counts;
}

/** Opens a refused plan to a new answer. That it was refused, by whom and why stays in the audit. */
export async function takeBackRefusal(db: Db, digest: Digest): Promise<void> {
  await db.query(
    `with taken_back as (delete from decisions where digest = $1 and decision = 'refuse' returning digest)
     update plans set state = 'proposed' from taken_back where plans.digest = taken_back.digest`,
    [digest],
  );
}

export async function decisionOf(db: Db, digest: Digest): Promise<PlanDecision | null> {
  const { rows } = await db.query<PlanDecision>(`select ${COLUMNS} from decisions where digest = $1`, [digest]);
  return rows[0] ?? null;
}

/** What a person answered last to any plan of the subject but this one: a policy sees only what is written at once. */
export async function lastAnswerOf(db: Db, subject: SubjectId, except: Digest): Promise<PlanDecision | null> {
  const { rows } = await db.query<PlanDecision>(
    `select ${COLUMNS} from decisions
      where digest in (select digest from plans where subject = $1) and digest <> $2 and by <> 'policy'
      order by decisions.at desc limit 1`,
    [subject, except],
  );
  return rows[0] ?? null;
}
