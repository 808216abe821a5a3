import type { UnknownName } from "../store/shop-orders.ts";

/** Names that one sender may have the ERP asked for in a minute. */
const PER_MINUTE = 500;

/**
 * Bounds what a sender of made-up orders does to the ERP, and to those whose orders are real but new. What is over it is
 * asked for when its events are retried.
 */
export function nameQuota(now: () => number) {
  const senders = new Map<string, { minute: number; names: Set<string> }>();
  return (via: string, names: readonly UnknownName[]): readonly UnknownName[] => {
    if (names.length === 0) return names;
    const minute = Math.floor(now() / 60_000);
    const known = senders.get(via);
    const asked = known?.minute === minute ? known.names : new Set<string>();
    senders.set(via, { minute, names: asked });
    return names.filter(({ plant, kind, id }) => {
      const name = JSON.stringify([plant, kind, id]);
      if (asked.size >= PER_MINUTE) return asked.has(name);
      asked.add(name);
      return true;
    });
  };
}
