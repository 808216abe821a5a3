import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { Type } from "typebox";
import { optional, parsedBody } from "../http/body.ts";
import type { Stored } from "../http/collection.ts";
import { ApiError, conflict, malformed, refused, unknownRecord } from "../http/errors.ts";
import { paged, pagedArray, PAGING } from "../http/paging.ts";
import { etagOf, requireMatch, withEtag } from "../http/precondition.ts";
import { filtersBy, queryOf, referenceFilters, single } from "../http/query.ts";
import {
  activeBom,
  bomsOf,
  checkedLines,
  checkNotRecursive,
  LineEdit,
  shownBom,
  WrittenBom,
  WrittenLine,
  type Bom,
} from "./bom.ts";
import { checkPlant } from "./checks.ts";
import { itemOf } from "./item.ts";
import type { Erp } from "./state.ts";

const Activate = Type.Object(
  { replaces: Type.Union([Type.String(), Type.Null()]), replacesEtag: optional(Type.String()) },
  { additionalProperties: false },
);

type One = { Params: { number: string } };
type Line = { Params: { number: string; position: string } };

export function bomRoutes(app: FastifyInstance, erp: Erp): void {
  app.get("/boms", (request) => {
    const filters = ["itemCode", "status", "plant"];
    const query = queryOf(request, [
      ...PAGING,
      ...filters,
      "expand",
      "externalReference",
      "externalReferenceStartsWith",
    ]);
    const withLines = single(query, "expand") === "lines";
    const wanted = [...referenceFilters(query, "externalReference"), ...filtersBy(query, filters)];
    return paged(erp.boms, query, wanted, (stored) => {
      const { lines, ...header } = shownBom(stored);
      return withLines ? { ...header, lines } : header;
    });
  });

  app.get("/boms/where-used", (request) => {
    const query = queryOf(request, [...PAGING, "plant", "component"]);
    const plant = single(query, "plant");
    const components = query.get("component") ?? [];
    if (plant === null) throw malformed("plant is needed", "plant");
    if (components.length === 0) throw malformed("component is needed", "component");
    return pagedArray(whereUsed(erp, plant, components), query);
  });

  app.get<One>("/boms/:number", (request, reply) => {
    const bom = bomOf(erp, request.params.number);
    return withEtag(reply, bom, shownBom(bom));
  });

  app.post("/boms", (request, reply) => {
    const { plant, itemCode, revisionLevel, externalReference, lines } = parsedBody(WrittenBom, request.body);
    const stored = erp.write(() => {
      checkPlant(plant);
      itemOf(erp, plant, itemCode, "itemCode");
      return erp.boms.insert({
        plant,
        itemCode,
        revisionLevel: revisionLevel ?? null,
        version: bomsOf(erp, plant, itemCode).length + 1,
        status: "DRAFT",
        externalReference: externalReference ?? null,
        replaces: null,
        createdAt: new Date().toISOString(),
        activatedAt: null,
        lines: checkedLines(erp, plant, itemCode, lines),
      });
    });
    return withEtag(reply.status(201), stored, shownBom(stored));
  });

  app.post<One>("/boms/:number/activate", (request, reply) => {
    const { replaces, replacesEtag } = parsedBody(Activate, request.body);
    const stored = erp.write(() => {
      const draft = bomOf(erp, request.params.number);
      requireMatch(request, draft);
      requireDraft(draft);
      const active = activeBom(erp, draft.value.plant, draft.value.itemCode);
      requireActive(draft, active, replaces, replacesEtag ?? null);
      return activated(erp, draft, active);
    });
    return withEtag(reply, stored, shownBom(stored));
  });

  app.delete<One>("/boms/:number", (request, reply) => {
    erp.write(() => {
      const draft = bomOf(erp, request.params.number);
      requireMatch(request, draft);
      requireDraft(draft);
      erp.boms.remove(draft);
    });
    return reply.status(204).send();
  });

  app.post<One>("/boms/:number/lines", (request, reply) => {
    const line = parsedBody(WrittenLine, request.body);
    return edited(request, reply.status(201), ({ lines }) => [...lines, line]);
  });

  app.patch<Line>("/boms/:number/lines/:position", (request, reply) => {
    const edit = parsedBody(LineEdit, request.body);
    const { position } = request.params;
    return edited(request, reply, (bom) => {
      requireLine(bom, position);
      return bom.lines.map((line) => (line.position === position ? { ...line, ...edit } : line));
    });
  });

  app.delete<Line>("/boms/:number/lines/:position", (request, reply) =>
    edited(request, reply, (bom) => {
      requireLine(bom, request.params.position);
      return bom.lines.filter(({ position }) => position !== request.params.position);
    }),
  );

  function edited(request: FastifyRequest<One>, reply: FastifyReply, edit: (bom: Bom) => readonly object[]) {
    const stored = erp.write(() => {
      const before = bomOf(erp, request.params.number);
      requireMatch(request, before);
      if (before.value.status === "SUPERSEDED") throw conflict("BOM_SUPERSEDED", `${before.number} is superseded`);
      const { plant, itemCode } = before.value;
      const lines = checkedLines(erp, plant, itemCode, edit(before.value) as WrittenLine[]);
      const after = { ...before.value, lines };
      if (after.status === "ACTIVE") checkNotRecursive(erp, after);
      return erp.boms.replace(before, after);
    });
    return withEtag(reply, stored, shownBom(stored));
  }
}

/** Puts a draft in force in the place of `active`. Call it inside `erp.write`. */
export function activated(erp: Erp, draft: Stored<Bom>, active: Stored<Bom> | null): Stored<Bom> {
  if (draft.value.lines.length === 0) throw refused("BOM_EMPTY", `${draft.number} has no lines`, "lines");
  checkNotRecursive(erp, draft.value);
  if (active !== null) erp.boms.replace(active, { ...active.value, status: "SUPERSEDED" });
  return erp.boms.replace(draft, {
    ...draft.value,
    status: "ACTIVE",
    replaces: active?.number ?? null,
    activatedAt: new Date().toISOString(),
  });
}

function bomOf(erp: Erp, number: string): Stored<Bom> {
  const bom = erp.boms.get(number);
  if (bom === null) throw unknownRecord("BOM", number);
  return bom;
}

function requireDraft({ number, value }: Stored<Bom>): void {
  if (value.status !== "DRAFT") throw conflict("BOM_NOT_DRAFT", `${number} is ${value.status}`);
}

function requireLine({ lines }: Bom, position: string): void {
  if (!lines.some((line) => line.position === position)) throw unknownRecord("LINE", position);
}

/** The optimistic check: the writer must have seen the BOM that it takes the place of. */
function requireActive(
  draft: Stored<Bom>,
  active: Stored<Bom> | null,
  replaces: string | null,
  etag: string | null,
): void {
  if ((active?.number ?? null) !== replaces) {
    const inForce = active === null ? "no BOM is in force" : `${active.number} is in force`;
    throw conflict(
      "ACTIVE_BOM_MISMATCH",
      `${inForce} for ${draft.value.itemCode}, not ${replaces ?? "none"}`,
      "replaces",
    );
  }
  if (active === null || etag === null || etag.replaceAll('"', "") === etagOf(active)) return;
  const message = `${active.number} is at "${etagOf(active)}", not ${etag}: it was edited after it was read`;
  throw new ApiError(412, "ACTIVE_BOM_CHANGED", message, "replacesEtag");
}

function whereUsed(erp: Erp, plant: string, components: readonly string[]) {
  const using = erp.boms.list([
    { kind: "component", any: components },
    { kind: "status", any: ["ACTIVE"] },
    { kind: "plant", any: [plant] },
  ]);
  return using.flatMap(({ number, value: { itemCode, revisionLevel, version, lines } }) =>
    components.flatMap((component) => {
      const positions = lines.flatMap((line) => (line.componentCode === component ? [line.position] : []));
      return positions.length === 0 ? [] : [{ number, plant, itemCode, revisionLevel, version, component, positions }];
    }),
  );
}
