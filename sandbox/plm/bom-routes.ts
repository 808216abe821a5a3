import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { Type } from "typebox";
import { parsedBody } from "../http/body.ts";
import type { Stored } from "../http/collection.ts";
import { unknownRecord } from "../http/errors.ts";
import { pagedArray, PAGING } from "../http/paging.ts";
import { etagOf, requireMatch, withEtag } from "../http/precondition.ts";
import { queryOf } from "../http/query.ts";
import { noteEdit } from "./eco-edits.ts";
import { requireInWork, type PartRevision } from "./part-revision.ts";
import { partOf, revisionsOf, type Plm } from "./state.ts";
import { shownUsages, whereUsed } from "./structure.ts";
import {
  editedUsage,
  requireDistinctIds,
  UsageEdit,
  usageOf,
  WrittenUsage,
  WrittenUsages,
  type Usage,
} from "./usage.ts";

const WrittenBom = Type.Object({ usages: WrittenUsages }, { additionalProperties: false });

type Revision = { Params: { n: string; r: string } };
type Line = { Params: { n: string; r: string; usageId: string } };

export function bomRoutes(app: FastifyInstance, plm: Plm): void {
  const bom = "/parts/:n/revisions/:r/bom";

  app.get<Revision>(bom, (request, reply) => {
    const part = partOf(plm, request.params.n, request.params.r);
    return withEtag(reply, part, shownBom(plm, part));
  });

  app.put<Revision>(bom, (request, reply) => {
    const { usages } = parsedBody(WrittenBom, request.body);
    return edited(request, reply, () => usages.map((usage) => usageOf(usage, usage.usageId ?? plm.nextNumber("USG"))));
  });

  app.post<Revision>(`${bom}/usages`, (request, reply) => {
    const usage = parsedBody(WrittenUsage, request.body);
    return edited(request, reply.status(201), (before) => [
      ...before,
      usageOf(usage, usage.usageId ?? plm.nextNumber("USG")),
    ]);
  });

  app.patch<Line>(`${bom}/usages/:usageId`, (request, reply) => {
    const edit = parsedBody(UsageEdit, request.body);
    const { usageId } = request.params;
    return edited(request, reply, (before) => replacedLine(before, usageId, (usage) => [editedUsage(usage, edit)]));
  });

  app.delete<Line>(`${bom}/usages/:usageId`, (request, reply) => {
    edited(request, reply, (before) => replacedLine(before, request.params.usageId, () => []));
    return reply.status(204).send();
  });

  app.get<{ Params: { n: string } }>("/parts/:n/where-used", (request) => {
    const query = queryOf(request, PAGING);
    const { n } = request.params;
    if (revisionsOf(plm, n).length === 0) throw unknownRecord("PART", n);
    return pagedArray(whereUsed(plm, n), query);
  });

  function edited(request: FastifyRequest<Revision>, reply: FastifyReply, edit: (before: readonly Usage[]) => Usage[]) {
    const stored = plm.write(() => {
      const part = partOf(plm, request.params.n, request.params.r);
      requireMatch(request, part);
      requireInWork(part);
      const usages = edit(part.value.usages ?? []);
      requireDistinctIds(part.value, usages);
      const saved = plm.parts.replace(part, { ...part.value, usages, modifiedAt: new Date().toISOString() });
      noteEdit(plm, saved.value, 1);
      return saved;
    });
    return withEtag(reply, stored, shownBom(plm, stored));
  }
}

function shownBom(plm: Plm, stored: Stored<PartRevision>) {
  const { partNumber, revision, usages } = stored.value;
  return {
    partNumber,
    revision,
    hasBom: usages !== null,
    etag: etagOf(stored),
    usages: shownUsages(plm, stored.value),
  };
}

function replacedLine(usages: readonly Usage[], usageId: string, by: (usage: Usage) => Usage[]): Usage[] {
  if (!usages.some((usage) => usage.usageId === usageId)) throw unknownRecord("USAGE", usageId);
  return usages.flatMap((usage) => (usage.usageId === usageId ? by(usage) : [usage]));
}
