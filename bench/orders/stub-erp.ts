/** An ERP that has every order it is asked for, and answers as the sandbox ERP does. */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { json as readJson } from "node:stream/consumers";
import { servePart } from "../kit/part.ts";
import { placeOf, sampleItem, sampleOrder, sampleRouting } from "./sample-order.ts";

const NUMBER = "MO-NUMBER";
const ITEM_PLACES = 40;
/** The order's JSON around its number, by item: what is measured is the hub, not this. */
const texts = Array.from({ length: ITEM_PLACES }, (_, at) => JSON.stringify(sampleOrder(NUMBER, at)).split(NUMBER));

let reported = 0;

const server = createServer((request, response) => {
  answer(request).then(
    (text) => response.writeHead(200, { "content-type": "application/json" }).end(text),
    (error: unknown) => response.writeHead(500).end(String(error)),
  );
});
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
servePart(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, { reported: () => reported }, async () => {
  server.closeAllConnections();
});

async function answer(request: IncomingMessage): Promise<string> {
  const url = new URL(request.url ?? "", "http://erp");
  switch (`${request.method} ${url.pathname}`) {
    case "GET /erp/v1/production-orders":
      return page(url.searchParams.getAll("number").map(orderText));
    case "GET /erp/v1/routings":
      return page(url.searchParams.getAll("itemCode").map((item) => JSON.stringify(sampleRouting(item))));
    case "GET /erp/v1/items":
      return page(url.searchParams.getAll("code").map((item) => JSON.stringify(sampleItem(item))));
    case "PUT /erp/v1/job-reports": {
      const { reports } = (await readJson(request)) as { readonly reports: readonly object[] };
      reported += reports.length;
      const reportedAt = new Date().toISOString();
      return JSON.stringify({ value: reports.map((report) => ({ ...report, reportedAt })) });
    }
    default:
      throw new Error(`the stub ERP does not know ${request.method} ${url.pathname}`);
  }
}

function orderText(number: string): string {
  return (texts[placeOf(number) % ITEM_PLACES] ?? []).join(number);
}

function page(records: readonly string[]): string {
  return `{"value":[${records.join(",")}],"next":null}`;
}
