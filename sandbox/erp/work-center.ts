import type { FastifyInstance } from "fastify";
import { Type } from "typebox";
import { parsedBody } from "../http/body.ts";
import { paged, PAGING } from "../http/paging.ts";
import { filtersBy, queryOf } from "../http/query.ts";
import { checkPlant } from "./checks.ts";
import { Code, Plant } from "./item.ts";
import type { Erp } from "./state.ts";

const WrittenWorkCenter = Type.Object({ code: Code, plant: Plant, name: Type.String({ maxLength: 200 }) });

/** Where operations are done. */
export type WorkCenter = { readonly code: string; readonly plant: string; readonly name: string };

export function workCenterRoutes(app: FastifyInstance, erp: Erp): void {
  app.get("/work-centers", (request) => {
    const query = queryOf(request, [...PAGING, "code", "plant"]);
    return paged(erp.workCenters, query, filtersBy(query, ["code", "plant"]), ({ value }) => value);
  });

  app.post("/work-centers", (request, reply) => {
    const { code, plant, name } = parsedBody(WrittenWorkCenter, request.body);
    checkPlant(plant);
    return reply.status(201).send(erp.write(() => erp.workCenters.insert({ code, plant, name })).value);
  });
}
