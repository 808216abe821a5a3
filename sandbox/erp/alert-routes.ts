import type { FastifyInstance } from "fastify";
import { Type } from "typebox";
import { parsedBody } from "../http/body.ts";
import type { Stored } from "../http/collection.ts";
import { conflict, refused, unknownRecord } from "../http/errors.ts";
import { paged, PAGING } from "../http/paging.ts";
import { allowMatch, withEtag } from "../http/precondition.ts";
import { filtersBy, queryOf, referenceFilters } from "../http/query.ts";
import { shownAlert, WrittenAlert, type Alert } from "./alert.ts";
import { checkPlant } from "./checks.ts";
import type { Erp } from "./state.ts";

const Close = Type.Object({ reason: Type.String({ minLength: 1, maxLength: 500 }) }, { additionalProperties: false });

type One = { Params: { number: string } };

export function alertRoutes(app: FastifyInstance, erp: Erp): void {
  app.get("/alerts", (request) => {
    const filters = ["objectId", "objectType", "state", "plant"];
    const query = queryOf(request, [...PAGING, ...filters, "externalReference", "externalReferenceStartsWith"]);
    const wanted = [...referenceFilters(query, "externalReference"), ...filtersBy(query, filters)];
    return paged(erp.alerts, query, wanted, shownAlert);
  });

  app.get<One>("/alerts/:number", (request, reply) => {
    const alert = alertOf(erp, request.params.number);
    return withEtag(reply, alert, shownAlert(alert));
  });

  app.post("/alerts", (request, reply) => {
    const { externalReference, author, ...written } = parsedBody(WrittenAlert, request.body);
    const stored = erp.write(() => {
      checkPlant(written.plant);
      checkObject(erp, written.objectType, written.objectId);
      return erp.alerts.insert({
        ...written,
        author: author ?? null,
        state: "OPEN",
        closeReason: null,
        createdAt: new Date().toISOString(),
        closedAt: null,
        externalReference: externalReference ?? null,
      });
    });
    return withEtag(reply.status(201), stored, shownAlert(stored));
  });

  app.post<One>("/alerts/:number/close", (request, reply) => {
    const { reason } = parsedBody(Close, request.body);
    const stored = erp.write(() => {
      const alert = alertOf(erp, request.params.number);
      allowMatch(request, alert);
      if (alert.value.state === "CLOSED") throw conflict("ALERT_CLOSED", `${alert.number} is closed`);
      return erp.alerts.replace(alert, {
        ...alert.value,
        state: "CLOSED",
        closeReason: reason,
        closedAt: new Date().toISOString(),
      });
    });
    return withEtag(reply, stored, shownAlert(stored));
  });
}

function alertOf(erp: Erp, number: string): Stored<Alert> {
  const alert = erp.alerts.get(number);
  if (alert === null) throw unknownRecord("ALERT", number);
  return alert;
}

function checkObject(erp: Erp, type: Alert["objectType"], id: string): void {
  const collection = type === "PURCHASE_ORDER_LINE" ? erp.purchaseOrderLines : erp.productionOrders;
  if (collection.get(id) === null) throw refused("OBJECT_UNKNOWN", `there is no ${type} ${id}`, "objectId");
}
