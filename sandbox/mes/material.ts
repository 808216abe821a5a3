import { compare, decimal, decimalText, type Decimal } from "../erp/decimal.ts";
import { dimensionOf } from "../erp/unit.ts";
import type { Stored } from "../http/collection.ts";
import { chance } from "./chance.ts";
import type { ShopEvent } from "./event.ts";
import { stockTerm, trackingOf } from "./item.ts";
import type { Job, JobComponent } from "./job.ts";
import type { Mes } from "./state.ts";

const DECIMALS = 3;
const SHIFT_MS = 8 * 3_600_000;
const SERIALS = 100_000_000;
/** Has no factor in common with `SERIALS`, so that no two counts meet. */
const SCATTER = 48_271_657;

/** What an operation takes of a component while its pieces `from` to `until` are made; null when that is nothing. */
export function taken(
  mes: Mes,
  job: Stored<Job>,
  component: JobComponent,
  { from, until }: { readonly from: number; readonly until: number },
  now: number,
): ShopEvent["material"] {
  const pieces = Number(job.value.content.quantity);
  const required = decimal(component.quantity);
  const decimals = Math.max(required.scale, dimensionOf(component.unit) === "count" ? 0 : DECIMALS);
  const digits = share(required, until, pieces, decimals) - share(required, from, pieces, decimals);
  if (digits === 0n) return null;
  const { line, itemCode, unit } = component;
  const quantity = decimalText({ digits, scale: decimals });
  const isBySerial = trackingOf(mes, itemCode) === "SERIAL" && /^\d+$/.test(plain(quantity));
  const serials = isBySerial ? takenSerials(mes, job, component, Number(quantity)) : [];
  const lot = isBySerial ? null : (component.lot ?? lotTaken(mes, job, component, quantity, now));
  return { line, itemCode, quantity: plain(quantity), unit, lot, serials };
}

/** Digits of `required` × `part` / `whole`, rounded up to so many decimals: the shares of all parts add up to it. */
function share(required: Decimal, part: number, whole: number, decimals: number): bigint {
  const scaled = required.digits * 10n ** BigInt(decimals - required.scale) * BigInt(part);
  return (scaled + BigInt(whole) - 1n) / BigInt(whole);
}

/** Pieces that an earlier job made, the oldest first, else bought ones. */
function takenSerials(mes: Mes, job: Stored<Job>, component: JobComponent, count: number): string[] {
  const { itemCode } = component;
  const { plant, externalId } = job.value.content;
  const stock = mes.serials.list([{ kind: "stock", any: [stockTerm({ plant, itemCode })] }], 0, count);
  for (const piece of stock) mes.serials.replace(piece, { ...piece.value, usedIn: externalId });
  const bought = Array.from({ length: count - stock.length }, () => boughtSerial(mes, itemCode));
  return [...stock.map(({ value }) => value.serial), ...bought];
}

/** Each number once for an item: counted, and scattered because makers do not number for one customer. */
function boughtSerial(mes: Mes, itemCode: string): string {
  const number = (mes.nextCount(`${itemCode}-S`) * SCATTER) % SERIALS;
  return `${itemCode}-S${String(number).padStart(8, "0")}`;
}

/** The oldest lot that an earlier job made and that has enough left, else a bought one. */
function lotTaken(mes: Mes, job: Stored<Job>, { itemCode, unit }: JobComponent, quantity: string, now: number): string {
  const { plant } = job.value.content;
  const own = mes.finishedLots.list([{ kind: "stock", any: [stockTerm({ plant, itemCode })] }]);
  const lot = own.find(({ value }) => compare(decimal(String(value.pieces)), decimal(quantity)) >= 0);
  if (lot === undefined || dimensionOf(unit) !== "count") return lotOnHand(mes, itemCode, now);
  mes.finishedLots.replace(lot, { ...lot.value, pieces: lot.value.pieces - Math.ceil(Number(quantity)) });
  return lot.value.lot;
}

/** A new lot of everything is opened after one to five shifts: `RAW-DC01-15-260302B` in the second of that day. */
function lotOnHand(mes: Mes, itemCode: string, now: number): string {
  const lasts = 1 + Math.floor(chance(mes.shop.rules().seed, "lot", itemCode) * 5);
  const shift = Math.floor(now / SHIFT_MS / lasts) * lasts;
  const opened = new Date(shift * SHIFT_MS).toISOString();
  return `${itemCode}-${opened.slice(2, 10).replaceAll("-", "")}${"ABC"[shift % 3]}`;
}

function plain(text: string): string {
  return decimalText(decimal(text));
}
