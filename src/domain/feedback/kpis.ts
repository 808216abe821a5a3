import { dividedBy, isZero, plus, rational, type Rational, times } from "../rational.ts";
import type { KpiElements } from "./kpi-elements.ts";

/**
 * Key performance indicators by ISO 22400-2:2014, "Definitions and descriptions", with elements by the standard's
 * names: see `KpiElements`. Exact, as a share of 1 where the standard shows per cent; null where there is nothing to
 * divide by. Each is worked out from sums, never averaged over parts.
 */
export type Kpis = Readonly<Record<keyof typeof KPIS, Rational | null>>;

/** All of them. */
export function kpisOf(elements: KpiElements): Kpis {
  const names = Object.keys(KPIS) as (keyof Kpis)[];
  return Object.fromEntries(names.map((name) => [name, KPIS[name](elements)])) as Kpis;
}

const KPIS = {
  throughputRate,
  allocationRatio,
  setupRate,
  availability,
  effectiveness,
  qualityRatio,
  oee,
  firstPassYield,
  scrapRatio,
  reworkRatio,
} as const satisfies Record<string, (elements: KpiElements) => Rational | null>;

/** PQ = GQ + SQ. Rework is apart: a piece is produced once, good or scrap, however often it was worked on. */
export function producedQuantity({ good, scrap }: KpiElements): Rational {
  return plus(good, scrap);
}

/** AUPT, actual unit processing time = AUST + APT. */
function processingMs({ setupMs, productionMs }: KpiElements): number {
  return setupMs + productionMs;
}

/** AUBT, actual unit busy time = AUPT + ADET, and the time of rework, which no element of the standard holds apart. */
export function busyMs(elements: KpiElements): number {
  return processingMs(elements) + elements.delayMs + elements.reworkMs;
}

const MS_PER_HOUR = rational(3_600_000n);

/** Throughput rate = PQ / AOET, per hour. ISO 22400-2, "Throughput rate". */
function throughputRate(elements: KpiElements): Rational | null {
  const perMs = ratio(producedQuantity(elements), whole(elements.executionMs));
  return perMs === null ? null : times(perMs, MS_PER_HOUR);
}

/** Allocation ratio = AUBT / AOET: the rest is waiting and transport. ISO 22400-2, "Allocation ratio". */
function allocationRatio(elements: KpiElements): Rational | null {
  return ratio(whole(busyMs(elements)), whole(elements.executionMs));
}

/** Setup rate = AUST / AUPT. ISO 22400-2, "Setup rate". */
function setupRate(elements: KpiElements): Rational | null {
  return ratio(whole(elements.setupMs), whole(processingMs(elements)));
}

/**
 * Availability = APT / PBT. ISO 22400-2, "Availability". Of work centers: elements of an item or an operation alone
 * have no PBT. Above 1 where several stations of a work center run at once and PBT counts one.
 */
function availability({ productionMs, plannedBusyMs }: KpiElements): Rational | null {
  return ratio(whole(productionMs), whole(plannedBusyMs));
}

/**
 * Effectiveness = PRI × PQ / APT, over processing for which there is a planned run time. ISO 22400-2, "Effectiveness".
 * Above 1 where work is faster than planned.
 */
function effectiveness({ plannedRunMs, withPlanMs }: KpiElements): Rational | null {
  return ratio(plannedRunMs, whole(withPlanMs));
}

/** Quality ratio = GQ / PQ. ISO 22400-2, "Quality ratio". What rework made good is good. */
function qualityRatio(elements: KpiElements): Rational | null {
  return ratio(elements.good, producedQuantity(elements));
}

/** OEE index = availability × effectiveness × quality ratio. ISO 22400-2, "Overall equipment effectiveness index". */
function oee(elements: KpiElements): Rational | null {
  const [available, effective, quality] = [availability(elements), effectiveness(elements), qualityRatio(elements)];
  if (available === null || effective === null || quality === null) return null;
  return times(times(available, effective), quality);
}

/** First pass yield, FPY = GP / IP: good without rework. ISO 22400-2, "First pass yield". */
function firstPassYield({ goodAtFirst, inspected }: KpiElements): Rational | null {
  return ratio(goodAtFirst, inspected);
}

/** Scrap ratio = SQ / PQ. ISO 22400-2, "Scrap ratio". */
function scrapRatio(elements: KpiElements): Rational | null {
  return ratio(elements.scrap, producedQuantity(elements));
}

/** Rework ratio = RQ / PQ. ISO 22400-2, "Rework ratio". Above 1 where pieces go to rework more than once. */
function reworkRatio(elements: KpiElements): Rational | null {
  return ratio(elements.rework, producedQuantity(elements));
}

function ratio(part: Rational, of: Rational): Rational | null {
  return isZero(of) ? null : dividedBy(part, of);
}

function whole(milliseconds: number): Rational {
  return rational(BigInt(milliseconds));
}
