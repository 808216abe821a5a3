import type { ItemId, Revision } from "../ids.ts";
import { counted, figure, signed } from "./figure-text.ts";
import { medianOf, timeSample } from "./median-effect.ts";
import { levelsOf, type Observation, type Place, type Reading, type TriggerRule } from "./trigger-rule.ts";

/** What a rule asks a person to approve. Proposals of one occasion answer the same cause. */
export type Proposal = RoutingTimeProposal | ScrapFactorProposal | ReportProposal;

type RoutingTimeProposal = {
  readonly kind: "routing time";
  readonly occasion: string;
  readonly place: Place;
  /** Seconds for each piece; the proposed ones are the median of the orders' medians. */
  readonly plannedSeconds: number;
  readonly proposedSeconds: number;
  readonly evidence: string;
};

type ScrapFactorProposal = {
  readonly kind: "scrap factor";
  readonly occasion: string;
  readonly place: Place;
  /** Of the pieces that were made. */
  readonly plannedShare: number;
  readonly proposedShare: number;
  /** On top of the net quantity, as an mBOM keeps it: a quarter scrapped is a third on top. */
  readonly proposedPercent: number;
  readonly evidence: string;
};

/** As the PLM's connector files it. */
type ReportProposal = {
  readonly kind: "problem report";
  readonly occasion: string;
  readonly item: ItemId;
  readonly revision: Revision;
  readonly title: string;
  readonly description: string;
  readonly evidence: string;
};

/** What the rule proposes on the orders that it looked back at, `newest` the last of them. */
export function proposalsFor(
  rule: TriggerRule,
  about: string,
  occasion: string,
  newest: Observation,
  window: readonly Observation[],
): readonly Proposal[] {
  const evidence = window.map(evidenceLine).join("\n");
  return rule.proposes.flatMap((kind): readonly Proposal[] => {
    switch (kind) {
      case "routing time":
        return routingTime(occasion, newest, window, evidence);
      case "scrap factor":
        return scrapFactor(occasion, newest, window, evidence);
      case "problem report":
        return [report(rule, about, occasion, newest, window, evidence)];
    }
  });
}

function routingTime(
  occasion: string,
  { place, reading }: Observation,
  window: readonly Observation[],
  evidence: string,
): readonly RoutingTimeProposal[] {
  if (reading.kind !== "run time") return [];
  const { plannedSeconds } = reading;
  return [{ kind: "routing time", occasion, place, plannedSeconds, proposedSeconds: medianSeconds(window), evidence }];
}

function scrapFactor(
  occasion: string,
  { place, reading }: Observation,
  window: readonly Observation[],
  evidence: string,
): readonly ScrapFactorProposal[] {
  const proposedShare = shareOf(window, scrappedOf);
  // Where all was scrapped, no factor makes up for it.
  if (reading.kind !== "scrap" || proposedShare === 1) return [];
  const proposedPercent = (100 * proposedShare) / (1 - proposedShare);
  const { plannedShare } = reading;
  return [{ kind: "scrap factor", occasion, place, plannedShare, proposedShare, proposedPercent, evidence }];
}

function report(
  rule: TriggerRule,
  about: string,
  occasion: string,
  newest: Observation,
  window: readonly Observation[],
  evidence: string,
): ReportProposal {
  const { plant, item, revision, operation } = newest.place;
  const { times, of } = rule.opensAfter;
  const often = times === of ? `${counted(times, "order")} in a row` : `${times} of the last ${counted(of, "order")}`;
  const { title, finding } = inWords(about, newest.reading, window);
  return {
    kind: "problem report",
    occasion,
    item,
    revision,
    title: `${title} at operation ${operation}`,
    description: `At operation ${operation} of ${item} rev ${revision} in plant ${plant}, ${finding}. Rule ${rule.name} asks for a look after ${often}.`,
    evidence,
  };
}

function inWords(
  about: string,
  reading: Reading,
  window: readonly Observation[],
): { readonly title: string; readonly finding: string } {
  switch (reading.kind) {
    case "run time":
      return {
        title: `Run time ${about} than planned`,
        finding: `a piece takes ${seconds(medianSeconds(window))} where ${seconds(reading.plannedSeconds)} are planned`,
      };
    case "scrap":
      return {
        title: "Scrap above plan",
        finding: `${percent(shareOf(window, scrappedOf))} of the pieces are scrapped where ${percent(reading.plannedShare)} are planned`,
      };
    case "first-pass yield": {
      const share = shareOf(window, passedOf);
      const points = `${signed((share - reading.shareBefore) * 100, 1)} points`;
      return {
        title: `First-pass yield lower ${about}`,
        finding: `${percent(share)} of the pieces are good at the first pass ${about}, where ${percent(reading.shareBefore)} were before (${points})`,
      };
    }
    case "nonconformance":
      return {
        title: `Nonconformance ${about} repeated`,
        finding: `nonconformance ${about} occurred ${timesText(about, window)}`,
      };
    case "substitution":
      return { title: `${about} repeatedly`, finding: `${about} was used ${timesText(about, window)}` };
  }
}

/** `MO-5012, finished 2026-03-02T10:00:00.000Z, 40 pieces: 75.2 s a piece, 60.0 s planned` */
function evidenceLine({ order, at, pieces, reading }: Observation): string {
  return `${order}, finished ${at}, ${counted(pieces, "piece")}: ${readingText(reading, pieces)}`;
}

function readingText(reading: Reading, pieces: number): string {
  switch (reading.kind) {
    case "run time":
      return `${seconds(reading.medianSeconds)} a piece, ${seconds(reading.plannedSeconds)} planned`;
    case "scrap":
      return `${figure(reading.scrapped, 0)} scrapped (${percent(reading.scrapped / pieces)}), ${percent(reading.plannedShare)} planned`;
    case "first-pass yield":
      return `${figure(reading.passed, 0)} good at the first pass (${percent(reading.passed / pieces)}), ${percent(reading.shareBefore)} before ${reading.change}`;
    case "nonconformance":
      return listed(reading.occurred.map(({ code, times }) => `${code} ${counted(times, "time")}`));
    case "substitution":
      return listed(
        reading.occurred.map(({ designed, used, times }) => `${used} for ${designed} ${counted(times, "time")}`),
      );
  }
}

function listed(texts: readonly string[]): string {
  return texts.length === 0 ? "none" : texts.join(", ");
}

function medianSeconds(window: readonly Observation[]): number {
  return medianOf(
    timeSample(window.flatMap(({ reading }) => (reading.kind === "run time" ? [reading.medianSeconds] : []))),
  );
}

function shareOf(window: readonly Observation[], countOf: (reading: Reading) => number): number {
  const pieces = window.reduce((sum, one) => sum + one.pieces, 0);
  return window.reduce((sum, { reading }) => sum + countOf(reading), 0) / pieces;
}

function scrappedOf(reading: Reading): number {
  return reading.kind === "scrap" ? reading.scrapped : 0;
}

function passedOf(reading: Reading): number {
  return reading.kind === "first-pass yield" ? reading.passed : 0;
}

function timesText(about: string, window: readonly Observation[]): string {
  const times = window.reduce((sum, { reading, pieces }) => sum + (levelsOf(reading, pieces).get(about) ?? 0), 0);
  return `${counted(times, "time")} in ${counted(window.length, "order")}`;
}

function seconds(time: number): string {
  return `${figure(time, 1)} s`;
}

function percent(share: number): string {
  return `${figure(share * 100, 1)} %`;
}
