import type { Mes } from "./state.ts";

/** How the pieces of an item are told apart: each by its serial number, or by the lot they came in. */
export type Tracking = "SERIAL" | "LOT";

/** What the MES knows of an item. One that it does not know is tracked by lot. */
export type Item = { readonly code: string; readonly tracking: Tracking };

/** A serial number of a finished piece, until it is built into another. */
export type SerialNumber = {
  readonly plant: string;
  readonly itemCode: string;
  readonly serial: string;
  /** External id of the job that used it. */
  readonly usedIn: string | null;
};

/** A lot of finished pieces, until the last of them is built in. */
export type FinishedLot = {
  readonly plant: string;
  readonly itemCode: string;
  /** The number of the job that made it. */
  readonly lot: string;
  readonly pieces: number;
};

export function trackingOf(mes: Mes, itemCode: string): Tracking {
  return mes.items.get(itemCode)?.value.tracking ?? "LOT";
}

export function stockTerm({ plant, itemCode }: { readonly plant: string; readonly itemCode: string }): string {
  return `${plant} ${itemCode}`;
}
