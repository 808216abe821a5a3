import {
  LEVEL,
  ORDERS_LEAST,
  PIECES_LEAST,
  TIMES_LEAST,
  hasRisen,
  type ChangeCutIn,
  type JudgedMetric,
} from "./change-effect.ts";
import { decimalsFor, figure, signed } from "./figure-text.ts";
import type { ShareEffect, Interval } from "./proportion-effect.ts";
import type { TimeEffect } from "./median-effect.ts";

/**
 * What a change did to a metric, for a design engineer: `Since ECO-0007 (from serial FX-000123 on), scrap at operation
 * 0020 rose from 1.2 % to 3.4 % (+2.2 points, 95 % interval +0.9 to +3.6; 1,240 and 870 pieces).`
 */
export function effectSentence({ change, from }: ChangeCutIn, judged: JudgedMetric): string {
  const since = from === null ? `Since ${change}` : `Since ${change} (from ${from} on)`;
  const { name, counted } = judged.metric;
  const { before, after } = judged.sizes;
  if (judged.verdict === "too few") return `${since}, too little was made to judge ${name}: ${shortfallOf(judged)}`;

  const { effect, verdict } = judged;
  const { values, change: moved } = effect.kind === "share" ? shareFigures(effect) : timeFigures(effect);
  const sizes = `${figure(before.counted, 0)} and ${figure(after.counted, 0)} ${counted}`;
  const figures = `${moved}; ${sizes}`;
  if (verdict !== "no difference shown")
    return `${since}, ${name} ${hasRisen(effect) ? "rose" : "fell"} from ${values.before} to ${values.after} (${figures}).`;
  return `${since}, no difference in ${name} is shown: ${values.before} before, ${values.after} after (${figures}).${byChance(judged)}`;
}

type Judged = Exclude<JudgedMetric, { verdict: "too few" }>;
type Figures = { readonly values: { readonly before: string; readonly after: string }; readonly change: string };

function shareFigures({ before, after, difference, interval }: ShareEffect): Figures {
  const decimals = decimalsFor(difference * 100, 1);
  const percent = (share: number): string => `${figure(share * 100, decimals)} %`;
  const points = { low: interval.low * 100, high: interval.high * 100 };
  return {
    values: { before: percent(before), after: percent(after) },
    change: `${signed(difference * 100, decimals)} points, ${intervalText(points, decimals)}`,
  };
}

function timeFigures({ medianBefore, medianAfter, shift, interval }: TimeEffect): Figures {
  const decimals = decimalsFor(shift, 1);
  const seconds = (time: number): string => `${figure(time, decimals)} s`;
  return {
    values: { before: `a median of ${seconds(medianBefore)}`, after: seconds(medianAfter) },
    change: `typically ${signed(shift, decimals)} s, ${intervalText(interval, decimals)}`,
  };
}

function intervalText({ low, high }: Interval, decimals: number): string {
  return `${figure(100 * (1 - LEVEL), 0)} % interval ${signed(low, decimals)} to ${signed(high, decimals)}`;
}

/** Says why a difference that would count alone does not count, as its interval without zero would have one think. */
function byChance({ effect, adjustedP, together }: Judged): string {
  if (effect.p > LEVEL || adjustedP <= LEVEL) return "";
  return ` Alone this would count; among ${together} metrics looked at together, one such is to be expected by chance.`;
}

function shortfallOf({ metric, sizes }: JudgedMetric): string {
  const [before, after] = [sizes.before, sizes.after].map(({ counted, orders }) =>
    orders === null
      ? `${figure(counted, 0)} ${metric.counted}`
      : `${figure(counted, 0)} ${metric.counted} in ${orders} ${orders === 1 ? "order" : "orders"}`,
  );
  const least =
    metric.kind === "time"
      ? `${TIMES_LEAST} ${metric.counted}`
      : `${PIECES_LEAST} ${metric.counted} in ${ORDERS_LEAST} orders`;
  return `${before} before and ${after} after; each side needs ${least}.`;
}
