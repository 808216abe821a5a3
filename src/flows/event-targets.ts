import { readEvent } from "../domain/feedback/event-json.ts";
import type { EventPlace } from "../domain/feedback/event-place.ts";
import { eventName, type ShopEvent, type ShopEventKey } from "../domain/feedback/shop-event.ts";
import type { Database } from "../store/database.ts";
import { linesAround } from "../store/shop-events.ts";

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
      const missing = named.filter((key) => !places.has(eventName(key)));
      const wanted = new Set(missing.map(eventName));
      for (const { plant, order, events } of await linesAround(pool, missing)) {
        for (const line of events.split("\n")) {
          const told = readEvent(JSON.parse(line));
          if (told.kind !== "event") throw new Error(`order ${order} holds an event that cannot be read: ${line}`);
          const name = eventName(told.event);
          if (wanted.has(name)) places.set(name, { plant, order });
        }
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
