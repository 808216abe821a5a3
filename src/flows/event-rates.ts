import type { Occurrence, ShopEventKey } from "../domain/feedback/shop-event.ts";
import type { PlantId } from "../domain/ids.ts";

/** Sources that are watched at a time. */
const SOURCES_MAX = 10_000;

/**
 * Tells a sensor gone mad: more events of one source in one second than real work gives. By when things happened, not by
 * when they came, so that a source that was offline may bring a day at once.
 */
export function eventRates(limitOf: (plant: PlantId) => number) {
  const seconds = new Map<string, { second: string; ids: Set<string> }>();
  return {
    /** The same event again is no faster: its sender may not have heard that it was taken. */
    isTooFast({ source, id }: ShopEventKey, { plant, at }: Pick<Occurrence, "plant" | "at">): boolean {
      const second = at.slice(0, 19);
      const seen = seconds.get(source);
      if (seen === undefined) {
        if (seconds.size >= SOURCES_MAX) seconds.clear();
        seconds.set(source, { second, ids: new Set([id]) });
        return false;
      }
      if (seen.second !== second) {
        seen.second = second;
        seen.ids = new Set();
      }
      if (seen.ids.size >= limitOf(plant)) return !seen.ids.has(id);
      seen.ids.add(id);
      return false;
    },
  };
}
