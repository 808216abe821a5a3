import { Type } from "typebox";
import { createApiKey, listApiKeys, revokeApiKey } from "../../store/api-keys.ts";
import { recordAudit } from "../../store/audit.ts";
import { reaches } from "../access-table.ts";
import { ApiKeyList, CreatedApiKey, NewApiKey } from "../contract.ts";
import { signedInByPassword, type Principal } from "../principal.ts";
import { ApiError } from "../problem.ts";
import { answers, type RouteGroup } from "../route-group.ts";
import { newApiKey, tokenHash } from "../token.ts";

export const apiKeyRoutes: RouteGroup =
  ({ database }) =>
  async (app) => {
    app.get(
      "/api/api-keys",
      {
        schema: {
          summary: "List one's own API keys; an admin's list has everyone's",
          response: answers({ 200: ApiKeyList }),
        },
      },
      async (request) => ({
        apiKeys: await listApiKeys(database.pool, reachOf(signedInByPassword(request))),
      }),
    );

    app.post(
      "/api/api-keys",
      {
        schema: {
          summary: "Make an API key, shown this once",
          body: NewApiKey,
          response: answers({ 201: CreatedApiKey }),
        },
      },
      async (request, reply) => {
        const { account, role: own } = signedInByPassword(request);
        const { name, role, expiresInDays } = request.body;
        if (!reaches(own, role))
          throw new ApiError("role-too-low", `${account} is ${own} and cannot give a key the role ${role}.`);
        const { id, key } = newApiKey();
        const apiKey = await database.transaction(async (tx) => {
          await recordAudit(tx, {
            who: account,
            what: "API key created",
            subject: null,
            detail: { id, name, role, expiresInDays },
          });
          return createApiKey(tx, { id, keyHash: tokenHash(key), name, account, role, lifetimeDays: expiresInDays });
        });
        return reply.code(201).send({ apiKey, key });
      },
    );

    app.delete(
      "/api/api-keys/:id",
      {
        schema: {
          summary: "Revoke an API key",
          params: Type.Object({ id: Type.String() }),
          response: answers({ 204: Type.Null() }),
        },
      },
      async (request, reply) => {
        const principal = signedInByPassword(request);
        const { id } = request.params;
        await database.transaction(async (tx) => {
          const revoked = await revokeApiKey(tx, id, reachOf(principal));
          if (revoked === null) throw new ApiError("not-found", `You have no API key ${id}.`);
          const detail = { id, name: revoked.name, account: revoked.account };
          await recordAudit(tx, { who: principal.account, what: "API key revoked", subject: null, detail });
        });
        return reply.code(204).send(null);
      },
    );
  };

/** Whose keys somebody manages: their own, an admin everyone's (null). */
function reachOf({ account, role }: Principal): string | null {
  return role === "admin" ? null : account;
}
