import { Type, type Static, type TSchema } from "typebox";
import { THREAD_KINDS, type ThreadRelation } from "../domain/thread-link.ts";
import { RELATIONS } from "../domain/trace/relations.ts";

/**
 * The API's shapes, once: they validate requests, make the OpenAPI document and type the console.
 * Plans travel as the JSON of `domain/json.ts` (`fromJson<ChangePlan>` reads them back).
 */
export const Role = Type.Union([
  Type.Literal("viewer"),
  Type.Literal("operator"),
  Type.Literal("approver"),
  Type.Literal("admin"),
]);
export type Role = Static<typeof Role>;

export const SignIn = Type.Object(
  {
    account: Type.String({ minLength: 1, maxLength: 64 }),
    password: Type.String({ minLength: 1, maxLength: 256 }),
  },
  { additionalProperties: false },
);
export const NewPassword = Type.Object(
  {
    current: Type.String({ maxLength: 256 }),
    next: Type.String({ minLength: 12, maxLength: 256 }),
  },
  { additionalProperties: false },
);

export const Session = Type.Object({
  account: Type.String(),
  role: Role,
  /** True until the one-time password has been replaced; until then nothing else is allowed. */
  mustChangePassword: Type.Boolean(),
});
export type Session = Static<typeof Session>;

/** Where a change stands in one plant. */
export const RunState = Type.Union([
  Type.Literal("planning"),
  Type.Literal("awaiting approval"),
  Type.Literal("waiting day"),
  Type.Literal("waiting turn"),
  Type.Literal("applying"),
  Type.Literal("retrying"),
  Type.Literal("blocked"),
  Type.Literal("applied"),
  Type.Literal("in step"),
  Type.Literal("refused"),
  Type.Literal("withdrawn"),
  Type.Literal("superseded"),
  Type.Literal("rolled back"),
]);
export type RunState = Static<typeof RunState>;

export const Problem = Type.Object({
  /** Stable name, documented in docs/errors.md. */
  code: Type.String(),
  message: Type.String(),
  system: Type.Optional(Type.String()),
  field: Type.Optional(Type.String()),
  fix: Type.Optional(Type.String()),
});
export type Problem = Static<typeof Problem>;

export const ChangeRow = Type.Object({
  change: Type.String(),
  plant: Type.String(),
  title: Type.String(),
  state: RunState,
  /** Why it stands there, in a sentence; null when that goes without saying. */
  reason: Type.Union([Type.String(), Type.Null()]),
  /** Numbers of the changes it waits for. */
  waitsFor: Type.Array(Type.String()),
  /** Open order lines that ask for action. */
  actionRequired: Type.Integer(),
  /** Open exposure, as `1234.50 EUR`; null when there is none. */
  exposure: Type.Union([Type.String(), Type.Null()]),
  updatedAt: Type.String(),
});
export type ChangeRow = Static<typeof ChangeRow>;

export const ChangePage = Type.Object({
  changes: Type.Array(ChangeRow),
  next: Type.Union([Type.String(), Type.Null()]),
});
export type ChangePage = Static<typeof ChangePage>;

export const ActionOutcome = Type.Object({
  action: Type.String(),
  state: Type.Union([Type.Literal("started"), Type.Literal("done"), Type.Literal("refused"), Type.Literal("unknown")]),
  attempts: Type.Integer(),
  /** The target's number for what was made. */
  receipt: Type.Union([Type.String(), Type.Null()]),
  error: Type.Union([Problem, Type.Null()]),
  at: Type.String(),
});
export type ActionOutcome = Static<typeof ActionOutcome>;

export const PlanDecision = Type.Object({
  digest: Type.String(),
  decision: Type.Union([Type.Literal("approve"), Type.Literal("refuse")]),
  by: Type.String(),
  reason: Type.String(),
  at: Type.String(),
});
export type PlanDecision = Static<typeof PlanDecision>;

export const PlanState = Type.Union([
  Type.Literal("proposed"),
  Type.Literal("blocked"),
  Type.Literal("approved"),
  Type.Literal("refused"),
  Type.Literal("stale"),
  Type.Literal("applied"),
]);
export type PlanState = Static<typeof PlanState>;

export const PlanView = Type.Object({
  digest: Type.String(),
  state: PlanState,
  requestedBy: Type.String(),
  createdAt: Type.String(),
  /** `toJson` of a `ChangePlan`. */
  plan: Type.Unknown(),
  outcomes: Type.Array(ActionOutcome),
  decision: Type.Union([PlanDecision, Type.Null()]),
});
export type PlanView = Static<typeof PlanView>;

/** A plan as it would be made now; the hub has not kept it. */
export const ChangePreview = Type.Object({
  digest: Type.String(),
  /** `toJson` of a `ChangePlan`. */
  plan: Type.Unknown(),
});
export type ChangePreview = Static<typeof ChangePreview>;

export const AuditEntry = Type.Object({
  id: Type.String(),
  at: Type.String(),
  who: Type.String(),
  what: Type.String(),
  subject: Type.Union([Type.String(), Type.Null()]),
  detail: Type.Unknown(),
});
export type AuditEntry = Static<typeof AuditEntry>;

export const ChangeView = Type.Object({
  row: ChangeRow,
  /** The plan that counts now; null before the first one. */
  plan: Type.Union([PlanView, Type.Null()]),
  /** Whether it is being looked at, or is to be: what is shown may soon be otherwise. */
  isLookPending: Type.Boolean(),
  /** Earlier plans of it, newest first, without their content. */
  earlierPlans: Type.Array(Type.Object({ digest: Type.String(), state: PlanState, createdAt: Type.String() })),
  timeline: Type.Array(AuditEntry),
});
export type ChangeView = Static<typeof ChangeView>;

/** The answer to a plan. `digest` must be the plan that counts now, or the answer is refused as stale. */
export const Decide = Type.Object(
  {
    digest: Type.String({ minLength: 64, maxLength: 64 }),
    decision: Type.Union([Type.Literal("approve"), Type.Literal("refuse")]),
    reason: Type.String({ minLength: 3, maxLength: 1000 }),
  },
  { additionalProperties: false },
);

export const Status = Type.Object({
  version: Type.String(),
  hub: Type.String(),
  /** Changes by state. */
  states: Type.Record(Type.String(), Type.Integer()),
  /** Orders by state, without those that are not released. */
  orders: Type.Record(Type.String(), Type.Integer()),
  /** Subjects that wait to be looked at, and those being looked at now. */
  lanes: Type.Object({ waiting: Type.Integer(), active: Type.Integer() }),
  unknownOutcomes: Type.Integer(),
  /** Conflicts that wait for a person's answer. */
  openConflicts: Type.Integer(),
  connections: Type.Array(
    Type.Object({
      system: Type.String(),
      kind: Type.String(),
      state: Type.Union([Type.Literal("up"), Type.Literal("down"), Type.Literal("paused")]),
      error: Type.Union([Type.String(), Type.Null()]),
      lastSeen: Type.Union([Type.String(), Type.Null()]),
    }),
  ),
});
export type Status = Static<typeof Status>;

/** One message of `GET /api/events`: something about a subject changed; read it again. */
export const LiveEvent = Type.Object({
  subject: Type.String(),
  change: Type.Optional(Type.String()),
  plant: Type.Optional(Type.String()),
  state: Type.Optional(Type.String()),
});
export type LiveEvent = Static<typeof LiveEvent>;

/** How a sandbox system misbehaves. Present only where the hub runs with its sandboxes. */
export const Faults = Type.Object(
  {
    latencyMs: Type.Integer({ minimum: 0, maximum: 60_000 }),
    /** Of 100 requests, how many fail in this way. */
    tooManyRequestsPercent: Type.Integer({ minimum: 0, maximum: 100 }),
    serverErrorPercent: Type.Integer({ minimum: 0, maximum: 100 }),
    cutAfterWritePercent: Type.Integer({ minimum: 0, maximum: 100 }),
    duplicateWebhooks: Type.Boolean(),
    reorderWebhooks: Type.Boolean(),
  },
  { additionalProperties: false },
);
export type Faults = Static<typeof Faults>;

export const SandboxView = Type.Object({
  /** Changes in the sandbox PLM that can still be released. */
  drafts: Type.Array(Type.Object({ change: Type.String(), title: Type.String() })),
  faults: Type.Record(Type.String(), Faults),
});
export type SandboxView = Static<typeof SandboxView>;

/** Production orders to be planned and released in the sandbox ERP, for something to be built. */
export const SandboxOrders = Type.Object(
  {
    item: Type.String({ minLength: 1, maxLength: 60 }),
    pieces: Type.Integer({ minimum: 1, maximum: 1_000 }),
    orders: Type.Integer({ minimum: 1, maximum: 50, default: 1 }),
  },
  { additionalProperties: false },
);
export type SandboxOrders = Static<typeof SandboxOrders>;
export const SandboxOrdersMade = Type.Object({ orders: Type.Array(Type.String()) });
export type SandboxOrdersMade = Static<typeof SandboxOrdersMade>;

/** What every failed request answers. */
export const ErrorBody = Type.Object({ error: Problem });
export type ErrorBody = Static<typeof ErrorBody>;

/** Lower case letters, digits and `. _ @ -`. */
export const AccountName = Type.String({ pattern: "^[a-z0-9][a-z0-9._@-]{0,63}$" });

export const AccountView = Type.Object({
  account: Type.String(),
  role: Role,
  mustChangePassword: Type.Boolean(),
  disabled: Type.Boolean(),
  createdBy: Type.String(),
  createdAt: Type.String(),
});
export type AccountView = Static<typeof AccountView>;
export const AccountList = Type.Object({ accounts: Type.Array(AccountView) });
export type AccountList = Static<typeof AccountList>;

export const NewAccount = Type.Object({ account: AccountName, role: Role }, { additionalProperties: false });
export const AccountChange = Type.Object(
  { role: Type.Optional(Role), disabled: Type.Optional(Type.Boolean()) },
  { additionalProperties: false, minProperties: 1 },
);
/** A password that must be replaced at the first sign-in; shown this once. */
export const OneTimePassword = Type.Object({ account: Type.String(), oneTimePassword: Type.String() });
export type OneTimePassword = Static<typeof OneTimePassword>;

export const NewApiKey = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 100 }),
    role: Role,
    expiresInDays: Type.Integer({ minimum: 1, maximum: 366 }),
  },
  { additionalProperties: false },
);
/** A key acts in its account's name, with the lesser of its own and the account's role. */
const ApiKeyView = Type.Object({
  id: Type.String(),
  name: Type.String(),
  account: Type.String(),
  role: Role,
  createdAt: Type.String(),
  expiresAt: Type.String(),
  lastUsedAt: Type.Union([Type.String(), Type.Null()]),
});
export const ApiKeyList = Type.Object({ apiKeys: Type.Array(ApiKeyView) });
export type ApiKeyList = Static<typeof ApiKeyList>;
/** `key` is shown this once: only its hash is kept. */
export const CreatedApiKey = Type.Object({ apiKey: ApiKeyView, key: Type.String() });
export type CreatedApiKey = Static<typeof CreatedApiKey>;

/** `after` is the `next` of the page before; state and text narrow the list. */
export const ChangeQuery = Type.Object(
  {
    state: Type.Optional(RunState),
    text: Type.Optional(Type.String({ maxLength: 200 })),
    after: Type.Optional(Type.String({ maxLength: 500 })),
    limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }),
  },
  { additionalProperties: false },
);

export const AskRollback = Type.Object(
  { reason: Type.String({ minLength: 3, maxLength: 1000 }) },
  { additionalProperties: false },
);

/** The change of Heddle's own that takes another one back; it waits for an approval like any change. */
export const AskedRollback = Type.Object({ change: Type.String(), plant: Type.String(), takesBack: Type.String() });
export type AskedRollback = Static<typeof AskedRollback>;

/** Says that a change will be looked at again; follow it by `GET /api/events`. */
export const LookedAgain = Type.Object({ subject: Type.String() });
export type LookedAgain = Static<typeof LookedAgain>;

/** `change` and `plant` go together: the trail of that one, newest first, without paging. */
export const AuditQuery = Type.Object(
  {
    change: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    plant: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    after: Type.Optional(Type.String({ maxLength: 500 })),
    limit: Type.Integer({ minimum: 1, maximum: 500, default: 100 }),
  },
  { additionalProperties: false },
);
export const AuditPage = Type.Object({
  entries: Type.Array(AuditEntry),
  next: Type.Union([Type.String(), Type.Null()]),
});
export type AuditPage = Static<typeof AuditPage>;

/** One thing in the thread: the system that holds it, its kind there and its id. */
export const ThreadNodeView = Type.Object(
  {
    system: Type.String({ minLength: 1, maxLength: 200 }),
    kind: Type.Enum([...THREAD_KINDS]),
    id: Type.String({ minLength: 1, maxLength: 500 }),
  },
  { additionalProperties: false },
);
export type ThreadNodeView = Static<typeof ThreadNodeView>;
/** What is called `text`, as people type it: `SN-1`, `L-7`, `FX-110`, `MO-5001`, `ECO-0001`, `PR-0003`. */
const Named = {
  text: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
  kind: Type.Optional(Type.Enum([...THREAD_KINDS])),
  plant: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
};
export const ThreadSearchQuery = Type.Object(
  {
    ...Named,
    text: Type.String({ minLength: 1, maxLength: 200 }),
    limit: Type.Integer({ minimum: 1, maximum: 200, default: 20 }),
  },
  { additionalProperties: false },
);
/** `by` tells whether these are called so, or whether nothing is and these begin so. */
export const ThreadSearch = Type.Object({
  by: Type.Union([Type.Literal("name"), Type.Literal("beginning")]),
  nodes: Type.Array(ThreadNodeView),
});
export type ThreadSearch = Static<typeof ThreadSearch>;

/** Either `text`, or `system`, `kind` and `id` of one thing. `after` is that of `more` and goes with one direction. */
export const TraceQuery = Type.Object(
  {
    ...Named,
    system: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    id: Type.Optional(Type.String({ minLength: 1, maxLength: 500 })),
    direction: Type.Union([Type.Literal("both"), Type.Literal("back"), Type.Literal("forward")], { default: "both" }),
    depth: Type.Integer({ minimum: 1, maximum: 20, default: 8 }),
    /** Links of one thing; the rest is `more`. */
    limit: Type.Integer({ minimum: 1, maximum: 200, default: 20 }),
    after: Type.Optional(Type.String({ maxLength: 2_000 })),
  },
  { additionalProperties: false },
);
const TraceStep = Type.Object({
  /** How many links `to` is away from where the trace began. */
  depth: Type.Integer(),
  from: ThreadNodeView,
  to: ThreadNodeView,
  relation: Type.Enum(Object.keys(RELATIONS) as ThreadRelation[]),
  /** As read from `from`: `was made by production order MO-5001`. */
  says: Type.String(),
  sentence: Type.String(),
  /** When the hub noted it. */
  at: Type.String(),
  /** When it came to be so on the shop floor; null where that is when the hub noted it. */
  happenedAt: Type.Union([Type.String(), Type.Null()]),
  /** An operator's number or an approver's name; null where the hub did it. */
  who: Type.Union([Type.String(), Type.Null()]),
  /** The run that noted it: `order:MO-5001@1000`. */
  subject: Type.String(),
  /** Whether the trace came to `to` before: what follows stands there. */
  isKnown: Type.Boolean(),
});
export type TraceStep = Static<typeof TraceStep>;
/** One direction of a trace, level by level. */
export const TracePart = Type.Object({
  steps: Type.Array(TraceStep),
  /** Links that are left out: how many, and where they go on. */
  more: Type.Array(
    Type.Object({ node: ThreadNodeView, after: Type.String(), count: Type.Integer(), isAtLeast: Type.Boolean() }),
  ),
  /** Links that should be there and are not. */
  missing: Type.Array(Type.Object({ node: ThreadNodeView, sentence: Type.String() })),
  /** Things at which the trace stopped because of its bounds. */
  open: Type.Array(ThreadNodeView),
});
export type TracePart = Static<typeof TracePart>;
/** `node` is null where not exactly one thing is called so; `found` then holds those to choose from. */
export const TraceView = Type.Object({
  node: Type.Union([ThreadNodeView, Type.Null()]),
  found: ThreadSearch,
  back: Type.Union([TracePart, Type.Null()]),
  forward: Type.Union([TracePart, Type.Null()]),
});
export type TraceView = Static<typeof TraceView>;

const UnitKind = Type.Union([Type.Literal("serial"), Type.Literal("lot"), Type.Literal("order")]);
const RecallOf = {
  /** A lot or serial that was built in, and its item where several have the number. */
  lot: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
  serial: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
  item: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
  /** A change: units of its items that were built without it. */
  before: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
  plant: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
};
/** One of `lot`, `serial` and `before`. */
export const RecallAllQuery = Type.Object(RecallOf, { additionalProperties: false });
export type RecallAllQuery = Static<typeof RecallAllQuery>;
export const RecallQuery = Type.Object(
  {
    ...RecallOf,
    after: Type.Optional(Type.String({ maxLength: 2_000 })),
    limit: Type.Integer({ minimum: 1, maximum: 500, default: 100 }),
  },
  { additionalProperties: false },
);
const RecalledUnit = Type.Object({
  plant: Type.String(),
  kind: UnitKind,
  id: Type.String(),
  item: Type.String(),
  revision: Type.Union([Type.String(), Type.Null()]),
  lot: Type.Union([Type.String(), Type.Null()]),
  order: Type.Union([Type.String(), Type.Null()]),
  builtAt: Type.Union([Type.String(), Type.Null()]),
  /** Changes in force when it was built; null where it is not on record. */
  changes: Type.Union([Type.Array(Type.String()), Type.Null()]),
  /** `contains lot L-7 of MOT-024`; null of a recall by change. */
  because: Type.Union([Type.String(), Type.Null()]),
});
export type RecalledUnit = Static<typeof RecalledUnit>;
/** Serials, and lots and orders where there are none. A page may be short and still have a `next`. */
export const RecallPage = Type.Object({
  /** What is recalled: `built with lot L-7 of MOT-024`. */
  recall: Type.String(),
  units: Type.Array(RecalledUnit),
  next: Type.Union([Type.String(), Type.Null()]),
});
export type RecallPage = Static<typeof RecallPage>;
export const RecallCount = Type.Object({
  recall: Type.String(),
  serials: Type.Integer(),
  lots: Type.Integer(),
  orders: Type.Integer(),
  /** True where it was not counted to the end. */
  isAtLeast: Type.Boolean(),
});
export type RecallCount = Static<typeof RecallCount>;

const BuiltPart = Type.Object({
  item: Type.String(),
  revision: Type.Union([Type.String(), Type.Null()]),
  /** With its unit: `4 EA`. */
  quantity: Type.String(),
  lot: Type.Union([Type.String(), Type.Null()]),
  serial: Type.Union([Type.String(), Type.Null()]),
  operation: Type.Union([Type.String(), Type.Null()]),
});
/** What was built into a unit, beside the design that its order built. */
export const AsBuiltView = Type.Object({
  plant: Type.String(),
  item: Type.String(),
  kind: UnitKind,
  id: Type.String(),
  revision: Type.Union([Type.String(), Type.Null()]),
  lot: Type.Union([Type.String(), Type.Null()]),
  builtAt: Type.String(),
  changes: Type.Array(Type.String()),
  /** Orders that worked on it, the first first. */
  orders: Type.Array(Type.String()),
  components: Type.Array(BuiltPart),
  operations: Type.Array(
    Type.Object({
      operation: Type.Union([Type.String(), Type.Null()]),
      workCenter: Type.Union([Type.String(), Type.Null()]),
      station: Type.Union([Type.String(), Type.Null()]),
      operator: Type.Union([Type.String(), Type.Null()]),
      at: Type.String(),
    }),
  ),
  results: Type.Array(
    Type.Object({
      kind: Type.Union([Type.Literal("tested"), Type.Literal("measured"), Type.Literal("nonconformance")]),
      name: Type.String(),
      passed: Type.Boolean(),
      text: Type.Union([Type.String(), Type.Null()]),
      at: Type.String(),
    }),
  ),
  /** Null where the design is not known. */
  compared: Type.Union([
    Type.Object({
      isAsDesigned: Type.Boolean(),
      lines: Type.Array(
        Type.Object({
          line: Type.String(),
          item: Type.String(),
          /** With its unit; null for as required. */
          required: Type.Union([Type.String(), Type.Null()]),
          isAsDesigned: Type.Boolean(),
          fits: Type.Array(Type.Object({ fit: Type.String(), part: BuiltPart })),
          missing: Type.Union([Type.String(), Type.Null()]),
        }),
      ),
      extra: Type.Array(Type.Object({ part: BuiltPart, why: Type.String() })),
      /** The same in words, a sentence for each line. */
      text: Type.Array(Type.String()),
    }),
    Type.Null(),
  ]),
  /** What the comparison does not know. */
  notes: Type.Array(Type.String()),
});
export type AsBuiltView = Static<typeof AsBuiltView>;

/** What became of a webhook: `new` is false for one that was delivered before. */
export const WebhookReceipt = Type.Object({ new: Type.Boolean(), subjects: Type.Integer() });
export type WebhookReceipt = Static<typeof WebhookReceipt>;

/** What became of events that were sent: each is stored, was known, or is kept apart for the reason that is named. */
export const ShopEventsTaken = Type.Object({
  received: Type.Integer(),
  stored: Type.Integer(),
  /** Told before, with the same content. */
  known: Type.Integer(),
  keptApart: Type.Integer(),
  /** The first hundred of these, by their place in what was sent, from 0. */
  apart: Type.Array(
    Type.Object({
      at: Type.Integer(),
      source: Type.Union([Type.String(), Type.Null()]),
      id: Type.Union([Type.String(), Type.Null()]),
      code: Type.String(),
      field: Type.String(),
      cause: Type.String(),
      fix: Type.String(),
    }),
  ),
});
export type ShopEventsTaken = Static<typeof ShopEventsTaken>;

export const Health = Type.Object({ status: Type.Literal("ok") });
export type Health = Static<typeof Health>;

/** Where an order stands on its way to the MES. */
export const OrderState = Type.Union([
  Type.Literal("not released"),
  Type.Literal("scheduled"),
  Type.Literal("held"),
  Type.Literal("blocked"),
  Type.Literal("sending"),
  Type.Literal("retrying"),
  Type.Literal("dispatched"),
  Type.Literal("negotiating"),
  Type.Literal("refused"),
  Type.Literal("ended"),
]);
export type OrderState = Static<typeof OrderState>;

const OrNull = <Schema extends TSchema>(schema: Schema) => Type.Union([schema, Type.Null()]);

/** A production order as the ERP, the hub and the MES see it, side by side. */
export const OrderRow = Type.Object({
  order: Type.String(),
  plant: Type.String(),
  item: Type.String(),
  revision: OrNull(Type.String()),
  /** With its unit: `40 EA`. */
  quantity: Type.String(),
  type: Type.String(),
  priority: Type.Integer(),
  from: OrNull(
    Type.Object({
      order: Type.String(),
      because: Type.Union([Type.Literal("split"), Type.Literal("rework")]),
    }),
  ),
  /** When work may begin, as an instant. */
  startAt: OrNull(Type.String()),
  state: OrderState,
  /** Why it stands there, in a sentence; null when that goes without saying. */
  reason: OrNull(Type.String()),
  erp: Type.Object({
    system: Type.String(),
    state: Type.String(),
    onHold: Type.Boolean(),
    mbom: OrNull(Type.String()),
    routing: OrNull(Type.String()),
  }),
  /** What the hub last sent; 0 before the first. */
  version: Type.Integer(),
  /** Null before the MES has the job. */
  mes: OrNull(
    Type.Object({
      system: Type.String(),
      number: Type.String(),
      state: Type.String(),
      version: Type.Integer(),
      good: Type.String(),
      scrap: Type.String(),
    }),
  ),
  /** When it goes, as an instant; null when it has gone or will not. */
  dispatchAt: OrNull(Type.String()),
  /** The shift start that it goes or went with. */
  shift: OrNull(Type.Object({ name: Type.String(), day: Type.String(), at: Type.String() })),
  updatedAt: Type.String(),
});
export type OrderRow = Static<typeof OrderRow>;

export const OrderPage = Type.Object({ orders: Type.Array(OrderRow), next: OrNull(Type.String()) });
export type OrderPage = Static<typeof OrderPage>;

/** `shift` is the instant of a shift start: its batch, also before it goes. Orders that are not released are left out unless asked for. */
export const OrderQuery = Type.Object(
  {
    plant: Type.Optional(Type.String({ maxLength: 200 })),
    state: Type.Optional(OrderState),
    shift: Type.Optional(Type.String({ maxLength: 40 })),
    /** Found in the order's number or its item, whatever its case. */
    text: Type.Optional(Type.String({ maxLength: 200 })),
    after: Type.Optional(Type.String({ maxLength: 500 })),
    limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }),
  },
  { additionalProperties: false },
);

/** Something that a person should know about an order. */
const FindingView = Type.Object({
  severity: Type.Union([Type.Literal("blocked"), Type.Literal("warning"), Type.Literal("info")]),
  code: Type.String(),
  system: Type.String(),
  item: OrNull(Type.String()),
  line: OrNull(Type.String()),
  field: OrNull(Type.String()),
  cause: Type.String(),
  fix: Type.String(),
});

/** A newer design that closes the gate for an order, and what lets it through all the same. */
const GateReason = Type.Object({
  item: Type.String(),
  /** The change, or the number of the newer mBOM or routing where no change is known. */
  supersededBy: Type.String(),
  sentence: Type.String(),
  /** The deviation that lets it through; null while it holds the order. */
  deviation: OrNull(Type.String()),
});

/** A recorded leave to build orders by a superseded design. */
export const Deviation = Type.Object({
  id: Type.String(),
  plant: Type.String(),
  item: Type.String(),
  supersededBy: Type.String(),
  /** The one order that it holds for; null for all orders of the item. */
  order: OrNull(Type.String()),
  reason: Type.String(),
  approvedBy: Type.String(),
  /** How much may be built by it, in the item's unit: `50`; null for no limit. */
  quantity: OrNull(Type.String()),
  /** What it has let through so far. */
  used: Type.String(),
  /** The instant it ends; null for no end. */
  until: OrNull(Type.String()),
  state: Type.Union([Type.Literal("open"), Type.Literal("used up"), Type.Literal("expired"), Type.Literal("revoked")]),
  createdAt: Type.String(),
});
export type Deviation = Static<typeof Deviation>;
export const DeviationList = Type.Object({ deviations: Type.Array(Deviation) });
export type DeviationList = Static<typeof DeviationList>;

/** What a person has ordered, until it is taken back. */
const Directive = Type.Object({ by: Type.String(), reason: Type.String(), at: Type.String() });

export const OrderView = Type.Object({
  row: OrderRow,
  findings: Type.Array(FindingView),
  gate: Type.Array(GateReason),
  deviations: Type.Array(Deviation),
  directives: Type.Object({ hold: OrNull(Directive), dispatchNow: OrNull(Directive), cancel: OrNull(Directive) }),
  /** What was sent, newest first. */
  versions: Type.Array(
    Type.Object({
      version: Type.Integer(),
      sentAt: Type.String(),
      /** `acknowledged`, `refused`, or `sent` while nobody knows. */
      outcome: Type.Union([Type.Literal("sent"), Type.Literal("acknowledged"), Type.Literal("refused")]),
      /** The MES's words where it refused. */
      refusal: OrNull(Type.String()),
      /** `toJson` of a `JobOrder`. */
      jobOrder: Type.Unknown(),
    }),
  ),
  timeline: Type.Array(AuditEntry),
});
export type OrderView = Static<typeof OrderView>;

/** Asks something of an order, with the reason that its trail keeps. */
export const AskOfOrder = Type.Object(
  { reason: Type.String({ minLength: 3, maxLength: 1000 }) },
  { additionalProperties: false },
);

const DEVIATION_LIMITS = {
  reason: Type.String({ minLength: 3, maxLength: 1000 }),
  quantity: Type.Optional(Type.String({ pattern: "^\\d{1,15}(\\.\\d{1,9})?$" })),
  until: Type.Optional(Type.String({ format: "date-time" })),
};
/** Lets one order through the gate, in spite of everything that holds it there. */
export const ReleaseWithDeviation = Type.Object(DEVIATION_LIMITS, { additionalProperties: false });
/** Lets the orders of an item be built by the design that `supersededBy` took the place of. */
export const NewDeviation = Type.Object(
  {
    plant: Type.String({ minLength: 1, maxLength: 200 }),
    item: Type.String({ minLength: 1, maxLength: 200 }),
    supersededBy: Type.String({ minLength: 1, maxLength: 200 }),
    ...DEVIATION_LIMITS,
  },
  { additionalProperties: false },
);

/** Where a proposal stands: a problem report goes by filing to filed or failed, the others end as approved. */
export const ProposalState = Type.Union([
  Type.Literal("waiting"),
  Type.Literal("approved"),
  Type.Literal("filing"),
  Type.Literal("filed"),
  Type.Literal("failed"),
  Type.Literal("dismissed"),
  Type.Literal("closed"),
]);
const ProposalKind = Type.Union([
  Type.Literal("routing time"),
  Type.Literal("scrap factor"),
  Type.Literal("problem report"),
]);

/** What production's figures made a trigger propose to people. */
export const ProposalRow = Type.Object({
  id: Type.String(),
  kind: ProposalKind,
  plant: Type.String(),
  item: Type.String(),
  /** `-` where nobody told the revision, or the operation. */
  revision: Type.String(),
  operation: Type.String(),
  /** The trigger's name. */
  rule: Type.String(),
  title: Type.String(),
  state: ProposalState,
  /** Why it stands there: a person's reason, or what keeps it from being filed. */
  reason: OrNull(Type.String()),
  decidedBy: OrNull(Type.String()),
  decidedAt: OrNull(Type.String()),
  /** The PLM's number of the report. */
  receipt: OrNull(Type.String()),
  openedAt: Type.String(),
  updatedAt: Type.String(),
});
export type ProposalRow = Static<typeof ProposalRow>;
export const ProposalPage = Type.Object({ proposals: Type.Array(ProposalRow), next: OrNull(Type.String()) });
export type ProposalPage = Static<typeof ProposalPage>;

export const ProposalQuery = Type.Object(
  {
    plant: Type.Optional(Type.String({ maxLength: 200 })),
    item: Type.Optional(Type.String({ maxLength: 200 })),
    kind: Type.Optional(ProposalKind),
    state: Type.Optional(ProposalState),
    after: Type.Optional(Type.String({ maxLength: 500 })),
    limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }),
  },
  { additionalProperties: false },
);

export const ProposalView = Type.Object({
  row: ProposalRow,
  /** What is asked, and what follows from a yes. */
  text: Type.String(),
  /** The figures behind it, a line for each order. */
  evidence: Type.Array(Type.String()),
  /** The orders that it rests on. */
  orders: Type.Array(Type.String()),
  /** The change that it is laid to. */
  change: OrNull(Type.String()),
  /** What is planned and what is proposed; null of a problem report. */
  figures: OrNull(
    Type.Object({
      /** Seconds for a piece, or a share of 1. */
      unit: Type.Union([Type.Literal("seconds"), Type.Literal("share")]),
      planned: Type.Number(),
      proposed: Type.Number(),
    }),
  ),
  timeline: Type.Array(AuditEntry),
});
export type ProposalView = Static<typeof ProposalView>;

export const DecideProposal = Type.Object(
  {
    decision: Type.Union([Type.Literal("approve"), Type.Literal("dismiss")]),
    reason: Type.String({ minLength: 3, maxLength: 1000 }),
  },
  { additionalProperties: false },
);

/** Whose word stands in the mBOM: engineering's plan, or what the plant's planners have in the ERP. */
export const MergeSide = Type.Union([Type.Literal("engineering"), Type.Literal("plant")]);
export type MergeSide = Static<typeof MergeSide>;

/** A conflict is open until a person answers it, answered until that is taken back, gone when no plan asks it. */
export const ConflictState = Type.Union([Type.Literal("open"), Type.Literal("answered"), Type.Literal("gone")]);
export type ConflictState = Static<typeof ConflictState>;

/** What each side says of the field, as people read it; null where it has no such line. */
const ConflictSaid = Type.Object({
  /** Engineering's plan when Heddle last published. */
  base: OrNull(Type.String()),
  engineering: OrNull(Type.String()),
  plant: OrNull(Type.String()),
});

const ConflictAnswer = Type.Object({
  stands: MergeSide,
  /** It holds as long as the plant says this. */
  plantSaid: OrNull(Type.String()),
  engineering: OrNull(Type.String()),
  reason: Type.String(),
  by: Type.String(),
  at: Type.String(),
  /** Null while it is in force. */
  revokedBy: OrNull(Type.String()),
  revokedAt: OrNull(Type.String()),
  revokedReason: OrNull(Type.String()),
});

/** One field of one line of an mBOM that both engineering and the plant changed, each differently. */
export const ConflictRow = Type.Object({
  id: Type.String(),
  /** How plans name it: `by` of an edit that its answer decided. */
  question: Type.String(),
  plant: Type.String(),
  item: Type.String(),
  line: Type.String(),
  component: Type.String(),
  /** `line` where one side added or removed it as a whole. */
  field: Type.String(),
  state: ConflictState,
  said: ConflictSaid,
  /** By which change it came up last. */
  change: Type.String(),
  /** Changes whose plan asks it now, or goes by its answer. */
  changes: Type.Array(
    Type.Object({ change: Type.String(), state: RunState, asks: Type.Boolean(), releasedBy: OrNull(Type.String()) }),
  ),
  /** The answer in force; of an open conflict it is one that was given when the plant said something else. */
  answer: OrNull(ConflictAnswer),
  openedAt: Type.String(),
  updatedAt: Type.String(),
});
export type ConflictRow = Static<typeof ConflictRow>;
export const ConflictPage = Type.Object({ conflicts: Type.Array(ConflictRow), next: OrNull(Type.String()) });
export type ConflictPage = Static<typeof ConflictPage>;

export const ConflictView = Type.Object({
  row: ConflictRow,
  /** Lines of the mBOM around the one in question, itself among them. */
  around: Type.Array(
    Type.Object({
      line: Type.String(),
      component: Type.String(),
      quantity: Type.String(),
      operation: OrNull(Type.String()),
    }),
  ),
  /** All that was ever answered, newest first. */
  answers: Type.Array(ConflictAnswer),
  timeline: Type.Array(AuditEntry),
});
export type ConflictView = Static<typeof ConflictView>;

export const ConflictQuery = Type.Object(
  {
    plant: Type.Optional(Type.String({ maxLength: 200 })),
    item: Type.Optional(Type.String({ maxLength: 200 })),
    /** Brought it up last, or has a plan that asks it or goes by its answer. */
    change: Type.Optional(Type.String({ maxLength: 200 })),
    state: Type.Optional(ConflictState),
    after: Type.Optional(Type.String({ maxLength: 500 })),
    limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }),
  },
  { additionalProperties: false },
);

/** The answer to a conflict. Both must still say what they said to the person, or the answer is refused. */
export const ResolveConflict = Type.Object(
  {
    stands: MergeSide,
    engineeringSaid: OrNull(Type.String({ maxLength: 10_000 })),
    plantSaid: OrNull(Type.String({ maxLength: 10_000 })),
    reason: Type.String({ minLength: 3, maxLength: 1000 }),
  },
  { additionalProperties: false },
);
export type ResolveConflict = Static<typeof ResolveConflict>;

export const RevokeResolution = Type.Object(
  { reason: Type.String({ minLength: 3, maxLength: 1000 }) },
  { additionalProperties: false },
);

/** One answer to all that a change's plan asks. `digest` must be the plan that counts now. */
export const ResolveConflicts = Type.Object(
  {
    digest: Type.String({ minLength: 64, maxLength: 64 }),
    stands: MergeSide,
    reason: Type.String({ minLength: 3, maxLength: 1000 }),
  },
  { additionalProperties: false },
);
export const ResolvedConflicts = Type.Object({ resolved: Type.Array(Type.String()) });
export type ResolvedConflicts = Static<typeof ResolvedConflicts>;

const UnitBuilt = Type.Object({ id: Type.String(), builtAt: Type.String() });

/** Where a change really cut in for one item. */
const ItemCutIn = Type.Object({
  item: Type.String(),
  from: OrNull(Type.String()),
  to: Type.String(),
  state: Type.Union([Type.Literal("cut in"), Type.Literal("not cut in"), Type.Literal("nothing told")]),
  /** By what units of the new design were told from old ones; null where nothing told them. */
  toldBy: OrNull(Type.Union([Type.Literal("revision"), Type.Literal("component"), Type.Literal("changes in force")])),
  /** In sentences: with which unit, versus planned, and what is not as it should be. */
  text: Type.String(),
  /** The instant from which on the new design was to be built. */
  planned: OrNull(Type.String()),
  /** The unit from which on the new design was built. */
  cutIn: OrNull(UnitBuilt),
  firstNew: OrNull(UnitBuilt),
  lastOld: OrNull(UnitBuilt),
  /** Orders that are compared. */
  orders: Type.Object({ before: Type.Integer(), after: Type.Integer() }),
});

const Side = Type.Union([Type.Literal("before"), Type.Literal("after")]);
const SideSize = Type.Object({
  /** Pieces of a share, orders of a time. */
  counted: Type.Number(),
  orders: OrNull(Type.Integer()),
});

/** What a change did to one figure of production at one operation. Times are seconds for a piece, shares are of 1. */
const MeasuredEffect = Type.Object({
  item: Type.String(),
  operation: Type.String(),
  measure: Type.Union([
    Type.Literal("run time"),
    Type.Literal("scrap"),
    Type.Literal("rework"),
    Type.Literal("first-pass yield"),
  ]),
  better: Type.Union([Type.Literal("lower"), Type.Literal("higher")]),
  verdict: Type.Union([
    Type.Literal("better"),
    Type.Literal("worse"),
    Type.Literal("no difference shown"),
    Type.Literal("too few"),
  ]),
  sentence: Type.String(),
  sizes: Type.Object({ before: SideSize, after: SideSize }),
  /** Null where there is too little to judge. */
  effect: OrNull(
    Type.Object({
      /** Medians, or shares. */
      before: Type.Number(),
      after: Type.Number(),
      /** By how much it moved: the typical difference of times, or of shares. */
      difference: Type.Number(),
      /** 95 % interval of the difference. */
      interval: Type.Object({ low: Type.Number(), high: Type.Number() }),
      /** Chance of a difference like this where nothing changed; corrected for all that were judged together. */
      p: Type.Number(),
      adjustedP: Type.Number(),
      together: Type.Integer(),
    }),
  ),
  /** One for each order, for a chart; the earliest first. */
  points: Type.Array(
    Type.Object({
      order: Type.String(),
      finishedAt: Type.String(),
      side: Side,
      value: Type.Number(),
      /** Of how many pieces the value is a share; null of a time. */
      of: OrNull(Type.Number()),
    }),
  ),
});

/** What a change did to production in a plant, around the cut-in that as-built records show. */
export const ChangeEffect = Type.Object({
  change: Type.String(),
  plant: Type.String(),
  items: Type.Array(ItemCutIn),
  measures: Type.Array(MeasuredEffect),
  /** Other changes that came into force with the same orders: their effect cannot be told apart. */
  alongside: Type.Array(Type.Object({ change: Type.String(), orders: Type.Integer() })),
});
export type ChangeEffect = Static<typeof ChangeEffect>;

/** The orders that go, or went, together at a shift's start. */
export const ShiftBatch = Type.Object({
  plant: Type.String(),
  shift: Type.String(),
  /** The plant's day. */
  day: Type.String(),
  /** When it starts, as an instant. */
  at: Type.String(),
  orders: Type.Integer(),
  /** Orders by state: `{ scheduled: 12, held: 1 }`. */
  states: Type.Record(Type.String(), Type.Integer()),
  /** When its first order was dispatched, and its last so far. */
  firstDispatchedAt: OrNull(Type.String()),
  lastDispatchedAt: OrNull(Type.String()),
});
export type ShiftBatch = Static<typeof ShiftBatch>;
/** Oldest first: the last few that went and all that are to come. */
export const ShiftBatches = Type.Object({ batches: Type.Array(ShiftBatch) });
export type ShiftBatches = Static<typeof ShiftBatches>;

/** Where the booking of an order's production in the ERP stands. */
export const BookingState = Type.Union([
  Type.Literal("waiting"),
  Type.Literal("booked"),
  Type.Literal("completed"),
  Type.Literal("to decide"),
  Type.Literal("refused"),
  Type.Literal("retrying"),
  Type.Literal("blocked"),
]);
export type BookingState = Static<typeof BookingState>;

/** What a person said to a finding. */
const BookingDecision = Type.Object({
  decision: Type.Union([Type.Literal("post"), Type.Literal("leave out")]),
  by: Type.String(),
  reason: Type.String(),
  at: Type.String(),
});

/** What does not fit the ERP's order; docs/errors.md explains each code. */
export const BookingFinding = Type.Object({
  /** Names it in a decision. */
  key: Type.String(),
  code: Type.String(),
  /** `component 20 WIRE`, `operation 0010`; null when it is about all of the order. */
  place: OrNull(Type.String()),
  /** How far it goes, with its unit; null where it has no size. */
  extent: OrNull(Type.String()),
  cause: Type.String(),
  fix: Type.String(),
  /** Null while nobody has answered. */
  decided: OrNull(BookingDecision),
});
export type BookingFinding = Static<typeof BookingFinding>;

export const BookingRow = Type.Object({
  order: Type.String(),
  plant: Type.String(),
  item: OrNull(Type.String()),
  state: BookingState,
  /** Why it stands there, in a sentence; null when that goes without saying. */
  reason: OrNull(Type.String()),
  /** Findings that wait for a person. */
  toDecide: Type.Integer(),
  /** How often Heddle has booked. */
  postings: Type.Integer(),
  bookedAt: OrNull(Type.String()),
  /** When the ERP is asked next; null while nothing new is known. */
  dueAt: OrNull(Type.String()),
  updatedAt: Type.String(),
});
export type BookingRow = Static<typeof BookingRow>;

export const BookingPage = Type.Object({ bookings: Type.Array(BookingRow), next: OrNull(Type.String()) });
export type BookingPage = Static<typeof BookingPage>;

export const BookingQuery = Type.Object(
  {
    plant: Type.Optional(Type.String({ maxLength: 200 })),
    state: Type.Optional(BookingState),
    /** The order's number, in whatever plant. */
    order: Type.Optional(Type.String({ maxLength: 200 })),
    after: Type.Optional(Type.String({ maxLength: 500 })),
    limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }),
  },
  { additionalProperties: false },
);

export const BookingView = Type.Object({
  row: BookingRow,
  findings: Type.Array(BookingFinding),
  /** `toJson` of `OrderActuals`; null while nothing was counted. */
  actuals: Type.Unknown(),
  /** `toJson` of `PostingLines`: what the ERP held at the last look, and what its books lacked; null before the first. */
  held: Type.Unknown(),
  outstanding: Type.Unknown(),
  /** When the ERP was looked at last. */
  lookedAt: OrNull(Type.String()),
  /** What of the last posting the ERP has no place for, each a sentence. */
  losses: Type.Array(Type.String()),
  timeline: Type.Array(AuditEntry),
});
export type BookingView = Static<typeof BookingView>;

/** Says whether what a finding is about is booked in spite of it. */
export const DecideBooking = Type.Object(
  {
    finding: Type.String({ minLength: 1, maxLength: 500 }),
    decision: Type.Union([Type.Literal("post"), Type.Literal("leave out")]),
    reason: Type.String({ minLength: 3, maxLength: 1000 }),
  },
  { additionalProperties: false },
);

/** A list of words in one field, in any order: `day,operation`. Empty for none. */
const listOf = (words: readonly string[], usual = "") => {
  const word = `(${words.join("|")})`;
  return Type.String({ pattern: `^(${word}(,${word})*)?$`, maxLength: 200, default: usual });
};
/** A day of the plant's calendar. */
const PlantDay = Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}$" });
/** How a list is answered: as JSON, or as a file to be saved. */
const Format = Type.Union([Type.Literal("json"), Type.Literal("csv"), Type.Literal("xlsx")], { default: "json" });
export type Format = Static<typeof Format>;

/** A field that a line has on both sides, and differently. */
const DifferingField = Type.Object({ field: Type.String(), from: Type.String(), to: Type.String() });
const TextOrNull = Type.Union([Type.String(), Type.Null()]);

export const BomDiffQuery = Type.Object(
  {
    from: Type.String({ minLength: 1, maxLength: 500 }),
    to: Type.String({ minLength: 1, maxLength: 500 }),
    format: Format,
  },
  { additionalProperties: false },
);

/** Two bills of material of one item, line by line. Quantities are exact text with their unit: `0.35 KGM`. */
export const BomDiff = Type.Object({
  item: Type.String(),
  plant: Type.String(),
  /** What was compared, in words: `published by ECO-7 (BOM-000047)`. */
  from: Type.String(),
  to: Type.String(),
  lines: Type.Array(
    Type.Object({
      what: Type.Union([Type.Literal("same"), Type.Literal("changed"), Type.Literal("added"), Type.Literal("removed")]),
      line: Type.String(),
      item: Type.String(),
      from: TextOrNull,
      to: TextOrNull,
      fields: Type.Array(DifferingField),
      /** What became of an eBOM line, or where an mBOM line comes from; null where both sides are of a kind. */
      why: TextOrNull,
    }),
  ),
});
export type BomDiff = Static<typeof BomDiff>;

export const BomAccountQuery = Type.Object({ format: Format }, { additionalProperties: false });

/** What became of every eBOM quantity in the mBOM that Heddle published last, checked against PLM and ERP now. */
export const BomAccount = Type.Object({
  item: Type.String(),
  plant: Type.String(),
  revision: Type.String(),
  change: Type.String(),
  number: Type.String(),
  publishedAt: Type.String(),
  isBalanced: Type.Boolean(),
  lines: Type.Array(
    Type.Object({
      line: Type.String(),
      item: Type.String(),
      required: Type.String(),
      placed: Type.Array(Type.String()),
      rounding: TextOrNull,
      scrap: Type.Array(Type.String()),
      unplaced: TextOrNull,
      why: Type.String(),
      /** Why it does not balance; null when it does. */
      problem: TextOrNull,
    }),
  ),
  /** What the plant's planners changed of engineering's plan. */
  edits: Type.Array(
    Type.Object({
      what: Type.Union([Type.Literal("added"), Type.Literal("removed"), Type.Literal("changed")]),
      line: Type.String(),
      item: Type.String(),
      planned: TextOrNull,
      standing: TextOrNull,
    }),
  ),
  notes: Type.Array(Type.String()),
});
export type BomAccount = Static<typeof BomAccount>;

/** What figures of production are narrowed to; both days are included. */
const PRODUCTION_FILTER = {
  plant: Type.Optional(Type.String({ maxLength: 200 })),
  item: Type.Optional(Type.String({ maxLength: 500 })),
  revision: Type.Optional(Type.String({ maxLength: 500 })),
  operation: Type.Optional(Type.String({ maxLength: 500 })),
  workCenter: Type.Optional(Type.String({ maxLength: 500 })),
  from: Type.Optional(PlantDay),
  until: Type.Optional(PlantDay),
};

/** What rows of KPIs can be told apart by, beside the plant and the unit. `order` reads the orders' own figures. */
export const KPI_PARTS = ["item", "revision", "operation", "workCenter", "changes", "day", "shift", "order"] as const;

/**
 * `by` names the parts that rows are told apart by: `day,operation`; without it there is one row for each plant and
 * unit. Keep the operation where quantities matter: one piece goes through each.
 */
export const KpiQuery = Type.Object(
  { ...PRODUCTION_FILTER, by: listOf(KPI_PARTS), format: Format },
  { additionalProperties: false },
);

/** Sums that the indicators are worked out from, named as ISO 22400-2 does; see docs/feedback.md. */
const KpiElementsView = Type.Object({
  /** Exact, in the row's unit: `118`, `0.5`, `1/3`. */
  good: Type.String(),
  scrap: Type.String(),
  rework: Type.String(),
  inspected: Type.String(),
  goodAtFirst: Type.String(),
  /** Milliseconds. */
  setupMs: Type.Number(),
  productionMs: Type.Number(),
  reworkMs: Type.Number(),
  delayMs: Type.Number(),
  downMs: Type.Number(),
  plannedDownMs: Type.Number(),
  executionMs: Type.Number(),
  plannedBusyMs: Type.Number(),
  plannedRunMs: Type.Number(),
  withPlanMs: Type.Number(),
});

/** Indicators by ISO 22400-2, as shares of 1; null where there is nothing to divide by. */
const KpisView = Type.Object({
  /** Pieces per hour of execution. */
  throughputRate: OrNull(Type.Number()),
  allocationRatio: OrNull(Type.Number()),
  setupRate: OrNull(Type.Number()),
  /** Of work centers: null where rows are told apart, or narrowed, by item, revision, operation, changes or order. */
  availability: OrNull(Type.Number()),
  effectiveness: OrNull(Type.Number()),
  qualityRatio: OrNull(Type.Number()),
  oee: OrNull(Type.Number()),
  firstPassYield: OrNull(Type.Number()),
  scrapRatio: OrNull(Type.Number()),
  reworkRatio: OrNull(Type.Number()),
});

/** Processing time for one unit, of first passes. Milliseconds, each within 1 % of the exact one. */
const CycleTimeView = Type.Object({
  /** How many times it was reported. */
  count: Type.Integer(),
  p10: OrNull(Type.Number()),
  p50: OrNull(Type.Number()),
  p90: OrNull(Type.Number()),
  p99: OrNull(Type.Number()),
});

/** A part of the key is null where rows are not told apart by it, or where the events did not name it. */
export const KpiRow = Type.Object({
  plant: Type.String(),
  item: OrNull(Type.String()),
  revision: OrNull(Type.String()),
  operation: OrNull(Type.String()),
  workCenter: OrNull(Type.String()),
  /** Engineering changes in force when it was made, sorted; null where rows are not told apart by them. */
  changes: OrNull(Type.Array(Type.String())),
  /** The plant's day on which the shift began. */
  day: OrNull(Type.String()),
  shift: OrNull(Type.String()),
  order: OrNull(Type.String()),
  /** What quantities are counted in; null where there are none. */
  unit: OrNull(Type.String()),
  /** How many orders it is about. */
  orders: Type.Integer(),
  elements: KpiElementsView,
  kpis: KpisView,
  cycleTime: CycleTimeView,
});
export type KpiRow = Static<typeof KpiRow>;

/** An engineering change came into force on the shop floor: the first day of which something was made under it. */
const ChangeMarker = Type.Object({
  plant: Type.String(),
  item: Type.String(),
  change: Type.String(),
  day: Type.String(),
});

export const KpiReport = Type.Object({
  /** Sorted by plant, then by the parts of the key in the order of `by`. */
  rows: Type.Array(KpiRow),
  /** By day. Of the item that was asked for, within the days that were asked for; none without an item. */
  changeMarkers: Type.Array(ChangeMarker),
});
export type KpiReport = Static<typeof KpiReport>;

const LOSS_PARTS = ["item", "operation", "workCenter"] as const;

/** Rows are told apart by kind, reason and unit, and by the parts that `by` names; empty for none. */
export const LossQuery = Type.Object(
  {
    ...PRODUCTION_FILTER,
    kind: Type.Optional(
      Type.Union([
        Type.Literal("scrap"),
        Type.Literal("rework"),
        Type.Literal("nonconformance"),
        Type.Literal("downtime"),
      ]),
    ),
    by: listOf(LOSS_PARTS, "operation"),
    format: Format,
  },
  { additionalProperties: false },
);

/** One bar of a Pareto chart. */
export const LossRow = Type.Object({
  plant: Type.String(),
  kind: Type.Union([
    Type.Literal("scrap"),
    Type.Literal("rework"),
    Type.Literal("nonconformance"),
    Type.Literal("downtime"),
  ]),
  /** Empty where the source gave none. */
  reason: Type.String(),
  item: OrNull(Type.String()),
  operation: OrNull(Type.String()),
  workCenter: OrNull(Type.String()),
  /** Exact: pieces in `unit`; of a nonconformance how often; of downtime milliseconds. */
  quantity: Type.String(),
  unit: OrNull(Type.String()),
  /** How often it was told. */
  times: Type.Integer(),
  /** Of all of its kind and unit, from 0 to 1: its own, and with all before it. */
  share: Type.Number(),
  cumulative: Type.Number(),
});
export type LossRow = Static<typeof LossRow>;
/** By plant, kind and unit; of each the most first. */
export const LossReport = Type.Object({ rows: Type.Array(LossRow) });
export type LossReport = Static<typeof LossReport>;

const ApartState = Type.Union([Type.Literal("waiting"), Type.Literal("replayed"), Type.Literal("dismissed")]);

/** Events of one source that are not counted for one reason: at most some hundred in one group. */
export const ApartGroupView = Type.Object({
  id: Type.String(),
  /** Null where it could not be read. */
  source: OrNull(Type.String()),
  /** The connection, or the API key, that they came by. */
  via: Type.String(),
  plant: OrNull(Type.String()),
  order: OrNull(Type.String()),
  /** Documented in docs/errors.md. */
  code: Type.String(),
  field: Type.String(),
  cause: Type.String(),
  fix: Type.String(),
  /** Whether the hub tries again by itself, because what they name may be on its way. */
  mayPass: Type.Boolean(),
  count: Type.Integer(),
  receivedAt: Type.String(),
  state: ApartState,
  settledAt: OrNull(Type.String()),
  settledBy: OrNull(Type.String()),
  /** Why a person replayed or dismissed it. */
  reason: OrNull(Type.String()),
});
export type ApartGroupView = Static<typeof ApartGroupView>;

/** Groups that wait, unless another state is asked for. */
export const ApartQuery = Type.Object(
  {
    state: Type.Union(ApartState.anyOf, { default: "waiting" }),
    source: Type.Optional(Type.String({ maxLength: 500 })),
    code: Type.Optional(Type.String({ maxLength: 100 })),
    plant: Type.Optional(Type.String({ maxLength: 500 })),
    order: Type.Optional(Type.String({ maxLength: 500 })),
    after: Type.Optional(Type.String({ maxLength: 500 })),
    limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }),
  },
  { additionalProperties: false },
);
export const ApartPage = Type.Object({ groups: Type.Array(ApartGroupView), next: OrNull(Type.String()) });
export type ApartPage = Static<typeof ApartPage>;

/** Events that wait, by source and reason, the most first. */
export const ApartCounts = Type.Object({
  counts: Type.Array(
    Type.Object({ source: OrNull(Type.String()), code: Type.String(), count: Type.Integer(), newest: Type.String() }),
  ),
});
export type ApartCounts = Static<typeof ApartCounts>;

/** `events`: each as docs/feedback.md shows it, or `{ unreadable: text }` with what came. */
export const ApartGroupDetail = Type.Object({ group: ApartGroupView, events: Type.Array(Type.Unknown()) });
export type ApartGroupDetail = Static<typeof ApartGroupDetail>;

/** Why a group is replayed or dismissed, for the audit. */
export const ApartReason = Type.Object(
  { reason: Type.String({ minLength: 3, maxLength: 1000 }) },
  { additionalProperties: false },
);

/** What became of a group's events: counted, known already, or kept apart still with the reason that holds now. */
export const ApartReplay = Type.Object({
  stored: Type.Integer(),
  known: Type.Integer(),
  apart: Type.Integer(),
  /** The group as it is now. What waits for another reason than before has a group of its own. */
  group: ApartGroupView,
});
export type ApartReplay = Static<typeof ApartReplay>;
