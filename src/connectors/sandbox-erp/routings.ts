import type { ItemId } from "../../domain/ids.ts";
import type { Http } from "../http/http-client.ts";
import type { Routings } from "../port.ts";
import { firstOf, readListOf } from "./list.ts";
import { toRouting } from "./mapping.ts";
import { CONTRACTS } from "./wire.ts";

const PATH = "/erp/v1/routings";

export function routings(http: Http): Routings {
  return {
    async read(items, plant) {
      const list = { doing: "reading routings", path: PATH, query: { plant }, answer: CONTRACTS.routings };
      const records = firstOf(await readListOf(http, list, "itemCode", items), ({ itemCode }) => itemCode);
      return new Map([...records].map(([code, routing]) => [code as ItemId, toRouting(routing)]));
    },
  };
}
