import type { FastifyInstance, FastifyRequest } from "fastify";
import { Type } from "typebox";
import { parsedBody } from "../http/body.ts";
import type { Stored } from "../http/collection.ts";
import { conflict } from "../http/errors.ts";
import { pagedSince, SINCE } from "../http/paging.ts";
import { allowMatch, requireMatch, withEtag } from "../http/precondition.ts";
import { filtersBy, queryOf, referenceFilters } from "../http/query.ts";
import {
  ecoMembers,
  newEco,
  retiredRevisions,
  shownEco,
  toRevisions,
  WrittenEco,
  type Eco,
  type EcoEvent,
  type EcoState,
} from "./eco.ts";
import { revisionKey, type Lifecycle } from "./part-revision.ts";
import { ecoOf, type Plm } from "./state.ts";

const Person = Type.String({ minLength: 1, maxLength: 100 });
const Release = Type.Object({ releasedBy: Person }, { additionalProperties: false });
const Cancel = Type.Object(
  { cancelledBy: Person, reason: Type.String({ maxLength: 1000 }) },
  { additionalProperties: false },
);

type One = { Params: { e: string } };

export function ecoRoutes(app: FastifyInstance, plm: Plm): void {
  app.get("/ecos", (request) => {
    const query = queryOf(request, [...SINCE, "state", "reference", "referenceStartsWith"]);
    return pagedSince(
      plm.ecos,
      query,
      [...filtersBy(query, ["state"]), ...referenceFilters(query, "reference")],
      shownEco,
    );
  });

  app.get<One>("/ecos/:e", (request, reply) => {
    const eco = ecoOf(plm, request.params.e);
    return withEtag(reply, eco, shownEco(eco));
  });

  app.post("/ecos", (request, reply) => {
    const written = parsedBody(WrittenEco, request.body);
    const stored = plm.write(() => {
      const eco = plm.ecos.insert(newEco(written, () => plm.nextNumber("AFP")));
      tell(plm, "eco.edited", eco);
      return eco;
    });
    return withEtag(reply.status(201), stored, shownEco(stored));
  });

  app.put<One>("/ecos/:e", (request, reply) => {
    const written = parsedBody(WrittenEco, request.body);
    const stored = plm.write(() => {
      const eco = ecoOf(plm, request.params.e);
      requireMatch(request, eco);
      if (eco.value.state === "CANCELLED") throw conflict("ECO_CANCELLED", `${eco.number} is cancelled`);
      const members = ecoMembers(written, () => plm.nextNumber("AFP"));
      const edits = JSON.stringify(members.affectedParts) === JSON.stringify(eco.value.affectedParts) ? 0 : 1;
      return saved(plm, "eco.edited", eco, { ...members, lineEdits: eco.value.lineEdits + edits });
    });
    return withEtag(reply, stored, shownEco(stored));
  });

  app.post<One>("/ecos/:e/submit", (request, reply) => {
    const stored = plm.write(() => saved(plm, "eco.edited", inState(plm, request, ["DRAFT"]), { state: "IN_REVIEW" }));
    return withEtag(reply, stored, shownEco(stored));
  });

  app.post<One>("/ecos/:e/release", (request, reply) => {
    const { releasedBy } = parsedBody(Release, request.body);
    const stored = plm.write(() => {
      const eco = inState(plm, request, ["DRAFT", "IN_REVIEW"]);
      moveLifecycle(plm, toRevisions(eco.value), "INWORK", "RELEASED");
      moveLifecycle(plm, retiredRevisions(eco.value), "RELEASED", "OBSOLETE");
      return saved(plm, "eco.released", eco, { state: "RELEASED", releasedBy, releasedAt: new Date().toISOString() });
    });
    return withEtag(reply, stored, shownEco(stored));
  });

  app.post<One>("/ecos/:e/cancel", (request, reply) => {
    const { cancelledBy, reason } = parsedBody(Cancel, request.body);
    const stored = plm.write(() => {
      const eco = inState(plm, request, ["DRAFT", "IN_REVIEW", "RELEASED"]);
      if (eco.value.state === "RELEASED") {
        moveLifecycle(plm, toRevisions(eco.value), "RELEASED", "OBSOLETE");
        moveLifecycle(plm, retiredRevisions(eco.value), "OBSOLETE", "RELEASED");
      }
      const cancelledAt = new Date().toISOString();
      return saved(plm, "eco.cancelled", eco, { state: "CANCELLED", cancelledBy, cancelledAt, cancelReason: reason });
    });
    return withEtag(reply, stored, shownEco(stored));
  });
}

function inState(plm: Plm, request: FastifyRequest<One>, states: readonly EcoState[]): Stored<Eco> {
  const eco = ecoOf(plm, request.params.e);
  allowMatch(request, eco);
  if (states.includes(eco.value.state)) return eco;
  throw conflict("ECO_STATE", `${eco.number} is ${eco.value.state}; this needs ${states.join(" or ")}`);
}

function saved(plm: Plm, type: EcoEvent["type"], eco: Stored<Eco>, edit: Partial<Eco>): Stored<Eco> {
  const stored = plm.ecos.replace(eco, { ...eco.value, ...edit, modifiedAt: new Date().toISOString() });
  tell(plm, type, stored);
  return stored;
}

function tell(plm: Plm, type: EcoEvent["type"], { number, value, sequence }: Stored<Eco>): void {
  plm.outbox.put({ type, data: { ecoNumber: number, state: value.state, sequence } });
}

/** Revisions that do not exist, or stand elsewhere, are left alone: the PLM takes a change as it was typed. */
function moveLifecycle(
  plm: Plm,
  revisions: readonly { partNumber: string; revision: string }[],
  from: Lifecycle,
  to: Lifecycle,
): void {
  for (const revision of revisions) {
    const part = plm.parts.get(revisionKey(revision));
    if (part?.value.lifecycle === from) plm.parts.replace(part, { ...part.value, lifecycle: to });
  }
}
