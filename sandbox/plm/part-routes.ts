import type { FastifyInstance } from "fastify";
import { Type } from "typebox";
import { parsedBody } from "../http/body.ts";
import type { Stored } from "../http/collection.ts";
import { conflict, unknownRecord } from "../http/errors.ts";
import { paged, pagedArray, PAGING } from "../http/paging.ts";
import { requireMatch, withEtag } from "../http/precondition.ts";
import { filtersBy, LIST_MAX, queryOf, referenceFilters } from "../http/query.ts";
import { noteEdit } from "./eco-edits.ts";
import {
  EditPart,
  Name,
  newPartRevision,
  NewPart,
  partMembers,
  requireInWork,
  revisionKey,
  shownPart,
  type PartRevision,
} from "./part-revision.ts";
import { partOf, revisionsOf, type Plm } from "./state.ts";
import { shownUsages } from "./structure.ts";

const Revise = Type.Object({ basedOn: Name, revision: Name }, { additionalProperties: false });
const Keys = Type.Object(
  {
    keys: Type.Array(Type.Object({ partNumber: Name, revision: Name }), { maxItems: LIST_MAX }),
    expand: Type.Optional(Type.Array(Type.Literal("bom"))),
  },
  { additionalProperties: false },
);

type Part = { Params: { n: string } };
type Revision = { Params: { n: string; r: string } };

export function partRoutes(app: FastifyInstance, plm: Plm): void {
  app.get("/parts", (request) => {
    const filters = ["partNumber", "lifecycle", "partType"];
    const query = queryOf(request, [...PAGING, ...filters, "reference", "referenceStartsWith"]);
    return paged(plm.parts, query, [...filtersBy(query, filters), ...referenceFilters(query, "reference")], shownPart);
  });

  app.get<Part>("/parts/:n/revisions", (request) => {
    const revisions = revisionsOf(plm, request.params.n);
    if (revisions.length === 0) throw unknownRecord("PART", request.params.n);
    return pagedArray(revisions.map(shownPart), queryOf(request, PAGING));
  });

  app.get<Revision>("/parts/:n/revisions/:r", (request, reply) => {
    const part = partOf(plm, request.params.n, request.params.r);
    return withEtag(reply, part, shownPart(part));
  });

  app.post("/part-revisions/query", (request) => {
    const { keys, expand } = parsedBody(Keys, request.body);
    const withBom = expand?.includes("bom") === true;
    const found = keys.map((key) => ({ key, part: plm.parts.get(revisionKey(key)) }));
    return {
      value: found.flatMap(({ part }) =>
        part === null ? [] : [{ ...shownPart(part), ...(withBom ? { usages: shownUsages(plm, part.value) } : {}) }],
      ),
      notFound: found.flatMap(({ key, part }) => (part === null ? [key] : [])),
    };
  });

  app.post("/parts", (request, reply) => {
    const { partNumber, revision, ...members } = parsedBody(NewPart, request.body);
    const part = newPartRevision({ partNumber, revision }, members);
    const stored = plm.write(() => inserted(plm, part));
    return withEtag(reply.status(201), stored, shownPart(stored));
  });

  app.post<Part>("/parts/:n/revisions", (request, reply) => {
    const { basedOn, revision } = parsedBody(Revise, request.body);
    const from = partOf(plm, request.params.n, basedOn).value;
    const now = new Date().toISOString();
    const part: PartRevision = { ...from, revision, lifecycle: "INWORK", createdAt: now, modifiedAt: now };
    const stored = plm.write(() => inserted(plm, part));
    return withEtag(reply.status(201), stored, shownPart(stored));
  });

  app.put<Revision>("/parts/:n/revisions/:r", (request, reply) => {
    const written = partMembers(parsedBody(EditPart, request.body));
    const stored = plm.write(() => {
      const part = partOf(plm, request.params.n, request.params.r);
      requireMatch(request, part);
      requireInWork(part);
      const edited = plm.parts.replace(part, { ...part.value, ...written, modifiedAt: new Date().toISOString() });
      noteEdit(plm, edited.value, 0);
      return edited;
    });
    return withEtag(reply, stored, shownPart(stored));
  });
}

function inserted(plm: Plm, part: PartRevision): Stored<PartRevision> {
  if (plm.parts.get(revisionKey(part)) !== null) {
    throw conflict("REVISION_EXISTS", `${part.partNumber} already has a revision ${part.revision}`);
  }
  return plm.parts.insert(part);
}
