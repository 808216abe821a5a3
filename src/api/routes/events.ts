import { Type } from "typebox";
import { openLiveFeed, type LiveFeed } from "../live-feed.ts";
import { answers, type RouteGroup } from "../route-group.ts";

export const eventRoutes: RouteGroup =
  ({ database, logger }) =>
  async (app) => {
    let feed: Promise<LiveFeed> | null = null;
    /** The connection to the database is opened for the first client and kept for all. */
    const theFeed = () =>
      (feed ??= openLiveFeed(database, (error) =>
        logger.warn({ err: error }, "the live feed lost its connection"),
      ).catch((error: unknown) => {
        feed = null;
        throw error;
      }));

    app.get(
      "/api/events",
      {
        schema: {
          summary: "Live events, as server-sent events",
          produces: ["text/event-stream"],
          response: answers({ 200: Type.Unsafe<NodeJS.ReadableStream>({ type: "string" }) }),
        },
      },
      async (_request, reply) => {
        const events = (await theFeed()).open();
        return reply.headers({ "content-type": "text/event-stream", "x-accel-buffering": "no" }).send(events);
      },
    );

    // Before the server waits for open requests, which these would be for ever.
    app.addHook("preClose", async () => {
      await (await feed)?.close();
    });
  };
