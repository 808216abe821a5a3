import type { ItemRevisionKey } from "../ebom.ts";
import type { Finding } from "../finding.ts";
import type { ItemId } from "../ids.ts";
import type { Procurement } from "../item.ts";
import { naturalOrder } from "../natural-order.ts";
import type { PlannedItem } from "./mbom-plan.ts";
import type { PlanFindings } from "./plan-findings.ts";

/** That the plant comes by an item in this way. `key` is null for the plant's own, `variant` what is chosen in it. */
export type Sourced = {
  readonly item: ItemId;
  readonly key: ItemRevisionKey | null;
  readonly procurement: Procurement;
  readonly variant: string | undefined;
};

/** Which items a plan touches, and how the plant comes by them. */
export type ItemRegister = ReturnType<typeof itemRegister>;

/** Counts who says what of an item, so that what nobody says any more can be taken back. */
type Said = { readonly ways: { readonly way: Sourced; count: number }[]; variant: string | undefined };

/** An item as it is listed, with what a person should know about it. */
type Listed = { readonly planned: PlannedItem; readonly findings: readonly Finding[] };

export function itemRegister(finding: PlanFindings) {
  const said = new Map<ItemId, Said>();
  const stale = new Set<ItemId>();
  let listed: readonly Listed[] = [];

  const add = (way: Sourced): void => {
    let held = said.get(way.item);
    if (held === undefined) said.set(way.item, (held = { ways: [], variant: undefined }));
    if (way.variant !== undefined) held.variant = way.variant;
    const known = held.ways.find((each) => isSame(each.way, way));
    if (known !== undefined) {
      known.count += 1;
      return;
    }
    held.ways.push({ way, count: 1 });
    stale.add(way.item);
  };
  const remove = (way: Sourced): void => {
    const ways = said.get(way.item)?.ways ?? [];
    const at = ways.findIndex((each) => isSame(each.way, way));
    const known = ways[at];
    if (known === undefined) throw new Error(`the register never heard of ${way.item} by ${way.procurement}`);
    known.count -= 1;
    if (known.count > 0) return;
    ways.splice(at, 1);
    stale.add(way.item);
    if (ways.length === 0) said.delete(way.item);
  };
  /** By item number. */
  const list = (): { readonly items: readonly PlannedItem[]; readonly findings: readonly Finding[] } => {
    const changed = [...stale].flatMap((item) => {
      const held = said.get(item);
      return held === undefined ? [] : [describe(item, held, finding)];
    });
    listed = merged(listed, stale, changed);
    stale.clear();
    return { items: listed.map(({ planned }) => planned), findings: listed.flatMap(({ findings }) => findings) };
  };
  return { add, remove, list };
}

function isSame(a: Sourced, b: Sourced): boolean {
  return a.key === b.key && a.procurement === b.procurement && a.variant === b.variant;
}

function describe(item: ItemId, { ways, variant }: Said, finding: PlanFindings): Listed {
  const findings: Finding[] = [];
  const keys = [...new Set(ways.flatMap(({ way }) => way.key ?? []))].toSorted(naturalOrder);
  const procurements = PROCUREMENTS.filter((kind) => ways.some(({ way }) => way.procurement === kind));
  if (keys.length > 1) findings.push(finding.twoRevisions(item, keys));
  if (procurements.length > 1) findings.push(finding.twoProcurements(item, procurements));
  const chosen = variant === undefined ? {} : { variant };
  return { planned: { item, key: keys.at(-1) ?? null, procurement: procurements[0] ?? "buy", ...chosen }, findings };
}

/** What wins where rules disagree: who makes an item once needs what it is made from. */
const PROCUREMENTS = ["make", "subcontract", "phantom", "buy"] as const satisfies readonly Procurement[];

/** A few changed items find their places in the list; it is not sorted again. */
function merged(listed: readonly Listed[], stale: ReadonlySet<ItemId>, changed: readonly Listed[]): readonly Listed[] {
  if (stale.size === 0) return listed;
  if (listed.length === 0) return changed.toSorted(byItem);
  const kept = listed.filter(({ planned }) => !stale.has(planned.item));
  const parts: Listed[][] = [];
  let at = 0;
  for (const next of changed.toSorted(byItem)) {
    const place = placeFor(next, kept, at);
    parts.push(kept.slice(at, place), [next]);
    at = place;
  }
  return [...parts.flat(), ...kept.slice(at)];
}

function byItem(a: Listed, b: Listed): number {
  return naturalOrder(a.planned.item, b.planned.item);
}

/** Where in a sorted list, from `from` on, something has its place. */
function placeFor(next: Listed, sorted: readonly Listed[], from: number): number {
  let [low, high] = [from, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const held = sorted[middle];
    if (held !== undefined && byItem(held, next) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
