import { parseInstant } from "../../domain/feedback/instant.ts";
import type { Told } from "../../domain/feedback/told.ts";
import { canonicalText } from "../../domain/json.ts";
import type { Unit } from "../../domain/unit.ts";
import type { ShopEvents } from "../port.ts";
import { waitUnless } from "../wait-unless.ts";
import { STATE_NUMBERS, toTold } from "./event-mapping.ts";
import type { Link } from "./link.ts";
import { PRODUCED } from "./mapping.ts";
import { unitOf } from "./unit-code.ts";
import { CONTRACTS, type JobOrder } from "./wire.ts";

/** How often all responses are looked at, beside the server's events: what these left out is told then. */
const LOOK_MS = 30_000;
/** How long the server or the hub is left alone after a failure. */
const PAUSE_MS = 1_000;
/** Events that wait for the hub; more are left to the next look. */
const WAITING_MAX = 1_000;
/** Responses that are known to have been told as they are. */
const KNOWN_MAX = 10_000;

const STATES = Object.values(STATE_NUMBERS);

/** What the server tells of jobs, and who hears of it. */
export type ServerEvents = Required<Pick<ShopEvents, "listen">> & {
  /** An event of the subscription, or null for "look again". */
  readonly onMoved: (event: unknown) => void;
};

/**
 * Tells job responses as they move, by the server's events, and all that there are when it begins, when the session was
 * repaired, and from time to time: what happened meanwhile is told then, as long as the server keeps the response.
 */
export function shopEvents(link: () => Link): ServerEvents {
  let hearing: ((event: unknown) => void) | null = null;

  /** What all responses tell that the server has. */
  async function looked(): Promise<readonly Told[]> {
    const doing = "looking for job responses";
    const { list, responsesByState, responses, system } = link();
    const units = new Map<string, Unit | null>();
    for (const listed of await list(doing)) {
      const read = CONTRACTS.jobOrderAndState(listed);
      if ("value" in read) units.set(read.value.jobOrder.jobOrderID, unitMadeBy(read.value.jobOrder));
    }
    const byState = await responsesByState(doing, STATES);
    const found = byState.length > 0 ? byState : await responses(doing, [...units.keys()]);
    return found.flatMap((response) => {
      const read = CONTRACTS.jobResponse(response);
      const unit = "value" in read ? (units.get(read.value.jobOrderID) ?? null) : null;
      return toTold(response, system, unit, null);
    });
  }

  async function listen(...[take, onError]: Parameters<ServerEvents["listen"]>) {
    const stopping = new AbortController();
    const known = makeKnown();
    const interrupted = new Set<string>();
    let waiting: Told[] = [];
    let isLookDue = true;
    let failure: string | null = null;
    let resting: AbortController | null = null;
    hearing = (event) => {
      const told = event === null || waiting.length >= WAITING_MAX ? null : toldBy(event);
      if (told === null) isLookDue = true;
      else waiting.push(...told);
      resting?.abort();
    };

    /** Whether a job goes on that was interrupted, as far as it was seen. */
    function resumes(job: string, state: number | undefined): boolean {
      const wasInterrupted = interrupted.delete(job);
      if (state === STATE_NUMBERS.interrupted) interrupted.add(job);
      return wasInterrupted && state === STATE_NUMBERS.running;
    }

    /** Null for an event from which the response has to be looked up. */
    function toldBy(event: unknown): readonly Told[] | null {
      const status = CONTRACTS.statusEvent(event);
      const told = CONTRACTS.toldByEvent(event);
      if (!("value" in status) || !("value" in told) || told.value.jobResponse === null) return null;
      const { jobOrder, jobState } = status.value;
      const moved = {
        time: parseInstant(told.value.time ?? ""),
        resumes: resumes(jobOrder.jobOrderID, jobState[0]?.stateNumber),
      };
      return toTold(told.value.jobResponse, link().system, unitMadeBy(jobOrder), moved);
    }

    async function takeNew(told: readonly Told[]): Promise<void> {
      const news = told.filter((one) => !known.has(one));
      if (news.length > 0) await take(news);
      known.note(news);
    }

    async function turn(): Promise<void> {
      try {
        if (isLookDue) {
          isLookDue = false;
          await takeNew(await looked());
        }
        const now = waiting;
        await takeNew(now);
        waiting = waiting.slice(now.length);
        failure = null;
      } catch (error) {
        isLookDue = true;
        tell(error instanceof Error ? error : new Error(String(error)));
        await waitUnless(stopping.signal, PAUSE_MS);
      }
    }

    /** Once for each cause, not for every attempt. */
    function tell(error: Error): void {
      if (failure !== error.message) onError(error);
      failure = error.message;
    }

    async function work(): Promise<void> {
      while (!stopping.signal.aborted) {
        await turn();
        if (isLookDue || waiting.length > 0) continue;
        resting = new AbortController();
        await waitUnless(AbortSignal.any([resting.signal, stopping.signal]), LOOK_MS);
        if (!resting.signal.aborted) isLookDue = true;
      }
    }

    const working = work();
    return {
      async stop() {
        hearing = null;
        stopping.abort();
        await working;
      },
    };
  }

  return { listen, onMoved: (event) => hearing?.(event) };
}

function unitMadeBy({ materialRequirements }: JobOrder): Unit | null {
  const made = materialRequirements?.find(({ materialUse }) => materialUse === PRODUCED);
  return made?.engineeringUnits == null ? null : unitOf(made.engineeringUnits);
}

/** What was told already and has not changed: it would be no news. */
function makeKnown() {
  const texts = new Set<string>();
  return {
    has: (told: Told) => texts.has(canonicalText(told)),
    note(all: readonly Told[]) {
      for (const told of all) texts.add(canonicalText(told));
      for (const text of texts) {
        if (texts.size <= KNOWN_MAX) break;
        texts.delete(text);
      }
    },
  };
}
