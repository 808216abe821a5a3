import type { Company } from "./company.ts";
import { actOn, createRecord, createRecords, readAll, readAllOf } from "./records.ts";
import { MODELS, type Note } from "./wire.ts";

/** Notes are what Tryton shows beside every record; nobody can rewrite one, only add or delete. */
export async function notesOn(
  company: Company,
  resources: readonly string[],
  beginning: string,
): Promise<ReadonlyMap<string, readonly Note[]>> {
  const domain = [["message", "like", `${likeText(beginning)}%`]];
  const notes = await readAllOf(company, MODELS.note, "reading notes", domain, "resource", resources);
  return Map.groupBy(
    notes.toSorted((a, b) => a.id - b.id),
    ({ resource }) => resource,
  );
}

/** Every note that holds a text. */
export async function notesSaying(company: Company, text: string): Promise<readonly Note[]> {
  return await readAll(company, MODELS.note, "reading notes", [["message", "like", `%${likeText(text)}%`]]);
}

export async function addNote(company: Company, resource: string, message: string, doing: string): Promise<number> {
  return await createRecord(company, "ir.note", { resource, message }, { doing, object: resource });
}

/** Adds notes in one transaction: all of them or none. */
export async function addNotes(
  company: Company,
  notes: readonly Pick<Note, "resource" | "message">[],
  doing: string,
): Promise<readonly number[]> {
  return await createRecords(company, "ir.note", notes, { doing, object: namesOf(notes) });
}

export async function removeNotes(
  company: Company,
  notes: readonly Pick<Note, "id" | "resource">[],
  doing: string,
): Promise<void> {
  if (notes.length === 0) return;
  const ids = notes.map(({ id }) => id);
  await actOn(company, "ir.note", "delete", ids, { doing, object: namesOf(notes) });
}

/** The first few resources, for errors. */
function namesOf(notes: readonly Pick<Note, "resource">[]): string {
  const names = notes.slice(0, 3).map(({ resource }) => resource);
  return notes.length > names.length ? `${names.join(", ")} and ${notes.length - names.length} more` : names.join(", ");
}

/** Text for a pattern of `like`, taken literally. */
function likeText(text: string): string {
  return text.replaceAll(/[\\%_]/g, "\\$&");
}
