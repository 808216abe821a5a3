import type { KpiPart, LossKind, ProductionFilter } from "../api.ts";
import { GROUPS, type Group } from "./metrics.ts";

/** Every choice of the page of figures, as its address says it. */
export type ProductionSearch = ProductionFilter & {
  /** What lines and rows are told apart by; what suits the rest of the choice without it. */
  readonly by?: Group | undefined;
  /** Which losses are shown; scrap without it. */
  readonly kind?: LossKind | undefined;
  /** The change whose effect is shown; the last one without it. */
  readonly change?: string | undefined;
};

export const LOSS_KINDS = ["scrap", "rework", "nonconformance", "downtime"] as const satisfies readonly LossKind[];

const TEXTS = ["plant", "item", "revision", "operation", "workCenter", "change"] as const;
const DAYS = ["from", "until"] as const;

/** What an address says, without what it cannot mean. */
export function readSearch(search: Readonly<Record<string, unknown>>): ProductionSearch {
  const by = GROUPS.find((known) => known === search["by"]);
  const kind = LOSS_KINDS.find((known) => known === search["kind"]);
  return {
    ...Object.fromEntries(TEXTS.flatMap((name) => given(name, textOf(search[name])))),
    ...Object.fromEntries(DAYS.flatMap((name) => given(name, dayOf(search[name])))),
    ...(by === undefined ? {} : { by }),
    ...(kind === undefined ? {} : { kind }),
  };
}

/** Over how many days everything is shown together: a plant's sums of a year are more than one page needs. */
const OVERVIEW_DAYS = 30;
const DAY_MS = 86_400_000;

/** The choice with the days that it stands for: of everything the last 30, of an item or a work center all. */
export function withDays(search: ProductionSearch, now: number): ProductionSearch {
  const { from, until, item, workCenter } = search;
  if (from !== undefined || item !== undefined || workCenter !== undefined) return search;
  const end = until === undefined ? now : Date.parse(until);
  return { ...search, from: new Date(end - OVERVIEW_DAYS * DAY_MS).toISOString().slice(0, 10) };
}

/** What can be chosen of: what was made in those days, at all plants. */
export function choicesOf({ from, until }: ProductionSearch, now: number): ProductionFilter {
  const days = withDays({ from, until }, now);
  return { from: days.from, until: days.until };
}

export function filterOf({ plant, item, revision, operation, workCenter, from, until }: ProductionSearch) {
  return { plant, item, revision, operation, workCenter, from, until } satisfies ProductionFilter;
}

/**
 * What lines are told apart by. Without a wish of the reader's: an item's operations, since one piece goes through each
 * of them and their sum would count it many times.
 */
export function groupOf({ by, item, operation }: ProductionSearch): Group {
  const suits = item !== undefined && operation === undefined ? "operation" : "none";
  return by ?? suits;
}

/** Parts that a report by `group` asks for. */
export function kpiParts(group: Group, ...more: readonly KpiPart[]): readonly KpiPart[] {
  return group === "none" ? more : [...more, group];
}

function given(name: string, value: string | undefined): readonly (readonly [string, string])[] {
  return value === undefined ? [] : [[name, value]];
}

/** The router reads a bare number in the address as a number. */
function textOf(value: unknown): string | undefined {
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value !== "" ? value : undefined;
}

function dayOf(value: unknown): string | undefined {
  return typeof value === "string" && /^\d{4}-\d{2}-\d{2}$/.test(value) ? value : undefined;
}
