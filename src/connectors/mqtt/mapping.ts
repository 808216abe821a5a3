import { readEvent } from "../../domain/feedback/event-json.ts";
import { instantAt, type Instant } from "../../domain/feedback/instant.ts";
import type { Occurrence, ShopFact } from "../../domain/feedback/shop-event.ts";
import { unreadable, type Told } from "../../domain/feedback/told.ts";
import type { OperationId, PlantId, ProductionOrderId, WorkCenterId } from "../../domain/ids.ts";
import {
  compare,
  minus,
  parseRational,
  plus,
  rational,
  type Rational,
  rationalText,
  times,
  toNumber,
  ZERO,
} from "../../domain/rational.ts";
import { readJson } from "../http/json-text.ts";
import type { Counter, Meaning, Station } from "./config.ts";
import type { Metric } from "./wire.ts";

/** Most events in one message. */
const EVENTS_MAX = 10_000;

/** The events in a message of Heddle's JSON: one object, or an array of them. */
export function toTold(topic: string, text: string): readonly Told[] {
  const read = readJson(text);
  if ("problem" in read) {
    return [notJson(text, `On topic ${topic}: ${read.problem}.`, "Send an event as JSON, or an array of events.")];
  }
  if (!Array.isArray(read.json)) return [readEvent(read.json)];
  if (read.json.length <= EVENTS_MAX) return read.json.map(readEvent);
  const cause = `On topic ${topic}: ${read.json.length} events in one message.`;
  return [notJson(text, cause, `Send at most ${EVENTS_MAX} at once.`)];
}

function notJson(text: string, cause: string, fix: string): Told {
  return unreadable(text, [{ field: "", cause, fix }]);
}

/** A metric of a station, as it came. */
export type Reading = {
  readonly name: string;
  /** Milliseconds since 1970; null where neither metric nor message says. */
  readonly at: number | null;
  readonly value: Metric["raw"];
};

/** A station, with what its metrics last said. */
export type StationMemory = {
  /** What the metrics of one message tell, and are remembered to say from now on. */
  readonly told: (readings: readonly Reading[], seq: number) => readonly Told[];
};

/** Since when a station has been in a state. */
type Standing = { readonly meaning: Meaning; readonly text: string; readonly since: Instant };

/**
 * Turns totals into increments and states into what happened. A counter's first value is where it counts from; a lower
 * one than before is a counter that went round or began anew, and what it shows since is counted.
 */
export function makeStation(station: Station): StationMemory {
  const { group, node, device, plant, workCenter, operation, fixedOperation, order, reason, cycleTime, state } =
    station;
  const source = [group, node, device].filter((part) => part !== undefined).join("/");
  const name = station.station ?? [node, device].filter((part) => part !== undefined).join("/");
  const last = new Map<string, Metric["raw"]>();
  const totals = new Map<string, Rational>();
  let standing: Standing | null = null;

  const lastText = (metric: string | undefined) => (metric === undefined ? null : textOf(last.get(metric)));

  function place(at: Instant): Omit<Occurrence, "fact"> {
    return {
      since: null,
      at,
      plant: plant as PlantId,
      order: lastText(order) as ProductionOrderId | null,
      job: null,
      item: null,
      revision: null,
      operation: (fixedOperation ?? lastText(operation)) as OperationId | null,
      workCenter: (workCenter ?? null) as WorkCenterId | null,
      station: name,
      operator: null,
      serials: [],
      lot: null,
    };
  }

  /** The same reading told again gets the same id. */
  function event({ name: metric, at }: Reading, seq: number, fact: ShopFact, more: Partial<Occurrence> = {}): Told {
    const id = `${metric}@${at}#${seq}`;
    const when = instantAt(at ?? 0);
    return { kind: "event", event: { kind: "occurrence", source, id, ...place(when), ...more, fact } };
  }

  function counted(counter: Counter, reading: Reading, seq: number): readonly Told[] {
    const total = amountOf(reading.value);
    if (total === null) return [];
    const before = totals.get(counter.metric);
    totals.set(counter.metric, total);
    if (before === undefined) return [];
    const increment = incrementOf(before, total, counter.wrapsAt);
    if (compare(increment, ZERO) === 0) return [];
    return [
      event(reading, seq, {
        kind: counter.counts,
        quantity: { amount: increment, unit: counter.unit },
        reason: counter.counts === "good" ? null : lastText(reason),
        workedMs: workedMs(increment),
        reworked: null,
      }),
    ];
  }

  /** Of all pieces together; null without a cycle time that is above zero. */
  function workedMs(pieces: Rational): number | null {
    if (cycleTime === undefined) return null;
    const one = amountOf(last.get(cycleTime.metric) ?? null);
    if (one === null || compare(one, ZERO) <= 0) return null;
    const all = times(times(one, pieces), rational(MILLISECONDS[cycleTime.unit]));
    return Math.round(toNumber(all));
  }

  function moved(reading: Reading, seq: number): readonly Told[] {
    const text = textOf(reading.value);
    const meaning = text === null ? undefined : state?.means[text];
    if (text === null || text === standing?.text) return [];
    if (meaning === undefined) return [unknownState(reading, text, source)];
    const before = standing;
    standing = { meaning, text, since: instantAt(reading.at ?? 0) };
    // What it was in when it was first heard of began before, nobody knows when.
    if (before === null || before.meaning === meaning) return [];
    return [...leaving(before, reading, seq), ...entering(meaning, before.meaning, reading, seq)];
  }

  function leaving({ meaning, since }: Standing, reading: Reading, seq: number): readonly Told[] {
    if (meaning !== "down" && meaning !== "planned down") return [];
    const fact: ShopFact = { kind: "downtime", reason: lastText(reason), planned: meaning === "planned down" };
    return [event({ ...reading, name: `${reading.name}/downtime` }, seq, fact, { since })];
  }

  function entering(meaning: Meaning, before: Meaning, reading: Reading, seq: number): readonly Told[] {
    switch (meaning) {
      case "running":
        return [event(reading, seq, before === "held" ? { kind: "resumed" } : { kind: "operation started" })];
      case "held":
        return [event(reading, seq, { kind: "held", reason: lastText(reason) })];
      case "completed":
      case "aborted":
        return [event(reading, seq, { kind: "operation completed", early: meaning === "aborted" })];
      case "down":
      case "planned down":
      case "idle":
        return []; // told when it is over, or nothing
    }
  }

  return {
    told(readings, seq) {
      const timed = readings.filter(({ at }) => at !== null);
      const told: Told[] = readings.flatMap((one) => (one.at === null ? [untimed(one, source)] : []));
      // Order, operation, reason and cycle time of the same message are those of its pieces.
      for (const { name: metric, value } of timed) last.set(metric, value);
      for (const reading of timed) {
        for (const counter of station.counters) {
          if (counter.metric === reading.name) told.push(...counted(counter, reading, seq));
        }
        if (reading.name === state?.metric) told.push(...moved(reading, seq));
      }
      return told;
    },
  };
}

const MILLISECONDS = { MS: 1n, SEC: 1_000n, MIN: 60_000n } as const;

/**
 * What was counted from one total to the next. A lower total has gone round at `wrapsAt` where that makes less than half
 * of a round; else the counter was set back to zero.
 */
export function incrementOf(before: Rational, total: Rational, wrapsAt: number | undefined): Rational {
  const increment = minus(total, before);
  if (compare(increment, ZERO) >= 0) return increment;
  if (wrapsAt !== undefined) {
    const round = plus(increment, rational(BigInt(wrapsAt)));
    if (compare(round, rational(BigInt(wrapsAt), 2n)) < 0) return round;
  }
  return total;
}

/** Null for what counts nothing: null, text that is no number, less than nothing. */
function amountOf(value: Metric["raw"]): Rational | null {
  const amount = value === null || typeof value === "boolean" ? null : parseRational(String(value));
  return amount === null || compare(amount, ZERO) < 0 ? null : amount;
}

/** Null for null and for an empty text; a number as its digits. */
function textOf(value: Metric["raw"] | undefined): string | null {
  if (value === null || value === undefined || value === "") return null;
  return String(value);
}

function unknownState({ name, at }: Reading, text: string, source: string): Told {
  const cause = `Metric ${name} says "${text}", of which heddle.yaml does not say what it means.`;
  const fault = { field: name, cause, fix: "Add the value to state.means of the station." };
  return unreadable(JSON.stringify({ metric: name, value: text, at }), [fault], { source });
}

function untimed({ name, value }: Reading, source: string): Told {
  const cause = `Neither metric ${name} nor its message has a timestamp.`;
  const fault = { field: name, cause, fix: "Let the edge node send timestamps." };
  const shown = typeof value === "bigint" ? rationalText(rational(value)) : value;
  return unreadable(JSON.stringify({ metric: name, value: shown }), [fault], { source });
}
