import type { ConflictId, Resolution, Side } from "../domain/bom/mbom-merge.ts";
import type { PlantId } from "../domain/ids.ts";
import type { Db, Transaction } from "./database.ts";
import { iso } from "./page.ts";

/** A person's answer to a conflict, with what they had before their eyes. */
export type StoredResolution = Omit<Resolution, "conflict"> & {
  readonly id: string;
  /** The conflict's id in the store. */
  readonly conflict: string;
  readonly base: string | null;
  readonly engineering: string | null;
  readonly reason: string;
  readonly by: string;
  readonly at: string;
  /** Null while it is in force. */
  readonly revokedBy: string | null;
  readonly revokedAt: string | null;
  readonly revokedReason: string | null;
};

export type NewResolution = {
  readonly conflict: string;
  readonly stands: Side;
  readonly said: { readonly base: string | null; readonly engineering: string | null; readonly plant: string | null };
  readonly reason: string;
  readonly by: string;
};

const COLUMNS = `id::text, conflict, stands, plant_said as "plantSaid", base, engineering, reason, by, ${iso("at")} as at,
  revoked_by as "revokedBy", ${iso("revoked_at")} as "revokedAt", revoked_reason as "revokedReason"`;

/** Puts an answer in force, in place of one that was given when the plant said something else. */
export async function giveResolution(tx: Transaction, given: NewResolution): Promise<void> {
  const { conflict, stands, said, reason, by } = given;
  await revokeResolution(tx, conflict, { by, reason: "answered anew" });
  await tx.query(
    `insert into resolutions (conflict, stands, plant_said, base, engineering, reason, by)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [conflict, stands, said.plant, said.base, said.engineering, reason, by],
  );
}

/** Takes the answer in force back; null where there is none. */
export async function revokeResolution(
  tx: Transaction,
  conflict: string,
  { by, reason }: { readonly by: string; readonly reason: string },
): Promise<StoredResolution | null> {
  const { rows } = await tx.query<StoredResolution>(
    `update resolutions set revoked_by = $2, revoked_at = now(), revoked_reason = $3
      where conflict = $1 and revoked_at is null returning ${COLUMNS}`,
    [conflict, by, reason],
  );
  return rows[0] ?? null;
}

/** Takes answers back that were carried out: what the plant says from now on is another question. */
export async function retireResolutions(
  tx: Transaction,
  { plant, questions, reason }: { plant: PlantId; questions: readonly ConflictId[]; reason: string },
): Promise<void> {
  await tx.query(
    `update resolutions set revoked_by = 'heddle', revoked_at = now(), revoked_reason = $3 from conflicts
      where conflicts.id = conflict and conflicts.plant = $1 and question = any($2) and revoked_at is null`,
    [plant, questions, reason],
  );
}

/** All that was ever answered to a conflict, the newest first. */
export async function resolutionsOf(db: Db, conflict: string): Promise<readonly StoredResolution[]> {
  const { rows } = await db.query<StoredResolution>(
    `select ${COLUMNS} from resolutions where conflict = $1 order by resolutions.id desc`,
    [conflict],
  );
  return rows;
}

/** The answers in force of these conflicts. */
export async function inForceOf(db: Db, conflicts: readonly string[]): Promise<ReadonlyMap<string, StoredResolution>> {
  const { rows } = await db.query<StoredResolution>(
    `select ${COLUMNS} from resolutions where conflict = any($1) and revoked_at is null`,
    [conflicts],
  );
  return new Map(rows.map((row) => [row.conflict, row]));
}

/** The answers that plans of a plant go by. */
export async function inForceIn(db: Db, plant: PlantId): Promise<ReadonlyMap<ConflictId, Resolution>> {
  const { rows } = await db.query<Resolution>(
    `select question as conflict, stands, resolutions.plant_said as "plantSaid"
       from resolutions join conflicts on conflicts.id = conflict
      where conflicts.plant = $1 and revoked_at is null`,
    [plant],
  );
  return new Map(rows.map((row) => [row.conflict, row]));
}
