import type { FastifyInstance } from "fastify";
import { Type, type Static } from "typebox";
import { optional, parsedBody } from "../http/body.ts";
import type { Stored } from "../http/collection.ts";
import { conflict } from "../http/errors.ts";
import { paged, PAGING } from "../http/paging.ts";
import { filtersBy, queryOf } from "../http/query.ts";
import type { Mes } from "./state.ts";

const Code = Type.String({ minLength: 1, maxLength: 60 });

const Measurement = Type.Object(
  {
    characteristic: Type.String({ minLength: 1, maxLength: 100 }),
    unit: Type.String({ minLength: 1, maxLength: 10 }),
    nominal: Type.Number(),
    tolerance: Type.Number({ exclusiveMinimum: 0 }),
  },
  { additionalProperties: false },
);

const WrittenWorkCenter = Type.Object(
  {
    code: Code,
    plant: Code,
    name: Type.String({ maxLength: 200 }),
    stations: Type.Integer({ minimum: 1, maximum: 50 }),
    measures: optional(Measurement),
  },
  { additionalProperties: false },
);

/** Where operations are done, on how many stations at once, and what is measured there on each piece. */
export type WorkCenter = {
  readonly code: string;
  readonly plant: string;
  readonly name: string;
  readonly stations: number;
  readonly measures: Static<typeof Measurement> | null;
};

export function workCenterRoutes(app: FastifyInstance, mes: Mes): void {
  app.get("/work-centers", (request) => {
    const query = queryOf(request, [...PAGING, "code", "plant"]);
    return paged(mes.workCenters, query, filtersBy(query, ["code", "plant"]), ({ value }) => value);
  });

  app.post("/work-centers", (request, reply) => {
    const { measures = null, ...rest } = parsedBody(WrittenWorkCenter, request.body);
    const stored = mes.write(() => {
      if (findWorkCenter(mes, rest.plant, rest.code) !== null) {
        throw conflict("WORK_CENTER_EXISTS", `plant ${rest.plant} has a work center ${rest.code}`, "code");
      }
      return mes.workCenters.insert({ ...rest, measures });
    });
    return reply.status(201).send(stored.value);
  });
}

export function findWorkCenter(mes: Mes, plant: string, code: string): Stored<WorkCenter> | null {
  const filters = [
    { kind: "code", any: [code] },
    { kind: "plant", any: [plant] },
  ];
  return mes.workCenters.list(filters, 0, 1)[0] ?? null;
}

/** Codes of the work centers that the MES runs in a plant. */
export function workCentersOf(mes: Mes, plant: string): ReadonlySet<string> {
  return new Set(mes.workCenters.list([{ kind: "plant", any: [plant] }]).map(({ value }) => value.code));
}
