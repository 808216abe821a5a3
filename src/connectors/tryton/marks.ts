import { createHash } from "node:crypto";
import type { Company } from "./company.ts";
import { addNote, notesOn, notesSaying } from "./notes.ts";
import type { Note } from "./wire.ts";

/**
 * A note of Heddle that stands open until a later note closes it. Nobody can rewrite a note in Tryton, so
 * closing one is another note at the same record: `Taken back 9f86d081884c` by Heddle, `done 9f86d081884c`
 * by a person.
 */
export type Mark = {
  readonly note: number;
  readonly resource: string;
  readonly message: string;
  /** What the write's key is called in the note. */
  readonly code: string;
  /** What the mark is about, by which it is found. */
  readonly subject: string;
  readonly state: "open" | "taken back" | "done";
};

const LABEL = /\[heddle (?<code>[0-9a-f]{12}) (?<subject>[^\]]*)\]\s*$/;
const CLOSING = /^\s*(?<word>done|taken back)\s+(?<code>[0-9a-f]{12})\b/i;
const ADVICE = "\n\nWhen it is dealt with, add a note here that begins with: done ";

export function codeOf(key: string): string {
  return createHash("sha256").update(key).digest("hex").slice(0, 12);
}

/** The text, how a person closes it, and by what it is found. `subject` has no `]`. */
function markText(text: string, code: string, subject: string): string {
  return `${text}${ADVICE}${code}\n[heddle ${code} ${subject}]`;
}

/** The text that the mark was set with. */
export function textOfMark({ message }: Mark): string {
  const end = message.lastIndexOf(ADVICE);
  return end === -1 ? message : message.slice(0, end);
}

/** Every mark whose subject begins so, the oldest first. */
export async function marksAbout(company: Company, subject: string): Promise<readonly Mark[]> {
  const notes = await notesSaying(company, ` ${subject}`);
  const resources = [...new Set(notes.map(({ resource }) => resource))];
  const marks = resources.length === 0 ? [] : await marksAt(company, resources);
  return marks.filter((mark) => mark.subject.startsWith(subject));
}

/** Every mark at records. */
export async function marksAt(company: Company, resources: readonly string[]): Promise<readonly Mark[]> {
  const notes = [...(await notesOn(company, resources, "")).values()].flat().toSorted((a, b) => a.id - b.id);
  return notes.flatMap((note): Mark[] => {
    const message = note.message ?? "";
    const { code, subject } = LABEL.exec(message)?.groups ?? {};
    if (code === undefined || subject === undefined) return [];
    return [{ note: note.id, resource: note.resource, message, code, subject, state: stateOf(note, code, notes) }];
  });
}

/** A note closes the marks of its code that stood there before it. */
function stateOf({ id, resource }: Note, code: string, notes: readonly Note[]): Mark["state"] {
  const closing = notes
    .filter((note) => note.resource === resource && note.id > id)
    .map((note) => CLOSING.exec(note.message ?? "")?.groups)
    .find((groups) => groups?.["code"]?.toLowerCase() === code);
  if (closing === undefined) return "open";
  return closing["word"]?.toLowerCase() === "done" ? "done" : "taken back";
}

export async function setMark(
  company: Company,
  resource: string,
  mark: { readonly text: string; readonly code: string; readonly subject: string },
  doing: string,
): Promise<number> {
  return await addNote(company, resource, markText(mark.text, mark.code, mark.subject), doing);
}

export async function takeBackMark(company: Company, mark: Mark, reason: string, doing: string): Promise<void> {
  await addNote(company, mark.resource, `Taken back ${mark.code}: ${reason}`, doing);
}
