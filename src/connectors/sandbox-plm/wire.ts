import { Type, type Static, type TSchema } from "typebox";
import { contract } from "../http/contract.ts";
import type { Refusal, RefusalDialect } from "../http/failure.ts";

/**
 * What the sandbox PLM sends, as far as Heddle reads it. Members that the PLM does not check (quantities,
 * units, dates) are plain text here: what cannot be read of them is a finding, not a broken contract.
 */
const nullable = <Schema extends TSchema>(schema: Schema) => Type.Union([schema, Type.Null()]);

const NumberEffectivity = Type.Object({
  counts: Type.Enum(["SERIAL", "UNIT"]),
  endItem: Type.Optional(nullable(Type.String())),
  from: Type.Optional(nullable(Type.String())),
  to: Type.Optional(nullable(Type.String())),
});

export const Usage = Type.Object({
  usageId: Type.String({ minLength: 1 }),
  findNumber: Type.String(),
  partNumber: Type.String({ minLength: 1 }),
  /** Null where a floating line names a part that does not exist. */
  revision: nullable(Type.String()),
  quantity: Type.String(),
  uom: Type.String(),
  quantityBasis: Type.Enum(["PER_ASSEMBLY", "PER_LOT", "AS_REQUIRED"]),
  referenceDesignators: Type.Array(Type.String()),
  effectiveFrom: nullable(Type.String()),
  effectiveTo: nullable(Type.String()),
  /** Left out where the line is for every number. */
  numberEffectivity: Type.Optional(Type.Array(NumberEffectivity)),
  alternates: Type.Array(Type.String()),
  variantCondition: Type.Optional(nullable(Type.String())),
  variantPlace: Type.Optional(nullable(Type.String())),
});
export type Usage = Static<typeof Usage>;

export const PartRevision = Type.Object({
  partNumber: Type.String({ minLength: 1 }),
  revision: Type.String({ minLength: 1 }),
  description: Type.String(),
  partType: Type.String(),
  lifecycle: Type.Enum(["INWORK", "RELEASED", "OBSOLETE"]),
  uom: Type.String(),
  attributes: Type.Record(Type.String(), Type.String()),
  approvedSources: Type.Array(
    Type.Object({
      supplier: Type.String(),
      supplierPartNumber: Type.String(),
      leadTimeDays: Type.Integer({ minimum: 0 }),
      price: nullable(Type.String()),
      currency: nullable(Type.String()),
    }),
  ),
  unitConversions: Type.Array(Type.Object({ from: Type.String(), to: Type.String(), factor: Type.String() })),
  hasBom: Type.Boolean(),
  usages: Type.Array(Usage),
});
export type PartRevision = Static<typeof PartRevision>;

export const PartKey = Type.Object({ partNumber: Type.String(), revision: Type.String() });
export type PartKey = Static<typeof PartKey>;

const Choice = Type.Enum(["USE_AS_IS", "REWORK", "SCRAP", "RETURN", "EXHAUST", "UNDECIDED"]);
export type Choice = Static<typeof Choice>;

export const Eco = Type.Object({
  ecoNumber: Type.String({ minLength: 1 }),
  title: Type.String(),
  reason: Type.String(),
  state: Type.Enum(["DRAFT", "IN_REVIEW", "RELEASED", "CANCELLED"]),
  releasedAt: nullable(Type.String()),
  releasedBy: nullable(Type.String()),
  effectiveFrom: nullable(Type.String()),
  supersedes: nullable(Type.String()),
  affectedParts: Type.Array(
    Type.Object({
      lineId: Type.String(),
      partNumber: Type.String({ minLength: 1 }),
      fromRevision: nullable(Type.String()),
      toRevision: nullable(Type.String()),
      dispositions: Type.Object({ stock: Choice, wip: Choice, onOrder: Choice, finished: Choice }),
    }),
  ),
});
export type Eco = Static<typeof Eco>;

const Acknowledgement = Type.Object({ ackId: Type.String({ minLength: 1 }) });

const ProblemReport = Type.Object({ reportNumber: Type.String({ minLength: 1 }) });

const paged = <Schema extends TSchema>(value: Schema) =>
  Type.Object({ value: Type.Array(value), next: nullable(Type.String()) });

export const CONTRACTS = {
  eco: contract(Eco),
  ecosSince: contract(
    Type.Object({
      value: Type.Array(Type.Object({ ecoNumber: Type.String({ minLength: 1 }) })),
      cursor: Type.Integer({ minimum: 0 }),
      more: Type.Boolean(),
    }),
  ),
  partRevisions: contract(Type.Object({ value: Type.Array(PartRevision), notFound: Type.Array(PartKey) })),
  whereUsed: contract(paged(PartKey)),
  acknowledgement: contract(Acknowledgement),
  acknowledgements: contract(paged(Acknowledgement)),
  problemReport: contract(ProblemReport),
  problemReports: contract(paged(ProblemReport)),
  webhook: contract(
    Type.Object({ type: Type.String(), data: Type.Object({ ecoNumber: Type.String({ minLength: 1 }) }) }),
  ),
};

const Failure = contract(
  Type.Object({ error: Type.Object({ code: Type.String(), message: Type.String(), field: nullable(Type.String()) }) }),
);

export const DIALECT: RefusalDialect = {
  read(body): Refusal | null {
    const failure = Failure(body);
    return "value" in failure ? failure.value.error : null;
  },
  // A wrong address is no answer about a record.
  kindOf: ({ code }) => (code === "ROUTE_UNKNOWN" ? "contract broken" : undefined),
};
