import { threadOf } from "../../store/thread-links.ts";
import { ThreadNodeView, ThreadView } from "../contract.ts";
import { answers, type RouteGroup } from "../route-group.ts";

export const threadRoutes: RouteGroup =
  ({ database }) =>
  async (app) => {
    app.get(
      "/api/thread",
      {
        schema: {
          summary: "The thread's links from and to one thing",
          querystring: ThreadNodeView,
          response: answers({ 200: ThreadView }),
        },
      },
      async ({ query }) => ({ node: query, links: await threadOf(database.pool, query) }),
    );
  };
