import type { FastifyRequest } from "fastify";
import { Type } from "typebox";
import type { Json } from "../../domain/json.ts";
import type { Hint } from "../../domain/hint.ts";
import { inGroups } from "../../engine/in-groups.ts";
import { wakeSubjects } from "../../flows/wake-subjects.ts";
import { acceptMessages, type Message } from "../../store/inbox.ts";
import type { SubjectId } from "../../store/subject.ts";
import { WebhookReceipt } from "../contract.ts";
import { parseJson } from "../json-body.ts";
import { ApiError } from "../problem.ts";
import { answers, type RouteGroup } from "../route-group.ts";
import { signedHeaders, verifierOf } from "../webhook-signature.ts";

const WebhookParams = Type.Object({ connection: Type.String({ minLength: 1, maxLength: 100 }) });
/** Messages in one commit. */
const GROUP_MAX = 200;

/**
 * Takes what systems tell us. A message is a hint only: it says which subject to look at. It is answered
 * after it was stored and its subjects were woken, in one transaction; the same message again does neither.
 */
export const webhookRoutes: RouteGroup =
  ({ database, lanes, webhooks, subjectsOf, shopEvents }) =>
  async (app) => {
    const intakes = new Map(
      [...webhooks].map(([name, intake]) => [name, { ...intake, verify: verifierOf(name, intake.secrets) }]),
    );

    // A burst is committed in groups: each message is answered after the commit that it is in.
    const accept = inGroups<Message & { readonly subjects: readonly SubjectId[] }, boolean>(
      (messages) =>
        database.transaction(async (tx) => {
          const fresh = new Set(await acceptMessages(tx, messages));
          for (const [source, those] of Map.groupBy(fresh, (message) => message.source)) {
            const woken = those.flatMap(({ subjects }) => subjects);
            await wakeSubjects(lanes, tx, woken, { why: `webhook ${those[0]?.id ?? ""} of ${source}` });
          }
          return messages.map((message) => fresh.has(message));
        }),
      { max: GROUP_MAX },
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
        const hints = readHints(() => intake.hints(body), connection);
        const subjects = hints.flatMap((hint) => subjectsOf(connection, hint));
        const isNew = await accept({ source: connection, id: headers.id, body: body as Json, subjects });
        if (isNew && hints.some(({ kind }) => kind === "shop events")) await shopEvents.askNow(connection);
        return { new: isNew, subjects: subjects.length };
      },
    );
  };

/** The connector's own words for a body that its system does not send: its sender must see them. */
function readHints(read: () => readonly Hint[], connection: string): readonly Hint[] {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "ConnectorError") throw error;
    throw new ApiError("invalid-input", error.message, { system: connection, field: "body", cause: error });
  }
}
