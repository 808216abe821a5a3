import { Type } from "typebox";
import { optional, Reference } from "../http/body.ts";
import type { Stored, Term } from "../http/collection.ts";
import { etagOf } from "../http/precondition.ts";

const Name = Type.String({ minLength: 1, maxLength: 100 });

export const NewProblemReport = Type.Object(
  {
    partNumber: Name,
    revision: Name,
    title: Type.String({ minLength: 1, maxLength: 200 }),
    description: Type.String({ maxLength: 10_000 }),
    evidence: optional(Type.String({ maxLength: 100_000 })),
    occasion: optional(Reference),
    reportedBy: optional(Name),
  },
  { additionalProperties: false },
);

/** What somebody found about a part revision, for engineering to look into. */
export type ProblemReport = {
  readonly partNumber: string;
  readonly revision: string;
  readonly title: string;
  readonly description: string;
  /** The figures behind it. */
  readonly evidence: string;
  /** What made the reporter report it, in his own words; the PLM does not look at it. */
  readonly occasion: string | null;
  readonly reportedBy: string | null;
  readonly state: "OPEN" | "CLOSED";
  readonly createdAt: string;
  readonly closedAt: string | null;
  readonly closeReason: string | null;
};

export function problemReportTerms({ partNumber, revision, state, occasion }: ProblemReport): Term[] {
  return [
    ["partNumber", partNumber],
    ["revision", revision],
    ["state", state],
    ...(occasion === null ? [] : [["occasion", occasion] as const]),
  ];
}

export function shownProblemReport(stored: Stored<ProblemReport>) {
  return { reportNumber: stored.number, ...stored.value, etag: etagOf(stored) };
}
