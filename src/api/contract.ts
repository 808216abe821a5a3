import { Type, type Static, type TSchema } from "typebox";
import { THREAD_KINDS } from "../domain/thread-link.ts";

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
  Type.Literal("waiting turn"),
  Type.Literal("applying"),
  Type.Literal("retrying"),
  Type.Literal("blocked"),
  Type.Literal("applied"),
  Type.Literal("in step"),
  Type.Literal("refused"),
  Type.Literal("withdrawn"),
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
/** Links from and to the node, each read as a sentence: `from` `relation` `to`. */
export const ThreadView = Type.Object({
  node: ThreadNodeView,
  links: Type.Array(Type.Object({ from: ThreadNodeView, relation: Type.String(), to: ThreadNodeView })),
});
export type ThreadView = Static<typeof ThreadView>;

/** What became of a webhook: `new` is false for one that was delivered before. */
export const WebhookReceipt = Type.Object({ new: Type.Boolean(), subjects: Type.Integer() });
export type WebhookReceipt = Static<typeof WebhookReceipt>;

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
