import { fromJson } from "../src/domain/json.ts";
import type { ChangePlan } from "../src/domain/change-plan.ts";
import type {
  ApartCounts,
  ApartGroupDetail,
  ApartPage,
  ApartReplay,
  AsBuiltView,
  AskedRollback,
  AuditPage,
  BomAccount,
  BomDiff,
  BookingPage,
  BookingState,
  BookingView,
  ChangeEffect,
  ChangePage,
  ChangeView,
  ConflictPage,
  ConflictState,
  ConflictView,
  DeviationList,
  Faults,
  Format,
  KPI_PARTS,
  KpiReport,
  LossReport,
  MergeSide,
  OrderPage,
  OrderState,
  OrderView,
  PlanDecision,
  PlanView,
  Problem,
  ProposalPage,
  ProposalRow,
  ProposalView,
  RecallAllQuery,
  RecallCount,
  RecallPage,
  ResolveConflict,
  ResolvedConflicts,
  SandboxView,
  Session,
  ShiftBatches,
  Status,
  ThreadNodeView,
  ThreadSearch,
  TraceView,
} from "../src/api/contract.ts";

/** What the hub answered when it did not do what was asked. `status` 0: no answer came at all. */
export class ApiFailure extends Error {
  override readonly name = "ApiFailure";
  readonly status: number;
  readonly problem: Problem;

  constructor(status: number, problem: Problem, cause?: unknown) {
    super(problem.message, { cause });
    this.status = status;
    this.problem = problem;
  }
}

/** A change with its plan read back into the domain's types. */
export type Change = Omit<ChangeView, "plan"> & { readonly plan: Plan | null };
export type Plan = Omit<PlanView, "plan"> & { readonly plan: ChangePlan };
export type ChangeFilter = { readonly state?: string | undefined; readonly text?: string | undefined };

export type ConflictFilter = {
  readonly change?: string | undefined;
  readonly plant?: string | undefined;
  readonly item?: string | undefined;
  readonly state?: ConflictState | undefined;
};

export type OrderFilter = {
  readonly plant?: string | undefined;
  readonly state?: OrderState | undefined;
  /** The instant of a shift's start: its batch. */
  readonly shift?: string | undefined;
  readonly text?: string | undefined;
};

/** What an operator may ask of an order, as the API names it. */
export type OrderAsk = "dispatch-now" | "hold" | "release" | "cancel" | "look-again";

/** What is recalled, as the address names it: one of lot, serial and before. */
export type RecallAsked = { readonly [Name in keyof RecallAllQuery]: RecallAllQuery[Name] | undefined };

/** A reason, and within what limits a superseded design may be built. */
export type DeviationLimits = { readonly reason: string; readonly quantity?: string; readonly until?: string };

/** What figures of production are narrowed to; both days are included. */
export type ProductionFilter = {
  readonly plant?: string | undefined;
  readonly item?: string | undefined;
  readonly revision?: string | undefined;
  readonly operation?: string | undefined;
  readonly workCenter?: string | undefined;
  readonly from?: string | undefined;
  readonly until?: string | undefined;
};
export type LossKind = LossReport["rows"][number]["kind"];
export type LossPart = "item" | "operation" | "workCenter";
export type KpiPart = (typeof KPI_PARTS)[number];
export type BookingFilter = { readonly plant?: string | undefined; readonly state?: BookingState | undefined };
export type ApartState = ApartPage["groups"][number]["state"];
export type ApartFilter = {
  readonly state?: ApartState | undefined;
  readonly source?: string | undefined;
  readonly code?: string | undefined;
};

export const api = {
  session: () => call<Session>("GET", "/api/session"),
  signIn: (account: string, password: string) => call<Session>("POST", "/api/session", { account, password }),
  signOut: () => call<unknown>("DELETE", "/api/session"),
  changePassword: (current: string, next: string) => call<Session>("PUT", "/api/session/password", { current, next }),

  changes: ({ state, text }: ChangeFilter, after: string | null) =>
    call<ChangePage>("GET", `/api/changes${query({ state, text, after })}`),
  change: (change: string, plant: string) => call<ChangeView>("GET", changePath(change, plant)),
  decide: (change: string, plant: string, answer: Pick<PlanDecision, "digest" | "decision" | "reason">) =>
    call<unknown>("POST", `${changePath(change, plant)}/decision`, answer),
  lookAgain: (change: string, plant: string) => call<unknown>("POST", `${changePath(change, plant)}/look-again`),
  bomAccount: (plant: string, item: string) => call<BomAccount>("GET", bomAccountPath(plant, item)),
  bomDiff: (plant: string, item: string, from: string, to: string) =>
    call<BomDiff>("GET", bomDiffPath(plant, item, from, to)),
  rollBack: (change: string, plant: string, reason: string) =>
    call<AskedRollback>("POST", `${changePath(change, plant)}/rollback`, { reason }),
  effect: (change: string, plant: string) =>
    call<ChangeEffect>("GET", `/api/changes/${encodeURIComponent(change)}/effect${query({ plant })}`),

  conflicts: ({ change, plant, item, state }: ConflictFilter, after: string | null) =>
    call<ConflictPage>("GET", `/api/conflicts${query({ change, plant, item, state, after })}`),
  conflictsOf: (change: string, plant: string, after: string | null) =>
    call<ConflictPage>("GET", `/api/conflicts${query({ change, plant, after, limit: "200" })}`),
  conflict: (id: string) => call<ConflictView>("GET", conflictPath(id)),
  resolveConflict: (id: string, answer: ResolveConflict) =>
    call<ConflictView>("POST", `${conflictPath(id)}/resolution`, answer),
  revokeResolution: (id: string, reason: string) =>
    call<ConflictView>("POST", `${conflictPath(id)}/revoke`, { reason }),
  resolveConflicts: (
    change: string,
    plant: string,
    answer: { readonly digest: string; readonly stands: MergeSide; readonly reason: string },
  ) => call<ResolvedConflicts>("POST", `${changePath(change, plant)}/resolve-conflicts`, answer),

  kpis: (filter: ProductionFilter, by: readonly KpiPart[]) => call<KpiReport>("GET", kpisPath(filter, by)),
  losses: (filter: ProductionFilter, kind: LossKind, by: readonly LossPart[]) =>
    call<LossReport>("GET", lossesPath(filter, kind, by)),
  proposals: (state: ProposalRow["state"] | undefined, after: string | null) =>
    call<ProposalPage>("GET", `/api/proposals${query({ state, after })}`),
  proposal: (id: string) => call<ProposalView>("GET", `/api/proposals/${encodeURIComponent(id)}`),
  answerProposal: (id: string, decision: "approve" | "dismiss", reason: string) =>
    call<ProposalView>("POST", `/api/proposals/${encodeURIComponent(id)}/decision`, { decision, reason }),
  bookings: ({ plant, state }: BookingFilter, after: string | null) =>
    call<BookingPage>("GET", `/api/production${query({ plant, state, after })}`),
  booking: (order: string, plant: string) => call<BookingView>("GET", bookingPath(order, plant)),
  decideBooking: (
    order: string,
    plant: string,
    answer: { readonly finding: string; readonly decision: "post" | "leave out"; readonly reason: string },
  ) => call<unknown>("POST", `${bookingPath(order, plant)}/decision`, answer),
  lookAgainAtBooking: (order: string, plant: string) =>
    call<unknown>("POST", `${bookingPath(order, plant)}/look-again`),
  apart: ({ state, source, code }: ApartFilter, after: string | null) =>
    call<ApartPage>("GET", `/api/kept-apart${query({ state, source, code, after })}`),
  apartCounts: () => call<ApartCounts>("GET", "/api/kept-apart/counts"),
  apartGroup: (id: string) => call<ApartGroupDetail>("GET", `/api/kept-apart/${encodeURIComponent(id)}`),
  replayApart: (id: string, reason: string) =>
    call<ApartReplay>("POST", `/api/kept-apart/${encodeURIComponent(id)}/replay`, { reason }),
  dismissApart: (id: string, reason: string) =>
    call<unknown>("POST", `/api/kept-apart/${encodeURIComponent(id)}/dismiss`, { reason }),

  orders: ({ plant, state, shift, text }: OrderFilter, after: string | null) =>
    call<OrderPage>("GET", `/api/orders${query({ plant, state, shift, text, after })}`),
  order: (order: string, plant: string) => call<OrderView>("GET", orderPath(order, plant)),
  askOfOrder: (order: string, plant: string, ask: OrderAsk, reason: string) =>
    call<unknown>("POST", `${orderPath(order, plant)}/${ask}`, { reason }),
  releaseWithDeviation: (order: string, plant: string, limits: DeviationLimits) =>
    call<DeviationList>("POST", `${orderPath(order, plant)}/release-with-deviation`, limits),
  deviations: () => call<DeviationList>("GET", "/api/deviations"),
  giveDeviation: (given: DeviationLimits & { plant: string; item: string; supersededBy: string }) =>
    call<unknown>("POST", "/api/deviations", given),
  revokeDeviation: (id: string, reason: string) =>
    call<unknown>("POST", `/api/deviations/${encodeURIComponent(id)}/revoke`, { reason }),
  shifts: (plant: string | undefined) => call<ShiftBatches>("GET", `/api/shifts${query({ plant })}`),

  threadSearch: (text: string) => call<ThreadSearch>("GET", `/api/search${query({ text })}`),
  traceStep: ({ system, kind, id }: ThreadNodeView, direction: "back" | "forward", after: string | null) =>
    call<TraceView>("GET", `/api/trace${query({ system, kind, id, direction, depth: "1", limit: "25", after })}`),
  asBuilt: (plant: string, item: string, kind: string, id: string) =>
    call<AsBuiltView>("GET", `/api/as-built/${[plant, item, kind, id].map(encodeURIComponent).join("/")}`),
  recall: (asked: RecallAsked, after: string | null) =>
    call<RecallPage>("GET", `/api/recall${query({ ...asked, after })}`),
  recallCount: (asked: RecallAsked) => call<RecallCount>("GET", `/api/recall/count${query(asked)}`),

  status: () => call<Status>("GET", "/api/status"),
  audit: (after: string | null) => call<AuditPage>("GET", `/api/audit${query({ after })}`),

  sandbox: () => call<SandboxView>("GET", "/api/sandbox"),
  release: (change: string) => call<unknown>("POST", `/api/sandbox/changes/${encodeURIComponent(change)}/release`),
  setFaults: (system: string, faults: Faults) =>
    call<unknown>("PUT", `/api/sandbox/faults/${encodeURIComponent(system)}`, faults),
};

/** Where a whole recall is downloaded from. */
export function recallCsvPath(asked: RecallAsked): string {
  return `/api/recall.csv${query(asked)}`;
}

/**
 * `known` is what we hold of the same change already: a plan never changes under its digest, so the one
 * that was read before is kept, and nothing that was worked out from it is worked out again.
 */
export function decoded(view: ChangeView, known: Change | undefined): Change {
  if (view.plan === null) return { ...view, plan: null };
  const same = known?.plan?.digest === view.plan.digest ? known.plan.plan : null;
  return { ...view, plan: { ...view.plan, plan: same ?? fromJson<ChangePlan>(view.plan.plan) } };
}

/** Where an item's account is read, and saved as a file. */
export function bomAccountPath(plant: string, item: string, format?: Format): string {
  return `${bomPath(plant, item)}/account${query({ format })}`;
}

export function bomDiffPath(plant: string, item: string, from: string, to: string, format?: Format): string {
  return `${bomPath(plant, item)}/diff${query({ from, to, format })}`;
}

function bomPath(plant: string, item: string): string {
  return `/api/boms/${encodeURIComponent(plant)}/${encodeURIComponent(item)}`;
}

/** Where a report of KPIs is read, and saved as a file. */
export function kpisPath(filter: ProductionFilter, by: readonly KpiPart[], format?: Format): string {
  return `/api/kpis${query({ ...filter, by: by.join(","), format })}`;
}

export function lossesPath(filter: ProductionFilter, kind: LossKind, by: readonly LossPart[], format?: Format): string {
  // None at all is said too: unless told, the hub tells operations apart.
  return `/api/losses${query({ ...filter, kind, format })}&by=${by.join(",")}`;
}

function bookingPath(order: string, plant: string): string {
  return `/api/production/${encodeURIComponent(plant)}/${encodeURIComponent(order)}`;
}

function changePath(change: string, plant: string): string {
  return `/api/changes/${encodeURIComponent(change)}/${encodeURIComponent(plant)}`;
}

function conflictPath(id: string): string {
  return `/api/conflicts/${encodeURIComponent(id)}`;
}

function orderPath(order: string, plant: string): string {
  return `/api/orders/${encodeURIComponent(plant)}/${encodeURIComponent(order)}`;
}

function query(values: Readonly<Record<string, string | null | undefined>>): string {
  const given = Object.entries(values).flatMap(([name, value]) => (value ? [[name, value]] : []));
  return given.length === 0 ? "" : `?${new URLSearchParams(given)}`;
}

type Method = "GET" | "POST" | "PUT" | "DELETE";

async function call<Answer>(method: Method, path: string, body?: unknown): Promise<Answer> {
  const response = await answered(method, path, body);
  const text = await response.text();
  if (!response.ok) throw new ApiFailure(response.status, problemIn(text, response.status));
  return (text === "" ? null : JSON.parse(text)) as Answer;
}

async function answered(method: Method, path: string, body: unknown): Promise<Response> {
  try {
    return await fetch(path, {
      method,
      // Proves to the hub that a script of this page asked, not a form of another site.
      headers: {
        ...(method === "GET" ? {} : { "x-heddle": "1" }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch (cause) {
    throw new ApiFailure(
      0,
      {
        code: "hub-unreachable",
        message: "The hub does not answer.",
        fix: "Check that the hub runs and that this machine reaches it.",
      },
      cause,
    );
  }
}

function problemIn(text: string, status: number): Problem {
  try {
    const { error } = JSON.parse(text) as { readonly error?: Partial<Problem> };
    if (typeof error?.message === "string") return { code: "unknown", ...error, message: error.message };
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
  }
  return { code: "unknown", message: `The hub answered with status ${status} and no reason.` };
}
