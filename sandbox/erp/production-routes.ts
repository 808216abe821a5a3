import type { FastifyInstance } from "fastify";
import { parsedBody } from "../http/body.ts";
import { unknownRecord } from "../http/errors.ts";
import { paged, PAGING } from "../http/paging.ts";
import { filtersBy, queryOf } from "../http/query.ts";
import { completedOrder, shownCompletion, WrittenCompletion } from "./production-completion.ts";
import { productionOrderOf } from "./production-order.ts";
import { booked, shownPosting, WrittenPosting } from "./production-posting.ts";
import type { Erp } from "./state.ts";

type One = { Params: { number: string } };

/** What orders made and used. */
export function productionRoutes(app: FastifyInstance, erp: Erp): void {
  app.get("/postings", (request) => {
    const filters = ["order", "externalId", "component", "lot", "author", "plant"];
    const query = queryOf(request, [...PAGING, ...filters]);
    return paged(erp.postings, query, filtersBy(query, filters), shownPosting);
  });

  app.get<One>("/postings/:number", (request) => {
    const posting = erp.postings.get(request.params.number);
    if (posting === null) throw unknownRecord("POSTING", request.params.number);
    return shownPosting(posting);
  });

  app.post<One>("/production-orders/:number/postings", (request, reply) => {
    const written = parsedBody(WrittenPosting, request.body);
    const { posting, isNew } = erp.write(() => booked(erp, productionOrderOf(erp, request.params.number), written));
    return reply.status(isNew ? 201 : 200).send(shownPosting(posting));
  });

  app.get("/completions", (request) => {
    const filters = ["order", "serial", "lot", "itemCode", "author", "plant"];
    const query = queryOf(request, [...PAGING, ...filters]);
    return paged(erp.completions, query, filtersBy(query, filters), shownCompletion);
  });

  app.post<One>("/production-orders/:number/complete", (request, reply) => {
    const written = parsedBody(WrittenCompletion, request.body);
    const { completion, isNew } = erp.write(() =>
      completedOrder(erp, productionOrderOf(erp, request.params.number), written),
    );
    return reply.status(isNew ? 201 : 200).send(shownCompletion(completion));
  });
}
