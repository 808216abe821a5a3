import type { ItemId, OperationId, Revision } from "../ids.ts";
import type { Quantity } from "../quantity.ts";
import { compare, dividedBy, minus, times, ZERO, type Rational } from "../rational.ts";
import { itemConversionFactor, type UnitFactor } from "../unit.ts";

/** A component that went into a serial or lot, net of what was taken out again. */
export type BuiltComponent = {
  readonly item: ItemId;
  /** Null where its lot or serial does not tell. */
  readonly revision: Revision | null;
  readonly quantity: Quantity;
  /** The item's own conversions across dimensions. */
  readonly unitFactors: readonly UnitFactor[];
  readonly lot: string | null;
  readonly serial: string | null;
  readonly operation: OperationId | null;
};

/** What the design revision in force asks for: a line for the serial, or for the whole lot. */
export type DesignedLine = {
  readonly line: string;
  readonly item: ItemId;
  /** Null where any will do. */
  readonly revision: Revision | null;
  /** Net of scrap; null for as required, which has no fixed figure. */
  readonly required: Quantity | null;
  /** Items that engineering lets stand in. */
  readonly alternates: readonly ItemId[];
  /** Items that the plant lets stand in. */
  readonly substitutes: readonly ItemId[];
};

/** A recorded leave to build in something else, by whoever approved it. */
export type ComponentDeviation = {
  readonly id: string;
  readonly instead: ItemId;
  readonly used: ItemId;
  /** Null for any. */
  readonly revision: Revision | null;
};

/** How what was built in stands to its line; the best fitting first, and in this order it fills the line. */
const FITS = ["as designed", "alternate", "substitute", "deviation", "revision unknown", "wrong revision"] as const;
type Fit = (typeof FITS)[number];

/** A part of a component that fills a line: `quantity` of it, in the line's unit. */
export type ComponentFit = {
  readonly fit: Fit;
  readonly component: BuiltComponent;
  readonly quantity: Quantity;
  /** The deviation that lets it in; null for every other fit. */
  readonly deviation: string | null;
};

export type AsBuiltLine = {
  readonly designed: DesignedLine;
  readonly fits: readonly ComponentFit[];
  /** What is required and not there; null where nothing is missing. */
  readonly missing: Quantity | null;
};

/** What no line has room for: more than required, or an item that the design does not ask for here. */
export type ExtraComponent = {
  readonly component: BuiltComponent;
  /** In the component's unit. */
  readonly quantity: Quantity;
  /** The first line that it would fit if that were not full, or if the units could be compared; null for none. */
  readonly of: { readonly line: string; readonly because: "line is full" | "units differ" } | null;
};

export type AsBuilt = { readonly lines: readonly AsBuiltLine[]; readonly extra: readonly ExtraComponent[] };

/**
 * Compares what was built in with the design in force. Every bit of every component comes to stand once: as a fit of a
 * line, or as extra. Better fits fill a line before worse ones, earlier lines before later ones, and lines with a figure
 * before those as required, which take what is left. An item that stands in on several lines goes to the earliest,
 * though a later one may have nothing else.
 */
export function asBuilt(
  design: readonly DesignedLine[],
  components: readonly BuiltComponent[],
  deviations: readonly ComponentDeviation[] = [],
): AsBuilt {
  const stock = components.map((component) => ({ component, left: component.quantity.amount }));
  const byItem = Map.groupBy(stock, ({ component }) => component.item);
  const lines = design.map((designed) => ({
    designed,
    open: designed.required?.amount ?? null,
    fits: [] as ComponentFit[],
    candidates: itemsFor(designed, deviations)
      .flatMap((item) => byItem.get(item) ?? [])
      .map((one) => ({ one, judged: fitOf(designed, one.component, deviations) })),
  }));
  const ranked = [...lines.filter(({ open }) => open !== null), ...lines.filter(({ open }) => open === null)];
  for (const fit of FITS)
    for (const line of ranked)
      for (const { one, judged } of line.candidates) if (judged?.fit === fit) fill(line, one, judged);
  return {
    lines: lines.map(({ designed, fits, open }) => ({ designed, fits, missing: missingOf(designed, open) })),
    extra: stock
      .filter(({ left }) => isSome(left))
      .map(({ component, left }) => ({
        component,
        quantity: { amount: left, unit: component.quantity.unit },
        of: wouldFit(design, component, deviations),
      })),
  };
}

/** Whether all was built as designed, or as engineering's alternates allow. */
export function isAsDesigned({ lines, extra }: AsBuilt): boolean {
  return extra.length === 0 && lines.every(isLineAsDesigned);
}

export function isLineAsDesigned({ fits, missing }: AsBuiltLine): boolean {
  return missing === null && fits.every(({ fit }) => fit === "as designed" || fit === "alternate");
}

type Judged = Pick<ComponentFit, "fit" | "deviation">;

function plain(fit: Fit): Judged {
  return { fit, deviation: null };
}

/** What may come to stand on a line, each item once. */
function itemsFor(line: DesignedLine, deviations: readonly ComponentDeviation[]): readonly ItemId[] {
  const leave = deviations.flatMap(({ instead, used }) => (instead === line.item ? [used] : []));
  return [...new Set([line.item, ...line.alternates, ...line.substitutes, ...leave])];
}

/** Null where the component has no business on the line. */
function fitOf(
  line: DesignedLine,
  { item, revision }: BuiltComponent,
  deviations: readonly ComponentDeviation[],
): Judged | null {
  const isOwn = item === line.item;
  if (isOwn && (line.revision === null || line.revision === revision)) return plain("as designed");
  if (line.alternates.includes(item)) return plain("alternate");
  if (line.substitutes.includes(item)) return plain("substitute");
  const leave = deviations.find(
    (one) => one.instead === line.item && one.used === item && (one.revision === null || one.revision === revision),
  );
  if (leave !== undefined) return { fit: "deviation", deviation: leave.id };
  if (!isOwn) return null;
  return plain(revision === null ? "revision unknown" : "wrong revision");
}

/** Moves as much of a component into a line as both have; nothing where their units cannot be compared. */
function fill(
  line: { readonly designed: DesignedLine; open: Rational | null; fits: ComponentFit[] },
  stock: { readonly component: BuiltComponent; left: Rational },
  judged: Judged,
): void {
  const { unit } = line.designed.required ?? stock.component.quantity;
  const factor = factorTo(unit, stock.component);
  if (factor === null) return;
  const there = times(stock.left, factor);
  const taken = line.open === null || compare(there, line.open) < 0 ? there : line.open;
  if (!isSome(taken)) return;
  stock.left = minus(stock.left, dividedBy(taken, factor));
  if (line.open !== null) line.open = minus(line.open, taken);
  line.fits.push({ ...judged, component: stock.component, quantity: { amount: taken, unit } });
}

function factorTo(unit: Quantity["unit"], { quantity, unitFactors }: BuiltComponent): Rational | null {
  return itemConversionFactor(quantity.unit, unit, unitFactors);
}

function missingOf({ required }: DesignedLine, open: Rational | null): Quantity | null {
  return required === null || open === null || !isSome(open) ? null : { amount: open, unit: required.unit };
}

function wouldFit(
  design: readonly DesignedLine[],
  component: BuiltComponent,
  deviations: readonly ComponentDeviation[],
): ExtraComponent["of"] {
  const line = design.find((one) => fitOf(one, component, deviations) !== null);
  if (line === undefined) return null;
  const comparable = line.required === null || factorTo(line.required.unit, component) !== null;
  return { line: line.line, because: comparable ? "line is full" : "units differ" };
}

function isSome(amount: Rational): boolean {
  return compare(amount, ZERO) > 0;
}
