import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exact, quantity } from "../bom/bom-builder.ts";
import type { ItemId, SystemId } from "../ids.ts";
import { jobOrderId, type Job, type JobOrder, type JobState } from "../job-order.ts";
import { canonicalText } from "../json.ts";
import type { ProductionOrder } from "../order.ts";
import type { Held } from "../plant-item.ts";
import { PLANT, productionOrder, routing } from "../testing.ts";
import type { Deviation, GateVerdict } from "./deviation.ts";
import { planJobContent } from "./job-content.ts";
import {
  isOver,
  planOrder,
  type Directives,
  type OrderAction,
  type OrderMemory,
  type OrderPlan,
  UNSENT,
} from "./plan-order.ts";

/** Steps of one look, as the flow takes them. */
const STEPS_MAX = 8;
const NOW = "2026-03-02T06:00:00.000Z";

type Refuses = "nothing" | "new jobs" | "changes" | "changes of begun jobs" | "commands";
type OwnMove = "begins" | "ends" | "breaks off" | "interrupts" | "goes on" | "forgets";

/** An MES with one job: what it has, what it was told under each number, and what it will say no to. */
type Mes = {
  job: Job | null;
  moves: number;
  refuses: Refuses;
  answersCancel: "asked" | "too late" | "partly done";
  readonly told: Map<number, string>;
  newest: number;
};

/** What a write to the MES comes to. */
type Answer = "done" | "refused" | "conflict";

type World = {
  order: ProductionOrder;
  gate: readonly GateVerdict[];
  policy: "hold" | "flag";
  memory: OrderMemory;
  readonly mes: Mes;
};

const FRAME = routing("FRAME", { "0010": "SAW" });
const BROKEN = routing("FRAME", { "0010": null });

const DEVIATION: Deviation = {
  id: "DEV-1",
  plant: PLANT,
  item: "FRAME" as ItemId,
  supersededBy: "ECO-1",
  order: null,
  reason: "old stock",
  approvedBy: "grete",
  quantity: null,
  used: exact("0"),
  taken: false,
  until: null,
  revoked: false,
};
const CLOSED: GateVerdict = {
  item: "FRAME" as ItemId,
  what: "mBOM",
  supersededBy: "ECO-1",
  sentence: "ECO-1 supersedes it.",
  deviation: null,
  shortfall: null,
  wasOpen: false,
};
const GATES = {
  open: [],
  closed: [CLOSED],
  "let through": [{ ...CLOSED, deviation: DEVIATION }],
  "deviation too small": [{ ...CLOSED, shortfall: "It is too small." }],
  "deviation ended": [{ ...CLOSED, shortfall: "It has ended.", wasOpen: true }],
} as const satisfies Record<string, readonly GateVerdict[]>;

type Event =
  | { readonly kind: "quantity"; readonly of: string }
  | { readonly kind: "state"; readonly of: ProductionOrder["state"] }
  | { readonly kind: "on hold"; readonly of: boolean }
  | { readonly kind: "routing"; readonly of: "whole" | "broken" }
  | { readonly kind: "gate"; readonly of: keyof typeof GATES }
  | { readonly kind: "person"; readonly of: "hold" | "release" | "cancel" | "dispatch now" | "look again" }
  | { readonly kind: "shop floor"; readonly of: OwnMove }
  | { readonly kind: "MES refuses"; readonly of: Refuses }
  | { readonly kind: "MES answers a cancellation"; readonly of: Mes["answersCancel"] }
  | { readonly kind: "database"; readonly of: "lost" };

/** After an event: what the shop floor does during the look that follows, and the write whose answer gets lost. */
type Turn = {
  readonly event: Event;
  readonly during: readonly (OwnMove | null)[];
  readonly losesAnswer: number | null;
};

function one<Kind extends Event["kind"]>(kind: Kind, ...of: readonly Extract<Event, { kind: Kind }>["of"][]) {
  return fc.constantFrom(...of).map((which) => ({ kind, of: which }) as Event);
}

const ownMoves = fc.constantFrom<OwnMove>("begins", "ends", "breaks off", "interrupts", "goes on", "forgets");
const events: fc.Arbitrary<Event> = fc.oneof(
  { weight: 4, arbitrary: one("quantity", "40", "50", "60") },
  {
    weight: 4,
    arbitrary: one("state", "planned", "released", "released", "released", "started", "finished", "cancelled"),
  },
  one("on hold", true, false),
  one("routing", "whole", "whole", "broken"),
  { weight: 4, arbitrary: one("gate", "open", "closed", "let through", "deviation too small", "deviation ended") },
  { weight: 4, arbitrary: one("person", "hold", "release", "cancel", "dispatch now", "look again") },
  { weight: 6, arbitrary: ownMoves.map((of): Event => ({ kind: "shop floor", of })) },
  { weight: 3, arbitrary: one("MES refuses", "nothing", "new jobs", "changes", "changes of begun jobs", "commands") },
  one("MES answers a cancellation", "asked", "too late", "partly done"),
  one("database", "lost"),
);
const turns: fc.Arbitrary<Turn> = fc.record({
  event: events,
  during: fc.array(fc.option(ownMoves, { freq: 3 }), { maxLength: 4 }),
  losesAnswer: fc.option(fc.nat(3), { freq: 4 }),
});
const histories = fc.record({
  policy: fc.constantFrom<World["policy"]>("hold", "hold", "flag"),
  turns: fc.array(turns, { minLength: 1, maxLength: 12 }),
});

/** An order that came to where it stands through all that a history tells, and the last look at it, undisturbed. */
function lived({ policy, turns: all }: { policy: World["policy"]; turns: readonly Turn[] }) {
  const world: World = {
    order: productionOrder("MO-1", "FRAME", "40", "released", { BOLT: "160" }),
    gate: [],
    policy,
    memory: UNSENT,
    mes: { job: null, moves: 0, refuses: "nothing", answersCancel: "asked", told: new Map(), newest: 0 },
  };
  let isWhole = true;
  for (const { event, during, losesAnswer } of all) {
    if (event.kind === "routing") isWhole = event.of === "whole";
    happens(world, event);
    look(world, isWhole, { during, losesAnswer, byPerson: event.kind === "person" });
  }
  if (world.mes.refuses === "commands") world.mes.refuses = "nothing";
  const last = look(world, isWhole, UNDISTURBED);
  return { world, last, again: () => look(world, isWhole, UNDISTURBED) };
}

const UNDISTURBED = { during: [], losesAnswer: null, byPerson: false };

function happens(world: World, event: Event): void {
  const { mes } = world;
  switch (event.kind) {
    case "quantity":
      world.order = { ...world.order, quantity: quantity(event.of) };
      return;
    case "state":
      world.order = { ...world.order, state: event.of };
      return;
    case "on hold":
      world.order = { ...world.order, onHold: event.of };
      return;
    case "gate":
      world.gate = GATES[event.of];
      return;
    case "person":
      direct(world, event.of);
      return;
    case "shop floor":
      moveOf(mes, event.of);
      return;
    case "MES refuses":
      mes.refuses = event.of;
      return;
    case "MES answers a cancellation":
      mes.answersCancel = event.of;
      return;
    case "database":
      // What the MES has forgotten as well, nobody can know.
      if (mes.job !== null) world.memory = UNSENT;
      return;
    case "routing":
      return; // the look is told
  }
}

function direct(world: World, ask: "hold" | "release" | "cancel" | "dispatch now" | "look again"): void {
  const said = { by: "pia", reason: "she says so", at: NOW };
  const asked: Record<typeof ask, Partial<Directives>> = {
    hold: { hold: said },
    release: { hold: null, cancel: null },
    cancel: { cancel: said, dispatchNow: null },
    "dispatch now": { dispatchNow: said },
    "look again": {},
  };
  const { memory } = world;
  world.memory = { ...memory, directives: { ...memory.directives, ...asked[ask] } };
}

const MOVES: Record<Exclude<OwnMove, "forgets">, readonly [from: readonly JobState[], to: JobState]> = {
  begins: [["ready"], "running"],
  ends: [["running"], "completed"],
  "breaks off": [["running", "interrupted"], "aborted"],
  interrupts: [["running"], "interrupted"],
  "goes on": [["interrupted"], "running"],
};

function moveOf(mes: Mes, move: OwnMove): void {
  if (mes.job === null) return;
  if (move === "forgets") {
    mes.job = null;
    return;
  }
  const [from, to] = MOVES[move];
  if (from.includes(mes.job.state)) put(mes, { state: to });
}

function put(mes: Mes, more: Partial<Job>): void {
  if (mes.job !== null) mes.job = { ...mes.job, ...more };
  mes.moves += 1;
}

/** Reads, plans and acts until there is nothing to do, as the flow does. Gives where it ended and in how many steps. */
function look(
  world: World,
  isWhole: boolean,
  { during, losesAnswer, byPerson }: { during: Turn["during"]; losesAnswer: number | null; byPerson: boolean },
): { readonly plan: OrderPlan; readonly steps: number } {
  const { mes } = world;
  if (byPerson) world.memory = { ...world.memory, refused: null };
  let job = read(world);
  for (let steps = 0; ; steps++) {
    const plan = planOrder(factsOf(world, isWhole, job));
    if (plan.action.kind === "nothing" || steps > STEPS_MAX) return { plan, steps };
    const disturbance = during[steps];
    if (disturbance !== null && disturbance !== undefined) moveOf(mes, disturbance);
    const isCommand = plan.action.kind !== "dispatch" && plan.action.kind !== "change";
    begin(world, plan.action);
    const answer = write(mes, plan.action);
    if (answer === "refused" && isCommand) return { plan: { ...plan, state: "refused" }, steps };
    if (losesAnswer === steps) return { plan: { ...plan, state: "retrying" }, steps };
    settle(world, plan.action, answer);
    job = read(world);
  }
}

function factsOf({ order, gate, policy, memory }: World, isWhole: boolean, job: Held<Job> | null) {
  const { content, findings } = planJobContent(order, isWhole ? FRAME : BROKEN, "Frame", "erp" as SystemId);
  const at = { dispatchAt: NOW, now: NOW, waitsForParent: null };
  return { order, content, findings, gate, supersededInMes: policy, job, memory, ...at };
}

/** What the MES says of its job counts for the memory, too. */
function read(world: World): Held<Job> | null {
  const { memory, mes } = world;
  if (mes.job === null) return null;
  const { version, state } = mes.job;
  const known = version > memory.version ? { version, content: null } : {};
  const isNews = version > memory.acknowledged;
  const taken = isNews ? { acknowledged: version, taken: version === memory.version ? memory.content : null } : {};
  world.memory = { ...memory, ...known, ...taken, lastState: state };
  return { value: mes.job, version: String(mes.moves) };
}

function begin(world: World, action: OrderAction): void {
  if (action.kind !== "dispatch" && action.kind !== "change") return;
  const { version, ...content } = action.job;
  world.memory = { ...world.memory, version, content };
}

function settle(world: World, action: OrderAction, answer: Answer): void {
  const { memory } = world;
  const isSent = action.kind === "dispatch" || action.kind === "change";
  if (isSent && answer === "refused")
    world.memory = { ...memory, refused: { version: action.job.version, words: "no" } };
  if (isSent && answer === "done") {
    const directives = { ...memory.directives, ...(action.kind === "dispatch" ? { dispatchNow: null } : {}) };
    const { version, ...taken } = action.job;
    world.memory = { ...memory, acknowledged: version, taken, refused: null, directives };
  }
  if (answer === "done" && (action.kind === "hold" || action.kind === "release"))
    world.memory = { ...memory, heldByHeddle: action.kind === "hold" };
}

function write(mes: Mes, action: OrderAction): Answer {
  switch (action.kind) {
    case "nothing":
      return "done";
    case "dispatch":
      if (mes.refuses === "new jobs" || mes.job !== null) return "refused";
      hear(mes, action.job);
      mes.job = newJob(action.job);
      mes.moves += 1;
      return "done";
    case "change": {
      if (mes.job === null) return "refused";
      if (action.expected !== String(mes.moves)) return "conflict";
      const isBegun = mes.job.state === "running" || mes.job.state === "interrupted";
      if (mes.refuses === "changes" || (mes.refuses === "changes of begun jobs" && isBegun)) return "refused";
      // A change must not meet a running operation.
      expect(mes.job.state).not.toBe("running");
      hear(mes, action.job);
      put(mes, { version: action.job.version });
      return "done";
    }
    case "hold":
    case "release":
      if (mes.job === null || mes.refuses === "commands") return "refused";
      if (action.expected !== String(mes.moves)) return "conflict";
      put(mes, { state: (action.kind === "hold" ? HELD : RELEASED)[mes.job.state] ?? mes.job.state });
      return "done";
    case "cancel":
      return cancel(mes);
  }
}

const HELD: Partial<Record<JobState, JobState>> = { ready: "waiting", running: "interrupted" };
const RELEASED: Partial<Record<JobState, JobState>> = { waiting: "ready", interrupted: "running" };

function cancel(mes: Mes): Answer {
  if (mes.job === null || isOver(mes.job.state) || mes.refuses === "commands") return "refused";
  const isBegun = mes.job.state === "running" || mes.job.state === "interrupted";
  if (!isBegun) put(mes, { state: "cancelled", cancellation: "done" });
  else put(mes, { cancellation: mes.answersCancel });
  return "done";
}

/** Under one number the MES hears one thing, and later numbers only. */
function hear(mes: Mes, { version, ...content }: JobOrder): void {
  const text = canonicalText(content);
  expect(version).toBeGreaterThanOrEqual(mes.newest);
  expect(mes.told.get(version) ?? text).toBe(text);
  mes.told.set(version, text);
  mes.newest = version;
}

function newJob({ version }: JobOrder): Job {
  const none = { good: quantity("0"), scrap: quantity("0"), cancellation: null, refusal: null };
  return {
    id: jobOrderId(PLANT, productionOrder("MO-1", "", "1", "released").id),
    number: "WO-7",
    version,
    state: "ready",
    ...none,
  };
}

function holds(law: (of: ReturnType<typeof lived>) => void): void {
  fc.assert(
    fc.property(histories, (history) => law(lived(history))),
    { numRuns: 2_000 },
  );
}

describe("whatever an order went through", () => {
  it("a look comes to rest in a few steps, and the next one finds nothing to do and tells the same", () => {
    holds(({ last, again }) => {
      expect(last.plan.action.kind).toBe("nothing");
      expect(last.steps).toBeLessThanOrEqual(STEPS_MAX);
      expect(again()).toEqual({ plan: last.plan, steps: 0 });
    });
  });

  it("a dispatched order is in the MES as it is now", () => {
    holds(({ world, last }) => {
      const { mes } = world;
      if (last.plan.state !== "dispatched" || mes.job === null) return;
      expect(mes.told.get(mes.job.version)).toBe(canonicalText(factsOf(world, true, null).content));
    });
  });

  it("no job runs by a design that the closed gate holds", () => {
    holds(({ world: { mes, gate, policy, order, memory } }) => {
      const isWanted = order.state === "released" || order.state === "started";
      const isClosed = gate.some(({ deviation, wasOpen }) => deviation === null && !wasOpen);
      if (policy !== "hold" || !isClosed || !isWanted || memory.directives.cancel !== null) return;
      expect(mes.job?.state).not.toBe("running");
      expect(mes.job?.state).not.toBe("ready");
    });
  });

  it("no job of a cancelled order may still start, unless the MES said that it is too late", () => {
    holds(({ world: { mes, order, memory } }) => {
      const isCancelled = order.state === "cancelled" || memory.directives.cancel !== null;
      if (!isCancelled || order.state === "finished" || mes.job === null) return;
      const { state, cancellation } = mes.job;
      if (cancellation === "too late") return;
      expect(["ready", "waiting"]).not.toContain(state);
      if (!isOver(state)) expect(cancellation).not.toBeNull();
    });
  });

  it("no job stays stopped that nothing holds", () => {
    holds(({ world: { mes, memory }, last }) => {
      if (last.plan.state !== "dispatched" || !memory.heldByHeddle) return;
      expect(mes.job?.state).not.toBe("waiting");
      expect(mes.job?.state).not.toBe("interrupted");
    });
  });
});
