import type { Finding } from "../finding.ts";
import type { Job, JobOrder, JobState } from "../job-order.ts";
import type { ProductionOrder } from "../order.ts";
import type { Held, VersionToken } from "../plant-item.ts";
import { rationalText } from "../rational.ts";
import type { GateVerdict } from "./deviation.ts";
import type { JobContent } from "./job-content.ts";
import { jobDifferences } from "./job-differences.ts";

/** Where an order stands on its way to the MES. The API's contract has the same words. */
export type OrderState =
  | "not released"
  | "scheduled"
  | "held"
  | "blocked"
  | "sending"
  | "retrying"
  | "dispatched"
  | "negotiating"
  | "refused"
  | "ended";

/** What a person ordered, until it is taken back. */
export type Directive = { readonly by: string; readonly reason: string; readonly at: string };
export type Directives = {
  readonly hold: Directive | null;
  readonly dispatchNow: Directive | null;
  readonly cancel: Directive | null;
};
export const NO_DIRECTIVES: Directives = { hold: null, dispatchNow: null, cancel: null };

/** What the hub remembers of an order. */
export type OrderMemory = {
  /** The last version that was sent, or begun to be; 0 before the first. */
  readonly version: number;
  /** Its content; null before the first, and where another hub's database sent it. */
  readonly content: Partial<JobContent> | null;
  /** The last version that the MES is known to have. */
  readonly acknowledged: number;
  /** The content of that; null where it is not known. */
  readonly taken: Partial<JobContent> | null;
  /** The version that the MES refused and its words; null when it took the last one. */
  readonly refused: { readonly version: number; readonly words: string } | null;
  /** Heddle keeps the job from running. */
  readonly heldByHeddle: boolean;
  /** How the job last stood in the MES. */
  readonly lastState: JobState | null;
  readonly directives: Directives;
};

/** Of an order that nothing was ever sent of. */
export const UNSENT: OrderMemory = {
  version: 0,
  content: null,
  acknowledged: 0,
  taken: null,
  refused: null,
  heldByHeddle: false,
  lastState: null,
  directives: NO_DIRECTIVES,
};

export type OrderFacts = {
  readonly order: ProductionOrder;
  /** Null where findings block it. */
  readonly content: JobContent | null;
  readonly findings: readonly Finding[];
  readonly gate: readonly GateVerdict[];
  readonly supersededInMes: "hold" | "flag";
  /** Why the order that it was split from is not settled yet; null when it is. */
  readonly waitsForParent: string | null;
  /** When it is to go, by the plant's rules; an instant. */
  readonly dispatchAt: string;
  readonly job: Held<Job> | null;
  readonly memory: OrderMemory;
  readonly now: string;
};

export type OrderAction =
  | { readonly kind: "nothing" }
  | { readonly kind: "dispatch"; readonly job: JobOrder }
  | { readonly kind: "change"; readonly job: JobOrder; readonly expected: VersionToken }
  | { readonly kind: "hold"; readonly reason: string; readonly expected: VersionToken }
  | { readonly kind: "release"; readonly expected: VersionToken }
  | { readonly kind: "cancel"; readonly reason: string };

/** The next thing to do for an order, and where it stands when there is nothing. */
export type OrderPlan = {
  readonly action: OrderAction;
  readonly state: OrderState;
  /** Why it stands there, in a sentence; null when that goes without saying. */
  readonly reason: string | null;
};

const NOTHING: OrderAction = { kind: "nothing" };

/**
 * Compares what the ERP wants of an order with what the MES has of it and names the one next step. Called
 * again after each step, on what is so by then, until there is nothing left to do.
 */
export function planOrder(facts: OrderFacts): OrderPlan {
  const { job, memory } = facts;
  if (job !== null) return isOver(job.value.state) ? ended(job.value, facts) : planLive(job, facts);
  if (memory.acknowledged > 0) return planGone(facts);
  return planNew(facts);
}

function planNew(facts: OrderFacts): OrderPlan {
  const { order, content, dispatchAt, now, memory } = facts;
  const withdrawn = endOf(facts);
  if (order.state === "planned") return rest("not released", null);
  if (withdrawn !== null) return rest("ended", sentenceOf(withdrawn));
  if (content === null) return rest("blocked", blockedReason(facts));
  const held = reasonToHold(facts, false);
  if (held !== null) return rest("held", held);
  if (memory.directives.dispatchNow === null && dispatchAt > now) return rest("scheduled", null);
  if (memory.refused !== null && memory.refused.version === memory.version && isSame(memory, content))
    return rest("refused", `The MES refused it: ${memory.refused.words}`);
  return {
    action: { kind: "dispatch", job: { ...content, version: nextVersion(facts, content) } },
    ...going("sending"),
  };
}

/** The MES took it once and no longer shows it: it may have been made. Only a person can know. */
function planGone(facts: OrderFacts): OrderPlan {
  const { memory, order } = facts;
  const withdrawn = endOf(facts);
  if (memory.lastState !== null && isOver(memory.lastState)) return rest("ended", `Its job is ${memory.lastState}.`);
  if (withdrawn !== null || order.state === "planned")
    return rest("ended", withdrawn === null ? null : sentenceOf(withdrawn));
  if (memory.directives.dispatchNow !== null) return planNew(facts);
  return rest(
    "refused",
    "The MES had the job and no longer shows it. Find out there what became of it; dispatch it now to send it again.",
  );
}

function planLive(job: Held<Job>, facts: OrderFacts): OrderPlan {
  const { content, memory } = facts;
  const stop = endOf(facts);
  if (stop !== null) return planEnd(job, stop, facts);

  const begun = hasBegun(job.value.state);
  const toHold = reasonToHold(facts, true, begun);
  if (toHold !== null && !isHeld(job.value.state))
    return { action: { kind: "hold", reason: toHold, expected: job.version }, state: "held", reason: toHold };
  if (toHold !== null) return rest("held", toHold);
  if (content === null) return rest("blocked", blockedReason(facts));

  const differences = memory.content === null ? ["content"] : jobDifferences(memory.content, content);
  const isTold = differences.length === 0 && job.value.version >= memory.version;
  const refused = memory.refused !== null && memory.refused.version === memory.version && isSame(memory, content);
  if (!isTold && !refused && !isSetBack(job.value, content, memory))
    return planChange(job, content, differences, facts);

  if (memory.heldByHeddle && isHeld(job.value.state))
    return { action: { kind: "release", expected: job.version }, ...going(refused ? "refused" : "dispatched") };
  if (refused && memory.refused !== null)
    return rest(
      "refused",
      `The MES refused version ${memory.refused.version} and goes on by version ${job.value.version}: ${memory.refused.words}`,
    );
  return rest("dispatched", flagged(facts));
}

/** The MES refused a version, and what is wanted by now is what it works by all the same. */
function isSetBack(job: Job, content: JobContent, { version, acknowledged, refused, taken }: OrderMemory): boolean {
  if (refused?.version !== version || job.version !== acknowledged || taken === null) return false;
  return jobDifferences(taken, content).length === 0;
}

/** A job that was begun is stopped before it is changed, or refused: a change must not meet a running operation. */
function planChange(job: Held<Job>, content: JobContent, differences: readonly string[], facts: OrderFacts): OrderPlan {
  const what = differences.length === 0 ? `version ${facts.memory.version} was begun` : differences.join("; ");
  if (job.value.state === "running")
    return {
      action: { kind: "hold", reason: `a change is being agreed: ${what}`, expected: job.version },
      ...going("negotiating", `The job has begun; it is stopped to be changed: ${what}.`),
    };
  const next = { ...content, version: nextVersion(facts, content) };
  const why = hasBegun(job.value.state) ? `The MES was asked to change a job that has begun: ${what}.` : null;
  return {
    action: { kind: "change", job: next, expected: job.version },
    ...going(why === null ? "sending" : "negotiating", why),
  };
}

function planEnd({ value }: Held<Job>, why: string, { order }: OrderFacts): OrderPlan {
  if (order.state === "finished")
    return rest("refused", "The ERP has finished the order while its job goes on in the MES. End one of the two.");
  switch (value.cancellation) {
    case null:
      return {
        action: { kind: "cancel", reason: why },
        ...going("negotiating", `The MES was asked to cancel the job: ${why}.`),
      };
    case "asked":
    case "done":
      return rest("negotiating", `The MES was asked to cancel the job and has not ended it yet: ${why}.`);
    case "partly done":
      return rest("negotiating", "The MES ends the job: what was begun is finished, the rest is not made.");
    case "too late":
      return rest(
        "refused",
        `The MES says that it is too late to cancel: ${value.refusal ?? `the job is ${value.state}`}`,
      );
  }
}

function ended({ state, cancellation, refusal, good, scrap }: Job, { order }: OrderFacts): OrderPlan {
  const partly = cancellation === "partly done" ? `, cancelled when part of it was done` : "";
  const said = refusal === null ? "" : ` (${refusal})`;
  const open = order.state === "released" || order.state === "started";
  const made = `${rationalText(good.amount)} good, ${rationalText(scrap.amount)} scrap`;
  if (state === "completed")
    return rest("ended", cancellation === "too late" ? `Its job was completed: too late to cancel${said}.` : null);
  return rest(
    "ended",
    `Its job was ${state} in the MES${partly}${said}, ${made}.${open ? " The order is still open in the ERP." : ""}`,
  );
}

/** Why nothing of the order may be made any more; null while it may. */
function endOf({ order, memory: { directives } }: OrderFacts): string | null {
  if (order.state === "cancelled") return "the ERP has cancelled the order";
  if (order.state === "finished") return "the ERP has finished the order";
  return directives.cancel === null ? null : `${directives.cancel.by} cancelled it: ${directives.cancel.reason}`;
}

function reasonToHold(facts: OrderFacts, inMes: boolean, begun = false): string | null {
  const { order, memory, gate, supersededInMes, waitsForParent } = facts;
  const { hold } = memory.directives;
  if (hold !== null) return `${hold.by} holds it: ${hold.reason}`;
  if (order.onHold) return "It is on hold in the ERP.";
  // Some planners take a release back only to edit the order: it is released again, or cancelled.
  if (order.state === "planned") return "Its release was taken back in the ERP.";
  if (waitsForParent !== null && !inMes) return waitsForParent;
  const closed = gate.filter(({ deviation }) => deviation === null);
  if (closed.length === 0 || (inMes && supersededInMes === "flag")) return null;
  // What was begun under a deviation is not stopped by its end.
  if (begun && closed.every(({ wasOpen }) => wasOpen)) return null;
  return gateSentence(closed);
}

function flagged({ gate }: OrderFacts): string | null {
  const closed = gate.filter(({ deviation }) => deviation === null);
  if (closed.length > 0) return gateSentence(closed);
  const through = gate.flatMap(({ deviation }) => (deviation === null ? [] : [deviation]));
  return through.length === 0
    ? null
    : `It is built by deviation: ${through.map(({ approvedBy, reason }) => `${approvedBy}: ${reason}`).join("; ")}.`;
}

function gateSentence(closed: readonly GateVerdict[]): string {
  return closed
    .map(({ sentence, shortfall }) => (shortfall === null ? sentence : `${sentence} ${shortfall}`))
    .join(" ");
}

function blockedReason({ findings }: OrderFacts): string {
  const blocked = findings.filter(({ severity }) => severity === "blocked");
  const more = blocked.length > 1 ? ` (and ${blocked.length - 1} more)` : "";
  const [first] = blocked;
  return first === undefined ? "It cannot be sent." : `${first.cause} ${first.fix}${more}`;
}

/** A version that was begun and never acknowledged is sent again as it was, so that it cannot be in the MES twice. */
function nextVersion({ memory, job }: OrderFacts, content: JobContent): number {
  const unsettled = memory.version > memory.acknowledged && memory.refused?.version !== memory.version;
  const known = Math.max(memory.version, job?.value.version ?? 0);
  return unsettled && isSame(memory, content) && known === memory.version ? memory.version : known + 1;
}

function isSame({ content: was }: OrderMemory, content: JobContent): boolean {
  return was !== null && jobDifferences(was, content).length === 0;
}

/** Nothing more happens to such a job. */
export function isOver(state: JobState): boolean {
  return state === "completed" || state === "aborted" || state === "cancelled";
}

function isHeld(state: JobState): boolean {
  return state === "waiting" || state === "interrupted";
}

function hasBegun(state: JobState): boolean {
  return state === "running" || state === "interrupted";
}

/** What stands as a clause elsewhere, by itself; a person's words are left as they are. */
function sentenceOf(clause: string): string {
  return clause.startsWith("the ") ? `The ${clause.slice(4)}.` : clause;
}

function rest(state: OrderState, reason: string | null): OrderPlan {
  return { action: NOTHING, state, reason };
}

function going(state: OrderState, reason: string | null = null): Pick<OrderPlan, "state" | "reason"> {
  return { state, reason };
}
