import type {
  ActionOutcome,
  Deviation,
  OrderState,
  OrderView,
  PlanState,
  RunState,
  Status,
} from "../../src/api/contract.ts";
import type { ImpactStatus } from "../../src/domain/impact/order-impact.ts";
import type { Finding } from "../../src/domain/finding.ts";

export type Tone = "good" | "bad" | "warn" | "busy" | "calm";

/** In the order in which they ask for attention. */
export const RUN_STATES = [
  "awaiting approval",
  "blocked",
  "retrying",
  "applying",
  "planning",
  "waiting day",
  "waiting turn",
  "applied",
  "in step",
  "refused",
  "withdrawn",
  "superseded",
  "rolled back",
] as const satisfies readonly RunState[];

export const RUN_TONES: Readonly<Record<RunState, Tone>> = {
  planning: "busy",
  "awaiting approval": "warn",
  "waiting day": "calm",
  "waiting turn": "calm",
  applying: "busy",
  retrying: "warn",
  blocked: "bad",
  applied: "good",
  "in step": "good",
  refused: "calm",
  withdrawn: "calm",
  superseded: "calm",
  "rolled back": "calm",
};

export const PLAN_TONES: Readonly<Record<PlanState, Tone>> = {
  proposed: "warn",
  blocked: "bad",
  approved: "busy",
  refused: "calm",
  stale: "calm",
  applied: "good",
};

export const OUTCOME_TONES: Readonly<Record<ActionOutcome["state"], Tone>> = {
  started: "busy",
  done: "good",
  refused: "bad",
  unknown: "warn",
};

export const IMPACT_TONES: Readonly<Record<ImpactStatus, Tone>> = {
  "action required": "warn",
  none: "calm",
  resolved: "good",
};

export const FINDING_TONES: Readonly<Record<Finding["severity"], Tone>> = {
  blocked: "bad",
  warning: "warn",
  info: "calm",
};

export const CONNECTION_TONES: Readonly<Record<Status["connections"][number]["state"], Tone>> = {
  up: "good",
  down: "bad",
  paused: "warn",
};

/** In the order in which they ask for attention. */
export const ORDER_STATES = [
  "held",
  "blocked",
  "refused",
  "negotiating",
  "retrying",
  "sending",
  "scheduled",
  "dispatched",
  "ended",
  "not released",
] as const satisfies readonly OrderState[];

export const ORDER_TONES: Readonly<Record<OrderState, Tone>> = {
  held: "warn",
  blocked: "bad",
  refused: "bad",
  negotiating: "warn",
  retrying: "warn",
  sending: "busy",
  scheduled: "calm",
  dispatched: "good",
  ended: "good",
  "not released": "calm",
};

export const DEVIATION_TONES: Readonly<Record<Deviation["state"], Tone>> = {
  open: "good",
  "used up": "calm",
  expired: "calm",
  revoked: "calm",
};

export const VERSION_TONES: Readonly<Record<OrderView["versions"][number]["outcome"], Tone>> = {
  sent: "busy",
  acknowledged: "good",
  refused: "bad",
};

/** A job's state in the MES; a word that is not here is shown all the same. */
const JOB_TONES: Readonly<Record<string, Tone>> = {
  running: "busy",
  interrupted: "warn",
  completed: "good",
  aborted: "bad",
};

/** A state as colour and word; `moving` breathes, because somebody is at it right now. */
export function State({ tone, word, moving = false }: { tone: Tone; word: string; moving?: boolean }) {
  return (
    <span className="state" data-tone={tone} data-moving={moving}>
      {word}
    </span>
  );
}

export function RunStateWord({ state }: { state: RunState }) {
  return <State tone={RUN_TONES[state]} word={state} moving={["planning", "applying", "retrying"].includes(state)} />;
}

export function OrderStateWord({ state }: { state: OrderState }) {
  return <State tone={ORDER_TONES[state]} word={state} moving={["sending", "retrying"].includes(state)} />;
}

export function JobStateWord({ state }: { state: string }) {
  return <State tone={JOB_TONES[state] ?? "calm"} word={state} />;
}
