import type { QueryClient } from "@tanstack/react-query";
import { createRootRouteWithContext, createRoute, createRouter, Link, Outlet, redirect } from "@tanstack/react-router";
import type { OrderState, RunState } from "../src/api/contract.ts";
import { THREAD_KINDS, type ThreadKind } from "../src/domain/thread-link.ts";
import { ApiFailure, type ApartFilter, type BookingFilter, type RecallAsked } from "./api.ts";
import { CHANGE_VIEWS } from "./change/change-views.ts";
import { APART_STATES } from "./apart/apart-states.tsx";
import { CONFLICT_STATES } from "./conflicts/conflict-state.tsx";
import { filterOf, type ConflictSearch } from "./conflicts/conflict-search.ts";
import { BOOKING_STATES } from "./bookings/booking-states.tsx";
import { ApartGroupPage } from "./pages/apart-group-page.tsx";
import { AuditPage } from "./pages/audit-page.tsx";
import { BookingPage } from "./pages/booking-page.tsx";
import { BookingsPage } from "./pages/bookings-page.tsx";
import { ChangePage } from "./pages/change-page.tsx";
import { ChangesPage } from "./pages/changes-page.tsx";
import { ConflictPage } from "./pages/conflict-page.tsx";
import { ConflictsPage } from "./pages/conflicts-page.tsx";
import { DeviationsPage } from "./pages/deviations-page.tsx";
import { KeptApartPage } from "./pages/kept-apart-page.tsx";
import { OrderPage } from "./pages/order-page.tsx";
import { OrdersPage } from "./pages/orders-page.tsx";
import { PasswordPage } from "./pages/password-page.tsx";
import { ProductionPage } from "./pages/production-page.tsx";
import { ProposalPage } from "./pages/proposal-page.tsx";
import { ProposalsPage } from "./pages/proposals-page.tsx";
import { RecallPage } from "./pages/recall-page.tsx";
import { ShiftsPage } from "./pages/shifts-page.tsx";
import { SignInPage } from "./pages/sign-in-page.tsx";
import { StatusPage } from "./pages/status-page.tsx";
import { ThreadPage } from "./pages/thread-page.tsx";
import { FailurePage } from "./parts/problem.tsx";
import { Shell } from "./parts/shell.tsx";
import { ORDER_STATES, RUN_STATES } from "./parts/state.tsx";
import {
  apartCountsQuery,
  apartGroupQuery,
  apartQuery,
  bookingQuery,
  bookingsQuery,
  kpisQuery,
  proposalQuery,
  proposalsQuery,
} from "./production/production-queries.ts";
import { choicesOf, readSearch } from "./production/production-search.ts";
import { PROPOSAL_STATES } from "./proposals/proposal-state.tsx";
import {
  auditQuery,
  changeQuery,
  changesQuery,
  conflictQuery,
  conflictsQuery,
  deviationsQuery,
  orderQuery,
  ordersQuery,
  sandboxQuery,
  sessionQuery,
  shiftsQuery,
  statusQuery,
  threadFoundQuery,
} from "./queries.ts";

const root = createRootRouteWithContext<{ readonly client: QueryClient }>()({
  component: Outlet,
  errorComponent: FailurePage,
  notFoundComponent: () => (
    <main className="page stack">
      <h1>There is no such page</h1>
      <p>
        Check the address, or go to the <Link to="/changes">engineering changes</Link>.
      </p>
    </main>
  ),
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: (search: Record<string, unknown>): { back?: string } => {
    const path = text(search["back"]);
    // Only a path of ours: never a way to send somebody elsewhere after the sign-in.
    return path !== undefined && /^\/(?![/\\])/.test(path) ? { back: path } : {};
  },
  component: SignInPage,
});

const password = createRoute({
  getParentRoute: () => root,
  path: "/password",
  beforeLoad: async ({ context }) => {
    await signedIn(context.client, "/");
  },
  component: PasswordPage,
});

/** Every page below is for who is signed in and has a password of their own. */
const inside = createRoute({
  getParentRoute: () => root,
  id: "inside",
  beforeLoad: async ({ context, location }) => {
    const session = await signedIn(context.client, location.href);
    if (session.mustChangePassword) leave(redirect({ to: "/password" }));
  },
  component: Shell,
});

const home = createRoute({
  getParentRoute: () => inside,
  path: "/",
  beforeLoad: () => {
    leave(redirect({ to: "/changes" }));
  },
});

const changes = createRoute({
  getParentRoute: () => inside,
  path: "/changes",
  validateSearch: (search: Record<string, unknown>): { state?: RunState | undefined; text?: string | undefined } => {
    const state = RUN_STATES.find((known) => known === search["state"]);
    return { ...(state === undefined ? {} : { state }), ...given("text", search["text"]) };
  },
  loaderDeps: ({ search }) => search,
  loader: async ({ context: { client }, deps }) => {
    await Promise.all([
      client.ensureInfiniteQueryData(changesQuery(deps)),
      client.ensureQueryData(statusQuery),
      client.ensureQueryData(sandboxQuery),
    ]);
  },
  component: ChangesPage,
});

type ChangeSearch = {
  /** Which part of the change is shown; the plan without it. */
  view?: (typeof CHANGE_VIEWS)[number] | undefined;
  /** The one item whose mBOM is shown; all without it. */
  item?: string | undefined;
  /** Whether equal lines are shown too. */
  all?: boolean | undefined;
  text?: string | undefined;
  /** Which two bills of material are compared. */
  from?: string | undefined;
  to?: string | undefined;
};

const change = createRoute({
  getParentRoute: () => inside,
  path: "/changes/$change/$plant",
  validateSearch: (search: Record<string, unknown>): ChangeSearch => {
    const view = CHANGE_VIEWS.find((known) => known === search["view"]);
    return {
      ...(view === undefined ? {} : { view }),
      ...given("item", search["item"]),
      ...(search["all"] === true ? { all: true } : {}),
      ...given("text", search["text"]),
      ...given("from", search["from"]),
      ...given("to", search["to"]),
    };
  },
  loader: async ({ context: { client }, params }) => {
    await client.ensureQueryData(changeQuery(params.change, params.plant));
  },
  component: ChangePage,
});

const conflicts = createRoute({
  getParentRoute: () => inside,
  path: "/conflicts",
  validateSearch: (search: Record<string, unknown>): ConflictSearch => {
    const state = [...CONFLICT_STATES, "all" as const].find((known) => known === search["state"]);
    return {
      ...given("change", search["change"]),
      ...given("plant", search["plant"]),
      ...given("item", search["item"]),
      ...(state === undefined ? {} : { state }),
    };
  },
  loaderDeps: ({ search }) => search,
  loader: async ({ context: { client }, deps }) => {
    await client.ensureInfiniteQueryData(conflictsQuery(filterOf(deps)));
  },
  component: ConflictsPage,
});

const conflict = createRoute({
  getParentRoute: () => inside,
  path: "/conflicts/$id",
  loader: async ({ context: { client }, params }) => {
    await client.ensureQueryData(conflictQuery(params.id));
  },
  component: ConflictPage,
});

type OrderSearch = {
  plant?: string | undefined;
  state?: OrderState | undefined;
  /** The instant of a shift's start. */
  shift?: string | undefined;
  text?: string | undefined;
};

const orders = createRoute({
  getParentRoute: () => inside,
  path: "/orders",
  validateSearch: (search: Record<string, unknown>): OrderSearch => {
    const state = ORDER_STATES.find((known) => known === search["state"]);
    return {
      ...given("plant", search["plant"]),
      ...(state === undefined ? {} : { state }),
      ...given("shift", search["shift"]),
      ...given("text", search["text"]),
    };
  },
  loaderDeps: ({ search }) => search,
  loader: async ({ context: { client }, deps }) => {
    await Promise.all([client.ensureInfiniteQueryData(ordersQuery(deps)), client.ensureQueryData(statusQuery)]);
  },
  component: OrdersPage,
});

const order = createRoute({
  getParentRoute: () => inside,
  path: "/orders/$plant/$order",
  loader: async ({ context: { client }, params }) => {
    await client.ensureQueryData(orderQuery(params.order, params.plant));
  },
  component: OrderPage,
});

const deviations = createRoute({
  getParentRoute: () => inside,
  path: "/deviations",
  loader: async ({ context: { client } }) => {
    await client.ensureQueryData(deviationsQuery);
  },
  component: DeviationsPage,
});

const shifts = createRoute({
  getParentRoute: () => inside,
  path: "/shifts",
  /** `at` is the shift's start whose orders are shown. */
  validateSearch: (search: Record<string, unknown>): { plant?: string | undefined; at?: string | undefined } => ({
    ...given("plant", search["plant"]),
    ...given("at", search["at"]),
  }),
  loader: async ({ context: { client } }) => {
    await client.ensureQueryData(shiftsQuery(undefined));
  },
  component: ShiftsPage,
});

/** A thing by what was typed, or by its whole identity. */
type ThreadSearch = {
  text?: string | undefined;
  system?: string | undefined;
  kind?: ThreadKind | undefined;
  id?: string | undefined;
};

const thread = createRoute({
  getParentRoute: () => inside,
  path: "/thread",
  validateSearch: (search: Record<string, unknown>): ThreadSearch => {
    const kind = THREAD_KINDS.find((known) => known === search["kind"]);
    return {
      ...given("text", search["text"]),
      ...given("system", search["system"]),
      ...(kind === undefined ? {} : { kind }),
      ...given("id", search["id"]),
    };
  },
  loaderDeps: ({ search: { text: typed } }) => ({ typed }),
  loader: async ({ context: { client }, deps: { typed } }) => {
    if (typed !== undefined) await client.ensureQueryData(threadFoundQuery(typed));
  },
  component: ThreadPage,
});

const recall = createRoute({
  getParentRoute: () => inside,
  path: "/recall",
  validateSearch: (search: Record<string, unknown>): RecallAsked =>
    Object.assign({}, ...["lot", "serial", "item", "before", "plant"].map((name) => given(name, search[name]))),
  component: RecallPage,
});

const production = createRoute({
  getParentRoute: () => inside,
  path: "/production",
  validateSearch: readSearch,
  loaderDeps: ({ search }) => choicesOf(search, Date.now()),
  loader: async ({ context: { client }, deps }) => {
    // The page says itself what is too much for one report.
    await client.prefetchQuery(kpisQuery(deps, ["item"]));
  },
  component: ProductionPage,
});

const proposals = createRoute({
  getParentRoute: () => inside,
  path: "/production/proposals",
  validateSearch: (search: Record<string, unknown>): { state?: (typeof PROPOSAL_STATES)[number] | undefined } => {
    const state = PROPOSAL_STATES.find((known) => known === search["state"]);
    return state === undefined ? {} : { state };
  },
  loaderDeps: ({ search }) => search,
  loader: async ({ context: { client }, deps: { state } }) => {
    const shown = state === undefined ? (["waiting", "failed", undefined] as const) : [state];
    await Promise.all(shown.map((each) => client.ensureInfiniteQueryData(proposalsQuery(each))));
  },
  component: ProposalsPage,
});

const proposal = createRoute({
  getParentRoute: () => inside,
  path: "/production/proposals/$id",
  loader: async ({ context: { client }, params }) => {
    await client.ensureQueryData(proposalQuery(params.id));
  },
  component: ProposalPage,
});

const bookings = createRoute({
  getParentRoute: () => inside,
  path: "/production/bookings",
  validateSearch: (search: Record<string, unknown>): BookingFilter => {
    const state = BOOKING_STATES.find((known) => known === search["state"]);
    return { ...given("plant", search["plant"]), ...(state === undefined ? {} : { state }) };
  },
  loaderDeps: ({ search }) => search,
  loader: async ({ context: { client }, deps }) => {
    await client.ensureInfiniteQueryData(bookingsQuery(deps));
  },
  component: BookingsPage,
});

const booking = createRoute({
  getParentRoute: () => inside,
  path: "/production/bookings/$plant/$order",
  loader: async ({ context: { client }, params }) => {
    await client.ensureQueryData(bookingQuery(params.order, params.plant));
  },
  component: BookingPage,
});

const keptApart = createRoute({
  getParentRoute: () => inside,
  path: "/production/kept-apart",
  validateSearch: (search: Record<string, unknown>): ApartFilter => {
    const state = APART_STATES.find((known) => known === search["state"]);
    return {
      ...(state === undefined ? {} : { state }),
      ...given("source", search["source"]),
      ...given("code", search["code"]),
    };
  },
  loaderDeps: ({ search }) => search,
  loader: async ({ context: { client }, deps }) => {
    await Promise.all([client.ensureQueryData(apartCountsQuery), client.ensureInfiniteQueryData(apartQuery(deps))]);
  },
  component: KeptApartPage,
});

const apartGroup = createRoute({
  getParentRoute: () => inside,
  path: "/production/kept-apart/$group",
  loader: async ({ context: { client }, params }) => {
    await client.ensureQueryData(apartGroupQuery(params.group));
  },
  component: ApartGroupPage,
});

const status = createRoute({
  getParentRoute: () => inside,
  path: "/status",
  loader: async ({ context: { client } }) => {
    await client.ensureQueryData(statusQuery);
  },
  component: StatusPage,
});

const audit = createRoute({
  getParentRoute: () => inside,
  path: "/audit",
  loader: async ({ context: { client } }) => {
    await client.ensureInfiniteQueryData(auditQuery);
  },
  component: AuditPage,
});

const tree = root.addChildren([
  signIn,
  password,
  inside.addChildren([
    home,
    changes,
    change,
    conflicts,
    conflict,
    orders,
    order,
    deviations,
    shifts,
    thread,
    recall,
    status,
    audit,
    production,
    proposals,
    proposal,
    bookings,
    booking,
    keptApart,
    apartGroup,
  ]),
]);

export function makeRouter(client: QueryClient) {
  return createRouter({
    routeTree: tree,
    context: { client },
    defaultErrorComponent: FailurePage,
    // The data's age is the query's business.
    defaultPreloadStaleTime: 0,
    scrollRestoration: true,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}

/** @throws the way to the sign-in page, which leads back to `back`. */
async function signedIn(client: QueryClient, back: string) {
  try {
    return await client.ensureQueryData(sessionQuery);
  } catch (failure) {
    if (!(failure instanceof ApiFailure) || failure.status !== 401) throw failure;
    return leave(redirect({ to: "/sign-in", search: back === "/" ? {} : { back } }));
  }
}

function leave(elsewhere: ReturnType<typeof redirect>): never {
  // oxlint-disable-next-line typescript/only-throw-error -- the router's own way to leave a page
  throw elsewhere;
}

function given(name: string, value: unknown): Record<string, string> {
  const held = text(value);
  return held === undefined ? {} : { [name]: held };
}

/** The router reads a bare number in the address as a number. */
function text(value: unknown): string | undefined {
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value !== "" ? value : undefined;
}
