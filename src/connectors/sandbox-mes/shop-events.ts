import type { Http } from "../http/http-client.ts";
import type { Cursor, ShopEvents, ToldPage } from "../port.ts";
import { toTold } from "./event-mapping.ts";
import { CONTRACTS } from "./wire.ts";

/** Records on one page; the MES's most. */
const PAGE = 200;

/** What the shop floor told, in the order in which the MES recorded it: its sequence is the cursor. */
export function shopEvents(http: Http): ShopEvents & { readonly toldSince: (cursor: Cursor) => Promise<ToldPage> } {
  return {
    async toldSince(cursor) {
      const page = await http.read({
        doing: "reading shop-floor events",
        path: "/mes/v1/events",
        query: { since: cursor ?? "0", limit: PAGE },
        answer: CONTRACTS.eventsSince,
      });
      const told = page.value.map((event) => toTold(event, http.system));
      return { told, cursor: told.length === 0 ? cursor : String(page.cursor), more: page.more };
    },
  };
}
