import { createHash } from "node:crypto";
import type { Instant } from "../domain/feedback/instant.ts";
import { proposalTitle } from "../domain/feedback/proposal-text.ts";
import type { Proposal } from "../domain/feedback/trigger-proposal.ts";
import type { Place } from "../domain/feedback/trigger-rule.ts";
import type { ChangeId, ProductionOrderId } from "../domain/ids.ts";
import type { Db, Transaction } from "./database.ts";
import { iso, pageAfter, pageCursor } from "./page.ts";

/** Where a proposal stands. Problem reports go by `filing` to `filed` or `failed`, the others end as `approved`. */
export type ProposalState = "waiting" | "approved" | "filing" | "filed" | "failed" | "dismissed" | "closed";

/** What a trigger proposed to people, and what became of it. */
export type StoredProposal = Place & {
  /** `PROP-3f2a9c01d4` */
  readonly id: string;
  readonly occasion: string;
  readonly rule: string;
  readonly title: string;
  readonly content: Proposal;
  readonly orders: readonly ProductionOrderId[];
  /** The change that it is laid to; null where it is laid to none. */
  readonly change: ChangeId | null;
  readonly state: ProposalState;
  readonly reason: string | null;
  /** Why it is not filed yet, while it is tried again; else null. */
  readonly trouble: string | null;
  readonly decidedBy: string | null;
  readonly decidedAt: Instant | null;
  /** The PLM's number of the report. */
  readonly receipt: string | null;
  readonly openedAt: Instant;
  readonly updatedAt: Instant;
};

const COLUMNS = `id, occasion, rule, plant, item, revision, operation, title, content, orders, change, state, reason,
  case when state = 'filing' then (select r.reason from runs r
    where r.subject = 'proposal:' || proposals.id || '@' || proposals.plant and r.state = 'retrying') end as trouble,
  decided_by as "decidedBy", ${iso("decided_at")} as "decidedAt", receipt, ${iso("opened_at")} as "openedAt",
  ${iso("updated_at")} as "updatedAt"`;

export type NewProposal = Pick<StoredProposal, "rule" | "content" | "orders" | "change"> & {
  readonly place: Place;
  /** Who lets it be filed without a person, in words; null where a person is asked. */
  readonly approvedBy: string | null;
};

/** Keeps what was proposed, each once by its occasion and kind. Gives back those that were new. */
export async function openProposals(
  tx: Transaction,
  proposals: readonly NewProposal[],
): Promise<readonly StoredProposal[]> {
  const opened: StoredProposal[] = [];
  for (const { place, content, rule, orders, change, approvedBy } of proposals) {
    const { rows } = await tx.query<StoredProposal>(
      `insert into proposals (id, kind, occasion, rule, plant, item, revision, operation, title, content, orders, change,
                              state, decided_by, decided_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, case when $14::text is not null then now() end)
           on conflict (occasion, kind) do nothing returning ${COLUMNS}`,
      [
        proposalId(content),
        content.kind,
        content.occasion,
        rule,
        place.plant,
        place.item,
        place.revision,
        place.operation,
        proposalTitle(content),
        JSON.stringify(content),
        orders,
        change,
        approvedBy === null ? "waiting" : "filing",
        approvedBy,
      ],
    );
    opened.push(...rows);
  }
  return opened;
}

/** The same for the same proposal. */
function proposalId({ kind, occasion }: Proposal): string {
  return `PROP-${createHash("sha256").update(`${kind} ${occasion}`).digest("hex").slice(0, 10)}`;
}

/** Production came back to plan before anybody decided. Gives back what was closed. */
export async function closeProposals(
  tx: Transaction,
  occasions: readonly string[],
): Promise<readonly StoredProposal[]> {
  if (occasions.length === 0) return [];
  const { rows } = await tx.query<StoredProposal>(
    `update proposals set state = 'closed', reason = 'production came back to plan', updated_at = now()
      where occasion = any($1) and state = 'waiting' returning ${COLUMNS}`,
    [occasions],
  );
  return rows;
}

export async function proposalOf(db: Db, id: string): Promise<StoredProposal | null> {
  const { rows } = await db.query<StoredProposal>(`select ${COLUMNS} from proposals where id = $1`, [id]);
  return rows[0] ?? null;
}

/** As `proposalOf`; nobody else moves it until the transaction ends. */
export async function lockProposal(tx: Transaction, id: string): Promise<StoredProposal | null> {
  const { rows } = await tx.query<StoredProposal>(`select ${COLUMNS} from proposals where id = $1 for update`, [id]);
  return rows[0] ?? null;
}

/** Notes where it stands now; what is left out stays. Gives back how it is then. */
export async function moveProposal(
  tx: Transaction,
  id: string,
  moved: {
    readonly state: ProposalState;
    readonly reason?: string | null;
    readonly decidedBy?: string;
    readonly receipt?: string;
  },
): Promise<StoredProposal> {
  const { rows } = await tx.query<StoredProposal>(
    `update proposals
        set state = $2, reason = coalesce($3, reason), receipt = coalesce($4, receipt), decided_by = coalesce($5, decided_by),
            decided_at = case when $5::text is null then decided_at else now() end, updated_at = now()
      where id = $1 returning ${COLUMNS}`,
    [id, moved.state, moved.reason ?? null, moved.receipt ?? null, moved.decidedBy ?? null],
  );
  const [proposal] = rows;
  if (proposal === undefined) throw new RangeError(`there is no proposal ${id}`);
  return proposal;
}

export type ProposalFilter = {
  readonly plant?: string | undefined;
  readonly item?: string | undefined;
  readonly kind?: string | undefined;
  readonly state?: ProposalState | undefined;
  /** `next` of the page before. */
  readonly after?: string | undefined;
  readonly limit: number;
};

/** A page of proposals, the newest first. @throws NoSuchPlace on an `after` that is not one of ours */
export async function listProposals(
  db: Db,
  { plant, item, kind, state, after, limit }: ProposalFilter,
): Promise<{ readonly proposals: readonly StoredProposal[]; readonly next: string | null }> {
  const [instant, id] = after === undefined ? [null, null] : pageAfter(after);
  const { rows } = await db.query<StoredProposal>(
    `select ${COLUMNS} from proposals
      where ($1::text is null or plant = $1) and ($2::text is null or item = $2)
        and ($3::text is null or kind = $3) and ($4::text is null or state = $4)
        and ($5::timestamptz is null or (opened_at, id) < ($5, $6))
      order by opened_at desc, id desc limit $7`,
    [plant ?? null, item ?? null, kind ?? null, state ?? null, instant, id, limit + 1],
  );
  const proposals = rows.slice(0, limit);
  const last = proposals.at(-1);
  return { proposals, next: rows.length > limit && last !== undefined ? pageCursor(last.openedAt, last.id) : null };
}
