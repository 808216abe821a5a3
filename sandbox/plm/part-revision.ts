import { Type, type Static } from "typebox";
import { filled, optional, Reference } from "../http/body.ts";
import type { Stored, Term } from "../http/collection.ts";
import { conflict } from "../http/errors.ts";
import { etagOf } from "../http/precondition.ts";
import type { Usage } from "./usage.ts";

/** Text as an engineer typed it: the PLM does not look at what it means. */
const Typed = Type.String({ maxLength: 200 });
/** Part number or revision: whatever is typed, but something. */
export const Name = Type.String({ minLength: 1, maxLength: 100 });

export const Lifecycle = Type.Enum(["INWORK", "RELEASED", "OBSOLETE"]);
export type Lifecycle = Static<typeof Lifecycle>;

const ApprovedSource = Type.Object({
  supplier: Name,
  supplierPartNumber: Typed,
  leadTimeDays: Type.Integer({ minimum: 0, maximum: 3650 }),
  price: optional(Typed),
  currency: optional(Typed),
});

const UnitConversion = Type.Object({ from: Typed, to: Typed, factor: Typed });

/** What engineers may write of a part revision, its structure aside. */
export const PartMembers = {
  description: optional(Type.String({ maxLength: 1000 })),
  partType: optional(Typed),
  uom: optional(Typed),
  attributes: optional(Type.Record(Type.String(), Type.String({ maxLength: 1000 }))),
  approvedSources: optional(Type.Array(ApprovedSource, { maxItems: 100 })),
  unitConversions: optional(Type.Array(UnitConversion, { maxItems: 100 })),
  reference: optional(Reference),
};

export const NewPart = Type.Object(
  { partNumber: Name, revision: Name, ...PartMembers },
  { additionalProperties: false },
);
export const EditPart = Type.Object(PartMembers, { additionalProperties: false });

/** A revision of a part. `usages` is null for a part that never had a structure. */
export type PartRevision = {
  readonly partNumber: string;
  readonly revision: string;
  readonly description: string;
  readonly partType: string;
  readonly lifecycle: Lifecycle;
  readonly uom: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly approvedSources: readonly {
    readonly supplier: string;
    readonly supplierPartNumber: string;
    readonly leadTimeDays: number;
    readonly price: string | null;
    readonly currency: string | null;
  }[];
  readonly unitConversions: readonly Static<typeof UnitConversion>[];
  readonly reference: string | null;
  readonly createdAt: string;
  readonly modifiedAt: string;
  readonly usages: readonly Usage[] | null;
};

/** What a write leaves open. */
const UNSET = {
  description: "",
  partType: "",
  uom: "EA",
  attributes: {},
  approvedSources: [],
  unitConversions: [],
  reference: null,
};

/** The members as they are kept, with what was left open. */
export function partMembers(written: Static<typeof EditPart>) {
  const { approvedSources, ...rest } = filled(written, UNSET);
  return {
    ...rest,
    approvedSources: approvedSources.map((source) => filled(source, { price: null, currency: null })),
  };
}

export function newPartRevision(
  key: { partNumber: string; revision: string },
  written: Static<typeof EditPart>,
): PartRevision {
  const now = new Date().toISOString();
  return {
    partNumber: key.partNumber,
    revision: key.revision,
    lifecycle: "INWORK",
    ...partMembers(written),
    usages: null,
    createdAt: now,
    modifiedAt: now,
  };
}

export function revisionKey({ partNumber, revision }: { partNumber: string; revision: string }): string {
  return JSON.stringify([partNumber, revision]);
}

export function partTerms(part: PartRevision): Term[] {
  return [
    ["partNumber", part.partNumber],
    ["lifecycle", part.lifecycle],
    ["partType", part.partType],
    ...(part.reference === null ? [] : [["reference", part.reference] as const]),
    ...(part.usages ?? []).map((usage) => ["uses", usage.partNumber] as const),
  ];
}

/** A part revision as the API shows it, without its structure. */
export function shownPart(stored: Stored<PartRevision>) {
  const { usages, ...part } = stored.value;
  return { ...part, hasBom: usages !== null, etag: etagOf(stored) };
}

/** @throws ApiError 409: a released or obsolete revision is not edited but revised. */
export function requireInWork({ value }: Stored<PartRevision>): void {
  if (value.lifecycle === "INWORK") return;
  throw conflict("REVISION_LOCKED", `${value.partNumber} ${value.revision} is ${value.lifecycle}: revise it`);
}
