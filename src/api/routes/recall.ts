import { Readable } from "node:stream";
import { Type } from "typebox";
import { builtWith, countBuiltWith, openRecalls, withRecords } from "../../flows/recall.ts";
import type { Db } from "../../store/database.ts";
import { countUnitsBefore, unitsBefore } from "../../store/unit-records.ts";
import { RecallAllQuery, RecallCount, RecallPage, RecallQuery, type RecalledUnit } from "../contract.ts";
import { csvLine } from "../csv.ts";
import { recalledBefore, recalledWith, recallOf, type Recall } from "../recall-request.ts";
import { answers, type RouteGroup } from "../route-group.ts";

/** Units that an export reads at a time. */
const EXPORT_PAGE = 500;

export const recallRoutes: RouteGroup =
  ({ database: { pool } }) =>
  async (app) => {
    const pageOfRecall = openRecalls(pool);

    app.get(
      "/api/recall",
      {
        schema: {
          summary: "What was built with a lot or serial, through any depth, or before a change",
          querystring: RecallQuery,
          response: answers({ 200: RecallPage }),
        },
      },
      async ({ query: { after = null, limit, ...asked } }) => {
        const recall = await recallOf(pool, asked);
        if (recall.kind === "built with") {
          const { units, next } = await pageOfRecall(recall.node, after, limit);
          return { recall: recall.words, units: units.map(recalledWith), next };
        }
        const { units, next } = await unitsBefore(pool, recall.change, recall.items, { after, limit });
        return { recall: recall.words, units: units.map(recalledBefore), next };
      },
    );

    app.get(
      "/api/recall/count",
      {
        schema: {
          summary: "How many units a recall reaches",
          querystring: RecallAllQuery,
          response: answers({ 200: RecallCount }),
        },
      },
      async ({ query }) => {
        const recall = await recallOf(pool, query);
        const { counts, isAtLeast } =
          recall.kind === "built with"
            ? await countBuiltWith(pool, recall.node)
            : { counts: await countUnitsBefore(pool, recall.change, recall.items), isAtLeast: false };
        const { serial, lot, order } = counts;
        return { recall: recall.words, serials: serial, lots: lot, orders: order, isAtLeast };
      },
    );

    app.get(
      "/api/recall.csv",
      {
        schema: {
          summary: "A whole recall as CSV (RFC 4180, UTF-8)",
          querystring: RecallAllQuery,
          response: answers({ 200: Type.Unsafe<Readable>(Type.String()) }),
        },
      },
      async ({ query }, reply) => {
        const recall = await recallOf(pool, query);
        return reply
          .type("text/csv; charset=utf-8")
          .header("content-disposition", 'attachment; filename="recall.csv"')
          .send(Readable.from(csvOf(pool, recall)));
      },
    );
  };

const COLUMNS = ["plant", "kind", "id", "item", "revision", "lot", "order", "built at", "changes", "because"];

async function* csvOf(db: Db, recall: Recall): AsyncGenerator<string> {
  yield csvLine(COLUMNS);
  for await (const units of pagesOf(db, recall)) {
    yield units
      .map(({ plant, kind, id, item, revision, lot, order, builtAt, changes, because }) =>
        csvLine([plant, kind, id, item, revision, lot, order, builtAt, changes?.join(" ") ?? null, because]),
      )
      .join("");
  }
}

async function* pagesOf(db: Db, recall: Recall): AsyncGenerator<readonly RecalledUnit[]> {
  if (recall.kind === "built before") {
    let after: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof unitsBefore>> = await unitsBefore(db, recall.change, recall.items, {
        after,
        limit: EXPORT_PAGE,
      });
      yield page.units.map(recalledBefore);
      after = page.next;
    } while (after !== null);
    return;
  }
  let found = [];
  for await (const unit of builtWith(db, recall.node)) {
    found.push(unit);
    if (found.length < EXPORT_PAGE) continue;
    yield (await withRecords(db, found)).map(recalledWith);
    found = [];
  }
  yield (await withRecords(db, found)).map(recalledWith);
}
