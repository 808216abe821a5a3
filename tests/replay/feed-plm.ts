import type { Sandbox } from "../kit/sandbox.ts";
import type { BomRevision, ListedPart } from "./bom-history.ts";

/** Types successive parts lists of one product into a PLM, as its engineers would, each as a change of its own. */
export type Feeder = (revision: BomRevision) => Promise<string>;

export function feedInto(plm: Sandbox, product: string): Feeder {
  const known = new Map<string, { facts: string; revision: number }>();
  const findNumbers = new Map<string, string>();
  let previous: string | null = null;
  let previousContent: string | null = null;

  return async ({ revision: label, parts, file }) => {
    // A purchase link or a picture makes no new revision: the change then releases the one that there is.
    const content = JSON.stringify(parts.map(({ name, quantity, type, optional }) => [name, quantity, type, optional]));
    const same = content === previousContent;
    const revision = same && previous !== null ? previous : label;
    previousContent = content;
    const moved = distinct(parts).flatMap((part) => movedPart(part, known));
    const assembly = {
      partNumber: product,
      revision,
      description: `${product} by ${file}`,
      partType: "assembly",
      basedOn: previous,
      bom: parts.map((part, index) => usage(part, nth(parts, index), findNumbers)),
    };
    const { ecos } = await plm.send<{ ecos: string[] }>("POST", "/api/v2/import", {
      parts: same ? [] : [...moved.map(({ part }) => part), assembly],
      ecos: [
        {
          title: `${product} by parts list ${label}`,
          reason: `Parts list ${file}`,
          affectedParts: [
            { partNumber: product, fromRevision: previous, toRevision: revision },
            ...moved.map(({ part, from }) => ({
              partNumber: part.partNumber,
              fromRevision: from,
              toRevision: part.revision,
            })),
          ],
        },
      ],
    });
    previous = revision;
    return ecos[0] ?? "";
  };
}

/** A part that is new, or of which something was said that matters to its making, gets a revision. */
function movedPart(part: ListedPart, known: Map<string, { facts: string; revision: number }>) {
  const facts = JSON.stringify([part.type, part.optional]);
  const before = known.get(part.name);
  if (before?.facts === facts) return [];
  const revision = (before?.revision ?? 0) + 1;
  known.set(part.name, { facts, revision });
  return [
    {
      from: before === undefined ? null : String(before.revision),
      part: {
        partNumber: part.name,
        revision: String(revision),
        description: part.name,
        partType: part.type === "" ? "unknown" : part.type.toLowerCase(),
        uom: unitOf(part),
        attributes: part.optional === "" ? {} : { optional: part.optional },
      },
    },
  ];
}

/** The list names no units; its notes do: "Units in kg." */
function unitOf({ note }: ListedPart): string {
  return /units in kg/i.test(note) ? "KGM" : "EA";
}

/** The same part on the same row of its kind keeps its find number, and so its usage, through all revisions. */
function usage(part: ListedPart, occurrence: number, findNumbers: Map<string, string>) {
  const identity = `${part.name}#${occurrence}`;
  const findNumber = findNumbers.get(identity) ?? String((findNumbers.size + 1) * 10);
  findNumbers.set(identity, findNumber);
  return { findNumber, partNumber: part.name, quantity: part.quantity, uom: unitOf(part) };
}

function nth(parts: readonly ListedPart[], index: number): number {
  return parts.slice(0, index).filter(({ name }) => name === parts[index]?.name).length;
}

function distinct(parts: readonly ListedPart[]): ListedPart[] {
  return [...new Map(parts.map((part) => [part.name, part])).values()];
}
