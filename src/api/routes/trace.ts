import { Type } from "typebox";
import type { ThreadNode } from "../../domain/thread-link.ts";
import { linkFrom, linkSentence } from "../../domain/trace/link-sentence.ts";
import type { Direction } from "../../domain/trace/relations.ts";
import type { Trace } from "../../domain/trace/trace.ts";
import { unitAsBuilt } from "../../flows/unit-as-built.ts";
import { findNodes } from "../../store/thread-search.ts";
import { STEPS_SHOWN, traceFrom } from "../../store/trace.ts";
import type { UnitKind } from "../../store/unit-records.ts";
import { asBuiltView } from "../as-built-view.ts";
import { AsBuiltView, ThreadSearch, ThreadSearchQuery, TraceQuery, TraceView, type TracePart } from "../contract.ts";
import { ApiError } from "../problem.ts";
import { answers, type RouteGroup } from "../route-group.ts";

/** Things of one name that a person can choose from. */
const CHOICES = 50;

const UnitParams = Type.Object({
  plant: Type.String({ minLength: 1, maxLength: 200 }),
  item: Type.String({ minLength: 1, maxLength: 200 }),
  kind: Type.Union([Type.Literal("serial"), Type.Literal("lot"), Type.Literal("order")]),
  id: Type.String({ minLength: 1, maxLength: 500 }),
});

export const traceRoutes: RouteGroup =
  ({ database: { pool } }) =>
  async (app) => {
    app.get(
      "/api/trace",
      {
        schema: {
          summary: "What one thing came from and what came of it, step by step through the thread",
          querystring: TraceQuery,
          response: answers({ 200: TraceView }),
        },
      },
      async ({ query }) => {
        const { text, system, kind, id, plant, direction, depth, limit, after = null } = query;
        if (after !== null && direction === "both") throw noDirection();
        const found =
          id === undefined
            ? await findNodes(pool, textOf(text), { kind, plant }, CHOICES)
            : { by: "name" as const, nodes: [wholeNode({ system, kind, id })] };
        const node = found.by === "name" && found.nodes.length === 1 ? (found.nodes[0] ?? null) : null;
        const part = async (way: Direction) => {
          if (node === null || (direction !== "both" && direction !== way)) return null;
          const bounds = { direction: way, depth, perNode: limit, steps: STEPS_SHOWN, after };
          return tracePart(await traceFrom(pool, node, bounds));
        };
        const [back, forward] = await Promise.all([part("back"), part("forward")]);
        return { node, found: { by: found.by, nodes: [...found.nodes] }, back, forward };
      },
    );

    app.get(
      "/api/search",
      {
        schema: {
          summary: "Things in the thread that are called so, else those that begin so",
          querystring: ThreadSearchQuery,
          response: answers({ 200: ThreadSearch }),
        },
      },
      async ({ query: { text, kind, plant, limit } }) => {
        const { by, nodes } = await findNodes(pool, text.trim(), { kind, plant }, limit);
        return { by, nodes: [...nodes] };
      },
    );

    app.get(
      "/api/as-built/:plant/:item/:kind/:id",
      {
        schema: {
          summary: "What was built into a serial, a lot or an order, beside the design that its order built",
          params: UnitParams,
          response: answers({ 200: AsBuiltView }),
        },
      },
      async ({ params }) => {
        const { plant, item, id } = params;
        const kind: UnitKind = params.kind;
        const seen = await unitAsBuilt(pool, { plant, item, kind, id });
        if (seen !== null) return asBuiltView(seen);
        throw new ApiError("not-found", `Nothing is on record of ${kind} ${id} of ${item} in plant ${plant}.`, {
          field: "params.id",
          fix: "Look it up by GET /api/search; what was bought, or is older than the shop floor's first event, has no record.",
        });
      },
    );
  };

function textOf(text: string | undefined): string {
  if (text !== undefined && text.trim() !== "") return text.trim();
  throw new ApiError("invalid-input", "A trace needs a thing to begin at.", {
    field: "querystring.text",
    fix: "Give text, such as SN-1 or ECO-0001, or system, kind and id of one thing.",
  });
}

function wholeNode({
  system,
  kind,
  id,
}: {
  system: string | undefined;
  kind: ThreadNode["kind"] | undefined;
  id: string;
}): ThreadNode {
  if (system !== undefined && kind !== undefined) return { system, kind, id };
  throw new ApiError("invalid-input", `${id} alone does not name one thing.`, {
    field: system === undefined ? "querystring.system" : "querystring.kind",
    fix: "Give system and kind beside the id, or only text.",
  });
}

function noDirection(): ApiError {
  return new ApiError("invalid-input", "A place in a thing's links is in one direction.", {
    field: "querystring.direction",
    fix: "Give the direction, back or forward, that the page before had.",
  });
}

function tracePart({ steps, more, missing, open }: Trace): TracePart {
  return {
    steps: steps.map(({ depth, from, to, link, isKnown }) => ({
      depth,
      from,
      to,
      relation: link.relation,
      says: linkFrom(from, link),
      sentence: linkSentence(link),
      at: link.at,
      happenedAt: link.happenedAt ?? null,
      who: link.who ?? null,
      subject: link.subject,
      isKnown,
    })),
    more: [...more],
    missing: missing.map(({ node, sentence }) => ({ node, sentence })),
    open: [...open],
  };
}
