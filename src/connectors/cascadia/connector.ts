import type { ItemId, SystemId } from "../../domain/ids.ts";
import { openHttp, path, type Http } from "../http/http-client.ts";
import { toldBy } from "../http/told-by.ts";
import type { LiveConnector } from "../live-connector.ts";
import type { ItemUse } from "../port.ts";
import { acknowledgements } from "./acknowledge.ts";
import { changedSince } from "./change-feed.ts";
import type { CascadiaSettings } from "./config.ts";
import { toUse } from "./mapping.ts";
import { currentParts, historyOf, rowsIn } from "./parts.ts";
import { problemReports } from "./problem-reports.ts";
import { readChange } from "./read-change.ts";
import { readEbom } from "./read-ebom.ts";
import { CONTRACTS, DIALECT } from "./wire.ts";

export function cascadia(system: SystemId, settings: CascadiaSettings): LiveConnector {
  const http = openHttp(system, settings, DIALECT, "authorization");
  return {
    ...toldBy(http, { path: "/api/v1/change-orders", query: { limit: 1 }, answer: CONTRACTS.anyChangeOrders }),
    changes: {
      changedSince: (cursor) => changedSince(http, cursor),
      read: (id) => readChange(http, id, settings),
      acknowledge: acknowledgements(http),
    },
    ebom: {
      read: (item, revision) => readEbom(http, item, revision, settings),
      whereUsed: (item) => whereUsed(http, item, settings),
    },
    problemReports: problemReports(http),
  };
}

/** An assembly keeps naming the row that a part had when its line was made, so every row of the part is asked for. */
async function whereUsed(http: Http, item: ItemId, settings: CascadiaSettings): Promise<readonly ItemUse[]> {
  const current = await currentParts(http, [item]);
  const rows = await Promise.all(current.map(async (part) => rowsIn(await historyOf(http, part), part.id)));
  const uses = await Promise.all(
    [...new Set(rows.flat())].map(async (id) => {
      const { data } = await http.read({
        doing: `looking where ${item} is used`,
        object: item,
        path: path`/api/v1/items/${id}/where-used`,
        query: { maxDepth: 1 },
        answer: CONTRACTS.whereUsed,
      });
      // Only current revisions come; those in work are engineering's own business.
      return data.whereUsed.filter(({ state }) => settings.releasedStates.includes(state));
    }),
  );
  const byKey = new Map(uses.flat().map((use) => [`${use.itemNumber} rev ${use.revision}`, toUse(use)]));
  return [...byKey.values()];
}
