import type { ChangeId, ItemId, OperationId, PlantId, Revision } from "../ids.ts";

/**
 * When production's figures are worth a person's look. A rule opens a cause when its level has been at `opensAt` or above
 * often enough, and closes it when the level has stayed at `closesAt` or below; in between nothing happens, so a figure
 * that swings around one threshold does not call people again and again. Levels are floats.
 */
export type TriggerRule = {
  readonly name: string;
  readonly opensAt: number;
  /** Below `opensAt`. */
  readonly closesAt: number;
  /** `times` of the last `of` orders, the newest among them; n in a row are n of n. */
  readonly opensAfter: { readonly times: number; readonly of: number };
  /** So many orders in a row. */
  readonly closesAfter: number;
  /** Orders of fewer pieces are passed over: their figures are mostly luck. */
  readonly piecesLeast: number;
} & (
  | { readonly watches: "run time"; readonly proposes: readonly ("routing time" | "problem report")[] }
  | { readonly watches: "scrap"; readonly proposes: readonly ("scrap factor" | "problem report")[] }
  | {
      readonly watches: "first-pass yield" | "nonconformance" | "substitution";
      readonly proposes: readonly "problem report"[];
    }
);

/** Where something was observed. */
export type Place = {
  readonly plant: PlantId;
  readonly item: ItemId;
  readonly revision: Revision;
  readonly operation: OperationId;
};

/** What one finished order showed of one kind at one place. */
export type Observation = {
  /** Production order; a later observation of it takes the place of an earlier. */
  readonly order: string;
  /** Instant in UTC as `2026-01-31T12:00:00.000Z`, so that instants compare as text. */
  readonly at: string;
  readonly place: Place;
  readonly pieces: number;
  readonly reading: Reading;
};

export type Reading =
  /** Seconds for each piece. */
  | { readonly kind: "run time"; readonly medianSeconds: number; readonly plannedSeconds: number }
  | { readonly kind: "scrap"; readonly scrapped: number; readonly plannedShare: number }
  /** `shareBefore`: what it was before the change cut in. */
  | {
      readonly kind: "first-pass yield";
      readonly passed: number;
      readonly shareBefore: number;
      readonly change: ChangeId;
    }
  /** All of the order, so that a code which is not there has not occurred. */
  | { readonly kind: "nonconformance"; readonly occurred: readonly { readonly code: string; readonly times: number }[] }
  | {
      readonly kind: "substitution";
      readonly occurred: readonly { readonly designed: ItemId; readonly used: ItemId; readonly times: number }[];
    };

/**
 * How far each thing that a reading tells is from what it should be, by the name of the thing: how much longer or shorter
 * than planned as a share of the plan; scrap above plan and yield below before, as a share of pieces; how often something
 * occurred. What is not named has level 0.
 */
export function levelsOf(reading: Reading, pieces: number): ReadonlyMap<string, number> {
  switch (reading.kind) {
    case "run time": {
      // Beside a plan of nothing there is no band.
      if (reading.plannedSeconds <= 0) return new Map();
      const ratio = reading.medianSeconds / reading.plannedSeconds;
      return new Map([
        ["longer", ratio - 1],
        ["shorter", 1 - ratio],
      ]);
    }
    case "scrap":
      return new Map([["above plan", reading.scrapped / pieces - reading.plannedShare]]);
    case "first-pass yield":
      return new Map([[`since ${reading.change}`, reading.shareBefore - reading.passed / pieces]]);
    case "nonconformance":
      return summed(reading.occurred.map(({ code, times }) => [code, times]));
    case "substitution":
      return summed(reading.occurred.map(({ designed, used, times }) => [`${used} for ${designed}`, times]));
  }
}

function summed(entries: readonly (readonly [name: string, times: number])[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const [name, times] of entries) sums.set(name, (sums.get(name) ?? 0) + times);
  return sums;
}

/** Why a rule could never work as it is meant; null when it can. */
export function ruleFault({ opensAt, closesAt, opensAfter, closesAfter, piecesLeast }: TriggerRule): string | null {
  if (closesAt >= opensAt) return `It closes at ${closesAt}, which is not below ${opensAt}, where it opens.`;
  const counts = [opensAfter.times, opensAfter.of, closesAfter, piecesLeast];
  if (counts.some((count) => !Number.isInteger(count) || count < 1))
    return "Orders and pieces are counted in whole numbers from 1.";
  return opensAfter.times > opensAfter.of ? `It waits for ${opensAfter.times} of ${opensAfter.of} orders.` : null;
}
