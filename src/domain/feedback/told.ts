import type { EventFault } from "./event-fault.ts";
import type { ShopEvent } from "./shop-event.ts";

/** One event, or what could not be read as one: it is kept apart for a person, and the others go on. */
export type Told =
  | { readonly kind: "event"; readonly event: ShopEvent }
  | {
      readonly kind: "unreadable";
      /** Who told it, as far as that can be read. */
      readonly source: string | null;
      readonly id: string | null;
      /** What came, as text, cut where it is too long to keep. */
      readonly text: string;
      readonly faults: readonly EventFault[];
    };

/** The most that is kept of what cannot be read. */
export const UNREADABLE_TEXT_MAX = 4_000;

export function unreadable(
  text: string,
  faults: readonly EventFault[],
  { source = null, id = null }: { readonly source?: string | null; readonly id?: string | null } = {},
): Told {
  return { kind: "unreadable", source, id, text: text.slice(0, UNREADABLE_TEXT_MAX), faults };
}
