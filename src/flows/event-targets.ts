import type { EventPlace } from "../domain/feedback/event-place.ts";
import { eventName, type ShopEvent, type ShopEventKey } from "../domain/feedback/shop-event.ts";
import type { Database } from "../store/database.ts";
import { placesOfEvents } from "../store/shop-events.ts";

/** Finds where events stand that others correct or reverse. */
export function eventTargets({ pool }: Database) {
  return {
    /** @param beside what comes in the same batch; a chain of corrections is followed to its place. */
    async placesOf(
      abouts: readonly ShopEvent[],
      beside: readonly { readonly event: ShopEvent; readonly place: EventPlace }[],
    ): Promise<(about: ShopEvent) => EventPlace | null> {
      const places = new Map<string, EventPlace>(beside.map(({ event, place }) => [eventName(event), place]));
      const named = abouts.flatMap((event) => targetOf(event) ?? []);
      // What is stored counts, also where this batch holds another content under its name.
      for (const { at, ...place } of await placesOfEvents(pool, named)) {
        const key = named[at];
        if (key !== undefined) places.set(eventName(key), place);
      }
      // What is about something in this batch that is about something else stands where that does.
      const byName = new Map(abouts.map((event) => [eventName(event), event]));
      return (about) => {
        const seen = new Set<string>();
        for (let at: ShopEvent | undefined = about; at !== undefined;) {
          const target = targetOf(at);
          const name = target === null ? "" : eventName(target);
          const place = places.get(name);
          if (place !== undefined) return place;
          if (seen.has(name)) return null;
          seen.add(name);
          at = byName.get(name);
        }
        return null;
      };
    },
  };
}

function targetOf(event: ShopEvent): ShopEventKey | null {
  return event.kind === "correction" ? event.corrects : event.kind === "reversal" ? event.reverses : null;
}
