import fastifyStatic from "@fastify/static";
import type { FastifyInstance } from "fastify";
import { ApiError } from "./problem.ts";

/**
 * Serves the built console. Its pages have addresses of their own, which only the browser knows: every
 * page that is no file is answered with `index.html`.
 */
export async function serveConsole(app: FastifyInstance, folder: string | null): Promise<void> {
  if (folder !== null) {
    await app.register(fastifyStatic, {
      root: folder,
      cacheControl: false,
      // The bundler names these by their content.
      setHeaders: (reply, path) =>
        void reply.header(
          "cache-control",
          path.includes("/assets/") ? "public, max-age=31536000, immutable" : "no-cache",
        ),
    });
  }
  app.setNotFoundHandler(async (request, reply) => {
    const isPage = request.method === "GET" && (request.headers.accept ?? "").includes("text/html");
    if (folder === null || !isPage || /^\/(api|webhooks|health|metrics)(\/|$)/.test(request.url)) {
      throw new ApiError("not-found", `There is no ${request.method} ${request.url}.`);
    }
    return reply.header("cache-control", "no-cache").sendFile("index.html");
  });
}
