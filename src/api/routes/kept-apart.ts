import { Type } from "typebox";
import { dismissApart, replayApart } from "../../flows/kept-apart.ts";
import { IntakeBusy } from "../../flows/shop-intake.ts";
import type { Db } from "../../store/database.ts";
import { apartCounts, apartLines, apartPage, type ApartLines } from "../../store/kept-apart.ts";
import {
  ApartCounts,
  ApartGroupDetail,
  ApartGroupView,
  ApartPage,
  ApartQuery,
  ApartReason,
  ApartReplay,
} from "../contract.ts";
import { signedIn } from "../principal.ts";
import { ApiError } from "../problem.ts";
import { givenReason } from "../reason.ts";
import { answers, type RouteGroup } from "../route-group.ts";

const ApartParams = Type.Object({ id: Type.String({ pattern: "^\\d{1,18}$" }) });

export const keptApartRoutes: RouteGroup =
  ({ database, shopEvents }) =>
  async (app) => {
    app.get(
      "/api/kept-apart",
      {
        schema: {
          summary: "Shop-floor events that are not counted, in groups with the reason, newest first",
          querystring: ApartQuery,
          response: answers({ 200: ApartPage }),
        },
      },
      async ({ query: { after, limit, ...filter } }) => {
        const page = after === undefined ? { limit } : { after, limit };
        const { rows, next } = await apartPage(database.pool, filter, page);
        return { groups: [...rows], next };
      },
    );

    app.get(
      "/api/kept-apart/counts",
      {
        schema: {
          summary: "How many events wait to be counted, by source and reason",
          response: answers({ 200: ApartCounts }),
        },
      },
      async () => ({ counts: [...(await apartCounts(database.pool))] }),
    );

    app.get(
      "/api/kept-apart/:id",
      {
        schema: {
          summary: "One group of events that are not counted, with the events",
          params: ApartParams,
          response: answers({ 200: ApartGroupDetail }),
        },
      },
      async ({ params: { id } }) => {
        const { lines, ...group } = await groupOf(database.pool, id);
        return { group, events: lines.map((line) => JSON.parse(line) as unknown) };
      },
    );

    app.post(
      "/api/kept-apart/:id/replay",
      {
        schema: {
          summary: "Take a group's events in once more: what is right by now is counted",
          params: ApartParams,
          body: ApartReason,
          response: answers({ 200: ApartReplay }),
        },
      },
      async (request) => {
        const { id } = request.params;
        const by = { who: signedIn(request).account, reason: givenReason(request.body.reason) };
        const group = refuseSettled(await groupOf(database.pool, id));
        const replayed = await whenNotBusy(() => replayApart(shopEvents, database, group, by));
        const { lines: _, ...after } = await groupOf(database.pool, id);
        return { ...replayed, group: after };
      },
    );

    app.post(
      "/api/kept-apart/:id/dismiss",
      {
        schema: {
          summary: "Put a group's events aside for good: they are not counted",
          params: ApartParams,
          body: ApartReason,
          response: answers({ 200: ApartGroupView }),
        },
      },
      async (request) => {
        const { id } = request.params;
        const by = { who: signedIn(request).account, reason: givenReason(request.body.reason) };
        const isDone = await dismissApart(database, id, by);
        const { lines, ...group } = await groupOf(database.pool, id);
        if (!isDone) refuseSettled({ ...group, lines });
        return group;
      },
    );
  };

async function groupOf(db: Db, id: string): Promise<ApartLines> {
  const group = await apartLines(db, id);
  if (group !== null) return group;
  throw new ApiError("not-found", `Nothing is kept apart under ${id}.`, {
    field: "id",
    fix: "See what is: GET /api/kept-apart. After the retention time it is forgotten.",
  });
}

function refuseSettled(group: ApartLines): ApartLines {
  if (group.state === "waiting") return group;
  throw new ApiError("already-decided", `Group ${group.id} was ${group.state} by ${group.settledBy ?? "somebody"}.`, {
    field: "id",
    fix: "See what waits still: GET /api/kept-apart.",
  });
}

async function whenNotBusy<Value>(work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof IntakeBusy)) throw cause;
    const retryAfter = Math.ceil(cause.retryAfterMs / 1_000);
    throw new ApiError("unavailable", "More events come in than can be stored just now.", { retryAfter, cause });
  }
}
