import type { FastifyInstance } from "fastify";
import { filled, parsedBody } from "../http/body.ts";
import { paged, PAGING } from "../http/paging.ts";
import { filtersBy, queryOf, referenceFilters } from "../http/query.ts";
import { NewAcknowledgement, shownAcknowledgement } from "./acknowledgement.ts";
import { ecoOf, type Plm } from "./state.ts";

type One = { Params: { e: string } };

export function acknowledgementRoutes(app: FastifyInstance, plm: Plm): void {
  app.get<One>("/ecos/:e/acknowledgements", (request) => {
    const query = queryOf(request, [...PAGING, "plant", "reference", "referenceStartsWith"]);
    const { number } = ecoOf(plm, request.params.e);
    const filters = [
      { kind: "eco", any: [number] },
      ...filtersBy(query, ["plant"]),
      ...referenceFilters(query, "reference"),
    ];
    return paged(plm.acknowledgements, query, filters, shownAcknowledgement);
  });

  app.post<One>("/ecos/:e/acknowledgements", (request, reply) => {
    const written = filled(parsedBody(NewAcknowledgement, request.body), { note: "", reference: null });
    const { number } = ecoOf(plm, request.params.e);
    const stored = plm.write(() =>
      plm.acknowledgements.insert({ ecoNumber: number, ...written, createdAt: new Date().toISOString() }),
    );
    return reply.status(201).send(shownAcknowledgement(stored));
  });
}
