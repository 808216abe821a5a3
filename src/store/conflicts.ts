import { createHash } from "node:crypto";
import type { ConflictId, MergeConflict } from "../domain/bom/mbom-merge.ts";
import type { ChangeId, ItemId, MbomLineKey } from "../domain/ids.ts";
import type { RunState } from "../domain/run-state.ts";
import type { Db, Transaction } from "./database.ts";
import { iso, pageAfter, pageCursor } from "./page.ts";
import type { SubjectId } from "./subject.ts";

/** `open` waits for a person; `answered` has an answer that plans go by; `gone` is asked by no plan any more. */
export type ConflictState = "open" | "answered" | "gone";

/** A line beside the one in question, as people read it. */
export type LineAround = {
  readonly line: MbomLineKey;
  readonly component: ItemId;
  readonly quantity: string;
  readonly operation: string | null;
};

/** A change whose plan asks the question now, or goes by its answer. */
type ConflictChange = {
  readonly change: ChangeId;
  readonly state: RunState;
  /** Who released it in the PLM. */
  readonly releasedBy: string | null;
  /** False where its plan goes by the answer. */
  readonly asks: boolean;
};

/** A question that a merge could not answer, and where it stands. */
export type StoredConflict = Omit<MergeConflict, "id"> & {
  /** `MC-3f2a9c01d4`: short enough to be typed. */
  readonly id: string;
  /** How merges name it. */
  readonly question: ConflictId;
  readonly state: ConflictState;
  readonly around: readonly LineAround[];
  /** By which change it came up last. */
  readonly change: ChangeId;
  readonly changes: readonly ConflictChange[];
  readonly openedAt: string;
  readonly updatedAt: string;
};

const COLUMNS = `id, question, plant, item, line, component, field, state, around, change,
  json_build_object('base', base, 'engineering', engineering, 'plant', plant_said) as said,
  coalesce((select json_agg(json_build_object('change', runs.key, 'state', runs.state, 'releasedBy', by.released_by,
                                              'asks', by.asks) order by runs.key)
              from conflict_changes by join runs on runs.subject = by.subject
             where by.conflict = conflicts.id), '[]') as changes,
  ${iso("opened_at")} as "openedAt", ${iso("updated_at")} as "updatedAt"`;

/** What one plan of a change says of conflicts. */
export type PlanConflicts = {
  readonly subject: SubjectId;
  readonly change: ChangeId;
  readonly releasedBy: string | null;
  readonly asked: readonly (MergeConflict & { readonly around: readonly LineAround[] })[];
  /** Those that remembered answers decided in it. */
  readonly decided: readonly ConflictId[];
};

type Moved = Pick<StoredConflict, "id" | "plant">;

/**
 * Notes which questions the newest plan of a change asks, in place of those that an earlier plan of it asked.
 * Gives those that are open now and were not, and those that nobody asks any more.
 */
export async function recordConflicts(
  tx: Transaction,
  plan: PlanConflicts,
): Promise<{ readonly opened: readonly Moved[]; readonly gone: readonly Moved[] }> {
  const opened = await ask(tx, plan);
  const left = await nameChange(tx, plan);
  await tx.query(
    `update conflicts set state = 'answered', updated_at = now()
      where question = any($1) and state <> 'answered'
        and exists (select from resolutions where resolutions.conflict = conflicts.id and revoked_at is null)`,
    [plan.decided],
  );
  const { rows: gone } = await tx.query<Moved>(
    `update conflicts set state = 'gone', updated_at = now()
      where id = any($1) and state = 'open'
        and not exists (select from conflict_changes by where by.conflict = conflicts.id and by.asks)
     returning id, plant`,
    [left],
  );
  return { opened, gone };
}

/** A question that is asked as it was before is left alone, so that nobody is told of nothing. */
async function ask(tx: Transaction, { asked, change }: PlanConflicts): Promise<readonly Moved[]> {
  if (asked.length === 0) return [];
  const rows = asked.map(({ said, id: question, ...one }) => ({
    ...one,
    id: conflictIdOf(question),
    question,
    base: said.base,
    engineering: said.engineering,
    plant_said: said.plant,
  }));
  const { rows: open } = await tx.query<Moved>(
    `with was as (select id from conflicts where state = 'open'),
     asked as (
       insert into conflicts (id, question, plant, item, line, component, field, state, base, engineering, plant_said, around, change)
       select id, question, plant, item, line, component, field, 'open', base, engineering, plant_said, around, $2
         from jsonb_to_recordset($1) as asked (id text, question text, plant text, item text, line text, component text,
                field text, base text, engineering text, plant_said text, around jsonb)
        order by id
           on conflict (id) do update
          set state = 'open', component = excluded.component, base = excluded.base, engineering = excluded.engineering,
              plant_said = excluded.plant_said, around = excluded.around, change = excluded.change,
              opened_at = case when conflicts.state = 'open' then conflicts.opened_at else now() end, updated_at = now()
        where (conflicts.state, conflicts.base, conflicts.engineering, conflicts.plant_said, conflicts.around)
              is distinct from ('open', excluded.base, excluded.engineering, excluded.plant_said, excluded.around)
       returning id, plant
     )
     select id, plant from asked where id not in (select id from was)`,
    [JSON.stringify(rows), change],
  );
  return open;
}

/** Gives the conflicts that the change asked before and asks no more. */
async function nameChange(
  tx: Transaction,
  { subject, releasedBy, asked, decided }: PlanConflicts,
): Promise<readonly string[]> {
  const asks = [
    ...asked.map(({ id }) => ({ id: conflictIdOf(id), asks: true })),
    ...decided.map((id) => ({ id: conflictIdOf(id), asks: false })),
  ];
  const ids = asks.map(({ id }) => id);
  const { rows } = await tx.query<{ conflict: string }>(
    `delete from conflict_changes where subject = $1 and conflict <> all($2) returning conflict`,
    [subject, ids],
  );
  await tx.query(
    `insert into conflict_changes (conflict, subject, released_by, asks)
     select id, $2, $3, asks from jsonb_to_recordset($1) as by (id text, asks boolean)
      where exists (select from conflicts where conflicts.id = by.id) order by id
         on conflict (conflict, subject) do update set released_by = excluded.released_by, asks = excluded.asks`,
    [JSON.stringify(asks), subject, releasedBy],
  );
  return rows.map(({ conflict }) => conflict);
}

/** The same for the same question. */
export function conflictIdOf(question: ConflictId): string {
  return `MC-${createHash("sha256").update(question).digest("hex").slice(0, 10)}`;
}

/** By its id, or by the question as findings name it. */
export async function conflictOf(db: Db, id: string): Promise<StoredConflict | null> {
  const { rows } = await db.query<StoredConflict>(`select ${COLUMNS} from conflicts where id = $1 or question = $1`, [
    id,
  ]);
  return rows[0] ?? null;
}

/** As `conflictOf`; nobody else moves it until the transaction ends. */
export async function lockConflict(tx: Transaction, id: string): Promise<StoredConflict | null> {
  await tx.query("select from conflicts where id = $1 or question = $1 for update", [id]);
  return conflictOf(tx, id); // anew: what was waited for may have moved its changes too
}

/** What the newest plan of a change asks and nobody has answered. Nobody else moves it until the transaction ends. */
export async function lockOpenOf(tx: Transaction, subject: SubjectId): Promise<readonly StoredConflict[]> {
  const asked = "id in (select conflict from conflict_changes where subject = $1 and asks)";
  await tx.query(`select from conflicts where ${asked} order by id for update`, [subject]);
  const { rows } = await tx.query<StoredConflict>(
    `select ${COLUMNS} from conflicts where state = 'open' and ${asked} order by id`,
    [subject],
  );
  return rows;
}

export async function setConflictState(tx: Transaction, id: string, state: ConflictState): Promise<void> {
  await tx.query(
    `update conflicts set state = $2, updated_at = now(),
            opened_at = case when $2 = 'open' and state <> 'open' then now() else opened_at end
      where id = $1`,
    [id, state],
  );
}

export type ConflictFilter = {
  readonly plant?: string | undefined;
  readonly item?: string | undefined;
  /** The change that brought it up, or whose plan asks it or goes by its answer. */
  readonly change?: string | undefined;
  readonly state?: ConflictState | undefined;
  /** `next` of the page before. */
  readonly after?: string | undefined;
  readonly limit: number;
};

/** A page of conflicts, the newest first. @throws NoSuchPlace on an `after` that is not one of ours */
export async function listConflicts(
  db: Db,
  { plant, item, change, state, after, limit }: ConflictFilter,
): Promise<{ readonly conflicts: readonly StoredConflict[]; readonly next: string | null }> {
  const [instant, id] = after === undefined ? [null, null] : pageAfter(after);
  const { rows } = await db.query<StoredConflict>(
    `select ${COLUMNS} from conflicts
      where ($1::text is null or plant = $1) and ($2::text is null or item = $2) and ($3::text is null or state = $3)
        and ($4::text is null or change = $4 or exists (
              select from conflict_changes by
               where by.conflict = conflicts.id and by.subject = 'change:' || $4 || '@' || conflicts.plant))
        and ($5::timestamptz is null or (opened_at, id) < ($5, $6))
      order by opened_at desc, id desc limit $7`,
    [plant ?? null, item ?? null, state ?? null, change ?? null, instant, id, limit + 1],
  );
  const conflicts = rows.slice(0, limit);
  const last = conflicts.at(-1);
  return { conflicts, next: rows.length > limit && last !== undefined ? pageCursor(last.openedAt, last.id) : null };
}

export async function countOpenConflicts(db: Db): Promise<number> {
  const { rows } = await db.query<{ count: number }>("select count(*)::int from conflicts where state = 'open'");
  return rows[0]?.count ?? 0;
}
