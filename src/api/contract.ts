import { Type, type Static } from "typebox";

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

export const SignIn = Type.Object({
  account: Type.String({ minLength: 1, maxLength: 64 }),
  password: Type.String({ minLength: 1, maxLength: 256 }),
});
export const NewPassword = Type.Object({
  current: Type.String({ maxLength: 256 }),
  next: Type.String({ minLength: 12, maxLength: 256 }),
});

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
export const Decide = Type.Object({
  digest: Type.String({ minLength: 64, maxLength: 64 }),
  decision: Type.Union([Type.Literal("approve"), Type.Literal("refuse")]),
  reason: Type.String({ minLength: 3, maxLength: 1000 }),
});

export const Status = Type.Object({
  version: Type.String(),
  hub: Type.String(),
  states: Type.Record(Type.String(), Type.Integer()),
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
export const Faults = Type.Object({
  latencyMs: Type.Integer({ minimum: 0, maximum: 60_000 }),
  /** Of 100 requests, how many fail in this way. */
  tooManyRequestsPercent: Type.Integer({ minimum: 0, maximum: 100 }),
  serverErrorPercent: Type.Integer({ minimum: 0, maximum: 100 }),
  cutAfterWritePercent: Type.Integer({ minimum: 0, maximum: 100 }),
  duplicateWebhooks: Type.Boolean(),
  reorderWebhooks: Type.Boolean(),
});
export type Faults = Static<typeof Faults>;

export const SandboxView = Type.Object({
  /** Changes in the sandbox PLM that can still be released. */
  drafts: Type.Array(Type.Object({ change: Type.String(), title: Type.String() })),
  faults: Type.Record(Type.String(), Faults),
});
export type SandboxView = Static<typeof SandboxView>;
