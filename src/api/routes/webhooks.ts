import type { FastifyRequest } from "fastify";
import { Type } from "typebox";
import type { Json } from "../../domain/json.ts";
import type { ChangeId } from "../../domain/ids.ts";
import { acceptMessage } from "../../store/inbox.ts";
import { WebhookReceipt } from "../contract.ts";
import { parseJson } from "../json-body.ts";
import { ApiError } from "../problem.ts";
import { answers, type RouteGroup } from "../route-group.ts";
import { signedHeaders, verifierOf } from "../webhook-signature.ts";

const WebhookParams = Type.Object({ connection: Type.String({ minLength: 1, maxLength: 100 }) });
/**
 * Takes what systems tell us. A message is a hint only: it says which subject to look at. It is answered
 * after it was stored and its subjects were woken, in one transaction; the same message again does neither.
 */
export const webhookRoutes: RouteGroup =
  ({ database, lanes, webhooks, subjectsOfChange }) =>
  async (app) => {
    const intakes = new Map(
      [...webhooks].map(([name, intake]) => [name, { ...intake, verify: verifierOf(name, intake.secrets) }]),
    );

    // The signature is over the very bytes, so the body arrives here as it was sent, whatever its type says.
    app.removeAllContentTypeParsers();
    app.addContentTypeParser("*", { parseAs: "string" }, async (_request: FastifyRequest, text: string) => text);

    app.post(
      "/webhooks/:connection",
      {
        schema: {
          summary: "Take a connection's signed webhook",
          params: WebhookParams,
          response: answers({ 200: WebhookReceipt }),
        },
      },
      async (request) => {
        const { connection } = request.params;
        const intake = intakes.get(connection);
        if (intake === undefined)
          throw new ApiError("not-found", `No webhooks are taken for a connection "${connection}".`);
        const headers = signedHeaders(request.headers, connection);
        const text = typeof request.body === "string" ? request.body : "";
        intake.verify({ text, headers });

        const body = parseJson(text);
        const changes = readSubjects(() => intake.subjects(body), connection);
        const subjects = changes.flatMap((change) => subjectsOfChange(connection, change));
        const isNew = await database.transaction(async (tx) => {
          if (!(await acceptMessage(tx, { source: connection, id: headers.id, body: body as Json }))) return false;
          await lanes.wakeAll(tx, subjects, { why: `webhook ${headers.id} of ${connection}` });
          return true;
        });
        return { new: isNew, subjects: subjects.length };
      },
    );
  };

/** The connector's own words for a body that its system does not send: its sender must see them. */
function readSubjects(read: () => readonly ChangeId[], connection: string): readonly ChangeId[] {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "ConnectorError") throw error;
    throw new ApiError("invalid-input", error.message, { system: connection, field: "body", cause: error });
  }
}
