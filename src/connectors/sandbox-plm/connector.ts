import type { ChangeId, SystemId } from "../../domain/ids.ts";
import { ConnectorError } from "../connector-error.ts";
import { allPages } from "../http/all-pages.ts";
import { openHttp, path, type Http } from "../http/http-client.ts";
import { toldBy } from "../http/told-by.ts";
import type { LiveConnector } from "../live-connector.ts";
import type { Acknowledgement, Changes, EbomReader, Receipt, Webhooks } from "../port.ts";
import { shortened } from "../shortened.ts";
import type { SandboxPlmSettings } from "./config.ts";
import { toChange, toChangeId, toKey } from "./mapping.ts";
import { problemReports } from "./problem-reports.ts";
import { readEbom } from "./read-ebom.ts";
import { CONTRACTS, DIALECT } from "./wire.ts";

const PAGE = 200;
/** The PLM's limit for the note of an acknowledgement. */
const NOTE_MAX = 1_000;
const OUTCOMES = { applied: "APPLIED", refused: "REFUSED", "in step": "IN_STEP", superseded: "SUPERSEDED" } as const;

export function sandboxPlm(system: SystemId, settings: SandboxPlmSettings): LiveConnector {
  const http = openHttp(system, settings, DIALECT, "x-api-key");
  return {
    ...toldBy(http, { path: "/api/v2/ecos", query: { limit: 1 }, answer: CONTRACTS.ecosSince }),
    changes: changes(http),
    ebom: ebom(http),
    problemReports: problemReports(http),
    webhooks: webhooks(system),
  };
}

function changes(http: Http): Changes {
  return {
    async changedSince(cursor) {
      const page = await http.read({
        doing: "looking for changes",
        path: "/api/v2/ecos",
        // Drafts are engineering's own business until they are released.
        query: { since: cursor ?? "0", limit: PAGE, state: ["RELEASED", "CANCELLED"] },
        answer: CONTRACTS.ecosSince,
      });
      const ids = page.value.map(({ ecoNumber }) => toChangeId(ecoNumber));
      return { ids, cursor: ids.length === 0 ? cursor : String(page.cursor), more: page.more };
    },
    async read(id) {
      const eco = await http.read({
        doing: `reading change ${id}`,
        object: id,
        path: path`/api/v2/ecos/${id}`,
        answer: CONTRACTS.eco,
      });
      return toChange(eco, http.system);
    },
    acknowledge: {
      find: (input, key) => findAcknowledgement(http, input.change, key),
      async write(input, key) {
        // Two attempts of one acknowledgement may both have got here.
        return (await findAcknowledgement(http, input.change, key)) ?? (await acknowledge(http, input, key));
      },
    },
  };
}

async function findAcknowledgement(http: Http, change: ChangeId, reference: string): Promise<Receipt | null> {
  const page = await http.readIfThere({
    doing: `looking up the acknowledgement of change ${change}`,
    object: change,
    path: path`/api/v2/ecos/${change}/acknowledgements`,
    query: { reference, limit: 1 },
    answer: CONTRACTS.acknowledgements,
  });
  const first = page?.value[0];
  return first === undefined ? null : { id: first.ackId, version: null };
}

async function acknowledge(http: Http, input: Acknowledgement, reference: string): Promise<Receipt> {
  const { change, plant, outcome, note } = input;
  const { ackId } = await http.write({
    doing: `acknowledging change ${change}`,
    object: change,
    method: "POST",
    path: path`/api/v2/ecos/${change}/acknowledgements`,
    body: { plant, outcome: OUTCOMES[outcome], note: shortened(note, NOTE_MAX), reference },
    answer: CONTRACTS.acknowledgement,
  });
  return { id: ackId, version: null };
}

function ebom(http: Http): EbomReader {
  return {
    read: (item, revision) => readEbom(http, { item, revision }),
    async whereUsed(item) {
      const uses = await allPages(async (page) => {
        const found = await http.readIfThere({
          doing: `looking where ${item} is used`,
          object: item,
          path: path`/api/v2/parts/${item}/where-used`,
          query: { limit: PAGE, page },
          answer: CONTRACTS.whereUsed,
        });
        return found ?? { value: [], next: null };
      });
      return uses.map(toKey);
    },
  };
}

function webhooks(system: SystemId): Webhooks {
  return {
    subjects(body) {
      const read = CONTRACTS.webhook(body);
      if ("value" in read) return [{ kind: "change", id: toChangeId(read.value.data.ecoNumber) }];
      const cause = `${read.field} of the webhook ${read.problem}`;
      throw new ConnectorError("contract broken", { system, doing: "reading a webhook", field: read.field, cause });
    },
  };
}
