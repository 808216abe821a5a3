import { Type, type Static } from "typebox";
import { filled, optional, Reference } from "../http/body.ts";
import type { Stored, Term } from "../http/collection.ts";
import { etagOf } from "../http/precondition.ts";
import { Name, revisionKey } from "./part-revision.ts";

const Choice = Type.Enum(["USE_AS_IS", "REWORK", "SCRAP", "RETURN", "EXHAUST", "UNDECIDED"]);
type Choice = Static<typeof Choice>;

const AffectedPart = Type.Object(
  {
    partNumber: Name,
    fromRevision: optional(Name),
    toRevision: optional(Name),
    dispositions: optional(
      Type.Object(
        { stock: optional(Choice), wip: optional(Choice), onOrder: optional(Choice), finished: optional(Choice) },
        { additionalProperties: false },
      ),
    ),
    /** Shown by reads, so a read body may be written back; the server numbers anew. */
    lineId: optional(Name),
  },
  { additionalProperties: false },
);

export const WrittenEco = Type.Object(
  {
    title: Type.String({ minLength: 1, maxLength: 500 }),
    reason: optional(Type.String({ maxLength: 4000 })),
    reference: optional(Reference),
    effectiveFrom: optional(Type.String({ maxLength: 40 })),
    supersedes: optional(Name),
    affectedParts: optional(Type.Array(AffectedPart, { maxItems: 5000 })),
  },
  { additionalProperties: false },
);
export type WrittenEco = Static<typeof WrittenEco>;

export type EcoState = "DRAFT" | "IN_REVIEW" | "RELEASED" | "CANCELLED";

export type AffectedLine = {
  readonly lineId: string;
  readonly partNumber: string;
  readonly fromRevision: string | null;
  readonly toRevision: string | null;
  readonly dispositions: Readonly<Record<"stock" | "wip" | "onOrder" | "finished", Choice>>;
};

/** What the PLM tells of by webhook. */
export type EcoEvent = {
  readonly type: "eco.released" | "eco.cancelled" | "eco.edited";
  readonly data: { readonly ecoNumber: string; readonly state: string; readonly sequence: number };
};

/** An engineering change order. */
export type Eco = {
  readonly title: string;
  readonly reason: string;
  readonly reference: string | null;
  readonly state: EcoState;
  readonly effectiveFrom: string | null;
  readonly supersedes: string | null;
  readonly createdAt: string;
  readonly modifiedAt: string;
  readonly releasedAt: string | null;
  readonly releasedBy: string | null;
  readonly cancelledAt: string | null;
  readonly cancelledBy: string | null;
  readonly cancelReason: string | null;
  readonly affectedParts: readonly AffectedLine[];
  /** Edits of affected lines and of the BOMs of its to-revisions. */
  readonly lineEdits: number;
};

const UNDECIDED = { stock: "UNDECIDED", wip: "UNDECIDED", onOrder: "UNDECIDED", finished: "UNDECIDED" } as const;

/** What engineers wrote of a change, as it is kept. */
export function ecoMembers(written: WrittenEco, nextLineId: () => string) {
  const unset = { reason: "", reference: null, effectiveFrom: null, supersedes: null, affectedParts: [] };
  const { affectedParts, ...rest } = filled(written, unset);
  return { ...rest, affectedParts: affectedParts.map((line) => affectedLine(line, nextLineId)) };
}

function affectedLine(written: Static<typeof AffectedPart>, nextLineId: () => string): AffectedLine {
  return {
    lineId: written.lineId ?? nextLineId(),
    partNumber: written.partNumber,
    fromRevision: written.fromRevision ?? null,
    toRevision: written.toRevision ?? null,
    dispositions: filled(written.dispositions ?? {}, UNDECIDED),
  };
}

export function newEco(written: WrittenEco, nextLineId: () => string): Eco {
  const now = new Date().toISOString();
  return {
    ...ecoMembers(written, nextLineId),
    state: "DRAFT",
    createdAt: now,
    modifiedAt: now,
    releasedAt: null,
    releasedBy: null,
    cancelledAt: null,
    cancelledBy: null,
    cancelReason: null,
    lineEdits: 0,
  };
}

/** The part revisions that a change introduces. */
export function toRevisions(eco: Eco): { partNumber: string; revision: string }[] {
  return eco.affectedParts.flatMap(({ partNumber, toRevision }) =>
    toRevision === null ? [] : [{ partNumber, revision: toRevision }],
  );
}

/** The part revisions that a change retires. */
export function retiredRevisions(eco: Eco): { partNumber: string; revision: string }[] {
  return eco.affectedParts.flatMap(({ partNumber, fromRevision, toRevision }) =>
    toRevision === null && fromRevision !== null ? [{ partNumber, revision: fromRevision }] : [],
  );
}

export function ecoTerms(eco: Eco): Term[] {
  return [
    ["state", eco.state],
    ...(eco.reference === null ? [] : [["reference", eco.reference] as const]),
    ...toRevisions(eco).map((to) => ["introduces", revisionKey(to)] as const),
  ];
}

/** A change as the API shows it. */
export function shownEco(stored: Stored<Eco>) {
  return { ecoNumber: stored.number, ...stored.value, sequence: stored.sequence, etag: etagOf(stored) };
}
