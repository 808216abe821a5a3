import type { Sandbox } from "./sandbox.ts";

/** What the sandbox MES reports of its shop floor, as far as trials look at it. */
type ReportedEvent = EventContent & {
  readonly source: string;
  readonly id: string;
  readonly type: string;
  readonly about: { readonly source: string; readonly id: string } | null;
  readonly instead: EventContent | null;
};

type EventContent = {
  readonly type: string;
  readonly time: string;
  readonly order: string;
  readonly itemCode: string;
  readonly revision: string | null;
  readonly operation: string;
  readonly serials: readonly string[];
  readonly workSeconds: number | null;
  readonly quantities: { readonly good: string; readonly scrap: string; readonly rework: string } | null;
  readonly material: {
    readonly itemCode: string;
    readonly quantity: string;
    readonly lot: string | null;
    readonly serials: readonly string[];
  } | null;
};

/** What was reported, as it came, and what happened: each event once, as it was corrected, without those that were reversed. */
export type ShopRecord = {
  readonly reported: readonly ReportedEvent[];
  readonly happened: readonly EventContent[];
};

/** Reads all that the MES has recorded. How events are put right is written here once more, without Heddle's code. */
export async function readShopRecord(mes: Pick<Sandbox, "get">): Promise<ShopRecord> {
  const reported: ReportedEvent[] = [];
  for (let since = 0, more = true; more;) {
    const page = await mes.get<{ value: ReportedEvent[]; cursor: number; more: boolean }>(
      `/mes/v1/events?since=${since}&limit=200`,
    );
    reported.push(...page.value);
    ({ cursor: since, more } = page);
  }
  const happened = new Map<string, EventContent>();
  for (const event of reported) if (event.about === null) happened.set(nameOf(event), event);
  for (const { about, instead } of reported) {
    if (about === null) continue;
    if (instead === null) happened.delete(nameOf(about));
    else happened.set(nameOf(about), instead);
  }
  return { reported, happened: [...happened.values()].toSorted((a, b) => a.time.localeCompare(b.time)) };
}

function nameOf({ source, id }: { readonly source: string; readonly id: string }): string {
  return `${source} ${id}`;
}

/** How much of what an order used, by item and lot or serial: `{ "IMP-080 IMP-080-260302B": 16 }`. */
export function usedBy({ happened }: ShopRecord, order: string): Record<string, number> {
  return sumsOf(
    happened.flatMap(({ order: of, material }) => (of === order && material !== null ? partsOf(material) : [])),
  );
}

type Used = NonNullable<EventContent["material"]>;

/** A serial is one piece each. */
export function partsOf({ itemCode, quantity, lot, serials }: Used): readonly (readonly [string, number])[] {
  if (serials.length === 0) return [[`${itemCode} ${lot ?? "-"}`, Number(quantity)]];
  const each = Number(quantity) / serials.length;
  return serials.map((serial) => [`${itemCode} ${serial}`, each]);
}

/** To the millionth, without what adds up to nothing. */
export function sumsOf(parts: readonly (readonly [string, number])[]): Record<string, number> {
  const sums = new Map<string, number>();
  for (const [name, amount] of parts) sums.set(name, (sums.get(name) ?? 0) + amount);
  const rounded = [...sums].map(([name, sum]) => [name, Math.round(sum * 1e6) / 1e6] as const);
  return Object.fromEntries(rounded.filter(([, sum]) => sum !== 0).toSorted(([a], [b]) => a.localeCompare(b)));
}

/** Seconds of work on pieces at an operation of an order. */
export function workedSeconds({ happened }: ShopRecord, order: string, operation: string): number {
  const seconds = happened
    .filter((event) => event.order === order && event.operation === operation && event.quantities !== null)
    .reduce((sum, event) => sum + (event.workSeconds ?? 0), 0);
  return Math.round(seconds * 1e3) / 1e3;
}
