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

/** A way, and how many say so: what nobody says any more can be taken back. */
type Way = { readonly said: Sourced; count: number };

/** Which items a plan touches, and how the plant comes by them. */
export type ItemRegister = ReturnType<typeof itemRegister>;

/** An item as it is listed, with what a person should know about it. */
type Listed = { readonly planned: PlannedItem; readonly findings: readonly Finding[] };

export function itemRegister(finding: PlanFindings) {
  const waysOf = new Map<ItemId, Way[]>();
  const stale = new Set<ItemId>();
  let listed: readonly Listed[] = [];
  let list: { readonly items: readonly PlannedItem[]; readonly findings: readonly Finding[] } = EMPTY;

  const count = (said: Sourced, more: 1 | -1): void => {
    let ways = waysOf.get(said.item);
    if (ways === undefined) waysOf.set(said.item, (ways = []));
    let way = wayIn(ways, said);
    if (way === undefined) ways.push((way = { said, count: 0 }));
    way.count += more;
    if (way.count < 0) throw new Error(`the register never heard of ${said.item} by ${said.procurement}`);
    if (way.count === 0 || way.count === more) stale.add(said.item);
  };
  /** By item number. */
  const inItemOrder = (): typeof list => {
    if (stale.size === 0) return list;
    const changed = [...stale].flatMap((item) => {
      const ways = (waysOf.get(item) ?? []).filter((way) => way.count > 0);
      if (ways.length === 0) {
        waysOf.delete(item);
        return [];
      }
      const said = ways.map((way) => way.said);
      return [describe(item, said, finding)];
    });
    listed = merged(listed, stale, changed);
    stale.clear();
    list = { items: listed.map(({ planned }) => planned), findings: listed.flatMap(({ findings }) => findings) };
    return list;
  };
  return {
    add: (said: Sourced) => count(said, 1),
    remove: (said: Sourced) => count(said, -1),
    list: inItemOrder,
  };
}

/** A loop: every line of a plan comes through here. */
function wayIn(ways: readonly Way[], { key, procurement, variant }: Sourced): Way | undefined {
  for (const way of ways) {
    const { said } = way;
    if (said.key === key && said.procurement === procurement && said.variant === variant) return way;
  }
  return undefined;
}

const EMPTY = { items: [], findings: [] };

function describe(item: ItemId, ways: readonly Sourced[], finding: PlanFindings): Listed {
  const findings: Finding[] = [];
  const keys = inOrder(ways.flatMap(({ key }) => key ?? []));
  const variants = inOrder(ways.flatMap(({ variant }) => variant ?? []));
  const procurements = PROCUREMENTS.filter((kind) => ways.some(({ procurement }) => procurement === kind));
  if (keys.length > 1) findings.push(finding.twoRevisions(item, keys));
  if (procurements.length > 1) findings.push(finding.twoProcurements(item, procurements));
  const variant = variants.at(-1);
  const chosen = variant === undefined ? {} : { variant };
  return { planned: { item, key: keys.at(-1) ?? null, procurement: procurements[0] ?? "buy", ...chosen }, findings };
}

/** Each once. Nearly all items have one. */
function inOrder<Text extends string>(texts: readonly Text[]): readonly Text[] {
  return texts.length < 2 ? texts : [...new Set(texts)].toSorted(naturalOrder);
}

/** What wins where rules disagree: who makes an item once needs what it is made from. */
const PROCUREMENTS = ["make", "subcontract", "phantom", "buy"] as const satisfies readonly Procurement[];

/** A few changed items find their places in the list; it is not sorted again. */
function merged(listed: readonly Listed[], stale: ReadonlySet<ItemId>, changed: readonly Listed[]): readonly Listed[] {
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
