import type { JudgedMetric } from "../domain/feedback/change-effect.ts";
import type { MeasuredOutcome } from "../domain/feedback/change-outcome.ts";
import type { BuiltUnit } from "../domain/feedback/cut-in.ts";
import type { ChangeInProduction, ItemWithChange } from "../flows/read-change-outcome.ts";
import type { ChangeEffect } from "./contract.ts";

export function effectView({ change, plant, items, measures, alongside }: ChangeInProduction): ChangeEffect {
  return {
    change,
    plant,
    items: items.map(itemView),
    measures: measures.map(measureView),
    alongside: [...alongside],
  };
}

function itemView({ item, from, to, toldBy, cutIn, text, orders }: ItemWithChange): ChangeEffect["items"][number] {
  const { planned } = cutIn;
  return {
    item,
    from,
    to,
    state: cutIn.kind,
    toldBy,
    text,
    orders,
    planned: planned?.kind === "instant" ? planned.at : null,
    cutIn: cutIn.kind === "cut in" ? unitView(cutIn.from) : null,
    firstNew: cutIn.kind === "cut in" ? unitView(cutIn.firstNew) : null,
    lastOld: cutIn.kind === "nothing told" || cutIn.lastOld === null ? null : unitView(cutIn.lastOld),
  };
}

function unitView({ id, builtAt }: BuiltUnit): { id: string; builtAt: string } {
  return { id, builtAt };
}

function measureView(measured: MeasuredOutcome): ChangeEffect["measures"][number] {
  const { item, operation, measure, judged, sentence, points } = measured;
  const { verdict, metric, sizes } = judged;
  return {
    item,
    operation,
    measure,
    better: metric.better,
    verdict,
    sentence,
    sizes,
    effect: effectOf(judged),
    points: points.map(({ order, finishedAt, side, value, share }) => ({
      order,
      finishedAt,
      side,
      value,
      of: share?.of ?? null,
    })),
  };
}

function effectOf(judged: JudgedMetric): ChangeEffect["measures"][number]["effect"] {
  if (judged.verdict === "too few") return null;
  const { effect, adjustedP, together } = judged;
  const { p, interval } = effect;
  const moved =
    effect.kind === "time"
      ? { before: effect.medianBefore, after: effect.medianAfter, difference: effect.shift }
      : { before: effect.before, after: effect.after, difference: effect.difference };
  return { ...moved, interval, p, adjustedP, together };
}
