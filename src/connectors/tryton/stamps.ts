import { createHash } from "node:crypto";
import type { VersionToken } from "../../domain/plant-item.ts";
import { toInstant, type Instant } from "./values.ts";
import type { Stamped } from "./wire.ts";

type Part = { readonly model: string; readonly record: Stamped };

export function part(model: string, record: Stamped): Part {
  return { model, record };
}

export function parts(model: string, records: readonly Stamped[]): readonly Part[] {
  return records.map((record) => part(model, record));
}

/** When a record was last touched; `write_date` is null until the first write after the record was made. */
export function touchedAt({ write_date, create_date }: Pick<Stamped, "write_date" | "create_date">): Instant {
  const at = write_date ?? create_date;
  return at === null ? ("0001-01-01 00:00:00.000000" as Instant) : toInstant(at);
}

/**
 * One version of several records: which there are, and when each was touched, to the microsecond. Tryton's
 * own `_timestamp` has whole seconds on SQLite, and a line's edit does not move its header's.
 */
export function versionOf(id: string, of: readonly Part[]): VersionToken {
  return `${id} ${digestOf(of).slice(0, 16)}`;
}

/** Another one whenever a record is touched, comes or goes. */
export function digestOf(of: readonly Part[]): string {
  const texts = of.map(({ model, record }) => `${model},${record.id}@${touchedAt(record)}`).toSorted();
  return createHash("sha256").update(texts.join("\n")).digest("hex");
}

/** What Tryton compares, in the same transaction, with the records that a write touches. */
export function statesOf(of: readonly Part[]): Readonly<Record<string, string>> {
  return Object.fromEntries(of.map(({ model, record }) => [`${model},${record.id}`, record["_timestamp"]]));
}
