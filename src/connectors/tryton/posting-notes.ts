import type { OperationConfirmation, Posting } from "../port.ts";
import { canonicalText, fromJson } from "../../domain/json.ts";
import { quantityText, type Quantity } from "../../domain/quantity.ts";
import { badData } from "../bad-data.ts";
import type { Company } from "./company.ts";
import { addNote, notesOn } from "./notes.ts";
import type { Note } from "./wire.ts";
import { isZero } from "../../domain/rational.ts";

/**
 * What Heddle booked at a production stands in a note there, in full: for its planner to read, and for Heddle to read
 * back. A posting takes several calls; until the last one it has another note, by which it is taken up again.
 */
const BOOKED = "Booked from the MES: ";
const UNDERWAY = "Being booked from the MES: ";
const NOTE = /\n(?<json>\{.*\})\n\[heddle posting\]$/;

type BookedNote = { readonly note: Note; readonly posting: Posting };

export type UnderwayNote = BookedNote & {
  /** The highest ids of the production's moves and cycles before it: what it made has higher ones. */
  readonly after: LastIds;
};
export type LastIds = { readonly move: number; readonly cycle: number };

/** The oldest first. */
export type PostingNotes = { readonly booked: readonly BookedNote[]; readonly underway: readonly UnderwayNote[] };

export async function readPostingNotes(
  company: Company,
  resources: readonly string[],
): Promise<(resource: string) => PostingNotes> {
  const [booked, underway] = await Promise.all([
    notesOn(company, resources, BOOKED),
    notesOn(company, resources, UNDERWAY),
  ]);
  return (resource) => ({
    booked: (booked.get(resource) ?? []).flatMap((note) => contentOf<BookedNote>(company, note) ?? []),
    underway: (underway.get(resource) ?? []).flatMap((note) => contentOf<UnderwayNote>(company, note) ?? []),
  });
}

export async function addBookedNote(company: Company, resource: string, posting: Posting, doing: string) {
  return await addNote(company, resource, messageOf(BOOKED, posting, { posting }), doing);
}

export async function addUnderwayNote(
  company: Company,
  resource: string,
  posting: Posting,
  after: LastIds,
  doing: string,
) {
  return await addNote(company, resource, messageOf(UNDERWAY, posting, { posting, after }), doing);
}

/**
 * Null for a note of somebody who begins one alike.
 * @throws ConnectorError "rejected" for a damaged one: without it Heddle would book again what it says.
 */
function contentOf<Content extends BookedNote>({ system }: Company, note: Note): Content | null {
  const json = NOTE.exec(note.message ?? "")?.groups?.["json"];
  if (json === undefined) return null;
  try {
    return { ...fromJson<Content>(JSON.parse(json)), note };
  } catch (error) {
    const object = `note ${note.id} at ${note.resource}`;
    const cause = `somebody changed it, and it does not read any more: ${String(error)}`;
    throw badData({ system, doing: "reading postings", object, field: "message", cause });
  }
}

function messageOf(beginning: string, posting: Posting, content: object): string {
  return [
    `${beginning}${posting.id}, as of ${posting.at}`,
    ...posting.confirmations.map(confirmationText),
    ...posting.consumptions.map(({ item, quantity, lot, serials }) => {
      const which = [...(lot === null ? [] : [`lot ${lot}`]), ...serials];
      return `Used: ${quantityText(quantity)} ${item}${which.length === 0 ? "" : ` (${which.join(", ")})`}`;
    }),
    "",
    canonicalText(content),
    "[heddle posting]",
  ].join("\n");
}

function confirmationText({ operation, good, scrap, rework, setupMs, runMs, isFinal }: OperationConfirmation): string {
  const said = [
    ...counted(good, "good"),
    ...counted(scrap, "scrap"),
    ...counted(rework, "to rework"),
    ...timed(setupMs, "setup"),
    ...timed(runMs, "run"),
    ...(isFinal ? ["complete"] : []),
  ];
  return `Operation ${operation}: ${said.join(", ")}`;
}

function counted(quantity: Quantity, what: string): readonly string[] {
  return isZero(quantity.amount) ? [] : [`${quantityText(quantity)} ${what}`];
}

function timed(ms: number, what: string): readonly string[] {
  return ms === 0 ? [] : [`${minutes(ms)} min ${what}`];
}

/** To a hundredth, for people. */
function minutes(ms: number): string {
  return String(Math.round(ms / 600) / 100);
}
