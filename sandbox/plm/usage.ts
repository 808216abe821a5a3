import { Type, type Static } from "typebox";
import { filled, optional } from "../http/body.ts";
import { conflict } from "../http/errors.ts";

const Typed = Type.String({ maxLength: 200 });
const Name = Type.String({ minLength: 1, maxLength: 100 });

const Basis = Type.Enum(["PER_ASSEMBLY", "PER_LOT", "AS_REQUIRED"]);
const RevisionRule = Type.Enum(["FIXED", "LATEST_RELEASED"]);

/** Numbers of the end item that a line is for, as an engineer types them. */
const NumberEffectivity = Type.Object(
  {
    counts: Type.Enum(["SERIAL", "UNIT"]),
    endItem: optional(Name),
    from: optional(Typed),
    to: optional(Typed),
  },
  { additionalProperties: false },
);

const MEMBERS = {
  usageId: optional(Name),
  findNumber: optional(Typed),
  partNumber: Name,
  revision: optional(Name),
  revisionRule: optional(RevisionRule),
  quantity: Typed,
  uom: optional(Typed),
  quantityBasis: optional(Basis),
  referenceDesignators: optional(Type.Array(Typed, { maxItems: 10_000 })),
  effectiveFrom: optional(Typed),
  effectiveTo: optional(Typed),
  numberEffectivity: optional(Type.Array(NumberEffectivity, { maxItems: 1000 })),
  alternates: optional(Type.Array(Name, { maxItems: 100 })),
  variantCondition: optional(Type.String({ maxLength: 4_000 })),
  variantPlace: optional(Typed),
};

/** A line of a BOM as an engineer types it: what its texts mean is not looked at. */
export const WrittenUsage = Type.Object(MEMBERS, { additionalProperties: false });
export type WrittenUsage = Static<typeof WrittenUsage>;
export const WrittenUsages = Type.Array(WrittenUsage, { maxItems: 50_000 });
export const UsageEdit = Type.Partial(Type.Omit(WrittenUsage, ["usageId"]), { additionalProperties: false });

/** One use of a part in an assembly. `usageId` stays the same from revision to revision. */
export type Usage = {
  readonly usageId: string;
  readonly findNumber: string;
  readonly partNumber: string;
  /** The revision it is fixed to; null where it floats. */
  readonly revision: string | null;
  readonly revisionRule: Static<typeof RevisionRule>;
  readonly quantity: string;
  readonly uom: string;
  readonly quantityBasis: Static<typeof Basis>;
  readonly referenceDesignators: readonly string[];
  readonly effectiveFrom: string | null;
  readonly effectiveTo: string | null;
  /** Left out where the line is for every number. */
  readonly numberEffectivity?: readonly Static<typeof NumberEffectivity>[];
  readonly alternates: readonly string[];
  /** For which variants of the product the line is, as it is typed; null for all. Lines of older folders have none. */
  readonly variantCondition?: string | null;
  /** The place that lines with the same text are choices for. */
  readonly variantPlace?: string | null;
};

const UNSET = {
  findNumber: "",
  uom: "EA",
  quantityBasis: "PER_ASSEMBLY" as const,
  referenceDesignators: [],
  effectiveFrom: null,
  effectiveTo: null,
  alternates: [],
  variantCondition: null,
  variantPlace: null,
};

/** A line as it is kept. Without a revision, or by its rule, it floats to the latest released one. */
export function usageOf(written: WrittenUsage, usageId: string): Usage {
  const floats = written.revisionRule === "LATEST_RELEASED" || (written.revision ?? null) === null;
  const { usageId: _given, revision, revisionRule: _rule, ...rest } = filled(written, UNSET);
  return {
    usageId,
    ...rest,
    revision: floats ? null : (revision ?? null),
    revisionRule: floats ? "LATEST_RELEASED" : "FIXED",
  };
}

/** Some members of a line written anew. A revision fixes the line to it, unless the edit says that it floats. */
export function editedUsage(usage: Usage, edit: Static<typeof UsageEdit>): Usage {
  const fixes = (edit.revision ?? null) !== null ? { revisionRule: "FIXED" as const } : {};
  const alternates = [...(edit.alternates ?? usage.alternates)];
  const { numberEffectivity, ...kept } = usage;
  const numbers = edit.numberEffectivity ?? numberEffectivity;
  const referenceDesignators = [...(edit.referenceDesignators ?? usage.referenceDesignators)];
  const counted = numbers === undefined ? {} : { numberEffectivity: [...numbers] };
  return usageOf({ ...kept, ...fixes, ...edit, ...counted, alternates, referenceDesignators }, usage.usageId);
}

/** Occurrence ids are the one thing the PLM keeps in order. @throws ApiError 409 when one names two lines of a BOM. */
export function requireDistinctIds(part: { partNumber: string; revision: string }, usages: readonly Usage[]): void {
  const seen = new Set<string>();
  for (const { usageId } of usages) {
    if (seen.has(usageId))
      throw conflict("USAGE_EXISTS", `${part.partNumber} ${part.revision} has two usages ${usageId}`);
    seen.add(usageId);
  }
}
