import type { DatabaseSync } from "node:sqlite";
import { openCollection, type Collection, type Stored } from "../http/collection.ts";
import { openDatabase, transaction } from "../http/database.ts";
import { unknownRecord } from "../http/errors.ts";
import { openOutbox, type Outbox } from "../http/outbox.ts";
import { acknowledgementTerms, type Acknowledgement } from "./acknowledgement.ts";
import { ecoTerms, type Eco, type EcoEvent } from "./eco.ts";
import { problemReportTerms, type ProblemReport } from "./problem-report.ts";
import { partTerms, revisionKey, type PartRevision } from "./part-revision.ts";

/** Everything the PLM remembers, in one database. */
export type Plm = {
  readonly db: DatabaseSync;
  readonly parts: Collection<PartRevision>;
  readonly ecos: Collection<Eco>;
  readonly acknowledgements: Collection<Acknowledgement>;
  readonly problemReports: Collection<ProblemReport>;
  readonly outbox: Outbox<EcoEvent>;
  /** Hands out numbers of a kind, each once: `USG-000001`. */
  readonly nextNumber: (prefix: string) => string;
  /** Does all of `work` or nothing, then sends what it put in the outbox. */
  readonly write: <T>(work: () => T) => T;
};

export function openPlm(folder: string, sendsWebhooks: boolean): Plm {
  const db = openDatabase(folder, "plm");
  db.exec("create table if not exists numbers (prefix text primary key, last integer not null)");
  const next = db.prepare("insert into numbers values (?, 1) on conflict do update set last = last + 1 returning last");
  const outbox = openOutbox<EcoEvent>(db, "sandbox-plm", sendsWebhooks);
  return {
    db,
    parts: openCollection<PartRevision>(db, "part_revisions", (_id, part) => revisionKey(part), partTerms),
    ecos: openCollection<Eco>(db, "ecos", (id) => numbered("ECO", id, 4), ecoTerms),
    acknowledgements: openCollection<Acknowledgement>(
      db,
      "acknowledgements",
      (id) => numbered("ACK", id, 6),
      acknowledgementTerms,
    ),
    problemReports: openCollection<ProblemReport>(
      db,
      "problem_reports",
      (id) => numbered("PR", id, 4),
      problemReportTerms,
    ),
    outbox,
    nextNumber: (prefix) => numbered(prefix, Number(next.get(prefix)?.["last"]), 6),
    write(work) {
      const result = transaction(db, work);
      outbox.wake();
      return result;
    },
  };
}

export function ecoOf(plm: Plm, number: string): Stored<Eco> {
  const eco = plm.ecos.get(number);
  if (eco === null) throw unknownRecord("ECO", number);
  return eco;
}

/** @throws ApiError 404 that says whether the part or only its revision is missing. */
export function partOf(plm: Plm, partNumber: string, revision: string): Stored<PartRevision> {
  const part = plm.parts.get(revisionKey({ partNumber, revision }));
  if (part !== null) return part;
  const [other] = revisionsOf(plm, partNumber);
  throw other === undefined
    ? unknownRecord("PART", partNumber)
    : unknownRecord("REVISION", `${partNumber} ${revision}`);
}

/** A part's revisions, oldest first. */
export function revisionsOf(plm: Plm, partNumber: string): Stored<PartRevision>[] {
  return plm.parts.list([{ kind: "partNumber", any: [partNumber] }]);
}

function numbered(prefix: string, id: number, digits: number): string {
  return `${prefix}-${String(id).padStart(digits, "0")}`;
}
