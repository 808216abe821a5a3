import swagger from "@fastify/swagger";
import type { FastifyInstance } from "fastify";
import { ACCESS } from "./access-table.ts";

/** Describes every route that is registered afterwards, from the schemas that validate it. */
export async function describeRoutes(app: FastifyInstance, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Heddle",
        version,
        description: "The digital-thread hub between PLM, ERP and MES. See docs/api.md.",
        license: { name: "Apache-2.0", identifier: "Apache-2.0" },
      },
      components: {
        securitySchemes: {
          session: { type: "apiKey", in: "cookie", name: "heddle", description: "Set by POST /api/session." },
          apiKey: { type: "http", scheme: "bearer", description: "hdl_…, made by POST /api/api-keys." },
        },
      },
    },
    transform: ({ schema, url, route }) => {
      const access = ACCESS[`${[route.method].flat()[0]} ${url}`];
      const open = access === "public" || access === "signed message";
      const security = open ? [] : [{ session: [] }, { apiKey: [] }];
      const note = access === "signed message" ? "Signed by Standard Webhooks." : `Least access: ${access}.`;
      return { schema: { ...schema, security, description: note }, url };
    },
  });
  app.get("/api/openapi.json", { schema: { hide: true } }, async () => app.swagger());
}
