import type { LossRow } from "../../src/api/contract.ts";
import { readRational, toNumber } from "../../src/domain/rational.ts";
import { timeText } from "./figure-format.ts";

/** One bar of a Pareto chart. */
export type Bar = {
  readonly reason: string;
  /** Where it was lost; empty where bars are not told apart by place. */
  readonly place: string;
  readonly quantity: string;
  readonly share: number;
  readonly cumulative: number;
};

/** One chart: losses of one plant and unit. */
export type Pareto = { readonly plant: string; readonly unit: string | null; readonly bars: readonly Bar[] };

/** Losses as charts, the most first; beyond `most` bars the rest is one. */
export function paretosOf(rows: readonly LossRow[], most = 12): readonly Pareto[] {
  const charts = Map.groupBy(rows, ({ plant, unit }) => JSON.stringify([plant, unit]));
  return [...charts.values()].map((ofChart) => {
    const [first] = ofChart;
    if (first === undefined) throw new RangeError("a group has at least one row");
    // One bar for all others would say less than the one bar that it stands for.
    const kept = ofChart.length > most ? ofChart.slice(0, most - 1) : ofChart;
    const rest = ofChart.slice(kept.length);
    return {
      plant: first.plant,
      unit: first.unit,
      bars: [...kept.map(barOf), ...(rest.length === 0 ? [] : [barOfRest(rest, first)])],
    };
  });
}

function barOf({ reason, item, operation, workCenter, quantity, kind, share, cumulative }: LossRow): Bar {
  return {
    reason: reason === "" ? "no reason given" : reason,
    place: [item, operation, workCenter].filter((part) => part !== null).join(" · "),
    quantity: quantityOf(numberOf(quantity), kind),
    share,
    cumulative,
  };
}

function barOfRest(rest: readonly LossRow[], { kind }: LossRow): Bar {
  return {
    reason: `${rest.length} others`,
    place: "",
    quantity: quantityOf(
      rest.reduce((sum, { quantity }) => sum + numberOf(quantity), 0),
      kind,
    ),
    share: rest.reduce((sum, { share }) => sum + share, 0),
    cumulative: rest.at(-1)?.cumulative ?? 1,
  };
}

/** Only to be shown: shares were worked out exactly by the hub. */
function numberOf(exact: string): number {
  const held = readRational(exact);
  return held === null ? 0 : toNumber(held);
}

function quantityOf(amount: number, kind: LossRow["kind"]): string {
  return kind === "downtime" ? timeText(amount) : amount.toLocaleString("en", { maximumFractionDigits: 3 });
}
