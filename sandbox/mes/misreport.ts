import { chance, happens } from "./chance.ts";
import type { ShopEvent } from "./event.ts";
import type { Mes } from "./state.ts";

const NOTICED_MS = { least: 120_000, most: 1_800_000 };
/** A decimal point that slipped. */
const SLIP = 10;

/**
 * What the shop says of an event that it reports wrongly at first: the wrong event and, minutes later, what puts it
 * right, so that in the end all is as it really was. Null for an event that is reported rightly. Call it inside
 * `mes.write`.
 */
export function misreport(mes: Mes, event: ShopEvent): readonly ShopEvent[] | null {
  const { seed, correctedPercent } = mes.shop.rules();
  if (!isBooking(event) || !happens(correctedPercent, seed, "wrong", event.id)) return null;
  const wrong = chance(seed, "how wrong", event.id) < 0.5 ? saidWrongly(event) : null;
  const madeAt = noticedAt(seed, event);
  if (wrong !== null) return [wrong, correction(mes, event, madeAt)];
  const double: ShopEvent = { ...event, id: mes.nextNumber("EVT"), source: "TERMINAL" };
  return [event, double, reversal(mes, double, madeAt)];
}

/** What people book by hand. */
function isBooking({ type }: ShopEvent): boolean {
  return type === "GOOD" || type === "SCRAP" || type === "REWORK" || type === "CONSUMED";
}

/** The event with a slip of the pen; null where nothing in it invites one. */
function saidWrongly(event: ShopEvent): ShopEvent | null {
  const { material, workSeconds } = event;
  if (workSeconds !== null) return { ...event, workSeconds: workSeconds * SLIP };
  if (material === null || material.lot === null) return null;
  return { ...event, material: { ...material, lot: `${material.lot}-0` } };
}

function correction(mes: Mes, event: ShopEvent, madeAt: string): ShopEvent {
  const { id, source, about: _about, instead: _instead, ...content } = event;
  // Only what happens is booked, and so corrected.
  const instead = content as ShopEvent["instead"];
  return { ...afterthought(mes, event, madeAt), type: "CORRECTION", about: { source, id }, instead };
}

function reversal(mes: Mes, event: ShopEvent, madeAt: string): ShopEvent {
  const { id, source } = event;
  return { ...afterthought(mes, event, madeAt), type: "REVERSAL", about: { source, id }, reason: "BOOKED_TWICE" };
}

/** Says nothing itself but of which job it is. */
function afterthought(mes: Mes, event: ShopEvent, madeAt: string): ShopEvent {
  return {
    ...event,
    id: mes.nextNumber("EVT"),
    source: "TERMINAL",
    time: madeAt,
    quantities: null,
    workSeconds: null,
    reworked: null,
    reason: null,
    lot: null,
    serials: [],
    material: null,
    measurement: null,
    defect: null,
  };
}

function noticedAt(seed: number, { id, time }: ShopEvent): string {
  const { least, most } = NOTICED_MS;
  return new Date(Date.parse(time) + Math.round(least + (most - least) * chance(seed, "noticed", id))).toISOString();
}
