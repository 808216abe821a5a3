import { Type, type Static, type TSchema } from "typebox";
import { contract } from "../http/contract.ts";
import type { Refusal, RefusalDialect } from "../http/failure.ts";

/**
 * What Cascadia sends, as far as Heddle reads it. Recorded answers of a real server stand in `fixtures` and are
 * held against this. Every answer is wrapped in `data`.
 */
const nullable = <Schema extends TSchema>(schema: Schema) => Type.Union([schema, Type.Null()]);
const maybe = <Schema extends TSchema>(schema: Schema) => Type.Optional(nullable(schema));
const Id = Type.String({ minLength: 1 });

/** What every record of Cascadia is: a part, a change order, an issue. A row is one revision of one master. */
const ITEM = {
  id: Id,
  masterId: Id,
  itemNumber: Id,
  revision: Type.String({ minLength: 1 }),
  itemType: Type.String(),
  name: nullable(Type.String()),
  state: Type.String(),
  isCurrent: nullable(Type.Boolean()),
  designId: nullable(Type.String()),
  /** Set on a part that stands in for a definition in another design. */
  usageOf: nullable(Type.String()),
  attributes: nullable(Type.Record(Type.String(), Type.Unknown())),
};

/**
 * A part revision. The members below `itemId` are the part's own record, which a release on a branch loses:
 * then all of them are missing.
 */
export const Part = Type.Object({
  ...ITEM,
  itemId: Type.Optional(Type.String()),
  description: maybe(Type.String()),
  partType: maybe(Type.String()),
  material: maybe(Type.String()),
  weight: maybe(Type.String()),
  weightUnit: maybe(Type.String()),
  cost: maybe(Type.String()),
  costCurrency: maybe(Type.String()),
  leadTimeDays: maybe(Type.Integer()),
});
export type Part = Static<typeof Part>;

export const ChangeOrder = Type.Object({
  ...ITEM,
  createdAt: Type.String(),
  reasonForChange: maybe(Type.String()),
  implementationDate: maybe(Type.String()),
  /** Set when its branches were merged, or given up; the state alone changes before that. */
  closedAt: maybe(Type.String()),
});
export type ChangeOrder = Static<typeof ChangeOrder>;

export const AffectedLine = Type.Object({
  id: Id,
  affectedItemId: nullable(Type.String()),
  changeAction: Type.Enum(["release", "revise", "obsolete", "add", "remove", "promote"]),
  currentRevision: nullable(Type.String()),
  targetRevision: nullable(Type.String()),
  affectedItemDetails: Type.Optional(Type.Object(ITEM)),
});
export type AffectedLine = Static<typeof AffectedLine>;

/** One use of a part in an assembly: at most one for each pair of rows. */
export const Usage = Type.Object({
  id: Id,
  sourceId: Id,
  targetId: Id,
  quantity: nullable(Type.String()),
  findNumber: nullable(Type.Integer()),
  referenceDesignator: nullable(Type.String()),
  targetItem: Part,
});
export type Usage = Static<typeof Usage>;

export const Commit = Type.Object({
  id: Id,
  itemsChanged: nullable(Type.Integer()),
  /** Set on the commit that released a change order into a design. */
  changeOrderItemId: nullable(Type.String()),
  /** Item number to revision. */
  revisionsAssigned: nullable(Type.Record(Type.String(), Type.String())),
  createdAt: Type.String(),
});
export type Commit = Static<typeof Commit>;

export const CommitItem = Type.Object({
  itemId: Id,
  itemNumber: Id,
  changeType: Type.Enum(["added", "modified", "deleted"]),
  previousItemId: nullable(Type.String()),
});
export type CommitItem = Static<typeof CommitItem>;

export const Branch = Type.Object({
  id: Id,
  branchType: Type.String(),
  headCommitId: nullable(Type.String()),
  changeOrderItemId: nullable(Type.String()),
});
export type Branch = Static<typeof Branch>;

export const HistoryEntry = Type.Object({
  commit: Commit,
  item: Type.Object(ITEM),
  previousItem: maybe(Type.Object(ITEM)),
  author: nullable(Type.Object({ name: nullable(Type.String()) })),
});
export type HistoryEntry = Static<typeof HistoryEntry>;

const Use = Type.Object({ itemNumber: Id, revision: Type.String({ minLength: 1 }), state: Type.String() });

export const Issue = Type.Object({
  id: Id,
  itemNumber: Id,
  description: maybe(Type.String()),
  affectedItemIds: Type.Optional(Type.Array(Type.String())),
});
export type Issue = Static<typeof Issue>;

const data = <Schema extends Record<string, TSchema>>(members: Schema) =>
  contract(Type.Object({ data: Type.Object(members) }));
const total = Type.Integer({ minimum: 0 });

export const CONTRACTS = {
  changeOrders: data({ items: Type.Array(ChangeOrder), total }),
  changeOrder: data({ changeOrder: ChangeOrder }),
  anyChangeOrders: data({ changeOrders: Type.Array(Type.Unknown()), total }),
  affectedItems: data({ affectedItems: Type.Array(AffectedLine) }),
  changeOrderDesigns: data({ designs: Type.Array(Type.Object({ designId: Id })) }),
  designs: data({ designs: Type.Array(Type.Object({ id: Id })) }),
  branches: data({ branches: Type.Array(Branch) }),
  commits: data({ commits: Type.Array(Commit) }),
  commitDiff: data({ diff: Type.Object({ items: Type.Array(CommitItem) }) }),
  parts: data({ items: Type.Array(Part), total }),
  part: data({ part: Part }),
  history: data({ history: Type.Array(HistoryEntry) }),
  relationships: data({ relationships: Type.Array(Usage) }),
  pairs: data({ relationships: Type.Array(Type.Object({ sourceId: Id })) }),
  whereUsed: data({ whereUsed: Type.Array(Use) }),
  issues: data({ items: Type.Array(Issue), total }),
  issue: data({ issue: Issue }),
  imported: data({
    result: Type.Object({ createdItems: Type.Array(Type.Object({ itemId: Id, itemNumber: Id }), { minItems: 1 }) }),
  }),
};

const Failure = contract(
  Type.Object({
    error: Type.Object({
      code: Type.String(),
      message: Type.String(),
      fieldErrors: Type.Optional(Type.Array(Type.Object({ field: Type.String(), message: Type.String() }))),
    }),
  }),
);
/** An import answers with its rows, refused or not. */
const FailedImport = data({
  result: Type.Object({
    failedRows: Type.Array(Type.Object({ errors: Type.Array(Type.String()) }), { minItems: 1 }),
  }),
});

export const DIALECT: RefusalDialect = {
  read(body): Refusal | null {
    const failure = Failure(body);
    if ("value" in failure) {
      const { code, message, fieldErrors } = failure.value.error;
      const first = fieldErrors?.[0];
      return first === undefined
        ? { code, message, field: null }
        : { code, message: `${message}: ${first.message}`, field: first.field };
    }
    const failed = FailedImport(body);
    if ("problem" in failed) return null;
    const errors = failed.value.data.result.failedRows.flatMap((row) => row.errors);
    return { code: "IMPORT_FAILED", message: errors.join("; "), field: null };
  },
  kindOf: () => undefined,
};
